# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens in a browser, by the steps of the platform's manual, and what they are good for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from browser.dashboard_page import Dashboard
from emulator_client import PASSWORD, Client

STOP, INFO = "environment.control.StopEnv", "environment.control.GetEnvInfo"
Picture = Callable[[Locator, str], None]


@pytest.fixture
def tokens(client: Client, dashboard: Dashboard) -> Dashboard:
    """The list of tokens of an account that has one environment and no token of its start."""
    assert client.call("users.authentication.DeleteTokens", ids="*")["result"] == 0
    client.create("my-project")
    return dashboard.tokens()


def kept(client: Client) -> list[dict[str, Any]]:
    """The tokens of the account, as the API shows them, without ids."""
    rows = client.call("users.authentication.GetTokens")["apiTokens"]
    names = {"description", "expiresAt"}
    return [
        {
            **{name: row.get(name) for name in names},
            "template": (row.get("tokenTemplate") or {}).get("name"),
            "methods": [item["method"] for item in row.get("apiListItems") or []],
        }
        for row in rows
    ]


def make(client: Client, *names: str, **parameters: str) -> list[str]:
    """Make tokens by the API; returns their values."""
    given = {"apiList": STOP, **parameters}
    answers = [client.call("users.authentication.CreateToken", description=name, **given) for name in names]
    return [answer["token"]["key"] for answer in answers]


def everything(page: Page) -> str:
    """The source of the page as it is now, and what stands in its fields."""
    text: str = page.content()
    fields: list[str] = page.locator("input").evaluate_all("fields => fields.map((field) => field.value)")
    return text + " ".join(fields)


def test_generate(tokens: Dashboard, client: Client, picture: Picture) -> None:
    """Steps 1 to 4, with a wrong password first."""
    page = tokens.page
    tokens.button("Generate").click()
    tokens.field("Description").fill("nightly stop")
    tokens.field("Expires At").fill("31-12-2030")
    expect(page.get_by_role("combobox", name="API")).to_have_value("Custom")
    page.get_by_role("searchbox", name="Search").fill("control.st")
    expect(page.get_by_role("checkbox", name="environment.control.")).to_have_count(2)
    page.get_by_role("checkbox", name=STOP, exact=True).check()
    page.get_by_role("searchbox", name="Search").fill("")
    page.get_by_role("checkbox", name="Only Checked").check()
    expect(page.locator("#method-rows li:visible")).to_have_count(1)
    link = page.get_by_role("link", name=f"API Docs of {STOP}")
    assert link.get_attribute("href") == "https://docs.jelastic.com/api/#!/api/environment.Control-method-StopEnv"
    expect(link).to_have_css("opacity", "0")
    page.get_by_text(STOP).hover()
    expect(link).to_have_css("opacity", "1")
    picture(page.locator("#token-dialog"), "token")
    tokens.in_dialog("Generate").click()
    tokens.confirm("wrong")
    expect(page.get_by_role("alert")).to_have_text("CreateToken failed: wrong password (result 801)")
    assert kept(client) == []
    tokens.confirm()
    tokens.take_value()
    expect(tokens.row("nightly stop")).to_contain_text("Custom (1)31-12-2030unknown")
    expected = {"description": "nightly stop", "expiresAt": "2030-12-31 23:59:59", "template": None, "methods": [STOP]}
    assert kept(client) == [expected]


