# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP connections that the items of a loop share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply, RequestsTransport

# By the options for TLS. ansible-core runs all items of a loop in one process; its end, after the last item, closes the
# connections.
_connections: dict[tuple[Any, ...], RequestsTransport] = {}


class SharedTransport:
    """A transport for one item of a loop, which leaves the connection open for the next item."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """Take the connection of an earlier item with the same options for TLS, or make one.

        Raises:
            InputError: requests is missing, or ``ca_path`` holds no certificates.
        """
        key = (options.get("ca_path"), options["validate_certs"])
        if key not in _connections:
            _connections[key] = RequestsTransport(ca_path=key[0], validate_certs=key[1])
        self._transport = _connections[key]

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See :class:`Transport`."""
        return self._transport.post(url, fields, timeout)

    def close(self) -> None:
        """Do nothing, as the next item uses the connection."""
