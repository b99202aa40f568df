# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dashboard for everybody: without a mouse, in a narrow window, dark and light, with much to show."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, expect

from browser.dashboard_page import Dashboard
from emulator_client import LOGIN, PASSWORD, Client
from paas_emulator.journal import Entry
from paas_emulator.platform import Platform
from paas_emulator.store import Token

STOP = "environment.control.StopEnv"
SECONDS = 0.3
WINDOW = {"width": 1000, "height": 700}
NARROW = {"width": 360, "height": 640}
State = Callable[[], None]


def states(dashboard: Dashboard, client: Client) -> Iterator[str]:
    """Go through all that the dashboard can show, with a failure here and there."""
    page = dashboard.page
    client.create("a-project-with-a-rather-long-name-of-it", displayName="Shop")
    client.call("users.authentication.CreateToken", description="x" * 60, apiList=STOP, expiresAt="2020-01-01 00:00:00")
    dashboard.sign_in(password="wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "sign-in"
    dashboard.sign_in()
    dashboard.button("a-project-with-a-rather-long-name-of-it").click()
    expect(page.get_by_role("table", name="Layers of")).to_be_visible()
    client.control("PUT", "faults", [{"method": "StopEnv", "kind": "html"}, {"method": "GetSSL", "kind": "cut_after"}])
    dashboard.button("Stop a-project-with-a-rather-long-name-of-it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "environments"
    dashboard.button("Journal").click()
    expect(page.get_by_text("fault html")).to_be_visible()
    yield "journal"
    dashboard.controls()
    expect(page.get_by_text("GetSSL: cut_after")).to_be_visible()
    yield "controls"
    page.get_by_role("tab", name="Access Tokens").click()
    dashboard.rows().last.click()
    yield "tokens"
    dashboard.button("Edit").click()
    page.get_by_role("searchbox", name="Search").fill("control.s")  # all 400 methods take axe-core seconds
    expect(page.get_by_role("checkbox", name=STOP, exact=True)).to_be_checked()
    yield "token"
    dashboard.in_dialog("Regenerate Token").click()
    expect(dashboard.field("Password")).to_be_visible()
    yield "password"
    dashboard.confirm()
    expect(dashboard.field("Value")).to_be_visible()
    yield "value"


# Everything in the light theme; the dark one differs by its colors only.
RULES: dict[str, dict[str, object]] = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}


def violations(page: Page, theme: str) -> list[str]:
    """What axe-core finds on the page."""
    page.emulate_media(color_scheme=theme)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], "selectors": False, "iframes": False, **RULES[theme]}
    # What lies behind a dialog cannot be reached, and was looked at before.
    script = """async (options) => {
        const shown = [...document.querySelectorAll("dialog[open]")].pop() ?? document;
        return (await axe.run(shown, options)).violations;
    }"""
    found = page.evaluate(script, options)
    return [f"{row['id']}: {node['html']}" for row in found for node in row["nodes"]]


def too_wide(page: Page) -> list[str]:
    """What has to be scrolled sideways in a narrow window."""
    page.set_viewport_size(NARROW)
    script = """() => [document.documentElement, ...document.querySelectorAll("dialog[open]")]
        .filter((item) => item.scrollWidth > item.clientWidth).map((item) => item.tagName)"""
    found: list[str] = page.evaluate(script)
    page.set_viewport_size(WINDOW)
    return found


def test_axe_in_both_themes_and_narrow_windows(dashboard: Dashboard, client: Client) -> None:
    wrong: list[tuple[str, str, str]] = []
    back: dict[str, set[str]] = {"light": set(), "dark": set()}
    for name in states(dashboard, client):
        wrong += [(name, "narrow", text) for text in too_wide(dashboard.page)]
        for theme in RULES:
            wrong += [(name, theme, text) for text in violations(dashboard.page, theme)]
            back[theme].add(color(dashboard.page))
    assert wrong == []
    assert back == {"light": {"rgb(255, 255, 255)"}, "dark": {"rgb(22, 25, 29)"}}


def color(page: Page) -> str:
    """The background of the page."""
    found: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


