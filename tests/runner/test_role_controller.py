# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``controller`` against the double: refusals, upgrade, organizations, rights. Its molecule scenario has more.

A run takes some seconds, so that each test has one or two, with as few job templates as it needs.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.support import WORKSPACE, Player
from tests.runner.awx import CREDENTIAL_TYPES, OLDEST, PLAYBOOKS, ROOT
from tests.runner.role import ACCOUNT, GIT, NEEDED, QUICK, SCHEDULE, SECRET, Organization, message

INSIDE = Path("ansible_collections")


def test_without_awx_awx_it_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / INSIDE).mkdir()
    (tmp_path / INSIDE / "inet").symlink_to(WORKSPACE / INSIDE / "inet")
    player = Player(tmp_path, "", None, verbosity=0, environment={"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)})
    ended = player.play([{"ansible.builtin.include_role": {"name": "inet.elastic.controller"}}])
    assert message(ended) == (
        "the role inet.elastic.controller needs the collection awx.awx: "
        'install it with "ansible-galaxy collection install awx.awx"'
    )


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        (
            {"controller_job_template_variables": {"rotate": {}}},
            "rotate is not the name of a job template in controller_job_template_variables; names: rotate_tokens, "
            "stop_environments, start_environments, provision_environment, release, audit_tokens",
        ),
        (
            {"controller_job_template_variables": {"rotate_tokens": {"rotate_tokens_mode": "both"}}},
            "controller_job_template_variables.rotate_tokens.rotate_tokens_mode is both; it must be one of in_place, "
            "overlapping",
        ),
        (
            {"controller_schedules": [{**SCHEDULE, "job_template": "rotate_tokens"}]},
            "schedule s: controller_job_templates does not have rotate_tokens",
        ),
        (
            {"controller_schedules": [{**SCHEDULE, "rule": "FREQ=DAILY", "time": "1200"}]},
            "schedule s: rule FREQ=DAILY has no INTERVAL; add ;INTERVAL=1; "
            's: time 1200 is not valid; write it in quotes, such as "03:00"; '
            "s: variables.environments_power_groups is missing; the job template needs it",
        ),
        (
            {"controller_schedules": [{**SCHEDULE, "variables": {**NEEDED, "state": "stopped"}}]},
            "schedule s: variables.state is not a question of the job template; set it in "
            "controller_job_template_variables",
        ),
        (
            {"controller_credential_inputs": {**ACCOUNT, "paas_token": "x"}},
            "controller_credential_inputs: paas_token is not an input of that credential. The account credential has "
            "paas_api_url, paas_login, paas_password, paas_otp_secret, paas_token_store, paas_ca_certificate, "
            "paas_ca_path; the token credential has paas_api_url, paas_token, paas_ca_certificate, paas_ca_path",
        ),
        (
            {"controller_organization": "Nowhere"},
            "the organization Nowhere does not exist, or this user cannot see it: set controller_organization",
        ),
    ],
    ids=["job template", "no choice", "no job template", "schedule", "no question", "input", "organization"],
)
def test_wrong_variables(organization: Organization, variables: dict[str, Any], text: str) -> None:
    """One line, before anything is changed; also in check mode, where the modules of awx.awx do not see it."""
    assert organization.refused(**variables) == text


def test_inputs_of_a_type_that_exists_are_compared(organization: Organization) -> None:
    """A controller would refuse the change, for everybody and at the first object."""
    account = CREDENTIAL_TYPES["account"]
    inputs = {**account["inputs"], "required": ["paas_api_url"]}
    organization.add("credential_types", **{**account, "inputs": inputs})
    assert organization.refused() == (
        "the credential type iNET.elastic account exists with other inputs, which a controller does not change: set "
        "controller_account_credential_type to a name that is free, and the role creates that type"
    )


def test_an_administrator_of_an_organization(organization: Organization) -> None:
    """Credential types need a system administrator; with them the rest is done, for this organization alone."""
    assert organization.refused(token="org") == (
        "the credential type iNET.elastic account does not exist, and only a system administrator can create it: let a "
        "system administrator run this role once"
    )
    for of_type in CREDENTIAL_TYPES.values():
        organization.add("credential_types", **of_type)
    assert "Create or update the job template" in organization.changed(token="org")
    assert ("POST", "credential_types") not in organization.server.writes
    organization.store.named("credential_types", "iNET.elastic token")["injectors"] = {}
    assert organization.refused(token="org").startswith(
        "the credential type iNET.elastic token has old injectors, and only"
    )


