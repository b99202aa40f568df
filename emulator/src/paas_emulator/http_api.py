# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of the API, and reading calls from HTTP requests."""

from __future__ import annotations

from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.typedefs import Handler

from paas_emulator import catalog
from paas_emulator.dispatch import Dispatcher, Incoming
from paas_emulator.http_responses import bad_request, not_found
from paas_emulator.middlewares import CALL, CallMiddlewares
from paas_emulator.parameters import Parameters
from paas_emulator.services.deployment.methods import DOWNLOAD
from paas_emulator.store import Upload

# `/1.0/environment/control/rest/stopenv`, in any case; `/JElastic/` in place of the version is what the dashboard
# sends (recorded). Doubled and closing slashes do not count.
PATH = (
    r"/{_start:/*}{version:(?i:1\.0|jelastic)}{_1:/+}{namespace:[^/]+}{_2:/+}{service:[^/]+}"
    r"{_3:/+}{_rest:(?i:rest)}{_4:/+}{method:[^/]+}{_end:/*}"
)
MAX_UPLOAD = 1024 * 1024 * 1024


class UnreadableBodyError(Exception):
    """The body of a request is not what its headers say."""


def routes(dispatcher: Dispatcher) -> list[web.RouteDef]:
    """The route of calls, and the one of uploaded files."""
    call = CallMiddlewares(dispatcher).handler(_read_call)

    async def download(request: web.Request) -> web.Response:
        kept = dispatcher.platform.uploads.get(request.match_info["name"])
        if kept is None:
            return not_found()
        return web.Response(body=kept.body, content_type="application/octet-stream")

    return [*(web.route(http, PATH, call) for http in ("GET", "POST")), web.get(DOWNLOAD + "{name}", download)]


@web.middleware
async def _read_call(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the call into `request[CALL]`."""
    match = request.match_info
    service = catalog.normalise(f"{match['namespace']}.{match['service']}")
    if service not in catalog.services():
        return not_found()
    try:
        request[CALL] = await read_call(request, service, match["method"])
    except UnreadableBodyError:
        return bad_request()
    return await handler(request)


async def read_call(request: web.Request, service: str, method: str) -> Incoming:
    """The call that a request makes. Raises UnreadableBodyError."""
    in_query = parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
    if request.content_type == "multipart/form-data":
        request = request.clone(client_max_size=MAX_UPLOAD)
    in_body, broken = await _read_form(request) if request.method == "POST" else ([], None)
    address = f"{request.scheme}://{request.host}"
    return Incoming(
        http=request.method,
        service=service,
        method=method,
        parameters=Parameters(in_query + in_body),
        query=bool(in_query),
        host=request.remote or "",
        user_agent=request.headers.get("User-Agent", ""),
        broken=broken,
        uploads=await _read_uploads(request) if not broken else {},
        address=address,
        url_length=len(address + request.raw_path),
    )


async def _read_form(request: web.Request) -> tuple[list[tuple[str, str]], str | None]:
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


async def _read_uploads(request: web.Request) -> dict[str, Upload]:
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
