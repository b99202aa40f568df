"""Build the Galaxy artefact below .build and put it through galaxy-importer; any warning or error fails.

Run by `make lint`, with the programs of the environment `lint` first on PATH.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import _project as project

WORK = project.BUILD / "artefact"
COMPLAINT = re.compile(r"^(WARNING|ERROR|CRITICAL)\b", re.MULTILINE)


def build() -> Path:
    """Build the artefact and return its path."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    argv = ["ansible-galaxy", "collection", "build", "--output-path", str(WORK), str(project.ROOT)]
    subprocess.run(argv, check=True, cwd=WORK, stdout=subprocess.DEVNULL)
    return next(WORK.glob("*.tar.gz"))


def surprises(archive: Path) -> list[str]:
    """Lines about files that stand in the artefact and should not, or the other way round."""
    with tarfile.open(archive) as content:
        inside = {member.name for member in content if member.isfile()} - {"MANIFEST.json", "FILES.json"}
    wanted = {str(path) for path in project.artefact_files()} - {"galaxy.yml"}
    return [
        f"{name}: in the artefact, though git or build_ignore leaves it out" for name in sorted(inside - wanted)
    ] + [f"{name}: not in the artefact" for name in sorted(wanted - inside)]


def import_like_galaxy(archive: Path) -> str:
    """What galaxy-importer says about the artefact; raise CalledProcessError when it refuses it."""
    settings = str(project.ROOT / "tools" / "galaxy-importer.cfg")
    done = subprocess.run(
        [sys.executable, "-m", "galaxy_importer.main", archive.name],
        cwd=WORK,
        env=project.environment(GALAXY_IMPORTER_CONFIG=settings, HOME=str(project.home())),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(done.stdout)
    done.check_returncode()
    return done.stdout


def main() -> int:
    archive = build()
    wrong = surprises(archive)
    print(*wrong, sep="\n")
    return 1 if wrong or COMPLAINT.search(import_like_galaxy(archive)) else 0


if __name__ == "__main__":
    try:
        with project.locked("artefact"):
            sys.exit(main())
    except subprocess.CalledProcessError as failure:
        sys.exit(f"command failed ({failure.returncode}): {failure.cmd}")
