# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection ``inet.elastic.paas_exec`` as playbooks use it, against nodes that run real commands."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.leak_scan import leaks
from tests.integration.nodes import EXEC, Nodes, created_nodes
from tests.integration.plugins.become.asking import PROGRAM
from tests.integration.support import Account, Emulator, Player, Run, running
from tests.secrets_search import found_in

A = "ansible.builtin."
UNICODE = "汉语 ü"
SECRET = "the-secret-of-a-task-7c1f"
WORD = "the-word-of-become-93be"
WORD_HASH = "$6$ofthenode$PACv1tXRooE4JVMCQ7PKclpnZAQaN5N.RemeTABGGPbgJ19y4yS/gqO0l9vyz/5mFTVqywZG1OQ7JFcGqjQEH1"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Emulator]:
    """An emulator whose nodes run real commands."""
    with running(Account.made_up("user"), Account.made_up("other"), "--exec", "sandbox") as emulator:
        yield emulator


@pytest.fixture
def nodes(sandbox: Emulator, tmp_path: Path) -> Nodes:
    """One node; playbooks for it run at the highest verbosity."""
    sandbox.reset()
    return created_nodes(sandbox, Player(tmp_path, sandbox.url, None))


def problems(run: Run) -> dict[str, Any]:
    """The messages of failed tasks."""
    return {name: result.get("msg") for name, result in run.results if result["failed"]}


def test_the_scenario_of_core(nodes: Nodes) -> None:
    """The tasks of ansible-core's own test of connections: Unicode in commands, names and contents, in both directions.

    Beside it: streams, status, bytes, sizes, async, another working directory, no pipelining, reset.
    """
    big = random.Random(5).randbytes(2**20)
    sources = {"empty": b"", "one": b"\xff", "big": big, UNICODE: UNICODE.encode()}
    for name, data in sources.items():
        (nodes.player.folder / name).write_bytes(data)
    remote = f"/tmp/test-{UNICODE}"
    transfers = [
        task
        for name in sources
        for task in (
            {"name": f"copy {name}", A + "copy": {"src": name, "dest": f"{remote}/{name}"}},
            {"name": f"fetch {name}", A + "fetch": {"src": f"{remote}/{name}", "dest": f"back/{name}", "flat": True}},
        )
    ]
    strange = (
        "printf 'a\\377' >/srv/$(printf 'n\\377'); ls /srv | od -An -c | tr -d ' '; printf 'b\\377\\n\\n' >&2; exit 3"
    )
    tasks: list[dict[str, Any]] = [
        {"name": "raw", A + "raw": f"echo {UNICODE}"},
        {"name": "directory", A + "file": {"path": remote, "state": "directory"}},
        *transfers,
        {"name": "sums", A + "shell": f"cd '{remote}' && sha256sum big one empty | cut -c -64; stat -c '%a %U' big"},
        {"name": "streams", A + "raw": strange, "failed_when": False},
        {"name": "input", A + "raw": "cat; echo $?"},
        {"name": "async", A + "command": "echo in the background", "async": 20, "poll": 1},
        {"name": "directory of work", A + "raw": "pwd", "vars": {"ansible_paas_working_directory": "/srv"}},
        {"name": "other user", A + "raw": "id -un", "remote_user": "jelastic", "vars": {"ansible_user": "jelastic"}},
        {"name": "script", A + "script": "s.sh ü"},
        {"name": "without pipelining", A + "command": "echo file", "vars": {"ansible_pipelining": False}},
        {"name": "remove", A + "file": {"path": remote, "state": "absent"}},
        {"name": "wait", A + "wait_for_connection": {"timeout": 20}},
        {"name": "reset", A + "meta": "reset_connection"},
    ]
    (nodes.player.folder / "s.sh").write_text('#!/bin/sh\necho "got $1"\n')
    run = nodes.play(tasks)
    assert (run.code, problems(run)) == (0, {})
    assert run.result("raw")["stdout"] == f"{UNICODE}\n"
    for name, data in sources.items():
        assert (nodes.player.folder / "back" / name).read_bytes() == data, name
    sums = [hashlib.sha256(sources[name]).hexdigest() for name in ("big", "one", "empty")]
    assert run.result("sums")["stdout_lines"] == [*sums, "644 root"]
    streams = run.result("streams")
    assert (streams["rc"], streams["stdout"]) == (3, "n377\\n\n") and streams["stderr"].startswith("b")
    assert run.result("input")["stdout"] == "0\n"
    assert run.result("async")["stdout"] == "in the background"
    assert run.result("directory of work")["stdout"] == "/srv\n"
    assert run.result("other user")["stdout"] == "jelastic\n"
    assert run.result("script")["stdout"] == "got ü\n"
    assert run.result("without pipelining")["stdout"] == "file"
    assert nodes.sh("ls -A /tmp/.paas_exec-0") == "z"


