# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out a task with a token of exactly chosen API methods, again and again from the same start."""

from __future__ import annotations

import base64
import copy
import importlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from paas_emulator.control import ROUTES, perform
from paas_emulator.statuses import Status

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import AnswerLostError
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed, execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec
from tests.integration.permission_cases import PREFIX, SOURCE, PermissionCase, module_of, rendered, with_node
from tests.property.emulated import LOGIN, PASSWORD, URL, EmulatedPlatform

OTHER = "other@example.com"
SIGNING = "users.authentication."
# Where the platform keeps what a run can change.
MEMBERS = ("store", "switches", "faults", "commands", "times", "manifests")


@dataclass(frozen=True)
class Outcome:
    """What a task gave.

    Attributes:
        result: with ``failed``.
        calls: the methods called, by the emulator's journal.
        refused: those of them that were answered by 8202.
    """

    result: dict[str, Any] = field(repr=False)
    warnings: tuple[str, ...]
    calls: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def gist(self) -> tuple[bool, bool, str | None]:
        """Whether it failed and changed something, and the message that it failed with."""
        return self.result["failed"], self.result["changed"], self.result.get("msg")

    @property
    def texts(self) -> list[str]:
        """What a user reads of it."""
        return [str(self.result.get("msg") or ""), *self.warnings]


class Rig(EmulatedPlatform):
    """One emulated platform with two accounts, that goes back to the start of a case for each run."""

    def __init__(self) -> None:
        self._lost: Collection[str] = ()
        super().__init__()
        body = json.dumps([{"login": OTHER, "password": PASSWORD}]).encode()
        status, _answer = perform(self.platform, "PUT", ROUTES["PUT", "accounts"], body)
        assert status == 200
        self.other = str(self.call("users.authentication.Signin", login=OTHER, password=PASSWORD)["session"])
        self._fresh = self._kept()
        self._starts: dict[str, dict[str, Any]] = {}
        self._full: dict[str, Outcome] = {}

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See :class:`EmulatedPlatform`; the work of a lost call is done, and its answer does not come."""
        reply = super().post(url, fields, timeout)
        name = url.removeprefix(f"{URL}/1.0/").replace("/rest/", ".").replace("/", ".")
        if name in {method.lower() for method in self._lost}:
            raise AnswerLostError("the connection was closed before the answer came")
        return reply

    def run(self, case: PermissionCase, methods: Collection[str] | None = None, *, check: bool = False) -> Outcome:
        """Carry a case's task out with a token of these methods; None: as the account itself, which is done once."""
        if methods is None and case.name in self._full:
            return self._full[case.name]
        options = self._start(case)
        session = self.session if methods is None else self._token(methods)
        if case.launching:
            self._put_in_status(Status.LAUNCHING)
        self.platform.journal.clear()
        self._lost = case.lost
        result, warnings = self._carried_out(case.module, options, session, check)
        self._lost = ()
        calls = self.platform.journal.plain()["calls"]
        outcome = Outcome(
            result,
            warnings,
            tuple(call["method"] for call in calls),
            tuple(call["method"] for call in calls if call["result"] == 8202),
        )
        if methods is None:
            self._full[case.name] = outcome
        return outcome

    def granted(self, methods: Collection[str]) -> set[str]:
        """What a new token of these methods may call, as the platform lists it."""
        self._token(methods)
        rows = self.call("users.authentication.GetTokens")["apiTokens"]
        return {item["method"] for item in rows[-1]["apiListItems"]}

    def _token(self, methods: Collection[str]) -> str:
        answer = self.call("users.authentication.CreateToken", description="exact", apiList=",".join(methods))
        return str(answer["token"]["key"])

    def _start(self, case: PermissionCase) -> dict[str, Any]:
        """Bring the platform to where the case begins; gives the task's options."""
        variables: dict[str, Any] = {}
        for task in case.before:
            variables.update(task.get("vars", {}))
        # Cases that begin the same way share that start.
        key = json.dumps(case.before, default=str)
        if key not in self._starts:
            self._put_back(self._fresh)
            for task in case.before:
                self._prepare(rendered(task, variables))
            self._starts[key] = self._kept()
        self._put_back(self._starts[key])
        nodes = [node.id for item in self.platform.store.environments.values() for node in item.nodes]
        options: dict[str, Any] = with_node(rendered(case.options, variables), nodes[0] if nodes else None)
        return options

    def _prepare(self, task: Mapping[str, Any]) -> None:
        module = module_of(task)
        if module:
            session = self.other if "environment" in task else self.session
            result, _warnings = self._carried_out(module, task[PREFIX + module], session)
            assert not result["failed"], result["msg"]
        elif "emulator" in task:
            desired = task["emulator"]
            body = json.dumps(desired["body"]).encode()
            action = ROUTES[desired["method"], desired["path"]]
            status, answer = perform(self.platform, desired["method"], action, body)
            assert status == 200, answer

    def _carried_out(
        self, module: str, options: Any, session: str, check: bool = False
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        name = f"ansible_collections.inet.elastic.plugins.action.{module}"
        resource = importlib.import_module(name).ActionModule.resource
        if options.get("src") == SOURCE:  # what the action plugin makes of it
            others = {option: value for option, value in options.items() if option != "src"}
            options = {**others, "content": base64.b64encode(b"\xff" * 400_000).decode(), "encoding": "base64"}
        given = {"api_url": URL, "session": session, "login": LOGIN, "password": PASSWORD, **options}
        checked = ArgumentSpecValidator(argument_spec(resource.spec.options), **resource.spec.rules).validate(given)
        assert not checked.error_messages, checked.error_messages
        warnings: list[str] = []
        clock = Clock(pause=self._waited)
        client = self.client(clock=clock)
        task = Task(checked.validated_parameters, client, check_mode=check, warn=warnings.append)
        try:
            return {"failed": False, **execute(resource, task)}, tuple(warnings)
        except Failed as failure:
            return {"failed": True, **failure.result}, tuple(warnings)

    def _waited(self, seconds: float) -> None:
        """What is waited for has come to its end; a pause of no length only asks whether the task goes on."""
        if seconds:
            self._put_in_status(Status.RUNNING)

    def _put_in_status(self, status: Status) -> None:
        for environment in self.platform.store.environments.values():
            environment.status = status

    def _kept(self) -> dict[str, Any]:
        return {name: copy.deepcopy(getattr(self.platform, name)) for name in MEMBERS}

    def _put_back(self, kept: dict[str, Any]) -> None:
        for name, value in kept.items():
            setattr(self.platform, name, copy.deepcopy(value))
