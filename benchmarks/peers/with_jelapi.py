# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The works with the published client jelapi, unchanged: `with_jelapi.py WORK ITEMS`.

It has objects for environments. It has none for tokens; there its connector passes on any API method.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import jelapi
from jelapi.connector import JelasticAPIConnector

if TYPE_CHECKING:
    from benchmarks.peers.common import create_tokens, login, main, names, read_tokens
else:
    # Run as a script, from whose own folder Python imports.
    from common import create_tokens, login, main, names, read_tokens

RUNNING = jelapi.JelasticEnvironment.Status.RUNNING


def _signed_in() -> Any:
    url = jelapi.api_url
    session = JelasticAPIConnector(apiurl=url, apitoken="")._("Users.Authentication.Signin", **login())["session"]
    return JelasticAPIConnector(apiurl=url, apitoken=session)


def tokens_unchanged(items: int) -> None:
    """By its connector."""
    read_tokens(_signed_in()._, items)


def tokens_created(items: int) -> None:
    """By its connector."""
    create_tokens(_signed_in()._, items)


def environments_unchanged(items: int) -> None:
    """By its objects."""
    environments = jelapi.JelasticEnvironment.dict()
    for name in names(items):
        assert environments[name].status == RUNNING


def environments_started(items: int) -> None:
    """By its objects, one after the other."""
    environments = jelapi.JelasticEnvironment.dict()
    for name in names(items):
        environments[name].start()


def environments_read(items: int) -> None:
    """By its objects."""
    assert len(jelapi.JelasticEnvironment.dict()) >= items


WORKS = {
    "tokens_unchanged": tokens_unchanged,
    "tokens_created": tokens_created,
    "environments_unchanged": environments_unchanged,
    "environments_started": environments_started,
    "environments_read": environments_read,
}


if __name__ == "__main__":
    jelapi.api_url = os.environ["PAAS_API_URL"] + "/1.0/"
    jelapi.api_token = os.environ.get("PAAS_TOKEN", "")
    sys.exit(main(WORKS))
