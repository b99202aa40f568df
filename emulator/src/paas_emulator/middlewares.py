# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Middlewares of every request, of control requests (`local_only`) and of calls."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from email.utils import format_datetime
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from paas_emulator import auth, envelope
from paas_emulator.dispatch import Dispatcher, Incoming, write_refusal
from paas_emulator.errors import PLATFORM, ApiError, given_code
from paas_emulator.faults import Fault
from paas_emulator.http_responses import (
    answer,
    gateway_timeout,
    not_allowed,
    not_found,
    page,
    result_of,
    struck,
    too_long,
)
from paas_emulator.journal import Entry
from paas_emulator.local_access import refusal
from paas_emulator.persistence import StateError
from paas_emulator.services.control.layer_failure import layer_failed

# Members of a request for a call: what was read from it, and its entry in the journal.
CALL = web.RequestKey("CALL", Incoming)
ENTRY = web.RequestKey("ENTRY", Entry)
MAX_GET_URL = 2048
_log = logging.getLogger(__name__)


def chain(handler: Handler, *middlewares: Middleware) -> Handler:
    """Put the handler of a route behind middlewares of its own; the first is the outermost."""
    for middleware in reversed(middlewares):
        handler = partial(middleware, handler=handler)
    return handler


def local_only(own_name: str) -> Middleware:
    """Make the middleware that answers programs of this machine only. own_name: what the emulator listens on."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = f"{request.scheme}://{request.headers.get('Host', '')}"
        refused = refusal(request.remote, origin, request.headers, own_name)
        return web.json_response({"error": refused}, status=403) if refused else await handler(request)

    return middleware


class ServerMiddlewares:
    """Middlewares of every request, and the signal that dates the responses."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def date(self, _: web.Request, response: web.StreamResponse) -> None:
        """Show the shifted clock in every response, as a server's own clock does."""
        response.headers["Date"] = format_datetime(self._dispatcher.platform.clock.now(), usegmt=True)

    @web.middleware
    async def errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn missing routes and a state file that cannot be written into pages."""
        try:
            return await handler(request)
        except StateError as error:
            _log.error("%s", error)
            return web.Response(status=500, text="the emulator cannot write its state file")
        except web.HTTPNotFound:
            return not_found()
        except web.HTTPMethodNotAllowed:
            return not_allowed()

    @web.middleware
    async def due_tasks(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Tasks fire before whoever asks next can see whether they have, and when the clock is moved."""
        await self._dispatcher.fire_due()
        response = await handler(request)
        await self._dispatcher.fire_due()
        return response


class CallMiddlewares:
    """Middlewares of calls, and the handler behind them. Each finds the call in `request[CALL]`."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._platform = dispatcher.platform

    def handler(self, *first: Middleware) -> Handler:
        """The handler of calls behind all of its middlewares; `first` are further ones around them."""
        return chain(self._work, *first, self.journal, self.faults, self.gateway, self.no_writes)

    async def _work(self, request: web.Request) -> web.Response:
        call = request[CALL]
        if call.http == "GET" and call.url_length > MAX_GET_URL:
            return too_long(MAX_GET_URL)
        return self._answer(await self._dispatcher.carry_out(call), request)

    def _answer(self, body: dict[str, object], request: web.Request) -> web.Response:
        if self._platform.switches["debug"]:
            body = envelope.with_debug(body, request[ENTRY].started)
        return answer(body)

    @web.middleware
    async def journal(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note the call when it arrives, and its result when it is answered."""
        entry = self._platform.journal.open(request[CALL].entry())
        request[ENTRY] = entry
        response = await handler(request)
        entry.close(result_of(response))
        return response

    @web.middleware
    async def faults(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer as a fault says, before or after the work; delays are for the work to keep."""
        entry = request[ENTRY]
        delay, fault = self._platform.faults.strike(entry.method)
        entry.fault = fault.kind if fault else "delay" if delay else None
        if fault and not fault.after_work:
            await asyncio.sleep(delay)
            return await self._without_work(request, fault)
        request[CALL] = replace(request[CALL], delay=delay)
        response = await handler(request)
        return await struck(request, fault, response) if fault else response

    async def _without_work(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        """Faults that strike before anything is done."""
        call = request[CALL]
        if fault.kind == "inner_error":
            error = ApiError(given_code(fault.code), fault.error, source=PLATFORM)
            return self._answer(envelope.failure(error, call.scripted, inside=True), request)
        if fault.kind == "layer_failed":
            error = layer_failed(fault, call.parameters, self._platform.store)
            return self._answer(envelope.failure(error, call.scripted, inside=True), request)
        if fault.kind == "session_lost":
            error = auth.lose_session(self._platform, call.parameters.first("session") or "")
            self._platform.save()
            return self._answer(envelope.failure(error, call.scripted, inside=False), request)
        return await struck(request, fault, page(200, "OK", "emulated page"))

    @web.middleware
    async def gateway(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Give up after the time of the switch, as a gateway does. The work goes on, also when its caller is gone."""
        work = self._dispatcher.background(handler(request))
        try:
            return await asyncio.wait_for(asyncio.shield(work), self._platform.switches["gateway_timeout"])
        except asyncio.TimeoutError:
            return gateway_timeout()

    @web.middleware
    async def no_writes(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what writes while the switch is on."""
        call = request[CALL]
        refused = write_refusal(self._platform, call.emulated)
        if refused:
            return self._answer(envelope.failure(refused, call.scripted, inside=False), request)
        return await handler(request)
