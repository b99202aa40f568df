# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the modules around environments: options as specified, and results as RETURN describes them."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml

from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION, OWN_MEMBERS
from tests.property.emulated import LOGIN, PASSWORD
from tests.unit.documented_tasks import load, tasks_in
from tests.unit.module_examples import INFO_MODULES, first_example
from tests.unit.resources.watched_platform import WatchedPlatform

PLUGINS = "ansible_collections.inet.elastic.plugins"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
NODES = {"environment": "my-shop", "node_group": "cp"}
MANIFEST = {"type": "update", "name": "Backup"}
# Tasks whose results have every member. For other info modules it is their first example.
TASKS: dict[str, dict[str, Any]] = {
    "paas_account_info": {"billing": True, "quotas": []},
    "paas_deployment": {**NODES, "archive": {"url": "https://repo.example.com/shop.war"}},
    "paas_env_group": {"name": "clients/acme"},
    "paas_exec": {**NODES, "command": "echo"},
    "paas_file": {**NODES, "path": "/etc/app.ini", "content": ""},
    "paas_log_info": NODES,
    "paas_package": {"environment": "my-shop", "manifest": MANIFEST},
    "paas_scheduled_task": {"name": "nightly", "method": "users.account.GetUserInfo", "cron": "0 0 22 * * ?"},
    "paas_session": {"login": LOGIN, "password": PASSWORD},
    "paas_ssh_key": {"title": "laptop", "public_key": KEY},
}
# Modules with tests of their own for this.
ELSEWHERE = {"paas_environment_info", "paas_token_info"}
TASKS.update({name: first_example(name) for name in INFO_MODULES if name not in ELSEWHERE | set(TASKS)})
OF_THE_FLOW = {"changed", "diff"}
OF_FAILURES = {"failure", "msg", "steps_done"}


def resource(name: str) -> Any:
    """What a module runs."""
    return importlib.import_module(f"{PLUGINS}.action.{name}").ActionModule.resource


def document(name: str, part: str) -> dict[str, Any]:
    """A part of a module's documentation."""
    found: dict[str, Any] = yaml.safe_load(getattr(importlib.import_module(f"{PLUGINS}.modules.{name}"), part))
    return found


def specified(options: dict[str, Any]) -> dict[str, Any]:
    """What documentation and specification have in common, at each depth."""
    other = {"no_log", "description", "mutually_exclusive", "required_one_of", *OWN_MEMBERS}
    found = {}
    for option, members in options.items():
        found[option] = {key: value for key, value in members.items() if key not in {*other, "options", "suboptions"}}
        inner = members.get("options", members.get("suboptions"))
        if inner is not None:
            found[option]["options"] = specified(inner)
    return found


@pytest.mark.parametrize("name", TASKS)
def test_options(name: str) -> None:
    """Type, default, choices and the like are those of the specification; what connects has its own fragment."""
    options = resource(name).spec.options
    desired = specified({option: spec for option, spec in options.items() if option not in CONNECTION})
    assert specified(document(name, "DOCUMENTATION").get("options") or {}) == desired
    texts = document(name, "DOCUMENTATION").get("options") or {}
    assert [option for option, text in texts.items() if not text["description"]] == []


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("check", [True, False])
def test_results(name: str, check: bool) -> None:
    """All members are documented, at each depth, and none is documented that is not there; in check mode the same."""
    platform = WatchedPlatform()
    nodes = [{"nodeGroup": "cp", "nodeType": "nginx", "flexibleCloudlets": 4}]
    platform.call("environment.control.CreateEnvironment", env={"shortdomain": "my-shop"}, nodes=nodes)
    result = platform.run(resource(name), check=check, **TASKS[name])
    platform.end()
    documented = document(name, "RETURN")
    assert set(result) - OF_THE_FLOW == set(documented) - OF_FAILURES
    assert set(documented) >= OF_FAILURES
    for member, text in documented.items():
        shown: Any = result.get(member)
        if "contains" in text and member not in OF_FAILURES:
            for item in shown if isinstance(shown, list) else [shown]:
                assert set(text["contains"]) == set(item)


@pytest.mark.parametrize("name", TASKS)
def test_examples_show_each_state(name: str) -> None:
    """There is an example of each state of the module."""
    text = importlib.import_module(f"{PLUGINS}.modules.{name}").EXAMPLES
    given = [task[f"inet.elastic.{name}"] for task in tasks_in(load(text)) if f"inet.elastic.{name}" in task]
    assert given
    choices = resource(name).spec.options.get("state", {}).get("choices", [])
    default = resource(name).spec.options.get("state", {}).get("default")
    assert {task.get("state", default) for task in given} >= set(choices) - {None}
