# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_file``: files and directories in nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .._client.answers import member
from .._client.client import PlatformClient
from .._client.concurrency import gather
from .._client.errors import InputError, PaasError, RefusedError, require
from .._engine.permissions import Permission, Table, each, rows
from .._engine.plan import Plan, Step
from .._engine.resource import Work
from .._engine.spec import with_connection
from .._engine.stepwise import Stepwise
from .environment.reader import GET as GET_ENVIRONMENT
from .nodes import (
    GET_LIST,
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
from .paths import absolute_path

READ = "environment.file.Read"
WRITE = "environment.file.Write"
CREATE = "environment.file.Create"
DELETE = "environment.file.Delete"
HIDDEN = "(hidden)"


@dataclass(frozen=True)
class DesiredFile:
    """The desired state of a path."""

    place: Place
    path: str
    state: str
    content: str | None = field(repr=False, default=None)
    master_only: bool = False
    sensitive: bool = False


@dataclass(frozen=True)
class Entry:
    """The current state of the path in one node.

    Attributes:
        node_id: None for the nodes of a layer that does not exist yet.
        kind: ``file``, ``directory`` or ``absent``.
        content: of a file, if it was read.
    """

    node_id: int | None
    kind: str
    content: str | None = field(repr=False, default=None)


Found = tuple[Entry, ...]


class File(Stepwise[DesiredFile, Found]):
    """The resource of ``paas_file``: every node is read, and only nodes that differ are changed."""

    spec = with_connection(
        {
            **NODE_OPTIONS,
            "path": {"type": "str", "required": True},
            "state": {"type": "str", "choices": ["file", "directory", "absent"], "default": "file"},
            "content": {"type": "str", "hidden": True, "structure": "json"},
            "master_only": {"type": "bool", "default": False},
            "sensitive": {"type": "bool", "default": False},
        },
        **RULES,
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredFile:
        path, state, content = absolute_path("path", options["path"]), options["state"], options.get("content")
        require(path != "/", "path is the root of the node; give the file or directory in it")
        require(state != "file" or content is not None, "state: file needs content; an empty text makes an empty file")
        require(state == "file" or content is None, f"content goes with state: file, not with {state}")
        return DesiredFile(place_of(options), path, state, content, options["master_only"], options["sensitive"])

    def read(self, work: Work, desired: DesiredFile) -> Found:
        """Read the nodes of a layer by one GetEnvInfo, and the path by one call for each node."""
        if desired.sensitive:
            # A refusal may quote what was sent.
            work.client.redactor.add_values(desired.content or "")
        try:
            numbers = node_ids(work.client, desired.place, master_only=desired.master_only)
            return tuple(gather(work.client, [partial(_entry, desired, number) for number in numbers]))
        except PaasError as error:
            if isinstance(error, NoPlaceError) and desired.state == "absent":
                return ()
            if not (can_come(error, desired.place) and work.assume(str(error))):
                raise
            return (Entry(desired.place.node_id, "absent"),)

    def plan(self, current: Found, desired: DesiredFile) -> Plan[Found]:
        """Change each node that differs by one call."""
        desired_entries = {entry.node_id: Entry(entry.node_id, desired.state, desired.content) for entry in current}
        steps = []
        now = current
        for entry in current:
            after = desired_entries[entry.node_id]
            if entry == after:
                continue
            if "absent" not in (desired.state, entry.kind) and desired.state != entry.kind:
                raise InputError(
                    f"{desired.path} is a {entry.kind} in node {entry.node_id}; remove it first, by state: absent"
                )
            now = tuple(after if other is entry else other for other in now)
            steps.append(self._step(desired, after))
        if _is_text(current, desired):
            header = f"{desired.path} in {', '.join(_label(entry, desired) for entry in current if entry not in now)}"
            return Plan(current, now, tuple(steps), *_texts(current, now), header if steps else desired.path)
        before, later = (_by_node(entries, desired) for entries in (current, now))
        return Plan(current, now, tuple(steps), before, later)

    def _step(self, desired: DesiredFile, after: Entry) -> Step:
        where: dict[str, Any] = {
            "envName": desired.place.environment,
            "nodeid": after.node_id,
            "path": desired.path,
        }
        into = f"{desired.path} in {_label(after, desired)}"
        if desired.state == "absent":
            return Step(DELETE, where, f"remove {into}")
        if desired.state == "directory":
            return Step(CREATE, {**where, "isdir": True}, f"make {into}")
        return Step(WRITE, where, f"write {into}")

    def secrets(self, step: Step, desired: DesiredFile) -> dict[str, Any]:
        """Return the content for the call that writes it."""
        return {"body": desired.content} if step.method == WRITE else {}

    def report(self, work: Work, plan: Plan[Found], state: Found, desired: DesiredFile) -> dict[str, Any]:
        """Return ``path``, ``state`` and ``node_ids``, the nodes that were read."""
        numbers = [entry.node_id for entry in state if entry.node_id is not None]
        return {"path": desired.path, "state": desired.state, "node_ids": numbers}


def _label(entry: Entry, desired: DesiredFile) -> str:
    """Return the name of a node for messages, or of the layer if its nodes are not known."""
    return f"node {entry.node_id}" if entry.node_id is not None else f"layer {desired.place.node_group}"


def _entry(desired: DesiredFile, number: int, client: PlatformClient) -> Entry:
    """Read the path in one node."""
    if desired.state != "file":
        try:
            return Entry(number, kind_of(client, desired.place, desired.path, number))
        except RefusedError as error:
            if desired.state == "absent" and is_gone(error):
                return Entry(number, "absent")
            raise
    where = {"envName": desired.place.environment, "path": desired.path, "nodeid": number}
    try:
        return Entry(number, "file", str(member(client.call(READ, **where), "body") or ""))
    except RefusedError as error:
        if error.code not in MISSING_CODES:
            raise
    # Read has the same answer for a directory and for nothing.
    return Entry(number, kind_of(client, desired.place, desired.path, number))


def _is_text(current: Found, desired: DesiredFile) -> bool:
    """Return whether the diff is that of two texts: the nodes that differ from the desired content are alike."""
    differ = {(entry.kind, entry.content) for entry in current if entry.content != desired.content}
    return desired.state == "file" and not desired.sensitive and len(differ) <= 1


def _texts(current: Found, now: Found) -> tuple[str, str]:
    """Return the content before and after, of a node that changes if there is one."""
    pairs = [(before, after) for before, after in zip(current, now) if before != after] or list(zip(current, now))
    return (pairs[0][0].content or "", pairs[0][1].content or "") if pairs else ("", "")


def _by_node(entries: Found, desired: DesiredFile) -> dict[str, Any]:
    """Return one side of the diff: the state by node, and the content unless it is sensitive."""
    return {
        _label(entry, desired): entry.kind
        if entry.kind != "file" or desired.state != "file"
        else (HIDDEN if desired.sensitive else entry.content)
        for entry in entries
    }


PERMISSIONS = Table(
    spec=File.spec,
    permissions=rows(
        Permission(GET_ENVIRONMENT, options=frozenset({"node_group"})),
        # If there is no file, the task has to know whether there is a directory.
        Permission(GET_LIST),
        each((READ, WRITE), {"file"}),
        Permission(CREATE, frozenset({"directory"})),
        Permission(DELETE, frozenset({"absent"})),
    ),
)
