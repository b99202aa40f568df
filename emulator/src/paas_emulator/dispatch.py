# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a call: find the method, check everything in a fixed order, do the work, answer."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from paas_emulator import auth, catalog, envelope
from paas_emulator.calls import Call, Caller, Emulated, Operation
from paas_emulator.errors import (
    PERMISSION_DENIED,
    PLATFORM,
    UNKNOWN_ERROR,
    ApiError,
    application_not_exist,
    invalid_parameter,
    script_not_found,
    wrong_status,
)
from paas_emulator.journal import Entry
from paas_emulator.methods import emulated
from paas_emulator.parameters import Parameters
from paas_emulator.persistence import StateError
from paas_emulator.platform import Platform
from paas_emulator.services.collaboration import model as collaborations
from paas_emulator.services.exec import node_commands
from paas_emulator.services.scheduler import model as tasks
from paas_emulator.services.scripting.methods import INSTALL_APP
from paas_emulator.store import Environment, Upload

EVAL = "development.scripting.eval"
_UNSAFE = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True)
class Incoming:
    """One call, by HTTP or by a task. `broken`: the body could not be read as a form.

    caller: who it is, for a call that brings no session of its own. delay: seconds that a fault makes the work wait.
    """

    http: str
    service: str
    method: str
    parameters: Parameters
    query: bool
    host: str
    user_agent: str
    broken: str | None = None
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    address: str = ""
    url_length: int = 0
    caller: Caller | None = None
    delay: float = 0.0

    @property
    def name(self) -> str:
        """`environment.control.stopenv`."""
        return catalog.normalise(f"{self.service}.{self.method}")

    @property
    def emulated(self) -> Emulated | None:
        """The method, None if the emulator does not have it."""
        return emulated().get(self.name)

    @property
    def scripted(self) -> bool:
        """Whether the answer comes nested."""
        return bool(self.emulated and self.emulated.scripted)

    def entry(self) -> Entry:
        """The entry of the call in the journal."""
        facts = catalog.methods().get(self.name)
        return Entry(
            method=facts.name if facts else f"{self.name.rpartition('.')[0]}.{_clean(self.method)}",
            http=self.http,
            query=self.query,
            write=bool(facts and facts.write),
            missing=facts is not None and self.emulated is None,
        )


def write_refusal(platform: Platform, method: Emulated | None) -> ApiError | None:
    """The refusal of a method that writes while the switch says that nothing may be written."""
    if method and method.facts.write and platform.switches["no_writes"]:
        return ApiError(PERMISSION_DENIED, "permission denied: the switch no_writes is on")
    return None