def test_become_and_secrets(nodes: Nodes) -> None:
    """With and without a password; neither it nor arguments of modules are anywhere but in the log of the agent."""
    tasks: list[dict[str, Any]] = [
        {"name": "program", A + "copy": {"content": PROGRAM, "dest": "/srv/asking", "mode": "0755"}, "become": False},
        {"name": "free", A + "command": "id -un"},
        {"name": "password", A + "copy": {"content": "{{ word }}", "dest": "/srv/word"}, "become": False},
        {"name": "asked", A + "command": "id -un", "vars": {"ansible_become_password": "{{ word }}"}},
        {
            "name": "argument",
            A + "shell": {"cmd": "cat >/dev/null; cat /proc/[0-9]*/cmdline >/srv/seen", "stdin": "{{ secret }}"},
            "become": False,
            "no_log": True,
        },
        {"name": "refused", A + "command": "id", "vars": {"ansible_become_password": "x"}, "ignore_errors": True},
        {"name": "reset", A + "meta": "reset_connection"},
    ]
    nodes.player.environment |= {"WORD": WORD, "SECRET": SECRET}
    variables = {name: f"{{{{ lookup('ansible.builtin.env', '{name.upper()}') }}}}" for name in ("word", "secret")}
    run = nodes.play(tasks, vars=variables, become=True, become_method="asking")
    assert list(problems(run)) == ["refused"]
    assert "become by asking was refused; check become_pass (ansible_become_password)" in problems(run)["refused"]
    assert run.result("free")["stdout"] == run.result("asked")["stdout"] == "nobody"
    account = nodes.emulator.account
    assert leaks(run, nodes.player.folder, [nodes.token, SECRET, account.password, account.token]) == []
    seen = nodes.sh("tr '\\0' '\\n' </srv/seen; rm /srv/word")
    assert "/tmp/.paas_exec-0/c-" in seen and found_in({"seen": seen}, [SECRET]) == []
    # What a process list shows of the connection is no data.
    assert max(map(len, seen.splitlines())) < 1000
    assert nodes.sh("grep -rl -e word-of-become -e secret-of-a-task /tmp /root /srv /var /home || true") == ""


