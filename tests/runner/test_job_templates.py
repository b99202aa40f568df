# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every job template, run by ansible-runner with credential, survey and vault password: calls, states, no secrets."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.integration.support import Emulator, short
from tests.runner.awx import CREDENTIAL_TYPES, HIDDEN, Controller, Job, injected
from tests.runner.resources import make_token, statuses


def _writes(emulator: Emulator) -> list[str]:
    """Calls since the last look that change something, without signing in and out."""
    writes = [name for name in short(emulator.writes) if name not in ("Signin", "Signout")]
    emulator.forget()
    return writes


def _well(job: Job, controller: Controller, *secrets: str) -> Job:
    """The job has ended well, and none of its artefacts has a secret."""
    assert job.status == "successful", job.message()
    assert (
        job.leaks(controller.inputs("account")["paas_password"], controller.inputs("token")["paas_token"], *secrets)
        == []
    )
    return job


def test_rotation_renews_what_is_due_and_then_nothing(
    emulator: Emulator, controller: Controller, tmp_path: Path
) -> None:
    """A token that is due gets a value that works, in the store and in a file; a second job does nothing."""
    file = tmp_path / "delivered"
    declared = {"description": "nightly", "expires_in": "90d", "deliver": [{"type": "file", "path": str(file)}]}
    controller.declare("rotate_tokens", rotate_tokens_declared=[declared])
    make_token(emulator, "nightly", days=10)
    emulator.forget()
    job = _well(controller.launch("rotate_tokens"), controller)
    value = controller.stored()["nightly"]
    assert _writes(emulator) == ["RegenerateToken", "EditToken"]
    assert [(line["token"], line["rotated"]) for line in job.artifacts()["rotate_tokens"]] == [("nightly", True)]
    assert (file.read_text(encoding="utf-8").strip() == value, file.stat().st_mode & 0o777) == (True, 0o600)
    assert job.leaks(value) == []
    assert emulator.call("environment.control.GetEnvs", session=value)["result"] == 0
    emulator.forget()

    again = _well(controller.launch("rotate_tokens"), controller, value)
    assert (again.changed, _writes(emulator)) == (0, [])
    assert [line["rotated"] for line in again.artifacts()["rotate_tokens"]] == [False]


def test_a_group_that_is_not_there_fails(emulator: Emulator, controller: Controller) -> None:
    job = controller.launch("stop_environments", {"environments_power_groups": "dve"})
    assert (job.status, _writes(emulator)) == ("failed", [])
    assert job.message() == "no environment matches environments_power_groups (dve): correct the names"


def test_provision_change_and_delete(emulator: Emulator, controller: Controller, tmp_path: Path) -> None:
    """An environment out of the answers; the same again changes nothing; absent deletes it. The file tells what is."""
    file = tmp_path / "report.json"
    controller.declare("provision_environment", provision_environment_report=str(file))
    given = {
        "provision_environment_name": "shop-test",
        "provision_environment_count": "2",
        "provision_environment_database": "postgresql",
        "provision_environment_group": "dev",
        "provision_environment_region": "region-b",
    }
    job = _well(controller.launch("provision_environment", given), controller)
    assert _writes(emulator) == ["CreateGroup", "CreateEnvironment"]
    info = emulator.call("environment.control.GetEnvInfo", envName="shop-test")
    emulator.forget()
    assert [(node["nodeGroup"], node["nodeType"]) for node in info["nodes"]] == [
        ("cp", "nginxphp-dockerized"),
        ("cp", "nginxphp-dockerized"),
        ("sqldb", "postgresql"),
    ]
    assert info["envGroups"] == ["dev"]
    report = job.artifacts()["provision_environment"]
    assert report == {"name": "shop-test", "status": "running", "region": "region-b", "url": report["url"]}
    written = json.loads(file.read_text(encoding="utf-8"))
    assert ({name: written[name] for name in report}, stat.S_IMODE(file.stat().st_mode)) == (report, 0o600)
    assert [layer["node_group"] for layer in written["nodes"]] == ["cp", "sqldb"]

    again = _well(controller.launch("provision_environment", given), controller)
    assert (again.changed, _writes(emulator)) == (0, [])

    # What is searched does find what is there: the address is not a secret.
    assert "command" in again.leaks(controller.inputs("token")["paas_api_url"])

    # A job has no password, so it deletes where the hoster demands the name or nothing.
    emulator.control("PUT", "switches", {"delete_confirm": "name"})
    variables = {"provision_environment_delete_confirm": "name", "provision_environment_report": str(file)}
    controller.declare("provision_environment", **variables)
    gone = {"provision_environment_name": "shop-test", "provision_environment_state": "absent"}
    _well(controller.launch("provision_environment", gone), controller)
    assert (_writes(emulator), statuses(emulator)) == (["DeleteEnv"], {})
    assert json.loads(file.read_text(encoding="utf-8")) == {}


