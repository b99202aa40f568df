# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Binder: certificates, of an environment itself and kept by the account for its domains."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call
from paas_emulator.errors import GENERIC_FAILURE, PLATFORM, ApiError, invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.services.binder import certificates
from paas_emulator.services.binder import model as domains
from paas_emulator.services.control import serializers
from paas_emulator.services.group import model as groups
from paas_emulator.statuses import ANY_STATUS, CALM

SLB = "SLB"  # documented: the shared load balancer
NO_CHAIN = ("*", "null", "none")  # documented

# -- the custom certificate of an environment -----------------------------------------------------------------------


def _shown(call: Call) -> dict[str, Any] | None:
    """The certificate without its key, which no answer holds (inferred; the specification has a member for it)."""
    row = call.environment.certificate
    if row is None:
        return None
    stored = call.platform.store.certificates.get(row["stored"]) if row["stored"] is not None else None
    kept = certificates.to_api(call.platform.store, stored) if stored else None
    shown = {name: value for name, value in row.items() if name != "stored"}
    return {**shown, "domain": serializers.domain(call.environment), "sslCert": kept}


@emulates("environment.binder.BindSSL", needs=CALM, optional=("intermediate",))
def bind_ssl(call: Call) -> dict[str, Any]:
    """Set the custom certificate, and switch it on (inferred)."""
    certificate = certificates.check_pem(call.text("cert"), "cert")
    certificates.check_key(call.text("cert_key"), "cert_key")
    chain = call.text("intermediate") or ""
    call.environment.certificate = {
        "id": call.platform.store.next_id("certificate"),
        "cert": certificate,
        "intermediate": certificates.check_pem(chain, "intermediate") if chain.strip() else "",
        "sslEnable": True,
        "stored": None,
    }
    return {"sslCustom": _shown(call)}


@emulates("environment.binder.GetSSL", needs=ANY_STATUS)
def get_ssl(call: Call) -> dict[str, Any]:
    """Return the custom certificate; without one, the answer has no such member (inferred)."""
    return {"sslCustom": _shown(call)}


@emulates("environment.binder.RemoveSSL", needs=CALM)
def remove_ssl(call: Call) -> dict[str, Any]:
    """Remove it; without one there is nothing to do (inferred)."""
    call.environment.certificate = None
    return {}


@emulates("environment.binder.DeleteSSL", needs=CALM)
def delete_ssl(call: Call) -> dict[str, Any]:
    """The same."""
    call.environment.certificate = None
    return {}


@emulates("environment.binder.DisableSSL", needs=CALM)
def disable_ssl(call: Call) -> dict[str, Any]:
    """Switch it off, and keep it (inferred)."""
    if call.environment.certificate:
        call.environment.certificate["sslEnable"] = False
    return {}


# -- certificates kept by the account -------------------------------------------------------------------------------


@emulates("environment.binder.AddSSLCert")
def add_ssl_cert(call: Call) -> dict[str, Any]:
    """Keep one; `envName`, where it is sent, must exist."""
    store = call.platform.store
    groups.environment_of(call)
    certificate = certificates.check_pem(call.text("cert"), "cert")
    certificates.check_key(call.text("key"), "key")
    chain = call.text("interm") or ""
    chain = certificates.check_pem(chain, "interm") if chain.strip() else ""
    number = store.next_id("certificate")
    row = {"id": number, "uid": call.account.uid, "cert": certificate, "intermediate": chain}
    store.certificates[number] = row
    return {"sslCert": certificates.to_api(store, row)}


@emulates("environment.binder.GetSSLCerts")
def get_ssl_certs(call: Call) -> dict[str, Any]:
    """Those of the account, those of the numbers in `ids`, or those bound in one environment (inferred)."""
    store, uid, environment = call.platform.store, call.account.uid, groups.environment_of(call)
    rows = [row for row in store.certificates.values() if row["uid"] == uid]
    if call.text("ids"):
        numbers = call.ids("ids")
        rows = rows if numbers is None else [certificates.find(store, uid, number) for number in numbers]
    found = [row for row in rows if environment is None or certificates.uses(environment, row["id"])]
    return {"sslCerts": [certificates.to_api(store, row) for row in found]}


@emulates("environment.binder.EditSSLCert")
def edit_ssl_cert(call: Call) -> dict[str, Any]:
    """Change one; what is left out stays. A new certificate needs its key (inferred).

    `*`, `null` or `none` takes the intermediate certificate away (documented).
    """
    store = call.platform.store
    groups.environment_of(call)
    row = certificates.find(store, call.account.uid, call.values["id"])
    changed = dict(row)
    if call.text("cert"):
        changed["cert"] = certificates.check_pem(call.text("cert"), "cert")
    if call.text("cert") or call.text("key"):
        certificates.check_key(call.text("key"), "key")
    if call.sent("interm"):
        chain = call.text("interm") or ""
        chain = "" if chain.strip().lower() in NO_CHAIN else chain
        changed["intermediate"] = certificates.check_pem(chain, "interm") if chain.strip() else ""
    row.update(changed)
    for environment in store.environments_of(call.account.uid):
        if (environment.certificate or {}).get("stored") == row["id"]:
            environment.certificate = {**(environment.certificate or {}), **_texts(row)}
    return {"sslCert": certificates.to_api(store, row)}


def _texts(row: dict[str, Any]) -> dict[str, str]:
    return {"cert": row["cert"], "intermediate": row["intermediate"]}


@emulates("environment.binder.RemoveSSLCerts")
def remove_ssl_certs(call: Call) -> dict[str, Any]:
    """Remove them, all or none (inferred); one that is bound has to be unbound first (documented, but for the code)."""
    store, uid = call.platform.store, call.account.uid
    groups.environment_of(call)
    numbers = call.ids("ids")
    own = [row["id"] for row in store.certificates.values() if row["uid"] == uid]
    for number in own if numbers is None else numbers:
        certificates.find(store, uid, number)
        if any(certificates.uses(environment, number) for environment in store.environments_of(uid)):
            raise ApiError(GENERIC_FAILURE, f"certificate [{number}] is bound; unbind it first", source=PLATFORM)
    for number in own if numbers is None else dict.fromkeys(numbers):
        del store.certificates[number]
    return {}


def _domains(call: Call) -> list[str] | None:
    """External domains that the call names; None for the environment itself."""
    if not (call.text("extDomains") or "").strip():
        return None
    names = [domains.read(item, "extDomains") for item in call.items("extDomains") or []]
    if not names:
        raise invalid_parameter("extDomains")
    for name in names:
        domains.check_bound(call.environment, name)
    return names


@emulates("environment.binder.BindSSLCert", needs=CALM)
def bind_ssl_cert(call: Call) -> dict[str, Any]:
    """Use a kept certificate for the environment; for the external domains with `entryPoint` SLB (documented)."""
    environment = call.environment
    balanced = (call.text("entryPoint") or "").strip().upper() == SLB
    names = _domains(call) if balanced else None
    if balanced and names is None:
        raise invalid_parameter("extDomains")
    row = certificates.find(call.platform.store, call.account.uid, call.values["certId"])
    if names is None:
        environment.certificate = {"id": row["id"], **_texts(row), "sslEnable": True, "stored": row["id"]}
    for name in names or ():
        environment.ext_domains[name] = row["id"]
    return {}


@emulates("environment.binder.UnbindSSLCert", needs=CALM)
def unbind_ssl_cert(call: Call) -> dict[str, Any]:
    """Take kept certificates off external domains, or off the environment where none are named (documented)."""
    certificates.unbind(call.environment, _domains(call))
    return {}
