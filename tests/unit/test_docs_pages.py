# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Markdown files of a checkout become pages of the documentation site, with all that they link to."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]


class Checkout:
    """A small one, and the site that is laid out from it."""

    def __init__(self, root: Path, pages: Any) -> None:
        self.root, self.pages = root, pages
        self.source = root / "site"
        self.write("index.txt", "Roles\n\n   ROLES\n")

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def lay_out(self) -> bool:
        (self.source / "others").mkdir(parents=True, exist_ok=True)
        gone: bool = self.pages.lay_out(self.root / "index.txt", self.source, keep=self.source / "others")
        return gone

    def files(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.source)): path.read_text(encoding="utf-8")
            for path in self.source.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    monkeypatch.syspath_prepend(str(PROJECT / "tools"))
    pages = importlib.import_module("_docs_pages")

    def files() -> list[Path]:
        paths = (path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
        return sorted(path for path in paths if path.parts[0] != "site")

    monkeypatch.setattr(pages.project, "ROOT", tmp_path)
    monkeypatch.setattr(pages.project, "files", files)
    return Checkout(tmp_path, pages)


def test_pages_and_what_they_link_to(checkout: Checkout) -> None:
    """Links to pages stay, those to folders lead to a README or become text, files come along; code is left alone."""
    checkout.write("docs/a.md", "[b](b.md#x) [role](../roles/one) [play](../play.yml)\n```sh\n[b](c.md)\n```\n")
    checkout.write("docs/b.md", "[a](https://example.com) [c](#c) [`plays`](../plays)\n")
    checkout.write("plays/one.yml", "---\n")
    checkout.write("docs/p.svg", "<svg/>")
    checkout.write("roles/one/README.md", "# one\n")
    checkout.write("play.yml", "---\n")
    checkout.write("other.yml", "---\n")
    assert checkout.lay_out() is False
    assert checkout.files() == {
        "index.rst": "Roles\n\n   roles/one/README\n",
        "docs/a.md": "[b](b.md#x) [role](../roles/one/README.md) [play](../play.yml)\n```sh\n[b](c.md)\n```\n",
        "docs/b.md": "[a](https://example.com) [c](#c) `plays`\n",
        "docs/p.svg": "<svg/>",
        "roles/one/README.md": "# one\n",
        "play.yml": "---\n",
    }


@pytest.mark.parametrize("link", ["nothing.md", "../../outside.md"])
def test_a_link_that_leads_nowhere(checkout: Checkout, link: str) -> None:
    """To no file, or out of the checkout."""
    (checkout.root.parent / "outside.md").write_text("x", encoding="utf-8")
    checkout.write("docs/a.md", f"[x]({link})\n")
    with pytest.raises(checkout.pages.PageError, match=rf"docs/a\.md links to {link}, which is not there"):
        checkout.lay_out()


def test_the_second_time(checkout: Checkout) -> None:
    """What has not changed is not written; a page that is gone goes from the site; what others made stays."""
    checkout.write("docs/a.md", "a\n")
    checkout.write("docs/b.md", "b\n")
    checkout.lay_out()
    (checkout.source / "others" / "page.rst").write_text("x", encoding="utf-8")
    before = (checkout.source / "docs" / "a.md").stat().st_mtime_ns
    (checkout.root / "docs" / "b.md").unlink()
    assert checkout.lay_out() is True
    assert (checkout.source / "docs" / "a.md").stat().st_mtime_ns == before
    assert sorted(checkout.files()) == ["docs/a.md", "index.rst", "others/page.rst"]
    assert checkout.lay_out() is False
