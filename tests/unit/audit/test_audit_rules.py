# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule of an audit finds what it is about, and nothing else. What is not known is no finding."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.filter.audit_report import audit_report
from ansible_collections.inet.elastic.plugins.plugin_utils._audit import environment_rules, token_rules
from tests.unit.audit.audits import (
    ACCOUNT,
    DATA,
    SETTINGS,
    START,
    STOP,
    environment,
    facts,
    firewall,
    layer,
    token,
)

Finding = tuple[str, str]
PUBLIC = "has public addresses in the database layer sqldb"
EVERYBODY = (
    "lets every address connect to a database with a public address: rule 'everybody' of layer sqldb (port 5432)"
)
STOPPING = {"envName": "web-shop", "script": "environment.control.StopEnv"}
OWN = {"sslCustom": {"cert": "PEM", "sslEnable": True}}


def found(records: str = "", **given: Any) -> list[Finding]:
    """Rules and texts of the findings."""
    report = audit_report(facts(**given), ACCOUNT, SETTINGS, records=records)
    return [(item["rule"], item["text"]) for item in report["findings"]]


def record(*methods: str, token_name: str = "nightly", hidden: int = 0, day: int = 1) -> str:
    """A line of the callback."""
    members = {"ended_at": f"2026-11-0{day}T00:00:00Z", "token": token_name, "calls": dict.fromkeys(methods, 1)}
    return json.dumps({**members, "hidden_tasks": hidden}) + "\n"


@pytest.mark.parametrize(
    ("members", "findings"),
    [
        ({}, []),
        ({"expires_at": "2026-12-29T12:00:01Z"}, []),
        ({"expires_at": "2026-12-29T12:00:00Z"}, [("token_expiring", "expires on 2026-12-29T12:00:00Z")]),
        (
            {"expires_at": "2026-11-01T00:00:00Z", "expired": True},
            [("token_expired", "expired on 2026-11-01T00:00:00Z")],
        ),
        ({"expires_at": None}, [("token_never_expires", "never expires")]),
        ({"last_used": "2026-08-31T12:00:01Z"}, []),
        ({"last_used": "2026-08-31T12:00:00Z"}, [("token_unused", "last used on 2026-08-31T12:00:00Z")]),
        ({"last_used": None}, []),  # not known
        (
            {"template": "extended access", "api_methods": []},
            [("token_full_access", "grants all methods (template extended access)")],
        ),
        ({"template": "Marketplace", "api_methods": []}, []),
        ({"expires_at": None, "template": "Extended Access", "is_system": True}, []),
    ],
)
def test_tokens(members: dict[str, Any], findings: list[Finding]) -> None:
    assert found(tokens=[token(**members)]) == findings


@pytest.mark.parametrize("expired", [False, True])
def test_a_replaced_token_is_no_finding(expired: bool) -> None:
    """NAME.old beside NAME is in the grace period of a rotation; alone it is a token like others."""
    old = token("nightly.old", id=2, expires_at="2026-11-30T00:00:00Z", expired=expired)
    assert found(tokens=[token(), old]) == []
    assert [rule for rule, _text in found(tokens=[old])] == ["token_expired" if expired else "token_expiring"]


@pytest.mark.parametrize(
    ("records", "text"),
    [
        ("", None),
        (record(START, STOP), None),
        (record(STOP.upper()) + record(START, day=2), None),
        (record(STOP, token_name="other"), None),
        (record(STOP, hidden=1), None),  # the hidden task may have called it
        (record(STOP) + record(day=2, hidden=1), None),
        (
            record(STOP, day=3) + "\n" + record(STOP, day=2),
            f"1 of 2 granted methods were not called in 2 recorded runs since 2026-11-02T00:00:00Z: {START}",
        ),
        (
            record(),
            f"2 of 2 granted methods were not called in 1 recorded run since 2026-11-01T00:00:00Z: {START}, {STOP}",
        ),
    ],
)
def test_rights_beyond_the_recorded_calls(records: str, text: str | None) -> None:
    findings = [("token_more_rights", text)] if text else []
    assert found(tokens=[token(api_methods=[START, STOP])], records=records) == findings


def test_long_lists_of_methods_are_cut() -> None:
    methods = [f"environment.control.M{number}" for number in range(10)]
    ((_rule, text),) = found(tokens=[token(api_methods=methods)], records=record())
    assert text.endswith(f": {', '.join(methods[:8])} and 2 more")


