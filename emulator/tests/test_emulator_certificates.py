# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of environments, and those that accounts keep for their domains."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import OTHER_TOKEN, Client
from paas_emulator.platform import Platform

B, C = "environment.binder.", "environment.control."
ENV, DOMAIN = "hello-world", "hello-world.paas.example.com"
SECRET = "c2VjcmV0LW9mLWEta2V5"


def pem(kind: str, text: str) -> str:
    return f"-----BEGIN {kind}-----\n{text}\n-----END {kind}-----"


ONE, TWO = pem("CERTIFICATE", "b25lCg=="), pem("CERTIFICATE", "dHdvCg==")
KEY = pem("RSA PRIVATE KEY", SECRET)
STORED = {"uid": 1001, "isDeleted": False, "sslType": "CUSTOM"}


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV)
    return bot


def call(client: Client, method: str, **parameters: Any) -> dict[str, Any]:
    answer = client.response(B + method, **parameters)
    assert SECRET not in answer.text
    body: dict[str, Any] = answer.json()
    return body


def custom(client: Client) -> dict[str, Any] | None:
    found: dict[str, Any] | None = call(client, "GetSSL", envName=ENV).get("sslCustom")
    return found


def test_the_certificate_of_an_environment(bot: Client) -> None:
    assert call(bot, "GetSSL", envName=ENV) == {"result": 0}
    shown = {"id": 1, "cert": ONE, "intermediate": TWO, "sslEnable": True, "domain": DOMAIN}
    given = {"cert": f"\n{ONE}\n", "cert_key": KEY, "intermediate": TWO}
    assert call(bot, "BindSSL", envName=ENV, **given) == {"result": 0, "sslCustom": shown}
    assert custom(bot) == shown
    assert call(bot, "DisableSSL", envName=ENV) == {"result": 0}
    assert custom(bot) == {**shown, "sslEnable": False}
    given = {"cert": TWO, "cert_key": pem("PRIVATE KEY", SECRET), "intermediate": ""}
    assert call(bot, "BindSSL", envName=ENV, **given)["result"] == 0
    assert custom(bot) == {"id": 2, "cert": TWO, "intermediate": "", "sslEnable": True, "domain": DOMAIN}


@pytest.mark.parametrize("method", ["RemoveSSL", "DeleteSSL"])
def test_removing_it(bot: Client, method: str) -> None:
    call(bot, "BindSSL", envName=ENV, cert=ONE, cert_key=KEY)
    assert custom(bot) is not None
    assert call(bot, method, envName=ENV) == {"result": 0}
    assert custom(bot) is None
    assert call(bot, method, envName=ENV) == {"result": 0}
    assert call(bot, "DisableSSL", envName=ENV) == {"result": 0}


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"cert": "/etc/ssl/cert.pem"}, "cert"),
        ({"cert": KEY}, "cert"),
        ({"cert": pem("CERTIFICATE", "no base64!")}, "cert"),
        ({"cert": ""}, "cert"),
        ({"cert_key": ONE}, "cert_key"),
        ({"cert_key": "key.pem"}, "cert_key"),
        ({"intermediate": "chain"}, "intermediate"),
    ],
)
def test_what_is_no_certificate(bot: Client, changed: dict[str, str], parameter: str) -> None:
    given = {"cert": ONE, "cert_key": KEY, "intermediate": TWO, **changed}
    assert call(bot, "BindSSL", envName=ENV, **given) == {"result": 3, "error": f"invalid parameter [{parameter}]"}
    assert custom(bot) is None


def test_no_key_is_kept(bot: Client, platform: Platform) -> None:
    call(bot, "BindSSL", envName=ENV, cert=ONE, cert_key=KEY)
    call(bot, "AddSSLCert", cert=ONE, key=KEY)
    assert SECRET not in json.dumps(platform.store.to_plain())
    assert "b25lCg==" in json.dumps(platform.store.to_plain())


