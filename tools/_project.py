"""Internal to tools/: what several tools need to know about this checkout."""

from __future__ import annotations

import contextlib
import fcntl
import fnmatch
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
VENVS = BUILD / "venv"
WORKSPACE = BUILD / "ws"
STATE = BUILD / "state"
NAMESPACE, NAME = "inet", "elastic"
PROCESSORS = os.cpu_count() or 2

# The installer, in the environment of nox.
UV = VENVS / "nox" / "bin" / "uv"
# What is set for a real account or for Ansible has no part in a test. The first two double the start of each program.
UNSET = (
    *("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "ANSIBLE_VAULT_PASSWORD_FILE", "PAAS_API_URL", "PAAS_TOKEN"),
    *("PAAS_LOGIN", "PAAS_PASSWORD", "PAAS_OTP", "PAAS_CA_PATH", "PAAS_TOKEN_STORE"),
)


def prepare() -> None:
    """Set the environment variables of all sessions, and lay this checkout where Ansible looks for it."""
    for name in UNSET:
        os.environ.pop(name, None)
    settings = {
        "ANSIBLE_CONFIG": ROOT / "tools" / "ansible.cfg",
        "ANSIBLE_COLLECTIONS_PATH": WORKSPACE,
        "ANSIBLE_HOME": STATE / "ansible",
        "ANSIBLE_LOCAL_TEMP": STATE / "tmp",
        "ANSIBLE_REMOTE_TEMP": STATE / "tmp",
        "TMPDIR": STATE / "tmp",
        "HYPOTHESIS_STORAGE_DIRECTORY": STATE / "hypothesis",
        "XDG_CACHE_HOME": BUILD / "cache",
    }
    os.environ.update({name: str(value) for name, value in settings.items()})
    (STATE / "tmp").mkdir(parents=True, exist_ok=True)
    link = WORKSPACE / "ansible_collections" / NAMESPACE / NAME
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        link.symlink_to(Path("..", "..", "..", ".."))


def search_path() -> str:
    """Return PATH with the Pythons of version managers in place of their shims.

    A shim can stand for an interpreter that is not there. An environment of this checkout may be the one to make anew.
    """
    home = Path.home()
    managed = [*Path(os.environ.get("PYENV_ROOT", home / ".pyenv")).glob("versions/*/bin")]
    managed += (home / ".local" / "share" / "uv" / "python").glob("cpython-*/bin")
    given = map(Path, os.environ.get("PATH", os.defpath).split(os.pathsep))
    kept = [path for path in given if path.name != "shims" and not path.is_relative_to(VENVS)]
    return os.pathsep.join(map(str, dict.fromkeys([*managed, *kept])))


def files() -> list[Path]:
    """Every file of the checkout that git tracks or would track, relative to ROOT, sorted."""
    argv = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(argv, stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")
    return sorted({Path(name) for name in listed if name and (ROOT / name).is_file()})


def build_ignore() -> list[str]:
    """The patterns under `build_ignore:` in galaxy.yml (a plain list of strings; read without a YAML library)."""
    block = (ROOT / "galaxy.yml").read_text().partition("\nbuild_ignore:\n")[2]
    return [line.strip()[2:].strip("\"'") for line in block.splitlines() if re.match(r"\s+- ", line)]


def artefact_files() -> list[Path]:
    """The files that `ansible-galaxy collection build` takes: those of the checkout less `build_ignore`."""
    patterns = build_ignore()

    def ignored(path: Path) -> bool:
        parts = [str(path), *map(str, path.parents)]
        return any(fnmatch.fnmatch(part, pattern) for part in parts for pattern in patterns)

    return [path for path in files() if not ignored(path)]


def copy_files(paths: list[Path], target: Path) -> None:
    """Copy files of the checkout to the same places below TARGET."""
    for path in paths:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target / path)


def environment(**changes: str) -> dict[str, str]:
    """The caller's environment without what has no part in a test, with CHANGES."""
    return {key: value for key, value in os.environ.items() if key not in UNSET} | changes


def write_or_check(tool: str, path: Path, text: str) -> int:
    """Write a document that a tool makes, or with `--check` only say whether it is current; return the exit code."""
    if "--check" not in sys.argv[1:]:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        print(f"{path.relative_to(ROOT)} is not current: run tools/{Path(tool).name}")
        return 1
    return 0


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """One at a time across processes: two `make` runs in one checkout must not make the same thing together."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def home() -> Path:
    """A home directory below .build, for programs that would leave things in the user's."""
    directory = STATE / "home"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def program(*argv: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the checkout without input, and keep all that it prints; CHANGES are to the environment."""
    return subprocess.run(
        [str(part) for part in argv],
        cwd=ROOT,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
