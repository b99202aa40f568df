# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document about errors has all kinds and codes there are; a tool writes its tables from the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from paas_emulator import errors as emulated

from ansible_collections.inet.elastic.plugins.module_utils._client import codes
from ansible_collections.inet.elastic.plugins.module_utils._client.codes import MEANINGS, QUOTED

PROJECT = Path(__file__).resolve().parents[2]
TOOL = PROJECT / "tools" / "documents.py"
TEXT = (PROJECT / "docs" / "errors.md").read_text(encoding="utf-8")
KIND = re.compile(r'^    kind = "(\w+)"$', re.MULTILINE)


def rows(section: str) -> list[list[str]]:
    """The cells of a section's tables, without their heads."""
    text = TEXT.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if re.match(r"\| [`0-9]", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_it_is_current() -> None:
    """With the other files of the tool, as the tool would write them now."""
    checked = subprocess.run([sys.executable, str(TOOL), "--check"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_each_kind_has_its_line() -> None:
    """As results have it in `failure.kind`, wherever in the collection it is defined."""
    texts = (path.read_text(encoding="utf-8") for path in (PROJECT / "plugins").rglob("*.py"))
    kinds = {kind for text in texts for kind in KIND.findall(text)}
    assert {"refused", "store", "not_ready"} <= kinds
    assert {row[0].strip("`") for row in rows("Kinds of failure")} == kinds
    assert all(all(row) for row in rows("Kinds of failure"))


def test_each_code_has_its_line_and_advice() -> None:
    """Those of the client's tables, those that the code branches on, and those that the emulator can answer."""
    found = {int(row[0]): row for row in rows("Results of the platform")}
    branched = {value for value in vars(codes).values() if isinstance(value, int)}
    assert {3, 702, 8202} <= branched
    answered = {value for value in vars(emulated).values() if isinstance(value, int)}
    assert {702, 2300, 11041} <= answered
    assert set(MEANINGS) | set(QUOTED) | branched | answered <= set(found)
    assert len(found) == len(rows("Results of the platform"))
    assert [row for row in found.values() if not all(row)] == []


def test_a_code_is_in_one_of_the_tables() -> None:
    """Where its message has both our meaning and the platform's text, or only the latter."""
    assert set(MEANINGS) & set(QUOTED) == set()


def test_the_emulator_has_no_other_codes() -> None:
    """Each refusal needs a `ResultCode`, which mypy checks, and only the table makes them."""
    others = [
        path.name
        for path in (PROJECT / "emulator" / "src").rglob("*.py")
        if path.name != "errors.py" and re.search(r"ResultCode\(", path.read_text(encoding="utf-8"))
    ]
    assert others == []
