# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The custom certificate: compared by fingerprints; its key goes one way and is shown nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.certificate import (
    Certificate,
    Declared,
    InstalledCertificate,
    fingerprint,
)
from tests.unit.resources.environment_parts import CERTIFICATES, SHOP, after, declared, read, steps

PART = Certificate()
(PEM, KEY), (OTHER, OTHER_KEY) = CERTIFICATES
SHA256 = x509.load_pem_x509_certificate(PEM.encode()).fingerprint(hashes.SHA256()).hex()
OTHER_SHA256 = x509.load_pem_x509_certificate(OTHER.encode()).fingerprint(hashes.SHA256()).hex()
GIVEN = {"certificate": PEM, "key": KEY}
THERE = InstalledCertificate(SHA256, True, "")


@pytest.mark.parametrize(
    "pem", [PEM, PEM.strip(), PEM.replace("\n", "\r\n"), f"subject=CN = x\n{PEM}", PEM + OTHER], ids=range(5)
)
def test_the_fingerprint_is_that_of_the_first_certificate(pem: str) -> None:
    assert fingerprint(pem) == SHA256


ADVICE = "in PEM form; give its text, such as lookup('ansible.builtin.file', 'my.pem'), not a path"
EMPTY = "-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----"
BROKEN = PEM.replace("\n", "\n*", 2)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"certificate": PEM}, "ssl_certificate needs certificate and key, as PEM texts; an empty one removes it"),
        ({"key": KEY}, "ssl_certificate needs certificate and key, as PEM texts; an empty one removes it"),
        ({"intermediate": OTHER}, "ssl_certificate needs certificate and key, as PEM texts; an empty one removes it"),
        ({**GIVEN, "certificate": "/etc/my.pem"}, f"ssl_certificate.certificate is not a certificate {ADVICE}"),
        ({**GIVEN, "certificate": KEY}, f"ssl_certificate.certificate is not a certificate {ADVICE}"),
        ({**GIVEN, "certificate": BROKEN}, f"ssl_certificate.certificate is not a certificate {ADVICE}"),
        ({**GIVEN, "certificate": PEM + BROKEN}, f"ssl_certificate.certificate is not a certificate {ADVICE}"),
        ({**GIVEN, "certificate": EMPTY}, f"ssl_certificate.certificate is not a certificate {ADVICE}"),
        ({**GIVEN, "key": "/etc/my.key"}, f"ssl_certificate.key is not a private key {ADVICE}"),
        ({**GIVEN, "key": PEM}, f"ssl_certificate.key is not a private key {ADVICE}"),
        ({**GIVEN, "intermediate": "chain.pem"}, f"ssl_certificate.intermediate is not a certificate {ADVICE}"),
    ],
)
def test_what_is_no_certificate_is_refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        declared(PART, given)
    assert str(caught.value) == message


@pytest.mark.parametrize("given", [{}, {"certificate": "", "key": " ", "intermediate": "\n"}])
def test_an_empty_one_is_none(given: dict[str, str]) -> None:
    assert declared(PART, given) == Declared()


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({}, InstalledCertificate()),
        ({"sslCustom": {"domain": "shop1.example.com"}}, InstalledCertificate()),
        ({"sslCustom": {"cert": PEM, "sslEnable": True, "intermediate": ""}}, THERE),
        ({"sslcustom": {"CERT": PEM, "sslenable": "true"}}, InstalledCertificate(SHA256, True)),
        ({"sslCustom": {"cert": PEM}}, InstalledCertificate(SHA256, True)),
        ({"sslCustom": {"cert": PEM, "sslEnable": "false"}}, InstalledCertificate(SHA256, False)),
        ({"sslCustom": {"sslCert": {"cert": OTHER}, "sslEnable": 1}}, InstalledCertificate(OTHER_SHA256, True)),
        ({"sslCustom": {"cert": PEM, "intermediate": OTHER}}, InstalledCertificate(SHA256, True, OTHER.strip())),
    ],
)
def test_answers(answer: dict[str, Any], state: InstalledCertificate) -> None:
    assert read(PART, answer) == state


