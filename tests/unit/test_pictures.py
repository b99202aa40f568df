# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the documents show what there is, are made by tools, and need nothing from elsewhere."""

from __future__ import annotations

import html
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.documented_blocks import PROJECT, blocks_of

PICTURES = sorted((PROJECT / "docs").rglob("*.svg"))
DEMO = PROJECT / "docs" / "demo.svg"
# What differs from run to run: port, dates, the name of the environment, the time it took.
VARYING = (
    (r"127\.0\.0\.1:\d+", "ADDRESS"),
    (r"\d{4}-\d\d-\d\d", "DATE"),
    (r"quickstart-[0-9a-f]{6}", "NAME"),
    (r"\d+s\.", "S"),
)


def steady(line: str) -> str:
    """A line without blanks and without what differs from run to run."""
    line = re.sub(r"\s+", "", line)
    for pattern, word in VARYING:
        line = re.sub(pattern, word, line)
    return line


def recorded() -> list[str]:
    """The lines of the recording that are not empty."""
    lines: dict[int, str] = {}
    for number, text in re.findall(
        r"<text [^>]*#demo-line-(\d+)\)[^>]*>([^<]*)</text>", DEMO.read_text(encoding="utf-8")
    ):
        lines[int(number)] = lines.get(int(number), "") + html.unescape(text)
    return [steady(line) for _number, line in sorted(lines.items()) if steady(line)]


def test_the_readme_shows_a_part_of_the_recording() -> None:
    """Lines of three dots stand for what is left out; a test of `make demo` holds the recording to what is printed."""
    (shown,) = [block.text for block in blocks_of(Path("README.md")) if block.text.startswith("The life of a")]
    rest = iter(recorded())
    missing = [line for line in shown.splitlines() if line.strip(" .") and steady(line) not in rest]
    assert missing == []


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: str(path.name))
def test_pictures_stand_alone(path: Path) -> None:
    """They are XML, have a title for those who cannot see them, and name no other address than that of their format."""
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.find(".//{http://www.w3.org/2000/svg}title") is not None
    assert set(re.findall(r"https?://[\w.]+", text)) <= {"http://www.w3.org", "http://127.0.0.1"}
