# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program of each way, with its variables and its environment."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import yaml

from benchmarks.emulated import Emulator
from benchmarks.measuring import Program
from benchmarks.works import CONCURRENCY, CONTENDERS, WORKS, Cell
from benchmarks.worlds import PERMISSIONS, environment_name, token_name

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
VENVS = PROJECT / ".build" / "venv"
PLAYBOOKS = HERE / "playbooks"
SCRIPTS = {"jelapi": "with_jelapi.py", "jelastic_client": "with_jelastic_client.py", "bare": "bare.py"}
# These halve the speed of every Python program, and are set on some machines.
SLOW_SWITCHES = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
# What would steer Ansible, name another account, or show clients of 127.0.0.1 a way around.
FOREIGN = ("ANSIBLE_", "PAAS_", "PYTHON", "REQUESTS_", "CURL_", "SSL_CERT_")


class Programs:
    """Makes programs, with their files in one folder.

    Args:
        folder: for inventories, variables and what Ansible keeps.
        temp: for temporary files of programs.
    """

    def __init__(self, folder: Path, temp: Path) -> None:
        self.folder = folder
        self.loaded = folder / "loaded.json"
        self._temp = temp
        (folder / "nowhere").mkdir(exist_ok=True)
        # The folder of the tests holds awx.awx as well, whose modules ansible-doc would list.
        self._collections = folder / "collections"
        installed = self._collections / "ansible_collections" / "inet" / "elastic"
        installed.parent.mkdir(parents=True, exist_ok=True)
        if not installed.is_symlink():
            installed.symlink_to(PROJECT)
        for connection in ("local", "own_process"):
            host = f"localhost ansible_connection={connection} ansible_python_interpreter={sys.executable}\n"
            (folder / connection).write_text(host, encoding="utf-8")

    def of(self, cell: Cell, emulator: Emulator) -> Program:
        """The program that does a cell's work once."""
        work, way = WORKS[cell.work], cell.way
        environment = self.environment(emulator, tokens=work.tokens, installed=cell.contender != "without")
        if way.arguments:
            return Program([self.program(way.arguments[0]), *way.arguments[1:]], environment, self.folder)
        if way.playbook:
            argv = self._play(cell)
        elif cell.contender == "curl":
            argv = ["sh", str(HERE / "peers" / "curl.sh"), str(cell.items)]
        elif cell.contender == "bare":
            argv = [sys.executable, self._script(cell), cell.work, str(cell.items), str(work.at_a_time)]
        else:
            argv = [str(VENVS / "bench-peers" / "bin" / "python"), self._script(cell), cell.work, str(cell.items)]
        return Program(argv, environment, self.folder)

    def playbook(self, name: str, items: int, emulator: Emulator, *, kept: str = "", tokens: bool = False) -> Program:
        """A playbook of ours, in process.

        Args:
            kept: as in :class:`Way`; the result is in the file :meth:`echoed`.
            tokens: whether it manages tokens.
        """
        argv = self._ansible("local", PLAYBOOKS / name, self._variables(items, kept, creates=False))
        return Program(argv, self.environment(emulator, tokens=tokens, installed=True), self.folder)

    def echoed(self, kept: str) -> Path:
        """Where the result of such a playbook is kept."""
        return self.folder / f"{kept}.json"

    def importing(self, program: str, argument: str, emulator: Emulator) -> Program:
        """A program of Ansible that shows on its output what it imports."""
        # Its own output and that of Python's import machinery are wanted together.
        shell = 'exec "$@" 2>&1'
        argv = ["sh", "-c", shell, "sh", sys.executable, "-X", "importtime", self.program(program), argument]
        return Program(argv, self.environment(emulator, tokens=False, installed=True), self.folder)

    @staticmethod
    def program(name: str) -> str:
        """A program beside this Python."""
        return str(Path(sys.executable).parent / name)

    @staticmethod
    def _script(cell: Cell) -> str:
        return str(HERE / "peers" / SCRIPTS[cell.contender])

    def _play(self, cell: Cell) -> list[str]:
        work, way = WORKS[cell.work], cell.way
        playbook = PLAYBOOKS / way.playbook
        variables = self._variables(cell.items, way.kept, creates=work.tokens and bool(work.writes))
        if way.separate:
            playbook = self._written_out(playbook, variables)
        connection = "own_process" if CONTENDERS[cell.contender].process else "local"
        return self._ansible(connection, playbook, variables)

    def _variables(self, items: int, kept: str, *, creates: bool) -> dict[str, Any]:
        return {
            "tokens": [{"description": token_name(n), "api_methods": list(PERMISSIONS)} for n in range(items)],
            "environments": [{"name": environment_name(n), "state": "started"} for n in range(items)],
            "return_value": creates,
            "concurrency": CONCURRENCY,
            "echoed": str(self.echoed(kept)),
            "loaded": str(self.loaded),
        }

    def _ansible(self, connection: str, playbook: Path, variables: dict[str, Any]) -> list[str]:
        given = self.folder / "variables.json"
        given.write_text(json.dumps(variables), encoding="utf-8")
        return [
            self.program("ansible-playbook"),
            "-i",
            str(self.folder / connection),
            str(playbook),
            "-e",
            f"@{given}",
        ]

    def _written_out(self, playbook: Path, variables: dict[str, Any]) -> Path:
        """The playbook with its looping task as one task for each item."""
        (play,) = yaml.safe_load(playbook.read_text(encoding="utf-8"))
        (task,) = play["tasks"]
        listed = task.pop("loop").strip("{} ")
        task.pop("loop_control")
        play["tasks"] = [{**task, "vars": {"item": item}} for item in variables[listed]]
        path = self.folder / "written-out.yml"
        path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        return path

    def environment(self, emulator: Emulator, *, tokens: bool, installed: bool) -> dict[str, str]:
        """The environment of a program: no setting of the user's, and the account by login or by token."""
        account = emulator.account
        credentials = (
            {"PAAS_LOGIN": account.login, "PAAS_PASSWORD": account.password}
            if tokens
            else {"PAAS_TOKEN": account.token}
        )
        clean = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return {
            **clean,
            **credentials,
            "PAAS_API_URL": emulator.url,
            "ANSIBLE_CONFIG": str(PROJECT / "tools" / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(self._collections if installed else self.folder / "nowhere"),
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "ansible"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "ansible"),
            "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "plugins" / "connection"),
            "ANSIBLE_ACTION_PLUGINS": str(HERE / "playbooks" / "action_plugins"),
            "ANSIBLE_NOCOLOR": "true",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "TMPDIR": str(self._temp),
        }
