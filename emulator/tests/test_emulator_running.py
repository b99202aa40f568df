# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator for the time of a block."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from pathlib import Path

import pytest
import requests

from emulator_client import TOKEN, Client
from emulator_process import ACCOUNT
from paas_emulator.running import NotStartedError, running


def _commands() -> str:
    """The command lines of all processes, in one."""
    found = ""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            found += file.read_text(errors="replace")
    return found


def test_it_answers_within_the_block_and_not_after() -> None:
    password, token = secrets.token_hex(8), secrets.token_hex(20)  # which no other test has in a command
    with running([f"you@example.com:{password}:{token}"]) as url:
        assert Client(url, token).call("environment.control.GetEnvs") == {"result": 0, "infos": []}
        commands = _commands()
        assert "paas_emulator" in commands
        assert password not in commands
        assert token not in commands
    with pytest.raises(requests.ConnectionError):
        Client(url, token).call("environment.control.GetEnvs")


def test_it_ends_with_a_block_that_fails() -> None:
    with pytest.raises(KeyError, match="mine"), running([ACCOUNT]) as url:
        raise KeyError("mine")
    with pytest.raises(requests.ConnectionError):
        Client(url, TOKEN).call("environment.control.GetEnvs")


def test_the_log_says_why_it_did_not_start() -> None:
    with tempfile.TemporaryFile("w+") as log:
        refused = running([ACCOUNT], "--host", "192.0.2.1", log=log)
        with pytest.raises(NotStartedError, match=r"\Athe emulator did not start\Z"):
            refused.__enter__()
        log.seek(0)
        assert "--allow-remote" in log.read()
