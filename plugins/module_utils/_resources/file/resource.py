# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_file``: files and directories in nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..._client.answers import member
from ..._client.client import PlatformClient
from ..._client.concurrency import gather
from ..._client.errors import InputError, PaasError, RefusedError, require
from ..._engine.dates import utc_now
from ..._engine.plan import Plan, Step
from ..._engine.resource import Work
from ..._engine.runner import Look
from ..._engine.spec import with_connection
from ..._engine.stepwise import Stepwise, StepwiseTarget
from ..environment.idle import WaitingTarget, when_idle
from ..nodes import (
    MISSING_CODES,
    NODE_OPTIONS,
    RULES,
    NoPlaceError,
    Place,
    can_come,
    is_gone,
    kind_of,
    node_ids,
    place_of,
)
from ..paths import absolute_path
from .commands import read_facts, read_raw, with_output
from .differences import diff_of
from .model import ATTRIBUTES, BASE64, TEXT, Content, DesiredFile, Entry, Found, content_from
from .steps import COPY, READ, body_of, steps_for

_MODE = re.compile("0?[0-7]{3,4}")
_USER = re.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*")
# Stands in for bytes that are not text in an answer of Read, as do zero bytes.
_NOT_TEXT = ("\ufffd", "\0")


class File(Stepwise[DesiredFile, Found]):
    """The resource of ``paas_file``: every node is read, and only nodes that differ are changed."""

    spec = with_connection(
        {
            **NODE_OPTIONS,
            "path": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["file", "directory", "absent", "read"], "default": "file"},
            "content": {"type": "str", "hidden": True, "structure": "json"},
            "encoding": {"type": "str", "choices": [TEXT, BASE64], "default": TEXT},
            "src": {"type": "path"},
            "mode": {"type": "raw"},
            "owner": {"type": "str"},
            "group": {"type": "str"},
            "backup": {"type": "bool", "default": False},
            "master_only": {"type": "bool", "default": False},
            "sensitive": {"type": "bool", "default": False},
            "wait_timeout": {"type": "int", "default": 600},
        },
        mutually_exclusive=[*RULES["mutually_exclusive"], ("content", "src")],
        required_one_of=RULES["required_one_of"],
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredFile:
        path, state, text = absolute_path("path", options["path"]), options["state"], options.get("content")
        attributes = _attributes(options)
        require(path != "/", "path is the root of the node; give the file or directory in it")
        for name in ("content", "src", "backup"):
            require(
                state == "file" or not options.get(name) and (name != "content" or text is None),
                f"{name} goes with state: file, not with {state}",
            )
        require(
            not attributes or state in ("file", "directory"),
            f"{next(iter(attributes), '')} goes with state: file or directory, not with {state}",
        )
        require(
            state != "file" or text is not None or options.get("src"),
            "state: file needs content or src; an empty text makes an empty file",
        )
        require(options["wait_timeout"] >= 0, "wait_timeout is negative; give seconds, or 0 to look once")
        return DesiredFile(
            place=place_of(options),
            path=path,
            state=state,
            content=None if text is None else content_from(text, options["encoding"]),
            attributes=attributes,
            backup=f"{path}.{utc_now():%Y-%m-%d@%H:%M:%S}~" if options["backup"] else None,
            master_only=options["master_only"],
            sensitive=options["sensitive"],
            timeout=options["wait_timeout"],
        )

    def read(self, work: Work, desired: DesiredFile) -> Found:
        """Read the nodes of a layer by one GetEnvInfo, and the path by one or two calls for each node."""
        require(
            desired.state != "file" or desired.content is not None,
            "src is a file on the controller, which only the action plugin of this module reads",
        )
        if desired.sensitive and desired.content:
            # A refusal may quote what was sent.
            text = desired.content.text
            work.client.redactor.add_values(*(desired.content.parts if text is None else (text,)))
        try:
            numbers = node_ids(work.client, desired.place, master_only=desired.master_only)
            jobs = [partial(_entry, desired, number) for number in numbers]
            return tuple(
                when_idle(work.client, desired.place.environment, desired.timeout, lambda: gather(work.client, jobs))
            )
        except PaasError as error:
            if isinstance(error, NoPlaceError) and desired.state == "absent":
                return ()
            may_come = can_come(error, desired.place) or isinstance(error, _NoFileError)
            if not (may_come and work.assume(str(error))):
                raise
            return (Entry(desired.place.node_id, "absent"),)

    def plan(self, current: Found, desired: DesiredFile) -> Plan[Found]:
        """Change each node that differs, by one call for the content and one for the attributes."""
        steps: list[Step] = []
        now: list[Entry] = []
        for entry in current:
            if desired.state not in ("absent", "read") and entry.kind not in ("absent", desired.state):
                raise InputError(
                    f"{desired.path} is a {entry.kind} in node {entry.node_id}; remove it first, by state: absent"
                )
            own = steps_for(entry, desired)
            steps += own
            now.append(_after(entry, desired) if own else entry)
        return Plan(current, tuple(now), tuple(steps), **diff_of(current, tuple(now), desired))

    def secrets(self, step: Step, desired: DesiredFile) -> dict[str, Any]:
        """Return the content for the call that writes it."""
        return body_of(step, desired)

    def target(self, work: Work, desired: DesiredFile) -> StepwiseTarget[DesiredFile, Found]:
        return _FileTarget(work, self, desired, environment=desired.place.environment, timeout=desired.timeout)

    def report(self, work: Work, plan: Plan[Found], state: Found, desired: DesiredFile) -> dict[str, Any]:
        """Return the nodes that were read, with their contents for ``state: read``."""
        nodes = [entry for entry in state if entry.node_id is not None]
        contents = [
            {"node_id": entry.node_id, **entry.content.to_result()}
            for entry in nodes
            if desired.state == "read" and entry.content
        ]
        first = contents[0] if contents else {}
        return {
            "path": desired.path,
            "state": desired.state,
            "node_ids": [entry.node_id for entry in nodes],
            "backup_file": desired.backup if any(step.method == COPY for step in plan.steps) else None,
            "content": first.get("content"),
            # Also in check mode, if an earlier task writes the file.
            "encoding": first.get("encoding", TEXT if desired.state == "read" else None),
            "node_contents": contents,
        }


