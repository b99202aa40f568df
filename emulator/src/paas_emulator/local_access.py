# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may use the control path: programs on this machine, and the emulator's own pages. No other web page."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

LOCAL_NAMES = ("localhost", "ip6-localhost", "ip6-loopback")
LONGEST_QUOTE = 100  # characters of a header in a message
_HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[\w.-]+))(?::\d*)?")


def is_loopback(host: str | None) -> bool:
    """Whether an address is of this machine."""
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def refusal(peer: str | None, origin: str, headers: Mapping[str, str], own_name: str) -> str | None:
    """Say why a control request is refused; None if it is accepted.

    A browser on this machine sends the requests of any web page from a loopback address. The Host header shows a page
    whose name was pointed at this machine (DNS rebinding), the Origin header shows a page from somewhere else.

    Args:
        peer: address that the request came from.
        origin: scheme and Host header of the request, as an Origin header would say them.
        own_name: name or address that the emulator was started with.
    """
    if not is_loopback(peer):
        return "the control path is open to this machine only"
    host = headers.get("Host", "")
    name = _name(host)
    if not (name in (*LOCAL_NAMES, own_name.lower()) or is_loopback(name)):
        return f"Host {_quoted(host)} is not a name of this machine; use localhost, 127.0.0.1 or [::1] in the URL"
    page = headers.get("Origin")
    if page is not None and page.lower() != origin.lower():
        return f"Origin {_quoted(page)} is another web page; send the request from a program, without an Origin header"
    return None


def _name(host: str) -> str:
    """The name or address in a Host header, without brackets and port; empty if it is not valid."""
    found = _HOST.fullmatch(host)
    return (found["address"] or found["name"]).lower() if found else ""


def _quoted(text: str) -> str:
    return repr(text[:LONGEST_QUOTE])
