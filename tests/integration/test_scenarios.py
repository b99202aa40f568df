# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every scenario: check mode writes nothing and predicts the run; the run makes its calls, the second run no write.

As a module it gives the same results by the same calls as in the controller process: each scenario in the profile
``ci``, otherwise one scenario of each module.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import pem_pair
from tests.integration.leak_scan import leaks
from tests.integration.parity import Comparison, in_order
from tests.integration.proxy import witness
from tests.integration.scenario import HERE, MODULE, Scenario, comparable, differences, load, play, seen
from tests.integration.support import PROJECT, Emulator, Player, Run
from tests.profiles import THOROUGH

FOLDER = Path(__file__).resolve().parent / "scenarios"
FILES = sorted(FOLDER.glob("*.yml"))
# What tasks give as the value of a variable, as a registry's password and in a command.
APP_SECRET = "the secret/of+an application"
ASSUMES = "; check mode assumes that an earlier task creates it and predicts the result"
IGNORED = frozenset({"api_calls", "api_retries", "api_seconds", "invocation", "warnings", "diff", "steps_done"})


def examples_of_modules() -> dict[str, tuple[Path, str]]:
    """Return, by module, the first scenario whose task succeeds and can run as a module."""
    found: dict[str, tuple[Path, str]] = {}
    for path in FILES:
        for scenario in load(path):
            if not (scenario.stored or scenario.refused):
                found.setdefault(scenario.module, (path, scenario.name))
    return found


EXAMPLES = examples_of_modules()
# Modules whose tasks all keep values in the store, and so run in the controller process.
ALWAYS_STORED = {"paas_token_rotation"}


@lru_cache
def _scenarios(path: Path) -> tuple[Scenario, ...]:
    chosen = set(EXAMPLES.values())
    return tuple(replace(item, as_module=THOROUGH or (path, item.name) in chosen) for item in load(path))


@pytest.fixture(scope="module")
def runs() -> dict[Path, Run]:
    """One run of each file, made when its first scenario asks for it."""
    return {}


def _run(runs: dict[Path, Run], player: Player, emulator: Emulator, path: Path) -> Run:
    """The run of a file, at the highest verbosity, searched for every secret that was in play."""
    if path not in runs:
        pem = pem_pair()
        with witness(player.url) as seen_by:
            player.url = seen_by.url
            # Environments are worked on with the token, tokens with login and password.
            player.environment |= {"PAAS_TOKEN": emulator.account.token, "OTHER_TOKEN": emulator.other.token}
            player.environment |= {"APP_SECRET": APP_SECRET, "APP_CERTIFICATE": pem[0], "APP_KEY": pem[1]}
            runs[path] = play(player, list(_scenarios(path)))
        assert {emulator.account.password, emulator.account.token} & seen_by.secrets
        assert [address for address in seen_by.addresses if "?" in address] == []
        asked_for = _values_asked_for(runs[path])
        given = {player.vault_password, APP_SECRET, pem[1].splitlines()[1]}
        assert leaks(runs[path], player.folder, seen_by.secrets - asked_for | given) == []
    return runs[path]


def _values_asked_for(run: Run) -> set[str]:
    """Values of tasks with ``return_value``, which are in the output because the user wants them there."""
    results = [result for _, result in run.results if "value" in result or "token_values" in result]
    assert all(result["invocation"]["module_args"]["return_value"] is True for result in results)
    values = [value for result in results for value in [result.get("value"), *result.get("token_values", {}).values()]]
    return {value for value in values if value}


CASES = {f"{path.stem}: {scenario.name}": (path, scenario) for path in FILES for scenario in _scenarios(path)}
AS_MODULE = {name: case for name, case in CASES.items() if case[1].as_module}


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in result.items() if key not in IGNORED}


@pytest.mark.parametrize(("path", "scenario"), CASES.values(), ids=CASES)
def test_scenario(path: Path, scenario: Scenario, runs: dict[Path, Run], player: Player, emulator: Emulator) -> None:
    """See the module's documentation; the expectations stand in the scenario."""
    phases = seen(_run(runs, player, emulator, path), scenario, HERE)
    check, real = phases["check"], phases["real"]
    desired = scenario.data
    # Commands that only read count as writes, because the platform cannot tell them from others.
    looks = set(desired.get("looks_by", ()))
    assert set(check.writes) <= looks
    if "assumed" in desired:
        assert (check.result["failed"], check.result["warnings"]) == (False, [desired["assumed"] + ASSUMES])
    # A refusal that only a write brings about cannot be foreseen.
    elif not desired.get("writes"):
        assert differences(_plain(check.result), _plain(real.result)) == []
        assert differences(check.result.get("diff"), real.result.get("diff")) == []
    if "message" in desired:
        assert real.result["failed"] is True
        assert desired["message"] in real.result["msg"]
        assert "\n" not in real.result["msg"]
        assert real.writes == desired.get("writes", [])
        return
    assert not real.result["failed"], real.result.get("msg")
    assert real.result["changed"] is desired["changed"]
    if "calls" in desired:
        assert comparable(real.methods) == comparable(desired["calls"])
    sent = [call["method"] for call in real.calls]
    assert real.result["api_calls"] == {name: sent.count(name) for name in sorted(set(sent))}
    assert_subset(desired.get("gives", {}), real.result)
    if desired.get("idempotent", True):
        again = phases["again"]
        assert not again.result["failed"], again.result.get("msg")
        assert again.result["changed"] is False
        assert set(again.writes) <= looks
        if "again" in desired:
            assert comparable(again.methods) == comparable(desired["again"])


def test_every_module_has_an_example() -> None:
    """A module without a scenario would not be compared with the way in the controller process."""
    assert set(EXAMPLES) | ALWAYS_STORED == {path.stem for path in (PROJECT / "plugins" / "modules").glob("paas_*.py")}


@pytest.mark.parametrize(("path", "scenario"), AS_MODULE.values(), ids=AS_MODULE)
def test_both_ways(path: Path, scenario: Scenario, runs: dict[Path, Run], player: Player, emulator: Emulator) -> None:
    """Each phase ran where it should, and results and calls are equal.

    What keeps values in the store runs in the controller process both times.
    """
    run = _run(runs, player, emulator, path)
    here, module = seen(run, scenario, HERE), seen(run, scenario, MODULE)
    comparison = Comparison()
    for phase in scenario.phases:
        processes = (here[phase].processes, module[phase].processes)
        assert processes == (0, 0 if scenario.stored else 1), phase
        assert comparison.unequal(here[phase].result, module[phase].result, phase) == []
        calls = [in_order(way[phase].calls, free=scenario.order_is_free) for way in (here, module)]
        assert calls[0] == calls[1], phase


def assert_subset(expected: Any, real: Any) -> None:
    """Every member of the expectation stands in the result, at any depth; lists are compared as a whole."""
    if isinstance(expected, dict) and isinstance(real, dict):
        for key, value in expected.items():
            assert key in real
            assert_subset(value, real[key])
    else:
        assert real == expected
