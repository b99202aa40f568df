"""Internal to tools/: what several tools need to know about this checkout."""

from __future__ import annotations

import contextlib
import fcntl
import fnmatch
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
VENVS = BUILD / "venv"
WORKSPACE = BUILD / "ws"
STATE = BUILD / "state"
HOME = STATE / "home"  # for programs that would leave things in the home directory of the user
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
    for folder in (STATE / "tmp", HOME):
        folder.mkdir(parents=True, exist_ok=True)
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


def artefact_files() -> list[Path]:
    """The files that `ansible-galaxy collection build` takes: those of the checkout but for `build_ignore`."""
    block = (ROOT / "galaxy.yml").read_text().partition("\nbuild_ignore:\n")[2]  # read without a YAML library
    patterns = [line.strip()[2:].strip("\"'") for line in block.splitlines() if re.match(r"\s+- ", line)]

    def ignored(path: Path) -> bool:
        parts = [str(path), *map(str, path.parents)]
        return any(fnmatch.fnmatch(part, pattern) for part in parts for pattern in patterns)

    return [path for path in files() if not ignored(path)]


def copy_files(paths: list[Path], target: Path) -> None:
    """Copy files of the checkout to the same places below TARGET."""
    for path in paths:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target / path)


def environment(**changes: str | Path) -> dict[str, str]:
    """The caller's environment without what has no part in a test, with CHANGES."""
    kept: dict[str, str | Path] = {key: value for key, value in os.environ.items() if key not in UNSET}
    return {name: str(value) for name, value in (kept | changes).items()}


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """One at a time across processes: two `make` runs in one checkout must not make the same thing together."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
