# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SSH gate of the platform: OpenSSH on loopback, whose users are numbers of nodes and of an account.

The users are in a file that libnss-wrapper reads, and all of them are the user of the tests. Programs that are not
installed are downloaded as packages of the distribution, once, and unpacked below .build. Where that is not possible, a
script stands for ssh and the gate, and says so.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

UNPACKED = Path(__file__).resolve().parents[2] / ".build" / "ssh-gate"
PACKAGES = ("openssh-server", "openssh-sftp-server", "libnss-wrapper", "libwrap0")
PLACES = ("/usr/sbin", "/usr/lib/openssh", "/usr/libexec/openssh", "/usr/lib", "/usr/lib64")
CONFIGURATION = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host-key
AuthorizedKeysFile {folder}/key.pub
PidFile none
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
UsePAM no
Subsystem sftp {sftp}
ForceCommand {folder}/gate.sh
"""
FORCED = """\
#!/bin/sh
echo "$LOGNAME $SSH_ORIGINAL_COMMAND" >> {folder}/commands
exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
"""
STAND_IN_SCRIPT = """\
#!/bin/sh
for argument; do
    case $argument in User=*) LOGNAME=$(echo "${{argument#User=}}" | tr -d '"') ;; esac
done
export LOGNAME
echo "$LOGNAME $argument" >> {folder}/commands
exec /bin/sh -c "$argument"
"""
SETTINGS = {
    "ANSIBLE_HOST_KEY_CHECKING": "false",
    "ANSIBLE_SSH_ARGS": "-o UserKnownHostsFile=/dev/null -o ControlMaster=auto -o ControlPersist=5",
}


@dataclass(frozen=True)
class Gate:
    """A running gate.

    Attributes:
        home: the home of all users.
        settings: of Ansible, as environment variables.
    """

    port: int
    home: Path
    commands_file: Path
    settings: dict[str, str]

    @property
    def commands(self) -> list[str]:
        """The commands so far, each after the name of its user."""
        return self.commands_file.read_text(encoding="utf-8").splitlines()


def _found(name: str) -> Path | None:
    """The newest file of a name, installed or unpacked."""
    places = [Path(place) for place in PLACES] + [UNPACKED / place.lstrip("/") for place in PLACES]
    found = [path for place in places for path in (*place.glob(name), *place.glob(f"*-linux-gnu/{name}"))]
    return found[0] if found else None


def _provided(*names: str) -> list[Path] | None:
    """The files of these names, downloaded if need be; None if that is not possible."""
    if not all(map(_found, names)):
        UNPACKED.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            command = ["apt-get", "download", "-qq", *PACKAGES]
            subprocess.run(command, cwd=UNPACKED, check=True, capture_output=True, timeout=60)
            for package in UNPACKED.glob("*.deb"):
                subprocess.run(["dpkg", "-x", str(package), str(UNPACKED)], check=True)
    found = [path for path in map(_found, names) if path is not None]
    return found if len(found) == len(names) else None


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def serving(folder: Path, users: list[str], say: Callable[[str], None]) -> Iterator[Gate]:
    """Run a gate for users; it is ended with the block. ``say`` is told what stands for it."""
    provided = shutil.which("ssh-keygen") and _provided("sshd", "sftp-server", "libnss_wrapper.so*")
    gate = Gate(
        _free_port(),
        folder / "home",
        folder / "commands",
        {**SETTINGS, "ANSIBLE_PRIVATE_KEY_FILE": str(folder / "key")},
    )
    gate.home.mkdir()
    gate.commands_file.touch()
    if not provided:
        say(f"NO OpenSSH: a script stands for it; install {' '.join(PACKAGES)}")
        script = folder / "ssh"
        script.write_text(STAND_IN_SCRIPT.format(folder=folder), encoding="utf-8")
        script.chmod(0o755)
        yield replace(gate, settings={"ANSIBLE_SSH_EXECUTABLE": str(script), "ANSIBLE_SSH_TRANSFER_METHOD": "piped"})
        return
    server, sftp, wrapper = map(Path, provided)
    for name in ("key", "host-key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    own = f"x:{os.getuid()}:{os.getgid()}::{gate.home}:/bin/sh"
    lines = [f"{user}:{own}" for user in users] + [f"tests:{own}", "sshd:x:65533:65534::/:/bin/false"]
    (folder / "passwd").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (folder / "group").write_text("nogroup:x:65534:\n", encoding="utf-8")
    (folder / "gate.sh").write_text(FORCED.format(folder=folder), encoding="utf-8")
    (folder / "gate.sh").chmod(0o755)
    text = CONFIGURATION.format(port=gate.port, folder=folder, sftp=sftp)
    (folder / "sshd.conf").write_text(text, encoding="utf-8")
    if os.getuid() == 0:  # the place is compiled in, and used by root alone
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "LD_PRELOAD": str(wrapper),
        "NSS_WRAPPER_PASSWD": str(folder / "passwd"),
        "NSS_WRAPPER_GROUP": str(folder / "group"),
        "LD_LIBRARY_PATH": str(path.parent) if (path := _found("libwrap.so.0*")) else "",
    }
    command = [str(server), "-D", "-e", "-f", str(folder / "sshd.conf")]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            first = process.stderr.readline()
            assert "listening" in first, first
            yield gate
        finally:
            process.terminate()
