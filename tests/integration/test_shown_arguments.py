# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever refuses a task, the arguments shown hold no secret: over every module and every structured option."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import NO_LOG, masked
from tests.integration.scenario import MODULE, WAYS
from tests.integration.support import Player
from tests.secrets_search import found_in
from tests.unit.documented_tasks import MODULES, resource
from tests.unit.test_arguments import nested, places

SECRET = "Shp-S3cret-4711"
CREDENTIALS = {
    "login": "a@example.com",
    "password": "Shp-P4ss-word",
    "session": "feedfacefeedface0123456789abcdef01234567",
}
SHAPES: list[Any] = [SECRET, [SECRET], [[SECRET]], [None, SECRET], {SECRET[:3]: SECRET}, [{"nmae": SECRET}]]


@pytest.mark.parametrize("module", MODULES)
def test_structured_options_of_any_shape(module: str) -> None:
    """Six wrong shapes for each, at any depth, beside credentials that are options, as out of a vault."""
    options = resource(module).spec.options
    tried = 0
    for path, option in [((name,), {}) for name in ("pasword", "tokn")] + list(places(options)):
        if path[0] in CREDENTIALS or not ({"options", "values"} & set(option) or option == {}):
            continue
        for shape in SHAPES:
            shown = json.dumps(masked({**CREDENTIALS, **nested(path, shape)}, options))
            assert SECRET not in shown and CREDENTIALS["password"] not in shown, (path, shape)
            assert CREDENTIALS["session"] not in shown, (path, shape)
            assert json.loads(shown)["password"] == json.loads(shown)["session"] == NO_LOG
            tried += 1
    assert tried >= 12


def _structured(module: str) -> str:
    """A structured option of a module, or a name that is mistyped."""
    options = resource(module).spec.options
    return next((name for name, option in options.items() if {"options", "values"} & set(option)), "nmae")


def test_a_play_at_the_highest_verbosity(player: Player) -> None:
    """In process and as a module, with what Ansible itself makes of a failure."""
    player.account = None
    tasks = [
        {
            "name": f"{module}, {way}",
            f"inet.elastic.{module}": {**CREDENTIALS, _structured(module): [SECRET]},
            "ignore_errors": True,
            "vars": variables,
        }
        for module in MODULES
        for way, variables in WAYS.items()
    ]
    run = player.play([*tasks, _address("address here", {}), _address("address there", WAYS[MODULE])])
    for task in tasks:
        result = run.result(str(task["name"]))
        assert result["failure"]["kind"] == "input", task["name"]
        assert result["invocation"]["module_args"]["password"] == NO_LOG
    assert run.result("address there")["invocation"]["module_args"]["api_url"] == "http://********@127.0.0.1:1"
    # The literals of a playbook are shown by Ansible itself where it quotes the line; here none are quoted.
    assert found_in({"output": run.output}, [*[*CREDENTIALS.values()][1:], SECRET]) == []


def _address(name: str, variables: dict[str, str]) -> dict[str, Any]:
    arguments = {"api_url": f"http://demo:{SECRET}@127.0.0.1:1", "session": "x"}
    return {"name": name, "inet.elastic.paas_account_info": arguments, "ignore_errors": True, "vars": variables}