class Keyboard:
    """The keys of a person without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def enter(self, field: Locator, text: str) -> None:
        """Type into the field that has the focus, and press Enter."""
        expect(field).to_be_focused()
        self.page.keyboard.insert_text(text)
        self.press("Enter")


@pytest.fixture
def keyboard(dashboard: Dashboard, client: Client) -> Keyboard:
    """An account without tokens, signed in without a mouse; the focus is on the tab Access Tokens."""
    client.call("users.authentication.DeleteTokens", ids="*")
    keyboard = Keyboard(dashboard.open().page)
    expect(dashboard.field("Login")).to_be_focused()
    dashboard.page.keyboard.insert_text(LOGIN)
    keyboard.press("Tab")
    keyboard.enter(dashboard.field("Password"), PASSWORD)
    expect(dashboard.page.get_by_role("heading", name="Environments")).to_be_focused()
    keyboard.press("Shift+Tab", "Shift+Tab")
    expect(dashboard.button("Settings")).to_be_focused()
    keyboard.press("Enter", "Tab")
    return keyboard


def test_make_a_token_by_keyboard(dashboard: Dashboard, keyboard: Keyboard) -> None:
    page = dashboard.page
    keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Emulator")).to_be_focused()
    expect(page.get_by_role("heading", name="Clock")).to_be_visible()
    keyboard.press("ArrowLeft", "Tab", "Enter")
    expect(dashboard.field("Description")).to_be_focused()
    page.keyboard.insert_text("by hand")
    keyboard.press("Tab", "Tab", "Tab")
    keyboard.enter(page.get_by_role("searchbox", name="Search"), "control.st")
    keyboard.press("Tab", "Tab", "ArrowDown", "Space")
    expect(page.get_by_role("checkbox", name=STOP, exact=True)).to_be_checked()
    keyboard.press("ArrowUp", "Tab")
    expect(page.get_by_role("link", name="API Docs of environment.control.StartEnv")).to_be_focused()
    keyboard.press("Tab", "Tab", "Enter")
    keyboard.enter(dashboard.field("Password"), PASSWORD)
    expect(dashboard.field("Value")).to_be_focused()
    keyboard.press("Escape")
    expect(dashboard.button("Generate")).to_be_focused()
    expect(dashboard.row("by hand")).to_be_visible()


def test_select_remove_and_edit_by_keyboard(dashboard: Dashboard, keyboard: Keyboard, client: Client) -> None:
    for name in ("first", "second", "third"):
        client.call("users.authentication.CreateToken", description=name, apiList=STOP)
    expect(dashboard.rows()).to_have_count(3)
    keyboard.press("Tab", "Tab", "Tab")
    expect(dashboard.row("first")).to_be_focused()
    keyboard.press("ArrowDown", "Shift+ArrowDown", "Control+ArrowUp", "Control+ArrowUp", "Space")
    chosen = dashboard.page.locator("tr[aria-selected=true]")
    expect(chosen).to_have_count(3)
    keyboard.press("Space")
    expect(chosen).to_have_count(2)
    keyboard.press("Delete")
    expect(dashboard.page.get_by_text("To remove: second, third")).to_be_visible()
    keyboard.enter(dashboard.field("Password"), PASSWORD)
    expect(dashboard.rows()).to_have_count(1)
    expect(dashboard.row("first")).to_be_focused()
    keyboard.press("Space", "Enter")
    expect(dashboard.field("Description")).to_have_value("first")


@pytest.fixture
def crowded(platform: Platform, client: Client) -> None:
    """1,000 environments, 100 tokens and 10,000 calls."""
    client.create("environment-0")
    store = platform.store
    first = store.environments["environment-0"]
    uid = first.uid
    for number in range(1, 1000):
        name = f"environment-{number}"
        store.environments[name] = copy.deepcopy(first)
        store.environments[name].name = name
    for number in range(len(store.tokens_of(uid)), 100):
        token = Token(store.next_id("token"), uid, f"digest {number}", f"token {number}", methods=[STOP])
        store.tokens[token.id] = token
    for _ in range(10_000):
        platform.journal.open(Entry(STOP, "POST", query=False, write=False)).close(0)


def seconds(page: Page, button: str, rows: str) -> float:
    """How long the page takes from a click to the painted rows; the shortest of three tries."""
    script = """async ([button, rows]) => {
        const sections = [...document.querySelectorAll("nav [data-view]")];
        const times = [];
        for (let round = 0; round < 3; round += 1) {
            sections.find((item) => item.textContent !== button).click();
            document.querySelector(rows).replaceChildren();
            const refresh = document.querySelector(rows).closest("section").querySelector("button[id$=-refresh]");
            const start = performance.now();
            sections.find((item) => item.textContent === button).click();
            refresh?.click();
            while (!document.querySelector(rows).childElementCount) await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - start);
        }
        return Math.min(...times) / 1000;
    }"""
    found: float = page.evaluate(script, [button, rows])
    return found


@pytest.mark.usefixtures("crowded")
def test_much_shows_at_once(dashboard: Dashboard, tmp_path: Path) -> None:
    page = dashboard.sign_in().page
    expect(page.get_by_text("1-50 of 1000 environments")).to_be_visible()
    dashboard.button("Next").click()
    expect(dashboard.button("environment-99")).to_be_visible()
    times = {
        "environments": seconds(page, "Environments", "#environments-rows"),
        "journal": seconds(page, "Journal", "#journal-rows"),
        "tokens": seconds(page, "Settings", "#token-rows"),
    }
    assert {name: time for name, time in times.items() if time > SECONDS} == {}
    expect(dashboard.rows()).to_have_count(100)
    dashboard.button("Journal").click()
    expect(page.get_by_text("1-100 of 10000 calls")).to_be_visible()
    assert page.locator("tr").count() < 400
