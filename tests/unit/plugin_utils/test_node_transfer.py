# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that the connection sends and reads, in real shells."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import AnswerLostError, EndpointError
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.answers import (
    NodeFailureError,
    NodeUnreachableError,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.scripts import LONGEST_SCRIPT, READ_PIECE
from tests.profiles import PROFILE
from tests.unit.plugin_utils.node_shell import ShellNode


def noise(size: int) -> bytes:
    """Bytes that no compression shortens, the same each time."""
    return random.Random(size).randbytes(size)


def fetched(node: ShellNode, path: bytes) -> bytes:
    """What the connection reads."""
    stream = io.BytesIO()
    node.channel().fetch(path, stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "sent", "read"),
    [
        (b"", 1, 1),
        (b"\0", 1, 1),
        (b"\xff\n\n" * 5, 1, 1),
        (b"text " * 400_000, 1, 2),
        (noise(150_000), 4, 1),
    ],
    ids=["empty", "one", "binary", "text", "pieces"],
)
def test_there_and_back(node: ShellNode, data: bytes, sent: int, read: int) -> None:
    path = os.fsencode(node.folder) + b"/\xff '\xc3\xbc\"$x\n"
    assert node.calls(lambda: node.channel().put(io.BytesIO(data), path)) == sent
    assert Path(os.fsdecode(path)).read_bytes() == data
    assert node.calls(lambda: fetched(node, path)) == read
    assert fetched(node, path) == data
    assert all(len(script) <= LONGEST_SCRIPT for script in node.scripts) and list(node.base.glob("u-*")) == []


def test_five_megabytes(one: ShellNode) -> None:
    """The size is a multiple of the pieces that are read."""
    data, path = noise(5 * READ_PIECE), bytes(one.folder / "big")
    assert one.calls(lambda: one.channel().put(io.BytesIO(data), path)) == 81
    assert fetched(one, path) == data and len(one.scripts) == 81 + 5


def test_small_files(one: ShellNode) -> None:
    """One call each way; nothing of the files before is in the way. A thousand with the longest profile."""
    names = [one.folder / f"file {number}" for number in range(1000 if PROFILE == "long" else 25)]
    data = {path: noise(size % 300) for size, path in enumerate(names)}
    for path, content in data.items():
        one.channel().put(io.BytesIO(content), bytes(path))
    assert {path: path.read_bytes() for path in names} == data
    assert {path: fetched(one, bytes(path)) for path in names} == data
    assert len(one.scripts) == 2 * len(names)


def test_the_mode(node: ShellNode) -> None:
    """The user's umask decides; an existing file keeps its mode."""
    new, old = node.folder / "new", node.folder / "old"
    old.touch(mode=0o600)
    usual = os.umask(0o027)
    try:
        for path in (new, old):
            node.channel().put(io.BytesIO(b"x"), bytes(path))
    finally:
        os.umask(usual)
    assert (new.stat().st_mode & 0o777, old.stat().st_mode & 0o777) == (0o640, 0o600)


def test_a_cut_in_the_middle(one: ShellNode) -> None:
    """The file is not begun."""

    def cut(number: int) -> None:
        if number == 2:
            raise EndpointError("the line is cut")

    one.before = cut
    target = one.folder / "target"
    with pytest.raises(NodeUnreachableError, match="node 7 of environment shop was not reached: the line is cut"):
        one.channel().put(io.BytesIO(noise(150_000)), bytes(target))
    assert not target.exists()
    target.write_bytes(noise(3 * READ_PIECE))
    with pytest.raises(NodeUnreachableError, match="the line is cut"):
        one.scripts.clear()
        fetched(one, bytes(target))


def test_each_answer_is_lost(one: ShellNode) -> None:
    def lose(number: int) -> None:
        if number % 2:
            raise AnswerLostError("lost")

    one.after = lose
    target = one.folder / "target"
    one.channel().put(io.BytesIO(noise(150_000)), bytes(target))
    assert target.read_bytes() == noise(150_000) and len(one.scripts) == 8
    assert fetched(one, bytes(target)) == noise(150_000)


def test_a_damaged_piece(one: ShellNode) -> None:
    def damage(number: int) -> None:
        if number == 4:
            piece = next(one.base.glob("u-*/1"))
            piece.write_bytes(piece.read_bytes()[:-1])

    one.before = damage
    with pytest.raises(NodeFailureError, match=r"/target in node 7 of environment shop: .*gzip"):
        one.channel().put(io.BytesIO(noise(150_000)), bytes(one.folder / "target"))


def test_a_file_that_changes(one: ShellNode) -> None:
    target = one.folder / "target"
    target.write_bytes(noise(2 * READ_PIECE))
    for change in (noise(READ_PIECE), noise(2 * READ_PIECE)[:-1] + b"x"):

        def replace(number: int, change: bytes = change) -> None:
            if number == 2:
                target.write_bytes(change)

        one.before = replace
        one.scripts.clear()
        with pytest.raises(NodeFailureError, match="/target in node 7 of environment shop changed while it was read"):
            fetched(one, bytes(target))
        target.write_bytes(noise(2 * READ_PIECE))


def test_paths_that_do_not_exist(node: ShellNode) -> None:
    missing, folder = bytes(node.folder / "no" / "file"), bytes(node.folder)
    for path, put, read in (
        (missing, "(?i:nonexistent|no such file)", "(?i:no such file)"),
        (folder, "(?i:is a directory)", "is a directory"),
    ):
        with pytest.raises(NodeFailureError, match=f" in node 7 of environment shop: .*{put}"):
            node.channel().put(io.BytesIO(b"x"), path)
        with pytest.raises(NodeFailureError, match=read):
            fetched(node, path)
