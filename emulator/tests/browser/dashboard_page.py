# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dashboard as a person uses it: by the names of its buttons and fields."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from emulator_client import LOGIN, PASSWORD


class Dashboard:
    """The dashboard in one window."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def open(self) -> Dashboard:
        """Show the sign-in."""
        self.page.goto(self.url)
        return self

    def sign_in(self, login: str = LOGIN, password: str = PASSWORD) -> Dashboard:
        """Open the address and sign in."""
        self.open()
        self.field("Login").fill(login)
        self.field("Password").fill(password)
        self.button("Sign In").click()
        return self

    def tokens(self) -> Dashboard:
        """Sign in and go to the list of tokens, by the words of the manual."""
        self.sign_in()
        self.button("Settings").click()
        self.page.get_by_role("tab", name="Access Tokens").click()
        return self

    def controls(self) -> Dashboard:
        """Go to the controls of the emulator."""
        self.button("Settings").click()
        self.page.get_by_role("tab", name="Emulator").click()
        return self

    def button(self, name: str) -> Locator:
        """A button that can be reached: one of the open dialog, or of the page if there is none."""
        return self.page.get_by_role("button", name=name, exact=True)

    def in_dialog(self, name: str) -> Locator:
        """A button of the open dialog."""
        return self.page.get_by_role("dialog").get_by_role("button", name=name, exact=True)

    def field(self, name: str) -> Locator:
        """A field for text."""
        return self.page.get_by_role("textbox", name=name)

    def row(self, name: str) -> Locator:
        """The row of a table that begins with a name."""
        cell = self.page.get_by_role("gridcell", name=name, exact=True)
        return self.page.get_by_role("row").filter(has=cell)

    def rows(self) -> Locator:
        """The rows of the list of tokens."""
        return self.page.locator("#token-rows tr")

    def confirm(self, password: str = PASSWORD) -> None:
        """Confirm a change with the password."""
        self.field("Password").fill(password)
        self.in_dialog("Confirm").click()

    def take_value(self) -> str:
        """Read the value of a token, and close its window."""
        value: str = self.field("Value").input_value()
        self.in_dialog("Close").click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        return value
