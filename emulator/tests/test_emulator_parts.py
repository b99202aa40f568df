# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pure parts: parameters, lists, names, dates, answers, accounts."""

from __future__ import annotations

import pytest

from paas_emulator import catalog
from paas_emulator.accounts import AccountError, StartAccount, parse_account, parse_lines
from paas_emulator.clock import parse_date, parse_shift
from paas_emulator.envelope import inner_result, without_nulls
from paas_emulator.errors import ApiError
from paas_emulator.parameters import Parameters, split_list


@pytest.mark.parametrize(
    ("values", "items"),
    [
        (["1,2;3"], ["1", "2", "3"]),
        (["[1, 2]"], ["1", "2"]),
        (['["a", "b"]'], ["a", "b"]),
        (["['a', 'b']"], ["a", "b"]),
        (["a", "b, c"], ["a", "b", "c"]),
        (["*"], ["*"]),
        ([" ,; "], []),
        ([""], []),
    ],
)
def test_list_dialects(values: list[str], items: list[str]) -> None:
    assert split_list("ids", values) == items


@pytest.mark.parametrize("value", ["[1,", "[{}]", "[[1]]", "[1] 2"])
def test_broken_lists(value: str) -> None:
    with pytest.raises(ApiError) as caught:
        split_list("ids", [value])
    assert (caught.value.code, caught.value.text) == (3, "invalid parameter [ids]")


def test_names_without_case_and_first_value_wins() -> None:
    parameters = Parameters([("envName", "a"), ("ENVNAME", "b")])
    assert parameters.first("EnvName") == "a"
    assert parameters.raw("envname") == ["a", "b"]
    parameters.rename({"envname": "other"})
    assert parameters.first("other") == "a"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(90, 90), (-1.5, -1.5), ("+90d", 90 * 86400), ("-12h", -43200), ("2w", 14 * 86400), ("30m", 1800), ("7", 7)],
)
def test_shifts(text: object, seconds: float) -> None:
    assert parse_shift(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "1y", True, None, [1], "1d 2h", 10**12, "nan", float("inf")])
def test_bad_shifts(text: object) -> None:
    with pytest.raises(ValueError, match="^shift must"):
        parse_shift(text)


@pytest.mark.parametrize("text", ["2030-01-01", "2030-02-30 00:00:00", "2030-1-1 00:00:00", "2030-01-01T00:00:00", "x"])
def test_bad_dates(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)


def test_nulls_go_except_in_the_manifest() -> None:
    value = {"a": None, "b": [{"c": None, "d": 1}], "dockerManifest": {"entrypoint": None}}
    assert without_nulls(value) == {"b": [{"d": 1}], "dockerManifest": {"entrypoint": None}}


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ({"result": 0}, 0),
        ({"result": 0, "response": {"result": 2314}}, 2314),
        ({"result": 3, "response": None}, 3),
        ({"result": 0, "response": {}}, 0),
    ],
)
def test_inner_result(body: dict[str, object], result: int) -> None:
    assert inner_result(body) == result


def test_accounts_in_text() -> None:
    token = "0" * 40
    assert parse_account("me:pw", "x") == StartAccount("me", "pw")
    assert parse_account(f"me:pw:{token}", "x") == StartAccount("me", "pw", token)
    assert parse_account("me:pw:any-token", "x") == StartAccount("me", "pw", "any-token")
    assert parse_account(f"me:p:w:{token}", "x") == StartAccount("me", "p:w", token)
    assert parse_lines(["# note", "", "me:pw\r\n"], "x") == [StartAccount("me", "pw")]


@pytest.mark.parametrize("text", ["me", "me:", ":pw", "me:pw:", "me::tok", "a:s3cret:b:c", "me:s3cret:to ken", ""])
def test_bad_accounts_do_not_show_what_was_given(text: str) -> None:
    with pytest.raises(AccountError) as caught:
        parse_account(text, "--account number 1")
    assert str(caught.value).startswith("--account number 1 is ")
    assert "s3cret" not in str(caught.value)


def test_names_of_methods() -> None:
    stop = catalog.find("Env.Control.STOPENV")
    assert stop and stop.name == "environment.control.StopEnv" and stop.write and not stop.private
    assert catalog.find("environment.control.Nothing") is None
    assert len(catalog.methods()) == 475
    assert len({fact.id for fact in catalog.methods().values()}) == 475
    assert len(catalog.services()) == 27


def test_what_tokens_may_hold() -> None:
    names = {fact.name for fact in catalog.grantable()}
    assert "environment.control.StopEnv" in names and "users.account.GetUserInfo" in names
    assert not {name for name in names if name.startswith("users.authentication.")}
    assert not {name for name in names if "2FA" in name or name.endswith("Password") and name.startswith("users.")}


@pytest.mark.parametrize(
    ("name", "write"),
    [("GetEnvInfo", False), ("CreateEnvironment", True), ("ExecCmdById", True), ("CheckExtIpCount", False)],
)
def test_reads_and_writes(name: str, write: bool) -> None:
    fact = catalog.find(f"environment.control.{name}")
    assert fact is not None and fact.write is write
    assert fact.to_api()["isSafe"] is not write
