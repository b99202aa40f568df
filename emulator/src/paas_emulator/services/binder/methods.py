# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Binder: external domains, and additional domains below the platform's own."""

from __future__ import annotations

from typing import Any

from paas_emulator import selection
from paas_emulator.calls import Call
from paas_emulator.errors import (
    DOMAIN_BUSY,
    GENERIC_FAILURE,
    NOT_FOUND,
    PLATFORM,
    ApiError,
    invalid_parameter,
    wrong_status,
)
from paas_emulator.registry import emulates
from paas_emulator.services.binder import certificates
from paas_emulator.services.binder import model as domains
from paas_emulator.services.control import creation
from paas_emulator.services.group import model as groups
from paas_emulator.statuses import ANY_STATUS, CALM

SEPARATORS = {True: ".", False: "-"}  # documented

# -- external domains -----------------------------------------------------------------------------------------------


def _several(call: Call, parameter: str) -> list[str]:
    names = [domains.read(item, parameter) for item in call.items(parameter) or []]
    if not names:
        raise invalid_parameter(parameter)
    return list(dict.fromkeys(names))


def _shown(call: Call, domain: str) -> dict[str, Any]:
    number = call.environment.ext_domains[domain]
    row = call.platform.store.certificates.get(number) if number is not None else None
    certificate = certificates.to_api(call.platform.store, row) if row else None
    return {"domain": domain, "sslEnabled": row is not None, "sslCert": certificate}


def _bind(call: Call, names: list[str]) -> list[dict[str, Any]]:
    environment, store = call.environment, call.platform.store
    number = call.values.get("certId")
    if number is not None:
        certificates.find(store, call.account.uid, number)
    for domain in names:
        domains.check_free(store, domain, environment)
    for domain in names:
        environment.ext_domains.setdefault(domain, None)
        if number is not None:
            environment.ext_domains[domain] = number
    return [_shown(call, domain) for domain in names]


@emulates("environment.binder.BindExtDomain", needs=CALM)
def bind_ext_domain(call: Call) -> dict[str, Any]:
    """Bind one; one that is bound here already stays (inferred)."""
    return {"extDomain": _bind(call, [domains.read(call.text("extdomain"), "extdomain")])[0]}


@emulates("environment.binder.BindExtDomains", needs=CALM)
def bind_ext_domains(call: Call) -> dict[str, Any]:
    """Bind several; all or none (inferred)."""
    return {"extDomains": [{"result": 0, **row} for row in _bind(call, _several(call, "extDomains"))]}


def _remove(call: Call, names: list[str]) -> dict[str, Any]:
    for domain in names:
        domains.check_bound(call.environment, domain)
    for domain in names:
        del call.environment.ext_domains[domain]
    return {}


@emulates("environment.binder.RemoveExtDomain", needs=CALM)
def remove_ext_domain(call: Call) -> dict[str, Any]:
    """Take one off."""
    return _remove(call, [domains.read(call.text("extdomain"), "extdomain")])


@emulates("environment.binder.RemoveExtDomains", needs=CALM)
def remove_ext_domains(call: Call) -> dict[str, Any]:
    """Take several off; all or none (inferred)."""
    return _remove(call, _several(call, "extdomain"))


@emulates("environment.binder.GetExtDomains")
def get_ext_domains(call: Call) -> dict[str, Any]:
    """Those of the environment that `envName` names (documented), else of the account; members are inferred."""
    environment = groups.environment_of(call)
    environments = [environment] if environment else call.platform.store.environments_of(call.account.uid)
    found = [(item, domain) for item in environments for domain in item.ext_domains]
    return {"extDomains": [{"result": 0, "domain": domain, "envName": item.name} for item, domain in found]}


@emulates("environment.binder.CheckExtDomain")
def check_ext_domain(call: Call) -> dict[str, Any]:
    """Whether one is free."""
    domains.check_free(call.platform.store, domains.read(call.text("extdomain"), "extdomain"), None)
    return {}


