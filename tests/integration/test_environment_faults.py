# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every write of environments x every fault: the module ends with the right answer, and there is one environment."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.certificates import pem_pair
from tests.integration.direct import Failed, perform
from tests.integration.support import Emulator
from tests.integration.test_token_faults import DONE, NOT_DONE, REFUSED

NAME, SOURCE = "my-shop", "my-source"
SECRET = "a secret of the variables"
NODES: list[dict[str, Any]] = [
    {"node_group": "cp", "image": "app:1.0", "count": 2, "env": {"MODE": "a", "TOKEN": SECRET}, "volumes": ["/data"]},
    {"node_group": "sqldb", "node_type": "postgresql"},
]
CP: dict[str, Any] = {"node_group": "cp"}
# A method, with the options of the task that makes its call, and the start it needs.
PROVOKED: dict[str, dict[str, Any]] = {
    "CreateEnvironment": {"nodes": NODES},
    "CloneEnv": {"clone_from": SOURCE},
    "ChangeTopology": {"nodes": [{**CP, "count": 3}]},
    "DeleteEnv": {"state": "absent"},
    "StopEnv": {"state": "stopped"},
    "Migrate": {"region": "region-b"},
    "RedeployContainersByGroup": {"nodes": [{**CP, "tag": "2.0"}]},
    "SetNodeGroupDisplayName": {"nodes": [{**CP, "display_name": "Front"}]},
    "AddContainerEnvVars": {"nodes": [{**CP, "env": {"MODE": "b"}}]},
    "RemoveContainerEnvVars": {"nodes": [{**CP, "env": {"MODE": None}}]},
    "AddContainerVolumes": {"nodes": [{**CP, "volumes": ["/data", "/more"]}]},
    "AddMountPointByGroup": {"nodes": [{**CP, "volume_mounts": {"/mnt": {"source_node_group": "sqldb"}}}]},
    "AttachEnvGroup": {"env_groups": ["clients"]},
    "BindExtDomains": {"domains": ["a.example.com", "b.example.com"]},
    "AddEndpoint": {"endpoints": [{"name": "db", "node_group": "sqldb", "private_port": 5432}]},
    "AddRule": {"firewall": [{"name": "db", "node_group": "sqldb", "ports": "5432"}]},
    "AddTrigger": {
        "triggers": [
            {"name": "up", "node_group": "cp", "condition": "above", "value": 70, "action": "add_node", "limit": 5}
        ]
    },
}
# Methods that make, change or remove a whole environment; the others change one thing in it.
MADE = ("CreateEnvironment", "CloneEnv")


def _id(fault: dict[str, Any]) -> str:
    return "-".join(str(value) for value in fault.values())


def _start(emulator: Emulator, method: str) -> None:
    name = SOURCE if method == "CloneEnv" else NAME
    if method != "CreateEnvironment":
        perform(OneEnvironment(), emulator, name=name, nodes=NODES)
    emulator.forget()


def _run(emulator: Emulator, method: str, **more: Any) -> dict[str, Any]:
    return perform(OneEnvironment(), emulator, name=NAME, **PROVOKED[method], **more)


def _sent(emulator: Emulator, method: str) -> int:
    return sum(call.endswith(f".{method}") for call in emulator.methods)


def _converged(emulator: Emulator, method: str) -> None:
    """The task has nothing to do any more, and there is exactly one environment of its name, or none if it goes."""
    emulator.forget()
    result = _run(emulator, method)
    assert (result["changed"], emulator.writes) == (False, [])
    infos = emulator.call("environment.control.GetEnvs", session=emulator.signin())["infos"]
    found = sorted(info["env"]["envName"] for info in infos)
    assert found == {"DeleteEnv": [], "CloneEnv": [NAME, SOURCE]}.get(method, [NAME])


@pytest.mark.parametrize("fault", DONE, ids=_id)
@pytest.mark.parametrize("method", PROVOKED)
def test_a_lost_answer_to_work_done_is_settled(emulator: Emulator, method: str, fault: dict[str, Any]) -> None:
    """The state is read, and the step counts as done; nothing is sent twice."""
    _start(emulator, method)
    emulator.control("PUT", "faults", [{"method": method, **fault}])
    result = _run(emulator, method)
    assert result["changed"] is True
    assert _sent(emulator, method) == 1
    _converged(emulator, method)


@pytest.mark.parametrize("fault", NOT_DONE, ids=_id)
@pytest.mark.parametrize("method", PROVOKED)
def test_a_lost_answer_to_work_not_done_is_an_error_and_a_second_run_repairs(
    emulator: Emulator, method: str, fault: dict[str, Any]
) -> None:
    """Seen from the state, never guessed; the message says what was not done, and the next run does it once."""
    _start(emulator, method)
    emulator.control("PUT", "faults", [{"method": method, **fault}])
    with pytest.raises(Failed) as caught:
        _run(emulator, method)
    result = caught.value.result
    assert (result["failure"]["kind"], result["changed"], result["steps_done"]) == ("answer_lost", False, [])
    assert "so it is not done, or not yet: " in result["msg"]
    assert SECRET not in str(result)
    assert _sent(emulator, method) == 1
    assert _run(emulator, method)["changed"] is True
    assert _sent(emulator, method) == 2
    _converged(emulator, method)


