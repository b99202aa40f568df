# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which entry a term means, and which entry is refused."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._store import StoreEntry, StoreError
from ansible_collections.inet.elastic.plugins.plugin_utils._store_query import (
    belonging_to,
    find_entry,
    not_found,
    usable_value,
)

VALUE = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
NOW = datetime.datetime(2026, 11, 24, 12, 0, 0, tzinfo=datetime.timezone.utc)
NOTHING = datetime.timedelta(0)
A = StoreEntry("a", value=VALUE, description="one", account="User@example.com", api_url="https://App.example.com/")
B = StoreEntry("b", value=VALUE, description="two", account="other", api_url="https://app.example.net")
C = StoreEntry("one", value=VALUE, description="two")
ENTRIES = {entry.key: entry for entry in (A, B, C)}


def test_key_goes_before_description() -> None:
    assert find_entry(ENTRIES, "one") is C
    assert find_entry({"a": A, "b": B}, "one") is A
    assert find_entry(ENTRIES, "three") is None
    assert find_entry({"x": StoreEntry("x")}, "None") is None


def test_a_description_of_several() -> None:
    with pytest.raises(StoreError, match="several tokens of the description 'two'. Ask for one of the keys 'b', 'one'"):
        find_entry(ENTRIES, "two")


@pytest.mark.parametrize(
    ("account", "api_url", "keys"),
    [
        (None, None, ["a", "b", "one"]),
        ("user@EXAMPLE.com", None, ["a"]),
        (None, "https://app.example.com", ["a"]),
        (None, "HTTPS://APP.EXAMPLE.NET/", ["b"]),
        (None, "http://app.example.net", []),
        ("other", "https://app.example.com", []),
        ("other", "https://app.example.net", ["b"]),
    ],
)
def test_filters(account: str | None, api_url: str | None, keys: list[str]) -> None:
    assert list(belonging_to(ENTRIES, account, api_url)) == keys


@pytest.mark.parametrize("api_url", ["https://[x", "app.example.com", ""])
def test_a_filter_that_is_no_address_is_an_error(api_url: str) -> None:
    with pytest.raises(StoreError, match="is no address. Write it like https://app.example.com."):
        belonging_to(ENTRIES, None, api_url)


def test_a_stored_address_that_is_none_matches_nothing() -> None:
    broken = {"x": replace(A, api_url="https://[x")}
    assert belonging_to(broken, None, "https://app.example.com") == {}


def test_not_found_says_what_there_is() -> None:
    line = "The token store /t.yml has no token 'ax'."
    many = {f"key{number:02}": A for number in range(12)}
    assert not_found({}, "ax", "/t.yml").startswith(line + " It holds none")
    assert not_found({"axe": A, "b": B}, "ax", "/t.yml") == line + " Did you mean 'axe'?"
    assert not_found({"zz": A, "b": B}, "ax", "/t.yml") == line + " It has 'b', 'zz'."
    assert not_found(many, "ax", "/t.yml").endswith("'key08', 'key09' and 2 more.")


@pytest.mark.parametrize("end", [None, "2026-11-24T12:00:01Z", "2026-11-24 13:00:01+01:00"])
def test_usable(end: str | None) -> None:
    assert usable_value(replace(A, expires_at=end), NOW, NOTHING) == VALUE


@pytest.mark.parametrize(
    ("entry", "margin", "parts"),
    [
        (replace(A, value=None), 0, ["has no value", "description: one,", "regenerate: lost"]),
        (replace(A, pending="create"), 0, ["creation was begun", "regenerate: lost"]),
        (replace(A, pending="regenerate"), 0, ["a new value was asked for", "regenerate: lost"]),
        (replace(A, value=None, description=None), 0, ["description: a,"]),
        (replace(A, expires_at="2026-11-24T12:00:00Z"), 0, ["expired on 2026-11-24T12:00:00Z", "regenerate: due"]),
        (replace(A, expires_at="2020-01-01"), 0, ["expired on 2020-01-01T00:00:00Z"]),
        (replace(A, expires_at="2026-11-24T12:59:59Z"), 3600, ["expires on", "min_validity", "regenerate: due"]),
        (replace(A, expires_at=VALUE), 0, ["no date and time"]),
    ],
)
def test_refused(entry: StoreEntry, margin: int, parts: list[str]) -> None:
    with pytest.raises(StoreError) as error:
        usable_value(entry, NOW, datetime.timedelta(seconds=margin))
    message = str(error.value)
    assert message.startswith("The ")
    assert "token 'a'" in message
    assert "Run inet.elastic.paas_token with" in message
    assert VALUE not in message
    for part in parts:
        assert part in message


def test_exactly_the_asked_validity_is_enough() -> None:
    entry = replace(A, expires_at="2026-11-24T13:00:00Z")
    assert usable_value(entry, NOW, datetime.timedelta(hours=1)) == VALUE
