# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fifty clients at once: no update lost, no error of the server, no growing memory, and nobody waits for others."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from emulator_client import NODES, Client

CLIENTS = 50
CALLS = {"long": 10_000}.get(os.environ.get("TEST_PROFILE", ""), 1_000)
CALLS_PER_TURN = 10
TURNS = CALLS // CLIENTS // CALLS_PER_TURN // 2  # of each client, in each of two rounds
SHARED, SLOW = "shared-env", "slow-env"
A, C = "users.authentication.", "environment.control."
# Pieces of memory that may be more after a second round of the same calls: some 500 belong to the operation that does
# not end. With one for each call more the test fails.
SPARE_BLOCKS = 900 + CALLS // 10
PATIENCE = CALLS * 0.1  # seconds, ten times what a busy machine needs


@dataclass
class Mix:
    """The calls of all clients, and what is to be found after them."""

    http: aiohttp.ClientSession
    url: str
    session: str
    statuses: Counter[int] = field(default_factory=Counter)
    results: Counter[int] = field(default_factory=Counter)
    written: set[str] = field(default_factory=set)

    async def call(self, name: str, /, **parameters: Any) -> dict[str, Any]:
        """The answer, counted."""
        namespace, service, method = name.split(".")
        url = f"{self.url}/1.0/{namespace}/{service}/rest/{method.lower()}"
        async with self.http.post(url, data={"session": self.session, **parameters}) as response:
            self.statuses[response.status] += 1
            answer: dict[str, Any] = await response.json()
        self.results[(answer.get("response") or answer)["result"]] += 1
        return answer

    async def client(self, number: int) -> None:
        """Make an environment, work on the one that all share, and remove its own."""
        own = f"client-{number}"
        for turn in range(TURNS):
            key = f"c{number}r{turn}"
            env = json.dumps({"shortdomain": own})
            await self.call(C + "CreateEnvironment", env=env, nodes=json.dumps(NODES))
            await self.call(C + "AddEnvProperty", envName=SHARED, properties=json.dumps({key: turn}))
            await self.call(C + "AddContainerEnvVars", envName=SHARED, nodeGroup="cp", vars=json.dumps({key: "x"}))
            await self.call(C + "GetEnvInfo", envName=SHARED)
            await self.call("marketplace.console.WriteLog", message=key)
            made = await self.call(A + "CreateToken", description=key, apiList="environment.control.StopEnv")
            await self.call(A + "DeleteTokens", ids=made["token"]["id"])
            await self.call("environment.file.Append", envName=SHARED, nodeGroup="cp", path="/srv/log", body=f"{key}\n")
            await self.call(C + "SleepEnv", envName=own)
            await self.call(C + "DeleteEnv", envName=own, password="first-password")
            self.written.add(key)


async def work(url: str, session: str) -> Mix:
    """Let all clients work at once, while an operation is under way that does not end."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CLIENTS + 1)) as http:
        mix = Mix(http, url, session)
        slow = asyncio.create_task(mix.call(C + "StopEnv", envName=SLOW))
        await asyncio.gather(*(mix.client(number) for number in range(CLIENTS)))
        seen = await mix.call(C + "GetEnvInfo", envName=SLOW)
        assert (seen["env"]["status"], slow.done()) == (13, False)
        slow.cancel()
        return mix


def one_round(anonymous: Client, loop: asyncio.AbstractEventLoop) -> int:
    """Start afresh, let the clients work, and look at what they left; the memory in use after it."""
    anonymous.control("POST", "reset")
    bot = anonymous.signed_in()
    for name in (SHARED, SLOW):
        bot.create(name, [{**NODES[0], "nodeGroup": "cp"}])
    bot.control("PUT", "times", {"StopEnv": 600})
    mix = asyncio.run_coroutine_threadsafe(work(bot.url, str(bot.session)), loop).result(PATIENCE)
    assert (set(mix.statuses), set(mix.results)) == ({200}, {0})
    assert len(mix.written) == CLIENTS * TURNS
    shared = {"envName": SHARED, "nodeGroup": "cp"}
    assert set(bot.call(C + "GetEnvProperty", envName=SHARED)["object"]) == mix.written
    assert mix.written <= set(bot.call(C + "GetContainerEnvVarsByGroup", **shared)["object"])
    log = bot.call("environment.file.Read", path="/srv/log", **shared)["body"].split()
    console = [line.rpartition(" ")[2] for line in bot.call("marketplace.console.ReadLog")["body"].splitlines()]
    assert sorted(log) == sorted(console) == sorted(mix.written)
    assert [info["env"]["envName"] for info in bot.call(C + "GetEnvs")["infos"]] == [SHARED, SLOW]
    assert len(bot.call(A + "GetTokens")["apiTokens"]) == 1  # the one that the account had
    anonymous.control("POST", "reset")
    gc.collect()
    return sys.getallocatedblocks()


def test_many_clients_at_once(anonymous: Client, loop: asyncio.AbstractEventLoop) -> None:
    before = one_round(anonymous, loop)
    grown = one_round(anonymous, loop) - before
    assert grown < SPARE_BLOCKS, f"{grown} blocks of memory more after {CALLS // 2} calls"