def test_kept_certificates(bot: Client) -> None:
    first = {**STORED, "id": 1, "cert": ONE, "intermediate": "", "domains": ""}
    second = {**STORED, "id": 2, "cert": TWO, "intermediate": ONE, "domains": ""}
    assert call(bot, "AddSSLCert", cert=ONE, key=KEY) == {"result": 0, "sslCert": first}
    assert call(bot, "AddSSLCert", cert=TWO, key=KEY, interm=ONE, envName=ENV) == {"result": 0, "sslCert": second}
    assert call(bot, "GetSSLCerts") == {"result": 0, "sslCerts": [first, second]}
    assert call(bot, "GetSSLCerts", ids="2") == {"result": 0, "sslCerts": [second]}
    assert call(bot, "GetSSLCerts", ids="*")["sslCerts"] == [first, second]
    assert call(bot, "GetSSLCerts", envName=ENV) == {"result": 0, "sslCerts": []}
    assert call(bot, "GetSSLCerts", ids="3") == {"result": 5, "source": "JEL", "error": "certificate [3] not found"}
    assert call(bot, "AddSSLCert", cert=ONE, key=KEY, envName="none-such")["result"] == 11


def test_certificates_of_others(bot: Client) -> None:
    call(bot, "AddSSLCert", cert=ONE, key=KEY)
    other = bot.with_session(OTHER_TOKEN)
    assert call(other, "GetSSLCerts") == {"result": 0, "sslCerts": []}
    for method, given in (
        ("GetSSLCerts", {"ids": 1}),
        ("EditSSLCert", {"id": 1}),
        ("RemoveSSLCerts", {"ids": 1}),
    ):
        assert call(other, method, **given)["error"] == "certificate [1] not found"
    assert len(call(bot, "GetSSLCerts")["sslCerts"]) == 1


def test_editing(bot: Client) -> None:
    call(bot, "AddSSLCert", cert=ONE, key=KEY, interm=TWO)
    call(bot, "BindSSLCert", envName=ENV, certId=1)
    assert call(bot, "EditSSLCert", id=1, cert=TWO) == {"result": 3, "error": "invalid parameter [key]"}
    assert call(bot, "EditSSLCert", id=1, cert="x", key=KEY) == {"result": 3, "error": "invalid parameter [cert]"}
    changed = {**STORED, "id": 1, "cert": TWO, "intermediate": TWO, "domains": ""}
    assert call(bot, "EditSSLCert", id=1, cert=TWO, key=KEY) == {"result": 0, "sslCert": changed}
    found = custom(bot)
    assert found is not None and found["cert"] == TWO
    for word in ("", "*", "null", "None"):
        assert call(bot, "EditSSLCert", id=1, interm=TWO)["sslCert"] == changed
        assert call(bot, "EditSSLCert", id=1, interm=word)["sslCert"] == {**changed, "intermediate": ""}


def test_binding_to_domains(bot: Client) -> None:
    call(bot, "AddSSLCert", cert=ONE, key=KEY)
    call(bot, "BindExtDomains", envName=ENV, extDomains="a.example.org,b.example.org,c.example.org")
    given = {"envName": ENV, "certId": 1, "entryPoint": "SLB"}
    assert call(bot, "BindSSLCert", **given) == {"result": 3, "error": "invalid parameter [extDomains]"}
    assert call(bot, "BindSSLCert", **given, extDomains="a.example.org;b.example.org") == {"result": 0}
    row = {**STORED, "id": 1, "cert": ONE, "intermediate": "", "domains": "a.example.org,b.example.org"}
    assert call(bot, "GetSSLCerts", envName=ENV)["sslCerts"] == [row]
    assert custom(bot) is None
    answer = call(bot, "BindExtDomain", envName=ENV, extdomain="a.example.org")
    assert answer["extDomain"] == {"domain": "a.example.org", "sslEnabled": True, "sslCert": row}
    assert call(bot, "UnbindSSLCert", envName=ENV, extDomains="b.example.org") == {"result": 0}
    assert call(bot, "GetSSLCerts")["sslCerts"][0]["domains"] == "a.example.org"
    assert call(bot, "UnbindSSLCert", envName=ENV) == {"result": 0}
    assert call(bot, "GetSSLCerts")["sslCerts"][0]["domains"] == "a.example.org"
    assert call(bot, "UnbindSSLCert", envName=ENV, extDomains="a.example.org") == {"result": 0}
    assert call(bot, "GetSSLCerts")["sslCerts"][0]["domains"] == ""
    answer = call(bot, "BindExtDomain", envName=ENV, extdomain="new.example.org", certId=1)
    assert answer["extDomain"]["sslEnabled"] is True
    assert call(bot, "GetSSLCerts")["sslCerts"][0]["domains"] == "new.example.org"


