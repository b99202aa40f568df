# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_exec``: run commands in nodes."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._client.answers import items, member, number, payload, required_member
from .._client.client import PlatformClient
from .._client.errors import PaasError, RefusedError, require
from .._engine.permissions import Permission, Table, rows
from .._engine.plan import Plan, Step
from .._engine.resource import Work
from .._engine.runner import Look, StepRunner, Target
from .._engine.spec import with_connection
from .environment.offered import explained
from .environment.reader import missing_layer
from .nodes import GET_LIST, NODE_OPTIONS, RULES, Place, can_come, is_gone, kind_of, place_of
from .paths import absolute_path

# Stands between two commands: the second runs only if the first succeeds, and a failure is the status of all. The first
# command is not to the left of `&&`, because a shell ignores `set -e` there.
_IF_IT_SUCCEEDED = '; sh -c "exit $?" && '
BY_LAYER = "environment.control.ExecCmdByGroup"
BY_NODE = "environment.control.ExecCmdById"


@dataclass(frozen=True)
class DesiredCommand:
    """The commands in order, and the paths that decide whether they run."""

    place: Place
    commands: tuple[str, ...] = field(repr=False, default=())
    chdir: str | None = None
    creates: str | None = None
    removes: str | None = None
    say_yes: bool = False
    timeout: float = 600


@dataclass(frozen=True)
class Done:
    """Whether the commands are to run or ran, why not, and their results by node."""

    runs: bool
    why: str | None = None
    results: tuple[Mapping[str, Any], ...] | None = None


class Exec:
    """The resource of ``paas_exec``."""

    manages_tokens = False
    spec = with_connection(
        {
            **NODE_OPTIONS,
            "command": {"type": "str", "structure": "argv"},
            "commands": {"type": "list", "elements": "str", "structure": "argv"},
            "chdir": {"type": "str"},
            "creates": {"type": "str"},
            "removes": {"type": "str"},
            "say_yes": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 600},
        },
        mutually_exclusive=[*RULES["mutually_exclusive"], ("command", "commands")],
        required_one_of=[*RULES["required_one_of"], ("command", "commands")],
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredCommand:
        commands = tuple([options["command"]] if options.get("command") is not None else options["commands"] or ())
        require(commands and all(command.strip() for command in commands), "command is empty; give what is to be run")
        require(options["wait_timeout"] > 0, "wait_timeout must be above 0 seconds")
        paths = {name: options.get(name) for name in ("chdir", "creates", "removes")}
        return DesiredCommand(
            place=place_of(options),
            commands=commands,
            chdir=absolute_path("chdir", paths["chdir"]) if paths["chdir"] else None,
            creates=absolute_path("creates", paths["creates"]) if paths["creates"] else None,
            removes=absolute_path("removes", paths["removes"]) if paths["removes"] else None,
            say_yes=options["say_yes"],
            timeout=options["wait_timeout"],
        )

    def read(self, work: Work, desired: DesiredCommand) -> Done:
        """Check ``creates`` and ``removes`` by one GetList each; for a layer, on its master node."""
        try:
            return _decision(work.client, desired)
        except PaasError as error:
            if is_gone(error) and desired.removes:
                return Done(False, f"{desired.place.label} does not exist")
            if not (can_come(error, desired.place) and work.assume(str(error))):
                raise
            return Done(True)

    def plan(self, current: Done, desired: DesiredCommand) -> Plan[Done]:
        """Run all commands by one call."""
        if not current.runs:
            return Plan(before=current, after=current)
        place = desired.place
        # The commands do not run if the directory does not exist.
        commands = (f"cd {shlex.quote(desired.chdir)}", *desired.commands) if desired.chdir else desired.commands
        params: dict[str, Any] = {
            "envName": place.environment,
            "nodeGroup": place.node_group,
            "nodeId": place.node_id,
            "commandList": [{"command": _joined(commands), "params": ""}],
            "sayYes": desired.say_yes,
        }
        method = BY_NODE if place.node_id is not None else BY_LAYER
        step = Step(method, params, f"run {len(desired.commands)} command(s) in {place.label}")
        return Plan(before=current, after=current, steps=(step,))

    def apply(self, work: Work, plan: Plan[Done], desired: DesiredCommand) -> Done:
        """Send the commands once, also after a lost answer, because nothing shows whether they ran."""
        target = _ExecTarget(work, self, desired)
        work.carried_out = StepRunner(target, plan).run()
        if not target.done:
            return work.carried_out.after
        answered = payload(target.answer)
        (step,) = target.done
        required_member(str(step.method), answered, "responses")
        results = _results(answered)
        if any(item["rc"] for item in results):
            raise _failure(str(step.method), member(target.answer, "result"), results)
        return Done(True, results=results)

    def report(self, work: Work, plan: Plan[Done], state: Done, desired: DesiredCommand) -> dict[str, Any]:
        """Return the output of the commands; all null but ``rc`` in check mode, and if they did not run."""
        return {"skipped_because": state.why, **_to_result(state.results)}


