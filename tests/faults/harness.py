# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cell of the matrix works with: one task against the emulator, what it left there and in the store."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed, execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task
from ansible_collections.inet.elastic.plugins.module_utils._run import make_client
from tests.faults.fault_transport import CallEvent, FaultTransport, quick_clock
from tests.faults.rows import MASTER, NAME, RESOURCES, SECRETS, Options, Row
from tests.faults.task_processes import TaskProcesses
from tests.integration.direct import open_store, options_of
from tests.integration.support import SIGN_CALLS, Emulator
from tests.secrets_search import found_in

CONTROL, AUTHENTICATION = "environment.control", "users.authentication"
PATIENCE = 30.0  # seconds after which a condition that does not come fails the test
LOOK = 0.01
# What of an environment, its layers and its nodes does not depend on when and how often something was tried.
ENVIRONMENT = ("envName", "displayName", "region", "status", "sslstate")
NODE = ("nodeGroup", "nodeType", "ismaster", "status", "fixedCloudlets", "flexibleCloudlets")
LAYER = ("name", "displayName", "isSLBAccessEnabled", "restartNodeDelay")


@dataclass
class RunOutcome:
    """How one run ended.

    Attributes:
        failure: the kind of the failure; None where it ended well.
        text: all that a user could see of it.
        pauses: how long the client wanted to wait, each time.
    """

    result: dict[str, Any]
    failure: str | None
    text: str = field(repr=False)
    pauses: list[float] = field(default_factory=list)


