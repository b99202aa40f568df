# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attempts at a step end, also if each new plan begins with a step that was done before."""

from __future__ import annotations

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import RefusedError
from ansible_collections.inet.elastic.plugins.module_utils._engine.plan import Plan, Step
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task, Work
from ansible_collections.inet.elastic.plugins.module_utils._engine.runner import Look, StepRunner, Target
from tests.unit.client.fakes import FakeTransport, fake_client

CREATE, DEPLOY = "environment.file.Create", "environment.deployment.DeployArchive"
STEPS = (Step(CREATE, {"path": "/a"}, "send the file"), Step(DEPLOY, {"fileName": "a"}, "deploy the file"))


class _Target(Target[None]):
    """The environment is stopped: no operation is running, and the platform refuses."""

    def look(self, step: Step, budget: float) -> Look:
        raise AssertionError("no answer was lost")

    def plan_again(self) -> Plan[None]:
        return Plan(None, None, STEPS)


def test_a_step_that_is_done_again_is_no_progress() -> None:
    busy = {"result": 2212, "error": "wrong status"}
    transport = FakeTransport().on(CREATE, {"result": 0}).on(DEPLOY, busy)
    client = fake_client(transport)
    with pytest.raises(RefusedError) as caught:
        StepRunner(_Target(Work(Task({}, client), client)), Plan(None, None, STEPS)).run()
    assert caught.value.code == 2212
    assert transport.methods == [CREATE.lower(), DEPLOY.lower()] * 2
