# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers of tokens that an answer has wrong: the value is kept, the store can be read, no other token goes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.answers import identifier
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import (
    StoreError,
    StoreTransaction,
    TokenStore,
)
from tests.unit.resources.token_platform import TokenPlatform, plain_store

OPTIONS: dict[str, Any] = {"description": "bot", "template": "Marketplace"}
STRANGE = [
    "12345678901234567890",
    "-12345678901234567890",
    "1e30",
    "1.5e300",
    "9223372036854775808",
    "12.5",
    '"1e5"',
    '"12345678901234567890"',
    "true",
    "null",
    "[7]",
    "{}",
    '"' + "9" * 5000 + '"',
]


class Misnumbering(TokenPlatform):
    """A platform that has another id in some answers than the token has.

    Attributes:
        numbers: method to what stands for the id in its answers, as JSON.
    """

    def __init__(self) -> None:
        self.numbers: dict[str, str] = {}
        super().__init__()

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        reply = super().post(url, fields, timeout)
        number = self.numbers.get(url.rpartition("/")[2])
        if number is None:
            return reply
        answer = json.loads(reply.body)
        for token in [answer["token"]] if "token" in answer else answer["apiTokens"]:
            token["id"] = "NUMBER"
        return replace(reply, body=json.dumps(answer).replace('"NUMBER"', number))


@pytest.fixture
def platform() -> Iterator[Misnumbering]:
    found = Misnumbering()
    yield found
    found.end()


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    return plain_store(tmp_path)


@pytest.fixture
def warnings() -> list[str]:
    return []


def run(platform: Misnumbering, store: TokenStore, warnings: list[str], **options: Any) -> dict[str, Any]:
    """One task, with its warnings."""
    original = Task.__init__

    def warned(self: Task, *args: Any, **members: Any) -> None:
        original(self, *args, **{**members, "warn": warnings.append})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Task, "__init__", warned)
        return platform.run(OneToken(), store, **{**OPTIONS, **options})


@pytest.mark.parametrize("number", STRANGE, ids=range(len(STRANGE)))
@pytest.mark.parametrize("method", ["createtoken", "regeneratetoken"])
def test_an_id_that_cannot_be_stored_loses_no_value(
    platform: Misnumbering, store: TokenStore, warnings: list[str], method: str, number: str
) -> None:
    if method == "regeneratetoken":
        run(platform, store, warnings)
    platform.numbers[method] = number
    result = run(platform, store, warnings, regenerate="always" if method == "regeneratetoken" else "never")
    entry = store.read()["bot"]
    assert entry.id == platform.tokens()["bot"]["id"]
    assert platform.alive(entry.value)
    assert (result["changed"], result["token"]["stored"], warnings) == (True, True, [])
    assert run(platform, store, warnings)["changed"] is False


@pytest.mark.parametrize("method", ["CreateToken", "RegenerateToken"])
def test_an_id_other_than_that_of_the_list_is_corrected_and_said(
    platform: Misnumbering, store: TokenStore, warnings: list[str], method: str
) -> None:
    if method == "RegenerateToken":
        run(platform, store, warnings)
    platform.numbers[method.lower()] = "4711"
    run(platform, store, warnings, regenerate="always" if method == "RegenerateToken" else "never")
    entry, number = store.read()["bot"], platform.tokens()["bot"]["id"]
    assert entry.id == number
    assert platform.alive(entry.value)
    assert warnings == [
        f"the platform answered users.authentication.{method} for token 'bot' with the id 4711, and lists the token "
        f"with the id {number}; the store has the id of the list"
    ]
    warnings.clear()
    assert run(platform, store, warnings, regenerate="lost")["changed"] is False
    assert warnings == []


@pytest.mark.parametrize("number", STRANGE, ids=range(len(STRANGE)))
def test_a_list_with_an_id_that_names_no_token_is_refused_before_a_write(
    platform: Misnumbering, store: TokenStore, warnings: list[str], number: str
) -> None:
    platform.run(OneToken(), store, description="other", template="Marketplace")
    platform.numbers["gettokens"] = number
    before = store.read()
    with pytest.raises(Failed, match=r"lists a token without its number \(id\)"):
        run(platform, store, warnings)
    assert platform.written == []
    assert store.read() == before


def test_a_token_whose_value_cannot_be_stored_is_not_taken_for_another(
    platform: Misnumbering, store: TokenStore, warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to its creation names another token, which must not be deleted in its place."""
    run(platform, store, warnings, description="other")
    other = platform.tokens()["other"]["id"]
    platform.numbers["createtoken"] = str(other)
    real = StoreTransaction.put

    def full(self: StoreTransaction, *entries: Any) -> None:
        if any(entry.value for entry in entries):
            raise StoreError("No space left on device.")
        real(self, *entries)

    monkeypatch.setattr(StoreTransaction, "put", full)
    with pytest.raises(Failed, match="No space left on device"):
        run(platform, store, warnings)
    assert set(platform.tokens()) == {"other", "bot"}
    platform.numbers.clear()
    run(platform, store, warnings, state="absent")
    with pytest.raises(Failed, match="No space left on device"):
        run(platform, store, warnings)
    assert set(platform.tokens()) == {"other"}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        ("7", 7),
        (" 7 ", 7),
        (7.0, 7),
        (-7, -7),
        (2**63 - 1, 2**63 - 1),
        (str(2**63 - 1), 2**63 - 1),
        (-(2**63), -(2**63)),
        (9007199254740993, 9007199254740993),
        ("9007199254740993", 9007199254740993),
        (2**63, None),
        (-(2**63) - 1, None),
        (7.5, None),
        (1e17, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        (None, None),
        ("", None),
        ("7.0", None),
        ("0x7", None),
        ("\u0667", None),
        ("1_000", None),
        ([7], None),
    ],
)
def test_what_names_an_object(value: object, number: int | None) -> None:
    found = identifier(value)
    assert (found, type(found)) == (number, type(number))