@dataclass
class Harness:
    """One case, the emulator and a store.

    Attributes:
        session: what tasks are authenticated by, where they do not sign in.
        login: whether they sign in.
    """

    emulator: Emulator
    case: Row
    folder: Path
    task_processes: Callable[[], TaskProcesses]
    session: str = field(repr=False, default="")
    login: bool = False

    def __post_init__(self) -> None:
        """The account's own token, and no store yet."""
        self.session = self.emulator.account.token
        self.login = self.case.stored
        self.store = self.folder / "tokens.yml" if self.case.stored else None
        self._texts: list[str] = []
        self._secrets: set[str] = set()

    # -- tasks ------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The emulator as the task finds it."""
        self.emulator.reset()
        if self.store:
            self.store.unlink(missing_ok=True)
        for resource, options in self.case.before:
            self.run((resource, options), clean=True)
        self.emulator.forget()

    def options(self, task: tuple[str, Options]) -> dict[str, Any]:
        """The validated options of a task."""
        resource, options = task
        given = dict(options)
        if given.get("node_id") == MASTER:
            given["node_id"] = self.infos()[0]["nodes"][0]["id"]
        if not self.login:
            given["session"] = self.session
        if self.store:
            given["store"] = str(self.store)
        return options_of(RESOURCES[resource](), self.emulator, **given)

    def run(self, task: tuple[str, Options], event: CallEvent | None = None, *, clean: bool = False) -> RunOutcome:
        """Carry out a task; ``clean`` fails the test where that fails."""
        options, pauses, warnings = self.options(task), [], []  # type: tuple[dict[str, Any], list[float], list[str]]
        crossing = FaultTransport(self.case.method, event or CallEvent(), self.case.skip)
        client = make_client(options, crossing)
        client.clock = quick_clock(pauses)
        work = Task(
            options=options,
            client=client,
            store=open_store(self.store) if self.store else None,
            warn=warnings.append,
        )
        failure: str | None = None
        with logged() as log:
            try:
                result = execute(RESOURCES[task[0]](), work)
            except Failed as failed:
                assert not clean, failed
                result, failure = failed.result, str(failed.result["failure"]["kind"])
        text = json.dumps([result, warnings, log], ensure_ascii=False, default=str)
        self._texts.append(text)
        self._secrets |= crossing.secrets
        return RunOutcome(result, failure, text, pauses)

    # -- what is left -----------------------------------------------------------------------------------------------

    def calls(self) -> list[dict[str, Any]]:
        """The journal, once every call has been answered."""
        self.wait(lambda: all(call["ms"] is not None for call in self.emulator.journal))
        return self.emulator.journal

    def writes(self) -> list[str]:
        """The writes of the journal but for sign-in and sign-out, and the journal emptied."""
        found = [call["method"] for call in self.calls() if call["write"] and call["method"] not in SIGN_CALLS]
        self.emulator.forget()
        return found

    def wait(self, condition: Callable[[], bool]) -> None:
        """Until a condition holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "the awaited condition did not come"
            threading.Event().wait(LOOK)

    def infos(self) -> list[dict[str, Any]]:
        """The environments, with layers and nodes."""
        found: list[dict[str, Any]] = self.call(f"{CONTROL}.GetEnvs")["infos"]
        return found

    def call(self, method: str, **params: str) -> dict[str, Any]:
        """A call of somebody else with the same token."""
        answer = self.emulator.call(method, **{"session": self.session, **params})
        assert answer["result"] == 0, (method, answer["result"])
        return answer

    def snapshot(self) -> dict[str, Any]:
        """All that there is of the account, by name and number."""
        if self.case.stored:
            return {"tokens": [token["description"] for token in self.tokens()], "value": self.value()}
        infos = self.infos()
        keys = self.call("management.account.GetSSHKeys", isPrivate="false")
        packages = self.call("marketplace.installation.GetList")
        tasks = self.call("utils.scheduler.GetTasks")
        return {
            "environments": [_environment(info) for info in infos],
            "rules": [self._of(info, "environment.security.GetRules", "rules", "array") for info in infos],
            "triggers": [self._of(info, "environment.trigger.GetTriggers", "array") for info in infos],
            "groups": [item["name"] for item in self.call("environment.group.GetGroups")["array"]],
            "keys": [item["title"] for item in _items(keys, "keys", "array", "sshKeys")],
            "deployed": [] if self.case.task[0] != "deployment" else [self._deployed(info) for info in infos],
            "packages": [item["app_id"] for item in _items(packages, "apps", "array")],
            "tasks": [[item["description"], item["trigger"]] for item in _items(tasks, "objects")],
        }

    def _of(self, info: Mapping[str, Any], method: str, *members: str) -> list[str]:
        more = {"nodeGroup": "sqldb", "direction": "INPUT"} if method.endswith("GetRules") else {}
        answer = self.emulator.call(method, session=self.session, envName=info["env"]["envName"], **more)
        return [item["name"] for item in _items(answer, *members)] if answer["result"] == 0 else []

    def _deployed(self, info: Mapping[str, Any]) -> list[Any]:
        """What the context of the layer has: the archive, and the repository with its settings."""
        where = {"session": self.session, "envName": info["env"]["envName"], "nodeGroup": "cp"}
        rows = self.emulator.call("environment.deployment.GetDeployments", **where)
        project = self.emulator.call("environment.vcs.GetProject", **where, context="ROOT")
        found = _items(rows, "array", "object")
        names = ("url", "branch", "interval")
        return [[row.get("archivename") for row in found], [project.get(name) for name in names]]

    def tokens(self, *names: str) -> list[dict[str, Any]]:
        """The account's tokens of these descriptions; by default those of the task's."""
        found = self.call(f"{AUTHENTICATION}.GetTokens", session=self.emulator.signin())["apiTokens"]
        return [token for token in found if token["description"] in (names or ("bot",))]

    def value(self) -> str:
        """What the stored value is good for: ``alive``, or why it is not."""
        assert self.store is not None
        entry = open_store(self.store).read().get("bot")
        if entry is None or entry.value is None:
            return "none" if entry is None or not entry.pending else f"marked {entry.pending}"
        if entry.pending:
            return f"marked {entry.pending}"
        answer = self.emulator.call("users.account.GetUserInfo", session=entry.value)
        return "alive" if answer["result"] == 0 else "dead"

    def sent_secrets(self) -> list[str]:
        """The secrets of the task's options, and what it signs in or calls with."""
        options = json.dumps(self.case.task[1])
        credential = self.emulator.account.password if self.case.stored else self.session
        return [credential, *(secret for secret in SECRETS if secret in options)]

    def leaks(self) -> int:
        """In how much of what users could see there is a secret: results, messages, warnings, logs, and files."""
        secrets = {*SECRETS, *self._secrets, self.session, self.emulator.account.password, self.emulator.account.token}
        if self.store and self.store.exists():
            secrets |= {entry.value for entry in open_store(self.store).read().values() if entry.value}
        texts = {f"run {number}": text for number, text in enumerate(self._texts)}
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        texts |= {f"file {path.name}": path.read_bytes().decode("utf-8", "replace") for path in files}
        return len(found_in(texts, secrets))


@contextlib.contextmanager
def logged() -> Iterator[list[str]]:
    """All that Python's logging gets in the block, from the libraries that carry calls, too."""
    lines: list[str] = []
    root = logging.getLogger()
    level = root.level

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    keeper = Keeper()
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(keeper)


def _items(answer: Mapping[str, Any], *members: str) -> list[dict[str, Any]]:
    """The list of an answer, nested or not, under the first name that it has."""
    inner = answer.get("response", answer)
    inner = answer if not isinstance(inner, Mapping) else inner
    found: list[dict[str, Any]] = next((inner[name] for name in members if name in inner), [])
    return found


def _environment(info: Mapping[str, Any]) -> dict[str, Any]:
    env = info["env"]
    return {
        **{name: env.get(name) for name in ENVIRONMENT},
        "domains": sorted(map(str, env.get("extdomains") or [])),
        "groups": sorted(map(str, info.get("envGroups") or [])),
        "nodes": sorted(json.dumps([node.get(name) for name in NODE]) for node in info["nodes"]),
        "endpoints": sorted(item["name"] for node in info["nodes"] for item in node.get("endpoints") or []),
        "layers": sorted(json.dumps([layer.get(name) for name in LAYER]) for layer in info["nodeGroups"]),
    }


__all__ = ["NAME", "Harness", "RunOutcome"]
