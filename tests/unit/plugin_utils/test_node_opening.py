# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The channel that the options of the connection make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.commands import BY_NODE
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.opening import KeptPartFiles, open_channel

OPTIONS: dict[str, Any] = {
    "api_url": " https://app.example.com/ ",
    "token": " the-token\n",
    "env_name": "shop",
    "node_id": 7,
    "working_directory": "",
    "command_timeout": 50.0,
    "call_timeout": 20.0,
    "connect_timeout": 3.0,
    "ca_path": "",
    "validate_certs": True,
    "allow_http": False,
}


def test_options(tmp_path: Path) -> None:
    channel = open_channel(OPTIONS, "", str(tmp_path))
    client = channel.client
    assert (client.url, client.access.current()) == ("https://app.example.com", "the-token")
    assert (client.timeout, client.connect_timeout, client.retry.deadline) == (20, 3, 40)
    assert BY_NODE in client.reads and client.redacted("the-token") == "********"
    assert (channel.environment, channel.node_id, channel.user, channel.directory) == ("shop", 7, None, None)
    # A call ends well before its time-out.
    assert (channel.limit, channel.window) == (50, 10)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"api_url": None},
            "api_url is missing; set the variable ansible_paas_api_url, or PAAS_API_URL in the environment",
        ),
        ({"token": " "}, "token is missing; set the variable ansible_paas_token, or PAAS_TOKEN in the environment"),
        ({"env_name": ""}, "env_name is missing; set the variable ansible_paas_env_name"),
        ({"node_id": None}, "node_id is missing; set the variable ansible_paas_node_id"),
        ({"command_timeout": 0.0}, "command_timeout must be a number of seconds above 0"),
        ({"call_timeout": 0.0}, "timeout must be a number of seconds above 0, and at most 86400"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        open_channel({**OPTIONS, **given}, None, str(tmp_path))
    assert str(caught.value) == message


def test_kept_parts_are_known_by_node(tmp_path: Path) -> None:
    """All processes of a run know them; names of files tell nothing."""
    first = KeptPartFiles(str(tmp_path), "https://app.example.com shop 7 root")
    first.add("hash")
    assert "hash" in first and "hash" in KeptPartFiles(str(tmp_path), "https://app.example.com shop 7 root")
    assert "hash" not in KeptPartFiles(str(tmp_path), "https://app.example.com shop 8 root")
    assert "shop" not in str(list(tmp_path.iterdir()))
