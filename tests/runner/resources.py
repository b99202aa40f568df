# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments and tokens on the emulator, made and read by calls of its own API."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

from tests.integration.support import Emulator


def make_environments(emulator: Emulator, group: str, *names: str) -> None:
    """Make running environments in a group."""
    for name in names:
        nodes = json.dumps([{"nodeType": "nginx"}])
        env = json.dumps({"shortdomain": name})
        answer = emulator.call("environment.control.CreateEnvironment", env=env, nodes=nodes, envGroups=group)
        assert answer["result"] == 0
    emulator.forget()


def statuses(emulator: Emulator) -> dict[str, int]:
    """Status numbers of all environments: 1 runs, 2 is stopped."""
    infos = emulator.call("environment.control.GetEnvs")["infos"]
    emulator.forget()
    return {info["env"]["shortdomain"]: info["env"]["status"] for info in infos}


def make_token(emulator: Emulator, description: str, days: int) -> None:
    """Make a token that ends so many days from now."""
    expires = (datetime.now(timezone.utc) + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")
    own = {"description": description, "tokenTemplate": "Extended Access", "expiresAt": expires}
    assert emulator.call("users.authentication.CreateToken", session=emulator.signin(), **own)["result"] == 0
    emulator.forget()
