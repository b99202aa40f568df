# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the connection leaves in a node, and who can see it."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands import scripts
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.answers import NodeUnreachableError
from tests.unit.plugin_utils.node_shell import ShellNode, seconds_until

SECRET = "s3cret-of-the-task"


def test_no_secret_in_processes_and_files_while_a_command_runs(one: ShellNode) -> None:
    seen: list[str] = []

    def look(number: int) -> None:
        if number == 2:
            data = base64.b64encode(SECRET.encode()).decode()[:-2]
            lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
            seen.extend(line.decode("utf-8", "replace") for line in lines)
            files = [path for path in one.base.rglob("*") if path.is_file()]
            assert files and not [path for path in files if SECRET.encode() in path.read_bytes()]
            assert not [
                line
                for line in seen
                if SECRET in line or data in line or scripts.inline(SECRET.encode()).inline in line
            ]
            (one.folder / "go").touch()

    one.before = look
    done = one.channel(window=0.2).run(
        f"# {SECRET}\nread -r x; while [ ! -e {one.folder}/go ]; do sleep 0.01; done; echo $x | wc -c".encode(),
        SECRET.encode() + b"\n",
    )
    assert done.out.strip() == str(len(SECRET) + 1).encode() and len(one.scripts) == 2
    assert [line for line in seen if ".paas_exec-" in line]


def test_results_are_removed(one: ShellNode) -> None:
    channel = one.channel()
    channel.run(b"echo 1")
    assert len(list(one.base.glob("c-*.*"))) == 1
    assert one.base.stat().st_mode & 0o077 == 0
    channel.run(b"echo 2")
    assert len(list(one.base.glob("c-*.*"))) == 1
    channel.clear()
    assert [path.name for path in one.base.iterdir()] == ["z"]


def test_a_running_command_is_not_cleared(one: ShellNode) -> None:
    def clear(number: int) -> None:
        if number == 2:
            other.clear()
            (one.folder / "go").touch()

    other = ShellNode(one.folder, one.shell).channel()
    one.before = clear
    assert (
        one.channel(window=0.1).run(f"while [ ! -e {one.folder}/go ]; do sleep 0.01; done; echo x".encode()).out
        == b"x\n"
    )


def test_old_files_are_removed(node: ShellNode) -> None:
    """By the process that the first command starts; its pauses take no time here."""
    node.channel().run(b"true")
    (finished,) = node.base.glob("c-*.*")
    names = {"k-old": 31, "k-new": 29, "u-old": 31, "c-dead.1": 6, "c-fresh.1": 0}
    for name, age in names.items():
        path = node.base / name
        path.mkdir() if name[0] in "cu" else path.touch()
        past = path.stat().st_mtime - age * 60
        os.utime(path, (past, past))
    os.utime(finished, (0, 0))
    link = next(path for path in node.base.iterdir() if path.is_symlink())
    os.utime(link, (0, 0), follow_symlinks=False)
    node.script(scripts.sweep("1" * 32))
    assert sorted(path.name for path in node.base.iterdir()) == ["c-fresh.1", "k-new", "z"]


def test_the_sweeper_ends_when_nothing_is_left(one: ShellNode, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = one.folder / "programs"
    programs.mkdir()
    (programs / "sleep").write_text("#!/bin/sh\n")
    (programs / "sleep").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    (one.base / "z").rmdir()
    channel = one.channel()
    channel.run(b"true")
    base = one.base
    assert (base / "z").is_dir()
    for path in base.iterdir():
        os.utime(path, (0, 0), follow_symlinks=False)
    seconds_until(lambda: not base.exists())


@pytest.mark.parametrize("kind", ["link", *(["owner"] if os.geteuid() == 0 else [])])
def test_a_directory_of_somebody_else(tmp_path: Path, kind: str) -> None:
    """It is not used: its owner could replace what runs. Only root can make one for another user."""
    node = ShellNode(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    if kind == "link":
        (tmp_path / f".paas_exec-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    else:
        (tmp_path / f".paas_exec-{os.getuid()}").mkdir()
        os.chown(node.base, 12345, 12345)
    with pytest.raises(NodeUnreachableError) as caught:
        node.channel().run(b"true")
    assert str(caught.value) == (
        f"{node.base} in node 7 of environment shop must be a directory of the user that runs commands; remove it if "
        "it is not, and check that /tmp is writable"
    )
    assert list((tmp_path / "elsewhere").iterdir()) == []
