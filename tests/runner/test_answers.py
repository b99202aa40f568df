# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every job template runs with all answers, the required ones alone, ``2026``, blank ones and null.

ansible-core 2.19 and newer read the texts of a controller as YAML, ansible-core 2.16 does not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.support import Emulator, short
from tests.runner.awx import JOB_TEMPLATES, NEWER, OLDEST, Controller, Job
from tests.runner.double.rules import RefusedError
from tests.runner.resources import make_environments, make_token, statuses

CORES = pytest.mark.parametrize("programs", [NEWER, OLDEST], ids=["2.19", "2.16"])
POWER = {
    "environments_power_groups": "dev",
    "environments_power_except": "*kept\nother",
    "environments_power_concurrency": "5",
}


def _writes(emulator: Emulator) -> list[str]:
    writes = [name for name in short(emulator.writes) if name not in ("Signin", "Signout")]
    emulator.forget()
    return writes


def _blank(key: str) -> dict[str, str]:
    """An empty answer to each question for a text that is not required."""
    questions = JOB_TEMPLATES[key]["survey_spec"]["spec"]
    return {q["variable"]: "" for q in questions if q["type"].startswith("text") and not q["required"]}


def _well(controller: Controller, key: str, answers: dict[str, Any], **overridden: Any) -> Job:
    """A job that ends well, without a secret of its credentials in its artefacts."""
    job = controller.launch(key, answers, **overridden)
    assert job.status == "successful", job.message()
    assert job.leaks(controller.inputs("account")["paas_password"], controller.inputs("token")["paas_token"]) == []
    return job


def _end(controller: Controller, key: str, answers: dict[str, Any], **overridden: Any) -> Any:
    """The report of a job that ends well."""
    return next(iter(_well(controller, key, answers, **overridden).artifacts().values()))


@pytest.mark.parametrize(
    ("key", "missing"),
    [
        ("provision_environment", ["provision_environment_name"]),
        ("release", ["deploy_version_tag"]),
        ("stop_environments", ["environments_power_groups"]),
        ("start_environments", ["environments_power_groups"]),
    ],
)
def test_a_launch_without_answers_is_refused_for_what_is_needed(
    controller: Controller, key: str, missing: list[str]
) -> None:
    with pytest.raises(RefusedError) as refused:
        controller.launch(key)
    assert refused.value.body == {"variables_needed_to_start": [f"'{name}' value missing" for name in missing]}


@CORES
def test_rotation(emulator: Emulator, controller: Controller, programs: Path) -> None:
    """A token that is only named is rotated as the survey says, a declared one also by a number as its name."""
    controller.programs = programs
    controller.declare("rotate_tokens", rotate_tokens_declared=[{"description": 2026}])
    for description in ("ci", "2026"):
        make_token(emulator, description, days=80)
    full = {"rotate_tokens_which": "all", "rotate_tokens_mode": "in_place", "rotate_tokens_descriptions": "ci\n"}
    times = {"rotate_tokens_expires_in": "60d", "rotate_tokens_renew_before": "7d", "rotate_tokens_grace": "2d"}
    rotated = {"rotated": True, "delivered": [], "failed": []}
    job = _well(controller, "rotate_tokens", {**full, **times})
    assert job.artifacts()["rotate_tokens"] == [{"token": "ci", **rotated}]
    assert _writes(emulator) == ["RegenerateToken", "EditToken"]
    assert job.leaks(controller.stored()["ci"]) == []
    numbers = {"rotate_tokens_which": "all", "rotate_tokens_descriptions": "2026"}
    assert _end(controller, "rotate_tokens", numbers) == [{"token": "2026", **rotated}]
    emulator.forget()
    idle: list[dict[str, Any]] = [{"token": "2026", "rotated": False, "delivered": [], "failed": []}]
    assert _end(controller, "rotate_tokens", {}) == idle
    assert _end(controller, "rotate_tokens", _blank("rotate_tokens"), rotate_tokens_descriptions=None) == idle
    assert _writes(emulator) == []


@CORES
def test_a_token_that_is_not_there_fails_with_its_name(
    emulator: Emulator, controller: Controller, programs: Path
) -> None:
    """An answer that looks like a template stays a text."""
    controller.programs = programs
    job = controller.launch("rotate_tokens", {"rotate_tokens_descriptions": "{{ 6 * 7 }}"})
    assert (job.status, _writes(emulator)) == ("failed", [])
    assert job.message().startswith("there is no token {{ 6 * 7 }} to rotate")