@pytest.mark.parametrize("method", [*MADE, "ChangeTopology", "DeleteEnv", "Migrate", "RedeployContainersByGroup"])
def test_an_operation_that_goes_on_after_the_cut_is_waited_for(emulator: Emulator, method: str) -> None:
    """A gateway gives up, the platform goes on, and the task waits for the end."""
    _start(emulator, method)
    emulator.control("PUT", "times", {method: 0.6})
    emulator.control("PUT", "switches", {"gateway_timeout": 0.1})
    result = _run(emulator, method, wait_timeout=30)
    assert result["changed"] is True
    assert _sent(emulator, method) == 1
    emulator.control("PUT", "switches", {"gateway_timeout": None})
    _converged(emulator, method)


@pytest.mark.parametrize("method", [*MADE, "ChangeTopology", "DeleteEnv"])
def test_an_operation_that_takes_too_long(emulator: Emulator, method: str) -> None:
    """The message says what is going on, and a later run finds it done and does nothing twice."""
    _start(emulator, method)
    emulator.control("PUT", "times", {method: 1.5})
    emulator.control("PUT", "switches", {"gateway_timeout": 0.1})
    with pytest.raises(Failed) as caught:
        _run(emulator, method, wait_timeout=0)
    assert caught.value.result["failure"]["kind"] == "wait_timeout"
    assert "raise wait_timeout or look again later" in caught.value.result["msg"]
    emulator.control("PUT", "switches", {"gateway_timeout": None})
    assert _run(emulator, method, wait_timeout=30)["changed"] is False
    assert _sent(emulator, method) == 1
    _converged(emulator, method)


@pytest.mark.parametrize("fault", REFUSED, ids=_id)
@pytest.mark.parametrize("method", PROVOKED)
def test_a_refusal_ends_the_task(emulator: Emulator, method: str, fault: dict[str, Any]) -> None:
    """One line, nothing done, nothing sent again."""
    _start(emulator, method)
    emulator.control("PUT", "faults", [{"method": method, **fault}])
    with pytest.raises(Failed) as caught:
        _run(emulator, method)
    result = caught.value.result
    assert (result["changed"], "\n" in result["msg"], SECRET in str(result)) == (False, False, False)
    assert _sent(emulator, method) == 1


@pytest.mark.parametrize("state", ["restarted", "redeployed"])
def test_what_leaves_no_trace_is_not_taken_for_done(emulator: Emulator, state: str) -> None:
    """Whether a restart was carried out does not show, so a lost answer to one is an error."""
    perform(OneEnvironment(), emulator, name=NAME, nodes=NODES)
    emulator.forget()
    method = {"restarted": "RestartNodes", "redeployed": "RedeployContainersByGroup"}[state]
    emulator.control("PUT", "faults", [{"method": method, "kind": "cut_after"}])
    with pytest.raises(Failed) as caught:
        perform(OneEnvironment(), emulator, name=NAME, state=state, nodes=[CP])
    assert "whether it was done does not show" in caught.value.result["msg"]
    assert _sent(emulator, method) == 1


@pytest.mark.parametrize("method", ["CreateEnvironment", "ChangeTopology"])
def test_a_topology_that_fails_half_way(emulator: Emulator, method: str) -> None:
    """Outer result 0, inner 4099, secrets echoed: the message has the platform's words without them."""
    _start(emulator, method)
    error = f"The [ jem passwd set ] operation has failed: {SECRET}"
    emulator.control("PUT", "faults", [{"method": method, "kind": "layer_failed", "error": error}])
    nodes = [*NODES, {"node_group": "cache", "image": "redis:7", "env": {"TOKEN": SECRET}}]
    with pytest.raises(Failed) as caught:
        perform(OneEnvironment(), emulator, name=NAME, nodes=nodes)
    result = caught.value.result
    assert (result["failure"]["code"], result["changed"]) == (4099, False)
    assert "The [ jem passwd set ] operation has failed: ********" in result["msg"]
    assert SECRET not in str(result)
    assert perform(OneEnvironment(), emulator, name=NAME, nodes=nodes)["changed"] is True


def test_a_key_that_is_echoed_is_not_shown(emulator: Emulator) -> None:
    """Also where the platform breaks it into lines, or makes one of them."""
    certificate, key = pem_pair()
    perform(OneEnvironment(), emulator, name=NAME, nodes=NODES)
    line = key.splitlines()[1]
    fault = {"method": "BindSSL", "kind": "inner_error", "code": 3, "error": f"bad key {key} or {line}"}
    emulator.control("PUT", "faults", [fault])
    with pytest.raises(Failed) as caught:
        perform(OneEnvironment(), emulator, name=NAME, ssl_certificate={"certificate": certificate, "key": key})
    assert line not in str(caught.value.result)
    assert caught.value.result["failure"]["code"] == 3
