# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands in nodes for what the File methods do not have: owners, modes, checksums, and contents that are not text.

They run in any POSIX shell, also in that of BusyBox.
"""

from __future__ import annotations

import base64
import posixpath
import shlex
from collections.abc import Mapping
from typing import Any

from ..._client.answers import payload
from ..._client.client import PlatformClient
from ..._client.errors import RefusedError, UnexpectedAnswerError
from ..commands import BY_NODE, command_list, results_by_node
from .model import Content, DesiredFile, Entry

# Prints the checksum of a file, then ``absent`` or kind, mode, and number and name of owner and group.
_FACTS = (
    "test ! -f {path} || sha256sum {path} || exit 1; "
    "test ! -e {path} && echo absent || stat -L -c '%F/%a/%u/%U/%g/%G' {path}"
)
# The decoded content is compared with its checksum before it takes the place of the file, whose owner and mode stay.
_DECODE = (
    "base64 -d {part} > {decoded} && echo {expected} | sha256sum -c >/dev/null && cat {decoded} > {path} "
    "&& {remove} || eval {remove_and_fail}"
)


def call_params(desired: DesiredFile, node_id: int | None, command: str) -> dict[str, Any]:
    """Return the parameters of a call that runs a command as root, who alone may change owners."""
    return {
        "envName": desired.place.environment,
        "nodeId": node_id,
        "commandList": command_list(command),
        "sayYes": False,
        "userName": "root",
    }


def part_path(desired: DesiredFile) -> str:
    """Return the path of the file that takes a content in base64, beside the desired file."""
    folder, name = posixpath.split(desired.path)
    return posixpath.join(folder, f".{name}.part")


def decode_command(desired: DesiredFile, content: Content) -> str:
    """Return the command that puts the content, which is in the file of parts, into its place."""
    part = part_path(desired)
    decoded = f"{part}.decoded"
    remove = f"rm -f {shlex.quote(part)} {shlex.quote(decoded)}"
    return _DECODE.format(
        part=shlex.quote(part),
        decoded=shlex.quote(decoded),
        expected=shlex.quote(f"{content.digest}  {decoded}"),
        path=shlex.quote(desired.path),
        remove=remove,
        remove_and_fail=shlex.quote(f"{remove}; false"),
    )


def attributes_command(path: str, attributes: Mapping[str, str]) -> str:
    """Return the command that sets attributes; the mode last, as a change of the owner takes bits from it."""
    commands = [f"chmod {attributes['mode']}"] if "mode" in attributes else []
    if "owner" in attributes or "group" in attributes:
        group = f":{attributes['group']}" if "group" in attributes else ""
        commands.insert(0, f"chown {shlex.quote(attributes.get('owner', '') + group)}")
    return " && ".join(f"{command} {shlex.quote(path)}" for command in commands)


def read_facts(client: PlatformClient, desired: DesiredFile, node_id: int) -> Entry:
    """Read kind, checksum and attributes of the path by one command that changes nothing."""
    *sums, facts = _output(client, desired, node_id, _FACTS.format(path=shlex.quote(desired.path))).splitlines() or [""]
    kind, *values = facts.split("/")
    if kind == "absent":
        return Entry(node_id, "absent")
    if len(values) != 5:
        raise UnexpectedAnswerError(f"stat printed no attributes of {desired.path} in node {node_id}")
    mode, uid, user, gid, group = values
    return Entry(
        node_id,
        "directory" if kind == "directory" else "file",
        digest=sums[0].lstrip("\\").partition(" ")[0] if sums else None,
        attributes={"mode": (mode,), "owner": (uid, user), "group": (gid, group)},
    )


def read_raw(client: PlatformClient, desired: DesiredFile, node_id: int) -> Content:
    """Read the content of a file that is not text."""
    printed = _output(client, desired, node_id, f"base64 {shlex.quote(desired.path)}")
    try:
        return Content.of(base64.b64decode("".join(printed.split()), validate=True))
    except ValueError:
        raise UnexpectedAnswerError(f"base64 printed no content of {desired.path} in node {node_id}") from None


def _output(client: PlatformClient, desired: DesiredFile, node_id: int, command: str) -> str:
    try:
        answer = payload(client.call(BY_NODE, **call_params(desired, node_id, command)))
    except RefusedError as error:
        raise with_output(error, f"{desired.path} in node {node_id} could not be read") from None
    return "".join(item["stdout"] for item in results_by_node(answer))


def with_output(error: RefusedError, what: str) -> RefusedError:
    """Return the refusal of a command with what the command printed as its error; another refusal as it is."""
    printed = next((item["stderr"].strip() for item in results_by_node(error.answer) if item["rc"]), "")
    if not printed:
        return error
    return error.saying(f"{what}: {printed.splitlines()[-1]}")
