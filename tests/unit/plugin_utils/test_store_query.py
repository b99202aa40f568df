# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which entry a term means, and which entry is refused."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.query import (
    find_entry,
    find_for,
    not_found,
    of_account,
    usable_value,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreEntry, StoreError

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
    ("account", "keys"), [(None, ["a", "b", "one"]), ("user@EXAMPLE.com", ["a"]), ("other", ["b"]), ("nobody", [])]
)
def test_entries_of_an_account(account: str | None, keys: list[str]) -> None:
    assert list(of_account(ENTRIES, account)) == keys


@pytest.mark.parametrize(
    "api_url",
    [
        "https://app.example.com",
        "HTTPS://APP.EXAMPLE.COM/",
        "https://app.example.com:443//",
        "https://app.example.com./",
        "https://app.example.com/1.0/",
        " https://app.example.com\n",
        "https://demo:Pa55@word@app.example.com",
        None,
    ],
)
def test_the_same_address_however_it_is_written(api_url: str | None) -> None:
    assert find_for(ENTRIES, "a", api_url, "/t.yml") is A


@pytest.mark.parametrize(
    "api_url",
    [
        "https://app.example.net",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com/other",
        "https://example.com",
        "https://demo:Pa55@word@app.example.net",
    ],
)
def test_a_token_of_another_platform_is_an_error_that_names_both_addresses(api_url: str) -> None:
    with pytest.raises(StoreError) as error:
        find_for({"a": A}, "a", api_url, "/t.yml")
    shown = api_url.replace("demo:Pa55@word@", "")
    assert str(error.value) == (
        "The token 'a' of the token store /t.yml belongs to the platform at 'https://App.example.com/', and the "
        f"address in use is '{shown}'. Ask for a token of the address in use. If another address is meant, give it to "
        "the lookup as api_url, or correct the variable paas_api_url or the environment variable PAAS_API_URL."
    )
    with pytest.raises(StoreError, match="belongs to the platform at"):
        find_for({"a": A}, "one", api_url, "/t.yml")


def test_the_password_in_an_address_of_the_store_is_hidden() -> None:
    strange = replace(A, api_url="https://demo:Pa55/w?o#r@d@app.example.com")
    with pytest.raises(StoreError) as error:
        find_for({"a": strange}, "a", "https://app.example.net", "/t.yml")
    assert "'https://app.example.com'" in str(error.value)
    assert "Pa55" not in str(error.value)


def test_an_entry_without_an_address_serves_every_platform_and_comes_second() -> None:
    assert find_for(ENTRIES, "one", "https://app.example.org", "/t.yml") is C
    assert find_for(ENTRIES, "two", "https://app.example.net", "/t.yml") is B
    assert find_for(ENTRIES, "two", "https://app.example.org", "/t.yml") is C
    assert find_for(ENTRIES, "three", "https://app.example.org", "/t.yml") is None


def test_the_description_chooses_among_platforms() -> None:
    there = replace(A, key="one", api_url="https://app.example.net")
    assert find_for({"a": A, "one": there}, "one", "https://app.example.com", "/t.yml") is A
    assert find_for({"a": A, "one": there}, "one", "https://app.example.net", "/t.yml") is there


@pytest.mark.parametrize("api_url", ["https://[x", "app.example.com", "", "ftp://app.example.com", "https://d:pw@:x"])
def test_what_is_not_an_address_is_an_error(api_url: str) -> None:
    with pytest.raises(StoreError) as error:
        find_for(ENTRIES, "a", api_url, "/t.yml")
    assert str(error.value) == (
        "api_url (or paas_api_url, PAAS_API_URL) is not a web address. Write it like https://app.example.com."
    )


def test_a_stored_address_that_cannot_be_read_is_not_the_one_in_use() -> None:
    with pytest.raises(StoreError, match="belongs to the platform at"):
        find_for({"a": replace(A, api_url="https://[x")}, "a", "https://app.example.com", "/t.yml")


REPAIR = (
    " Create the token with inet.elastic.paas_token and this store. If the token is on the platform already, run that "
    "task with regenerate: lost, which replaces its value."
)


def test_not_found_says_what_there_is_and_what_to_do() -> None:
    line = "The token store /t.yml has no token 'ax'."
    path = " The file does not exist; check its path, which starts at the directory of the playbook if it is relative."
    many = {f"key{number:02}": A for number in range(12)}
    assert not_found({}, "ax", "/t.yml") == line + path + REPAIR
    assert not_found({}, "ax", "/").endswith(" It holds none that could be meant." + REPAIR)
    assert not_found({"axe": A, "b": B}, "ax", "/t.yml") == line + " Did you mean 'axe'?" + REPAIR
    assert not_found({"zz": A, "b": B}, "ax", "/t.yml") == line + " It has 'b', 'zz'." + REPAIR
    assert not_found(many, "ax", "/t.yml").endswith("'key08', 'key09' and 2 more." + REPAIR)


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
        (replace(A, expires_at=VALUE), 0, ["not a date and time"]),
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
