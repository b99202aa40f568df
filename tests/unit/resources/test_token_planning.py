# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Planning of tokens without a platform: exact steps, and each refusal with its words."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import UTC
from ansible_collections.inet.elastic.plugins.module_utils._engine.plan import Plan
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.desired import desired_tokens
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.method_names import Catalogue, method_names
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.model import (
    Token,
    TokenState,
    token_from_wire,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.plan import plan_tokens

NOW = datetime.datetime(2030, 6, 1, 12, tzinfo=UTC)
URL = "https://app.example.com"
STOP, START = "environment.control.StopEnv", "environment.control.StartEnv"
CATALOGUE = Catalogue(
    methods=method_names({"m": [STOP, START, "users.account.GetUserInfo"]}, "m"),
    private=method_names({"m": ["environment.control.CreateEnv"]}, "m"),
    templates={"marketplace": "Marketplace", "extended access": "Extended Access"},
)


def token(number: int, description: str, **members: Any) -> Token:
    """A token of the account; custom, for StopEnv, unless told otherwise."""
    default: dict[str, Any] = {} if "template" in members else {"methods": (STOP,)}
    return Token(id=number, description=description, **{**default, **members})


def plan(
    tokens: list[Token], *entries: dict[str, Any], stored: dict[str, StoreEntry] | None = None, **options: Any
) -> Plan[TokenState]:
    """Plan entries against tokens; the values have somewhere to go."""
    more = {"store": "tokens.yml"} if stored is not None else {"return_value": True}
    wanted = desired_tokens({"api_url": URL, **more}, list(entries), **options)
    state = TokenState(
        tokens=tuple(tokens), now=NOW, account="user@example.com", entries=stored or {}, catalogue=CATALOGUE
    )
    return plan_tokens(state, wanted)


def steps(found: Plan[TokenState]) -> list[tuple[str | None, dict[str, Any]]]:
    """Method (short) and parameters of each step."""
    return [(step.method and step.method.rpartition(".")[2], dict(step.params)) for step in found.steps]


def entry(key: str, **members: Any) -> StoreEntry:
    """A trusted entry of this account."""
    default = {"value": "v", "id": 1, "description": key, "api_url": URL, "account": "user@example.com"}
    return StoreEntry(key=key, **{**default, **members})


def test_creating_sends_the_platforms_spelling() -> None:
    found = plan([], {"description": "a", "api_methods": ["env.control.startenv", STOP], "expires_at": "2031-01-01"})
    assert steps(found) == [
        ("CreateToken", {"description": "a", "apiList": f"{START},{STOP}", "expiresAt": "2031-01-01 00:00:00"})
    ]
    assert found.after.tokens == (Token(None, "a", None, (START, STOP), datetime.datetime(2031, 1, 1, tzinfo=UTC)),)


def test_editing_sends_all_settings_so_that_none_depends_on_what_the_platform_keeps() -> None:
    current = token(7, "a", expires_at=NOW + datetime.timedelta(days=1))
    assert steps(plan([current], {"description": "a", "template": "marketplace"})) == [
        (
            "EditToken",
            {"id": 7, "description": "a", "tokenTemplate": "Marketplace", "expiresAt": "2030-06-02 12:00:00"},
        )
    ]
    assert steps(plan([current], {"description": "a", "expires_at": "never"})) == [
        ("EditToken", {"id": 7, "description": "a", "apiList": STOP, "expiresAt": ""})
    ]


@pytest.mark.parametrize(
    "entry_options",
    [
        {"description": "a"},
        {"id": 7},
        {"description": "a", "api_methods": ["ENV.CONTROL.STOPENV"]},
        {"description": "a", "api_methods": ["*.stopenv"]},
        {"description": "a", "copy_from": "b"},
        {"description": "a", "copy_from": "nobody"},
        {"description": "z", "state": "absent"},
        {"id": 99, "state": "absent"},
        {"description": "a", "expires_at": ""},
        {"description": "a", "regenerate": "due"},
    ],
    ids=str,
)
def test_nothing_to_do(entry_options: dict[str, Any]) -> None:
    found = plan([token(7, "a"), token(8, "b", template="Marketplace")], entry_options)
    assert found.steps == ()
    assert found.after == found.before
    assert found.diff_before == found.diff_after


def test_a_copy_may_name_its_basis_by_id_and_a_planned_one_by_description() -> None:
    basis = token(8, "b", template="Marketplace", expires_at=NOW + datetime.timedelta(days=1))
    found = plan(
        [basis], {"description": "c", "copy_from": "8"}, {"description": "d", "copy_from": "c", "expires_at": ""}
    )
    assert steps(found) == [
        ("CreateToken", {"description": "c", "tokenTemplate": "Marketplace", "expiresAt": "2030-06-02 12:00:00"}),
        ("CreateToken", {"description": "d", "tokenTemplate": "Marketplace", "expiresAt": None}),
    ]


def test_a_description_of_digits_comes_before_an_id() -> None:
    found = plan([token(8, "9", template="Marketplace"), token(9, "b")], {"description": "c", "copy_from": "9"})
    assert steps(found)[0][1]["tokenTemplate"] == "Marketplace"


def test_removing_many_is_one_call_and_comes_last() -> None:
    found = plan(
        [token(1, "a"), token(2, "b"), token(3, "c")],
        {"description": "a", "state": "absent"},
        {"description": "new", "template": "Marketplace"},
        {"id": 3, "state": "absent"},
    )
    assert [name for name, _ in steps(found)] == ["CreateToken", "DeleteTokens"]
    assert steps(found)[1][1] == {"ids": "1,3"}


def test_removing_comes_first_where_the_new_tokens_would_not_fit_beside_the_old() -> None:
    many = [token(number, f"t{number}") for number in range(100)]
    found = plan(many, {"description": "new", "template": "Marketplace"}, {"description": "t0", "state": "absent"})
    assert [name for name, _ in steps(found)] == ["DeleteTokens", "CreateToken"]
    with pytest.raises(InputError, match="would have 101 tokens, and the platform allows 100"):
        plan(many, {"description": "new", "template": "Marketplace"})


def test_pruning_spares_declared_tokens_other_patterns_and_the_platforms_own() -> None:
    account = [token(1, "ci-a"), token(2, "ci-b"), token(3, "human"), token(4, "ci-sys", is_system=True)]
    found = plan(account, {"description": "ci-a"}, prune="ci-*")
    assert steps(found) == [("DeleteTokens", {"ids": "2"})]


def test_pruning_removes_every_namesake_and_its_entry() -> None:
    account = [token(1, "a"), token(2, "a"), token(3, "b")]
    found = plan(account, {"description": "b"}, prune="*", stored={"a": entry("a", id=2), "b": entry("b", id=3)})
    assert steps(found) == [("DeleteTokens", {"ids": "1,2"}), (None, {"put": None, "remove": ("a",)})]


def test_regenerating_follows_editing() -> None:
    late = token(1, "a", expires_at=NOW + datetime.timedelta(days=3))
    options = {"description": "a", "expires_in": "90d", "renew_before": "7d", "regenerate": "due"}
    found = plan([late], options)
    assert [name for name, _ in steps(found)] == ["EditToken", "RegenerateToken"]
    assert found.diff_after["a"]["value"] == "(new)"
    early = token(1, "a", expires_at=NOW + datetime.timedelta(days=8))
    assert plan([early], options).steps == ()
    assert [name for name, _ in steps(plan([late], {**options, "regenerate": "never"}))] == ["EditToken"]


@pytest.mark.parametrize(
    ("held", "lost"),
    [
        (entry("a"), False),
        (entry("a", value=None), True),
        (entry("a", pending="regenerate"), True),
        (entry("a", id=2), True),
        (None, True),
    ],
    ids=["held", "without value", "pending", "of another token", "no entry"],
)
def test_lost_means_that_the_store_cannot_be_trusted_with_the_value(held: StoreEntry | None, lost: bool) -> None:
    stored = {"a": held} if held else {}
    found = plan([token(1, "a")], {"description": "a", "regenerate": "lost"}, stored=stored)
    assert ([name for name, _ in steps(found)] == ["RegenerateToken"]) is lost
    only_warned = plan([token(1, "a")], {"description": "a"}, stored=stored)
    assert only_warned.steps == ()
    assert bool(only_warned.warnings) is lost


def test_the_store_follows_the_platform() -> None:
    """An expiry that was changed in the dashboard reaches the lookup with the next run."""
    changed = token(1, "a", expires_at=NOW + datetime.timedelta(days=1))
    found = plan([changed], {"description": "a"}, stored={"a": entry("a")})
    assert [(name, params["put"].expires_at) for name, params in steps(found)] == [(None, "2030-06-02T12:00:00Z")]
    assert found.after.entries["a"].value == "v"


def test_a_rename_takes_the_stored_value_along() -> None:
    found = plan([token(1, "a")], {"id": 1, "description": "b"}, stored={"a": entry("a")})
    assert [name for name, _ in steps(found)] == ["EditToken", None]
    assert found.after.entries == {"b": entry("b")}
    with pytest.raises(InputError, match="already holds another value under 'b'; give a store_key"):
        plan([token(1, "a")], {"id": 1, "description": "b"}, stored={"a": entry("a"), "b": entry("b", id=9)})


def test_a_rename_to_a_taken_description_is_refused() -> None:
    with pytest.raises(InputError, match="another token already has the description 'b'"):
        plan([token(1, "a"), token(2, "b")], {"id": 1, "description": "b"})


@pytest.mark.parametrize("other", [{"account": "else@example.com"}, {"api_url": "https://app.other.example"}], ids=str)
def test_an_entry_of_another_account_is_neither_used_nor_overwritten(other: dict[str, str]) -> None:
    for wanted in ({"description": "a", "template": "Marketplace"}, {"description": "a", "state": "absent"}):
        with pytest.raises(InputError, match="use another store file, or a store_key"):
            plan([], wanted, stored={"a": entry("a", **other)})
    found = plan(
        [], {"description": "a", "template": "Marketplace", "store_key": "mine"}, stored={"a": entry("a", **other)}
    )
    assert sorted(found.after.entries) == ["a", "mine"]


def test_removing_a_token_that_is_gone_removes_its_entry() -> None:
    found = plan([], {"description": "a", "state": "absent"}, stored={"a": entry("a")})
    assert steps(found) == [(None, {"put": None, "remove": ("a",)})]


REFUSALS: list[tuple[list[Token], dict[str, Any], str]] = [
    ([], {}, "a token needs description or id"),
    ([], {"description": " "}, "description is empty"),
    ([], {"description": "a", "template": "Marketplace", "api_methods": [STOP]}, "either template or api_methods"),
    ([], {"description": "a", "api_methods": []}, "api_methods is empty"),
    ([], {"description": "a", "template": " "}, "template is empty"),
    ([], {"description": "a", "expires_at": "2031-01-01", "expires_in": "1d"}, "either expires_at or expires_in"),
    ([], {"description": "a", "renew_before": "1d"}, "renew_before works together with expires_in"),
    ([], {"description": "a", "expires_in": "0"}, "expires_in must be longer than nothing"),
    ([], {"description": "a", "expires_in": "a while"}, "expires_in: 'a while' is not a length of time"),
    ([], {"description": "a", "expires_at": "31-02-2031"}, "expires_at: '31-02-2031' is not a calendar date"),
    ([], {"description": "a", "template": "Nope"}, "no token template 'Nope'; it has: Extended Access, Marketplace"),
    ([], {"description": "a", "api_methods": ["environment.control.StopEnvs"]}, f"did you mean {STOP}"),
    ([], {"description": "a", "api_methods": ["environment.contrl.StopEnv"]}, f"did you mean {STOP}"),
    ([], {"description": "a", "api_methods": ["x.y.Zzz"]}, "list them with inet.elastic.paas_token_info"),
    ([], {"description": "a", "api_methods": ["x.*"]}, "the pattern 'x.*' matches no method"),
    ([], {"description": "a", "api_methods": ["*.CreateEnv"]}, "the pattern '*.CreateEnv' matches no method"),
    ([], {"description": "a", "api_methods": ["StopEnv"]}, "is not written like environment.control.StopEnv"),
    ([], {"description": "a"}, "token 'a' does not exist; correct the name, or give the permissions of a new token"),
    (
        [token(1, "nightly")],
        {"description": "nightyl"},
        "token 'nightyl' does not exist (did you mean nightly?); correct",
    ),
    ([], {"id": 9, "template": "Marketplace"}, "there is no token with id 9"),
    ([], {"description": "a", "id": 9, "copy_from": "b"}, "copy_from makes a new token, so it takes no id"),
    ([], {"description": "a", "copy_from": "b"}, "no token with the description or id 'b'"),
    ([token(1, "a"), token(2, "a")], {"description": "a"}, "2 tokens have the description 'a' (ids 1, 2)"),
    ([token(1, "a"), token(2, "a")], {"description": "a", "state": "absent"}, "(ids 1, 2); say which one by id"),
    ([], {"description": "a", "template": "Marketplace", "expires_at": "2030-06-01"}, "which is past"),
    ([token(1, "a")], {"description": "a", "expires_at": "2020-01-01"}, "would expire at 2020-01-01T00:00:00Z"),
    ([], {"description": "a", "template": "Marketplace", "regenerate": "lost"}, "it needs store"),
]


@pytest.mark.parametrize(("tokens", "options", "says"), REFUSALS, ids=lambda value: str(value)[:60])
def test_refusals(tokens: list[Token], options: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        plan(tokens, options)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_private_method_is_granted_by_name() -> None:
    found = plan([], {"description": "a", "api_methods": ["env.control.CreateEnv"]})
    assert steps(found)[0][1]["apiList"] == "environment.control.CreateEnv"


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        (
            {"id": 42, "description": "ci", "isSystem": False, "apiListItems": [{"method": "env.control.StopEnv"}]},
            Token(42, "ci", None, (STOP,)),
        ),
        (
            {"id": "43", "description": "full", "tokenTemplate": {"id": 4, "name": "Extended Access"}},
            Token(43, "full", "Extended Access"),
        ),
        ({"id": 1, "description": "t", "tokentemplate": "IDE Plugins"}, Token(1, "t", "IDE Plugins")),
        ({"id": 1, "apilistitems": [STOP, START]}, Token(1, "", None, (START, STOP))),
        (
            {"id": 1, "description": None, "expiresAt": "2030-01-01 00:00:00", "isSystem": True},
            Token(1, "", expires_at=datetime.datetime(2030, 1, 1, tzinfo=UTC), is_system=True),
        ),
        (
            {"id": 1, "description": "t", "expiresAt": 1893456000000},
            Token(1, "t", expires_at=datetime.datetime(2030, 1, 1, tzinfo=UTC)),
        ),
    ],
    ids=["list", "template", "template as text", "names alone", "nulls", "milliseconds"],
)
def test_tokens_are_read_in_every_shape_the_documents_allow(answer: dict[str, Any], read: Token) -> None:
    assert token_from_wire(answer) == read
