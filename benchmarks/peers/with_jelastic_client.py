# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The works with the published client jelastic-client, unchanged: `with_jelastic_client.py WORK ITEMS`.

It reads and starts one environment by its name. It has no method for tokens and none that lists environments; there
its client passes on any API method.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

from jelastic_client import EnvInfo, JelasticClientFactory
from jelastic_client.core import ApiClient

PERMISSIONS = ("environment.control.GetEnvInfo", "environment.control.StartEnv", "environment.control.StopEnv")
URL = os.environ["PAAS_API_URL"] + "/1.0/"


def _names(items: int) -> list[str]:
    return [f"bench-{number:04}" for number in range(items)]


def _signed_in() -> ApiClient:
    login = {"login": os.environ["PAAS_LOGIN"], "password": os.environ["PAAS_PASSWORD"]}
    return ApiClient(URL, ApiClient(URL, "").execute("users.authentication.signin", **login)["session"])


def _factory() -> JelasticClientFactory:
    return JelasticClientFactory(URL, os.environ["PAAS_TOKEN"])


def tokens_unchanged(items: int) -> None:
    """By calls that it passes on."""
    api = _signed_in()
    tokens = {token["description"]: token for token in api.execute("users.authentication.gettokens")["apiTokens"]}
    for name in _names(items):
        assert {item["method"] for item in tokens[name]["apiListItems"]} == set(PERMISSIONS)
    api.execute("users.authentication.signout")


def tokens_created(items: int) -> None:
    """By calls that it passes on."""
    api = _signed_in()
    for name in _names(items):
        created = api.execute("users.authentication.createtoken", description=name, apiList=json.dumps(PERMISSIONS))
        assert created["token"]["key"]
    api.execute("users.authentication.signout")


def environments_unchanged(items: int) -> None:
    """By its own methods, a call for each."""
    control = _factory().create_control_client()
    for name in _names(items):
        assert control.get_env_info(name).is_running()


def environments_started(items: int) -> None:
    """By its own methods, one after the other."""
    control = _factory().create_control_client()
    for name in _names(items):
        if not control.get_env_info(name).is_running():
            control.start_env(name)


def environments_read(items: int) -> None:
    """By a call that it passes on, and its own objects."""
    answer = _factory().api_client.execute("environment.control.getenvs")
    assert len([EnvInfo(info) for info in answer["infos"]]) >= items


WORKS: dict[str, Callable[[int], None]] = {
    "tokens_unchanged": tokens_unchanged,
    "tokens_created": tokens_created,
    "environments_unchanged": environments_unchanged,
    "environments_started": environments_started,
    "environments_read": environments_read,
}


def main() -> int:
    """Do one work."""
    WORKS[sys.argv[1]](int(sys.argv[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
