# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the role ``controller`` against a double of a controller."""

from __future__ import annotations

import secrets
from typing import Any

from tests.integration.support import Player, Run
from tests.runner.awx import ROOT
from tests.runner.double.rules import Item
from tests.runner.double.server import DoubleServer
from tests.runner.double.store import Store

SECRET = secrets.token_hex(12)
ACCOUNT = {"paas_api_url": "https://app.example.com", "paas_login": "ops@example.com", "paas_password": SECRET}
GIT = "https://git.example.com/ops/inet.elastic.git"
SCHEDULE = {"name": "s", "job_template": "stop_environments", "time": "20:00", "rule": "FREQ=DAILY;INTERVAL=1"}
NEEDED = {"environments_power_groups": "dev"}
# Modules run in processes that start quickly.
QUICK = {"ansible_connection": "elsewhere", "ansible_pipelining": True}


def message(ended: Run) -> str:
    """The message that the role fails with."""
    assert ended.code == 2
    failed = [result for _, result in ended.results if result["failed"]][-1]
    items = [str(each["msg"]) for each in failed.get("results", []) if each.get("failed")]
    return items[0] if items else str(failed["msg"])


class Organization:
    """Runs the role for the organizations of a double."""

    def __init__(self, player: Player, server: DoubleServer, store: Store) -> None:
        self.player = player
        self.server = server
        self.store = store

    def run(self, *arguments: str, token: str = "root", **variables: Any) -> Run:
        """Run the role; with one job template unless told otherwise."""
        own = {
            "controller_host": self.server.url,
            "controller_oauthtoken": token,
            "controller_credential_inputs": ACCOUNT,
            "controller_token_credential_inputs": {"paas_token": SECRET},
            "controller_project_scm_url": GIT,
            "controller_job_templates": ["stop_environments"],
            "controller_schedules": [],
        }
        self.server.calls.clear()
        role = {"ansible.builtin.include_role": {"name": "inet.elastic.controller"}, "vars": {**own, **variables}}
        return self.player.play([{"name": "The role", **role}], *arguments, vars=QUICK)

    def refused(self, **variables: Any) -> str:
        """The message of a run that fails before it changes anything."""
        text = message(self.run(**variables))
        assert self.server.writes == []
        return text

    def changed(self, *arguments: str, **variables: Any) -> list[str]:
        """Tasks that changed something in a run that ends well."""
        ended = self.run(*arguments, **variables)
        assert ended.code == 0, message(ended)
        assert SECRET not in ended.output
        return [task.rpartition(" : ")[2] for task, result in ended.results if result.get("changed")]

    def attached(self, template: str, what: str = "credentials") -> list[str]:
        """Names of what is attached to a job template."""
        number = self.store.named("job_templates", f"iNET.elastic {template}")["id"]
        return [item["name"] for item in self.store.members(f"job_templates/{number}/{what}")]

    def add(self, where: str, /, **content: Any) -> Item:
        """An object of the default organization that somebody made by hand."""
        return self.store.add(where, {"organization": self.store.organization, **content}, ROOT)