def _as_before(organization: Organization) -> None:
    """What the version before made, one type and one credential for all; and what was attached by hand."""
    fields = ("paas_api_url", "paas_token", "paas_login", "paas_password", "paas_otp", "paas_token_store")
    inputs = {
        "fields": [{"id": name, "type": "string", "label": name} for name in fields],
        "required": ["paas_api_url"],
    }
    injectors = {"env": {"PAAS_API_URL": "{{ paas_api_url }}", "PAAS_TOKEN": "{{ paas_token }}"}}
    organization.add("credential_types", name="iNET.elastic", kind="cloud", inputs=inputs, injectors=injectors)
    project = organization.add("projects", name="iNET.elastic", scm_type="git", scm_url=GIT)
    for name, of_type in (("iNET.elastic account", "iNET.elastic"), ("small", "iNET.elastic"), ("machine", "Machine")):
        organization.add("credentials", name=name, credential_type=_type(organization, of_type), inputs={})
    for name, attached in (
        ("stop environments", ("iNET.elastic account", "machine")),
        ("start environments", ("small",)),
    ):
        template = organization.add(
            "job_templates",
            name=f"iNET.elastic {name}",
            project=project["id"],
            playbook="playbooks/environments_power.yml",
            survey_enabled=True,
        )
        for credential in attached:
            number = organization.store.named("credentials", credential)["id"]
            organization.store.attach(f"job_templates/{template['id']}/credentials", number)


def test_upgrade(organization: Organization) -> None:
    """The old type stays, the role's credential of it makes way, what was attached by hand stays, new playbooks arrive.

    A smaller token that was attached by hand takes the place of the role's own.
    """
    _as_before(organization)
    organization.store.named("projects", "iNET.elastic").update({"playbooks": [], "status": "failed"})
    both = {"controller_job_templates": ["stop_environments", "start_environments"]}
    assert "Create or update the job template" in organization.changed(**both)
    assert organization.attached("stop environments") == ["machine", "iNET.elastic token"]
    assert organization.attached("start environments") == ["small"]
    assert len(organization.store.named("credential_types", "iNET.elastic")["inputs"]["fields"]) == 6
    assert organization.store.named("projects", "iNET.elastic")["status"] == "successful"
    organization.store.repository.revision = "1" * 40
    assert organization.changed(**both) == ["Sync the project"]


class OldestPlayer(Player):
    """Runs playbooks with the oldest ansible-core, in a process that starts for it."""

    def _ended(self, command: list[str]) -> tuple[int, str]:
        environment = {**self.full_environment(), "PATH": f"{OLDEST}:/usr/bin:/bin"}
        words = [str(OLDEST / "ansible-playbook"), *command[1:]]
        done = subprocess.run(
            words, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=self.timeout
        )
        return done.returncode, done.stdout + done.stderr


def test_what_was_attached_by_hand_with_the_oldest_ansible_core(organization: Organization) -> None:
    """It makes a text of a number in a template, which is no number of a type then."""
    _as_before(organization)
    own = organization.player
    organization.player = OldestPlayer(own.folder, "", None, verbosity=0, environment=own.environment)
    organization.changed(controller_job_templates=["stop_environments", "start_environments"])
    assert organization.attached("stop environments") == ["machine", "iNET.elastic token"]
    assert organization.attached("start environments") == ["small"]


def _type(organization: Organization, name: str) -> int:
    return int(organization.store.named("credential_types", name)["id"])


def test_credentials_that_the_variables_name(organization: Organization) -> None:
    """They take the place of attached ones of the same kind; and what is attached goes if the variables say so."""
    for of_type in CREDENTIAL_TYPES.values():
        organization.add("credential_types", **of_type)
    token = _type(organization, "iNET.elastic token")
    organization.add("credentials", name="other", credential_type=token, inputs={"paas_token": SECRET})
    organization.changed(controller_job_template_credentials={"stop_environments": ["other"]})
    assert organization.attached("stop environments") == ["other"]
    assert organization.changed(controller_keep_attached_credentials=False) == ["Create or update the job template"]
    assert organization.attached("stop environments") == ["iNET.elastic token"]


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        (
            {"controller_credential_inputs": {}},
            "the credential iNET.elastic account does not exist: set controller_credential_inputs",
        ),
        (
            {"controller_credential_inputs": {**ACCOUNT, "paas_password": ""}},
            "controller_credential_inputs: paas_password is missing, and no job starts with the credential "
            "iNET.elastic account without it",
        ),
    ],
    ids=["none", "no password"],
)
def test_a_credential_that_no_job_could_use(organization: Organization, variables: dict[str, Any], text: str) -> None:
    ended = organization.run(controller_job_templates=["audit_tokens"], **variables)
    assert message(ended) == text
    assert SECRET not in ended.output


