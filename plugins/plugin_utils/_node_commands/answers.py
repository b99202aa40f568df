# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the scripts of the connection print, and what a refusal of the platform means for it. Pure."""

from __future__ import annotations

import base64
import gzip
import zlib
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.answers import items, member, number
from ansible_collections.inet.elastic.plugins.module_utils._client.codes import (
    ENVIRONMENT_UNKNOWN_CODES,
    METHOD_NOT_GRANTED,
    WRONG_STATUS,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import RefusedError
from ansible_collections.inet.elastic.plugins.module_utils._client.refusals import one_line
from ansible_collections.inet.elastic.plugins.module_utils._resources.commands import BY_NODE
from ansible_collections.inet.elastic.plugins.module_utils._resources.nodes import NODE_OR_LAYER_UNKNOWN

NOT_RUNNING = frozenset({WRONG_STATUS, 4110})
TIMED_OUT = 4132
LONGEST_QUOTE = 200


class NodeUnreachableError(Exception):
    """No command can be run in the node. The message is one line."""


class NodeFailureError(Exception):
    """The node was reached, and a command or transfer failed. The message is one line."""


@dataclass(frozen=True)
class NodeAnswer:
    """The answer of a script.

    Attributes:
        word: what happened, such as ``done`` or ``running``; ``none`` if the script did not answer.
        rest: further words.
        blocks: the data after each line of the script: word to data.
        complete: whether the last line is there.
        error: the error output of the shell.
    """

    word: str = "none"
    rest: str = ""
    blocks: dict[str, bytes] = field(default_factory=dict, repr=False)
    complete: bool = False
    error: str = ""


@dataclass(frozen=True)
class Completed:
    """Exit status and output of a command."""

    status: int
    out: bytes = field(repr=False, default=b"")
    error: bytes = field(repr=False, default=b"")


def read_answer(answer: Any, ident: str) -> NodeAnswer:
    """Read the answer to a call; lines of other origin, such as a greeting of the shell, are ignored."""
    response: Any = next(iter(items(answer, "responses")), None) if member(answer, "responses") else None
    if TIMED_OUT in (number(member(response, "result")), number(member(answer, "result"))):
        return NodeAnswer(word="running")
    mark = f"paas_exec {ident} "
    said: list[tuple[str, str, list[str]]] = []
    for line in str(member(response, "out") or "").splitlines():
        if line.startswith(mark):
            word, _blank, rest = line[len(mark) :].partition(" ")
            said.append((word, rest, []))
        elif said:
            said[-1][2].append(line)
    error = str(member(response, "errOut") or "")
    if not said:
        return NodeAnswer(error=error)
    return NodeAnswer(
        word=said[0][0],
        rest=said[0][1],
        blocks={word: data for word, _rest, lines in said if (data := _decoded(lines)) is not None},
        complete=said[-1][0] == "end",
        error=error,
    )


def _decoded(lines: list[str]) -> bytes | None:
    """Return the data of a block, None if it is not whole."""
    try:
        return gzip.decompress(base64.b64decode("".join(lines), validate=True))
    except (ValueError, EOFError, OSError, zlib.error):
        return None


def quote(text: str) -> str:
    """Return a short text of the node as a part of a message."""
    line = one_line(text)
    return line if len(line) <= LONGEST_QUOTE else f"{line[: LONGEST_QUOTE - 3]}..."


def explain(error: RefusedError, node: str, environment: str) -> str:
    """Return what a refusal means for the connection."""
    if error.code in NOT_RUNNING:
        return f"{node} does not run; start the environment, for instance by inet.elastic.paas_environment"
    if error.code in ENVIRONMENT_UNKNOWN_CODES:
        return (
            f"environment {environment} does not exist, or the account of the token cannot see it; check env_name "
            "(ansible_paas_env_name) and the token"
        )
    if error.code == NODE_OR_LAYER_UNKNOWN:
        return (
            f"{node} does not exist; check node_id (ansible_paas_node_id), or read the inventory again, because a node "
            "that was created anew has another id"
        )
    if error.code == METHOD_NOT_GRANTED:
        return f"the token does not grant {BY_NODE}, which the connection needs; add this method to the token"
    return str(error)