@CORES
@pytest.mark.parametrize(
    ("key", "call", "before", "after"),
    [("stop_environments", "StopEnv", 1, 2), ("start_environments", "StartEnv", 2, 1)],
)
def test_power(
    emulator: Emulator, controller: Controller, key: str, call: str, before: int, after: int, programs: Path
) -> None:
    """Environments of the group change but for exceptions, in one job after another until nothing is left to do."""
    controller.programs = programs
    make_environments(emulator, "dev", "devone", "devtwo", "devkept")
    make_environments(emulator, "2026", "numbered")
    state = dict.fromkeys(("devone", "devtwo", "devkept", "numbered"), before)
    if before == 2:
        for name in state:
            emulator.call("environment.control.StopEnv", envName=name)
    assert statuses(emulator) == state
    report = {"state": JOB_TEMPLATES[key]["extra_vars"]["environments_power_state"], "unchanged": [], "left_out": []}
    changed = {"changed": ["devone", "devtwo"], "left_out": ["devkept"]}
    assert _end(controller, key, POWER) == {**report, **changed}
    assert _writes(emulator) == [call, call]
    assert statuses(emulator) == {**state, "devone": after, "devtwo": after}
    changed = {"changed": ["devkept"], "unchanged": ["devone", "devtwo"]}
    assert _end(controller, key, {"environments_power_groups": "dev"}) == {**report, **changed}
    _end(controller, key, {"environments_power_groups": "2026", "environments_power_except": "2026"})
    assert statuses(emulator) == dict.fromkeys(state, after)
    answers = {"environments_power_groups": "dev", **_blank(key)}
    blank = dict.fromkeys(("environments_power_names", "environments_power_concurrency"))
    assert _end(controller, key, answers, **blank)["changed"] == []


@CORES
def test_provision(emulator: Emulator, controller: Controller, programs: Path) -> None:
    """Without answers a new environment gets the defaults, and an existing one keeps what it has."""
    controller.programs = programs
    key = "provision_environment"
    full = {
        "provision_environment_name": "20262",
        "provision_environment_state": "started",
        "provision_environment_node_type": "nginx",
        "provision_environment_count": "2",
        "provision_environment_cloudlets": "16",
        "provision_environment_database": "postgresql",
        "provision_environment_region": "region-b",
        "provision_environment_group": "2026",
        "provision_environment_ssl": "yes",
    }
    assert _end(controller, key, full)["name"] == "20262"
    assert _writes(emulator) == ["CreateGroup", "CreateEnvironment"]
    info = emulator.call("environment.control.GetEnvInfo", envName="20262")
    assert (info["envGroups"], info["env"]["sslstate"]) == (["2026"], True)
    assert [node["nodeType"] for node in info["nodes"]] == ["nginx", "nginx", "postgresql"]
    _end(controller, key, {"provision_environment_name": "20262"})
    nothing = dict.fromkeys((name for name in full if name != "provision_environment_name"), None)
    _end(controller, key, {"provision_environment_name": "20262", **_blank(key)}, **nothing)
    assert _writes(emulator) == []
    _end(controller, key, {"provision_environment_name": "shop-test"})
    assert _writes(emulator) == ["CreateEnvironment"]
    info = emulator.call("environment.control.GetEnvInfo", envName="shop-test")
    assert [(node["nodeType"], node["flexibleCloudlets"]) for node in info["nodes"]] == [("nginxphp-dockerized", 8)]
    assert info["env"]["sslstate"] is True


@CORES
def test_audit(emulator: Emulator, controller: Controller, programs: Path) -> None:
    controller.programs = programs
    for description, days in (("soon", 10), ("2026", 10)):
        make_token(emulator, description, days)
    full = {"audit_tokens_within": "20d", "audit_tokens_unused_since": "90d", "audit_tokens_descriptions": "soon"}
    report = _end(controller, "audit_tokens", {**full, "audit_tokens_fail": "no"})
    assert (report["expiring"], report["unused"]) == (["soon"], ["soon"])
    report = _end(controller, "audit_tokens", {"audit_tokens_descriptions": "2026", "audit_tokens_fail": "no"})
    assert report["expiring"] == ["2026"]
    report = _end(controller, "audit_tokens", {**_blank("audit_tokens"), "audit_tokens_fail": "no"})
    assert report["expiring"] == ["soon", "2026"]
    job = controller.launch("audit_tokens")
    assert (job.status, job.message().partition(".")[0]) == (
        "failed",
        "tokens have expired or expire within 30d: soon, 2026",
    )