def test_answers_about_numbers_are_checked_first(emulator: Emulator, controller: Controller) -> None:
    """A controller takes any text for these questions, and newer versions hand a blank one over as null."""
    given = {"provision_environment_name": "shop-test"}
    job = controller.launch("provision_environment", {**given, "provision_environment_count": "two"})
    assert job.message() == "provision_environment_count is two; it must be a number"
    _well(controller.launch("provision_environment", given, provision_environment_report=None), controller)
    assert _writes(emulator) == ["CreateEnvironment"]


def test_a_release_that_passes_its_check_and_one_that_does_not(emulator: Emulator, controller: Controller) -> None:
    """The report is handed on; a release that fails goes back, and the job says so."""
    nodes = json.dumps([{"image": "registry.example.com/shop:1.0", "nodeGroup": "cp"}])
    emulator.call("environment.control.CreateEnvironment", env='{"shortdomain": "shop-test"}', nodes=nodes)
    emulator.forget()
    controller.declare("release", release_retries=1, release_delay=0)
    given = {
        "deploy_version_environment": "shop-test",
        "deploy_version_tag": ":1.1",
        "deploy_version_check": f"{emulator.url}/_emulator/health",
    }
    job = _well(controller.launch("release", given), controller)
    assert _writes(emulator) == ["RedeployContainersByGroup"]
    report = job.artifacts()["deploy_version"]
    assert (report["environment"], report["changed"], report["gone_back"]) == ("shop-test", True, False)
    again = _well(controller.launch("release", given), controller)
    assert (again.changed, _writes(emulator)) == (0, [])

    # The answer shows no tag at all, neither that of the version before.
    failing = controller.launch(
        "release", {**given, "deploy_version_tag": "registry.example.com/shop:1.2", "deploy_version_shows_tag": "yes"}
    )
    assert (failing.status, _writes(emulator)) == ("failed", ["RedeployContainersByGroup"] * 2)
    assert "Going back to the version before failed, too" in failing.message()


def test_audit_names_what_ends_and_what_is_unused(emulator: Emulator, controller: Controller) -> None:
    """It writes nothing, hands a report on, and fails if a token ends soon, unless told not to.

    ``NAME.old`` beside ``NAME`` is what an overlapping rotation leaves for a time, so it is not a reason to fail.
    """
    for description, days in (("gone", -1), ("soon", 10), ("later", 40), ("later.old", 1), ("lone.old", 1)):
        make_token(emulator, description, days)
    emulator.forget()
    job = controller.launch("audit_tokens")
    report = {
        "expired": ["gone"],
        "expiring": ["soon", "lone.old"],
        "never_expiring": ["given at the start"],
        "replaced": ["later.old"],
        "unused": ["given at the start", "gone", "soon", "later", "later.old", "lone.old"],
    }
    assert (job.status, _writes(emulator)) == ("failed", [])
    assert job.artifacts()["audit_tokens"] == report
    assert job.message().startswith("tokens have expired or expire within 30d: gone, soon, lone.old. ")
    assert job.leaks(controller.inputs("account")["paas_password"]) == []

    _well(
        controller.launch("audit_tokens", {"audit_tokens_fail": "no", "audit_tokens_descriptions": "so*"}), controller
    )
    _well(controller.launch("audit_tokens", {"audit_tokens_descriptions": "later*"}), controller)


@pytest.mark.parametrize("key", CREDENTIAL_TYPES)
def test_certificate_of_an_authority(key: str, tmp_path: Path) -> None:
    """The text of a certificate becomes a file for its owner alone, a path is taken as it is, or none is set."""
    of_type = CREDENTIAL_TYPES[key]
    env, _ = injected(of_type, {"paas_ca_certificate": "CERTIFICATE"}, tmp_path)
    path = Path(env["PAAS_CA_PATH"])
    assert (path.read_text(encoding="utf-8"), path.stat().st_mode & 0o777) == ("CERTIFICATE", 0o600)
    env, _ = injected(of_type, {"paas_ca_path": "/etc/ca.pem"}, tmp_path)
    assert env["PAAS_CA_PATH"] == "/etc/ca.pem"
    secret = {entry["id"] for entry in of_type["inputs"]["fields"] if entry.get("secret")}
    env, recorded = injected(of_type, dict.fromkeys(secret, "value"), tmp_path)
    assert env["PAAS_CA_PATH"] == ""
    assert {name for name, value in recorded.items() if value == HIDDEN} == {name.upper() for name in secret}
