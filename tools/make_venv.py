"""Make one virtual environment below .build/venv from a pinned requirement file, whose hashes every package must match.

    tools/make_venv.py NAME

NAME is `run`, `lint` or `core-X.Y`; its pins are `requirements/NAME.txt`. The interpreter is the first working one of
the versions that the environment's ansible-core supports (`_project.PYTHONS`). The emulator of this checkout is
installed editable. Exit code 2 and one line when no interpreter fits.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

import _project as project

SETUP = "requirements/setup.txt"


class SetupError(Exception):
    """A set-up that cannot go on; the text says what is missing and what to do."""


def run(*argv: str | Path) -> None:
    """Run a command quietly; show what it printed when it fails."""
    command = [str(arg) for arg in argv]
    done = subprocess.run(
        command,
        cwd=project.ROOT,
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupError(f"{done.stdout.rstrip()}\ncommand failed ({done.returncode}): {' '.join(command)}")


def installer() -> Path:
    """Path of the pinned uv, which has an environment of its own."""
    home = project.VENVS / "uv"
    pins = (project.ROOT / SETUP).read_text()
    stamp = home / "pins.txt"
    if not (stamp.is_file() and stamp.read_text() == pins and (home / "bin" / "python").exists()):
        run(sys.executable, "-m", "venv", "--clear", home)
        run(home / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", SETUP)
        stamp.write_text(pins)
    return home / "bin" / "uv"


def make(name: str) -> None:
    """Build `.build/venv/NAME`; raise SetupError with one clear text when that is impossible."""
    python = project.python_for(name)
    if python is None:
        raise SetupError(f"the environment {name} needs {project.wanted(name)}: install one and put it on PATH")
    stamp = project.VENVS / f"{name}.stamp"
    asked = time.time()
    with project.locked("venv"):
        if stamp.exists() and stamp.stat().st_mtime >= asked:
            return  # another run made it while this one waited for the lock
        print(f"setting up .build/venv/{name} ({python})", flush=True)
        target = project.VENVS / name
        if target.exists():
            shutil.rmtree(target)
        install: list[str | Path] = [installer(), "pip", "install", "--quiet", "--compile-bytecode"]
        install += ["--python", target / "bin" / "python", "--build-constraints", SETUP]
        run(python, "-m", "venv", "--without-pip", target)
        run(*install, "--require-hashes", "-r", f"requirements/{name}.txt")
        # A folder has no hash, so the emulator is installed by itself; its requirements are in the file above.
        run(*install, "--no-deps", "--editable", "emulator")
        stamp.touch()


def main() -> int:
    parser = argparse.ArgumentParser(description="Make one virtual environment below .build/venv.")
    parser.add_argument("name", choices=sorted(project.PYTHONS))
    try:
        make(parser.parse_args().name)
    except SetupError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
