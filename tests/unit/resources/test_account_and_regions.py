# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the account and the regions: one call for what is asked for, and answers that hold oddities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task
from ansible_collections.inet.elastic.plugins.module_utils._resources.account import AccountInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.region import RegionInfo
from tests.property.emulated import LOGIN
from tests.unit.client.fakes import Call, FakeTransport, fake_client
from tests.unit.resources.token_platform import Meeting
from tests.unit.resources.watched_platform import WatchedPlatform

WHO = {"uid": 1001, "email": LOGIN, "name": "user", "status": "ENABLED"}


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """An empty platform."""
    watched = WatchedPlatform()
    yield watched
    watched.end()


@pytest.mark.parametrize("check", [True, False])
def test_the_account(platform: WatchedPlatform, check: bool) -> None:
    """Neither money nor limits unless they are asked for."""
    result = platform.run(AccountInfo(), check=check)
    assert platform.sent == [("getuserinfo", {})]
    assert (result["changed"], result["account"]) == (False, {**WHO, "billing": None, "quotas": None})


def test_money(platform: WatchedPlatform) -> None:
    result = platform.run(AccountInfo(), billing=True)
    assert sorted(platform.methods) == ["getaccount", "getuserinfo"]
    assert result["account"]["billing"] == {"balance": 100.0, "bonus": 10.0, "group": "trial", "group_type": "TRIAL"}


def test_money_that_is_refused(platform: WatchedPlatform) -> None:
    """As some versions do for tokens: a warning, and all else is shown."""
    platform.answers["getaccount"] = {"result": 8, "error": "permission denied"}
    warnings: list[str] = []
    options = {"billing": True, "quotas": ["environment.maxcount"], "session": platform.session}
    result = execute(AccountInfo(), Task(options=options, client=platform.client(), warn=warnings.append))
    assert result["account"] == {**WHO, "billing": None, "quotas": {"environment.maxcount": 2000}}
    assert len(warnings) == 1
    assert warnings[0].startswith("billing is left out: billing.account.GetAccount was refused: permission denied")


@pytest.mark.parametrize(
    ("quotas", "sent", "shown"),
    [
        (["environment.maxcount"], "environment.maxcount", {"environment.maxcount": 2000}),
        (
            ["b.c", "environment.maxcount", "b.c"],
            "b.c,environment.maxcount",
            {"b.c": None, "environment.maxcount": 2000},
        ),
    ],
)
def test_limits(platform: WatchedPlatform, quotas: list[str], sent: str, shown: dict[str, Any]) -> None:
    """In one call; one that there is none of is null."""
    result = platform.run(AccountInfo(), quotas=quotas)
    assert dict(platform.sent) == {"getuserinfo": {}, "getquotas": {"quotasnames": sent}}
    assert result["account"]["quotas"] == shown


def test_all_limits(platform: WatchedPlatform) -> None:
    result = platform.run(AccountInfo(), quotas=[])
    assert dict(platform.sent) == {"getuserinfo": {}, "getquotas": {}}
    assert "environment.maxnodescount" in result["account"]["quotas"]
    assert list(result["account"]["quotas"]) == sorted(result["account"]["quotas"])


def test_all_is_read_at_the_same_time() -> None:
    """Each answer waits for all calls."""
    meeting = Meeting(3)

    def answer(_call: Call) -> dict[str, Any]:
        meeting.attend()
        return {"result": 0, **WHO, "balance": 1.5, "array": []}

    sent = FakeTransport()
    for method in ("users.account.getuserinfo", "billing.account.getaccount", "billing.account.getquotas"):
        sent.on(method, answer)
    options = {"billing": True, "quotas": ["b.c"], "session": "0f" * 20}
    result = execute(AccountInfo(), Task(options=options, client=fake_client(sent)))
    money = {"balance": 1.5, "bonus": None, "group": None, "group_type": None}
    assert result["account"] == {**WHO, "billing": money, "quotas": {"b.c": None}}
    assert sorted(result["api_calls"].values()) == [1, 1, 1]


def test_limits_that_are_refused(platform: WatchedPlatform) -> None:
    """Asked for by name, so this is an error."""
    platform.answers["getquotas"] = {"result": 8, "error": "permission denied"}
    result = platform.fails(AccountInfo(), quotas=["x"])
    assert (result["failure"]["code"], result["failure"]["method"]) == (8, "billing.account.GetQuotas")


REGION_A = {
    "name": "region-a",
    "display_name": "Region A",
    "enabled": True,
    "region": "region-1",
    "region_display_name": "Region 1",
    "default": True,
    "domain": "paas.example.com",
}


@pytest.mark.parametrize(
    ("enabled", "names"),
    [
        (None, ["default_hn_group", "region-a", "region-b", "region-closed"]),
        (True, ["default_hn_group", "region-a", "region-b"]),
        (False, ["region-closed"]),
    ],
)
def test_regions(platform: WatchedPlatform, enabled: bool | None, names: list[str]) -> None:
    result = platform.run(RegionInfo(), enabled=enabled)
    assert platform.sent == [("getregions", {})]
    assert (result["changed"], [region["name"] for region in result["regions"]]) == (False, names)
    assert (REGION_A in result["regions"]) is (enabled is not False)


def test_regions_by_their_documented_names(platform: WatchedPlatform) -> None:
    """The specification calls the inner list otherwise; what is missing is null, and what has no name is left out."""
    groups = [{"uniqueName": "a"}, {"displayName": "nameless"}, {"uniqueName": "b", "isEnabled": False}]
    platform.answers["getregions"] = {"result": 0, "array": [{"hardwareNodeGroups": groups}, {"uniqueName": "empty"}]}
    regions = platform.run(RegionInfo())["regions"]
    assert [(region["name"], region["enabled"], region["default"]) for region in regions] == [
        ("a", True, False),
        ("b", False, False),
    ]
    assert {region["display_name"] for region in regions} == {None}


def test_no_regions(platform: WatchedPlatform) -> None:
    platform.answers["getregions"] = {"result": 0, "array": []}
    assert platform.run(RegionInfo())["regions"] == []
