# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to desired tokens, checked as far as that needs no call."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from typing import Any

from ..._client.errors import require
from ..._client.transport import base_url
from ..._engine.dates import duration_option, moment_option
from ..._engine.entries import about, given, options_of_entry, without_defaults
from .method_names import is_pattern, method_key
from .model import DesiredToken, DesiredTokens, Expiry

LONGEST_WAIT_FOR_LOCK = 86400.0
NEVER = frozenset({"", "never"})
ENTRY_OPTIONS: dict[str, dict[str, Any]] = {
    "description": {"type": "str", "aliases": ["name"]},
    "id": {"type": "int"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "template": {"type": "str"},
    "api_methods": {"type": "list", "elements": "str"},
    "permissions_for": {"type": "list", "elements": "raw"},
    "expires_at": {"type": "str"},
    "expires_in": {"type": "str"},
    "renew_before": {"type": "str"},
    "copy_from": {"type": "str"},
    "regenerate": {"type": "str", "choices": ["never", "lost", "due", "always"], "default": "never"},
    "store_key": {"type": "str", "no_log": False},
}
# The options of an entry of paas_tokens, and those that ``defaults`` can give to all of them.
SET_ENTRY_OPTIONS = without_defaults(ENTRY_OPTIONS)
DEFAULTS_OPTIONS = {
    name: option for name, option in SET_ENTRY_OPTIONS.items() if name not in ("description", "id", "store_key")
}
EXCLUSIVE = (
    ("template", "api_methods"),
    ("template", "permissions_for"),
    ("expires_at", "expires_in"),
    ("expires_at", "renew_before"),
    ("id", "copy_from"),
)
STORE_OPTIONS: dict[str, dict[str, Any]] = {
    "store": {"type": "path", "env": "PAAS_TOKEN_STORE"},
    "store_format": {"type": "str", "choices": ["vault", "plain"], "default": "vault"},
    "store_vault_id": {"type": "str"},
    "store_lock_timeout": {"type": "float", "default": 600.0},
    "store_ephemeral": {"type": "bool", "default": False},
    "return_value": {"type": "bool", "default": False},
}


def duration(options: Mapping[str, Any], name: str) -> datetime.timedelta | None:
    """Read a length of time with a unit; None if it is not given.

    Raises:
        InputError: it is not valid.
    """
    given = options.get(name)
    if given is None:
        return None
    # Of 90, nobody can tell whether days or seconds are meant; as seconds it would end the token at once.
    require(
        not str(given).strip().strip("0").isdigit(),
        f"{name}: {given!r} has no unit; write {given}d, {given}h or {given}s",
    )
    return duration_option(options, name)


def desired_expiry(options: Mapping[str, Any]) -> Expiry | None:
    """``expires_at``, or ``expires_in`` with ``renew_before``; None where neither is given."""
    at, within, renew = options.get("expires_at"), duration(options, "expires_in"), duration(options, "renew_before")
    require(at is None or within is None, "give either expires_at or expires_in, not both")
    require(renew is None or within is not None, "renew_before works together with expires_in")
    if within is not None:
        require(within.total_seconds() > 0, "expires_in must be longer than nothing")
        require(
            renew is None or renew < within,
            "renew_before must be shorter than expires_in, or the token would be renewed on every run",
        )
        return Expiry(within=within, renew_before=renew or datetime.timedelta())
    if at is None:
        return None
    if at.strip().casefold() in NEVER:
        return Expiry()
    return Expiry(at=moment_option(options, "expires_at"))


def _permissions(options: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...] | None]:
    template, methods = options.get("template"), options.get("api_methods")
    require(not (template and methods), "give either template or api_methods, not both")
    require(template is None or template.strip(), "template is empty; leave it out, or name one")
    require(
        methods is None or methods,
        "api_methods is empty; a token needs at least one method, so leave it out or name some",
    )
    broken = [name for name in methods or () if not is_pattern(name) and method_key(name).count(".") != 2]
    require(not broken, f"api_methods: {broken[:1]} is not written like environment.control.StopEnv")
    modules = options.get("permissions_for")
    require(
        template is None or modules is None,
        "give either template or permissions_for, not both; a template is a set of API methods by itself",
    )
    if modules is not None:
        methods = [*(methods or ()), *methods_of_modules(modules, "permissions_for")]
    return template, None if methods is None else tuple(methods)


def methods_of_modules(uses: Any, option: str) -> tuple[str, ...]:
    """The methods that tasks of modules call, as an option names the modules; see ``permissions_for.py``."""
    # Loads the resources of all modules, which a task that names none of them need not wait for.
    from ..permissions_for import methods_for

    return methods_for(uses, option)


def desired_token(options: Mapping[str, Any]) -> DesiredToken:
    """One entry: the options of ``paas_token``, or a member of ``tokens`` of ``paas_tokens``."""
    description = options.get("description")
    require(description is None or description.strip(), "description is empty; a token needs one to be found again")
    require(description or options.get("id") is not None, "a token needs description or id")
    template, methods = _permissions(options)
    require(
        options.get("copy_from") is None or options.get("id") is None, "copy_from makes a new token, so it takes no id"
    )
    return DesiredToken(
        description=description,
        id=options.get("id"),
        present=options.get("state", "present") == "present",
        template=template,
        methods=methods,
        expiry=desired_expiry(options),
        copy_from=options.get("copy_from"),
        regenerate=options.get("regenerate") or "never",
        store_key=options.get("store_key"),
    )


def options_of_one(options: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that ``paas_token`` would be given for an entry of ``paas_tokens``."""
    defaults = given(options.get("defaults") or {})
    if defaults.get("copy_from") == entry.get("description"):
        defaults.pop("copy_from", None)  # the original among its copies
    return options_of_entry(ENTRY_OPTIONS, defaults, entry, EXCLUSIVE)


def _check_distinct(tokens: Iterable[DesiredToken]) -> None:
    """Refuse a set that declares one token twice."""
    for attribute in ("description", "id"):
        seen: set[Any] = set()
        for token in tokens:
            value = getattr(token, attribute)
            require(value is None or value not in seen, f"{attribute} {value!r} is declared twice")
            seen.add(value)


def check_lock_timeout(options: Mapping[str, Any]) -> None:
    """Check how long a task waits for the store.

    Raises:
        InputError: it is not valid.
    """
    waited = options.get("store_lock_timeout")
    require(
        waited is None or 0 <= waited <= LONGEST_WAIT_FOR_LOCK,
        f"store_lock_timeout must be a number of seconds from 0 to {LONGEST_WAIT_FOR_LOCK:g}",
    )


def desired_tokens(
    options: Mapping[str, Any], entries: list[Mapping[str, Any]], *, path: str | None = None, **more: Any
) -> DesiredTokens:
    """Return all that a task asks for.

    Args:
        path: the option with the entries, for messages about one of them.
    """
    tokens = []
    for index, entry in enumerate(entries):
        name = entry.get("description") or f"id {entry.get('id')}"
        with about(f"{path}[{index}] ({name})") if path else nullcontext():
            tokens.append(desired_token(entry))
    _check_distinct(tokens)
    stored = bool(options.get("store"))
    check_lock_timeout(options)
    for token in tokens:
        require(
            stored or token.regenerate != "lost",
            "regenerate: lost asks whether the value is in the store, so it needs store (or PAAS_TOKEN_STORE)",
        )
    return DesiredTokens(
        tokens=tuple(tokens),
        stored=stored,
        keeps_values=stored or bool(options.get("return_value")),
        return_value=bool(options.get("return_value")),
        api_url=base_url(options["api_url"], allow_http=bool(options.get("allow_http"))),
        **more,
    )