def test_a_found_text_that_is_no_certificate_is_another_one() -> None:
    found = read(PART, {"sslCustom": {"cert": "odd"}})
    assert found.sha256 not in (None, SHA256)
    assert steps(PART, found, {}) == [("RemoveSSL", {})]


def test_setting_one() -> None:
    (change,) = PART.plan_changes(InstalledCertificate(), declared(PART, GIVEN), SHOP, purge=False)
    assert change.method == "environment.binder.BindSSL"
    assert change.params == {"cert": PEM.strip(), "intermediate": ""}
    assert change.secrets == {"cert_key": KEY.strip()}
    assert change.summary == "set the custom certificate of environment 'shop1'"
    assert PART.to_result(change.after) == {"sha256": SHA256, "enabled": True}


@pytest.mark.parametrize(
    ("current", "given", "calls"),
    [
        (THERE, GIVEN, []),
        (THERE, {**GIVEN, "certificate": PEM.replace("\n", "\r\n")}, []),
        (THERE, {**GIVEN, "key": OTHER_KEY}, []),
        (InstalledCertificate(SHA256, True, OTHER), GIVEN, []),
        (InstalledCertificate(SHA256, True, OTHER), {**GIVEN, "intermediate": OTHER.replace("\n", "\r\n")}, []),
        (InstalledCertificate(SHA256, True), {**GIVEN, "intermediate": OTHER}, []),
        (THERE, {**GIVEN, "intermediate": OTHER}, [("BindSSL", {"cert": PEM.strip(), "intermediate": OTHER.strip()})]),
        (
            InstalledCertificate(SHA256, False, OTHER),
            GIVEN,
            [("BindSSL", {"cert": PEM.strip(), "intermediate": OTHER})],
        ),
        (
            InstalledCertificate(OTHER_SHA256, True, OTHER),
            GIVEN,
            [("BindSSL", {"cert": PEM.strip(), "intermediate": ""})],
        ),
        (THERE, {}, [("RemoveSSL", {})]),
        (InstalledCertificate(), {}, []),
    ],
)
def test_calls(current: InstalledCertificate, given: dict[str, str], calls: list[Any]) -> None:
    assert steps(PART, current, given) == calls
    assert steps(PART, after(PART, current, given), given) == []


def test_reached() -> None:
    assert PART.matches(InstalledCertificate(SHA256, True), InstalledCertificate(SHA256, True, OTHER))
    assert PART.matches(InstalledCertificate(SHA256, True, OTHER + "\n"), InstalledCertificate(SHA256, True, OTHER))
    assert not PART.matches(InstalledCertificate(SHA256, True, PEM), InstalledCertificate(SHA256, True, OTHER))
    assert not PART.matches(InstalledCertificate(SHA256, False), InstalledCertificate(SHA256, True))
    assert not PART.matches(InstalledCertificate(), InstalledCertificate(SHA256, True))


def test_the_key_is_in_nothing_that_is_shown() -> None:
    """Neither in what represents a declaration nor in a change, but for its secrets."""
    desired = declared(PART, GIVEN)
    (change,) = PART.plan_changes(InstalledCertificate(), desired, SHOP, purge=False)
    text = "".join(map(repr, (desired, change, change.params, change.after, PART.to_result(change.after))))
    assert [line for line in KEY.splitlines()[1:-1] if line in text] == []


def test_a_key_is_a_secret_as_a_whole_and_by_line() -> None:
    desired = Declared(PEM, "-----BEGIN PRIVATE KEY-----\n0123456789abcdef\nab==\n-----END PRIVATE KEY-----")
    assert desired.secrets == [desired.key, "0123456789abcdef"]
    assert Declared().secrets == []
    assert declared(PART, GIVEN).secrets[0] == KEY.strip()


def test_layers_come_and_go_without_it() -> None:
    assert PART.after_layer_removal(THERE, ["cp"]) == THERE
    assert PART.initial_state() == InstalledCertificate()
