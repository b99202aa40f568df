# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real commands in a sandbox, and ways out of it that must fail."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from emulator_client import PASSWORD, TOKEN, Client, wait_until
from emulator_process import ACCOUNT, started
from paas_emulator.cli import main
from paas_emulator.services.exec.sandbox import Sandbox, SandboxError

C, F = "environment.control.", "environment.file."
NAME = "hello-world"
NODES = [{"image": "example/app:1", "nodeGroup": "cp", "count": 2, "env": {"MODE": "a b"}}, {"nodeType": "mysql"}]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """An emulator with a sandbox, for all tests of this file."""
    with started("--account", ACCOUNT, "--exec", "sandbox") as (_, address):
        yield address


@pytest.fixture
def bot(url: str) -> Client:
    """With a fresh environment."""
    client = Client(url, TOKEN)
    client.control("POST", "reset")
    client.create(NAME, NODES)
    return client


def numbers(bot: Client) -> list[int]:
    """The nodes, in order."""
    return [node["id"] for node in bot.call(C + "GetEnvInfo", envName=NAME)["nodes"]]


def run(bot: Client, *commands: str, node: int = 0, **more: Any) -> dict[str, Any]:
    """What one node answers."""
    listed = json.dumps([{"command": command} for command in commands])
    answer = bot.call(C + "ExecCmdById", envName=NAME, nodeId=numbers(bot)[node], commandList=listed, **more)
    return dict(answer["responses"][0])


def read(bot: Client, path: str, layer: str = "cp") -> Any:
    """What a file holds, or the result of the refusal."""
    answer = bot.call(F + "Read", envName=NAME, nodeGroup=layer, path=path)
    return answer.get("body", answer["result"])


# -- commands -------------------------------------------------------------------------------------------------------


def test_real_commands(bot: Client) -> None:
    """In one shell, joined: `cd` carries over, the status is the last one's, an endless "y" is the input (read)."""
    assert run(bot, "cd /srv", "pwd | tr a-z A-Z", "false", "echo $MODE $(id -un) $((1+2))") == {
        "nodeid": numbers(bot)[0],
        "result": 0,
        "out": "/SRV\na b root 3",
        "errOut": "",
    }
    failed = run(bot, "echo wrong >&2; exit 7")
    assert (failed["result"], failed["exitStatus"], failed["errOut"]) == (4109, 7, "wrong")
    assert run(bot, "read a; echo $a")["out"] == "y"
    assert run(bot, "read a; echo =$a", sayYes="false")["out"] == "="
    assert run(bot, "cat <<'E'\nline # no comment\nE", "# comment", "echo end")["out"] == "line # no comment\nend"


def test_answers_that_were_set_come_first(bot: Client) -> None:
    bot.control("PUT", "commands", [{"command": "systemctl *", "out": "active"}])
    assert run(bot, "systemctl status app")["out"] == "active"


def test_users(bot: Client) -> None:
    """Root in containers, a restricted user in certified stacks, another one by `userName`."""
    assert run(bot, "id -u")["out"] == "0"
    if os.geteuid() == 0:
        assert run(bot, "id -u; echo $HOME", node=2)["out"] == "700\n/home/jelastic"
        assert run(bot, "id -u", node=2, userName="root")["out"] == "0"
        unknown = run(bot, "id -u", userName="nemo")
        assert (unknown["exitStatus"], unknown["errOut"]) == (1, "su: user nemo does not exist")


def test_files_are_the_same_for_commands_and_methods(bot: Client) -> None:
    bot.call(F + "Write", envName=NAME, nodeGroup="cp", path="/srv/app/in.txt", body="für alle\n")
    assert run(bot, "cat /srv/app/in.txt; wc -c </srv/app/in.txt")["out"] == "für alle\n10"
    run(bot, "echo made > /srv/app/out.txt; mkdir /srv/empty; rm /srv/app/in.txt")
    assert (read(bot, "/srv/app/out.txt"), read(bot, "/srv/app/in.txt")) == ("made\n", 4039)
    rows = bot.call(F + "GetList", envName=NAME, nodeGroup="cp", path="/srv")["directoryPathList"]
    assert [(row["name"], row["isDir"]) for row in rows] == [("app", True), ("empty", True)]
    bot.call(F + "Delete", envName=NAME, nodeGroup="cp", path="/srv/app")
    assert run(bot, "ls /srv")["out"] == "empty"


