# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_exec``: run commands in nodes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._client.answers import member, number, payload, required_member
from .._client.client import PlatformClient
from .._client.errors import PaasError, RefusedError, require
from .._engine.permissions import Permission, Table, rows
from .._engine.plan import Plan, Step
from .._engine.resource import Work
from .._engine.runner import Look
from .._engine.spec import with_connection
from .._engine.stepwise import Stepwise, StepwiseTarget
from .commands import BY_LAYER, BY_NODE, command_list, results_by_node
from .environment.idle import WaitingTarget, when_idle
from .environment.reader import GET as GET_ENVIRONMENT
from .nodes import GET_LIST, NODE_OPTIONS, RULES, Place, can_come, explained_at, is_gone, kind_of, place_of
from .paths import absolute_path

# Stands between two commands: the second runs only if the first succeeds, and a failure is the status of all. The first
# command is not to the left of `&&`, because a shell ignores `set -e` there.
_IF_IT_SUCCEEDED = '; sh -c "exit $?" && '
_PATHS = ("chdir", "creates", "removes")
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class DesiredCommand:
    """The commands in order, and the paths that decide whether they run.

    Attributes:
        stdin: the standard input of the commands; None: the platform's.
        user: None: the user that the platform chooses.
    """

    place: Place
    commands: tuple[str, ...] = field(repr=False, default=())
    chdir: str | None = None
    creates: str | None = None
    removes: str | None = None
    stdin: str | None = field(repr=False, default=None)
    user: str | None = None
    say_yes: bool = False
    timeout: float = 600


@dataclass(frozen=True)
class Done:
    """Whether the commands are to run or ran, why not, and their results by node."""

    runs: bool
    why: str | None = None
    results: tuple[Mapping[str, Any], ...] | None = None


class Exec(Stepwise[DesiredCommand, Done]):
    """The resource of ``paas_exec``. The commands are sent once, because nothing shows whether they ran."""

    spec = with_connection(
        {
            **NODE_OPTIONS,
            "command": {"type": "str", "structure": "argv"},
            "commands": {"type": "list", "elements": "str", "structure": "argv"},
            "argv": {"type": "list", "elements": "str", "example": "[bin/migrate, --all]"},
            "chdir": {"type": "str"},
            "creates": {"type": "str"},
            "removes": {"type": "str"},
            "stdin": {"type": "str", "hidden": True},
            "stdin_add_newline": {"type": "bool", "default": True},
            "user": {"type": "str"},
            "say_yes": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 600},
        },
        mutually_exclusive=[*RULES["mutually_exclusive"], ("command", "commands", "argv")],
        required_one_of=[*RULES["required_one_of"], ("command", "commands", "argv")],
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredCommand:
        user, stdin = options.get("user"), options.get("stdin")
        require(options["wait_timeout"] > 0, "wait_timeout must be above 0 seconds")
        require(user is None or _USER.fullmatch(user), f"user: {user!r} is not the name of a user")
        require(
            stdin is None or not options["say_yes"],
            "give either stdin or say_yes, which makes the standard input an endless y",
        )
        return DesiredCommand(
            place=place_of(options),
            commands=_commands(options),
            **{name: absolute_path(name, options[name]) for name in _PATHS if options.get(name)},
            stdin=f"{stdin}\n" if stdin is not None and options["stdin_add_newline"] else stdin,
            user=user,
            say_yes=options["say_yes"],
            timeout=options["wait_timeout"],
        )

    def read(self, work: Work, desired: DesiredCommand) -> Done:
        """Check ``creates`` and ``removes`` by one GetList each; for a layer, on its master node."""
        try:
            client, environment = work.client, desired.place.environment
            return when_idle(client, environment, desired.timeout, lambda: _decision(client, desired))
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
        params: dict[str, Any] = {
            "envName": place.environment,
            "nodeGroup": place.node_group,
            "nodeId": place.node_id,
            "commandList": command_list(_command_line(desired)),
            "sayYes": desired.say_yes,
            "userName": desired.user,
        }
        method = BY_NODE if place.node_id is not None else BY_LAYER
        step = Step(method, params, f"run {len(desired.commands)} command(s) in {place.label}")
        return Plan(before=current, after=current, steps=(step,))

    def target(self, work: Work, desired: DesiredCommand) -> StepwiseTarget[DesiredCommand, Done]:
        return _ExecTarget(work, self, desired, environment=desired.place.environment, timeout=desired.timeout)

    def report(self, work: Work, plan: Plan[Done], state: Done, desired: DesiredCommand) -> dict[str, Any]:
        """Return the output of the commands; all null but ``rc`` in check mode, and if they did not run."""
        return {"skipped_because": state.why, **_to_result(state.results)}


