# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web application of a platform, and listening for it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from aiohttp import web

from paas_emulator import control, http_api
from paas_emulator.dashboard import pages
from paas_emulator.dispatch import Dispatcher
from paas_emulator.middlewares import ServerMiddlewares
from paas_emulator.platform import Platform

MAX_BODY = 64 * 1024 * 1024
GRACE = 1.0


@dataclass(frozen=True)
class Address:
    """Where to listen; port 0 picks one."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None


def application(dispatcher: Dispatcher, own_name: str) -> web.Application:
    """Everything that the emulator serves. own_name: the name or address that it listens on."""
    middlewares = ServerMiddlewares(dispatcher)
    served = web.Application(client_max_size=MAX_BODY, middlewares=[middlewares.errors, middlewares.due_tasks])
    served.on_response_prepare.append(middlewares.date)
    controlled = control.application(dispatcher.platform, own_name)
    controlled.add_routes([pages.changes_route(dispatcher.platform)])
    served.add_subapp(control.PREFIX, controlled)
    pages.add_routes(served.router)
    served.add_routes(http_api.routes(dispatcher))
    return served


class Server:
    """One platform behind one address."""

    def __init__(self, platform: Platform) -> None:
        self.dispatcher = Dispatcher(platform)
        self._runner: web.AppRunner | None = None

    async def start(self, address: Address) -> str:
        """Listen; returns the URL. Raises OSError when the address cannot be had."""
        served = application(self.dispatcher, address.host)
        self._runner = web.AppRunner(served, access_log=None, handle_signals=False, shutdown_timeout=GRACE)
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
