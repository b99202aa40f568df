# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For any tokens of an account and any declared ones: check mode tells the run, and the second run does nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import UTC, moment_to_request, to_text
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.model import Expiry
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.plan import TOLERANCE, target_expiry
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import TokenSet
from tests.integration.scenario import differences
from tests.profiles import examples
from tests.property.emulated import EmulatedPlatform

DESCRIPTIONS = ["deploy", "status", "nightly-stop", "тест {{ x }}", "a,b;*"]
METHODS = ["environment.control.StopEnv", "environment.control.StartEnv", "environment.control.GetEnvInfo"]
ODD_SPELLINGS = ["env.control.stopenv", "ENV.CONTROL.GETENVINFO", "environment/control/rest/startenv", "env.group.*"]
SPELLINGS = METHODS + ODD_SPELLINGS
TEMPLATES = ["Extended Access", "IDE Plugins", "Marketplace", "Maven Plugin"]
IGNORED = ("api_calls", "api_retries", "api_seconds", "diff")

moments = st.datetimes(
    min_value=datetime.datetime(2030, 1, 1), max_value=datetime.datetime(2090, 1, 1), timezones=st.just(UTC)
).map(lambda moment: moment.replace(microsecond=0))
permissions = st.one_of(
    st.sampled_from(TEMPLATES).map(lambda name: {"tokenTemplate": name}),
    st.lists(st.sampled_from(METHODS), min_size=1, unique=True).map(lambda names: {"apiList": ",".join(names)}),
)
existing = st.builds(
    lambda what, until: {**what, **({"expiresAt": moment_to_request(until)} if until else {})},
    permissions,
    st.none() | moments,
)
declared = st.one_of(
    st.just({"state": "absent"}),
    st.builds(
        lambda what, end, how: {**what, **end, "regenerate": how},
        st.one_of(
            st.sampled_from(TEMPLATES).map(lambda name: {"template": name.lower()}),
            st.lists(st.sampled_from(SPELLINGS), min_size=1).map(lambda names: {"api_methods": names}),
        ),
        st.one_of(
            st.just({}),
            st.just({"expires_at": ""}),
            moments.map(lambda moment: {"expires_at": to_text(moment)}),
            st.sampled_from(["1h", "90d", "400d"]).map(lambda length: {"expires_in": length, "renew_before": "30m"}),
        ),
        st.sampled_from(["never", "due"]),
    ),
)


@pytest.fixture(scope="module")
def emulated() -> Iterator[EmulatedPlatform]:
    """One platform for all examples; each begins with no token."""
    platform = EmulatedPlatform()
    yield platform
    platform.end()


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in IGNORED}


@examples(120)
@given(
    before=st.dictionaries(st.sampled_from(DESCRIPTIONS), existing),
    desired=st.dictionaries(st.sampled_from(DESCRIPTIONS), declared, min_size=1),
    prune=st.booleans(),
)
def test_check_mode_tells_the_run_and_the_second_run_is_empty(
    emulated: EmulatedPlatform, before: dict[str, dict[str, Any]], desired: dict[str, dict[str, Any]], prune: bool
) -> None:
    """And what is not declared stays as it was, unless pruning is asked for."""
    emulated.call("users.authentication.DeleteTokens", ids="*")
    for description, params in before.items():
        emulated.call("users.authentication.CreateToken", description=description, **params)
    untouched = {t["id"]: t for t in _tokens(emulated) if t["description"] not in desired}
    emulated.writes()
    tokens = [{"description": description, **entry} for description, entry in desired.items()]
    task: dict[str, Any] = {"tokens": tokens, "prune": prune, "prune_all": True, "return_value": True}

    predicted = emulated.perform(TokenSet(), check=True, **task)
    assert emulated.writes() == []
    real = emulated.perform(TokenSet(), **task)
    assert bool(emulated.writes()) is real["changed"]
    assert differences(_without_values(predicted), _without_values(real)) == []
    assert differences(predicted["diff"], real["diff"]) == []
    after = {t["id"]: t for t in _tokens(emulated)}
    if not prune:
        assert untouched.items() <= after.items()
    else:
        assert not untouched.keys() & after.keys()
    emulated.writes()
    again = emulated.perform(TokenSet(), **task)
    assert again["changed"] is False
    assert emulated.writes() == []


def _tokens(emulated: EmulatedPlatform) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = emulated.call("users.authentication.GetTokens").get("apiTokens", [])
    return listed


def _without_values(result: dict[str, Any]) -> dict[str, Any]:
    return {**_plain(result), "token_values": sorted(result["token_values"])}


spans = st.timedeltas(min_value=datetime.timedelta(minutes=1), max_value=datetime.timedelta(days=4000)).map(
    lambda span: datetime.timedelta(seconds=int(span.total_seconds()))
)


@given(now=moments, within=spans, share=st.floats(0, 0.99), present=st.none() | moments, later=st.floats(0, 1))
def test_a_renewed_token_is_left_alone_until_it_is_due(
    now: datetime.datetime, within: datetime.timedelta, share: float, present: datetime.datetime | None, later: float
) -> None:
    """Whatever the expiry was: after the run it is right, and stays so until ``renew_before`` its end."""
    renew = datetime.timedelta(seconds=int(within.total_seconds() * share))
    expiry = Expiry(within=within, renew_before=renew)
    target = target_expiry(expiry, present, now)
    assert target is not None
    assert renew < target - now <= within + TOLERANCE or target - now == within
    quiet = target - renew - now
    moment = now + datetime.timedelta(seconds=int(max(quiet.total_seconds() - 1, 0) * later))
    assert target_expiry(expiry, target, moment) == target
    assert target_expiry(expiry, target, now + quiet) == now + quiet + within