def test_background_processes_live_until_the_node_stops(bot: Client) -> None:
    run(bot, "(while [ ! -e /tmp/go ]; do sleep 0.01; done; echo late >/tmp/late) >/dev/null 2>&1 &")
    bot.call(F + "Write", envName=NAME, nodeGroup="cp", path="/tmp/go", body="")
    wait_until(lambda: read(bot, "/tmp/late") == "late\n")
    run(bot, "echo kept >/srv/kept; sleep 1000 >/dev/null 2>&1 & ")
    count = "ls /proc/[0-9]*/comm | xargs grep -l '^sleep$' 2>/dev/null | wc -l"
    assert run(bot, count)["out"] == "1"
    for step in ("StopEnv", "StartEnv"):
        assert bot.call(C + step, envName=NAME)["result"] == 0
    assert run(bot, count, "cat /srv/kept")["out"] == "0\nkept"


def test_nodes_know_each_other_and_see_nothing_of_each_other(bot: Client) -> None:
    first, second, _ = numbers(bot)
    assert f"node{second}-{NAME}.paas.example.com" in run(bot, "cat /etc/hosts")["out"]
    assert run(bot, "hostname")["out"] == f"node{first}-{NAME}.paas.example.com"
    run(bot, "echo secret >/srv/mine; sleep 1000 >/dev/null 2>&1 &")
    assert run(bot, "ls /srv; cat /proc/[0-9]*/comm | grep -c sleep", node=1)["out"] == "0"


def test_commands_of_packages(bot: Client) -> None:
    manifest = {
        "type": "update",
        "name": "x",
        "onInstall": {"cmd [cp]": "uname | tr A-Z a-z"},
        "success": "${response.out}",
    }
    answer = bot.call("marketplace.jps.Install", jps=json.dumps(manifest), envName=NAME)
    assert answer["successText"] == "linux"


def test_a_long_command_delays_no_other_call(bot: Client) -> None:
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run, Client(bot.url, TOKEN), "while [ ! -e /tmp/go ]; do sleep 0.01; done; echo gone on")
        wait_until(
            lambda: any(
                call["method"] == C + "ExecCmdById" and call["ms"] is None
                for call in bot.control("GET", "journal")["calls"]
            )
        )
        assert bot.call(C + "GetEnvs")["result"] == 0 and not running.done()
        run(bot, "touch /tmp/go")
        assert running.result()["out"] == "gone on"


# -- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("echo " + "x" * 98_299, "argument list too long"),
        ("head -c 400M /dev/zero >/tmp/big", ""),
        ("python3 -c 'b = bytearray(3 << 30)'", "MemoryError"),
        (
            'python3 -c "import os, select as s; [s.select([], [], [], 2) and os._exit(0)'
            ' for _ in range(400) if not os.fork()]"',
            "Resource temporarily unavailable",
        ),
    ],
    ids=["argument", "size", "memory", "processes"],
)
def test_limits(bot: Client, command: str, said: str) -> None:
    answer = run(bot, command)
    assert answer["exitStatus"] != 0 and said in answer["errOut"]
    assert run(bot, "echo fine")["out"] == "fine"


def test_the_longest_command(bot: Client) -> None:
    assert len(run(bot, "echo " + "x" * 98_298, sayYes="false")["out"]) == 98_298


def test_a_command_that_takes_too_long(bot: Client) -> None:
    bot.control("PUT", "switches", {"exec_timeout": 0.2})
    answer = run(bot, "echo begun; setsid sleep 1000 >/dev/null 2>&1 & while :; do sleep 0.01; done")
    assert (answer["result"], answer["errOut"]) == (4132, "execution timed out")
    bot.control("PUT", "switches", {"exec_timeout": None})
    assert run(bot, "cat /proc/[0-9]*/comm | grep -c sleep")["out"] == "1"


def test_the_log_of_the_agent(bot: Client) -> None:
    """Everybody in the node can read and write it."""
    run(bot, "echo out; echo wrong >&2", sayYes="false")
    shown = run(bot, "stat -c %a /var/log/jem.log; cat /var/log/jem.log", userName="jelastic")["out"]
    assert shown == "666\necho out; echo wrong >&2\nout\nwrong"


def test_a_flood_of_output(bot: Client) -> None:
    assert len(run(bot, "head -c 40M /dev/zero | tr '\\0' x")["out"]) == 16 * 1024 * 1024


# -- ways out -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "mount -o remount,rw,bind /usr",
        "touch /usr/made-by-a-sandbox",
        "mount -t tmpfs tmpfs /mnt",
        "umount /usr",
        "unshare -U true",
        "unshare -m true",
        "mknod /tmp/disk b 254 0",
        "chroot /proc/1/root true",
        "nsenter -t 1 -m true",
        "hostname other",
        "ls /old || ls /work || ls /host",
        "grep -q LOGNAME /proc/1/environ || grep -q PYTHON /proc/1/environ",
        "echo 1 >/proc/sys/kernel/panic",
        "echo c >/proc/sysrq-trigger",
        "dd if=/dev/vda of=/dev/null count=1 || dd if=/dev/sda of=/dev/null count=1",
        "kill -9 $PPID && [ $PPID -gt 1 ] && ls /proc/1/cwd/work",
    ],
)
def test_ways_out(bot: Client, command: str) -> None:
    assert run(bot, command, userName="root").get("exitStatus"), command
    assert not Path("/usr/made-by-a-sandbox").exists()


