# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-in, environments, journal and controls in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
from playwright.sync_api import Locator, Page, expect

from browser.dashboard_page import Dashboard
from emulator_client import LOGIN, PASSWORD, Client

SECRET = pyotp.random_base32()
Picture = Callable[[Locator, str], None]
NODES = [{"nodeType": "nginxphp", "count": 2}, {"nodeType": "mysql", "displayName": "Orders"}]


def environment(page: Page, name: str) -> Locator:
    """The row of an environment."""
    return page.locator("#environments-rows > tr").filter(has=page.get_by_role("button", name=name, exact=True))


def test_sign_in_and_out(dashboard: Dashboard, client: Client) -> None:
    page = dashboard.page
    dashboard.sign_in(password="wrong")
    expect(page.get_by_role("alert")).to_have_text("Signin failed: authentication failed (result 701)")
    expect(dashboard.field("Password")).to_have_value("")
    dashboard.field("Password").fill(PASSWORD)
    dashboard.button("Sign In").click()
    expect(page.get_by_role("heading", name="Environments")).to_be_focused()
    expect(page.get_by_text(LOGIN)).to_be_visible()
    assert page.url == f"{dashboard.url}/"
    page.reload()
    expect(dashboard.button("Sign In")).to_be_visible()
    dashboard.sign_in()
    dashboard.button("Sign Out").click()
    expect(dashboard.button("Sign In")).to_be_visible()
    sessions = client.call("users.authentication.GetSessions")["sessions"]
    assert [session["current"] for session in sessions] == [True, False]

    dashboard.sign_in()
    expect(page.get_by_text("No environments")).to_be_visible()
    client.call("users.authentication.SignoutSessions", ids="*")
    dashboard.button("Settings").click()
    expect(page.get_by_role("alert")).to_have_text("The session has ended. Sign in again.")
    expect(dashboard.button("Sign In")).to_be_visible()


def test_second_factor(dashboard: Dashboard, client: Client) -> None:
    account = {"login": "safe@example.com", "password": "p", "otp_secret": SECRET, "recovery_codes": ["1111"]}
    client.control("PUT", "accounts", [account])
    dashboard.sign_in("safe@example.com", "p")
    code = dashboard.field("One-time or recovery code")
    code.fill("000")
    dashboard.button("Verify").click()
    expect(dashboard.page.get_by_role("alert")).to_have_text("Verify2FACode failed: authentication failed (result 701)")
    code.fill(pyotp.TOTP(SECRET).now())
    dashboard.button("Verify").click()
    expect(dashboard.page.get_by_text("No environments")).to_be_visible()


def test_environments(dashboard: Dashboard, client: Client, picture: Picture) -> None:
    for name in ("blog", "orders", "shop-9"):
        client.create(f"{name}-site", NODES)
    client.call("environment.control.StopEnv", envName="blog-site")
    page = dashboard.sign_in().page
    dashboard.button("orders-site").click()
    layers = page.get_by_role("table", name="Layers of orders-site")
    expect(layers.get_by_role("row")).to_have_count(3)
    expect(layers).to_contain_text("cpnginxphp:latestNode ID 2000")
    expect(layers).to_contain_text("sqldb (Orders)mysql:latest")
    expect(layers.get_by_role("listitem")).to_have_count(3)
    picture(page.locator("main"), "environments")

    client.control("PUT", "times", {"StopEnv": 0.7})
    dashboard.button("Stop orders-site").click()
    expect(environment(page, "orders-site")).to_contain_text("Stopping")
    expect(dashboard.button("Start orders-site")).to_have_attribute("aria-disabled", "true")
    expect(environment(page, "orders-site")).to_contain_text("Stopped")
    expect(dashboard.button("Start orders-site")).to_be_focused()
    expect(layers.get_by_text("Stopped")).to_have_count(3)
    assert client.status("orders-site") == 2

    client.control("PUT", "faults", {"method": "StartEnv", "kind": "inner_error", "code": 4, "error": "no room"})
    dashboard.button("Start orders-site").click()
    expect(page.get_by_role("alert")).to_have_text("StartEnv failed: no room (result 4)")
    dashboard.button("Start orders-site").click()
    expect(environment(page, "orders-site")).to_contain_text("Running")
    expect(page.get_by_role("alert")).to_have_count(0)

    page.get_by_role("searchbox", name="Filter").fill("SHOP")
    expect(page.get_by_text("1-1 of 1 environments")).to_be_visible()
    assert client.call("environment.control.DeleteEnv", envName="shop-9-site", password=PASSWORD)["result"] == 0
    expect(page.get_by_text("No environments")).to_be_visible()


