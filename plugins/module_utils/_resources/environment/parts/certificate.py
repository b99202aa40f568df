# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The custom certificate of an environment."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...._client.answers import flag, member, member_text
from ...._client.client import PlatformClient
from ...._client.errors import require
from ...._engine.permissions import each
from ...pem import PRIVATE_KEY
from ..model import Environment
from .base import Part, PartChange

GET = "environment.binder.GetSSL"
BIND = "environment.binder.BindSSL"
REMOVE = "environment.binder.RemoveSSL"

SHORTEST_LINE = 16  # of a key that by itself is a secret; a shorter one could be part of harmless texts
_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


def fingerprints(pem: str) -> tuple[str, ...]:
    """Return the SHA-256 of each certificate of a PEM text, in hex; nothing if one of them is broken."""
    try:
        ders = [base64.b64decode("".join(block.split()), validate=True) for block in _BLOCK.findall(pem)]
    except ValueError:  # binascii.Error, or a letter that is not ASCII
        return ()
    return tuple(hashlib.sha256(der).hexdigest() for der in ders) if all(ders) else ()


def fingerprint(pem: str) -> str | None:
    """Return the fingerprint of the first certificate; None if there is none."""
    return next(iter(fingerprints(pem)), None)


@dataclass(frozen=True)
class InstalledCertificate:
    """What an environment has.

    Attributes:
        sha256: fingerprint of its certificate; None without one.
        enabled: whether it is switched on.
        intermediate: PEM text of the intermediate certificates; None where that is not known.
    """

    sha256: str | None = None
    enabled: bool | None = None
    intermediate: str | None = None


def certificate_from_answer(answer: Any) -> InstalledCertificate:
    """Read the answer of GetSSL; a certificate counts as on if the answer does not say."""
    found = member(answer, "sslCustom")
    pem = member_text(found, "cert") or member_text(member(found, "sslCert"), "cert")
    if not pem:
        return InstalledCertificate()
    enabled = member(found, "sslEnable", "sslEnabled")
    chain = member(found, "intermediate")
    # A text that is not PEM has a fingerprint too, which differs from that of every declared certificate.
    return InstalledCertificate(
        sha256=fingerprint(pem) or hashlib.sha256(pem.encode()).hexdigest(),
        enabled=enabled is None or flag(enabled),
        intermediate=None if chain is None else str(chain).strip(),
    )


@dataclass(frozen=True)
class Declared:
    """What a task declares; without a certificate: no certificate."""

    certificate: str | None = None
    key: str | None = None
    intermediate: str | None = None

    @property
    def secrets(self) -> list[str]:
        """The key, and each line of it, as a message may break it otherwise."""
        key = self.key or ""
        lines = [line.strip() for line in key.splitlines() if not line.startswith("-----")]
        return [key, *(line for line in lines if len(line) >= SHORTEST_LINE)] if key else []

    def __repr__(self) -> str:
        return "Declared()"


class Certificate(Part[Environment, Declared, InstalledCertificate]):
    """``ssl_certificate``: compared by fingerprints; the key is never read back, so it is not compared."""

    name = "ssl_certificate"
    result_key = "certificate"
    options = {
        "ssl_certificate": {
            "type": "dict",
            "example": "{certificate: PEM text, key: PEM text}",
            "options": {
                "certificate": {"type": "str"},
                "key": {"type": "str", "no_log": True},
                "intermediate": {"type": "str"},
            },
        }
    }
    purgeable = False
    permissions = tuple(each((GET, BIND, REMOVE), options={"ssl_certificate"}))

    def desired(self, options: Mapping[str, Any]) -> Declared | None:
        """PEM texts; an empty mapping asks for the removal."""
        given = options["ssl_certificate"]
        certificate, key, intermediate = ((given.get(name) or "").strip() for name in Declared.__dataclass_fields__)
        if not (certificate or key or intermediate):
            return Declared()
        require(certificate and key, "ssl_certificate needs certificate and key, as PEM texts; an empty one removes it")
        advice = "in PEM form; give its text, such as lookup('ansible.builtin.file', 'my.pem'), not a path"
        require(fingerprint(certificate), f"ssl_certificate.certificate is not a certificate {advice}")
        require(PRIVATE_KEY.search(key), f"ssl_certificate.key is not a private key {advice}")
        require(
            not intermediate or fingerprint(intermediate), f"ssl_certificate.intermediate is not a certificate {advice}"
        )
        return Declared(certificate, key, intermediate or None)

    def read_state(self, client: PlatformClient, environment: Environment) -> InstalledCertificate:
        """One GetSSL (documented)."""
        return certificate_from_answer(client.call(GET, envName=environment.name))

    def initial_state(self, desired: Declared | None = None) -> InstalledCertificate:
        return InstalledCertificate()

    def plan_changes(
        self, current: InstalledCertificate, desired: Declared, environment: Environment, *, purge: bool
    ) -> list[PartChange[InstalledCertificate]]:
        """One call. Without a declared ``intermediate`` that of the same certificate stays."""
        if desired.certificate is None:
            summary = f"remove the custom certificate of {environment.label}"
            return [PartChange(REMOVE, {}, summary, InstalledCertificate())] if current.sha256 else []
        sha256 = fingerprint(desired.certificate)
        kept = current.intermediate if current.sha256 == sha256 else None
        after = InstalledCertificate(sha256, True, desired.intermediate or kept or "")
        if _same(current, after):
            return []
        params = {"cert": desired.certificate, "intermediate": after.intermediate}
        summary = f"set the custom certificate of {environment.label}"
        return [PartChange(BIND, params, summary, after, secrets={"cert_key": desired.key})]

    def to_result(self, current: InstalledCertificate) -> dict[str, Any]:
        """The fingerprint, and whether the certificate is on."""
        return {"sha256": current.sha256, "enabled": current.enabled}

    def matches(self, found: InstalledCertificate, expected: InstalledCertificate) -> bool:
        return _same(found, expected)


def _same(found: InstalledCertificate, expected: InstalledCertificate) -> bool:
    """Compare certificates; intermediate certificates count if both are known."""
    chains = [None if one.intermediate is None else fingerprints(one.intermediate) for one in (found, expected)]
    return (found.sha256, found.enabled) == (expected.sha256, expected.enabled) and (
        None in chains or chains[0] == chains[1]
    )