def test_the_control_port_is_out_of_reach(bot: Client) -> None:
    port = bot.url.rpartition(":")[2]
    refused = run(bot, f"exec 3<>/dev/tcp/127.0.0.1/{port}")
    assert refused["exitStatus"] != 0
    assert bot.control("GET", "health") == {"ok": True}


def test_only_the_processes_of_the_node_are_seen(bot: Client) -> None:
    seen = run(bot, "ls -d /proc/[0-9]* | wc -l")["out"]
    assert int(seen) < 12 < len(list(Path("/proc").glob("[0-9]*")))


def test_links_out_of_the_tree(bot: Client, tmp_path: Path) -> None:
    """Methods neither read nor write through a link that a command made."""
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    tmp_path.chmod(0o777)
    made = run(
        bot, f"ln -s {victim} /srv/file; ln -s {tmp_path} /srv/folder; ln -s /etc/shadow /srv/shadow; mkfifo /srv/pipe"
    )
    assert made["result"] == 0
    assert (read(bot, "/srv/file"), read(bot, "/srv/shadow"), read(bot, "/srv/pipe")) == (4039, 4039, 4039)
    for path in ("/srv/file", "/srv/folder/victim", "/srv/folder/new"):
        bot.call(F + "Write", envName=NAME, nodeGroup="cp", path=path, body="from inside")
    assert victim.read_text() == "untouched" and [item.name for item in tmp_path.iterdir()] == ["victim"]


# -- start and end --------------------------------------------------------------------------------------------------


def test_nothing_outlives_the_emulator() -> None:
    with started("--account", ACCOUNT, "--exec", "sandbox") as (process, url):
        client = Client(url, TOKEN)
        client.create(NAME, NODES)
        mark = f"sleep 98765.{process.pid}"
        run(client, f"{mark} >/dev/null 2>&1 &")
        assert running(mark)
        process.kill()
        process.wait()
        deadline = time.monotonic() + 10
        while running(mark) and time.monotonic() < deadline:
            pass
        assert not running(mark)


def running(text: str) -> bool:
    """Whether a process of this machine has that command line."""
    return any(text in command_line(path) for path in Path("/proc").glob("[0-9]*/cmdline"))


def test_a_deleted_environment_leaves_no_process(bot: Client) -> None:
    mark = f"sleep 87654.{os.getpid()}"
    run(bot, f"{mark} >/dev/null 2>&1 &")
    assert running(mark)
    assert bot.call(C + "DeleteEnv", envName=NAME, password=PASSWORD)["result"] == 0
    wait_until(lambda: not running(mark))


def test_a_room_that_was_killed_loses_no_files(bot: Client) -> None:
    """The next command gets a new one."""
    mark = f"sleep 76543.{os.getpid()}"
    run(bot, f"echo kept >/srv/kept; {mark} >/dev/null 2>&1 &")
    inside = next(path.parent for path in Path("/proc").glob("[0-9]*/cmdline") if mark.split()[1] in command_line(path))
    spaces = str((inside / "ns" / "pid").readlink())
    for first in Path("/proc").glob("[0-9]*"):
        if same_space(first, spaces) and re.search(r"(?m)^NSpid:.*\t1$", status(first)):
            os.kill(int(first.name), 9)
    wait_until(lambda: not running(mark))
    assert read(bot, "/srv/kept") == "kept\n"
    assert run(bot, "cat /srv/kept")["out"] == "kept"


def status(process: Path) -> str:
    """What the system says of a process; nothing if it is gone."""
    try:
        return (process / "status").read_text()
    except OSError:
        return ""


def same_space(process: Path, spaces: str) -> bool:
    """Whether a process is in a namespace of processes."""
    try:
        return str((process / "ns" / "pid").readlink()) == spaces
    except OSError:
        return False


def command_line(path: Path) -> str:
    """Of a process; nothing if it is gone."""
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def test_never_with_other_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("--exec", "sandbox", "--allow-remote", "--port", "0")) == 2
    said = capsys.readouterr().err
    assert said == (
        "paas-emulator: --exec sandbox and --allow-remote do not go together: others could run programs on this "
        "machine\n"
    )


def test_a_machine_that_refuses(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise SandboxError("Operation not permitted")

    monkeypatch.setattr(Sandbox, "check", refuse)
    assert main(("--exec", "sandbox", "--port", "0")) == 2
    assert capsys.readouterr().err == (
        "paas-emulator: --exec sandbox is not possible here: Operation not permitted; it needs Linux namespaces and "
        "util-linux, leave it out\n"
    )