def test_journal_and_controls(dashboard: Dashboard, client: Client) -> None:
    page = dashboard.sign_in().controls().page
    dashboard.field("Method").fill("environment.control.*")
    page.get_by_role("combobox", name="Kind").select_option("5xx")
    page.get_by_role("spinbutton", name="Times").fill("2")
    dashboard.button("Add Fault").click()
    fault = page.get_by_text("environment.control.*: 5xx, 2 left, after_work false, status 502")
    expect(fault).to_be_visible()
    dashboard.field("Method").fill("nonsense")
    dashboard.button("Add Fault").click()
    expect(page.get_by_role("alert")).to_have_text("fault 2: no method is called 'nonsense'")
    expect(fault).to_be_visible()
    client.response("environment.control.GetEnvs")
    expect(page.get_by_text("5xx, 1 left")).to_be_visible()
    dashboard.button("Remove All Faults").click()
    expect(page.get_by_text("No faults")).to_be_visible()

    dashboard.field("Shift from real time").fill("+1d")
    dashboard.button("Set Clock").click()
    expect(page.get_by_text("shift: 86400 s")).to_be_visible()
    dashboard.button("Real Time").click()
    expect(page.get_by_text("shift: 0 s")).to_be_visible()

    page.get_by_role("checkbox", name="no_writes").check()
    page.get_by_role("spinbutton", name="session_ttl").fill("300")
    page.get_by_role("combobox", name="delete_confirm").focus()
    page.get_by_role("combobox", name="delete_confirm").select_option("none")
    expect(page.get_by_role("combobox", name="delete_confirm")).to_be_focused()
    switches = client.control("GET", "switches")
    assert (switches["no_writes"], switches["session_ttl"], switches["delete_confirm"]) == (True, 300, "none")
    client.control("PUT", "switches", {"no_writes": False, "session_ttl": None})
    expect(page.get_by_role("checkbox", name="no_writes")).not_to_be_checked()
    expect(page.get_by_role("spinbutton", name="session_ttl")).to_have_value("")

    dashboard.button("Journal").click()
    failed = page.get_by_role("row").filter(has_text="environment.control.GetEnvs")
    expect(failed).to_contain_text("no answer")
    expect(failed).to_contain_text("fault 5xx")
    client.create("my-project")
    expect(page.get_by_role("row").filter(has_text="environment.control.CreateEnvironment")).to_contain_text("write")
    page.get_by_role("checkbox", name="Only writes").check()
    expect(page.get_by_role("cell", name="environment.control.CreateEnvironment")).to_be_visible()
    expect(page.locator("#journal-rows tr")).to_have_count(1)
    page.get_by_role("searchbox", name="Filter").fill("token")
    expect(page.get_by_text("No calls")).to_be_visible()
    dashboard.button("Clear").click()
    page.get_by_role("searchbox", name="Filter").fill("")
    expect(page.get_by_text("No calls")).to_be_visible()
    assert client.journal() == []


def test_an_emulator_that_is_gone_for_a_while(dashboard: Dashboard, client: Client) -> None:
    page = dashboard.sign_in().page
    expect(page.get_by_text("No environments")).to_be_visible()
    notice = page.get_by_text("The emulator gave no answer.")
    page.context.set_offline(True)
    expect(notice).to_be_visible()
    page.context.set_offline(False)
    expect(notice).to_be_hidden()
    client.control("PUT", "faults", {"method": "GetTokens", "kind": "5xx", "times": 2})
    dashboard.button("Settings").click()
    expect(page.get_by_text("GetTokens failed: the answer is not JSON (HTTP status 502)").first).to_be_visible()
    expect(dashboard.rows()).to_have_count(1)


def test_without_the_control_path(dashboard: Dashboard, client: Client) -> None:
    """A browser on another machine: a change by this page reloads its list, and the controls say what is missing."""
    page = dashboard.page
    client.create("my-project")
    page.route("**/_emulator/**", lambda route: route.fulfill(status=403, body='{"error": "this machine only"}'))
    dashboard.sign_in()
    dashboard.button("Stop my-project").click()
    expect(environment(page, "my-project")).to_contain_text("Stopped")
    dashboard.controls()
    expect(
        page.get_by_text("The journal and the controls are open to the machine of the emulator only.")
    ).to_be_visible()
    expect(page.get_by_role("heading", name="Clock")).to_be_hidden()
    page.unroute("**/_emulator/**")
    expect(page.get_by_role("heading", name="Clock")).to_be_visible()
