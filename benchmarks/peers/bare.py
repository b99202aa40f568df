# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The least calls that do a work, with requests and nothing else: the limit.

    bare.py WORK ITEMS CONCURRENCY

The account comes from the environment. Prints the seconds from the first call to the last answer, and those of each
call by method, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import local
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from benchmarks.peers.common import PERMISSIONS, assert_declared, login, names
else:
    # Run as a script, from whose own folder Python imports.
    from common import PERMISSIONS, assert_declared, login, names

TAG = "1.30"
_kept = local()


class Api:
    """Calls over one kept connection for each thread, with what each took."""

    def __init__(self) -> None:
        self.url = os.environ["PAAS_API_URL"]
        self.session = os.environ.get("PAAS_TOKEN", "")
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def __call__(self, method: str, **params: str) -> dict[str, Any]:
        if not hasattr(_kept, "connection"):
            _kept.connection = requests.Session()
            # Looking for a proxy costs more than the call.
            _kept.connection.trust_env = False
        namespace, service, name = method.lower().split(".")
        started = time.perf_counter()
        answer: dict[str, Any] = _kept.connection.post(
            f"{self.url}/1.0/{namespace}/{service}/rest/{name}", data={"session": self.session, **params}, timeout=60
        ).json()
        self.seconds[method].append(time.perf_counter() - started)
        if answer["result"]:
            raise SystemExit(f"{method} was refused with result {answer['result']}")
        return answer

    def sign_in(self) -> None:
        """Get a session."""
        self.session = self("users.authentication.Signin", **login())["session"]

    def sign_out(self) -> None:
        """Give the session back."""
        self("users.authentication.Signout")


def tokens_unchanged(api: Api, items: int, at_a_time: int) -> None:
    """Read the tokens and find the declared ones."""
    api.sign_in()
    assert_declared(api("users.authentication.GetTokens")["apiTokens"], items)
    api.sign_out()


def tokens_created(api: Api, items: int, at_a_time: int) -> None:
    """Create the tokens."""
    api.sign_in()

    def create(name: str) -> None:
        answer = api("users.authentication.CreateToken", description=name, apiList=json.dumps(PERMISSIONS))
        assert answer["token"]["key"]

    with ThreadPoolExecutor(at_a_time) as pool:
        list(pool.map(create, names(items)))
    api.sign_out()


def environments_unchanged(api: Api, items: int, at_a_time: int) -> None:
    """Read the environments and find the declared ones running."""
    running = {info["env"]["envName"] for info in api("environment.control.GetEnvs")["infos"] if _runs(info)}
    assert set(names(items)) <= running


def environments_started(api: Api, items: int, at_a_time: int) -> None:
    """Start those of the environments that are stopped."""
    infos = {info["env"]["envName"]: info for info in api("environment.control.GetEnvs")["infos"]}
    stopped = [name for name in names(items) if not _runs(infos[name])]
    with ThreadPoolExecutor(at_a_time) as pool:
        list(pool.map(lambda name: api("environment.control.StartEnv", envName=name), stopped))


def tag_released(api: Api, items: int, at_a_time: int) -> None:
    """Redeploy the layer of those of the environments that have another tag."""
    infos = {info["env"]["envName"]: info for info in api("environment.control.GetEnvs")["infos"]}
    other = [name for name in names(items) if infos[name]["nodes"][0]["customitem"]["dockerTag"] != TAG]
    redeploy = partial(api, "environment.control.RedeployContainersByGroup", nodeGroup="cp", tag=TAG)
    with ThreadPoolExecutor(at_a_time) as pool:
        list(pool.map(lambda name: redeploy(envName=name), other))


def environments_read(api: Api, items: int, at_a_time: int) -> None:
    """Read all environments."""
    assert len(api("environment.control.GetEnvs")["infos"]) >= items


def each_environment(api: Api, items: int, at_a_time: int) -> None:
    """Read environments one by one."""
    for name in names(items):
        assert _runs(api("environment.control.GetEnvInfo", envName=name))


def each_token(api: Api, items: int, at_a_time: int) -> None:
    """Sign in, read the tokens and sign out, for each token."""
    for _name in names(items):
        tokens_unchanged(api, 1, at_a_time)


def _runs(info: dict[str, Any]) -> bool:
    return bool(info["env"]["status"] == 1)


WORKS = {
    "tokens_unchanged": tokens_unchanged,
    "tokens_created": tokens_created,
    "environments_unchanged": environments_unchanged,
    "environments_started": environments_started,
    "tag_released": tag_released,
    "environments_read": environments_read,
    "each_environment": each_environment,
    "each_token": each_token,
}


def main() -> int:
    """Do one work."""
    work, items, at_a_time = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    api = Api()
    started = time.perf_counter()
    WORKS[work](api, items, at_a_time)
    print(json.dumps({"seconds": time.perf_counter() - started, "calls": api.seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
