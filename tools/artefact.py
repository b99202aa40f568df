"""Build the Galaxy artefact, and see what Galaxy and ansible-builder make of it; any complaint fails.

Run by `make lint`, with the programs of its environment first on PATH. No image is built.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import _project as project

WORK = project.BUILD / "artefact"
EXAMPLE = project.ROOT / "extensions" / "execution_environment" / "execution-environment.yml"
REQUIREMENTS = project.ROOT / "meta" / "ee-requirements.txt"
COMPLAINT = re.compile(r"^(?:WARN|ERROR|CRITICAL).*|.*outdated.*", re.MULTILINE)


def run(*argv: str | Path, **changes: str) -> list[str]:
    """Run a program and show what it prints; return its complaints. Raise SystemExit if it fails."""
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(argv, cwd=WORK, env=os.environ | changes, check=False, **pipes)
    print(done.stdout)
    if done.returncode:
        sys.exit(f"command failed ({done.returncode}): {argv}")
    return COMPLAINT.findall(done.stdout)


def wrong_content(archive: Path) -> Iterator[str]:
    """Yield a line for each file that is in the artefact and should not be, or the other way round."""
    with tarfile.open(archive) as content:
        inside = {member.name for member in content if member.isfile()} - {"MANIFEST.json", "FILES.json"}
    expected = {str(path) for path in project.artefact_files()} - {"galaxy.yml"}
    yield from (f"{name}: in the artefact, though git or build_ignore leaves it out" for name in inside - expected)
    yield from (f"{name}: not in the artefact" for name in expected - inside)


def wrong_import(archive: Path) -> Iterator[str]:
    """Yield the complaints of galaxy-importer."""
    settings = {"GALAXY_IMPORTER_CONFIG": str(project.ROOT / "tools" / "galaxy-importer.cfg")}
    yield from run(sys.executable, "-m", "galaxy_importer.main", archive.name, HOME=str(project.HOME), **settings)


def wrong_requirements(archive: Path) -> Iterator[str]:
    """Yield the requirements of the collection that ansible-builder does not find in the artefact."""
    inside = WORK / "installed" / "ansible_collections" / project.NAMESPACE / project.NAME
    inside.mkdir(parents=True)
    shutil.unpack_archive(archive, inside)
    run("ansible-builder", "introspect", "--write-pip", "pip.txt", "installed")
    found = (WORK / "pip.txt").read_text(encoding="utf-8")
    missing = [name for name in REQUIREMENTS.read_text(encoding="utf-8").split() if name not in found]
    yield from (f"{name}: not among what ansible-builder finds" for name in missing)


def wrong_context(archive: Path) -> Iterator[str]:
    """Yield what is wrong with the build context that ansible-builder makes of the example."""
    shutil.copy(EXAMPLE, WORK)
    where = ("--file", EXAMPLE.name, "--context", "context", "--output-filename", "Containerfile")
    yield from run("ansible-builder", "create", *where)
    expected = {
        "Containerfile": "ansible-galaxy collection install",
        "_build/requirements.yml": f"collections/{archive.name}",
        f"_build/collections/{archive.name}": "",
    }
    for name, text in expected.items():
        path = WORK / "context" / name
        if not path.is_file() or text.encode() not in path.read_bytes():
            yield f"context/{name}: not as it has to be"


def main() -> int:
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    run(sys.executable, project.ROOT / ".ci" / "packages.py", WORK, REPOSITORY_URL="https://git.invalid/inet/elastic")
    archive = next(WORK.glob("*.tar.gz"))
    checks = (wrong_content, wrong_import, wrong_requirements, wrong_context)
    wrong = [line for check in checks for line in check(archive)]
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    with project.locked("artefact"):
        sys.exit(main())
