# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts share: the names and permissions that are declared, the account, and the choice of the work."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

PERMISSIONS = ("environment.control.GetEnvInfo", "environment.control.StartEnv", "environment.control.StopEnv")
# What a client passes calls on with: method and parameters to the answer.
Call = Callable[..., Any]


def names(items: int) -> list[str]:
    """Of the first environments or tokens."""
    return [f"bench-{number:04}" for number in range(items)]


def login() -> dict[str, str]:
    """The parameters of a sign-in."""
    return {"login": os.environ["PAAS_LOGIN"], "password": os.environ["PAAS_PASSWORD"]}


def assert_declared(listed: list[dict[str, Any]], items: int) -> None:
    """Find the declared tokens, with what they permit, in an answer of GetTokens."""
    tokens = {token["description"]: token for token in listed}
    for name in names(items):
        assert {item["method"] for item in tokens[name]["apiListItems"]} == set(PERMISSIONS)


def read_tokens(call: Call, items: int) -> None:
    """Find the declared tokens, and sign out."""
    assert_declared(call("users.authentication.GetTokens")["apiTokens"], items)
    call("users.authentication.Signout")


def create_tokens(call: Call, items: int) -> None:
    """Create the tokens one after the other, and sign out."""
    for name in names(items):
        created = call("users.authentication.CreateToken", description=name, apiList=json.dumps(PERMISSIONS))
        assert created["token"]["key"]
    call("users.authentication.Signout")


def main(works: Mapping[str, Callable[[int], None]]) -> int:
    """Do the one of the works that the command line names."""
    works[sys.argv[1]](int(sys.argv[2]))
    return 0
