# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the channel of a connection from its options."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.client import Retry
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import require
from ansible_collections.inet.elastic.plugins.module_utils._client.methods import READS
from ansible_collections.inet.elastic.plugins.module_utils._resources.commands import BY_NODE
from ansible_collections.inet.elastic.plugins.module_utils._run import make_client

from .channel import WINDOW, NodeChannel

LONGEST_RETRIES = 150.0  # seconds
REQUIRED = {
    "api_url": "the variable ansible_paas_api_url, or PAAS_API_URL in the environment",
    "token": "the variable ansible_paas_token, or PAAS_TOKEN in the environment",
    "env_name": "the variable ansible_paas_env_name",
    "node_id": "the variable ansible_paas_node_id",
}
OPTIONS = (
    *REQUIRED,
    *("working_directory", "command_timeout", "call_timeout", "connect_timeout"),
    *("ca_path", "validate_certs", "allow_http"),
)


class KeptPartFiles:
    """The hashes of the constant parts that a run has sent to a node: files in the temporary directory of the run.

    Each task has a process of its own, so they cannot be in memory.
    """

    def __init__(self, directory: str, node: str) -> None:
        self._directory = Path(directory)
        self._node = node

    def __contains__(self, name: object) -> bool:
        return self._file(str(name)).exists()

    def add(self, name: str) -> None:
        """Note that a part was sent."""
        self._file(name).touch(mode=0o600)

    def _file(self, name: str) -> Path:
        return self._directory / f"paas_exec-{hashlib.sha256(f'{self._node} {name}'.encode()).hexdigest()}"


def open_channel(options: Mapping[str, Any], user: str | None, directory: str) -> NodeChannel:
    """Return the channel to a node; no call is made.

    Args:
        options: the options of the connection, ``OPTIONS``.
        user: the user in the node; None for the default user of the node.
        directory: the temporary directory of the run.

    Raises:
        InputError: an option is missing or not valid.
    """
    given: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in options.items()
    }
    for name, place in REQUIRED.items():
        require(given[name] not in (None, ""), f"{name} is missing; set {place}")
    require(given["command_timeout"] > 0, "command_timeout must be a number of seconds above 0")
    client = make_client(
        {
            "api_url": given["api_url"],
            "session": given["token"],
            "ca_path": given["ca_path"] or None,
            "validate_certs": given["validate_certs"],
            "allow_http": given["allow_http"],
            "connect_timeout": given["connect_timeout"],
            "timeout": given["call_timeout"],
        }
    )
    client.access.opened(given["token"])
    # The scripts of the connection start a command only once, so a lost call may be sent again.
    client.reads = READS | {BY_NODE}
    # A call that was lost by its time-out is sent again, too; results are in the node for five minutes.
    client.retry = Retry(deadline=min(2 * client.timeout, LONGEST_RETRIES))
    node = f"{client.url} {given['env_name']} {given['node_id']} {user or ''}"
    return NodeChannel(
        client=client,
        environment=given["env_name"],
        node_id=given["node_id"],
        kept=KeptPartFiles(directory, node),
        user=user or None,
        directory=given["working_directory"] or None,
        limit=given["command_timeout"],
        window=max(1, min(WINDOW, int(given["call_timeout"] / 2))),
    )
