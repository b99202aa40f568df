# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands in nodes: the small shell, answers set from outside, the form of the answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emulator_client import TOKEN, Client
from emulator_commands import DATABASE, ENV, FAILED, FIRST, NODES, SECOND, C, F, commands, execute, read, run, write
from emulator_process import ACCOUNT, started
from paas_emulator.services.exec.shell import HINT


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV, NODES)
    return bot


def test_the_answer(bot: Client) -> None:
    assert execute(bot, "echo hello") == {
        "result": 0,
        "responses": [{"nodeid": FIRST, "result": 0, "out": "hello", "errOut": ""}],
    }
    assert execute(bot, "echo oops >&2; echo seen; exit 3") == {
        "result": 4109,
        "source": "JEL",
        "error": FAILED,
        "responses": [
            {"nodeid": FIRST, "result": 4109, "out": "seen", "errOut": "oops", "error": FAILED, "exitStatus": 3}
        ],
    }
    assert [call["result"] for call in bot.journal()[-2:]] == [0, 4109]


def test_several_commands_and_parameters(bot: Client) -> None:
    given = [{"command": "echo", "params": "a b"}, {"command": "echo -n c"}, {"COMMAND": "echo d"}]
    answer = bot.call(C + "ExecCmdById", envName=ENV, nodeId=FIRST, commandList=json.dumps(given))
    assert answer["responses"][0]["out"] == "a b\ncd"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["echo one", "false", "echo two"], (0, "one\ntwo", "")),
        (["false", "echo $?"], (0, "1", "")),
        (["echo one", "cat /none"], (1, "one", "cat: /none: No such file or directory")),
        (["echo one", "exit 4", "echo two"], (4, "one", "")),
        (["echo one", "cat < a", "echo two"], (2, "one", "sh: syntax error: this shell does not know <" + HINT)),
    ],
)
def test_entries_are_joined_by_a_semicolon(bot: Client, lines: list[str], expected: tuple[int, str, str]) -> None:
    """As the manual says: one shell, where a failure does not keep the next command from running."""
    assert run(bot, *lines) == expected


def test_a_layer(bot: Client) -> None:
    write(bot, "/tmp/only", "x", SECOND)
    answer = bot.call(C + "ExecCmdByGroup", envName=ENV, nodeGroup="cp", commandList=commands("test -e /tmp/only"))
    assert (answer["result"], answer["error"]) == (4109, FAILED)
    assert [(row["nodeid"], row["result"]) for row in answer["responses"]] == [(FIRST, 4109), (SECOND, 0)]


@pytest.mark.parametrize("method", ["ExecCmdByType", "ExecCmd"])
def test_a_type(bot: Client, method: str) -> None:
    answer = bot.call(C + method, envName=ENV, nodeType="mysql8", commandList=commands("echo here"))
    assert answer["responses"] == [{"nodeid": DATABASE, "result": 0, "out": "here", "errOut": ""}]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("echo a   'b  c' \"d  e\" f\\ g", (0, "a b  c d  e f g", "")),
        ("echo $NAME ${NAME}s '$NAME' \"<$NAME>\" \\$NAME", (0, "the value the values $NAME <the value> $NAME", "")),
        ("echo a $EMPTY $NONE b", (0, "a b", "")),
        ('echo a "$EMPTY" b', (0, "a  b", "")),
        ("echo 'it'\"'\"'s' a=b # not this", (0, "it's a=b", "")),
        ('echo "a \\"b\\" \\$NAME \\n"', (0, 'a "b" $NAME \\n', "")),
        ("true && echo yes || echo no", (0, "yes", "")),
        ("false && echo yes || echo no", (0, "no", "")),
        ("false; echo $?", (0, "1", "")),
        ("echo one; echo two\necho three", (0, "one\ntwo\nthree", "")),
        ("true &&\n echo next", (0, "next", "")),
        ("exit 300; echo never", (44, "", "")),
        ("false; exit", (1, "", "")),
        ("sh -c 'echo $NAME; exit 4'", (4, "the value", "")),
        ("bash -c 'exit 1' || echo caught", (0, "caught", "")),
        ("eval 'echo a; false' || eval echo \"$?  b\"", (0, "a\n1 b", "")),
        ("eval 'exit 3'; echo never", (3, "", "")),
        ("eval; echo $?", (0, "0", "")),
        ('eval "echo \'a"; echo never', (2, "", "sh: syntax error: a quote is not closed: '" + HINT)),
        ("eval eval eval eval eval eval eval eval eval echo a", (2, "", "eval: too many in each other")),
        ("nginx -t", (127, "", "sh: nginx: command not found" + HINT)),
        ("'echo a'", (127, "", "sh: echo a: command not found" + HINT)),
        ("cat /etc/none", (1, "", "cat: /etc/none: No such file or directory")),
        ("cat /etc", (1, "", "cat: /etc: Is a directory")),
        ("mkdir -p /opt/a/b /opt/a && test -d /opt/a/b", (0, "", "")),
        ("ls /; echo $?", (0, "127", "sh: ls: command not found" + HINT)),
        ("sh script.sh", (127, "", "sh: sh: command not found" + HINT)),
        ("cat; cat -", (0, "", "")),
        ("mkdir /opt/a/b", (1, "", "mkdir: /opt/a/b: No such file or directory")),
        ("mkdir /etc", (1, "", "mkdir: /etc: File exists")),
        ("mkdir -p /etc && mkdir -v /x", (1, "", "mkdir: unknown option -- v")),
        ("touch /none/x", (1, "", "touch: /none/x: No such file or directory")),
        ("touch /etc && rm /etc", (1, "", "rm: /etc: Is a directory")),
        ("rm -r /etc", (1, "", "rm: Permission denied: /etc")),
        ("rm /none", (1, "", "rm: /none: No such file or directory")),
        ("rm -f /none; rm -f && mkdir -p /opt/a/b && rm -rf /opt/a && test ! -e /opt/a", (0, "", "")),
    ],
)
def test_lines(bot: Client, line: str, expected: tuple[int, str, str]) -> None:
    assert run(bot, line) == expected


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("-e /etc/app", 0),
        ("-f /etc/app", 0),
        ("-d /etc/app", 1),
        ("-d /etc", 0),
        ("-f /etc", 1),
        ("-e /none", 1),
        ("! -e /none", 0),
        ("! -e /etc", 1),
        ('-n "$NAME"', 0),
        ('-n "$NONE"', 1),
        ('-z "$NONE"', 0),
        ("-n $NONE", 0),
        ('"$NAME" = "the value"', 0),
        ('"$NAME" != "the value"', 1),
        ("1 -lt 2", 2),
    ],
)
def test_conditions(bot: Client, condition: str, status: int) -> None:
    write(bot, "/etc/app", "x")
    said = f"test: this condition is not known here: {condition}" if status == 2 else ""
    assert run(bot, f"test {condition}") == (status, "", said)


