# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that bring the path of one node to the desired state. Pure."""

from __future__ import annotations

from typing import Any

from ..._engine.plan import Step
from ..commands import BY_NODE
from .commands import attributes_command, call_params, decode_command, part_path
from .model import Content, DesiredFile, Entry, label

READ = "environment.file.Read"
WRITE = "environment.file.Write"
APPEND = "environment.file.Append"
COPY = "environment.file.Copy"
CREATE = "environment.file.Create"
DELETE = "environment.file.Delete"


def steps_for(entry: Entry, desired: DesiredFile) -> list[Step]:
    """Return the steps for one node."""
    into = f"{desired.path} in {label(entry, desired)}"
    if desired.state == "absent":
        return [] if entry.kind == "absent" else [Step(DELETE, _where(entry, desired), f"remove {into}")]
    steps = []
    if desired.state == "directory" and entry.kind == "absent":
        steps.append(Step(CREATE, {**_where(entry, desired), "isdir": True}, f"make {into}"))
    if desired.content is not None and not entry.has_content(desired):
        steps += [*_backup(entry, desired, into), *_write(entry, desired, desired.content, into)]
    unmet = entry.unmet(desired)
    if unmet:
        command = attributes_command(desired.path, unmet)
        values = ", ".join(f"{name} {value}" for name, value in unmet.items())
        steps.append(Step(BY_NODE, call_params(desired, entry.node_id, command), f"set {values} of {into}"))
    return steps


def body_of(step: Step, desired: DesiredFile) -> dict[str, Any]:
    """Return the content, or its part, for the call of a step; it may hold secrets, and is not part of the plan."""
    if step.method not in (WRITE, APPEND) or desired.content is None:
        return {}
    return {"body": desired.content.text if step.subject is None else desired.content.parts[step.subject]}


def _where(entry: Entry, desired: DesiredFile, path: str | None = None) -> dict[str, Any]:
    return {"envName": desired.place.environment, "nodeid": entry.node_id, "path": path or desired.path}


def _backup(entry: Entry, desired: DesiredFile, into: str) -> list[Step]:
    if desired.backup is None or entry.kind != "file":
        return []
    where = {"envName": desired.place.environment, "nodeid": entry.node_id, "src": desired.path}
    return [Step(COPY, {**where, "dest": desired.backup}, f"back up {into}")]


def _write(entry: Entry, desired: DesiredFile, content: Content, into: str) -> list[Step]:
    """Return the steps that write a file: text by one call, else parts in base64 and a command that decodes them."""
    if content.text is not None:
        return [Step(WRITE, _where(entry, desired), f"write {into}")]
    where = _where(entry, desired, part_path(desired))
    count = len(content.parts)
    parts = [
        Step(APPEND if index else WRITE, where, f"send part {index + 1} of {count} of {into}", index)
        for index in range(count)
    ]
    command = decode_command(desired, content)
    return [*parts, Step(BY_NODE, call_params(desired, entry.node_id, command), f"write {into}")]
