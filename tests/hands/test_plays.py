# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts of one play, and two runs of Ansible, on one environment: every layer that a task reports is there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._engine.locks import Locks
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.hands.between import Other, perform
from tests.integration.scenario import WAYS
from tests.integration.support import Emulator, Player, short

NAME = "shared"
HOSTS = [f"web{number}" for number in range(1, 7)]
ENVIRONMENT = "inet.elastic.paas_environment"
SET = "inet.elastic.paas_environments"


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory for temporary files; its name is short, as Ansible makes a socket in it."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


@pytest.fixture(autouse=True)
def shared(emulator: Emulator, temporary: Path) -> None:
    """An environment of one layer, and a folder for locks."""
    perform(OneEnvironment(), emulator, name=NAME, nodes=[{"node_group": "cp", "image": "nginx"}])
    emulator.forget()


def layers(emulator: Emulator) -> list[str]:
    """Names of the layers that are there."""
    info = emulator.call("environment.control.GetEnvInfo", envName=NAME)
    return sorted(layer["name"] for layer in info["nodeGroups"])


def locks_in(folder: Path) -> Path:
    """Where the locks are, if this is the folder for temporary files."""
    return folder / f"inet.elastic-{os.getuid()}"


def layer_task(way: str) -> dict[str, Any]:
    """Each host sees to a layer of its own."""
    nodes = [{"node_group": "{{ inventory_hostname }}", "image": "redis", "flexible_cloudlets": 2}]
    return {
        "name": "layer",
        ENVIRONMENT: {"name": NAME, "nodes": nodes},
        "delegate_to": "localhost",
        "vars": WAYS[way],
    }


@pytest.mark.parametrize("way", WAYS)
def test_six_hosts_of_a_play(emulator: Emulator, player: Player, way: str) -> None:
    """At the same time, in the controller process or as modules: one change for each host, and none is lost."""
    inventory = player.folder / "hosts"
    inventory.write_text("\n".join(HOSTS), encoding="utf-8")
    run = player.play([layer_task(way)], "-i", str(inventory), "-f", "6", hosts="all")
    assert run.code == 0, run.output[-2000:]
    assert [(result["failed"], result["changed"]) for _task, result in run.results] == [(False, True)] * 6
    assert layers(emulator) == ["cp", *HOSTS]
    assert short(emulator.writes).count("ChangeTopology") == 6


def test_a_waiting_task_says_so_once(emulator: Emulator, player: Player) -> None:
    """With -v, who works on the environment; each of the five others waits."""
    player.verbosity = 1
    emulator.control("PUT", "faults", [{"method": "ChangeTopology", "kind": "delay", "seconds": 0.5, "times": 1}])
    inventory = player.folder / "hosts"
    inventory.write_text("\n".join(HOSTS), encoding="utf-8")
    run = player.play([layer_task("here")], "-i", str(inventory), "-f", "6", hosts="all")
    said = [
        line for line in run.output.splitlines() if f"waits for environment '{NAME}', up to 600 s: process " in line
    ]
    assert (run.code, 1 <= len(said) <= 5) == (0, True)


def test_two_runs_with_one_and_with_many(emulator: Emulator, player: Player, tmp_path: Path) -> None:
    """A set in one process, single environments in another."""
    second = Player(tmp_path / "second", player.url, player.account, vault_password=player.vault_password)
    second.folder.mkdir()
    sets = [
        {SET: {"environments": [{"name": NAME, "nodes": [{"node_group": f"set{number}", "image": "redis"}]}]}}
        for number in range(4)
    ]
    singles = [
        {ENVIRONMENT: {"name": NAME, "nodes": [{"node_group": f"one{number}", "image": "redis"}]}}
        for number in range(4)
    ]
    other = Other(lambda: {"code": second.play(sets).code})
    other.start()
    run = player.play(singles)
    assert (run.code, other.ended()["code"]) == (0, 0), run.output[-2000:]
    assert layers(emulator) == sorted(["cp", *(f"{kind}{number}" for kind in ("one", "set") for number in range(4))])


@pytest.mark.parametrize("way", WAYS)
def test_check_mode_does_not_wait(player: Player, way: str, temporary: Path) -> None:
    """It takes no lock, so nothing is in the folder for them."""
    task = {ENVIRONMENT: {"name": NAME, "state": "stopped"}, "check_mode": True, "vars": WAYS[way], "name": "checked"}
    assert player.play([task]).result("checked")["changed"] is True
    assert not locks_in(temporary).exists()
    assert player.play([{**task, "check_mode": False}]).code == 0
    assert len(list(locks_in(temporary).iterdir())) == 1


@pytest.mark.parametrize("way", WAYS)
def test_held_for_too_long(emulator: Emulator, player: Player, way: str, temporary: Path) -> None:
    """The option, and the failure of both ways."""
    entry = {"name": NAME, "state": "stopped", "lock_timeout": 0}
    tasks = [
        {"name": "one", ENVIRONMENT: entry, "vars": WAYS[way], "ignore_errors": True},
        {"name": "set", SET: {"environments": [entry]}, "vars": WAYS[way], "ignore_errors": True},
    ]
    with Locks(directory=locks_in(temporary)).hold(emulator.url, NAME, 0, Clock()):
        run = player.play(tasks)
    one, in_set = run.result("one"), run.result("set")["environments"][0]
    for failure in (one, in_set):
        assert failure["failure"] == {"kind": "concurrent", "code": None, "method": None}
        assert "environment 'shared' is in use: process " in failure["msg"]
        assert "has waited 0 seconds for it; let that run end or raise lock_timeout" in failure["msg"]
    assert emulator.writes == []