def test_save_the_value_and_use_it(tokens: Dashboard, context: BrowserContext, tmp_path: Path) -> None:
    """Step 5, and the steps of using a token: an address with the value stops an environment, and the page shows it."""
    page = tokens.page
    tokens.button("Generate").click()
    tokens.field("Description").fill("Stop: 1/2")
    page.get_by_role("checkbox", name=STOP, exact=True).check()
    tokens.in_dialog("Generate").click()
    tokens.confirm()
    value = tokens.field("Value").input_value()
    assert len(value) == 40 and value not in page.content()
    tokens.in_dialog("Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == value
    with page.expect_download() as download:
        tokens.in_dialog("Download").click()
    assert download.value.suggested_filename == "Stop-1-2.txt"
    download.value.save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_text() == f"{value}\n"
    assert tokens.take_value() == value
    assert value not in everything(page)

    tokens.button("Environments").click()
    row = page.get_by_role("row").filter(has_text="my-project")
    expect(row).to_contain_text("Running")
    other = context.new_page()
    other.goto(f"{tokens.url}/1.0/environment/control/rest/stopenv?envName=my-project&session={value}")
    expect(other.locator("body")).to_have_text('{"result":0}')
    expect(row).to_contain_text("Stopped")
    tokens.button("Journal").click()
    expect(page.get_by_role("row").filter(has_text=STOP)).to_contain_text("GET0")
    assert value not in everything(page) and PASSWORD not in everything(page)


def test_named_set(tokens: Dashboard, client: Client) -> None:
    """Step 3: a set of methods has its name; its methods are shown and cannot be changed."""
    tokens.button("Generate").click()
    tokens.field("Description").fill("plugins")
    choice = tokens.page.get_by_role("combobox", name="API")
    assert choice.locator("option").all_inner_texts() == [
        *("Marketplace", "Maven Plugin", "IDE Plugins", "Extended Access", "Custom")
    ]
    choice.select_option("Extended Access")
    expect(tokens.page.get_by_role("group", name="API methods")).to_be_hidden()
    choice.select_option("IDE Plugins")
    box = tokens.page.get_by_role("checkbox", name=STOP, exact=True)
    expect(box).to_be_checked()
    expect(box).to_be_disabled()
    tokens.in_dialog("Generate").click()
    tokens.confirm()
    tokens.take_value()
    expect(tokens.row("plugins")).to_contain_text("IDE Pluginsnever")
    assert kept(client) == [{"description": "plugins", "expiresAt": None, "template": "IDE Plugins", "methods": []}]


def test_edit_and_regenerate(tokens: Dashboard, client: Client) -> None:
    """Step 2, and the tip of step 5: an edit keeps what it does not name, and a new value ends the old one."""
    (old,) = make(client, "before", expiresAt="2031-02-03 04:05:06", apiList=f"{STOP},{INFO}")
    tokens.row("before").click()
    tokens.button("Edit").click()
    expect(tokens.field("Expires At")).to_have_value("03-02-2031")
    tokens.field("Description").fill("after")
    tokens.page.get_by_role("checkbox", name=STOP, exact=True).uncheck()
    tokens.in_dialog("Save").click()
    tokens.confirm()
    expect(tokens.row("after")).to_contain_text("Custom (1)03-02-2031")
    expected = {"description": "after", "expiresAt": "2031-02-03 04:05:06", "template": None, "methods": [INFO]}
    assert kept(client) == [expected]
    assert client.with_session(old).call(INFO, envName="my-project")["result"] == 0

    tokens.button("Edit").click()
    tokens.in_dialog("Regenerate Token").click()
    tokens.confirm()
    new = tokens.take_value()
    assert client.with_session(old).call(INFO, envName="my-project")["result"] == 702
    assert client.with_session(new).call(INFO, envName="my-project")["result"] == 0
    assert kept(client) == [expected]


BAD_DATES = {
    "2030-12-31": "Expires At: 2030-12-31 is not a date; use dd-mm-yyyy, such as 31-12-2030",
    "31-02-2030": "Expires At: 31-02-2030 is not in the calendar",
    "": "API: check one method or more",
}


def test_bad_input(tokens: Dashboard, client: Client) -> None:
    """A message says what to correct, and nothing is sent."""
    tokens.button("Generate").click()
    tokens.field("Description").fill("bad")
    for expires, message in BAD_DATES.items():
        tokens.field("Expires At").fill(expires)
        tokens.in_dialog("Generate").click()
        expect(tokens.page.get_by_role("alert")).to_have_text(message)
    assert kept(client) == []


def test_copy(tokens: Dashboard, client: Client) -> None:
    """Step 2: a copy is a second token with the parameters of the first and a value of its own."""
    make(client, "first", expiresAt="2031-02-03 04:05:06", apiList=f"{STOP},{INFO}")
    tokens.row("first").click()
    tokens.button("Copy").click()
    tokens.field("Description").fill("second")
    tokens.in_dialog("Generate").click()
    tokens.confirm()
    assert client.with_session(tokens.take_value()).call(STOP, envName="my-project")["result"] == 0
    first, second = kept(client)
    assert second == {**first, "description": "second", "expiresAt": "2031-02-03 23:59:59"}


def test_remove_several(tokens: Dashboard, client: Client) -> None:
    """Step 6, with Shift and Ctrl."""
    make(client, *"abcdef")
    expect(tokens.rows()).to_have_count(6)
    expect(tokens.button("Remove")).to_be_disabled()
    tokens.row("a").click()
    tokens.row("c").click(modifiers=["Shift"])
    tokens.row("e").click(modifiers=["Control"])
    tokens.row("b").click(modifiers=["Control"])
    expect(tokens.button("Edit")).to_be_disabled()
    tokens.button("Remove").click()
    expect(tokens.page.get_by_text("To remove: a, c, e")).to_be_visible()
    tokens.confirm("wrong")
    expect(tokens.page.get_by_role("alert")).to_have_text("DeleteTokens failed: wrong password (result 801)")
    tokens.confirm()
    expect(tokens.rows()).to_have_count(3)
    assert [row["description"] for row in kept(client)] == ["b", "d", "f"]


def test_refresh_and_expiry(tokens: Dashboard, client: Client) -> None:
    """Step 2: Refresh shows what no write announced; an expired token is marked as soon as the clock says so."""
    (value,) = make(client, "reader", apiList=INFO, expiresAt="2031-02-03 04:05:06")
    row = tokens.row("reader")
    expect(row).to_contain_text("unknown")
    assert client.with_session(value).call(INFO, envName="my-project")["result"] == 0
    tokens.button("Refresh").click()
    expect(row).to_contain_text("20")
    expect(row).not_to_contain_text("unknown")
    expect(row).not_to_contain_text("expired")
    client.control("PUT", "clock", {"shift": "+3650d"})
    expect(row).to_contain_text("03-02-2031 expired")


def test_two_windows(tokens: Dashboard, client: Client, context: BrowserContext) -> None:
    """What one window, or any other client, changes appears in the other; a sign-out ends one session only."""
    other = Dashboard(context.new_page(), tokens.url).tokens()
    make(client, "made elsewhere")
    for window in (tokens, other):
        window.row("made elsewhere").click()
    other.button("Remove").click()
    other.confirm()
    expect(tokens.rows()).to_have_count(0)
    expect(tokens.button("Remove")).to_be_disabled()
    other.button("Sign Out").click()
    expect(other.button("Sign In")).to_be_visible()
    make(client, "after the sign-out")
    expect(tokens.row("after the sign-out")).to_be_visible()