@pytest.mark.parametrize("given", [{}, {"extDomains": "a.example.org"}])
def test_binding_to_the_environment(bot: Client, given: dict[str, str]) -> None:
    """External domains count only with the entry point SLB."""
    call(bot, "AddSSLCert", cert=ONE, key=KEY, interm=TWO)
    call(bot, "BindExtDomain", envName=ENV, extdomain="a.example.org")
    assert call(bot, "BindSSLCert", envName=ENV, certId=1, **given) == {"result": 0}
    row = {**STORED, "id": 1, "cert": ONE, "intermediate": TWO, "domains": ""}
    assert custom(bot) == {
        **{"id": 1, "cert": ONE, "intermediate": TWO, "sslEnable": True},
        **{"domain": DOMAIN, "sslCert": row},
    }
    assert call(bot, "GetSSLCerts", envName=ENV)["sslCerts"] == [row]
    assert call(bot, "UnbindSSLCert", envName=ENV) == {"result": 0}
    assert custom(bot) is None


def test_unbinding_leaves_a_certificate_that_is_not_kept(bot: Client) -> None:
    call(bot, "BindSSL", envName=ENV, cert=ONE, cert_key=KEY)
    call(bot, "UnbindSSLCert", envName=ENV)
    assert custom(bot) is not None


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"certId": 2}, "certificate [2] not found"),
        ({"extDomains": "a.example.org,none.example.org"}, "domain [none.example.org] not found"),
        ({"extDomains": "nodots"}, "invalid parameter [extDomains]"),
    ],
)
def test_bad_bindings(bot: Client, changed: dict[str, Any], error: str) -> None:
    call(bot, "AddSSLCert", cert=ONE, key=KEY)
    call(bot, "BindExtDomain", envName=ENV, extdomain="a.example.org")
    given = {"envName": ENV, "certId": 1, "entryPoint": "slb", "extDomains": "a.example.org", **changed}
    assert call(bot, "BindSSLCert", **given)["error"] == error
    assert call(bot, "GetSSLCerts")["sslCerts"][0]["domains"] == ""


def test_removing_kept_ones(bot: Client) -> None:
    """One that is bound to a domain or to an environment has to be unbound first."""
    for text in (ONE, TWO, ONE):
        call(bot, "AddSSLCert", cert=text, key=KEY)
    call(bot, "BindExtDomain", envName=ENV, extdomain="a.example.org", certId=1)
    call(bot, "BindSSLCert", envName=ENV, certId=2)
    assert call(bot, "RemoveSSLCerts", ids="3,4")["error"] == "certificate [4] not found"
    for ids, number in (("3,1", 1), ("2", 2), ("*", 1)):
        error = f"certificate [{number}] is bound; unbind it first"
        assert call(bot, "RemoveSSLCerts", ids=ids) == {"result": 1, "source": "JEL", "error": error}
    assert len(call(bot, "GetSSLCerts")["sslCerts"]) == 3
    assert call(bot, "RemoveSSLCerts", ids="3,3") == {"result": 0}
    call(bot, "UnbindSSLCert", envName=ENV, extDomains="a.example.org")
    call(bot, "UnbindSSLCert", envName=ENV)
    assert call(bot, "RemoveSSLCerts", ids="*") == {"result": 0}
    assert call(bot, "GetSSLCerts")["sslCerts"] == []


def test_a_clone_has_neither_domains_nor_certificate(bot: Client) -> None:
    call(bot, "BindSSL", envName=ENV, cert=ONE, cert_key=KEY)
    call(bot, "BindExtDomain", envName=ENV, extdomain="a.example.org")
    assert bot.call(C + "CloneEnv", srcEnvName=ENV, dstEnvName="second-env")["env"]["extdomains"] == []
    assert call(bot, "GetSSL", envName="second-env") == {"result": 0}
    assert custom(bot) is not None