def test_become_by_su(nodes: Nodes) -> None:
    """The real program, which asks for the password of the user: files are the user's, and a refusal is one line."""
    modules = ("auth required pam_unix.so", "account required pam_permit.so", "session required pam_permit.so")
    prepared = f"""
        mkdir -p /etc/pam.d && printf '%s\\n' '{"' '".join(modules)}' >/etc/pam.d/su
        echo bob:x:5000:5000::/tmp:/bin/sh >>/etc/passwd && echo bob:x:5000: >>/etc/group
        echo 'bob:{WORD_HASH}:19000:0:99999:7:::' >>/etc/shadow
    """
    none = {"ansible_become_exe": "/srv/sudo"}
    with_word: dict[str, Any] = {
        "become": True,
        "vars": {"ansible_become_password": "{{ lookup('ansible.builtin.env', 'WORD') }}"},
    }
    tasks: list[dict[str, Any]] = [
        {"name": "prepared", A + "raw": prepared},
        {"name": "command", A + "command": "id -un", **with_word},
        {"name": "copy", A + "copy": {"content": "x", "dest": "/tmp/of-bob"}, **with_word},
        {"name": "refused", A + "command": "id", "become": True, "vars": {"ansible_become_password": "x"}},
        {"name": "missing", A + "command": "id", "become": True},
        {"name": "no program", A + "command": "id", "become": True, "vars": none},
        {"name": "no program, password", A + "raw": "id", "become": True, "vars": none | with_word["vars"]},
    ]
    nodes.player.environment["WORD"] = WORD
    run = nodes.play([{**task, "ignore_errors": True} for task in tasks], become_method="su", become_user="bob")
    assert (run.result("command")["stdout"], run.result("copy")["owner"]) == ("bob", "bob")
    said = {name: message.removeprefix("Task failed: ") for name, message in problems(run).items()}
    without = (
        f"node {nodes.ids[0]} of environment {nodes.name} does not have the program of become, /srv/sudo; install the "
        "program, or set ansible_user to root and leave out become"
    )
    assert said == {
        "refused": "become by su was refused; check become_pass (ansible_become_password)",
        "missing": "become by su needs a password; set ansible_become_password",
        **dict.fromkeys(("no program", "no program, password"), without),
    }
    assert leaks(run, nodes.player.folder, [WORD]) == []


def test_what_is_wrong_is_said(nodes: Nodes) -> None:
    """A stopped node, an unknown one, a token without the method, a node without Python: one clear line each."""
    other = created_nodes(nodes.emulator, nodes.player)
    assert nodes.emulator.call("environment.control.StopEnv", envName=other.name)["result"] == 0
    session = nodes.emulator.signin()
    made = nodes.emulator.call(
        "users.authentication.CreateToken", session=session, description="x", apiList="environment.control.GetEnvs"
    )
    here = {"ansible_paas_node_id": nodes.ids[0]}
    hosts: dict[str, dict[str, Any]] = {
        "stopped": {"ansible_paas_node_id": other.ids[0], "ansible_paas_env_name": other.name},
        "unknown": {"ansible_paas_node_id": 99},
        "elsewhere": {**here, "ansible_paas_env_name": "nowhere"},
        "refused": {**here, "ansible_paas_token": str(made["token"]["key"])},
        "python": {**here, "ansible_python_interpreter": "/opt/no/python3"},
        "nobody": {**here, "ansible_user": "nemo"},
        "nameless": {**here, "ansible_paas_env_name": ""},
        "slow": {**here, "ansible_paas_command_timeout": 0.2},
    }
    tasks = [{"name": "{{ inventory_hostname }}", A + "ping": {}, "when": "inventory_hostname != 'slow'"}]
    tasks += [{"name": "slow", A + "raw": "while :; do sleep 0.01; done", "when": "inventory_hostname == 'slow'"}]
    run = nodes.play(tasks, hosts=hosts)
    said = [str(result["msg"]).removeprefix("Task failed: ") for _, result in run.results if result["failed"]]
    label, stopped = (f"node {made.ids[0]} of environment {made.name}" for made in (nodes, other))
    assert sorted(said) == sorted(
        (
            f"{stopped} does not run; start the environment, for instance by inet.elastic.paas_environment",
            f"node 99 of environment {nodes.name} does not exist; check node_id (ansible_paas_node_id), or read the "
            "inventory again, because a node that was created anew has another id",
            "environment nowhere does not exist, or the account of the token cannot see it; check env_name "
            "(ansible_paas_env_name) and the token",
            f"the token does not grant {EXEC}, which the connection needs; add this method to the token",
            f"{label} has no Python at the path that ansible_python_interpreter names; install Python by the playbook "
            "inet.elastic.bootstrap_python, or correct the path",
            f"{label} did not run the script of the connection: su: user nemo does not exist; /tmp of the node must be "
            "writable and have free space, and gzip, base64 and sha256sum must be installed",
            "env_name is missing; set the variable ansible_paas_env_name",
            f"the command in {label} did not end within 0.2 seconds and was ended; raise command_timeout "
            "(ansible_paas_command_timeout), or use async",
        )
    )