@emulates("environment.binder.CheckDomain")
def check_domain(call: Call) -> dict[str, Any]:
    """Whether the name of an environment is free."""
    if call.text("region"):
        creation.region_of(call, call.text("region") or "")
    creation.free_name(call.platform.store, (call.text("domain") or "").partition(".")[0])
    return {}


@emulates("environment.binder.SwapExtDomains", needs=CALM)
def swap_ext_domains(call: Call) -> dict[str, Any]:
    """Exchange all domains with another environment of the account, named by its `appid` or its name (inferred).

    It does not work where a node has a public address (documented; the code is inferred).
    """
    target = (call.text("targetappid") or "").strip().lower()
    environments = call.platform.store.environments_of(call.account.uid)
    mine = call.environment
    other = next((item for item in environments if target in (item.appid, item.name)), None)
    if other is None or other is mine:
        raise invalid_parameter("targetappid")
    if other.running or other.status not in CALM:
        raise wrong_status(other.status, CALM)
    for item in (mine, other):
        if any(node.ext_ips for node in item.nodes):
            text = f"domains of environment [{item.name}] cannot be swapped: it has public addresses; swap these"
            raise ApiError(GENERIC_FAILURE, text, source=PLATFORM)
    mine.ext_domains, other.ext_domains = other.ext_domains, mine.ext_domains
    return {}


# -- additional domains ---------------------------------------------------------------------------------------------


def _place(call: Call) -> dict[str, Any]:
    """Where additional domains belong: a node, a layer, or the environment."""
    if call.values.get("nodeId") is not None:
        return {"nodeId": selection.node(call).id}
    return {"nodeGroup": selection.layer(call).name} if call.text("nodeGroup") else {}


def _labels(call: Call) -> list[str]:
    names = [domains.label(item, "domains") for item in call.items("domains") or []]
    if not names:
        raise invalid_parameter("domains")
    return list(dict.fromkeys(names))


@emulates("environment.binder.AddDomains", needs=CALM)
def add_domains(call: Call) -> dict[str, Any]:
    """Add names, before a `.` where `subdomain` is true and else before a `-` (documented); all or none (inferred)."""
    environment, store = call.environment, call.platform.store
    place, separator = _place(call), SEPARATORS[call.flag("subdomain")]
    rows = [{"name": name, "separator": separator, **place} for name in _labels(call)]
    for row in rows:
        domain = domains.shown(environment, row, short=False)
        if row not in environment.domains and domains.taken(store, domain):
            raise ApiError(DOMAIN_BUSY, f"domain [{domain}] is taken", source=PLATFORM)
    environment.domains = [*environment.domains, *(row for row in rows if row not in environment.domains)]
    return {}


@emulates("environment.binder.RemoveDomains", needs=CALM)
def remove_domains(call: Call) -> dict[str, Any]:
    """Remove names; all or none (inferred)."""
    place, names, environment = _place(call), _labels(call), call.environment
    found = [row for row in environment.domains if row["name"] in names and _place_of(row) == place]
    missing = set(names) - {row["name"] for row in found}
    if missing:
        raise ApiError(NOT_FOUND, f"domain [{min(missing)}] not found", source=PLATFORM)
    environment.domains = [row for row in environment.domains if row not in found]
    return {}


def _place_of(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("nodeId", "nodeGroup") if name in row}


@emulates("environment.binder.GetDomains", needs=ANY_STATUS)
def get_domains(call: Call) -> dict[str, Any]:
    """All of them, or those of a layer or a node; `inShort` leaves out the platform's domain (documented)."""
    wanted, environment = _place(call), call.environment
    rows = [row for row in environment.domains if not wanted or _place_of(row) == wanted]
    answer: dict[str, Any] = {"envDomains": [], "nodeGroupsDomains": {}, "nodesDomains": {}}
    for row in rows:
        name = domains.shown(environment, row, short=call.flag("inShort"))
        if "nodeId" in row:
            answer["nodesDomains"].setdefault(str(row["nodeId"]), []).append(name)
        elif "nodeGroup" in row:
            answer["nodeGroupsDomains"].setdefault(row["nodeGroup"], []).append(name)
        else:
            answer["envDomains"].append(name)
    return answer
