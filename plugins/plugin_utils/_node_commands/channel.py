# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run commands in a node and transfer files by calls of ExecCmdById."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import time
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol

from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import PaasError, RefusedError
from ansible_collections.inet.elastic.plugins.module_utils._resources.commands import BY_NODE

from . import scripts
from .answers import Completed, NodeAnswer, NodeFailureError, NodeUnreachableError, explain, quote, read_answer
from .scripts import LONGEST_SCRIPT, PIECE, Command, NodeData, encoded, inline, split_module

WINDOW = 25  # seconds in which one call waits for the end of a command, below the time-outs of gateways
_TEMPORARY = "/tmp of the node must be writable and have free space, and gzip, base64 and sha256sum must be installed"


class KeptParts(Protocol):
    """The hashes of the constant parts that are in the node, as far as this run knows."""

    def __contains__(self, name: object) -> bool:
        """Return whether a part was sent."""

    def add(self, name: str, /) -> None:
        """Note that a part was sent."""


@dataclass
class NodeChannel:
    """One node, one user.

    Attributes:
        client: a client that may send ExecCmdById again, because the scripts start a command only once.
        user: the user in the node; None for the default user of the node.
        directory: the working directory of commands; None for the user's home directory.
        limit: seconds after which a command is ended.
    """

    client: PlatformClient
    environment: str
    node_id: int
    kept: KeptParts
    user: str | None = None
    directory: str | None = None
    limit: float = 3600.0
    window: float = WINDOW
    _done: str | None = None

    @property
    def label(self) -> str:
        """The node, for messages."""
        return f"node {self.node_id} of environment {self.environment}"

    @property
    def _first_window(self) -> float:
        """Seconds in which the call that starts a command waits for its end."""
        return min(self.window, self.limit)

    def run(self, command: bytes, given: bytes = b"", password: tuple[bytes, str] | None = None) -> Completed:
        """Run a command with an input.

        Args:
            password: the become password, and the word that the command prints when it needs no password any more.

        Raises:
            NodeUnreachableError: the command did not run.
            NodeFailureError: the command did not end in time, or its result cannot be read.
        """
        if self.directory:
            command = (
                b"cd " + scripts.quoted(self.directory).encode("utf-8", "surrogateescape") + b" || exit\n" + command
            )
        ident = _new_id()
        end = time.monotonic() + self.limit
        answer = self._start(ident, command, given, password)
        while answer.word == "running":
            left = end - time.monotonic()
            if left <= 0:
                self._ask(scripts.end(ident), ident)
                raise NodeFailureError(
                    f"the command in {self.label} did not end within {self.limit:g} seconds and was ended; raise "
                    "command_timeout (ansible_paas_command_timeout), or use async"
                )
            answer = self._ask(scripts.resume(ident, min(self.window, left)), ident)
        if answer.word in ("killed", "gone"):
            raise NodeFailureError(f"the command in {self.label} was ended from outside, for instance by a restart")
        self._expect(answer, "done")
        self._done = ident
        return self._completed(answer)

    def put(self, stream: BinaryIO, path: bytes) -> None:
        """Write a file in the node.

        Raises:
            NodeUnreachableError, NodeFailureError: the file was not written; the message says why.
        """
        staged, sha, number = _new_id(), hashlib.sha256(), 0
        pieces = _compressed(stream, sha)
        piece = next(pieces)
        for following in pieces:
            self._stage(staged, number, piece)
            number, piece = number + 1, following
        source = NodeData(encoded(piece))
        if number:
            self._stage(staged, number, piece)
            source = NodeData(staged=staged, count=number + 1)
        ident = _new_id()
        self._expect(self._ask(scripts.store(ident, source, path, sha.hexdigest()), ident), "stored", path)

    def fetch(self, path: bytes, stream: BinaryIO) -> None:
        """Read a file in the node.

        Raises:
            NodeUnreachableError, NodeFailureError: the file was not read; the message says why.
        """
        sha, received, number = hashlib.sha256(), 0, 0
        size, checksum = -1, ""
        while received != size:
            ident = _new_id()
            answer = self._ask(scripts.read(ident, path, number), ident)
            self._expect(answer, "size" if number == 0 else "data", path)
            if number == 0:
                size, checksum = int(answer.rest.split()[0]), answer.rest.split()[1]
            data = answer.blocks.get("data")
            if data is None or not answer.complete or (size and not data):
                raise NodeFailureError(f"{_quoted(path)} in {self.label} changed while it was read; run the task again")
            stream.write(data)
            sha.update(data)
            received, number = received + len(data), number + 1
            if received > size:
                break
        if sha.hexdigest() != checksum:
            raise NodeFailureError(f"{_quoted(path)} in {self.label} changed while it was read; run the task again")

    def clear(self) -> None:
        """Remove what finished commands left in the node."""
        ident = _new_id()
        self._expect(self._ask(scripts.clear(ident), ident), "cleared")

    def close(self) -> None:
        """Close the HTTP connection."""
        self.client.close()

    def _start(self, ident: str, command: bytes, given: bytes, password: tuple[bytes, str] | None) -> NodeAnswer:
        head, module, tail = split_module(given)
        name = hashlib.sha256(module).hexdigest() if module else None
        parts = [inline(command), *(inline(part) for part in ((head, tail) if module else (given,)) if part)]
        what = Command(text=parts[0], given=tuple(parts[1:]), kept=name)
        if password:
            what = replace(what, password=(encoded(password[0] + b"\n"), password[1]))
        what = self._shortened(ident, what)
        if name is None or name in self.kept:
            answer = self._ask(scripts.start(ident, what, self._first_window, done=self._done), ident)
            if answer.word != "missing" or name is None:
                return answer
        answer = self._start_with_part(ident, what, name, gzip.compress(module, mtime=0))
        self.kept.add(name)
        return answer

    def _start_with_part(self, ident: str, what: Command, name: str, part: bytes) -> NodeAnswer:
        """Send the constant part, the last piece of it together with the command."""
        staged, count = _new_id(), 1
        while True:
            size = -(-len(part) // count)
            pieces = [part[begin : begin + size] for begin in range(0, len(part), size)]
            first = scripts.keep(staged, len(pieces) - 1, pieces[-1], name)
            script = scripts.start(ident, what, self._first_window, first=first, done=self._done)
            if len(script) <= LONGEST_SCRIPT and size <= PIECE:
                break
            count += 1
        for number, piece in enumerate(pieces[:-1]):
            if self._stage(staged, number, piece, kept=name) == "kept":
                return self._ask(scripts.start(ident, what, self._first_window, done=self._done), ident)
        return self._ask(script, ident)

    def _shortened(self, ident: str, what: Command) -> Command:
        """Return the command with as many sources sent before as the length of one call demands."""
        sources = [what.text, *what.given]
        while len(scripts.start(ident, what, self._first_window, done=self._done)) > LONGEST_SCRIPT:
            longest = max(range(len(sources)), key=lambda place: len(sources[place].inline))
            staged, data = _new_id(), base64.b64decode(sources[longest].inline)
            pieces = [data[begin : begin + PIECE] for begin in range(0, len(data), PIECE)]
            for number, piece in enumerate(pieces):
                self._stage(staged, number, piece)
            sources[longest] = NodeData(staged=staged, count=len(pieces))
            what = replace(what, text=sources[0], given=tuple(sources[1:]))
        return what

    def _stage(self, staged: str, number: int, piece: bytes, kept: str | None = None) -> str:
        ident = _new_id()
        answer = self._ask(scripts.stage(ident, staged, number, piece, kept), ident)
        if answer.word != "kept":
            self._expect(answer, "staged")
        return answer.word

    def _completed(self, answer: NodeAnswer) -> Completed:
        """Return the result; output that the platform cut off is read from the node in pieces."""
        status, _blank, directory = answer.rest.partition(" ")
        if answer.complete and {"done", "errors"} <= set(answer.blocks):
            return Completed(int(status), answer.blocks["done"], answer.blocks["errors"])
        streams = [io.BytesIO(), io.BytesIO()]
        for name, stream in zip("oe", streams, strict=True):
            self.fetch(f"{directory}/{name}".encode(), stream)
        return Completed(int(status), *(stream.getvalue() for stream in streams))

    def _ask(self, script: str, ident: str) -> NodeAnswer:
        try:
            answer = self.client.call(
                BY_NODE,
                envName=self.environment,
                nodeId=self.node_id,
                commandList=[{"command": script, "params": ""}],
                sayYes=False,
                userName=self.user,
            )
        except RefusedError as error:
            found = read_answer(error.answer, ident)
            if found.word == "none" and not found.error:
                raise NodeUnreachableError(self.client.redacted(explain(error, self.label, self.environment))) from None
            return found
        except PaasError as error:
            raise NodeUnreachableError(self.client.redacted(f"{self.label} was not reached: {error}")) from None
        return read_answer(answer, ident)

    def _expect(self, answer: NodeAnswer, word: str, path: bytes = b"") -> None:
        """Raise the error of an answer that is not the expected one."""
        if answer.word == word:
            return
        if answer.word == "foreign":
            raise NodeUnreachableError(
                f"{answer.rest} in {self.label} must be a directory of the user that runs commands; remove it if it is "
                "not, and check that /tmp is writable"
            )
        if answer.word == "refused":
            raise NodeFailureError(self.client.redacted(f"{_quoted(path)} in {self.label}: {quote(answer.rest)}"))
        said = f": {quote(answer.error)}" if answer.error else ""
        if answer.word in ("broken", "none"):
            raise NodeUnreachableError(
                self.client.redacted(f"{self.label} did not run the script of the connection{said}; {_TEMPORARY}")
            )
        raise NodeFailureError(
            self.client.redacted(f"{self.label} answered {quote(answer.word)} in place of {word}{said}")
        )


def _new_id() -> str:
    return uuid.uuid4().hex


def _quoted(path: bytes) -> str:
    return quote(path.decode("utf-8", "replace"))


def _compressed(stream: BinaryIO, sha: hashlib._Hash) -> Iterator[bytes]:
    """Yield the pieces of a compressed file, at least one; update the checksum of the file."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    waiting = b""
    while block := stream.read(PIECE):
        sha.update(block)
        waiting += packer.compress(block)
        while len(waiting) > PIECE:
            yield waiting[:PIECE]
            waiting = waiting[PIECE:]
    waiting += packer.flush()
    for begin in range(0, len(waiting), PIECE):
        yield waiting[begin : begin + PIECE]
