# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rounds of several runs at once on one account: threads and processes, and a colleague in the dashboard between them.

A round is drawn from its number. What each run declares has to be there after the round, once, and no run may fail.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._engine.locks import Locks
from tests.faults.rows import KEY, NODES, RESOURCES, TRIGGER, Options
from tests.faults.task_processes import TaskProcesses, job_of
from tests.hands.between import Hands, Other, perform
from tests.integration.direct import open_store, options_of
from tests.integration.support import Emulator

NAME = "shared"
# Seconds that operations of the platform take, so that others find the environment busy.
TIMES = dict.fromkeys(("ChangeTopology", "CreateEnvironment", "Install", "RestartNodes"), 0.1)
CP = {"environment": NAME, "node_group": "cp"}
PLACE = {**CP, "master_only": True}
ADDON = {"type": "update", "id": "backup", "name": "Backup", "onInstall": {"log": "hello"}}
SCHEDULED = {"name": "nightly", "method": "users.account.GetUserInfo", "cron": "0 0 22 * * ?"}
THREADS, PROCESSES = 3, 2

Run = tuple[str, Options]


def _layer(name: str) -> dict[str, Any]:
    return {"node_group": name, "image": "redis", "flexible_cloudlets": 2}


def _change(**options: Any) -> Run:
    return "environment", {"name": NAME, **options}


# What a run may be, by the family of a round; ``number`` makes what it declares its own.
ENVIRONMENT: tuple[Callable[[int], Run], ...] = (
    lambda number: _change(nodes=[_layer(f"one{number}")]),
    lambda number: _change(nodes=[_layer(f"two{number}")]),
    lambda number: ("environments", {"environments": [{"name": NAME, "nodes": [_layer(f"set{number}")]}]}),
    lambda number: ("environments", {"environments": [{"name": NAME, "nodes": [{"node_group": "cp", "count": 3}]}]}),
    lambda _number: _change(firewall=[{"name": "db", "node_group": "sqldb", "ports": "5432"}]),
    lambda _number: _change(endpoints=[{"name": "db", "node_group": "sqldb", "private_port": 5432}]),
    lambda _number: _change(triggers=[TRIGGER]),
    lambda number: _change(domains=[f"d{number}.example.com"]),
    lambda number: _change(nodes=[{"node_group": "cp", "env": {f"KEY{number}": "x"}}]),
    lambda _number: _change(display_name="Shared"),
    lambda _number: _change(state="restarted"),
    lambda _number: ("package", {"environment": NAME, "manifest": ADDON}),
    lambda _number: ("api", {"method": "environment.control.GetEnvInfo", "parameters": {"envName": NAME}}),
)
INSIDE: tuple[Callable[[int], Run], ...] = (
    lambda _number: ("file", {**PLACE, "path": "/etc/app.conf", "content": "a"}),
    lambda _number: ("file", {**PLACE, "path": "/srv/new", "state": "directory"}),
    lambda number: ("file", {**PLACE, "path": f"/etc/{number}.conf", "content": "a"}),
    lambda _number: ("exec", {**CP, "command": "touch /a", "creates": "/a"}),
    lambda _number: ("deployment", {**CP, "archive": {"url": "https://repo.example.com/a.war"}}),
    lambda number: (
        "deployment",
        {**CP, "context": f"c{number}", "archive": {"url": "https://repo.example.com/b.war"}},
    ),
)
ACCOUNT: tuple[Callable[[int], Run], ...] = (
    lambda _number: ("group", {"name": "clients", "color": "#112233", "isolated": True}),
    lambda _number: ("group", {"name": "clients/a"}),
    lambda _number: ("key", KEY),
    lambda number: ("environment", {"name": f"my-own-{number}", "nodes": NODES[:1]}),
    lambda _number: ("environment", {"name": "new-shop", "nodes": NODES[:1]}),
    lambda number: ("api", {"method": "environment.group.CreateGroup", "parameters": {"envGroup": f"api{number}"}}),
    lambda number: ("schedule", {**SCHEDULED, "name": f"nightly {number}"}),
    lambda _number: ("schedule", SCHEDULED),
)
TOKENS: tuple[Callable[[int], Run], ...] = (
    lambda _number: ("token", _token("bot")),
    lambda number: ("token", _token(f"bot {number}")),
    lambda number: ("tokens", {"tokens": [_token("bot"), _token(f"set {number}")]}),
)
FAMILIES = {"environment": ENVIRONMENT, "inside": INSIDE, "account": ACCOUNT, "tokens": TOKENS}
# Rounds about one environment are the ones in which something can be lost.
ORDER = ("environment", "environment", "inside", "environment", "account", "environment", "tokens")


def _token(name: str) -> Options:
    return {"description": name, "api_methods": ["users.account.GetUserInfo"]}


def _declared(run: Run) -> Run:
    """Return what has to be there after a run, as a task that finds nothing to do."""
    resource, options = run
    if resource != "api":
        return run
    group = options["parameters"].get("envGroup")
    return ("group", {"name": group}) if group else ("environment", {"name": NAME})


@dataclass
class Result:
    """What a round brought.

    Attributes:
        lost: what a run declared, and is not there; duplicates: things that are there twice.
        failures: messages of runs that failed.
    """

    runs: int
    lost: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, int]:
        """Return the numbers."""
        return {name: value if isinstance(value, int) else len(value) for name, value in asdict(self).items()}


