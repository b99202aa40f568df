# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The works with the published client jelapi, unchanged: `with_jelapi.py WORK ITEMS`.

It has objects for environments. It has none for tokens; there its connector passes on any API method.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import jelapi
from jelapi.connector import JelasticAPIConnector

PERMISSIONS = ("environment.control.GetEnvInfo", "environment.control.StartEnv", "environment.control.StopEnv")
RUNNING = jelapi.JelasticEnvironment.Status.RUNNING


def _names(items: int) -> list[str]:
    return [f"bench-{number:04}" for number in range(items)]


def _signed_in() -> Any:
    url = jelapi.api_url
    login = {"login": os.environ["PAAS_LOGIN"], "password": os.environ["PAAS_PASSWORD"]}
    session = JelasticAPIConnector(apiurl=url, apitoken="")._("Users.Authentication.Signin", **login)["session"]
    return JelasticAPIConnector(apiurl=url, apitoken=session)


def tokens_unchanged(items: int) -> None:
    """By its connector."""
    api = _signed_in()
    tokens = {token["description"]: token for token in api._("Users.Authentication.GetTokens")["apiTokens"]}
    for name in _names(items):
        assert {item["method"] for item in tokens[name]["apiListItems"]} == set(PERMISSIONS)
    api._("Users.Authentication.Signout")


def tokens_created(items: int) -> None:
    """By its connector."""
    api = _signed_in()
    for name in _names(items):
        created = api._("Users.Authentication.CreateToken", description=name, apiList=json.dumps(PERMISSIONS))
        assert created["token"]["key"]
    api._("Users.Authentication.Signout")


def environments_unchanged(items: int) -> None:
    """By its objects."""
    environments = jelapi.JelasticEnvironment.dict()
    for name in _names(items):
        assert environments[name].status == RUNNING


def environments_started(items: int) -> None:
    """By its objects, one after the other."""
    environments = jelapi.JelasticEnvironment.dict()
    for name in _names(items):
        environments[name].start()


def environments_read(items: int) -> None:
    """By its objects."""
    assert len(jelapi.JelasticEnvironment.dict()) >= items


WORKS: dict[str, Callable[[int], None]] = {
    "tokens_unchanged": tokens_unchanged,
    "tokens_created": tokens_created,
    "environments_unchanged": environments_unchanged,
    "environments_started": environments_started,
    "environments_read": environments_read,
}


def main() -> int:
    """Do one work."""
    jelapi.api_url = os.environ["PAAS_API_URL"] + "/1.0/"
    jelapi.api_token = os.environ.get("PAAS_TOKEN", "")
    WORKS[sys.argv[1]](int(sys.argv[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