@pytest.mark.parametrize(
    ("members", "findings"),
    [
        ({}, []),
        ({"nodes": None, "endpoints": None, "domains": None, "env_groups": None}, []),
        ({"status": "broken"}, [("environment_broken", "has the status broken")]),
        ({"status": "suspended"}, [("environment_broken", "has the status suspended")]),
        ({"status": "stopped"}, []),
        ({"nodes": [layer("postgresql", "sqldb", ext_ips_v6=1)]}, [("database_public_address", PUBLIC)]),
        (
            {"nodes": [layer("docker", "sqldb", image="example.com/redis", ext_ips=1)]},
            [("database_public_address", PUBLIC)],
        ),
        ({"nodes": [layer("nginxphp", "sqldb", ext_ips=1)]}, []),
        (
            {"nodes": [layer("mariadb", "sqldb")], "endpoints": [{**DATA["endpoints"][0], "private_port": 3306}]},
            [("database_published", "publishes a database by the endpoint db (port 3306 of layer sqldb)")],
        ),
        ({"nodes": [layer("mariadb", "sqldb")], "endpoints": DATA["endpoints"]}, []),
        ({"nodes": [layer("mariadb", "db2")], "endpoints": DATA["endpoints"]}, []),
    ],
)
def test_environments(members: dict[str, Any], findings: list[Finding]) -> None:
    assert found(environments=[environment(**members)]) == findings


@pytest.mark.parametrize(
    ("rule", "is_open"),
    [
        ({}, True),
        ({"ports": ""}, True),
        ({"ports": "ALL"}, True),
        ({"ports": "80, 5000-6000"}, True),
        ({"ports": "80,5433-6000"}, False),
        ({"ports": "odd"}, False),
        ({"src": "0.0.0.0/0"}, True),
        ({"src": "203.0.113.7"}, False),
        ({"action": "DENY"}, False),
        ({"direction": "OUTPUT"}, False),
        ({"direction": "BIDIRECTIONAL"}, True),
        ({"isEnabled": False}, False),
        ({"isEnabled": None}, True),
        ({"softNodeGroup": "cp"}, False),
    ],
)
def test_the_firewall_of_a_database(rule: dict[str, Any], is_open: bool) -> None:
    """A layer without a public address is reached from inside only."""
    rules = {"shop-data": {"array": [firewall(**rule)]}}
    database = {**DATA, "endpoints": []}
    findings = [("database_open", EVERYBODY)] if is_open else []
    assert found(environments=[database], firewall=rules) == [*findings, ("database_public_address", PUBLIC)]
    inside = {**database, "nodes": [layer("postgresql", "sqldb")]}
    assert found(environments=[inside], firewall=rules) == []


@pytest.mark.parametrize(
    ("answer", "ssl", "why"),
    [
        (OWN, True, None),
        ({"sslCustom": {"sslCert": {"cert": "PEM"}}}, False, None),
        ("refused", False, None),  # not known
        ({"result": 0}, True, "the built-in certificate does not cover them"),
        ({"sslCustom": {"cert": "PEM", "sslEnable": False}}, False, "SSL is off"),
    ],
)
def test_certificates_of_external_domains(answer: Any, ssl: bool, why: str | None) -> None:
    given = environment(domains=["a.example.com", "b.example.com"], ssl=ssl)
    text = f"has external domains and no certificate of its own ({why}): a.example.com, b.example.com"
    expected = [("domain_without_certificate", text)] if why else []
    assert found(environments=[given], certificates={"web-shop": answer}) == expected


@pytest.mark.parametrize(
    ("status", "stats", "is_idle"),
    [("running", [True], True), ("running", [False], False), ("running", [], False), ("stopped", [True], False)],
)
def test_idle_environments(status: str, stats: list[bool], is_idle: bool) -> None:
    rows = [{"environment": "web-shop", "hours": 24, "idle": idle} for idle in stats]
    text = "runs, and had no traffic from or to the outside for 24 hours"
    expected = [("environment_idle", text)] if is_idle else []
    assert found(environments=[environment(status=status)], stats=rows) == expected


@pytest.mark.parametrize(
    ("groups", "rows", "is_found"),
    [
        (["dev"], [], True),
        (["other", "dev/shops"], [], True),
        (["development"], [], False),
        (["shops/dev"], [], False),
        (["dev"], [STOPPING], False),
        (["dev"], [{**STOPPING, "script": "SleepEnv"}], False),
        (["dev"], [{**STOPPING, "script": "environment.control.StartEnv"}], True),
        (["dev"], [{**STOPPING, "envName": "other-shop"}], True),
        (["dev"], {"failure": {"kind": "refused"}, "msg": "refused"}, False),  # not known
    ],
)
def test_groups_that_must_stop(groups: list[str], rows: Any, is_found: bool) -> None:
    text = "is in a group of environments that must stop, and no scheduled task stops it"
    expected = [("environment_no_auto_stop", text)] if is_found else []
    assert found(environments=[environment(env_groups=groups)], rows=rows) == expected


def test_rules_have_names_of_their_own_and_a_remedy() -> None:
    """The role's README names each of them with its severity."""
    rules = [rule for rule, _check in (*token_rules.RULES, *environment_rules.RULES)]
    assert len({rule.name for rule in rules}) == len(rules)
    assert [rule.name for rule in rules if not rule.remedy.endswith(".")] == []