def test_redirections(bot: Client) -> None:
    assert run(bot, "echo one > /tmp/out", "echo two >> /tmp/out", "cat /tmp/out") == (0, "one\ntwo", "")
    assert run(bot, "echo three >/tmp/out") == (0, "", "")
    assert read(bot, "/tmp/out") == "three\n"
    assert run(bot, "cat /none 2>/tmp/error; cat /none 2>/dev/null; cat /none 2>&1") == (
        1,
        "cat: /none: No such file or directory",
        "",
    )
    assert read(bot, "/tmp/error") == "cat: /none: No such file or directory\n"
    assert run(bot, "cat /none >/tmp/both 2>&1; cat /none 2>>/tmp/both; > /tmp/new")[0] == 0
    assert read(bot, "/tmp/both") == "cat: /none: No such file or directory\n" * 2
    assert read(bot, "/tmp/new") == ""
    assert run(bot, "echo $NAME > '/tmp/a $b'")[0] == 0
    assert read(bot, "/tmp/a $b") == "the value\n"
    assert run(bot, "echo a2>/tmp/word") == (0, "", "")
    assert read(bot, "/tmp/word") == "a2\n"
    assert run(bot, "echo 'a'2>/tmp/word") == (0, "", "")
    assert read(bot, "/tmp/word") == "a2\n"
    assert run(bot, "echo x > /none/y") == (1, "", "sh: /none/y: No such file or directory")
    assert run(bot, "echo x > /etc || echo no") == (0, "no", "sh: /etc: Is a directory")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("| cat", "nothing stands before |"),
        ("true |", "nothing follows |"),
        ("true | | cat", "nothing stands before |"),
        ("sleep 1 &", "this shell does not know &"),
        ("echo $(date)", "this shell does not know ("),
        ('echo "$(date)"', "this shell does not know $ here"),
        ("echo `date`", "this shell does not know `"),
        ("rm /tmp/*", "this shell does not know *"),
        ("cat < /tmp/x", "this shell does not know <"),
        ("echo 'a", "a quote is not closed: '"),
        ('echo "a', 'a quote is not closed: "'),
        ("&& true", "nothing stands before &&"),
        ("true ||", "nothing follows ||"),
        ("true && ; true", "nothing follows &&"),
        ("echo >", "no file stands after >"),
        ("echo > > /tmp/x", "no file stands after >"),
    ],
)
def test_what_the_shell_cannot_read(bot: Client, line: str, problem: str) -> None:
    assert run(bot, f"touch /tmp/never; {line}" if not line.startswith("&&") else line) == (
        2,
        "",
        f"sh: syntax error: {problem}{HINT}",
    )
    assert run(bot, "test -e /tmp/never")[0] == 1


def test_shells_in_shells_end(bot: Client) -> None:
    line = "true"
    for _ in range(9):
        line = (
            f"sh -c '{line}'"
            if "'" not in line
            else "sh -c " + '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'
        )
    assert run(bot, line) == (2, "", "sh: too many in each other")