def test_two_organizations(organization: Organization) -> None:
    """Objects may have the same names, but for the execution environment."""
    store = organization.store
    store.add("organizations", {"name": "Other"}, ROOT)
    image = {"controller_execution_environment_image": "registry.example.com/ee:1"}
    organization.changed(**image)
    first = store.overview()
    other = {"controller_organization": "Other", **image}
    assert message(organization.run(**other)) == (
        "the execution environment iNET.elastic belongs to another organization, and a name is unique in the whole "
        "controller: set controller_execution_environment_name"
    )
    own_name = {**other, "controller_execution_environment_name": "Other"}
    organization.changed(**own_name)
    assert store.overview() == first
    second = store.overview("Other")
    assert (
        list(second["job_templates"]),
        second["job_templates"]["iNET.elastic stop environments"]["credentials"],
    ) == (
        ["iNET.elastic stop environments"],
        ["iNET.elastic token"],
    )
    numbers = {name: item["organization"] for name, item in second["credentials"].items()}
    assert set(numbers.values()) == {"Other"}


def test_rights_notices_labels_and_names(organization: Organization) -> None:
    """A second set in one organization, by another prefix; teams may launch it, and failures are told to somebody."""
    organization.add("teams", name="ops")
    organization.add("notification_templates", name="mail")
    variables: dict[str, Any] = {
        "controller_name_prefix": "Second account",
        "controller_job_templates": ["rotate_tokens"],
        "controller_job_template_names": {"rotate_tokens": "Rotate it"},
        "controller_job_template_execute": {"rotate_tokens": {"teams": ["ops"]}},
        "controller_failure_notifications": ["mail"],
        "controller_labels": ["paas"],
        "controller_token_description": "nightly",
        "controller_delivery_credential_inputs": {"host": organization.server.url, "oauth_token": SECRET},
        "controller_schedules": [{**SCHEDULE, "job_template": "rotate_tokens"}],
    }
    organization.changed(**variables)
    seen = organization.store.overview()["job_templates"]["Rotate it"]
    assert (seen["labels"], seen["notification_templates_error"], seen["teams"]) == (["paas"], ["mail"], ["ops"])
    assert seen["credentials"] == ["Second account account", "Second account delivery"]
    assert json.loads(seen["extra_vars"])["rotate_tokens_declared"] == [
        {
            "description": "nightly",
            "deliver": [
                {
                    "type": "awx_credential",
                    "credential": "Second account token",
                    "credential_type": "iNET.elastic token",
                    "organization": "Default",
                }
            ],
        }
    ]
    assert organization.changed(**variables) == []


def test_check_mode_on_a_new_controller(organization: Organization) -> None:
    """It runs to its end, changes nothing, and tells what would be made."""
    changed = organization.changed("--check", controller_schedules=[{**SCHEDULE, "variables": NEEDED}])
    assert organization.server.writes == []
    assert changed[-2:] == [
        "Report the job template that would be created",
        "Report the schedules that would be created with their job templates",
    ]


def test_a_controller_that_cannot_be_read(organization: Organization) -> None:
    text = organization.refused(token="nobody")
    assert text.startswith("the controller cannot be read: ")
    assert "Invalid authentication credentials for /api/v2/me/ (HTTP 401)." in text


def test_a_sync_that_fails(organization: Organization) -> None:
    organization.store.repository.reachable = False
    assert message(organization.run()) == "The Project Update - iNET.elastic, failed"


def test_a_module_in_check_mode_does_not_see_what_awx_refuses(organization: Organization) -> None:
    """It reports a change, which the double refuses for real, as AWX does. So the role checks schedules itself."""
    project = organization.add("projects", name="p", scm_type="git", scm_url=GIT)
    organization.add("job_templates", name="t", project=project["id"], playbook=PLAYBOOKS[0])
    rrule = "DTSTART:20260101T030000Z RRULE:FREQ=DAILY"
    connection = {"controller_host": organization.server.url, "controller_oauthtoken": "root"}
    schedule = {"name": "s", "unified_job_template": "t", "rrule": rrule, **connection}
    task = {"name": "Schedule", "awx.awx.schedule": schedule}
    ended = organization.player.play([task], "--check", vars=QUICK)
    assert (ended.code, ended.result("Schedule")["changed"], organization.server.writes) == (0, True, [])
    ended = organization.player.play([task], vars=QUICK)
    assert ended.code == 2
    assert "INTERVAL required in rrule: RULE:FREQ=DAILY" in ended.result("Schedule")["msg"]