class _FileTarget(WaitingTarget[DesiredFile, Found]):
    """The path of a task for the runner."""

    def explained(self, step: Step, error: RefusedError) -> RefusedError:
        """Add what a command printed."""
        return with_output(error, step.summary)

    def look(self, step: Step, budget: float) -> Look:
        """Read the path that the step writes: the copy, the parts so far, or the file itself."""
        place, number = self.desired.place, step.params.get("nodeid")
        if step.method == COPY:
            done = kind_of(self.work.client, place, str(step.params["dest"]), number) == "file"
        elif step.subject is not None and self.desired.content:
            parts = "".join(self.desired.content.parts[: step.subject + 1])
            done = _body(self.work.client, place, str(step.params["path"]), number) == parts
        else:
            return super().look(step, budget)
        return Look(None if done else f"it is not done, or not yet: {step.summary}; run the task again")

    def plan_again(self) -> Plan[Found]:
        """Plan the rest. The plan cannot see which copies are made and which parts are sent."""
        plan = super().plan_again()
        done = [step.summary for step in self.done if step.method == COPY or step.subject is not None]
        return replace(plan, steps=tuple(step for step in plan.steps if step.summary not in done))


class _NoFileError(InputError):
    """The file to be read does not exist."""


def _attributes(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the desired attributes, in the spelling of ``stat``."""
    given = {name: options[name] for name in ATTRIBUTES if options.get(name) is not None}
    mode = given.get("mode")
    if mode is not None:
        require(
            isinstance(mode, str) and _MODE.fullmatch(mode.strip()),
            f"mode must be an octal number in quotes, such as '0644', not {mode!r}, because YAML reads 0644 as 420",
        )
        given["mode"] = f"{int(mode, 8):o}"
    for name in ("owner", "group"):
        require(
            name not in given or _USER.fullmatch(given[name]),
            f"{name}: {given.get(name)!r} is not a name or number of {'a user' if name == 'owner' else 'a group'}",
        )
    return given


def _after(entry: Entry, desired: DesiredFile) -> Entry:
    """Return the entry as the steps leave it."""
    attributes = {**entry.attributes, **{name: (value,) for name, value in entry.unmet(desired).items()}}
    digest = desired.content.digest if desired.content and desired.is_binary else None
    return Entry(entry.node_id, desired.state, desired.content, digest, attributes if desired.attributes else {})


def _entry(desired: DesiredFile, number: int, client: PlatformClient) -> Entry:
    """Read the path in one node."""
    if desired.needs_facts:
        entry = read_facts(client, desired, number)
        if entry.kind != "file" or desired.is_binary or desired.state != "file":
            return entry
        return Entry(number, "file", _text_of(client, desired, number), attributes=entry.attributes)
    if desired.state in ("file", "read"):
        return _file(desired, number, client)
    try:
        return Entry(number, kind_of(client, desired.place, desired.path, number))
    except RefusedError as error:
        if desired.state == "absent" and is_gone(error):
            return Entry(number, "absent")
        raise


def _file(desired: DesiredFile, number: int, client: PlatformClient) -> Entry:
    """Read a file by Read; if ``state`` is ``read``, with the bytes of a content that is not text."""
    try:
        content = _text_of(client, desired, number)
    except RefusedError as error:
        if error.code not in MISSING_CODES:
            raise
        # Read has the same answer for a directory and for nothing.
        kind = kind_of(client, desired.place, desired.path, number)
        if desired.state == "read":
            what = "does not exist" if kind == "absent" else f"is a {kind}"
            problem = f"path: {desired.path} {what} in node {number}"
            raise (_NoFileError if kind == "absent" else InputError)(problem) from None
        return Entry(number, kind)
    if desired.state == "read" and content.text and any(sign in content.text for sign in _NOT_TEXT):
        content = read_raw(client, desired, number)
    return Entry(number, "file", content)


def _text_of(client: PlatformClient, desired: DesiredFile, number: int) -> Content:
    return content_from(_body(client, desired.place, desired.path, number), TEXT)


def _body(client: PlatformClient, place: Place, path: str, number: int | None) -> str:
    return str(member(client.call(READ, envName=place.environment, path=path, nodeid=number), "body") or "")
