# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands in nodes: exact calls, when they run, what they give, and that they are never sent twice."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from paas_emulator.statuses import Status

from ansible_collections.inet.elastic.plugins.module_utils._resources.exec import Exec
from tests.unit.resources.watched_platform import WatchedPlatform

GROUP: dict[str, Any] = {"environment": "my-shop", "node_group": "cp"}


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with an environment of two nodes in a layer."""
    watched = WatchedPlatform()
    watched.call(
        "environment.control.CreateEnvironment",
        env={"shortdomain": "my-shop"},
        nodes=[{"nodeGroup": "cp", "nodeType": "nginx", "count": 2, "flexibleCloudlets": 4}],
    )
    watched.writes()
    yield watched
    watched.end()


def script(platform: WatchedPlatform, *rows: dict[str, Any]) -> None:
    """What commands answer."""
    platform.platform.commands.replace(list(rows))


def test_one_command_in_a_layer(platform: WatchedPlatform) -> None:
    result = platform.run(Exec(), **GROUP, command="echo done")
    commands = [{"command": "echo done", "params": ""}]
    assert [
        (method, {**fields, "commandList": json.loads(fields["commandList"])}) for method, fields in platform.sent
    ] == [("execcmdbygroup", {"envName": "my-shop", "nodeGroup": "cp", "commandList": commands, "sayYes": "false"})]
    assert (result["changed"], result["rc"], result["stdout"], result["stderr"]) == (True, 0, "done", "")
    assert result["node_results"] == [
        {"node_id": number, "rc": 0, "stdout": "done", "stderr": ""} for number in (20001, 20002)
    ]
    assert result["skipped_because"] is None


def test_several_commands_in_a_node(platform: WatchedPlatform) -> None:
    result = platform.run(Exec(), environment="My-Shop ", node_id=20002, commands=["echo a", "echo b"], say_yes=True)
    ((method, fields),) = platform.sent
    assert method == "execcmdbyid"
    assert (fields["nodeId"], fields["sayYes"], fields["envName"]) == ("20002", "true", "my-shop")
    assert json.loads(fields["commandList"]) == [
        {"command": "eval 'echo a'; sh -c \"exit $?\" && eval 'echo b'", "params": ""}
    ]
    assert (result["rc"], result["stdout_lines"]) == (0, ["a", "b"])


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        (["echo one", "(exit 3)", "echo never"], (3, "one\n")),
        (["echo one", "exit 4", "echo never"], (4, "one\n")),
        (["false; true", "echo next"], (0, "next\n")),
        (["false || true", "echo next"], (0, "next\n")),
        (["true && false", "echo never"], (1, "")),
        (["echo one # && exit 1", "echo next"], (0, "one\nnext\n")),
        (["echo one\n\n", "echo next\n"], (0, "one\nnext\n")),
        (["cat <<END\n$HOME ' \"\nEND", "echo next"], (0, "/node ' \"\nnext\n")),
        (["printf %s one\\", "echo next"], (0, "one\\next\n")),
        (["sleep 0 &", "echo next"], (0, "next\n")),
        (['cd /usr; A="it\'s"', 'pwd; echo "$A"'], (0, "/usr\nit's\n")),
        (["set -e\nfalse\necho never", "echo never"], (1, "")),
        (["echo one", "set -e\nfalse\necho never"], (1, "one\n")),
        (["} ; echo never; {", "echo never"], (2, "")),
        (["echo 'never", "echo never"], (2, "")),
        (["f() { return 7; }", "f", "echo never"], (7, "")),
        (["exit 0", "echo never"], (0, "")),
    ],
)
@pytest.mark.parametrize("form", ["{}", "yes | ({})"])
def test_each_command_keeps_its_meaning(
    platform: WatchedPlatform, commands: list[str], expected: tuple[int, str], form: str
) -> None:
    """In a real shell, alone and as the platform's manual wraps an entry, up to the first command that fails."""
    platform.answers["execcmdbygroup"] = {"result": 0, "responses": [{"nodeid": 20001, "result": 0, "out": ""}]}
    platform.run(Exec(), **GROUP, commands=commands)
    (entry,) = json.loads(platform.sent[0][1]["commandList"])
    line = form.format(entry["command"])
    done = subprocess.run(
        ["sh", "-c", line], env={"HOME": "/node", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == expected


def test_time(platform: WatchedPlatform) -> None:
    """The commands have their own time, looking has the usual one."""
    platform.run(Exec(), **GROUP, command="echo", creates="/nothing", wait_timeout=900)
    assert list(zip(platform.methods, platform.timeouts, strict=True)) == [("getlist", 60), ("execcmdbygroup", 900)]
    platform.run(Exec(), **GROUP, command="echo", wait_timeout=9)
    assert platform.timeouts == [60]


@pytest.mark.parametrize("exists", [True, False])
def test_a_directory(platform: WatchedPlatform, tmp_path: Path, exists: bool) -> None:
    """In a real shell: all commands run in it, and without it none runs."""
    directory = tmp_path / "it's here"
    if exists:
        directory.mkdir()
    platform.answers["execcmdbygroup"] = {"result": 0, "responses": [{"nodeid": 20001, "result": 0, "out": ""}]}
    result = platform.run(Exec(), **GROUP, commands=["echo one", "pwd"], chdir=f"{directory}/")
    (entry,) = json.loads(platform.sent[0][1]["commandList"])
    done = subprocess.run(["sh", "-c", entry["command"]], capture_output=True, text=True)
    assert (done.returncode == 0, done.stdout) == (exists, f"one\n{directory}\n" if exists else "")
    assert result["steps"] == ["run 2 command(s) in layer cp of environment 'my-shop'"]


def test_check_mode(platform: WatchedPlatform) -> None:
    """Runs nothing, and gives what is known: nothing."""
    result = platform.run(Exec(), check=True, **GROUP, command="touch /tmp/x")
    assert (result["changed"], platform.sent) == (True, [])
    names = ("rc", "stdout", "stdout_lines", "stderr", "node_results", "skipped_because")
    assert {name: result[name] for name in names} == {**dict.fromkeys(names), "rc": 0}


@pytest.mark.parametrize(
    ("given", "runs", "why"),
    [
        ({"creates": "/etc"}, False, "/etc exists"),
        ({"creates": "/etc/"}, False, "/etc exists"),
        ({"creates": "/tmp/marker"}, False, "/tmp/marker exists"),
        ({"creates": "/tmp/other"}, True, None),
        ({"removes": "/tmp/other"}, False, "/tmp/other does not exist"),
        ({"removes": "/tmp/marker"}, True, None),
        ({"creates": "/tmp/other", "removes": "/tmp/marker"}, True, None),
        ({"creates": "/tmp/other", "removes": "/tmp/none"}, False, "/tmp/none does not exist"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("where", [GROUP, {"environment": "my-shop", "node_id": 20001}], ids=["layer", "node"])
def test_paths_decide(
    platform: WatchedPlatform, where: dict[str, Any], check: bool, given: dict[str, str], runs: bool, why: str | None
) -> None:
    """By calls that only read, in check mode too."""
    platform.run(Exec(), environment="my-shop", node_id=20001, command="touch /tmp/marker")
    platform.writes()
    result = platform.run(Exec(), check=check, **where, command="echo", **given)
    assert (result["changed"], result["skipped_because"]) == (runs, why)
    assert len(platform.writes()) == int(runs and not check)
    looked = [fields for method, fields in platform.sent if method == "getlist"]
    assert looked
    assert all(fields.get("nodeGroup") == where.get("node_group") for fields in looked)


def test_a_failing_command(platform: WatchedPlatform) -> None:
    script(platform, {"command": "make *", "out": "at work\n", "errOut": "no rule", "exitStatus": 2})
    result = platform.fails(Exec(), **GROUP, commands=["echo before", "make all", "echo after"])
    assert (
        result["msg"]
        == "the command failed in node 20001 with 2, node 20002 with 2; see stdout and stderr of the result"
    )
    assert (result["rc"], result["stdout"], result["stderr"]) == (2, "before\nat work", "no rule")
    assert (result["changed"], len(result["node_results"]), result["failure"]["code"]) == (True, 2, 4109)


@pytest.mark.parametrize("outer", [0, 4109])
def test_one_node_of_two_fails(platform: WatchedPlatform, outer: int) -> None:
    """Also where the platform says success for the whole; without an exit status, failing is 1."""
    rows = [
        {"nodeid": 20001, "result": 0, "out": "fine", "errOut": ""},
        {"nodeid": 20002, "result": 4109, "out": "", "errOut": "boom"},
    ]
    platform.answers["execcmdbygroup"] = {"result": outer, "error": "The operation", "responses": rows}
    result = platform.fails(Exec(), **GROUP, command="make")
    assert result["msg"] == "the command failed in node 20002 with 1; see stdout and stderr of the result"
    assert (result["rc"], result["stderr"], result["node_results"][0]["rc"]) == (1, "boom", 0)


def test_commands_that_were_refused(platform: WatchedPlatform) -> None:
    """Not run, so nothing is changed."""
    platform.call("environment.control.StopEnv", envName="my-shop")
    result = platform.fails(Exec(), **GROUP, command="echo")
    assert (result["failure"]["code"], result["changed"], "rc" in result) == (2212, False, False)


def busy(platform: WatchedPlatform) -> None:
    """An operation is running, until a client pauses."""
    environment = platform.platform.store.environments["my-shop"]
    environment.status = Status.UPDATING

    def pause(seconds: float) -> None:
        environment.status = Status.RUNNING

    platform.time.pause = pause


@pytest.mark.parametrize(
    ("given", "calls"),
    [
        ({}, ["execcmdbygroup", "getenvinfo", "getenvinfo", "execcmdbygroup"]),
        ({"creates": "/none"}, ["getlist", "getenvinfo", "getenvinfo", "getlist", "execcmdbygroup"]),
    ],
)
def test_a_busy_environment(platform: WatchedPlatform, given: dict[str, Any], calls: list[str]) -> None:
    """The platform refuses before anything ran, so the task waits and sends the commands."""
    busy(platform)
    result = platform.run(Exec(), **GROUP, command="echo done", **given)
    assert (result["stdout"], platform.methods) == ("done", calls)


def test_a_busy_environment_for_too_long(platform: WatchedPlatform) -> None:
    busy(platform)
    moments = iter(range(0, 10_000, 7))
    platform.time.monotonic = lambda: next(moments)
    platform.time.pause = lambda seconds: None
    result = platform.fails(Exec(), **GROUP, command="echo done", wait_timeout=30)
    assert result["failure"]["kind"] == "wait_timeout"
    assert "environment 'my-shop' is still updating after waiting" in result["msg"]
    assert platform.methods.count("execcmdbygroup") == 1


def test_a_busy_environment_that_shows_no_operation(platform: WatchedPlatform) -> None:
    """It may have ended between the two calls, so the commands are sent once more."""
    platform.answers["execcmdbygroup"] = {"result": 2212, "error": "busy"}
    result = platform.fails(Exec(), **GROUP, command="echo")
    assert (result["failure"]["code"], result["failure"]["method"]) == (2212, "environment.control.ExecCmdByGroup")
    assert platform.methods.count("execcmdbygroup") == 2


@pytest.mark.parametrize("code", [2212, 1])
def test_a_refusal_after_commands_ran_in_a_node(platform: WatchedPlatform, code: int) -> None:
    """It is never sent again."""
    rows = [{"nodeid": 20001, "result": 0, "out": "fine", "errOut": ""}]
    platform.answers["execcmdbygroup"] = {"result": code, "error": "busy", "responses": rows}
    result = platform.fails(Exec(), **GROUP, command="make")
    assert (result["failure"]["code"], result["changed"], platform.methods) == (code, True, ["execcmdbygroup"])


@pytest.mark.parametrize(
    ("given", "output"),
    [
        ({"stdin": "a b", "command": "cat"}, "a b\n"),
        ({"stdin": "a b", "command": "cat", "stdin_add_newline": False}, "a b"),
        ({"stdin": "", "command": "cat", "stdin_add_newline": False}, ""),
        ({"stdin": "it's $HOME\n%s \\n", "command": "cat"}, "it's $HOME\n%s \\n\n"),
        ({"stdin": "one\ntwo", "commands": ["read A", 'read B; echo "$B $A"']}, "two one\n"),
        ({"stdin": "one", "commands": ["false", "cat"]}, ""),
        ({"stdin": "x" * 70_000, "command": "echo done # not read"}, "done\n"),
        ({"stdin": "one", "command": "pwd; cat", "chdir": "/usr"}, "/usr\none\n"),
        ({"argv": ["printf", "%s|", "a b", "$HOME", "it's", ""]}, "a b|$HOME|it's||"),
        ({"argv": ["cat"], "stdin": "one"}, "one\n"),
    ],
)
def test_standard_input_and_arguments(platform: WatchedPlatform, given: dict[str, Any], output: str) -> None:
    """In a real shell, alone and as the platform's manual wraps an entry."""
    platform.answers["execcmdbygroup"] = {"result": 0, "responses": [{"nodeid": 20001, "result": 0, "out": ""}]}
    result = platform.run(Exec(), **GROUP, **given)
    (entry,) = json.loads(platform.sent[0][1]["commandList"])
    for form in ("{}", "yes | ({})"):
        line = form.format(entry["command"])
        done = subprocess.run(["sh", "-c", line], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True)
        assert (done.stdout, done.stderr) == (output, "")
    assert result["steps"] == [f"run {len(given.get('commands', [0]))} command(s) in layer cp of environment 'my-shop'"]


@pytest.mark.parametrize("user", ["root", "app-user", "_www-data1"])
def test_user(platform: WatchedPlatform, user: str) -> None:
    platform.run(Exec(), **GROUP, command="echo", user=user)
    assert platform.sent[0][1]["userName"] == user
    platform.run(Exec(), **GROUP, command="echo")
    assert "userName" not in platform.sent[0][1]


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_lost_answer(platform: WatchedPlatform, cut: str) -> None:
    """Whether the commands ran cannot be seen."""
    platform.cuts["execcmdbygroup"] = cut
    result = platform.fails(Exec(), **GROUP, command="touch /tmp/x")
    assert platform.methods == ["execcmdbygroup"]
    assert result["failure"]["kind"] == "answer_lost"
    assert "whether the commands ran cannot be seen, so they were not sent again" in result["msg"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({**GROUP, "command": " "}, "command is empty"),
        ({**GROUP, "commands": []}, "command is empty"),
        ({**GROUP, "commands": ["a", ""]}, "command is empty"),
        ({**GROUP, "command": "a", "creates": "tmp/x"}, "creates: 'tmp/x' is not an absolute path; begin it with /"),
        ({**GROUP, "command": "a", "chdir": "x"}, "chdir: 'x' is not an absolute path; begin it with /"),
        ({**GROUP, "command": "a", "removes": "x"}, "removes: 'x' is not an absolute path; begin it with /"),
        ({**GROUP, "command": "a", "creates": "/tmp/../x"}, "creates: '/tmp/../x' has the segment '..'"),
        ({**GROUP, "command": "a", "removes": "/x/."}, "removes: '/x/.' has the segment '.'"),
        ({**GROUP, "command": "a", "removes": "/x "}, "removes: '/x ' has white space at its beginning or end"),
        ({**GROUP, "argv": []}, "argv is empty; give the program and its arguments"),
        ({**GROUP, "argv": ["", "x"]}, "argv is empty; give the program and its arguments"),
        ({**GROUP, "command": "a", "user": "a b"}, "user: 'a b' is not the name of a user"),
        ({**GROUP, "command": "a", "user": ""}, "user: '' is not the name of a user"),
        ({**GROUP, "command": "a", "stdin": "", "say_yes": True}, "give either stdin or say_yes, which makes"),
        (
            {**GROUP, "command": "a" * 98_001},
            "the commands, with stdin, have 98001 bytes, and a node takes at most 98000;",
        ),
        (
            {**GROUP, "command": "cat", "stdin": "ä" * 49_000},
            "bytes, and a node takes at most 98000; write a file with",
        ),
        ({**GROUP, "command": "a", "wait_timeout": 0}, "wait_timeout must be above 0"),
        ({**GROUP, "environment": "a b c d e", "command": "a"}, "is not a valid environment name"),
        ({**GROUP, "node_group": " ", "command": "a"}, "give node_group, the name of a layer, or node_id"),
    ],
)
def test_bad_input(platform: WatchedPlatform, given: dict[str, Any], says: str) -> None:
    """Refused before any call."""
    result = platform.fails(Exec(), **given)
    assert says in result["msg"]
    assert (result["failure"]["kind"], platform.sent) == ("input", [])
