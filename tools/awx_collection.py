"""Put the collection awx.awx beside this one, below .build/ws: the role `controller` and its tests need it.

It is not on PyPI by itself, so it is taken out of the pinned wheel of `ansible`, which has a hundred others. Exit code
2 and one line when that is impossible.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import _project as project
from make_venv import SetupError, installer

PINS = "requirements/awx.txt"
INSIDE = "ansible_collections/awx/awx/"
TARGET = project.WORKSPACE / "ansible_collections" / "awx"


def download(folder: Path) -> Path:
    """Path of the wheel; raise CalledProcessError when it cannot be had."""
    argv = [str(installer().parent / "python"), "-m", "pip", "download", "--quiet", "--no-deps"]
    argv += ["--only-binary", ":all:", "--dest", str(folder), "--require-hashes", "-r", PINS]
    subprocess.run(
        argv, cwd=project.ROOT, env=project.environment(), check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return next(folder.glob("*.whl"))


def main() -> int:
    with project.locked("awx"), tempfile.TemporaryDirectory() as temporary:
        print(f"taking awx.awx out of {(project.ROOT / PINS).read_text().split()[0]}", flush=True)
        try:
            wheel = download(Path(temporary))
        except (subprocess.CalledProcessError, SetupError) as error:
            output = (
                error.stdout.decode(errors="replace")
                if isinstance(error, subprocess.CalledProcessError)
                else str(error)
            )
            print(f"ERROR: {output.strip()}", file=sys.stderr)
            return 2
        unpacked = Path(temporary) / "unpacked"
        with zipfile.ZipFile(wheel) as content:
            content.extractall(unpacked, [name for name in content.namelist() if name.startswith(INSIDE)])
        shutil.rmtree(TARGET, ignore_errors=True)
        shutil.copytree(unpacked / "ansible_collections" / "awx", TARGET)
        (TARGET / "pins.txt").write_text((project.ROOT / PINS).read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
