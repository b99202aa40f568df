# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts to audit: tokens and environments as the info modules return them."""

from __future__ import annotations

import json
from typing import Any

SCRIPT = "<script>document.title='owned'</script>\"'&"
STOP, START = "environment.control.StopEnv", "environment.control.StartEnv"
ACCOUNT = "user@example.com"
NOW = "2026-11-29T12:00:00Z"
SETTINGS: dict[str, Any] = {
    "now": NOW,
    "within": "30d",
    "unused_since": "90d",
    "prices": {"fixed_cloudlet": 2.0, "flexible_cloudlet": 1.5, "ext_ip": 3.0},
    "auto_stop_groups": ["dev"],
}


def token(description: str = "nightly", **members: Any) -> dict[str, Any]:
    """A token in which nothing is wrong."""
    return {
        "id": 1,
        "description": description,
        "template": None,
        "api_methods": [STOP],
        "expires_at": "2027-06-01T00:00:00Z",
        "expired": False,
        "last_used": "2026-11-28T00:00:00Z",
        "is_system": False,
        **members,
    }


def layer(node_type: str = "nginxphp", node_group: str = "cp", **members: Any) -> dict[str, Any]:
    """A layer of an environment."""
    return {
        "node_group": node_group,
        "node_type": node_type,
        "image": None,
        "count": 1,
        "fixed_cloudlets": 1,
        "flexible_cloudlets": 8,
        "ext_ips": 0,
        "ext_ips_v6": 0,
        **members,
    }


def environment(name: str = "web-shop", **members: Any) -> dict[str, Any]:
    """An environment in which nothing is wrong."""
    return {
        "name": name,
        "display_name": None,
        "status": "running",
        "region": "eu-1",
        "ssl": True,
        "env_groups": [],
        "domains": [],
        "nodes": [layer()],
        "endpoints": [],
        **members,
    }


def firewall(**members: Any) -> dict[str, Any]:
    """A firewall rule, as GetRules answers it, that lets everybody reach the database of the layer sqldb."""
    return {
        "name": "everybody",
        "softNodeGroup": "sqldb",
        "direction": "INPUT",
        "action": "ALLOW",
        "src": "ALL",
        "ports": "5432",
        "isEnabled": True,
        **members,
    }


def looped(answers: dict[str, Any]) -> dict[str, Any]:
    """The registered result of a loop over environments; a text is the message of a failure."""
    return {
        "results": [
            {"item": name, "msg": answer, "failure": {"kind": "refused"}}
            if isinstance(answer, str)
            else {"item": name, "answer": answer}
            for name, answer in answers.items()
        ]
    }


def facts(**members: Any) -> dict[str, Any]:
    """What the role hands over. Lists of tokens and environments, and answers by environment, are made into results."""
    given: dict[str, Any] = {"tokens": [], "environments": [], "stats": [], "rows": [], **members}
    return {
        "tokens": {"tokens": given["tokens"]},
        "environments": {"environments": given["environments"]},
        "stats": {"stats": given["stats"]} if isinstance(given["stats"], list) else given["stats"],
        "firewall": looped(given.get("firewall", {})),
        "certificates": looped(given.get("certificates", {})),
        "tasks": {"answer": {"objects": given["rows"]}} if isinstance(given["rows"], list) else given["rows"],
    }


DATA = environment(
    "shop-data",
    nodes=[layer("postgresql", "sqldb", ext_ips=1)],
    endpoints=[{"name": "db", "node_group": "sqldb", "private_port": 5432}],
)
# Something of everything, with names that would be markup.
FULL = facts(
    tokens=[
        token("nightly", api_methods=[START, STOP]),
        token(SCRIPT, id=2, template="Extended Access", api_methods=[], expires_at=None, last_used=None),
        token("old", id=3, expired=True, expires_at="2026-11-01T00:00:00Z"),
    ],
    environments=[
        environment(display_name=SCRIPT, env_groups=["dev/" + SCRIPT], domains=["www.example.com"]),
        DATA,
    ],
    stats=[{"environment": "web-shop", "hours": 168, "idle": True}],
    firewall={"shop-data": {"array": [firewall(name=SCRIPT)]}},
    certificates={"web-shop": {"result": 0}, "other": f"refused {SCRIPT}"},
)
RECORDS = json.dumps({"ended_at": "2026-11-28T00:00:00Z", "token": "nightly", "calls": {STOP: 1}, "hidden_tasks": 0})