class _ExecTarget(Target[Done]):
    """The commands of a task for the runner.

    Attributes:
        answer: the answer to the call that ran the commands.
    """

    # The running operation may be one that the commands wait for.
    waits = False

    def __init__(self, work: Work, resource: Exec, desired: DesiredCommand) -> None:
        super().__init__(work)
        self.answer: Any = None
        self._resource = resource
        self._desired = desired

    def patience(self, step: Step) -> float | None:
        return self._desired.timeout

    def answered(self, step: Step, answer: dict[str, Any]) -> None:
        self.answer = answer

    def refused(self, step: Step, error: RefusedError) -> None:
        """Raise the failure of commands that ran: such a refusal holds their exit statuses."""
        if not any(item["rc"] for item in _results(error.answer)):
            return
        self.work.done.append(step.summary)
        answered = payload(error.answer)
        required_member(str(step.method), answered, "responses")
        raise _failure(str(step.method), member(error.answer, "result"), _results(answered))

    def explained(self, step: Step, error: RefusedError) -> RefusedError:
        """Add the existing layers to the refusal of an unknown layer."""
        client, place = self.work.client, self._desired.place
        return explained(client, error, other=lambda: missing_layer(client, place.environment, place.node_group))

    def look(self, step: Step, budget: float) -> Look:
        return Look(f"whether the commands ran cannot be seen, so they were not sent again; {step.summary}")

    def plan_again(self) -> Plan[Done]:
        return self._resource.plan(self._resource.read(self.work, self._desired), self._desired)


def _decision(client: PlatformClient, desired: DesiredCommand) -> Done:
    """Return whether the commands are to run, by ``creates`` and ``removes``."""
    if desired.creates and kind_of(client, desired.place, desired.creates) != "absent":
        return Done(False, f"{desired.creates} exists")
    if desired.removes and kind_of(client, desired.place, desired.removes) == "absent":
        return Done(False, f"{desired.removes} does not exist")
    return Done(True)


def _joined(commands: tuple[str, ...]) -> str:
    """Return all commands as one command, which ends at the first failure. The platform would join a list by ``;``.

    Each command is a quoted text for ``eval``, so ``;``, ``||``, comments, line ends, here-documents and a backslash or
    ``&`` at its end keep their meaning. All commands run in one shell, so ``cd`` and variables stay in effect.
    """
    if len(commands) == 1:
        return commands[0]
    return _IF_IT_SUCCEEDED.join(f"eval {shlex.quote(command)}" for command in commands)


def _results(answer: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "node_id": number(member(item, "nodeid", "nodeId")),
            "rc": _status(item),
            "stdout": str(member(item, "out") or ""),
            "stderr": str(member(item, "errOut") or ""),
        }
        for item in items(answer, "responses")
    )


def _status(item: Any) -> int:
    """Return the exit status; 1 if the platform says only that the command failed."""
    status = number(member(item, "exitStatus"))
    return status if status is not None else int(member(item, "result") not in (0, None))


def _to_result(results: tuple[Mapping[str, Any], ...] | None) -> dict[str, Any]:
    """Return the results of the first node that failed, or of the first node, and the list of all."""
    if not results:
        # For Ansible, any other rc is a failure.
        return {"rc": 0, "stdout": None, "stdout_lines": None, "stderr": None, "node_results": None}
    first = next((item for item in results if item["rc"]), results[0])
    shown = {name: first[name] for name in ("rc", "stdout", "stderr")}
    return {**shown, "stdout_lines": first["stdout"].splitlines(), "node_results": [dict(item) for item in results]}


def _failure(method: str, code: Any, results: tuple[Mapping[str, Any], ...]) -> RefusedError:
    where = ", ".join(f"node {item['node_id']} with {item['rc']}" for item in results if item["rc"])
    message = f"the command failed in {where}; see stdout and stderr of the result"
    failure = RefusedError(message, method=method, code=number(code) or None)
    failure.details = _to_result(results)
    return failure


PERMISSIONS = Table(
    spec=Exec.spec,
    permissions=rows(
        Permission(BY_LAYER, options=frozenset({"node_group"})),
        Permission(BY_NODE, options=frozenset({"node_id"})),
        Permission(GET_LIST, options=frozenset({"creates", "removes"})),
    ),
)