@dataclass
class Round:
    """One round: the runs, and whether a colleague adds a layer while the first of them works."""

    emulator: Emulator
    folder: Path
    number: int

    def __post_init__(self) -> None:
        """Draw the runs."""
        draw = random.Random(self.number)
        self.family = ORDER[self.number % len(ORDER)]
        makers = FAMILIES[self.family]
        self.runs = [draw.choice(makers)(index) for index in range(THREADS + PROCESSES)]
        self.colleague = self.family == "environment" and draw.random() < 0.5
        if self.colleague:
            self.runs[0] = _change(nodes=[_layer("first")])
        self.stores = [self.folder / f"{draw.choice('ab')}.yml" for _run in self.runs]

    def play(self, processes: TaskProcesses) -> Result:
        """Carry all runs out at once, and look at what is there."""
        self.emulator.reset()
        if self.family in ("environment", "inside"):
            perform(RESOURCES["environment"](), self.emulator, name=NAME, nodes=NODES)
        self.emulator.control("PUT", "times", TIMES)
        threads = [Other(self._work(index)) for index in range(THREADS)]
        jobs = [self._job(index) for index in range(THREADS, len(self.runs))]
        for thread in threads:
            thread.start()
        messages = processes.together(jobs) + [thread.ended().get("failed", "") for thread in threads]
        self.emulator.control("PUT", "times", {})
        return self._looked_at(Result(len(self.runs), failures=[text for text in messages if text]))

    def _work(self, index: int) -> Callable[[], dict[str, Any]]:
        resource, options = self.runs[index]
        hands = Hands(before={"changetopology": self._colleague}) if self.colleague and index == 0 else None

        def work() -> dict[str, Any]:
            locks = Locks(directory=self.folder / "locks")
            store = self.stores[index] if "token" in resource else None
            try:
                return perform(RESOURCES[resource](), self.emulator, hands, locks=locks, store=store, **options)
            except Failed as failed:
                return {"failed": failed.result["msg"]}

        return work

    def _job(self, index: int) -> dict[str, Any]:
        resource, options = self.runs[index]
        store = self.stores[index] if "token" in resource else None
        more = {"store": str(store)} if store else {}
        validated = options_of(RESOURCES[resource](), self.emulator, **options, **more)
        job = job_of("environment.control.GetRegions", resource, validated, store, "")
        return {**job, "locks": str(self.folder / "locks")}

    def _colleague(self) -> None:
        """Add a layer in the dashboard; the call of the run that was about to be made is put off."""
        nodes = [{"nodeGroup": name} for name in self._layers()]
        nodes.append({"nodeGroup": "theirs", "nodeType": "docker", "image": "rabbitmq"})
        answer = self.emulator.call(
            "environment.control.ChangeTopology", envName=NAME, env="{}", nodes=json.dumps(nodes)
        )
        assert answer["result"] == 0, answer
        self.emulator.control("PUT", "faults", [{"method": "ChangeTopology", "kind": "429", "times": 1}])

    # -- what is there --------------------------------------------------------------------------------------------

    def _layers(self) -> list[str]:
        info = self.emulator.call("environment.control.GetEnvInfo", envName=NAME)
        return [str(layer["name"]) for layer in info["nodeGroups"]]

    def _looked_at(self, result: Result) -> Result:
        if self.colleague and "theirs" not in self._layers():
            result.lost.append("the layer of the colleague")
        for index, run in enumerate(self.runs):
            resource, options = _declared(run)
            if options.get("state") == "restarted":
                continue
            store = self.stores[index] if "token" in resource else None
            self.emulator.forget()
            again = perform(RESOURCES[resource](), self.emulator, store=store, **options)
            if again["changed"]:
                result.lost.append(f"{resource}: {options}")
        names = self._names()
        result.duplicates += sorted({name for name in names if names.count(name) > 1})
        if self.family == "tokens" and not self._alive():
            result.lost.append("the value of the token bot")
        return result

    def _names(self) -> list[str]:
        """Names of all that can be there twice."""
        if self.family == "tokens":
            answer = self.emulator.call("users.authentication.GetTokens", session=self.emulator.signin())
            return [str(token["description"]) for token in answer["apiTokens"]]
        calls: tuple[tuple[str, dict[str, str]], ...] = (
            ("environment.security.GetRules", {"envName": NAME, "nodeGroup": "sqldb", "direction": "INPUT"}),
            ("environment.trigger.GetTriggers", {"envName": NAME}),
            ("environment.group.GetGroups", {}),
            ("management.account.GetSSHKeys", {"isPrivate": "false"}),
            ("marketplace.installation.GetList", {"envName": NAME}),
            ("utils.scheduler.GetTasks", {}),
        )
        found = []
        for method, params in calls:
            found += [f"{method} {name}" for name in _named(self.emulator.call(method, **params))]
        infos = self.emulator.call("environment.control.GetEnvs")["infos"]
        endpoints = [item["name"] for info in infos for node in info["nodes"] for item in node.get("endpoints") or []]
        return [*found, *(f"endpoint {name}" for name in endpoints), *(str(info["env"]["envName"]) for info in infos)]

    def _alive(self) -> bool:
        """Whether one of the stores holds the value of the token that all of them declare, if there is such a token."""
        entries = [open_store(path).read().get("bot") for path in self.folder.glob("?.yml")]
        values = [entry.value for entry in entries if entry and entry.value and not entry.pending]
        declared = any("'bot'" in str(options) for _resource, options in self.runs)
        return not declared or any(
            self.emulator.call("users.account.GetUserInfo", session=value)["result"] == 0 for value in values
        )


def _named(answer: dict[str, Any]) -> list[str]:
    """Names of the items of an answer's only list."""
    inner = answer.get("response", answer)
    lists = [value for value in inner.values() if isinstance(value, list)] if isinstance(inner, dict) else []
    return [
        str(item.get("name") or item.get("title") or item.get("app_id") or item.get("description"))
        for rows in lists
        for item in rows
    ]