def test_variables_of_the_node(bot: Client) -> None:
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    assert run(bot, "echo $NAME $PATH") == (0, f"the value {path}", "")
    bot.call(C + "AddContainerEnvVars", envName=ENV, nodeGroup="cp", vars='{"NAME": "other"}')
    assert run(bot, "echo $NAME") == (0, "other", "")


def test_mounts_are_seen(bot: Client) -> None:
    write(bot, "/data/one", "1\n", DATABASE)
    where: dict[str, Any] = {
        "nodeGroup": "cp",
        "path": "/mnt/db",
        "sourcePath": "/data",
        "sourceNodeId": DATABASE,
        "readOnly": "true",
    }
    assert bot.call(F + "AddMountPointByGroup", envName=ENV, **where) == {"result": 0}
    assert run(bot, "cat /mnt/db/one; test -d /mnt/db") == (0, "1", "")
    assert run(bot, "echo 2 > /mnt/db/one") == (1, "", "sh: /mnt/db/one: Read-only file system")
    assert run(bot, "rm /mnt/db/one") == (1, "", "rm: Permission denied: /mnt/db/one")


@pytest.mark.parametrize(
    "given",
    ["[]", "{}", "echo a", '["echo a"]', '[{"params": "a"}]', '[{"command": " "}]', '[{"command": 1}]']
    + ['[{"command": "echo", "params": ["a"]}]'],
)
def test_bad_command_lists(bot: Client, given: str) -> None:
    answer = bot.call(C + "ExecCmdById", envName=ENV, nodeId=FIRST, commandList=given)
    assert answer == {"result": 3, "error": "invalid parameter [commandList]"}


def test_no_such_node_or_layer(bot: Client) -> None:
    assert execute(bot, "true", node=99)["error"] == "node or layer [99] not found"
    answer = bot.call(C + "ExecCmdByGroup", envName=ENV, nodeGroup="nope", commandList=commands("true"))
    assert answer["error"] == "node or layer [nope] not found"


def test_commands_want_a_running_environment(bot: Client) -> None:
    bot.call(C + "StopEnv", envName=ENV)
    refused = execute(bot, "true")
    assert (refused["result"], refused["responses"]) == (2212, [])  # recorded


# -- answers set from outside ---------------------------------------------------------------------------------------


def test_answers_set_from_outside(bot: Client) -> None:
    given: list[dict[str, Any]] = [
        {"command": "systemctl restart *", "errOut": "no such unit\n", "exitStatus": 5},
        {"command": "echo hello", "out": "scripted\n"},
        {"command": "systemctl *", "out": "active\n"},
    ]
    whole: dict[str, Any] = {"out": "", "errOut": "", "exitStatus": 0}
    put = {"commands": [{**whole, **row} for row in given]}
    assert bot.control("PUT", "commands", given) == put
    assert bot.control("GET", "commands") == put
    assert run(bot, "systemctl restart nginx") == (5, "", "no such unit")
    assert run(bot, "systemctl status", "echo hello", "echo hello you") == (0, "active\nscripted\nhello you", "")
    assert run(bot, "eval 'echo hello' && sh -c 'systemctl restart x' || echo $?") == (0, "scripted\n5", "no such unit")
    bot.control("PUT", "commands", [])
    assert run(bot, "echo hello") == (0, "hello", "")


def test_reset_forgets_them(bot: Client) -> None:
    bot.control("PUT", "commands", [{"command": "*"}])
    bot.control("POST", "reset")
    assert bot.control("GET", "commands") == {"commands": []}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "commands must be a list"),
        (["ls"], "command 1: command must be a non-empty text, a shell pattern such as 'systemctl *'"),
        ([{"command": ""}], "command 1: command must be a non-empty text, a shell pattern such as 'systemctl *'"),
        (
            [{"command": "a"}, {"command": "a", "status": 1}],
            "command 2: unknown member 'status' (there are: command, out, errOut, exitStatus)",
        ),
        ([{"command": "a", "out": 1}], "command 1: out must be a text"),
        ([{"command": "a", "exitStatus": 256}], "command 1: exitStatus must be a number from 0 to 255"),
        ([{"command": "a", "exitStatus": True}], "command 1: exitStatus must be a number from 0 to 255"),
    ],
)
def test_bad_answers(bot: Client, body: Any, problem: str) -> None:
    response = bot.raw_control("PUT", "commands", body)
    assert (response.status_code, response.json()) == (400, {"error": problem})


def test_what_a_failed_command_did_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with started("--state", str(state), "--account", ACCOUNT) as (_, url):
        client = Client(url, TOKEN)
        client.create(ENV, NODES)
        assert run(client, "echo kept > /tmp/x; false")[0] == 1
    with started("--state", str(state), "--account", ACCOUNT) as (_, url):
        assert read(Client(url, TOKEN), "/tmp/x") == "kept\n"
