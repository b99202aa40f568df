# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One browser with one window for all tests, and an emulator for each."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from browser.dashboard_page import Dashboard

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium's sandbox does not work as root. The other options stop requests to Google.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
MILLISECONDS = 10_000
OWN = re.compile(r"http://127\.0\.0\.1:\d+/|blob:http://127\.0\.0\.1:\d+/|about:blank")
WINDOW = {"width": 1000, "height": 700}
PICTURES = Path(__file__).resolve().parents[3] / "docs"

expect.set_options(timeout=MILLISECONDS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.exit(f"no browser found ({', '.join(PROGRAMS)}): install Debian's package chromium", returncode=2)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make browser ARGS=--pictures`. Browsers and fonts differ, so no test compares pictures."""
    parser.addoption(
        "--pictures", action="store_true", help="write the pictures of the documents, docs/dashboard-*.png"
    )


def is_wrong(message: ConsoleMessage) -> bool:
    """Return whether a message reports a defect of the page. Refused requests do not count: some tests cause them."""
    return message.type in ("error", "warning") and not message.text.startswith("Failed to load resource")


def is_harmless(request: Request) -> bool:
    """Whether a request goes to an emulator, and holds no secret in its address if it calls the API."""
    secret = request.resource_type == "fetch" and "/_emulator/" not in request.url and "?" in request.url
    return OWN.match(request.url) is not None and not secret


@pytest.fixture(scope="session")
def wrong() -> list[str]:
    """What no test may see: errors of scripts, breaches of the policy, requests to other hosts."""
    return []


@pytest.fixture(scope="session")
def context(browser: Browser, wrong: list[str]) -> BrowserContext:
    """The windows of all tests; a new one takes longer than most tests."""
    made = browser.new_context(viewport=WINDOW, permissions=["clipboard-read", "clipboard-write"])
    made.set_default_timeout(MILLISECONDS)
    made.on("weberror", lambda error: wrong.append(str(error.error)))
    made.on("console", lambda message: wrong.append(message.text) if is_wrong(message) else None)
    made.on(
        "request", lambda request: None if is_harmless(request) else wrong.append(f"{request.method} {request.url}")
    )
    made.new_page()
    return made


@pytest.fixture
def page(context: BrowserContext, server: str, wrong: list[str]) -> Iterator[Page]:
    """The first window. It remembers nothing of the test before, as the page keeps all in its memory."""
    first: Page = context.pages[0]
    yield first
    for other in context.pages[1:]:
        other.close()
    first.set_viewport_size(WINDOW)
    first.emulate_media(color_scheme="light")
    found = list(wrong)
    wrong.clear()
    assert found == []


@pytest.fixture
def dashboard(page: Page, server: str) -> Dashboard:
    """The dashboard, before it is opened."""
    return Dashboard(page, server)


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Locator, str], None]:
    """Take a picture for the documents, if the run is told to. It shows nothing that differs from run to run."""

    def take(what: Locator, name: str) -> None:
        if request.config.getoption("--pictures", default=False):
            what.screenshot(path=PICTURES / f"dashboard-{name}.png", animations="disabled")

    return take
