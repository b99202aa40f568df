# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Code from elsewhere is named by its content: packages by hashes, actions by commits; scripts keep their run bit."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.unit.documented_blocks import PROJECT

REQUIREMENTS = sorted((PROJECT / "requirements").glob("*.txt"))
# Tables of noxfile.py.
PYTHONS, ALONE = (
    ast.literal_eval(node.value)
    for node in ast.parse((PROJECT / "noxfile.py").read_text(encoding="utf-8")).body
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("PYTHONS", "ALONE")
)
REQUIREMENT = re.compile(r"[a-z0-9][\w.-]*==[\w.!+]+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+")
ACTION = re.compile(r"^[- \t]*uses:[ \t]*(\S.*)$", re.MULTILINE)
# An action of the same repository needs no commit.
PINNED = re.compile(r"(\./\S*|[\w.-]+/[\w./-]+@[0-9a-f]{40} +# v\d+(\.\d+)*)")
# How an installation is told to refuse a package without a hash.
STRICT = "--require-hashes"


def tracked() -> dict[str, str]:
    """Return the mode of every file in git, by its path."""
    argv = ["git", "-C", str(PROJECT), "ls-files", "--stage", "-z"]
    listed = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split("\0")
    return {entry.partition("\t")[2]: entry.split()[0] for entry in listed if entry}


def unhashed(text: str) -> list[str]:
    """Return the requirements of a file that have no version or no hash."""
    entries = re.split(r"\n(?! )", text.strip())
    return [entry.split()[0] for entry in entries if not REQUIREMENT.fullmatch(entry)]


def unpinned(text: str) -> list[str]:
    """Return the actions that a text uses without a commit and the version that it belongs to."""
    return [used for used in ACTION.findall(text) if not PINNED.fullmatch(used.strip())]


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_have_hashes(path: Path) -> None:
    """Every package of every environment has an exact version and hashes."""
    assert unhashed(path.read_text(encoding="utf-8")) == []


def test_every_environment_has_pins() -> None:
    """Those of noxfile.py, and what is installed beside them, have requirements of their name; `test.in` is a part."""
    inputs = {path.stem for path in (PROJECT / "requirements" / "in").glob("*.in")} - {"test"}
    assert inputs == {path.stem for path in REQUIREMENTS} == {*PYTHONS, *ALONE}


def test_versions_are_those_of_the_table() -> None:
    """The documents name every ansible-core that is tested, and the workflow installs the best Python of each."""
    cores = {name.removeprefix("core-") for name in PYTHONS if name.startswith("core-")}
    for path in ("README.md", "CONTRIBUTING.md", "Makefile"):
        text = (PROJECT / path).read_text(encoding="utf-8")
        assert {core for core in cores if core not in text} == set(), path
    workflow = (PROJECT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"^ +(3\.\d+)$", workflow, re.MULTILINE)) == {found[0] for found in PYTHONS.values()}


@pytest.mark.parametrize("path", ["Makefile", "noxfile.py"])
def test_installations_refuse_what_has_no_hash(path: str) -> None:
    """Each installation from a file of requirements says so."""
    text = (PROJECT / path).read_text(encoding="utf-8")
    installations = re.findall(r'^.*["\s]-r\b(?!m).*$', text, re.MULTILINE)
    assert installations
    assert [line for line in installations if STRICT not in line] == []


def test_actions_are_pinned() -> None:
    """Workflows and the documents that show them use actions by commit, with the version as a comment."""
    paths = [path for path in tracked() if path.endswith((".yml", ".yaml", ".md", ".rst"))]
    texts = {path: (PROJECT / path).read_text(encoding="utf-8") for path in paths if (PROJECT / path).exists()}
    assert any(ACTION.search(text) for text in texts.values())
    assert {path: found for path, text in texts.items() if (found := unpinned(text))} == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a==1.0\n", ["a==1.0"]),
        (f"a==1.0 \\\n    --hash=sha256:{'0' * 64}\nb==2\n", ["b==2"]),
        (f"a>=1.0 \\\n    --hash=sha256:{'0' * 64}\n", ["a>=1.0"]),
        ("a==1.0 \\\n    --hash=sha256:0\n", ["a==1.0"]),
        (f"a==1.0 ; python_full_version < '3.11' \\\n    --hash=sha256:{'0' * 64}\n", []),
    ],
)
def test_a_requirement_without_hash_is_noticed(text: str, said: list[str]) -> None:
    """The check above can fail."""
    assert unhashed(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("      - uses: actions/cache@v4\n", ["actions/cache@v4"]),
        ("        uses: actions/cache@main # v4\n", ["actions/cache@main # v4"]),
        (f"        uses: actions/cache@{'a' * 40}\n", [f"actions/cache@{'a' * 40}"]),
        (f"        uses: actions/cache@{'a' * 39} # v4.1\n", [f"actions/cache@{'a' * 39} # v4.1"]),
        (f"        uses: actions/cache/save@{'a' * 40}  # v4.1.2\n", []),
        ("        uses: ./.github/actions/own\n", []),
    ],
)
def test_an_action_without_commit_is_noticed(text: str, said: list[str]) -> None:
    """The check above can fail."""
    assert unpinned(text) == said


def test_vault_password_scripts_can_be_run() -> None:
    """Git keeps their run bit: without it Ansible takes the text of the script for the password."""
    modes = tracked()
    named = {
        Path(value).name
        for path in modes
        if (PROJECT / path).is_file()
        for value in re.findall(
            r"VAULT_PASSWORD_FILE\W+(\S+)", (PROJECT / path).read_bytes().decode("utf-8", errors="replace")
        )
    }
    scripts = {
        path: mode
        for path, mode in modes.items()
        if Path(path).name in {name.strip("'\"") for name in named} and (PROJECT / path).read_bytes().startswith(b"#!")
    }
    assert scripts == dict.fromkeys(["docs/ci/vault-password.sh", "extensions/molecule/vault-password.sh"], "100755")
