# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an audit: what it has, its cost, the difference to the last one, and its page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.inet.elastic.plugins.filter.audit_report import FilterModule, audit_report
from ansible_collections.inet.elastic.plugins.plugin_utils._audit import environment_rules, token_rules
from tests.unit.audit.audits import ACCOUNT, FULL, RECORDS, SCRIPT, SETTINGS, environment, facts, layer, token
from tests.unit.audit.page import RECORDED, ROLE, TEMPLATE, full_page, rendered

LATER = {**SETTINGS, "now": "2026-11-30T12:00:00Z"}
RULES = {rule.name: rule.severity for rule, _check in (*token_rules.RULES, *environment_rules.RULES)}


def report(given: dict[str, Any], settings: dict[str, Any] = SETTINGS, last: dict[str, Any] | None = None) -> Any:
    """The report, as a run would make it."""
    return FilterModule().filters()["audit_report"](given, ACCOUNT, settings, json.dumps(last) if last else "", RECORDS)


def test_findings_are_counted_and_the_worst_is_first() -> None:
    made = report(FULL)
    severities = [item["severity"] for item in made["findings"]]
    assert severities == sorted(severities, key=("high", "medium", "low").index)
    assert made["counts"] == {"high": 3, "medium": 5, "low": 2}
    assert made["unknown"] == [f"certificate of environment other: refused {SCRIPT}"]
    assert [(item["description"], item["state"]) for item in made["tokens"]] == [
        (SCRIPT, "never expires"),
        ("nightly", "valid"),
        ("old", "expired"),
    ]


def test_only_named_members_are_in_the_report() -> None:
    """So that a value that an answer has one day does not get into a file that is mailed."""
    secret: dict[str, Any] = {"value": "s3cret", "env": {"PASSWORD": "s3cret"}}
    given = facts(tokens=[token(**secret)], environments=[environment(**secret, nodes=[layer(**secret)])])
    assert "s3cret" not in json.dumps(report(given))


@pytest.mark.parametrize(
    ("status", "prices", "cost"),
    [
        ("running", SETTINGS["prices"], {"least": 14.0, "most": 32.0}),
        ("stopped", SETTINGS["prices"], {"least": 6.0, "most": 6.0}),
        ("running", {"fixed_cloudlet": 0.1, "flexible_cloudlet": None}, {"least": 0.4, "most": 0.4}),
        ("running", {}, None),
    ],
)
def test_cost(status: str, prices: dict[str, Any], cost: dict[str, float] | None) -> None:
    """Two nodes of 2 to 8 cloudlets with an address each, and the sum of all environments."""
    shop = environment(status=status, nodes=[layer(count=2, fixed_cloudlets=2, flexible_cloudlets=8, ext_ips=1)])
    made = report(facts(environments=[shop]), {**SETTINGS, "prices": prices})
    assert (made["environments"][0]["cost"], made["cost"]) == (cost, cost)


@pytest.mark.parametrize("nodes", [None, [], [layer(count=None)]], ids=["no layers", "no layer", "no nodes of a layer"])
def test_an_environment_whose_nodes_are_not_listed(nodes: Any) -> None:
    """The platform may list none while it creates an environment, or if the environment is broken."""
    made = report(facts(environments=[environment(status="broken", nodes=nodes), environment("other")]))
    assert made["unknown"] == ["nodes of environment web-shop: the platform does not list them"]
    assert [(item["name"], item["node_count"]) for item in made["environments"]] == [("other", 1), ("web-shop", 0)]
    assert [item["rule"] for item in made["findings"]] == ["environment_broken"]


def test_unchanged_data_makes_the_same_report() -> None:
    """A day later only the date differs; what the platform answers in another order does not count."""
    first = report(FULL)
    turned = {**FULL, "tokens": {"tokens": FULL["tokens"]["tokens"][::-1]}}
    second = report(turned, LATER, first)
    assert (first["changed"], second["changed"], second["previous"]) == (True, False, SETTINGS["now"])
    assert not any(second["differences"].values())
    of_the_run = ("generated_at", "previous", "differences", "changed")
    assert {name: second[name] for name in second if name not in of_the_run} == {
        name: first[name] for name in first if name not in of_the_run
    }


