# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands of the connection, in real shells: run once, whole, and without traces."""

from __future__ import annotations

import base64
import hashlib
import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import AnswerLostError
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands import scripts
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.answers import (
    Completed,
    NodeFailureError,
    NodeUnreachableError,
    read_answer,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.scripts import LONGEST_SCRIPT
from tests.unit.plugin_utils.node_shell import ShellNode, seconds_until

# Prompts for a password as sudo does, then hands on its input.
ASK = (
    "printf 'Password: ' >&2; read -r word; if [ \"$word\" != 'right one' ]; then echo 'Sorry.' >&2; "
    "printf 'Password: ' >&2; read -r word; exit 1; fi; echo BECOME-SUCCESS-x; cat"
)


def noise(size: int) -> bytes:
    """Bytes that no compression shortens, the same each time."""
    return random.Random(size).randbytes(size)


def module(size: int = 180_000) -> bytes:
    """The input of Python for a module: an archive in base64 within a program."""
    return b"program = '" + base64.b64encode(b"PK\x03\x04" + noise(size)) + b"'\nargs = 1\n"


# -- what commands get and give ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "given", "expected"),
    [
        (b"echo out; echo wrong >&2; exit 3", b"", Completed(3, b"out\n", b"wrong\n")),
        (b"cat", bytes(range(256)), Completed(0, bytes(range(256)), b"")),
        (b"cat; printf '\\n\\n'", b"", Completed(0, b"\n\n", b"")),
        ("printf %s 'ü \"x\" `$y` \\\\'".encode(), b"", Completed(0, 'ü "x" `$y` \\\\'.encode(), b"")),
        (b"printf 'a\\377'", b"", Completed(0, b"a\xff", b"")),
        (b'cat <<E\npaas_exec x done 0\n{"rc": 1}\nE', b"", Completed(0, b'paas_exec x done 0\n{"rc": 1}\n', b"")),
        (b"umask; pwd | sed 's|.*/||' | wc -l", b"", Completed(0, b"0027\n1\n", b"")),
        (b"echo ${b-unset}${p-unset}${r-unset}", b"", Completed(0, b"unsetunsetunset\n", b"")),
        (b"wc -c", noise(200_000), Completed(0, b"200000\n", b"")),
        (b"# " + noise(100_000).hex().encode() + b"\necho long", b"", Completed(0, b"long\n", b"")),
    ],
    ids=[
        "streams",
        "input",
        "line ends",
        "unicode",
        "bytes",
        "false answer",
        "umask",
        "variables",
        "long input",
        "long",
    ],
)
def test_commands(node: ShellNode, command: bytes, given: bytes, expected: Completed) -> None:
    usual = os.umask(0o027)
    try:
        done = node.channel().run(command, given)
    finally:
        os.umask(usual)
    # Programs of busybox pad numbers in another way.
    assert Completed(done.status, done.out.replace(b" 0027", b"0027"), done.error) == expected
    assert all(len(script) <= LONGEST_SCRIPT for script in node.scripts)


def test_a_command_is_one_call_as_a_user(one: ShellNode) -> None:
    channel = one.channel(user="root", directory=str(one.folder / "it's"))
    (one.folder / "it's").mkdir()
    assert channel.run(b"pwd").out == f"{one.folder}/it's\n".encode()
    sent = {name: one.fields[0][name] for name in ("envName", "nodeId", "userName", "sayYes", "session")}
    assert sent == {
        "envName": "shop",
        "nodeId": "7",
        "userName": "root",
        "sayYes": "false",
        "session": "the-token",
    }
    assert len(one.fields) == 1


def test_a_directory_that_does_not_exist(one: ShellNode) -> None:
    done = one.channel(directory="/nowhere").run(b"echo ran")
    assert (done.status != 0, done.out) == (True, b"") and b"/nowhere" in done.error


def test_output_that_the_platform_cuts_off(one: ShellNode) -> None:
    """The rest is read from the node."""

    def cut(answer: dict[str, Any]) -> dict[str, Any]:
        if "wc -c" not in one.scripts[-1]:
            answer["responses"][0]["out"] = answer["responses"][0]["out"][:2000]
        return answer

    one.answer = cut
    data = noise(3_000_000)
    (one.folder / "data").write_bytes(data)
    done = one.channel().run(f"cat {one.folder}/data; echo wrong >&2".encode())
    assert (done.status, done.out == data, done.error) == (0, True, b"wrong\n")


def test_a_greeting_of_the_shell(one: ShellNode) -> None:
    def greet(answer: dict[str, Any]) -> dict[str, Any]:
        answer["responses"][0]["out"] = "Welcome!\n" + answer["responses"][0]["out"]
        return answer

    one.answer = greet
    assert one.channel().run(b"echo fine").out == b"fine\n"


# -- once, and to the end ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arrives", [True, False])
def test_a_lost_answer(node: ShellNode, arrives: bool) -> None:
    """The call is sent again; the command runs once."""

    def lose(number: int) -> None:
        if number == 1:
            raise AnswerLostError("cut")

    node.after, node.before = (lose, node.before) if arrives else (node.after, lose)
    log = node.folder / "log"
    assert node.channel().run(f"echo ran >>{log}; cat".encode(), b"input").out == b"input"
    assert (log.read_text(), len(node.scripts)) == ("ran\n", 2)


def test_a_call_that_arrives_late(one: ShellNode) -> None:
    """It finds that its command ran, even after the results were removed."""
    channel, log = one.channel(), one.folder / "log"
    channel.run(f"echo ran >>{log}".encode())
    channel.run(b"true")
    late = one.script(one.scripts[0])
    assert late["responses"][0]["out"].endswith(" gone") and log.read_text() == "ran\n"