class Dispatcher:
    """Runs calls against one platform. Work goes on when its caller is gone."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._work: set[asyncio.Future[Any]] = set()

    def background(self, work: Awaitable[Any]) -> asyncio.Future[Any]:
        """Begin work that goes on until it is done or the platform is closed."""
        begun = asyncio.ensure_future(work)
        self._work.add(begun)
        begun.add_done_callback(self._work.discard)
        return begun

    async def fire_due(self) -> None:
        """Begin the work of tasks that have come due; work that takes no time is done at the return."""
        due = tasks.take_due(self.platform)
        for task in due:
            self.background(self._fire(task))
        if due:
            await asyncio.sleep(0)

    async def _fire(self, task: tasks.Task) -> None:
        """Carry out a task: the method that its script names (inferred), or the evaluation of the script."""
        script = catalog.normalise(task["script"] or "")
        method = emulated().get(script)
        if method is None or not method.facts.session:
            method = emulated()[EVAL]
        facts = method.facts
        unknown = facts.key == EVAL and script != INSTALL_APP
        entry = self.platform.journal.open(
            Entry(facts.name, "TASK", query=False, write=facts.write, missing=unknown, task=task["id"])
        )
        service, _, name = facts.name.rpartition(".")
        incoming = Incoming("TASK", service, name, tasks.parameters(task), False, host="", user_agent="scheduler")
        incoming = replace(incoming, caller=tasks.caller(self.platform, task))
        refused = write_refusal(self.platform, method)
        body = envelope.failure(refused, method.scripted, False) if refused else await self.carry_out(incoming)
        entry.close(envelope.inner_result(body))

    async def carry_out(self, incoming: Incoming) -> dict[str, Any]:
        """Checks and work; always an answer.

        A delay falls after the check of the session, which holds for a call that has arrived, and before the check
        of the environment, which must hold when the work begins.
        """
        inside = False
        try:
            call = self._admit(incoming)
            if incoming.delay:
                await asyncio.sleep(incoming.delay)
            self._prepare(call)
            inside = True
            members = await self._run(call)
            body = envelope.success(members, incoming.scripted)
        except ApiError as error:
            body = envelope.failure(error, incoming.scripted, inside)
        self.platform.save()
        return body

    def _admit(self, incoming: Incoming) -> Call:
        """What is checked first: the form of the request, the method, who calls. Raises ApiError."""
        method = incoming.emulated
        if incoming.http == "GET" and incoming.name in catalog.POST_ONLY:
            raise ApiError(PERMISSION_DENIED, f"GET is not allowed for [{incoming.name}], use POST")
        if incoming.broken:
            raise ApiError(UNKNOWN_ERROR, incoming.broken, source=PLATFORM)
        if method is None:
            known = incoming.name in catalog.methods()
            raise script_not_found(f"{incoming.name.rpartition('.')[0]}.{_clean(incoming.method)}", known)
        platform = self.platform
        call = Call(platform, method, incoming.parameters, {}, incoming.host, incoming.user_agent)
        call.uploads, call.address = incoming.uploads, incoming.address
        if method.facts.session:
            call.session_value = incoming.parameters.first("session") or ""
            call.who = incoming.caller or auth.authenticate(platform, call.session_value)
            auth.authorise(platform, call.who, method, call.session_value)
        return call

    def _prepare(self, call: Call) -> None:
        """What is checked right before the work: parameters, the environment. Raises ApiError."""
        method = call.method
        call.parameters.rename(method.aliases)
        named = {"envName"} if method.needs is not None else set()
        call.values = call.parameters.typed(method.facts.parameters, method.optional | named)
        if method.needs is not None:
            self._find_environment(call, method)

    def _find_environment(self, call: Call, method: Emulated) -> None:
        name = call.text("envName") or ""
        appid = call.parameters.first("appid") or ""
        environment = self.platform.store.environments.get(name.strip().lower()) or self._by_appid(name or appid)
        if environment is None and not name.strip():
            raise invalid_parameter("envName")
        store = self.platform.store
        if environment is None or not collaborations.allow(store, call.account, environment, method.facts):
            raise application_not_exist(name)
        if method.needs and (environment.running or environment.status not in method.needs):
            raise wrong_status(environment.status, method.needs, **_empty_lists(method))
        call.target = environment

    def _by_appid(self, appid: str) -> Environment | None:
        """The environment that the dashboard means by `appid`, or in place of its name (recorded)."""
        found = self.platform.store.environments.values()
        return next((item for item in found if item.appid == appid.strip().lower()), None)

    async def _run(self, call: Call) -> dict[str, Any]:
        """The handler, and the time its operation takes."""
        platform = self.platform
        await node_commands.before(call)
        outcome = call.method.handler(call)
        if isinstance(outcome, Awaitable):
            outcome = await outcome
        platform.changed = platform.changed or call.method.facts.write
        if isinstance(outcome, Operation):
            with contextlib.suppress(StateError):  # the operation ends all the same, and that save reports
                platform.save()
            seconds = platform.times.of(call.method.facts)
            if seconds:
                await asyncio.sleep(seconds)
            outcome = outcome.finish()
            platform.changed = True
        await node_commands.after(call)
        return outcome

    async def close(self) -> None:
        """Drop work in progress; a state file settles it at the next start."""
        for work in list(self._work):
            work.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        if self.platform.sandbox:
            self.platform.sandbox.end_all()


def _empty_lists(method: Emulated) -> dict[str, Any]:
    """What a refusal by status has beside its text: of commands in nodes an empty list (recorded)."""
    return {"responses": []} if method.facts.key.startswith("environment.control.execcmd") else {}


def _clean(method: str) -> str:
    """A method name as sent, without anything that could be something else."""
    return _UNSAFE.sub("", method)[:64]