def test_differences() -> None:
    tokens = [token("stays"), token("gone", id=2, expires_at=None), token("edited", id=3)]
    first = report(facts(tokens=tokens, environments=[environment()]))
    tokens = [
        token("stays", last_used="2026-11-30T00:00:00Z"),
        token("edited", id=3, expires_at=None),
        token("new", id=4),
    ]
    second = report(facts(tokens=tokens, environments=[environment("web-new")]), LATER, first)
    differences = second["differences"]
    findings = {name: [item["subject"] for item in differences.pop(name)] for name in list(differences)[:2]}
    assert second["changed"]
    assert findings == {"new_findings": ["edited"], "resolved_findings": ["gone"]}
    assert differences == {
        "new_tokens": ["new"],
        "removed_tokens": ["gone"],
        "changed_tokens": [{"name": "edited", "members": ["expires_at", "state"]}],
        "new_environments": ["web-new"],
        "removed_environments": ["web-shop"],
        "changed_environments": [],
    }


NOT_A_REPORT = (
    "audit_previous: the file is not a report of the role inet.elastic.audit of this version; remove the file, or name "
    "another one"
)


@pytest.mark.parametrize(
    ("settings", "records", "previous", "message"),
    [
        (
            {"within": "soon"},
            "",
            "",
            "audit_within: 'soon' is not a length of time; write a number with a unit, such as 90d, 12h or 1h30m",
        ),
        ({}, "", "{", NOT_A_REPORT),
        ({}, "", '{"version": 99, "findings": []}', NOT_A_REPORT),
        *(
            ({}, "", json.dumps({**report(FULL), "account": ACCOUNT, **damage}), NOT_A_REPORT)
            for damage in (
                {"findings": 5},
                {"findings": [{"rule": "idle"}]},
                {"tokens": [None]},
                {"environments": [{"name": ["a"]}]},
                {"account": None},
            )
        ),
        (
            {},
            "",
            '{"version": 1, "findings": [], "account": "other@example.com"}',
            "audit_previous: the report is of the account other@example.com, not of user@example.com; give each "
            "account an audit_directory of its own",
        ),
        *(
            (
                {},
                f"\n{line}\n",
                "",
                "audit_calls: line 2 is not a record of the callback inet.elastic.paas_calls; remove the line",
            )
            for line in (
                "{}",
                "[" * 100_000,
                '{"token": "nightly", "ended_at": "2026-11-29"}',
                '{"token": "nightly", "ended_at": 5, "calls": {}, "hidden_tasks": 0}',
                '{"token": "nightly", "ended_at": "2026-11-29", "calls": 5, "hidden_tasks": 0}',
                '{"token": 5, "ended_at": "2026-11-29", "calls": {}, "hidden_tasks": 0}',
            )
        ),
    ],
)
def test_bad_input_is_refused(settings: dict[str, Any], records: str, previous: str, message: str) -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        audit_report(facts(), ACCOUNT, {**SETTINGS, **settings}, previous, records)
    assert str(refused.value) == message


def test_the_readme_lists_the_rules() -> None:
    text = (ROLE / "README.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `(\w+)` \| (high|medium|low) \|", text, re.MULTILINE)) == RULES


def test_every_expression_of_the_page_is_escaped() -> None:
    """But for calls of macros, whose expressions are escaped, and the style."""
    expressions = re.findall(r"\{\{ (.*?) \}\}", TEMPLATE.read_text(encoding="utf-8"))
    macros = re.compile(r"(caller|finding|names|money)\([^|]*\)|lookup\('ansible\.builtin\.file', 'style\.css'\)")
    assert len(expressions) > 40
    assert [text for text in expressions if not text.endswith(" | e") and not macros.fullmatch(text)] == []


def test_the_page_allows_its_own_style_alone() -> None:
    """The hash of the policy is that of the style."""
    page = full_page()
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"content=\"default-src 'none'; style-src 'sha256-{digest}'\"" in page


def test_names_are_text_in_the_page() -> None:
    """What a name has of markup is escaped; nothing is loaded from elsewhere."""
    page = full_page()
    assert page.count("&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;&#34;&#39;&amp;") >= 6
    assert re.findall(r"<script|https?://|src=|url\(", page) == []


def test_an_empty_account_has_a_page() -> None:
    page = rendered(report(facts()))
    for text in ("Nothing needs attention.", "The account has no tokens.", "There is no report to compare with."):
        assert text in page


def test_the_tests_in_the_browser_open_this_page() -> None:
    """`python -m tests.unit.audit.page` writes the page anew."""
    assert full_page() == RECORDED.read_text(encoding="utf-8")