def test_calls_that_arrive_at_once(one: ShellNode) -> None:
    """One of them starts the command, and all bring its result."""
    command = scripts.Command(text=scripts.inline(f"echo ran >>{one.folder}/log; echo fine".encode()))
    script = scripts.start("1" * 32, command, 20)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one.script, [script] * 8))
    assert {read_answer(answer, "1" * 32).blocks["done"] for answer in answers} == {b"fine\n"}
    assert (one.folder / "log").read_text() == "ran\n"
    assert len(list(one.base.glob("c-*.*"))) == 1


def test_a_long_command(node: ShellNode) -> None:
    """It is waited for by several calls, and its output is that of one."""
    node.before = lambda number: (node.folder / "go").touch() if number == 3 else None
    channel = node.channel(window=0.2)
    done = channel.run(f"echo begun; while [ ! -e {node.folder}/go ]; do sleep 0.01; done; echo ended".encode())
    assert (done.out, len(node.scripts)) == (b"begun\nended\n", 3)
    assert len(node.scripts[1]) < 1500


def test_a_time_out_of_the_platform(one: ShellNode) -> None:
    """4132 is no end of the command."""
    number = iter(range(9))
    one.answer = lambda answer: {"result": 4132, "error": "timed out"} if next(number) == 0 else answer
    assert one.channel().run(b"echo once").out == b"once\n"
    assert len(one.scripts) == 2


def test_a_command_that_does_not_end(node: ShellNode) -> None:
    channel = node.channel(window=0.1, limit=0.3)
    pid = node.folder / "pid"
    with pytest.raises(NodeFailureError) as caught:
        channel.run(f"sh -c 'echo $$ >{pid}; while :; do sleep 0.01; done'".encode())
    assert str(caught.value) == (
        "the command in node 7 of environment shop did not end within 0.3 seconds and was ended; raise command_timeout "
        "(ansible_paas_command_timeout), or use async"
    )
    seconds_until(lambda: not Path(f"/proc/{pid.read_text().strip()}").exists())
    assert list(node.base.glob("c-*.*")) == []


def test_a_command_that_is_killed(one: ShellNode) -> None:

    def kill(number: int) -> None:
        if number == 2:
            subprocess.run(["sh", "-c", f"kill -9 -$(cat {one.base}/c-*.*/g)"], check=True)

    one.before = kill
    with pytest.raises(NodeFailureError, match="was ended from outside, for instance by a restart"):
        one.channel(window=0.2).run(b"while :; do sleep 0.01; done")


def test_background_processes_keep_nobody_waiting(one: ShellNode) -> None:
    done = one.channel().run(
        f"(while [ ! -e {one.folder}/go ]; do sleep 0.01; done; touch {one.folder}/late) & echo begun".encode()
    )
    assert done.out == b"begun\n"
    (one.folder / "go").touch()
    seconds_until((one.folder / "late").exists)


# -- modules ----------------------------------------------------------------------------------------------------------


def test_the_constant_part_of_a_module_is_sent_once(node: ShellNode) -> None:
    kept: set[str] = set()
    first, second = module(), module().replace(b"args = 1", b"args = 2")
    sums = [hashlib.sha256(given).hexdigest().encode() for given in (first, second)]
    channel = node.channel(kept=kept)
    assert channel.run(b"sha256sum | cut -c -64", first).out.strip() == sums[0]
    assert (len(node.scripts), len(kept)) == (3, 1)
    other = node.channel(kept=kept)
    assert other.run(b"sha256sum | cut -c -64", second).out.strip() == sums[1]
    assert len(node.scripts) == 4 and len(node.scripts[3]) < 4000
    # Another run, which knows nothing, asks by its first call.
    assert node.channel().run(b"sha256sum | cut -c -64", second).out.strip() == sums[1]
    assert len(node.scripts) == 6
    # The node was created anew.
    (kept_file,) = node.base.glob("k-*")
    kept_file.unlink()
    assert other.run(b"sha256sum | cut -c -64", first).out.strip() == sums[0]
    assert len(node.scripts) == 6 + 1 + 3
    assert all(len(script) <= LONGEST_SCRIPT for script in node.scripts) and list(node.base.glob("u-*")) == []


def test_a_damaged_part_is_not_used(one: ShellNode) -> None:
    def damage(number: int) -> None:
        if number == 3:
            piece = next(one.base.glob("u-*/0"))
            piece.write_bytes(piece.read_bytes()[:-1] + b"x")

    one.before = damage
    with pytest.raises(NodeUnreachableError, match="did not run the script of the connection"):
        one.channel().run(b"cat", module())
    assert list(one.base.glob("k-*")) == []


# -- become -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "password", "expected"),
    [
        (ASK, "right one", Completed(0, b"BECOME-SUCCESS-x\ninput\n", b"Password: ")),
        (ASK, "wrong", Completed(1, b"", b"Password: Sorry.\nPassword: ")),
        ("echo BECOME-SUCCESS-x; cat", "right one", Completed(0, b"BECOME-SUCCESS-x\ninput\n", b"")),
        ("echo no such user >&2; exit 1", "right one", Completed(1, b"", b"no such user\n")),
    ],
    ids=["asked", "refused", "not asked", "failed"],
)
def test_become_passwords(node: ShellNode, command: str, password: str, expected: Completed) -> None:
    """The password goes to a program that asks for it, and never to the command."""
    assert (
        node.channel(limit=20.0).run(command.encode(), b"input\n", (password.encode(), "BECOME-SUCCESS-x")) == expected
    )
    assert list(node.base.glob("c-*/q")) == []
