# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make demo``: it prints what the README shows, and leaves nothing behind, also when it fails or is stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.integration.support import PROJECT
from tests.unit.test_pictures import recorded, steady

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


def command(folder: Path, *arguments: str) -> list[str]:
    """The program as ``make demo`` calls it, with the interpreter of the tests and a folder of its own."""
    return [sys.executable, str(PROJECT / "tools" / "demo.py"), "--folder", str(folder), *arguments]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home directory, which must be empty at the end, too."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What stands for .build/demo."""
    return tmp_path / "demo"


def environment(home: Path) -> dict[str, str]:
    """Of a person whose shell is set up for a real account and a proxy, none of which may matter."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        "HOME": str(home),
        "TMPDIR": str(home),
        "HTTP_PROXY": "http://127.0.0.1:1",
        "http_proxy": "http://127.0.0.1:1",
        "PAAS_API_URL": "https://real.invalid",
        "PAAS_TOKEN": "of-a-real-account",
        "PAAS_TOKEN_STORE": str(home / "real.yml"),
        "ANSIBLE_STDOUT_CALLBACK": "no.such.callback",
    }


def shown_path(folder: Path) -> str:
    """How the program writes it: from the checkout where it is there."""
    return str(folder.relative_to(PROJECT) if folder.is_relative_to(PROJECT) else folder)


def is_set_up(line: str) -> bool:
    """Return whether a line says that an environment is made, as the first run in a checkout does."""
    return line.startswith("setting up .build/venv/")


def left_over(folder: Path, port: int) -> list[str]:
    """Folders of finished runs, and the emulator if it still listens."""
    with socket.socket() as probe:
        listening = probe.connect_ex(("127.0.0.1", port)) == 0
    return [*(path.name for path in folder.glob("run-*")), *(["emulator"] if listening else [])]


def test_it_shows_what_the_recording_shows(home: Path, folder: Path) -> None:
    """The recording in docs/demo.svg is the real output, and the program leaves one file, below .build."""
    done = subprocess.run(
        command(folder), env=environment(home), capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.replace(shown_path(folder), ".build/demo")
    assert recorded() == [
        steady("$ make demo"),
        *(steady(line) for line in printed.splitlines() if line and not is_set_up(line)),
    ]
    address = ADDRESS.search(done.stdout)
    assert address
    assert left_over(folder, int(address[1])) == []
    assert [path.name for path in folder.iterdir()] == ["ansible.log"]
    assert list(home.iterdir()) == []
    assert "\033" not in done.stdout


def test_a_failing_step_is_one_line(home: Path, folder: Path, tmp_path: Path) -> None:
    """It says which step and why and where the log is, and the emulator is gone."""
    tasks = [{"name": "Read", "ansible.builtin.fail": {"msg": "the reason"}}]
    play = [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]
    path = tmp_path / "broken.yml"
    path.write_text(yaml.safe_dump(play), encoding="utf-8")
    done = subprocess.run(
        command(folder, "--playbook", str(path)),
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    expected = "demo: step 1: the task 'Read' failed: the reason; the full log is FOLDER/ansible.log\n"
    assert (done.returncode, done.stderr.replace(shown_path(folder), "FOLDER")) == (1, expected)
    address = ADDRESS.search(done.stdout)
    assert address
    assert left_over(folder, int(address[1])) == []


def test_a_step_that_does_other_than_it_says_fails(home: Path, folder: Path, tmp_path: Path) -> None:
    """A playbook that succeeds but writes nothing is not taken for the quick start."""
    path = tmp_path / "idle.yml"
    path.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": []}]), encoding="utf-8")
    done = subprocess.run(
        command(folder, "--playbook", str(path)),
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "demo: step 1: it wrote nothing, not CreateToken, CreateEnvironment; " in done.stderr


def test_without_a_sandbox_the_second_part_is_left_out_aloud(home: Path, folder: Path) -> None:
    """The reason is there, and the exit code is that of a success. Here only the second part is to be shown."""
    program = (
        "import sys; import demo; demo.STEPS = demo.STEPS[6:]\n"
        "def refuse(): raise demo.SandboxError('namespaces are refused')\n"
        "demo.Sandbox.check = refuse; sys.exit(demo.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--folder", str(folder)],
        env={**environment(home), "PYTHONPATH": f"{PROJECT / 'tools'}:{PROJECT / 'emulator' / 'src'}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[3] == "!!! NOT SHOWN: steps 1 to 5, in a node: namespaces are refused !!!"
    assert "$ ansible-playbook" not in done.stdout


def test_the_emulator_is_kept_on_request(home: Path, folder: Path) -> None:
    """It says where the dashboard is and how to sign in, and ends with Ctrl-C. The steps are left out here."""
    program = f"import sys; sys.path.insert(0, {str(PROJECT / 'tools')!r}); import demo; demo.STEPS = (); demo.main()"
    argv = [sys.executable, "-c", program, "--folder", str(folder), "--keep"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(argv, env=environment(home), **pipes) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(4)]
        found = re.search(r"open (http://127\.0\.0\.1:(\d+)), login (\S+), password (\S+); Ctrl-C ends it\n", lines[-1])
        assert found
        session = requests.Session()
        session.trust_env = False
        page = session.get(found[1], timeout=10)
        answer = session.post(
            f"{found[1]}/1.0/users/authentication/rest/signin",
            data={"login": found[3], "password": found[4]},
            timeout=10,
        )
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert "<title>paas-emulator</title>" in page.text and answer.json()["result"] == 0
    assert errors == "demo: stopped, and the emulator with it\n"
    assert left_over(folder, int(found[2])) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle(home: Path, folder: Path, number: signal.Signals) -> None:
    """Ctrl-C and a plain kill end the emulator as well."""
    # A job in the background ignores the interrupt, and so would all that it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            command(folder), env=environment(home), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(4)]
    address = ADDRESS.search("".join(lines))
    assert address
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "demo: stopped, and the emulator with it\n")
    assert left_over(folder, int(address[1])) == []
