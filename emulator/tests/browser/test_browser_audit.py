# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the role audit, which tests/unit/audit/page.py has written into a file, as there is no Ansible here."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.test_browser_everybody import NARROW, RULES, color, too_wide, violations

PAGE = Path(__file__).with_name("audit.html")
SCRIPT = "<script>document.title='owned'</script>\"'&"


@pytest.fixture
def audit(page: Page, server: str) -> Page:
    """The page, opened. The fixture `page` fails the test if the page breaks its policy or loads anything."""
    page.route(f"{server}/audit.html", lambda route: route.fulfill(path=PAGE, content_type="text/html"))
    page.goto(f"{server}/audit.html")
    return page


def test_names_are_text_and_the_style_is_allowed(audit: Page) -> None:
    expect(audit).to_have_title("Audit of user@example.com")
    row = audit.get_by_role("region", name="Tokens").get_by_role("row", name=SCRIPT)
    expect(row.get_by_role("rowheader")).to_have_text(SCRIPT)
    assert audit.locator("script").count() == 0
    assert color(audit) == "rgb(255, 255, 255)"


def test_axe_in_both_themes_narrow_and_printed(audit: Page) -> None:
    assert too_wide(audit) == []
    assert {theme: violations(audit, theme) for theme in RULES} == {theme: [] for theme in RULES}
    assert color(audit) == "rgb(22, 25, 29)"
    audit.emulate_media(media="print")
    expect(audit.get_by_role("navigation")).to_be_hidden()
    assert color(audit) == "rgb(255, 255, 255)"
    audit.emulate_media(media="screen")


def test_read_by_keyboard(audit: Page) -> None:
    """Links lead to the sections, and a table that is too wide is scrolled by the arrow keys."""
    audit.set_viewport_size(NARROW)
    audit.keyboard.press("Tab")
    expect(audit.get_by_role("link", name="Findings")).to_be_focused()
    for name in ("Changes", "Tokens", "Environments"):
        audit.keyboard.press("Tab")
        expect(audit.get_by_role("link", name=name, exact=True)).to_be_focused()
    audit.keyboard.press("Enter")
    expect(audit.get_by_role("heading", name="Environments")).to_be_in_viewport()
    audit.keyboard.press("Tab")
    table = audit.get_by_role("region", name="Environments")
    expect(table).to_be_focused()
    # Noted by an event, as a condition that is evaluated again and again is forbidden by the policy of the page.
    table.evaluate(
        "node => node.addEventListener('scroll', () => { node.dataset.moved = String(node.scrollLeft > 0); })"
    )
    audit.keyboard.press("ArrowRight")
    expect(table).to_have_attribute("data-moved", "true")
