# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running emulator, and playbooks run against it as a user runs them."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import yaml
from paas_emulator.running import running as emulator_running

from tests.integration.ansible_pool import ANSIBLE_POOL

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
WORKSPACE = PROJECT / ".build" / "ws"
SIGN_CALLS = ("users.authentication.Signin", "users.authentication.Signout")
# Connections are kept, and nobody looks for proxies: both take longer than a request.
HTTP = requests.Session()
HTTP.trust_env = False


@dataclass(frozen=True)
class Account:
    """An account of the emulator; made up anew for each test run, so that a leak cannot hide behind a known word."""

    login: str
    password: str = field(repr=False)
    token: str = field(repr=False)

    @classmethod
    def made_up(cls, name: str) -> Account:
        """One that nobody has; the password has what encodings change."""
        password = f"{secrets.token_hex(8)}/+%'é{name}"
        return cls(login=f"{name}@example.com", password=password, token=secrets.token_hex(20))


@dataclass
class Emulator:
    """A running emulator and its control path."""

    url: str
    account: Account
    other: Account

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """One request to the control path; fails the test where the emulator refuses it."""
        answer = HTTP.request(method, f"{self.url}/_emulator/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def call(self, method: str, **params: str) -> dict[str, Any]:
        """Call the API as another client would, by default with the account's own token."""
        namespace, service, name = method.lower().split(".")
        params = {"session": self.account.token, **params}
        url = f"{self.url}/1.0/{namespace}/{service}/rest/{name}"
        answer: dict[str, Any] = HTTP.post(url, data=params, timeout=30).json()
        return answer

    def signin(self, account: Account | None = None) -> str:
        """A session of an account."""
        who = account or self.account
        answer = self.call("users.authentication.Signin", session="", login=who.login, password=who.password)
        return str(answer["session"])

    @property
    def journal(self) -> list[dict[str, Any]]:
        """The calls so far."""
        calls: list[dict[str, Any]] = self.control("GET", "journal")["calls"]
        return calls

    @property
    def methods(self) -> list[str]:
        """The calls so far, by method."""
        return [call["method"] for call in self.journal]

    @property
    def writes(self) -> list[str]:
        """The calls so far that change something, by method."""
        return [call["method"] for call in self.journal if call["write"]]

    def forget(self) -> None:
        """Empty the journal."""
        self.control("DELETE", "journal")

    def reset(self) -> None:
        """Everything back to the start."""
        self.control("POST", "reset")


@contextlib.contextmanager
def running(account: Account, other: Account, *options: str) -> Iterator[Emulator]:
    """An emulator of its own on a free port, ended at the end of the block."""
    accounts = [f"{item.login}:{item.password}:{item.token}" for item in (account, other)]
    with emulator_running(accounts, *options) as url:
        yield Emulator(url=url, account=account, other=other)


@dataclass
class Run:
    """What a finished run of a playbook left.

    Attributes:
        results: (task name, result) in order, as callbacks got them.
        processes: by task name, how many commands the connection ``elsewhere`` and the become ``same_user`` ran.
        calls: by task name, what the emulator's journal has of it, on all hosts; for runs with RECORD_CALLS in the
            environment.
    """

    code: int
    # Kept out of the texts of failing tests, as tests with return_value have values in them.
    output: str = field(repr=False)
    results: list[tuple[str, dict[str, Any]]] = field(repr=False)
    processes: dict[str, int] = field(default_factory=dict)
    calls: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def result(self, name: str) -> dict[str, Any]:
        """The result of the task of that name."""
        return next(result for task, result in self.results if task == name)


@dataclass
class Player:
    """Runs playbooks in a folder of their own.

    Attributes:
        verbosity: how many -v; the highest shows all that Ansible knows.
        environment: of the process, besides what make exports.
        timeout: seconds after which a run hangs.
    """

    folder: Path
    url: str
    account: Account | None
    vault_password: str = field(repr=False, default="")
    verbosity: int = 4
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    timeout: float = 180

    def play(self, tasks: list[dict[str, Any]], *arguments: str, **play: Any) -> Run:
        """Run tasks on localhost; credentials come from the environment."""
        return self.run(self._playbook(tasks, **play), *arguments)

    @contextlib.contextmanager
    def started(self, tasks: list[dict[str, Any]]) -> Iterator[subprocess.Popen[str]]:
        """A run of tasks in a process group of its own, to be interrupted; ended at the end of the block."""
        with subprocess.Popen(
            self._command(self._playbook(tasks)),
            cwd=self.folder,
            env=self.full_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # What runs in the background of a shell is started with this signal ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def _playbook(self, tasks: list[dict[str, Any]], **play: Any) -> Path:
        content = [{"hosts": "localhost", "gather_facts": False, "tasks": tasks, **play}]
        path = self.folder / "play.yml"
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return path

    def _command(self, playbook: Path | str, *arguments: str) -> list[str]:
        more = [f"-{'v' * self.verbosity}"] if self.verbosity else []
        if self.vault_password:
            (self.folder / "vault-password").write_text(self.vault_password, encoding="utf-8")
            more += ["--vault-password-file", str(self.folder / "vault-password")]
        return [str(Path(sys.executable).parent / "ansible-playbook"), str(playbook), *more, *arguments]

    def _ended(self, command: list[str]) -> tuple[int, str]:
        """Exit code and output of a command line."""
        return ANSIBLE_POOL.run(command, self.folder, self.full_environment(), self.timeout)

    def run(self, playbook: Path | str, *arguments: str) -> Run:
        """Run a playbook, by path or by full name."""
        record = self.folder / "record.jsonl"
        for path in (record, self.folder / "processes"):
            path.unlink(missing_ok=True)
        code, output = self._ended(self._command(playbook, *arguments))
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
        items = [json.loads(line) for line in lines]
        calls: dict[str, list[dict[str, Any]]] = {}
        for item in items:
            if "calls" in item:
                calls.setdefault(item["task"], []).extend(item["calls"])
        return Run(
            code=code,
            output=output,
            results=[(item["task"], {**item["result"], "failed": item["failed"]}) for item in items],
            processes={item["task"]: item["processes"] for item in items},
            calls=calls,
        )

    def full_environment(self) -> dict[str, str]:
        """All that a run gets."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PAAS_", "PYTHONUNBUF"))}
        own = {
            "PAAS_API_URL": self.url,
            "ANSIBLE_COLLECTIONS_PATH": str(WORKSPACE),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "plugins" / "callback"),
            "ANSIBLE_ACTION_PLUGINS": str(HERE / "plugins" / "action"),
            "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "plugins" / "connection"),
            "ANSIBLE_BECOME_PLUGINS": str(HERE / "plugins" / "become"),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            # The arguments are searched for secrets like all else of a result.
            "ANSIBLE_INJECT_INVOCATION": "true",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "RECORD_FILE": str(self.folder / "record.jsonl"),
            "PROCESS_FILE": str(self.folder / "processes"),
        }
        if self.account:
            own |= {"PAAS_LOGIN": self.account.login, "PAAS_PASSWORD": self.account.password}
        return {**clean, **own, **self.environment}


def short(calls: Mapping[str, int] | list[str]) -> list[str]:
    """Method names without namespace and service, for readable expectations."""
    return [name.rpartition(".")[2] for name in calls]
