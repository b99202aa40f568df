# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site of `make docs`: pages of playbooks, links to pages at other places, and links that lead nowhere."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
ADDRESS = (
    '.. ansible-links::\n\n  - title: "Repository (Sources)"\n    url: "https://x.invalid"\n    external: true\n\n'
)


@pytest.fixture
def docs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool that builds the site."""
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("docs")


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The settings of Sphinx."""
    monkeypatch.setitem(sys.modules, "pygments.lexers.special", ModuleType("pygments.lexers.special"))
    monkeypatch.setattr(sys.modules["pygments.lexers.special"], "TextLexer", object, raising=False)
    spec = importlib.util.spec_from_file_location("docs_site_settings", TOOLS / "_docs_site" / "conf.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_playbook_has_a_page(docs: ModuleType) -> None:
    """Its comment is text, commands in it are code; a link to the variables and the playbook follow."""
    playbook = "# Do one.\n#\n#   ansible-playbook one\n- name: One\n  hosts: all\n"
    assert docs.playbook_page("one_two", f"---\n{playbook}") == (
        "# one_two: playbook\n\nDo one.\n\n    ansible-playbook one\n\n"
        f"[Variables of this playbook](README.md#one-two)\n\n```yaml\n{playbook}```\n"
    )


def test_dead_links(docs: ModuleType, tmp_path: Path) -> None:
    """Those of the frame, too; links to other hosts and to places of the page itself are left out."""
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text('<a href="a/b.html#x"><img src="none.svg"><a href="#"><a href="https://x">')
    (tmp_path / "a" / "b.html").write_text('<a href="../index.html"><a href="index.html">')
    assert docs.dead_links(tmp_path) == [
        "a/b.html links to index.html, which is not there",
        "index.html links to none.svg, which is not there",
    ]


@pytest.mark.parametrize(
    ("page", "text", "expected"),
    [
        ("README", "[a](docs/docsite/rst/guide.rst#x)", "[a](collection/docsite/guide.rst#x)"),
        ("docs/tokens", "[a](docsite/rst/guide.rst)", "[a](../collection/docsite/guide.rst)"),
        ("docs/ci/README", "[a](../../playbooks/one.yml)", "[a](../../playbooks/one.md)"),
        ("README", "[a](https://x/playbooks/one.yml) [b](docs/ci/one.yml)", None),
        ("collection/one", f"Text\n\n{ADDRESS}More\n", "Text\n\nMore\n"),
        ("collection/one", f"Text\n\nCollection links\n~~~~~~~~~~~~~~~~\n\n{ADDRESS}More\n", "Text\n\nMore\n"),
    ],
)
def test_pages_are_adapted(settings: ModuleType, page: str, text: str, expected: str | None) -> None:
    """Guides and playbooks have their pages at other places, and the repository has no address yet."""
    source = [text]
    settings.adapted(None, page, source)
    assert source == [expected or text]
