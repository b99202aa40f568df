# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the API methods that a token needs for modules, states and options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._client.errors import require
from .._engine.permissions import Table
from .._engine.suggestions import did_you_mean
from . import account, env_group, exec, inventory, log, package, region, scheduled_task, ssh_key, stats
from .api import known_method, method_hint
from .deployment import permissions as deployment
from .environment.permissions import INFO, MANY, ONE
from .file import permissions as file

COLLECTION = "inet.elastic."
# The table of each module.
TABLES: dict[str, Table] = {
    "paas_account_info": account.PERMISSIONS,
    "paas_deployment": deployment.PERMISSIONS,
    "paas_env_group": env_group.PERMISSIONS,
    "paas_environment": ONE,
    "paas_environment_info": INFO,
    "paas_environments": MANY,
    "paas_exec": exec.PERMISSIONS,
    "paas_file": file.PERMISSIONS,
    "paas_log_info": log.PERMISSIONS,
    "paas_package": package.PERMISSIONS,
    "paas_region_info": region.PERMISSIONS,
    "paas_scheduled_task": scheduled_task.PERMISSIONS,
    "paas_ssh_key": ssh_key.PERMISSIONS,
    "paas_stats_info": stats.PERMISSIONS,
}
# The table of each other plugin.
PLUGINS: dict[str, Table] = {"paas": inventory.PERMISSIONS}
ALL_TABLES = {**TABLES, **PLUGINS}
# Modules for whose methods the platform accepts no token (documented), and what they do.
WITHOUT_TOKEN = {
    "paas_session": "signs in and out",
    "paas_token": "manages tokens",
    "paas_token_info": "manages tokens",
    "paas_token_rotation": "manages tokens",
    "paas_tokens": "manages tokens",
}
# The module that calls the methods that its tasks name.
ANY_METHOD = "paas_api"
MEMBERS = ("module", "states", "options", "methods", "always_running")


@dataclass(frozen=True)
class Use:
    """Tasks of one module; :meth:`Table.needed` says what None means.

    Attributes:
        named: the methods that tasks of ``paas_api`` call.
        always_running: whether the tasks find every environment running, so that none is started for a change.
    """

    module: str
    states: tuple[str, ...] | None = None
    options: tuple[str, ...] | None = None
    named: tuple[str, ...] = ()
    always_running: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that these tasks may call, sorted."""
        if self.module not in ALL_TABLES:
            return self.named
        return ALL_TABLES[self.module].needed(self.states, self.options, always_running=self.always_running)


def uses_of(entries: Any, where: str = "permissions_for") -> tuple[Use, ...]:
    """Read what a user gives: modules, or mappings of ``module``, ``states`` and ``options``.

    Args:
        entries: a list of these, or one of them.
        where: the option's path for messages.

    Raises:
        InputError: an entry is not valid; the message suggests names.
    """
    found = list(entries) if isinstance(entries, (list, tuple)) else [entries]
    require(found, f"{where} is empty; leave it out, or name modules, such as {COLLECTION}paas_environment")
    return tuple(_use(entry, f"{where}[{index}]") for index, entry in enumerate(found))


def methods_for(entries: Any, where: str = "permissions_for") -> tuple[str, ...]:
    """Return the API methods that a token for all these tasks needs, sorted; see :func:`uses_of`."""
    return tuple(sorted({method for use in uses_of(entries, where) for method in use.methods}))


def _use(entry: Any, where: str) -> Use:
    require(
        isinstance(entry, (str, Mapping)),
        f"{where} must be the name of a module, or a mapping with {', '.join(MEMBERS)}",
    )
    given: Mapping[str, Any] = {"module": entry} if isinstance(entry, str) else entry
    for name in given:
        _check_known(str(name), MEMBERS, where, "a member of such a mapping")
    module = _module(given.get("module"), where)
    states, options, methods = (_names(given.get(name), f"{where}: {name}") for name in MEMBERS[1:4])
    running = given.get("always_running")
    require(running is None or isinstance(running, bool), f"{where}: always_running must be true or false")
    require(
        running is None or (module in TABLES and any(row.waking for row in TABLES[module].permissions)),
        f"{where}: always_running is for paas_environment and paas_environments; leave it out",
    )
    if module == ANY_METHOD:
        require(states is None and options is None, f"{where}: name methods for {module}, not states or options")
        return Use(module, named=_known_methods(methods, where))
    require(methods is None, f"{where}: methods is for {ANY_METHOD}; name states or options of {module}")
    table = ALL_TABLES[module]
    require(
        states is None or table.states, f"{where}: {module} has no option state, so states says nothing; leave it out"
    )
    require(states != (), f"{where}: states is empty; leave it out, or name some of {', '.join(table.states)}")
    for state in states or ():
        _check_known(state, table.states, where, f"a state of {module}")
    for option in options or ():
        _check_known(option, table.options, where, f"an option of {module}", f"see ansible-doc {COLLECTION}{module}")
    named = None if options is None else tuple(table.options[option] for option in options)
    return Use(module, states, named, always_running=bool(running))


def _known_methods(names: tuple[str, ...] | None, where: str) -> tuple[str, ...]:
    """Return methods in their documented spelling, sorted."""
    require(
        names,
        f"{where}: {ANY_METHOD} calls any method, so name the methods: "
        f"{{module: {ANY_METHOD}, methods: [environment.control.StopEnv]}}",
    )
    for name in names or ():
        advice = method_hint(name) or "give a method without documentation in api_methods"
        known = known_method(name)
        require(known, f"{where}: {name!r} is not a known method; {advice}")
        require(
            not str(known).startswith("users.authentication."),
            f"{where}: no token may call {known}, so it needs login and password; leave it out",
        )
    return tuple(sorted({str(known_method(name)) for name in names or ()}))


def _module(given: Any, where: str) -> str:
    require(
        isinstance(given, str) and given.strip(),
        f"{where}: the name of a module is missing; give one, such as {COLLECTION}paas_environment",
    )
    name = str(given).strip().removeprefix(COLLECTION)
    require(
        name not in WITHOUT_TOKEN,
        f"{where}: {name} {WITHOUT_TOKEN.get(name, '')}, which no token may do, so it needs login and password; "
        "leave it out",
    )
    _check_known(name, [ANY_METHOD, *ALL_TABLES], where, "a module of this collection that calls the platform")
    return name


def _names(given: Any, where: str) -> tuple[str, ...] | None:
    if given is None:
        return None
    names = [given] if isinstance(given, str) else given
    usable = isinstance(names, (list, tuple)) and all(isinstance(name, str) for name in names)
    require(usable, f"{where} must be a list of names")
    return tuple(dict.fromkeys(name.strip() for name in names))


def _check_known(name: str, known: Iterable[str], where: str, what: str, otherwise: str | None = None) -> None:
    """Raise InputError for an unknown name: with a suggestion, else with ``otherwise``, else with all known names."""
    names = list(known)
    advice = did_you_mean(name, names) or otherwise or f"known are {', '.join(names)}"
    require(name in names, f"{where}: {name!r} is not {what}; {advice}")
