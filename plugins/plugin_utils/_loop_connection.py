# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP connections that the items of a loop share."""

from __future__ import annotations

import functools

from ansible_collections.inet.elastic.plugins.module_utils._client.transport import RequestsTransport


class _LastingTransport(RequestsTransport):
    """A transport that leaves the connection open for the next item."""

    def close(self) -> None:
        """Do nothing, as ansible-core runs all items of a loop in one process, whose end closes the connections."""


@functools.cache
def loop_transport(ca_path: str | None, validate_certs: bool) -> RequestsTransport:
    """Return the transport of the items with the same options for TLS.

    Raises:
        InputError: requests is missing, or ``ca_path`` holds no certificates.
    """
    return _LastingTransport(ca_path=ca_path, validate_certs=validate_certs)
