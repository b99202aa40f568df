# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: start line, accounts, TLS, refusals, signals."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.certificates import make

from emulator_client import LOGIN, PASSWORD, TOKEN, Client
from emulator_process import ACCOUNT, command, environment, started
from paas_emulator.accounts import DEMO

Refused = Callable[..., str]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_start_and_stop(number: signal.Signals) -> None:
    with started("--account", ACCOUNT) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        assert Client(url, TOKEN).call("environment.control.GetEnvs") == {"result": 0, "infos": []}
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
        assert process.stdout and process.stdout.read() == ""
        assert process.stderr and process.stderr.read() == ""


def test_stop_in_the_middle_of_a_call() -> None:
    with started("--account", ACCOUNT) as (process, url):
        client = Client(url, TOKEN)
        client.create("hello-world")
        client.control("PUT", "times", {"StopEnv": 600})
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection:
            path = f"/1.0/env/control/rest/stopenv?envName=hello-world&session={TOKEN}"
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            while client.status("hello-world") != 13:
                pass
            process.terminate()
            assert process.wait(timeout=20) == 0
        assert process.stderr and process.stderr.read() == ""


def test_demo_account() -> None:
    with started() as (_, url):
        assert Client(url).signed_in(DEMO.login, DEMO.password).call("environment.control.GetEnvs")["result"] == 0
    text = subprocess.run(command("--help"), capture_output=True, text=True, check=True).stdout
    assert f"login {DEMO.login}, password {DEMO.password}." in text


def test_accounts_from_file_variable_and_input(tmp_path: Path) -> None:
    file = tmp_path / "accounts"
    file.write_text(f"# people\n{ACCOUNT}\n\nsecond@example.com:two:with:{'b' * 40}\n")
    with started("--accounts-file", str(file), accounts="third@example.com:three\n") as (_, url):
        client = Client(url)
        assert [row["login"] for row in client.control("GET", "accounts")["accounts"]] == [
            "third@example.com",
            LOGIN,
            "second@example.com",
        ]
        client.signed_in("third@example.com", "three")
        client.signed_in("second@example.com", "two:with")
        assert client.with_session("b" * 40).call("users.account.GetUserInfo")["email"] == "second@example.com"
    with started("--accounts-file", "-", stdin=f"{LOGIN}:{PASSWORD}") as (_, url):
        Client(url).signed_in()


def test_later_account_wins() -> None:
    with started("--account", f"{LOGIN}:one", accounts=f"{LOGIN}:two") as (_, url):
        Client(url).signed_in(LOGIN, "one")
        assert Client(url).call("users.authentication.Signin", login=LOGIN, password="two")["result"] == 701


def test_https(tmp_path: Path, refused: Refused) -> None:
    certificate = make(tmp_path, "server", days=(-1, 1)).path
    key = certificate.with_suffix(".key")
    arguments = ("--tls-cert", str(certificate), "--tls-key", str(key))
    with started("--account", ACCOUNT, *arguments) as (_, url):
        assert url.startswith("https://127.0.0.1:")
        client = Client(url, TOKEN)
        client.http.verify = str(certificate)
        assert client.call("environment.control.GetEnvs") == {"result": 0, "infos": []}
    assert refused("--tls-cert", str(certificate)) == "--tls-cert and --tls-key must be given together"
    swapped = refused("--tls-cert", str(key), "--tls-key", str(certificate))
    assert swapped == f"cannot use --tls-cert {key} with --tls-key {certificate}: not a matching PEM pair"


def test_port_in_use(refused: Refused) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = refused("--port", str(port))
    assert line == f"cannot listen on 127.0.0.1 port {port}: Address already in use; choose another --port"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com", ""])
def test_other_hosts_are_refused(host: str, refused: Refused) -> None:
    assert refused("--host", host, "--port", "0").endswith("use 127.0.0.1, or add --allow-remote to mean it")


def test_other_hosts_when_allowed() -> None:
    with started("--host", "0.0.0.0", "--allow-remote", "--account", ACCOUNT) as (_, url):
        local = url.replace("0.0.0.0", "127.0.0.1")
        assert Client(local, TOKEN).call("environment.control.GetEnvs")["result"] == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--account", "me"), "--account number 1 is malformed: expected LOGIN:PASSWORD or LOGIN:PASSWORD:TOKEN"),
        (("--account", "a:b", "--account", ":s3cret"), "--account number 2 is malformed: expected LOGIN:PASSWORD or"),
        (("--account", "a:s3cret:c:d"), "--account number 1 is ambiguous: with a ':' in the password, end it with"),
        (("--accounts-file", "/nonexistent"), "cannot read --accounts-file /nonexistent: No such file or directory"),
        (("--port", "http"), "argument --port: invalid int value: 'http' (see paas-emulator --help)"),
        (("--port", "70000"), "--port 70000 is not a port: use 0 to 65535"),
        (("--delete-confirm", "pin"), "argument --delete-confirm: invalid choice: 'pin' (choose from"),
        (("--nonsense",), "unrecognized arguments: --nonsense (see paas-emulator --help)"),
        (("--tls-cert", "/nonexistent", "--tls-key", "/nonexistent"), "cannot use --tls-cert /nonexistent with"),
        (("--state", "/nonexistent/state"), "cannot write the state file /nonexistent/state: No such file or"),
        (("--state", "/"), "cannot read the state file /: Is a directory"),
    ],
)
def test_refusals(arguments: tuple[str, ...], text: str, refused: Refused) -> None:
    line = refused("--port", "0", *arguments) if "--port" not in arguments else refused(*arguments)
    assert line.startswith(text) and "s3cret" not in line


def test_bad_account_in_the_variable(refused: Refused) -> None:
    line = refused("--port", "0", accounts="a:b\nbroken-s3cret\n")
    assert line == ("PAAS_EMULATOR_ACCOUNTS line 2 is malformed: expected LOGIN:PASSWORD or LOGIN:PASSWORD:TOKEN")


def test_console_script_and_version() -> None:
    done = subprocess.run(command("--version"), capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout == "paas-emulator 0.1.0\n"


def test_how_deletions_are_confirmed() -> None:
    """The choice of the command line is in force again after a reset."""
    with started("--account", ACCOUNT, "--delete-confirm", "name") as (_, url):
        bot = Client(url, TOKEN)
        for _ in range(2):
            bot.create("hello-world")
            answers = [
                bot.call("environment.control.DeleteEnv", envName="hello-world", password=confirmation)["result"]
                for confirmation in (PASSWORD, "hello-world")
            ]
            assert answers == [801, 0]
            bot.control("PUT", "switches", {"delete_confirm": "none"})
            bot.control("POST", "reset")
