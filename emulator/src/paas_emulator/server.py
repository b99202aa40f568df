# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP: requests become calls, replies go out, connections are cut where a fault says so."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from email.utils import format_datetime
from urllib.parse import parse_qsl

from aiohttp import web

from paas_emulator import catalog
from paas_emulator.control import PREFIX, control
from paas_emulator.dispatch import Dispatcher, Incoming
from paas_emulator.local_access import refusal
from paas_emulator.parameters import Parameters
from paas_emulator.persistence import StateError
from paas_emulator.platform import Platform
from paas_emulator.replies import Reply, bad_request, not_allowed, not_found
from paas_emulator.services.deployment.environment_deployment import DOWNLOAD
from paas_emulator.store import Upload

VERSION, DASHBOARD = "1.0", "jelastic"
MAX_BODY = 64 * 1024 * 1024
MAX_UPLOAD = 1024 * 1024 * 1024
GRACE = 1.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_log = logging.getLogger(__name__)


def split_path(path: str) -> tuple[str, str] | None:
    """`/1.0/environment/control/rest/stopenv` -> (`environment.control`, `stopenv`); None for any other form.

    `/JElastic/` in place of the version is what the dashboard sends (recorded).

    Parts are compared without regard to case; `env` means `environment`; doubled and closing slashes do not count.
    """
    parts = [part for part in path.split("/") if part]
    if len(parts) != 5 or parts[0].lower() not in (VERSION, DASHBOARD) or parts[3].lower() != "rest":
        return None
    service = catalog.normalise(f"{parts[1]}.{parts[2]}")
    return (service, parts[4]) if service in catalog.services() else None


class UnreadableBodyError(Exception):
    """The body of a request is not what its headers say."""


async def read_form(request: web.Request) -> tuple[list[tuple[str, str]], str | None]:
    """Pairs of a form body, and the error that a multipart body with a charset gives (recorded).

    Raises:
        UnreadableBodyError: the body is broken.
    """
    multipart = request.content_type == "multipart/form-data"
    if multipart and "charset" in request.headers.get("Content-Type", "").lower():
        return [], "java.lang.StringIndexOutOfBoundsException"
    try:
        if multipart:
            form = await request.post()
            return [(name, value) for name, value in form.items() if isinstance(value, str)], None
        if request.content_type != "application/x-www-form-urlencoded":
            return [], None
        text = (await request.read()).decode("utf-8", "replace")
        return parse_qsl(text, keep_blank_values=True), None
    except (web.HTTPException, OSError):  # too large, or the caller is gone
        raise
    except Exception as error:  # the parsers of the framework document no closed list of exceptions
        raise UnreadableBodyError from error


async def read_uploads(request: web.Request) -> dict[str, Upload]:
    """Files of a multipart body, which was read before."""
    if request.content_type != "multipart/form-data":
        return {}
    form = await request.post()
    files = {name: field for name, field in form.items() if isinstance(field, web.FileField)}
    uploads = {}
    for name, field in files.items():
        with field.file as file:
            uploads[name] = Upload(field.filename, file.read())
    return uploads


@dataclass(frozen=True)
class Address:
    """Where to listen; port 0 picks one."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None


class Server:
    """One platform behind one address."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.dispatcher = Dispatcher(platform)
        self._runner: web.AppRunner | None = None
        self._own_name = ""

    async def start(self, address: Address) -> str:
        """Listen; returns the URL. Raises OSError when the address cannot be had."""
        self._own_name = address.host
        application = web.Application(
            client_max_size=MAX_BODY, middlewares=[self._local_only, self._state_errors, self._due_tasks]
        )
        application.router.add_route("*", PREFIX + "{name:.*}", self._control)
        application.router.add_get(DOWNLOAD + "{name}", self._download)
        application.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=GRACE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, address.host, address.port, ssl_context=address.tls, reuse_address=True)
        await site.start()
        port = self._runner.addresses[0][1]
        shown = f"[{address.host}]" if ":" in address.host else address.host
        return f"{'https' if address.tls else 'http'}://{shown}:{port}"

    async def stop(self) -> None:
        """Close everything."""
        await self.dispatcher.close()
        if self._runner:
            await self._runner.cleanup()

    @web.middleware
    async def _local_only(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The control path answers programs of this machine only."""
        origin = f"{request.scheme}://{request.headers.get('Host', '')}"
        refused = refusal(request.remote, origin, request.headers, self._own_name)
        if refused and request.path.startswith(PREFIX):
            return web.json_response({"error": refused}, status=403)
        return await handler(request)

    @web.middleware
    async def _state_errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except StateError as error:
            _log.error("%s", error)
            return web.Response(status=500, text="the emulator cannot write its state file")

    @web.middleware
    async def _due_tasks(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Tasks fire before whoever asks next can see whether they have, and when the clock is moved."""
        await self.dispatcher.fire_due()
        response = await handler(request)
        await self.dispatcher.fire_due()
        return response

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        reply = await self._api(request)
        # The shifted clock shows in every answer, as a server's own clock does.
        date = format_datetime(self.platform.clock.now(), usegmt=True)
        return await send(request, replace(reply, headers={"Date": date, **reply.headers}))

    async def _control(self, request: web.Request) -> web.Response:
        try:
            body = await request.read()
        except web.RequestPayloadError:
            return web.json_response({"error": "the body cannot be read"}, status=400)
        status, answer = control(self.platform, request.method, request.match_info["name"], body)
        return web.json_response(answer, status=status)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        kept = self.platform.uploads.get(request.match_info["name"])
        if kept is None:
            return await send(request, not_found())
        return web.Response(body=kept.body, content_type="application/octet-stream")

    async def _api(self, request: web.Request) -> Reply:
        target = split_path(request.path)
        if target is None:
            return not_found()
        if request.method not in ("GET", "POST"):
            return not_allowed()
        in_query = parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
        if request.content_type == "multipart/form-data":
            request = request.clone(client_max_size=MAX_UPLOAD)
        try:
            in_body, broken = await read_form(request) if request.method == "POST" else ([], None)
        except UnreadableBodyError:
            return bad_request()
        service, method = target
        return await self.dispatcher.handle(
            Incoming(
                http=request.method,
                service=service,
                method=method,
                parameters=Parameters(in_query + in_body),
                query=bool(in_query),
                url_length=len(f"{request.scheme}://{request.host}{request.raw_path}"),
                host=request.remote or "",
                user_agent=request.headers.get("User-Agent", ""),
                broken=broken,
                uploads=await read_uploads(request) if not broken else {},
                address=f"{request.scheme}://{request.host}",
            )
        )


async def send(request: web.Request, reply: Reply) -> web.StreamResponse:
    """Send a reply, or as much of it as it has."""
    headers = {"Content-Type": reply.content_type, **reply.headers}
    if reply.cut:
        _close(request)
        return web.Response()
    if reply.promise is None:
        return web.Response(status=reply.status, body=reply.body, headers=headers)
    response = web.StreamResponse(status=reply.status, headers={**headers, "Content-Length": str(reply.promise)})
    await response.prepare(request)
    await response.write(reply.body)
    _close(request)
    return response


def _close(request: web.Request) -> None:
    if request.transport:
        request.transport.close()