class _ExecTarget(WaitingTarget[DesiredCommand, Done]):
    """The commands of a task for the runner."""

    # The answer to the call that ran the commands.
    _answer: Any = None

    def patience(self, step: Step) -> float | None:
        return self.budget

    def answered(self, step: Step, answer: dict[str, Any]) -> None:
        self._answer = answer

    def new_state(self) -> Done:
        """Return the results of the commands; raise the failure of a command."""
        answered = payload(self._answer)
        (step,) = self.done
        required_member(str(step.method), answered, "responses")
        results = results_by_node(answered)
        if any(item["rc"] for item in results):
            raise _failure(str(step.method), member(self._answer, "result"), results)
        return Done(True, results=results)

    def refused(self, step: Step, error: RefusedError) -> None:
        """Raise the failure of commands that ran in some node: such a refusal holds their results.

        A refusal without results, such as that of a busy environment, shows that nothing ran.
        """
        results = results_by_node(error.answer)
        if not results:
            return
        self.work.done.append(step.summary)
        if not any(item["rc"] for item in results):
            raise error
        answered = payload(error.answer)
        required_member(str(step.method), answered, "responses")
        raise _failure(str(step.method), member(error.answer, "result"), results_by_node(answered))

    def explained(self, step: Step, error: RefusedError) -> RefusedError:
        return explained_at(self.work.client, error, self.desired.place)

    def look(self, step: Step, budget: float) -> Look:
        return Look(f"whether the commands ran cannot be seen, so they were not sent again; {step.summary}")


def _decision(client: PlatformClient, desired: DesiredCommand) -> Done:
    """Return whether the commands are to run, by ``creates`` and ``removes``."""
    if desired.creates and kind_of(client, desired.place, desired.creates) != "absent":
        return Done(False, f"{desired.creates} exists")
    if desired.removes and kind_of(client, desired.place, desired.removes) == "absent":
        return Done(False, f"{desired.removes} does not exist")
    return Done(True)


def _commands(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the commands of a task for the shell of the node."""
    argv = options.get("argv")
    if argv is not None:
        require(argv and argv[0], "argv is empty; give the program and its arguments")
        return (shlex.join(argv),)
    commands = tuple([options["command"]] if options.get("command") is not None else options["commands"] or ())
    require(commands and all(command.strip() for command in commands), "command is empty; give what is to be run")
    return commands


def _command_line(desired: DesiredCommand) -> str:
    """Return one command that runs all commands in their directory with their standard input."""
    # The commands do not run if the directory does not exist.
    commands = (f"cd {shlex.quote(desired.chdir)}", *desired.commands) if desired.chdir else desired.commands
    if desired.stdin is None:
        return _joined(commands)
    # The commands may end before they have read all of it.
    return f"printf %s {shlex.quote(desired.stdin)} 2>/dev/null | eval {shlex.quote(_joined(commands))}"


def _joined(commands: tuple[str, ...]) -> str:
    """Return all commands as one command, which ends at the first failure. The platform would join a list by ``;``.

    Each command is a quoted text for ``eval``, so ``;``, ``||``, comments, line ends, here-documents and a backslash or
    ``&`` at its end keep their meaning. All commands run in one shell, so ``cd`` and variables stay in effect.
    """
    if len(commands) == 1:
        return commands[0]
    return _IF_IT_SUCCEEDED.join(f"eval {shlex.quote(command)}" for command in commands)


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
        # To wait for an operation that is running in the environment.
        Permission(GET_ENVIRONMENT),
    ),
)
