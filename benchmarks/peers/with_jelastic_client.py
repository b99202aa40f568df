# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The works with the published client jelastic-client, unchanged: `with_jelastic_client.py WORK ITEMS`.

It reads and starts one environment by its name. It has no method for tokens and none that lists environments; there
its client passes on any API method.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from jelastic_client import EnvInfo, JelasticClientFactory
from jelastic_client.core import ApiClient

if TYPE_CHECKING:
    from benchmarks.peers.common import create_tokens, login, main, names, read_tokens
else:
    # Run as a script, from whose own folder Python imports.
    from common import create_tokens, login, main, names, read_tokens

URL = os.environ["PAAS_API_URL"] + "/1.0/"


def _signed_in() -> ApiClient:
    return ApiClient(URL, ApiClient(URL, "").execute("users.authentication.signin", **login())["session"])


def _factory() -> JelasticClientFactory:
    return JelasticClientFactory(URL, os.environ["PAAS_TOKEN"])


def tokens_unchanged(items: int) -> None:
    """By calls that it passes on."""
    read_tokens(_signed_in().execute, items)


def tokens_created(items: int) -> None:
    """By calls that it passes on."""
    create_tokens(_signed_in().execute, items)


def environments_unchanged(items: int) -> None:
    """By its own methods, a call for each."""
    control = _factory().create_control_client()
    for name in names(items):
        assert control.get_env_info(name).is_running()


def environments_started(items: int) -> None:
    """By its own methods, one after the other."""
    control = _factory().create_control_client()
    for name in names(items):
        if not control.get_env_info(name).is_running():
            control.start_env(name)


def environments_read(items: int) -> None:
    """By a call that it passes on, and its own objects."""
    answer = _factory().api_client.execute("environment.control.getenvs")
    assert len([EnvInfo(info) for info in answer["infos"]]) >= items


WORKS = {
    "tokens_unchanged": tokens_unchanged,
    "tokens_created": tokens_created,
    "environments_unchanged": environments_unchanged,
    "environments_started": environments_started,
    "environments_read": environments_read,
}


if __name__ == "__main__":
    sys.exit(main(WORKS))
