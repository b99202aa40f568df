# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP responses: answers of the platform as JSON, pages of gateways and web servers, and what faults make of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web

from paas_emulator.envelope import inner_result
from paas_emulator.faults import Fault

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
RESULT = web.ResponseKey("RESULT", int)  # for the journal; a response without a usable answer has none


def answer(body: dict[str, Any]) -> web.Response:
    """An answer of the platform: HTTP 200 whatever the result."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    response = web.Response(body=text.encode("utf-8", "replace"), headers={"Content-Type": JSON_TYPE})
    response[RESULT] = inner_result(body)
    return response


def result_of(response: web.StreamResponse) -> int | None:
    """The result of an answer, None for a response that has no usable one."""
    return response.get(RESULT)


def page(status: int, title: str, text: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """A page, as gateways and web servers send."""
    heading = f"{status} {title}"
    html = f"<html><head><title>{heading}</title></head><body><h1>{heading}</h1><p>{text}</p></body></html>"
    return web.Response(status=status, body=html.encode(), headers={"Content-Type": HTML_TYPE, **(headers or {})})


def bad_request() -> web.Response:
    """A body that cannot be read; HTTP status inferred."""
    return page(400, "Bad Request", "The body of the request cannot be read.")


def not_found() -> web.Response:
    """Unknown service or path."""
    return page(404, "Not Found", "The requested resource is not available.")


def not_allowed() -> web.Response:
    """Neither GET nor POST."""
    return page(405, "Method Not Allowed", "Use GET or POST.")


def too_long(limit: int) -> web.Response:
    """A GET URL over the documented limit; HTTP status inferred."""
    return page(414, "Request-URI Too Large", f"A GET URL has at most {limit} characters, use POST.")


def gateway_timeout() -> web.Response:
    """The gateway gave up; the work goes on."""
    return page(504, "Gateway Time-out", "The server did not answer in time.")


async def struck(request: web.Request, fault: Fault, response: web.StreamResponse) -> web.StreamResponse:
    """The response after a fault of any kind that shows in HTTP alone."""
    whole = response.body if isinstance(response, web.Response) and isinstance(response.body, bytes) else b""
    if fault.kind in ("cut_before", "cut_after"):
        _cut(request)
        return web.Response()
    if fault.kind == "truncated":
        return await _truncated(request, response, whole)
    if fault.kind == "bad_json":
        return web.Response(body=whole[:-1] + b",,", headers={"Content-Type": JSON_TYPE})
    if fault.kind == "empty":
        return web.Response(status=response.status, headers={"Content-Type": response.headers["Content-Type"]})
    if fault.kind == "redirect":
        return page(302, "Found", "Moved.", {"Location": fault.location})
    status = {"429": 429, "html": 200}.get(fault.kind, fault.status)
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    return page(status, HTTPStatus(status).phrase, "Emulated fault.", headers)


async def _truncated(request: web.Request, response: web.StreamResponse, whole: bytes) -> web.StreamResponse:
    """Announce the whole body, send half of it and close the connection."""
    headers = {"Content-Type": response.headers["Content-Type"], "Content-Length": str(len(whole))}
    half = web.StreamResponse(status=response.status, headers=headers)
    await half.prepare(request)
    await half.write(whole[: len(whole) // 2])
    _cut(request)
    return half


def _cut(request: web.Request) -> None:
    if request.transport:
        request.transport.close()
