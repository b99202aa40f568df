"""What ansible-builder makes of this checkout: the collection's requirements, and the build context of the example.

Run by `make lint`. No image is built. Exit code 1 and one line where something is missing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import _project as project

WORK = project.BUILD / "ee"
EXAMPLE = project.ROOT / "tests" / "ee" / "execution-environment.yml"
REQUIREMENTS = project.ROOT / "meta" / "ee-requirements.txt"


def run(*argv: str) -> str:
    """What a program printed; raise CalledProcessError when it fails."""
    done = subprocess.run(
        argv, cwd=WORK, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
    )
    print(done.stdout)
    done.check_returncode()
    return done.stdout


def introspected() -> list[str]:
    """Requirements of the collection that are not found, by way of the artefact as an image has it."""
    run("ansible-galaxy", "collection", "build", "--output-path", str(WORK), str(project.ROOT))
    installed = WORK / "installed"
    archive = next(WORK.glob("*.tar.gz"))
    inside = installed / "ansible_collections" / project.NAMESPACE / project.NAME
    inside.mkdir(parents=True)
    shutil.unpack_archive(archive, inside)
    run("ansible-builder", "introspect", "--write-pip", str(WORK / "pip.txt"), str(installed))
    found = (WORK / "pip.txt").read_text(encoding="utf-8")
    return [
        f"{wanted}: not among what ansible-builder finds"
        for wanted in REQUIREMENTS.read_text().split()
        if wanted not in found
    ]


def created() -> list[str]:
    """What lacks in the build context of the example."""
    shutil.copy(EXAMPLE, WORK)
    context = WORK / "context"
    said = run(
        "ansible-builder",
        "create",
        "--file",
        EXAMPLE.name,
        "--context",
        str(context),
        "--output-filename",
        "Containerfile",
    )
    archive = next(WORK.glob("*.tar.gz")).name
    wanted = {
        context / "Containerfile": "ansible-galaxy collection install",
        context / "_build" / "requirements.yml": f"collections/{archive}",
        context / "_build" / "collections" / archive: "",
    }
    missing = [
        f"{path.relative_to(WORK)}: not as it has to be" for path, text in wanted.items() if not holds(path, text)
    ]
    return missing + [line for line in said.splitlines() if "outdated" in line or line.startswith("WARN")]


def holds(path: Path, text: str) -> bool:
    """Whether a file is there, with a text in it."""
    return path.is_file() and text.encode() in path.read_bytes()


def main() -> int:
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    wrong = [*introspected(), *created()]
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        with project.locked("ee"):
            sys.exit(main())
    except subprocess.CalledProcessError as failure:
        sys.exit(f"command failed ({failure.returncode}): {failure.cmd}")
