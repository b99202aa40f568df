# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve the dashboard: its files, and what has changed since a page asked last."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from aiohttp import web

from paas_emulator.faults import KINDS
from paas_emulator.platform import Platform
from paas_emulator.settings import DELETE_CONFIRM

FIRST_PAGE = "index.html"
FOLDER = "/_dashboard/"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
# Nothing but the files of this folder, and requests to this server. No form is sent by the browser itself, so a
# password cannot get into a URL, even if a script fails.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
# A redirect needs an address beside its kind; the form has no field for it.
CHOICES = {"fault-kinds": [kind for kind in KINDS if kind != "redirect"], "delete-confirm": DELETE_CONFIRM}


def add_routes(router: web.UrlDispatcher) -> None:
    """Add the pages to the routes of a server."""
    pages = {entry.name: entry.read_text("utf-8") for entry in files(__package__).joinpath("static").iterdir()}
    for name, values in CHOICES.items():
        options = "".join(f"<option>{escape(value)}</option>" for value in values)
        pages[FIRST_PAGE] = pages[FIRST_PAGE].replace(f"<!-- {name} -->", options)

    async def file(request: web.Request) -> web.Response:
        name = request.match_info.get("name", FIRST_PAGE)
        if name not in pages:
            raise web.HTTPNotFound(text=f"the dashboard has no file {name}", headers=HEADERS)
        kind = TYPES[name[name.rindex(".") :]]
        return web.Response(text=pages[name], content_type=kind, charset="utf-8", headers=HEADERS)

    router.add_get("/", file)
    router.add_get(FOLDER + "{name}", file)


def changes_route(platform: Platform) -> web.RouteDef:
    """The control request by which a page learns what has changed since it asked last."""

    async def changes(request: web.Request) -> web.Response:
        since = request.query.get("since", "")
        answer = {
            **platform.journal.changes(int(since) if since.isdecimal() and since.isascii() else 0),
            "clock": {"shift": platform.clock.shift, "now": platform.clock.text()},
            "switches": platform.switches.plain(),
            **platform.faults.plain(),
        }
        return web.json_response(answer, headers={"Cache-Control": "no-store"})

    return web.get("/changes", changes)
