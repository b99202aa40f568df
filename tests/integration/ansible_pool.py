# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ansible-playbook`` in processes of their own that start quickly: forks of a Python that has imported it.

    python ansible_pool.py SOCKET

serves as ``forks.py`` says. What is left to read of a request is JSON: ``arguments``, ``folder`` and ``environment``.
The fork answers with its process id on a line of its own, so that it can be ended.

Ansible takes settings from the environment when it is imported, so there is one such Python for each set of them.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __name__ != "__main__":
    from tests.integration.forks import serve, served
else:  # a program finds what lies beside it
    from forks import serve

# What every run imports.
IMPORTED_AHEAD = (
    *("ansible.cli.playbook", "ansible.executor.playbook_executor", "ansible.executor.task_queue_manager", "requests"),
    *("ansible.plugins.action", "ansible.plugins.callback", "ansible.plugins.connection", "ansible.plugins.strategy"),
    *("ansible.template", "ansible.parsing.vault", "ansible.inventory.manager", "ansible.vars.manager"),
    *("ansible.module_utils.basic", "ansible.module_utils.urls", "concurrent.futures.thread"),
)
# Plugins that a run loads before its first task, and that many tasks have. Their options are read from their
# documentation when they are first loaded.
LOADED_AHEAD = {
    "inventory": ("host_list", "script", "auto", "yaml", "ini", "toml", "advanced_host_list"),
    "callback": ("default", "minimal", "oneline", "junit", "tree"),
    "strategy": ("linear",),
    "cache": ("memory", "jsonfile"),
    "lookup": ("vars", "env", "file", "items"),
    "action": ("assert", "debug", "fail", "normal", "set_fact", "validate_argument_spec"),
}
# The collection is compiled anew by each process that loads it, as Ansible keeps no compiled code of collections.
COLLECTION = "inet.elastic"
COLLECTION_PLUGINS = ("action", "lookup", "filter")
LOADED_LATE = ("module_utils._resources.permissions_for",)
# Kinds of which it loads all.
WHOLLY_LOADED = ("connection", "shell", "become")
READ_AT_IMPORT = ("ANSIBLE_", "HOME", "LANG", "LC_", "PYTHON", "TMPDIR", "XDG_")
# The cache plugin reads it when a run begins. ansible-runner gives each run another one.
READ_LATER = ("ANSIBLE_CACHE_PLUGIN_CONNECTION",)


def _run(connection: socket.socket) -> None:
    """Be the process of one run."""
    connection.sendall(f"{os.getpid()}\n".encode())
    request = json.loads(b"".join(iter(lambda: connection.recv(65536), b"")))
    connection.close()
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv = request["arguments"]
    code: object = 0
    try:
        importlib.import_module("ansible.cli.playbook").main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # What is cleared away at the end of a process is that of the one which forks.
        os._exit(code if isinstance(code, int) else 1)


class AnsiblePool:
    """The Pythons that play, each started when it is first asked for."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._addresses: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}

    def close(self) -> None:
        """End them all."""
        self._addresses.clear()
        self._stack.close()

    def run(
        self, arguments: list[str], folder: Path, environment: Mapping[str, str], timeout: float
    ) -> tuple[int, str]:
        """Run a command line of ``ansible-playbook``: its exit code, and its output with its errors.

        Raises:
            subprocess.TimeoutExpired: it has not ended after ``timeout`` seconds, and was killed.
        """
        request = {"arguments": arguments, "folder": str(folder), "environment": dict(environment)}
        with (
            socket.socket(socket.AF_UNIX) as server,
            tempfile.TemporaryFile() as output,
            Path(os.devnull).open("rb") as nothing,
        ):
            server.settimeout(timeout)
            server.connect(self.address(environment))
            socket.send_fds(server, [b"!"], [nothing.fileno(), output.fileno(), output.fileno()])
            server.sendall(json.dumps(request).encode())
            server.shutdown(socket.SHUT_WR)
            with server.makefile() as answer:
                process = int(answer.readline())
                try:
                    code = int(answer.read())
                except TimeoutError:
                    os.kill(process, signal.SIGKILL)
                    raise subprocess.TimeoutExpired(arguments, timeout) from None
            output.seek(0)
            return code, output.read().decode(errors="replace")

    def address(self, environment: Mapping[str, str], python: str = sys.executable) -> str:
        """Return the address of the Python that plays with these settings; it is started if there is none.

        Args:
            python: the Python of an environment that has Ansible.
        """
        fixed = sorted(item for item in environment.items() if item[0].startswith(READ_AT_IMPORT))
        key = python, tuple(item for item in fixed if item[0] not in READ_LATER)
        if key not in self._addresses:
            # Temporary files of Ansible's own are cleared away when this Python ends.
            here = Path(__file__).resolve()
            started = served(here, folder=here.parent, environment=dict(environment), python=python)
            self._addresses[key] = self._stack.enter_context(started)
        return self._addresses[key]


ANSIBLE_POOL = AnsiblePool()


def _prepare() -> None:
    """Do once what each run would do before its first task, most of it the reading of YAML."""
    for name in IMPORTED_AHEAD:
        importlib.import_module(name)
    loaders = importlib.import_module("ansible.plugins.loader")
    # Each process of a task would read all filters and tests of ansible-core.
    for kind in ("filter", "test"):
        list(getattr(loaders, f"{kind}_loader").all())
    for kind in WHOLLY_LOADED:
        list(getattr(loaders, f"{kind}_loader").all(class_only=True))
    for kind, names in LOADED_AHEAD.items():
        for name in names:
            getattr(loaders, f"{kind}_loader").get(name, class_only=True)
    # Ansible lets others put a cache in the place of this function.
    finder: Any = importlib.import_module("ansible.utils.collection_loader._collection_finder")
    finder._meta_yml_to_dict = read = functools.cache(finder._meta_yml_to_dict)
    core = Path(importlib.import_module("ansible").__file__ or "").parent
    read((core / "config" / "ansible_builtin_runtime.yml").read_bytes(), ("ansible.builtin", "runtime.yml"))
    _load_collection(loaders)


def _load_collection(loaders: Any) -> None:
    """Import the plugins of the collection, if it is where these settings look for collections."""
    loaders.init_plugin_loader()
    # Each run would do the same.
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    try:
        found = importlib.import_module(f"ansible_collections.{COLLECTION}")
    except ImportError:
        return
    for kind in COLLECTION_PLUGINS:
        for path in (Path(found.__path__[0]) / "plugins" / kind).glob("[!_]*.py"):
            getattr(loaders, f"{kind}_loader").get(f"{COLLECTION}.{path.stem}", class_only=True)
    for name in LOADED_LATE:
        importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.{name}")


if __name__ == "__main__":
    _prepare()
    serve(sys.argv[1], _run)
