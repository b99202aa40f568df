"""Internal to tools/: what several tools need to know about this checkout."""

from __future__ import annotations

import fcntl
import fnmatch
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
VENVS = BUILD / "venv"
WORKSPACE = BUILD / "ws"
STATE = BUILD / "state"
NAMESPACE, NAME = "inet", "elastic"
PROCESSORS = os.cpu_count() or 2

# Which Python each environment below .build/venv is made with, best first.
PYTHONS = {
    "run": ("3.13", "3.12", "3.11", "3.14"),
    "lint": ("3.13", "3.12", "3.11", "3.14"),
    "molecule": ("3.11", "3.12", "3.13"),
    "runner": ("3.11", "3.12", "3.13"),
    "core-2.16": ("3.11", "3.12", "3.10"),
    "core-2.19": ("3.11", "3.12", "3.13"),
    "core-2.21": ("3.13", "3.12", "3.14"),
    "bench": ("3.11", "3.12", "3.13"),
    "bench-peers": ("3.11", "3.12", "3.13"),
    "docs": ("3.13", "3.12", "3.11", "3.14"),
}

# Set on some machines; they keep Python from writing byte code, which doubles the start of every program here.
SLOW_SWITCHES = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")


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


def program_path(*first: Path) -> str:
    """A PATH of the given directories, then the caller's without the shims of version managers.

    A shim can stand for an interpreter that is not there; ansible-test takes it for one and fails.
    """
    rest = [entry for entry in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(entry).name != "shims"]
    return os.pathsep.join([*map(str, first), *rest])


def environment(**changes: str) -> dict[str, str]:
    """The caller's environment without the switches that slow Python down, with CHANGES."""
    return {key: value for key, value in os.environ.items() if key not in SLOW_SWITCHES} | changes


@contextmanager
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


def find_python(*versions: str) -> str | None:
    """Path of the first working interpreter among minor versions like "3.11", or None."""
    argv = ["sh", str(ROOT / "tools" / "find-python"), *versions]
    found = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    return found or None


def python_for(name: str) -> str | None:
    """Path of the interpreter to make environment NAME with, or None when this machine has none that fits."""
    version = ".".join(map(str, sys.version_info[:2]))
    own = getattr(sys, "_base_executable", sys.executable) if version in PYTHONS[name] else None
    if name.startswith(("core-", "bench")):  # these keep to the order of the table, so that machines agree
        return find_python(*PYTHONS[name]) or own
    return own or find_python(*PYTHONS[name])


def wanted(name: str) -> str:
    """The Pythons that environment NAME can be made with, for a message: "Python 3.13 or 3.12"."""
    return "Python " + " or ".join(PYTHONS[name])
