# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control path `/_emulator/`: journal, faults, commands, switches, clock, times, accounts, reset. Loopback only."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from paas_emulator import accounts, clock
from paas_emulator.faults import parse_faults
from paas_emulator.methods import emulated
from paas_emulator.middlewares import local_only
from paas_emulator.persistence import StateError
from paas_emulator.platform import Platform
from paas_emulator.services.billing import model as quotas
from paas_emulator.services.control.regions import Regions, parse_regions

PREFIX = "/_emulator/"
MAX_BODY = 64 * 1024 * 1024
PACKAGE_MEMBERS = ("result", "error", "success", "id", "name", "type")
Answer = dict[str, Any]
Action = Callable[[Platform, Any], Answer]


def _get_accounts(platform: Platform, _: Any) -> Answer:
    rows = platform.store.accounts.values()
    return {
        "accounts": [
            {"login": row.login, "uid": row.uid, "two_factor": bool(row.otp_secret or row.recovery_codes)}
            for row in rows
        ]
    }


def _put_accounts(platform: Platform, body: Any) -> Answer:
    for wanted in accounts.parse_objects(body):
        accounts.ensure(platform.store, wanted, at_start=False)
    platform.changed = True
    platform.save()
    return _get_accounts(platform, None)


def _get_clock(platform: Platform, _: Any) -> Answer:
    return {"shift": platform.clock.shift, "now": platform.clock.text()}


def _put_clock(platform: Platform, body: Any) -> Answer:
    if isinstance(body, dict):
        if set(body) != {"shift"}:
            raise ValueError('the clock takes one member: {"shift": seconds or a text such as +90d}')
        body = body["shift"]
    platform.clock.shift = clock.parse_shift(body)
    return _get_clock(platform, None)


def _put_faults(platform: Platform, body: Any) -> Answer:
    platform.faults.replace(parse_faults(body))
    return platform.faults.plain()


def _put_manifests(platform: Platform, body: Any) -> Answer:
    usable = isinstance(body, dict) and all(isinstance(text, str) for text in body.values())
    if not usable:
        raise ValueError("manifests must be an object of addresses and texts")
    platform.manifests = dict(body)
    return {"manifests": sorted(platform.manifests)}


def _put_packages(platform: Platform, body: Any) -> Answer:
    for name, row in _object("packages", body).items():
        if not isinstance(row, dict) or set(row) - set(PACKAGE_MEMBERS):
            raise ValueError(f"package {name!r} must be an object with {', '.join(PACKAGE_MEMBERS)}")
        result = row.get("result", 0)
        if not isinstance(result, int) or isinstance(result, bool) or result < 0:
            raise ValueError(f"package {name!r}: result must be a number from 0")
        if not all(isinstance(row[member], str) for member in row if member != "result"):
            raise ValueError(f"package {name!r}: all but result must be texts")
    platform.packages = dict(body)
    return {"packages": platform.packages}


def _put_commands(platform: Platform, body: Any) -> Answer:
    platform.commands.replace(body)
    return platform.commands.plain()


def _put_quotas(platform: Platform, body: Any) -> Answer:
    quotas.replace(platform.store, _object("quotas", body))
    platform.changed = True
    platform.save()
    return quotas.to_api(platform.store)


def _put_regions(platform: Platform, body: Any) -> Answer:
    platform.regions = Regions(tuple(parse_regions(body)))
    return platform.regions.plain()


def _put_images(platform: Platform, body: Any) -> Answer:
    platform.images.replace(body)
    return platform.images.plain()


def _put_stacks(platform: Platform, body: Any) -> Answer:
    platform.stacks.replace(body)
    return {"stacks": platform.stacks.tags()}


def _put_switches(platform: Platform, body: Any) -> Answer:
    platform.switches.update(_object("switches", body))
    return platform.switches.plain()


def _put_times(platform: Platform, body: Any) -> Answer:
    operations = (method.facts for method in emulated().values() if method.operation)
    platform.times.replace(_object("times", body), operations)
    return platform.times.plain()


def _delete_journal(platform: Platform, _: Any) -> Answer:
    platform.journal.clear()
    return platform.journal.plain()


def _reset(platform: Platform, _: Any) -> Answer:
    platform.reset()
    return {"ok": True}


def _object(what: str, body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise ValueError(f"{what} must be an object")
    return body


# (HTTP method, name) -> what it does
ROUTES: dict[tuple[str, str], Action] = {
    ("GET", "health"): lambda platform, body: {"ok": True},
    ("GET", "journal"): lambda platform, body: platform.journal.plain(),
    ("DELETE", "journal"): _delete_journal,
    ("GET", "faults"): lambda platform, body: platform.faults.plain(),
    ("PUT", "faults"): _put_faults,
    ("GET", "commands"): lambda platform, body: platform.commands.plain(),
    ("PUT", "commands"): _put_commands,
    ("GET", "manifests"): lambda platform, body: {"manifests": sorted(platform.manifests)},
    ("PUT", "manifests"): _put_manifests,
    ("GET", "quotas"): lambda platform, body: quotas.to_api(platform.store),
    ("PUT", "quotas"): _put_quotas,
    ("GET", "regions"): lambda platform, body: platform.regions.plain(),
    ("PUT", "regions"): _put_regions,
    ("GET", "images"): lambda platform, body: platform.images.plain(),
    ("PUT", "images"): _put_images,
    ("GET", "stacks"): lambda platform, body: {"stacks": platform.stacks.tags()},
    ("PUT", "stacks"): _put_stacks,
    ("GET", "packages"): lambda platform, body: {"packages": platform.packages},
    ("PUT", "packages"): _put_packages,
    ("GET", "switches"): lambda platform, body: platform.switches.plain(),
    ("PUT", "switches"): _put_switches,
    ("GET", "clock"): _get_clock,
    ("PUT", "clock"): _put_clock,
    ("GET", "times"): lambda platform, body: platform.times.plain(),
    ("PUT", "times"): _put_times,
    ("GET", "accounts"): _get_accounts,
    ("PUT", "accounts"): _put_accounts,
    ("POST", "reset"): _reset,
}


def perform(platform: Platform, http: str, action: Action, body: bytes) -> tuple[int, Answer]:
    """HTTP status and JSON of one control request."""
    try:
        value = json.loads(body) if http == "PUT" else None
    except (ValueError, RecursionError):
        return 400, {"error": "the body must be JSON"}
    try:
        return 200, action(platform, value)
    except ValueError as error:
        return 400, {"error": " ".join(str(error).split())}
    except StateError as error:
        return 500, {"error": str(error)}


def application(platform: Platform, own_name: str) -> web.Application:
    """The web application below `/_emulator/`, for programs of this machine. own_name: what the emulator listens on."""
    served = web.Application(client_max_size=MAX_BODY, middlewares=[local_only(own_name), _errors])
    served.add_routes([_route(platform, http, name, action) for (http, name), action in ROUTES.items()])
    return served


def _route(platform: Platform, http: str, name: str, action: Action) -> web.RouteDef:
    async def handler(request: web.Request) -> web.Response:
        status, answer = perform(platform, http, action, await request.read())
        return web.json_response(answer, status=status)

    return web.route(http, f"/{name}", handler)


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.RequestPayloadError:
        return web.json_response({"error": "the body cannot be read"}, status=400)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        known = ", ".join(f"{method} {path}" for method, path in ROUTES)
        return web.json_response({"error": f"no such control request; there are: {known}"}, status=404)
