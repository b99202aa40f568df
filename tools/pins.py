"""Renew requirements/*.txt: exact versions, with hashes, of all that requirements/in/*.in and the emulator ask for.

Run by `make pins`; what changes is for review like any other change.
"""

from __future__ import annotations

import subprocess
import sys

import _project as project

# The lowest Python that each environment may be made with; the pins hold for every newer one.
LOWEST = {
    "run": "3.11",
    "lint": "3.11",
    "molecule": "3.11",
    "runner": "3.11",
    "core-2.16": "3.10",
    "core-2.19": "3.11",
    "core-2.21": "3.12",
    "bench": "3.11",
    "bench-peers": "3.11",
    "docs": "3.11",
}

# Requirements that do not include those of the emulator. `awx` is unpacked and not installed, so its own do not count.
ALONE = {"setup": "3.11", "awx": "3.11"}
MORE = {"awx": ["--no-deps"]}


def command(name: str, python: str) -> list[str]:
    """Return the command line that writes one file of pins."""
    inputs = [f"requirements/in/{name}.in", *([] if name in ALONE else ["emulator/pyproject.toml"])]
    argv = [str(project.VENVS / "uv" / "bin" / "uv"), "pip", "compile", "--quiet", "--upgrade", "--universal"]
    argv += ["--python-version", python, "--generate-hashes", "--no-header", "--no-annotate"]
    return [*argv, "--output-file", f"requirements/{name}.txt", *MORE.get(name, []), *inputs]


def main() -> int:
    for name, python in (LOWEST | ALONE).items():
        subprocess.run(command(name, python), cwd=project.ROOT, env=project.environment(), check=True)
        print(f"requirements/{name}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
