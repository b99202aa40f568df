# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages and commands in an environment that others work in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.locks import Locks
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.exec import Exec
from ansible_collections.inet.elastic.plugins.module_utils._resources.package import Package
from tests.hands.between import Hands, Other, Waits, perform
from tests.integration.support import Emulator, short

NAME = "my-shop"
ADDON = {"type": "update", "id": "backup", "name": "Backup", "onInstall": {"log": "hello"}}
PRESENT: dict[str, Any] = {"environment": NAME, "manifest": ADDON}
ABSENT: dict[str, Any] = {"environment": NAME, "name": "backup", "state": "absent"}
COMMAND: dict[str, Any] = {
    "environment": NAME,
    "node_group": "cp",
    "command": "touch /var/done",
    "creates": "/var/done",
}


@pytest.fixture(autouse=True)
def shop(emulator: Emulator) -> None:
    """An environment of one layer."""
    perform(OneEnvironment(), emulator, name=NAME, nodes=[{"node_group": "cp", "image": "app:1.0"}])
    emulator.forget()


def put_off(emulator: Emulator, method: str, meanwhile: Callable[[], object]) -> Hands:
    """The next call of a method is put off, after something has happened."""

    def moment() -> None:
        meanwhile()
        emulator.forget()
        emulator.control("PUT", "faults", [{"method": method, "kind": "429", "times": 1}])

    return Hands(before={method.lower(): moment})


def test_a_package_that_somebody_installs_meanwhile(emulator: Emulator) -> None:
    """The installation was put off, and is not sent again, as the package is there."""
    hands = put_off(emulator, "Install", lambda: perform(Package(), emulator, **PRESENT))
    result = perform(Package(), emulator, hands, **PRESENT)
    assert (result["changed"], result["package"]["name"] is not None) == (False, True)
    assert short(emulator.methods)[:2] == ["Install", "GetList"]
    assert short(emulator.writes).count("Install") == 1


def test_a_package_that_somebody_uninstalls_meanwhile(emulator: Emulator) -> None:
    perform(Package(), emulator, **PRESENT)
    hands = Hands(before={"uninstall": lambda: perform(Package(), emulator, **ABSENT)})
    assert perform(Package(), emulator, hands, **ABSENT)["package"] is None


def test_a_busy_environment_is_waited_for(emulator: Emulator, wait: Callable[[Callable[[], bool]], None]) -> None:
    """A restart begins after the installations were read."""
    emulator.control("PUT", "times", {"RestartNodes": 1.0})
    other = Other(lambda: perform(OneEnvironment(), emulator, name=NAME, state="restarted"))

    def begin() -> None:
        other.start()
        wait(lambda: emulator.call("environment.control.GetEnvInfo", envName=NAME, lazy="true")["env"]["status"] != 1)

    assert perform(Package(), emulator, Hands(before={"install": begin}), **PRESENT)["changed"] is True
    assert other.ended()["changed"] is True
    installs = [call["result"] for call in emulator.journal if call["method"] == "marketplace.jps.Install"]
    assert installs in ([0], [2212, 0])


@pytest.mark.parametrize("second", ["package", "environment"])
def test_on_one_machine(emulator: Emulator, tmp_path: Path, second: str) -> None:
    """A package and whatever else changes the environment take turns."""
    waits = Waits()
    locks = Locks(tell=waits.tell, directory=tmp_path / "locks")
    nodes = [{"node_group": "cache", "image": "redis"}]
    works: dict[str, Callable[[], dict[str, Any]]] = {
        "package": lambda: perform(Package(), emulator, locks=locks, **PRESENT),
        "environment": lambda: perform(OneEnvironment(), emulator, locks=locks, name=NAME, nodes=nodes),
    }
    other = Other(works[second])

    def begin() -> None:
        other.start()
        waits.come()

    own = Locks(directory=tmp_path / "locks")
    result = perform(Package(), emulator, Hands(before={"install": begin}), locks=own, **PRESENT)
    assert (result["changed"], other.ended()["changed"]) == (True, second == "environment")
    assert short(emulator.writes).count("Install") == 1


def test_a_command_whose_file_comes_meanwhile(emulator: Emulator) -> None:
    """It was put off, and the file that says that it ran is there when it could be sent again."""
    hands = put_off(emulator, "ExecCmdByGroup", lambda: perform(Exec(), emulator, **COMMAND))
    result = perform(Exec(), emulator, hands, **COMMAND)
    assert (result["changed"], result["skipped_because"]) == (False, "/var/done exists")