def test_bootstrap_python(nodes: Nodes) -> None:
    """A node with Python stays as it is."""
    nodes.player.environment["PAAS_TOKEN"] = nodes.token
    hosts = ("-i", str(nodes.inventory()), "-e", f"bootstrap_python_hosts={nodes.hosts[0]}")
    run = nodes.player.run("inet.elastic.bootstrap_python", *hosts)
    assert (run.code, problems(run)) == (0, {})
    assert run.result("Install Python").get("skip_reason"), run.results
    assert run.result("Check that modules run")["ping"] == "pong"


def test_a_line_that_breaks(nodes: Nodes) -> None:
    """Answers get lost and the gateway gives up early: a command runs once, and brings its result."""
    nodes.emulator.control("PUT", "switches", {"gateway_timeout": 0.3})
    lost = [{"method": EXEC, "kind": "cut_after", "times": 1, "after": number} for number in (0, 2)]
    nodes.emulator.control("PUT", "faults", lost)
    tasks = [
        {"name": "once", A + "raw": "echo ran >>/srv/log; sleep 0.4; echo ended"},
        {"name": "log", A + "raw": "cat /srv/log"},
    ]
    run = nodes.play(tasks)
    assert (run.code, problems(run)) == (0, {})
    assert (run.result("once")["stdout"], run.result("log")["stdout"]) == ("ended\n", "ran\n")


@pytest.mark.parametrize("place", ["environment", "ini"])
def test_options_from_elsewhere(nodes: Nodes, place: str) -> None:
    """All options from the environment, or from ansible.cfg, without variables."""
    given = {
        "api_url": nodes.emulator.url,
        "token": nodes.token,
        "env_name": nodes.name,
        "node_id": str(nodes.ids[0]),
        "working_directory": "/srv",
        "command_timeout": "20",
        "call_timeout": "20",
        "connect_timeout": "5",
        "ca_path": "/nowhere",
        "validate_certs": "false",
        "allow_http": "true",
        "pipelining": "false",
    }
    shared = {"api_url": "PAAS_API_URL", "token": "PAAS_TOKEN", "ca_path": "PAAS_CA_PATH"}
    shared |= {"validate_certs": "PAAS_VALIDATE_CERTS", "call_timeout": "PAAS_TIMEOUT"}
    nodes.variables = {"ansible_connection": "inet.elastic.paas_exec", "ansible_python_interpreter": "/usr/bin/python3"}
    if place == "ini":
        # Every run of tests has PAAS_API_URL, which beats the file.
        lines = "\n".join(f"{name} = {value}" for name, value in given.items() if name != "api_url")
        (nodes.player.folder / "ansible.cfg").write_text(f"[paas_exec_connection]\n{lines}\n")
        nodes.player.environment["ANSIBLE_CONFIG"] = str(nodes.player.folder / "ansible.cfg")
    else:
        nodes.player.environment |= {
            shared.get(name, f"PAAS_EXEC_{name.upper()}"): value for name, value in given.items()
        }
    path = nodes.player.folder / "hosts.yml"
    nodes.emulator.forget()
    tasks = [{"name": "pwd", A + "raw": "pwd"}, {"name": "module", A + "command": "pwd"}]
    path.write_text(json.dumps({"all": {"hosts": {"one": None}, "vars": nodes.variables}}))
    run = nodes.player.play(tasks, "-i", str(path), hosts="all")
    assert problems(run) == {}
    assert (run.result("pwd")["stdout"], run.result("module")["stdout"]) == ("/srv\n", "/srv")
    assert len(nodes.emulator.methods) > 5  # without pipelining
