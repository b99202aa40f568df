"""Build what is published, the collection and the emulator: the same bytes for the same commit.

    REPOSITORY_URL=https://host/owner/name .ci/packages.py FOLDER [--emulator]

Needs ansible-galaxy on PATH. The address becomes `repository` and `issues`. Links get it that are in the README,
which a Galaxy server shows by itself, or that lead to files outside of the archive. Without it nothing is changed.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

import _project as project

VERSION = re.compile(r"^version: (\S+)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)\s]*)?\)")
PLACEHOLDER = "ADDRESS-OF-THIS-REPOSITORY"


def commit_time() -> int:
    """Return the moment of the commit, which all files of the archive get."""
    argv = ["git", "-C", str(project.ROOT), "log", "-1", "--format=%ct"]
    return int(subprocess.run(argv, stdout=subprocess.PIPE, check=True).stdout)


def with_address(tree: Path, url: str) -> None:
    """Name the address of the repository in a copy of the checkout."""
    galaxy = tree / "galaxy.yml"
    text = galaxy.read_text(encoding="utf-8")
    version = VERSION.findall(text)[0]
    galaxy.write_text(f"{text}repository: {url}\nissues: {url}/issues\n", encoding="utf-8")
    for path in (tree / "README.md", tree / "docs" / "docsite" / "rst" / "guide_install.rst"):
        path.write_text(path.read_text(encoding="utf-8").replace(PLACEHOLDER, url), encoding="utf-8")
    for path in tree.rglob("*.md"):
        text = LINK.sub(partial(full_link, path, tree, f"{url}/blob/v{version}"), path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")


def full_link(path: Path, tree: Path, base: str, found: re.Match[str]) -> str:
    """Return a link of a document with the address, unless it leads to another document of the archive."""
    target = os.path.normpath(path.parent.relative_to(tree) / found[1])
    stays = (tree / target).exists() and path != tree / "README.md"
    return found[0] if stays else f"]({base}/{target}{found[2] or ''})"


def unpacked(archive: Path) -> dict[str, tuple[tarfile.TarInfo, bytes]]:
    """Return the members of an archive by name."""
    with tarfile.open(archive) as found:
        files = {item.name: (item, found.extractfile(item)) for item in found}
        return {name: (item, stream.read() if stream else b"") for name, (item, stream) in files.items()}


def packed(content: dict[str, tuple[tarfile.TarInfo, bytes]], moment: int) -> bytes:
    """Return an archive of members in their order, with the same time and without an owner."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as made:
        for item, raw in content.values():
            item.size, item.mtime, item.pax_headers = len(raw), moment, {}
            item.uid, item.gid, item.uname, item.gname = 0, 0, "", ""
            item.mode = 0o755 if item.mode & 0o100 else 0o644
            made.addfile(item, io.BytesIO(raw))
    return gzip.compress(buffer.getvalue(), mtime=moment)


def in_order(content: dict[str, tuple[tarfile.TarInfo, bytes]]) -> dict[str, tuple[tarfile.TarInfo, bytes]]:
    """Return the members of a collection's archive with a list of files that does not depend on the file system."""
    listed = json.loads(content["FILES.json"][1])
    listed["files"].sort(key=lambda entry: str(entry["name"]))
    files = json.dumps(listed, indent=True).encode()
    manifest = json.loads(content["MANIFEST.json"][1])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(files).hexdigest()
    head = {"MANIFEST.json": json.dumps(manifest, indent=True).encode(), "FILES.json": files}
    ordered = {name: (content[name][0], raw) for name, raw in head.items()}
    return ordered | {name: content[name] for name in sorted(content.keys() - head.keys())}


def build_collection(tree: Path, target: Path, moment: int) -> None:
    """Write the archive of the collection into a folder."""
    project.copy_files(project.artefact_files(), tree)
    if url := os.environ.get("REPOSITORY_URL", "").rstrip("/"):
        with_address(tree, url)
    made = tree.parent / "made"
    subprocess.run(["ansible-galaxy", "collection", "build", "--output-path", made, tree], check=True)
    for archive in made.glob("*.tar.gz"):
        (target / archive.name).write_bytes(packed(in_order(unpacked(archive)), moment))


def build_emulator(tree: Path, target: Path, moment: int) -> None:
    """Write the wheel and the sdist of the emulator into a folder."""
    project.copy_files([path for path in project.files() if path.parts[0] in ("emulator", "LICENSE")], tree)
    build = [
        str(project.UV),
        "build",
        "--quiet",
        "--build-constraints",
        str(project.ROOT / "requirements" / "setup.txt"),
    ]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(moment)}
    subprocess.run([*build, "--out-dir", target, tree / "emulator"], env=environment, check=True)
    (target / ".gitignore").unlink(missing_ok=True)
    for archive in target.glob("paas_emulator-*.tar.gz"):
        archive.write_bytes(packed(dict(sorted(unpacked(archive).items())), moment))


def main() -> None:
    """Build from a copy of the checkout, as files that git does not know must not get in."""
    target, moment = Path(sys.argv[1]).resolve(), commit_time()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        build_collection(Path(folder, "collection"), target, moment)
        if "--emulator" in sys.argv:
            build_emulator(Path(folder, "emulator"), target, moment)


if __name__ == "__main__":
    main()
