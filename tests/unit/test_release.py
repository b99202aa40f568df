# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release is built from: the version is the same everywhere, and archives depend on their content alone."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import json
import re
import subprocess
import tarfile
from pathlib import Path
from types import ModuleType

import pytest
import yaml

PROJECT = Path(__file__).resolve().parent.parent.parent
VERSION = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
# Where the present version stands, as the script that changes it finds it.
SCRIPT = (PROJECT / ".ci" / "prepare-release").read_text(encoding="utf-8")
MENTIONS = re.findall("^mentions='(.*)'$", SCRIPT, re.MULTILINE)[0]
MENTION = re.compile(MENTIONS + r"(\d+\.\d+\.\d+)", re.MULTILINE)
# A file for each way to write it.
WITH_VERSION = {
    "galaxy.yml",
    "README.md",
    "docs/awx.md",
    "docs/ci/requirements.yml",
    "docs/docsite/rst/guide_install.rst",
    "emulator/pyproject.toml",
    "emulator/src/paas_emulator/__init__.py",
    "emulator/tests/test_emulator_cli.py",
    "extensions/execution_environment/execution-environment.yml",
    "extensions/patterns/token_care/meta/pattern.json",
    "tools/_docs_site/antsibull-docs.cfg",
}


@pytest.fixture(scope="module")
def packages() -> ModuleType:
    """The program that builds."""
    spec = importlib.util.spec_from_file_location("packages", PROJECT / ".ci" / "packages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_version_is_the_same_everywhere() -> None:
    """A place that the script does not find would keep an old version."""
    argv = ["git", "-C", str(PROJECT), "grep", "-lE", r"[0-9]+\.[0-9]+\.[0-9]+"]
    argv += ["--", ":!changelogs", ":!requirements", ":!CHANGELOG.md"]
    found = {}
    for name in subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines():
        text = (PROJECT / name).read_text(encoding="utf-8")
        if versions := {match[-1] for match in MENTION.findall(text)}:
            found[name] = versions
    assert found.keys() >= WITH_VERSION
    assert {name: versions for name, versions in found.items() if versions != {VERSION}} == {}


def archive(folder: Path, names: list[str], mtime: int) -> Path:
    """An archive as ansible-galaxy makes it, in the order of a file system."""
    listed = json.dumps({"files": [{"name": name} for name in names], "format": 1})
    manifest = json.dumps({"file_manifest_file": {"chksum_sha256": hashlib.sha256(listed.encode()).hexdigest()}})
    path = folder / f"{mtime}.tar.gz"
    with tarfile.open(path, "w:gz") as made:
        for name, text in [("MANIFEST.json", manifest), ("FILES.json", listed), *((name, name) for name in names)]:
            item = tarfile.TarInfo(name)
            item.size, item.mtime, item.uid, item.mode = len(text), mtime, mtime, 0o755 if name == "run" else 0o640
            made.addfile(item, io.BytesIO(text.encode()))
    return path


def test_two_builds_are_equal(packages: ModuleType, tmp_path: Path) -> None:
    """Order, times, owner and mode of files depend on the machine; the checksums still hold."""
    first, second = (
        packages.packed(packages.in_order(packages.unpacked(archive(tmp_path, names, mtime))), 1_700_000_000)
        for names, mtime in ((["b", "run", "a"], 5), (["a", "b", "run"], 9))
    )
    assert first == second
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(first))) as made:
        assert [(item.name, item.mode, item.mtime) for item in made.getmembers()] == [
            (name, 0o755 if name == "run" else 0o644, 1_700_000_000)
            for name in ("MANIFEST.json", "FILES.json", "a", "b", "run")
        ]
        manifest, files = (made.extractfile(name) for name in ("MANIFEST.json", "FILES.json"))
        assert manifest and files
        expected = json.load(manifest)["file_manifest_file"]["chksum_sha256"]
        raw = files.read()
        assert hashlib.sha256(raw).hexdigest() == expected
        assert [entry["name"] for entry in json.loads(raw)["files"]] == ["a", "b", "run"]


def test_the_address_is_named(packages: ModuleType, tmp_path: Path) -> None:
    """In the metadata, in commands, and in links of the README or to what is not in the archive; other links stay."""
    guide = tmp_path / "docs" / "docsite" / "rst" / "guide_install.rst"
    guide.parent.mkdir(parents=True)
    guide.write_text("git clone ADDRESS-OF-THIS-REPOSITORY x\n", encoding="utf-8")
    (tmp_path / "galaxy.yml").write_text("name: elastic\nversion: 1.2.3\n", encoding="utf-8")
    text = "[a](docs/ci/README.md) [b](#c) [d](https://x.invalid) ADDRESS-OF-THIS-REPOSITORY\n"
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    support = tmp_path / "docs" / "support.md"
    support.write_text("[a](../README.md#top) [b](../emulator/README.md#x)\n", encoding="utf-8")
    packages.with_address(tmp_path, "https://host.invalid/o/n")
    assert yaml.safe_load((tmp_path / "galaxy.yml").read_text(encoding="utf-8")) == {
        "name": "elastic",
        "version": "1.2.3",
        "repository": "https://host.invalid/o/n",
        "issues": "https://host.invalid/o/n/issues",
    }
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == (
        "[a](https://host.invalid/o/n/blob/v1.2.3/docs/ci/README.md) [b](#c) [d](https://x.invalid) "
        "https://host.invalid/o/n\n"
    )
    assert support.read_text(encoding="utf-8") == (
        "[a](../README.md#top) [b](https://host.invalid/o/n/blob/v1.2.3/emulator/README.md#x)\n"
    )
    assert guide.read_text(encoding="utf-8") == "git clone https://host.invalid/o/n x\n"


def test_no_made_up_address_is_published() -> None:
    """A Galaxy server shows `repository` and `issues`; both are named when an archive is built for publishing."""
    galaxy = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))
    assert {"repository", "issues", "homepage", "documentation"}.isdisjoint(galaxy)
