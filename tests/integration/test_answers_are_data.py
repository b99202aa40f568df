# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of the platform stay texts: none of them is ever a template, whichever module brought it into a playbook."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.support import Emulator, Player

# Each of its three parts would come out shorter if anybody took it for what it looks like.
TRAP = "{{ lookup('pipe', 'echo trapped') }}{% if true %}trapped{% endif %}{# trapped #}"
AS_MODULE = {"async": 60, "poll": 1}
LAYER = {"environment": "my-shop", "node_group": "cp"}
RULE = {"name": TRAP, "direction": "INPUT", "action": "ALLOW", "protocol": "TCP", "ports": "81", "src": "ALL"}
TRIGGER = {
    **{"name": TRAP, "nodeGroup": "cp", "period": 1, "isEnabled": True},
    "condition": {"type": "GREATER", "value": 70, "resourceType": "CPU", "valueType": "PERCENTAGES"},
    "actions": [{"type": "NOTIFY", "customData": {"notify": True}}],
}
# By name of the task: the task, and in how many places its result has the text.
TASKS: dict[str, tuple[dict[str, Any], int]] = {
    "tokens": ({"inet.elastic.paas_token_info": {}}, 1),
    "tokens as module": ({"inet.elastic.paas_token_info": {}, **AS_MODULE}, 1),
    # The environment's name for humans, that of its layer, and its group.
    "environments": ({"inet.elastic.paas_environment_info": {}}, 3),
    "environments as module": ({"inet.elastic.paas_environment_info": {}, **AS_MODULE}, 3),
    # The same three, a rule and a trigger; and all of them in both halves of the diff.
    "environment": ({"inet.elastic.paas_environment": {"name": "my-shop", "firewall": [], "triggers": []}}, 5),
    # As a whole, and in lines, of the first node, and of each node.
    "command": ({"inet.elastic.paas_exec": {**LAYER, "command": "cat /data/motd"}}, 3),
    # What was there before.
    "file": ({"inet.elastic.paas_file": {**LAYER, "path": "/data/motd", "content": "x"}, "diff": True}, 1),
}


def prepared(emulator: Emulator) -> None:
    """The text wherever the platform takes one."""
    emulator.call(
        "users.authentication.CreateToken",
        session=emulator.signin(),
        description=TRAP,
        tokenTemplate="Marketplace",
    )
    where = {"envName": "my-shop", "nodeGroup": "cp"}
    calls: list[tuple[str, dict[str, Any]]] = [
        (
            "environment.control.CreateEnvironment",
            {
                "env": {"shortdomain": "my-shop", "displayName": TRAP},
                "nodes": [{"nodeType": "nginx-dockerized", "nodeGroup": "cp", "displayName": TRAP}],
                "envGroups": [TRAP],
            },
        ),
        ("environment.security.AddRule", {**where, "rule": RULE}),
        ("environment.trigger.AddTrigger", {"envName": "my-shop", "data": TRIGGER}),
        ("environment.file.Write", {**where, "path": "/data/motd", "body": TRAP}),
    ]
    for method, params in calls:
        sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        assert emulator.call(method, **sent)["result"] == 0, method


def test_what_the_platform_says_is_never_a_template(emulator: Emulator, player: Player) -> None:
    """Through a registered variable, which a later task puts into a template, every text comes out as it is."""
    player.verbosity = 0
    prepared(emulator)
    tasks: list[dict[str, Any]] = []
    for name, (task, _places) in TASKS.items():
        shown = {"ansible.builtin.debug": {"msg": "{{ found }}"}}
        tasks += [{"name": name, **task, "register": "found"}, {"name": f"{name} shown", **shown}]
    run = player.play(tasks)
    assert run.code == 0, run.output[-2000:]
    escaped = json.dumps(TRAP)[1:-1]
    for name, (_task, places) in TASKS.items():
        result, message = (json.dumps(value) for value in (run.result(name), run.result(f"{name} shown")["msg"]))
        assert (name, result.count(escaped)) == (name, places)
        assert (name, message.count(escaped)) == (name, places)
