# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Addresses of platforms: whether two mean the same platform, and how a message shows one."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}

Address = tuple[str, str, int, str]  # scheme, host, port, path


def split_address(address: str) -> SplitResult:
    """Return the parts of an address; empty parts for a text that is not an address, such as ``http://[``."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def bare_address(url: Any) -> str:
    """Return an address without login, password, query and fragment; empty for what is not a text."""
    scheme, separator, rest = (url if isinstance(url, str) else "").strip().partition("://")
    # A password may hold any sign, so whatever stands before the last @ goes.
    place = rest.rpartition("@")[2].partition("?")[0].partition("#")[0]
    return f"{scheme}{separator}{place}" if separator else ""


def comparable_address(url: str | None) -> Address | None:
    """Return an address in a form that is equal for equal platforms; None for what is not a web address.

    Case, default ports, a dot after the host, slashes at the end and the ``/1.0`` of the API do not matter.
    """
    try:
        parts = urlsplit(bare_address(url))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return None
    path = parts.path.rstrip("/")
    path = path[: -len("/1.0")].rstrip("/") if path.endswith("/1.0") else path
    return parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme], path
