# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ``audit_account``: what it finds, what changed since the last report, and that nothing leaks."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.support import Emulator, Player, Run, short

PLAYBOOK, ROLE = "inet.elastic.audit_account", "inet.elastic.audit : "
SCRIPT = "<script>alert('x')</script>"
STOP, START, DELETE = (f"environment.control.{name}Env" for name in ("Stop", "Start", "Delete"))
TOKENS: list[dict[str, Any]] = [
    {"description": "nightly", "api_methods": [STOP, START, DELETE], "expires_in": "60d"},
    {"description": "soon", "api_methods": [STOP], "expires_in": "3d"},
    {"description": SCRIPT, "template": "Extended Access", "expires_at": "never"},
]
SHOP: dict[str, Any] = {
    "name": "web-shop",
    "display_name": SCRIPT,
    "state": "started",
    "env_groups": ["dev/shops"],
    "domains": ["www.example.com"],
    "nodes": [
        {"node_group": "cp", "node_type": "nginxphp", "count": 2, "fixed_cloudlets": 1, "flexible_cloudlets": 8},
    ],
}
DATA: dict[str, Any] = {
    "name": "shop-data",
    "state": "started",
    "nodes": [
        {"node_group": "sqldb", "node_type": "postgresql", "fixed_cloudlets": 2, "flexible_cloudlets": 4, "ext_ips": 1}
    ],
    "endpoints": [{"name": "db", "node_group": "sqldb", "private_port": 5432}],
    "firewall": [{"name": "everybody", "node_group": "sqldb", "direction": "input", "ports": "5432"}],
}
SETTINGS = {
    "audit_auto_stop_groups": ["dev"],
    "audit_prices": {"fixed_cloudlet": 2, "flexible_cloudlet": 1, "ext_ip": 3},
}

FOUND = [
    ("database_open", "shop-data"),
    ("database_published", "shop-data"),
    ("token_expiring", "soon"),
    ("database_public_address", "shop-data"),
    ("domain_without_certificate", "web-shop"),
    ("token_full_access", SCRIPT),
    ("token_never_expires", SCRIPT),
    ("environment_no_auto_stop", "web-shop"),
    ("token_more_rights", "nightly"),
]


def audited(player: Player, *arguments: str) -> Run:
    """One run of the playbook."""
    directory = ("-e", f"audit_account_directory={player.folder / 'audit'}")
    return player.run(PLAYBOOK, *directory, "-e", json.dumps(SETTINGS), *arguments)


def report_of(player: Player) -> dict[str, Any]:
    """The written report."""
    found: dict[str, Any] = json.loads((player.folder / "audit" / "audit.json").read_text(encoding="utf-8"))
    return found


def found_in(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Rules and subjects of the findings."""
    return [(item["rule"], item["subject"]) for item in report["findings"]]


def changed(run: Run) -> list[str]:
    """The tasks that changed something."""
    return [task for task, result in run.results if result.get("changed")]


def prepared(player: Player) -> tuple[str, ...]:
    """Make the account, by a run that records its calls; return the arguments that name the records."""
    records = player.folder / "calls.jsonl"
    player.verbosity = 0
    player.environment |= {
        "ANSIBLE_CALLBACKS_ENABLED": "record,inet.elastic.paas_calls",
        "PAAS_CALLS_RECORD_FILE": str(records),
        "PAAS_CALLS_TOKEN": "nightly",
    }
    tokens = {"tokens": TOKENS, "prune": True, "store": str(player.folder / "store.yml")}
    made = player.play(
        [
            {"name": "t", "inet.elastic.paas_tokens": tokens},
            {"name": "e", "inet.elastic.paas_environments": {"environments": [SHOP, DATA]}},
            {"name": "s", "inet.elastic.paas_api": {"method": STOP, "parameters": {"envName": "web-shop"}}},
            {"name": "g", "inet.elastic.paas_environment": {"name": "web-shop", "state": "started"}},
        ]
    )
    assert made.code == 0, made.output[-2000:]
    player.environment["ANSIBLE_CALLBACKS_ENABLED"] = "record"
    return "-e", f"audit_account_calls={records}"


def check_first(player: Player, run: Run) -> dict[str, Any]:
    """What the first run found, and the files that it wrote; return the report."""
    report = report_of(player)
    assert found_in(report) == FOUND
    said = run.result(f"{ROLE}Check that nothing urgent was found")["msg"]
    assert (run.code, said.split(":")[0]) == (2, "3 findings of severity high need attention")
    assert report["cost"] == {"least": 11.0, "most": 27.0}
    assert (report["previous"], report["unknown"]) == (None, [])
    assert {path.name: path.stat().st_mode & 0o777 for path in (player.folder / "audit").iterdir()} == {
        "audit.html": 0o600,
        "audit.json": 0o600,
    }
    page = (player.folder / "audit" / "audit.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;") >= 4
    return report


def test_an_audit_again_and_after_changes(player: Player, emulator: Emulator) -> None:
    """Check mode writes nothing; a run fails for what is urgent; the next changes nothing; a later one compares."""
    calls = prepared(player)
    emulator.forget()
    checked = audited(player, "--check", *calls)
    assert (checked.code, (player.folder / "audit").exists()) == (2, False)
    report = check_first(player, audited(player, *calls))

    second = audited(player, *calls, "-e", "audit_account_fail_on=never")
    again = report_of(player)
    assert (second.code, changed(second)) == (0, [])
    assert again["previous"] == report["generated_at"]
    assert f"Nothing has changed since the report of {again['previous']}." in (
        player.folder / "audit" / "audit.html"
    ).read_text(encoding="utf-8")
    assert emulator.writes == []

    changes = [
        {"name": "t", "inet.elastic.paas_token": {"description": "soon", "state": "absent"}},
        {"name": "e", "inet.elastic.paas_environment": {"name": "shop-data", "state": "stopped"}},
    ]
    assert player.play(changes).code == 0
    third = audited(player, *calls, "-e", "audit_account_fail_on=never")
    differences = report_of(player)["differences"]
    assert (third.code, changed(third)) == (0, [f"{ROLE}Write the page", f"{ROLE}Write the report as JSON"])
    assert found_in({"findings": differences["resolved_findings"]}) == [("token_expiring", "soon")]
    assert differences["removed_tokens"] == ["soon"]
    assert differences["changed_environments"] == [{"name": "shop-data", "members": ["cost", "status"]}]
    assert short(emulator.methods).count("Signin") == short(emulator.methods).count("Signout")
