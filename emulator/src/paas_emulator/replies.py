# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replies to HTTP requests, and what faults make of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from paas_emulator.faults import Fault

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """One reply.

    result: for the journal, None = no usable answer. cut: close without a word.
    promise: the Content-Length to announce, where it is not the true one.
    """

    status: int
    body: bytes
    content_type: str
    result: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    promise: int | None = None


def json_reply(body: dict[str, Any], result: int) -> Reply:
    """An answer of the platform: HTTP 200 whatever the result."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Reply(200, text.encode("utf-8", "replace"), JSON_TYPE, result)


def html(status: int, title: str, text: str) -> Reply:
    """A page, as gateways and web servers send."""
    heading = f"{status} {title}"
    page = f"<html><head><title>{heading}</title></head><body><h1>{heading}</h1><p>{text}</p></body></html>"
    return Reply(status, page.encode(), HTML_TYPE)


def bad_request() -> Reply:
    """A body that cannot be read; HTTP status inferred."""
    return html(400, "Bad Request", "The body of the request cannot be read.")


def not_found() -> Reply:
    """Unknown service or path."""
    return html(404, "Not Found", "The requested resource is not available.")


def not_allowed() -> Reply:
    """Neither GET nor POST."""
    return html(405, "Method Not Allowed", "Use GET or POST.")


def too_long(limit: int) -> Reply:
    """A GET URL over the documented limit; HTTP status inferred."""
    return html(414, "Request-URI Too Large", f"A GET URL has at most {limit} characters, use POST.")


def gateway_timeout() -> Reply:
    """The gateway gave up; the work goes on."""
    return html(504, "Gateway Time-out", "The server did not answer in time.")


def struck(fault: Fault, reply: Reply) -> Reply:
    """The reply after a fault of any kind that shows in HTTP alone."""
    if fault.kind in ("cut_before", "cut_after"):
        return replace(reply, cut=True, result=None)
    if fault.kind == "truncated":
        half = reply.body[: len(reply.body) // 2]
        return replace(reply, body=half, promise=len(reply.body), result=None)
    if fault.kind == "bad_json":
        return replace(reply, body=reply.body[:-1] + b",,", content_type=JSON_TYPE, result=None)
    if fault.kind == "empty":
        return replace(reply, body=b"", result=None)
    if fault.kind == "redirect":
        return replace(html(302, "Found", "Moved."), headers={"Location": fault.location})
    status = {"429": 429, "html": 200}.get(fault.kind, fault.status)
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    return replace(html(status, HTTPStatus(status).phrase, "Emulated fault."), headers=headers)
