# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback ``paas_calls``: what it counts is what the platform saw, and the token it shows is enough."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import yaml

from tests.integration.support import Emulator, Player, Run

ENVIRONMENT = "inet.elastic.paas_environment"
INFO = "inet.elastic.paas_environment_info"
TOKEN = "inet.elastic.paas_token"
NODES = [{"node_type": "nginx"}]
ROW = re.compile(r"^([\w.]+) +(\d+) +(\d+\.\d\d) +(\d+)$", re.MULTILINE)


def _summarised(player: Player, tasks: list[dict[str, Any]]) -> Run:
    player.verbosity = 0
    player.environment["ANSIBLE_CALLBACKS_ENABLED"] = "record,inet.elastic.paas_calls"
    return player.play(tasks)


def _rows(run: Run) -> dict[str, tuple[int, int]]:
    return {method: (int(calls), int(retries)) for method, calls, _seconds, retries in ROW.findall(run.output)}


def test_the_table_has_what_the_platform_saw(emulator: Emulator, player: Player) -> None:
    """Single tasks, loops, failures, as a module; and what was repeated after a fault."""
    emulator.control("PUT", "faults", [{"method": "GetEnvs", "kind": "502", "times": 2}])
    missing = player.folder / "missing" / "calls.jsonl"
    player.environment |= {"PAAS_CALLS_RECORD_FILE": str(missing), "PAAS_CALLS_TOKEN": "nightly"}
    run = _summarised(
        player,
        [
            {"name": "made", ENVIRONMENT: {"name": "shop-one", "nodes": NODES}},
            {"name": "listed", INFO: {}},
            {"name": "module", INFO: {}, "async": 60, "poll": 1},
            {"name": "loop", INFO: {"name": "{{ item }}"}, "loop": ["shop-one", "shop-two"]},
            {"name": "refused", ENVIRONMENT: {"name": "shop-two", "state": "stopped"}, "ignore_errors": True},
        ],
    )
    assert run.code == 0, run.output[-2000:]
    seen = Counter(emulator.methods)
    rows = _rows(run)
    total = rows.pop("total")
    assert {method: calls for method, (calls, _) in rows.items()} == dict(seen)
    assert total == (sum(seen.values()), 2)
    assert rows["environment.control.GetEnvs"][1] == 2
    warning = f"paas_calls: the calls are not recorded: {missing}: No such file or directory"
    # Ansible breaks lines, also within a path.
    assert "".join(warning.split()) in "".join(run.output.split())


def test_the_token_is_enough_for_the_same_run(emulator: Emulator, player: Player) -> None:
    """Pasted into a playbook, with a name: the same run succeeds with it, and with less it does not."""
    tasks = [
        {"name": "made", ENVIRONMENT: {"name": "shop-one", "nodes": NODES, "display_name": "One"}},
        {"name": "stopped", ENVIRONMENT: {"name": "shop-one", "state": "stopped"}},
    ]
    run = _summarised(player, tasks)
    shown = run.output[run.output.index("  - inet.elastic.paas_token:") :].replace("CHANGE-ME", "bot")
    (task,) = yaml.safe_load(shown)
    assert task[TOKEN]["api_methods"] == [method for method in sorted(_rows(run)) if method.startswith("environment.")]
    emulator.reset()
    for left_out in (None, *task[TOKEN]["api_methods"]):
        methods = [method for method in task[TOKEN]["api_methods"] if method != left_out]
        token = emulator.call(
            "users.authentication.CreateToken",
            session=emulator.signin(),
            description=f"without {left_out}",
            apiList=",".join(methods),
        )["token"]["key"]
        player.environment["PAAS_TOKEN"] = token
        again = player.play(tasks)
        assert (again.code == 0) is (left_out is None), left_out
        if left_out:
            assert f"{left_out} was refused: the token in use does not grant this method" in again.output
        emulator.call(
            "environment.control.DeleteEnv",
            envName="shop-one",
            session=emulator.signin(),
            password=emulator.account.password,
        )


def test_what_cannot_be_counted_is_said(emulator: Emulator, player: Player) -> None:
    """Callbacks are told nothing of a task with no_log; and no token can be given the management of tokens."""
    records = player.folder / "calls.jsonl"
    records.write_text("a line before\n", encoding="utf-8")
    player.environment |= {"PAAS_CALLS_RECORD_FILE": str(records), "PAAS_CALLS_TOKEN": "nightly"}
    run = _summarised(
        player,
        [
            {"name": "tokens", "inet.elastic.paas_token_info": {}},
            {"name": "hidden", INFO: {}, "no_log": True},
        ],
    )
    assert run.code == 0
    assert "Nothing of this can be done with a token" in run.output
    assert "Not counted: 1 task with no_log." in run.output
    assert "users.authentication.GetTokens" in _rows(run)
    assert "api_methods" not in run.output
    before, line = records.read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert (before, re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record.pop("ended_at")) is None) == (
        "a line before",
        False,
    )
    calls = {method: calls for method, (calls, _retries) in _rows(run).items() if method != "total"}
    assert record == {"token": "nightly", "calls": calls, "hidden_tasks": 1}


def test_a_run_without_the_collection_has_no_summary(emulator: Emulator, player: Player) -> None:
    """Nor has one in which all that is ours was skipped."""
    run = _summarised(player, [{"ansible.builtin.debug": {"msg": "hello"}}, {"name": "no", INFO: {}, "when": False}])
    assert run.code == 0
    assert "PAAS CALLS" not in run.output
