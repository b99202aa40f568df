# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates: their form, those kept by accounts, and what is bound to what. Keys are checked and never kept."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from paas_emulator.errors import NOT_FOUND, PLATFORM, ApiError, invalid_parameter
from paas_emulator.store import Environment, Store

# Nothing goes from one block into the next, so that the time is linear in the text.
_KEY = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s(?:(?!-----).)+\s-----END (?:[A-Z]+ )?PRIVATE KEY-----", re.DOTALL
)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----\s((?:(?!-----).)+)\s-----END CERTIFICATE-----", re.DOTALL)
CUSTOM = "CUSTOM"  # documented


def check_pem(text: str | None, parameter: str) -> str:
    """One or more certificates in PEM form, as given but for blanks around. Raises ApiError 3."""
    text = (text or "").strip()
    blocks = _CERTIFICATE.findall(text)
    if not blocks:
        raise invalid_parameter(parameter)
    for block in blocks:
        try:
            base64.b64decode("".join(block.split()), validate=True)
        except binascii.Error:
            raise invalid_parameter(parameter) from None
    return text


def check_key(text: str | None, parameter: str) -> None:
    """A private key in PEM form. Raises ApiError 3."""
    if not _KEY.search((text or "").strip()):
        raise invalid_parameter(parameter)


def find(store: Store, uid: int, number: int) -> dict[str, Any]:
    """A certificate that the account keeps. Raises ApiError 5; wording inferred."""
    row = store.certificates.get(number)
    if row is None or row["uid"] != uid:
        raise ApiError(NOT_FOUND, f"certificate [{number}] not found", source=PLATFORM)
    return row


def bound_domains(store: Store, row: Mapping[str, Any]) -> list[str]:
    """The external domains that a kept certificate is bound to."""
    environments = store.environments_of(row["uid"])
    return [domain for item in environments for domain, number in item.ext_domains.items() if number == row["id"]]


def to_api(store: Store, row: Mapping[str, Any]) -> dict[str, Any]:
    """A kept certificate as answers show it (members documented). `domains`: those it is bound to (inferred)."""
    shown = {name: row[name] for name in ("id", "uid", "cert", "intermediate")}
    return {**shown, "domains": ",".join(bound_domains(store, row)), "sslType": CUSTOM, "isDeleted": False}


def uses(environment: Environment, number: int) -> bool:
    """Whether a kept certificate is bound in the environment."""
    own = environment.certificate or {}
    return own.get("stored") == number or number in environment.ext_domains.values()


def unbind(environment: Environment, domains: list[str] | None) -> None:
    """Take kept certificates off external domains, off the environment itself where none are named (documented)."""
    for domain in domains or ():
        environment.ext_domains[domain] = None
    if domains is None and (environment.certificate or {}).get("stored") is not None:
        environment.certificate = None
