# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables of the role ``controller`` that are null, empty, numbers or booleans."""

from __future__ import annotations

import yaml

from tests.runner.awx import PROJECT, ROOT
from tests.runner.role import ACCOUNT, NEEDED, SCHEDULE, SECRET, Organization

ROLE = PROJECT / "roles" / "controller"
OBJECTS = ("credentials", "projects", "inventories", "job_templates", "schedules", "labels")


def _made(organization: Organization, of: str) -> dict[str, list[str]]:
    """The names of what an organization has."""
    overview = organization.store.overview(of)
    return {kind: list(overview[kind]) for kind in OBJECTS if kind in overview}


def test_an_empty_variable_is_not_given(organization: Organization) -> None:
    """Null and an empty text stand for the default. Ansible refuses null for booleans and where there are choices."""
    specification = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options = specification["argument_specs"]["main"]["options"]
    # What the runs of these tests give themselves, and what has choices.
    given = ("controller_host", "controller_oauthtoken", "controller_project_scm_url", "controller_job_templates")
    names = [name for name, option in options.items() if name not in given and "choices" not in option]
    texts = [name for name in names if options[name]["type"] == "str"]
    empty = {
        **{name: None for name in names if options[name]["type"] in ("list", "dict")},
        **{name: (None, "", " ")[number % 3] for number, name in enumerate(texts)},
        "controller_job_templates": ["audit_tokens"],
        "controller_credential_inputs": {**ACCOUNT, "paas_otp_secret": None, "paas_ca_path": ""},
        "controller_token_credential_inputs": {"paas_token": SECRET, "paas_ca_path": None},
    }
    organization.changed(**empty)
    assert _made(organization, "Default") == {
        "credentials": ["iNET.elastic account", "iNET.elastic token"],
        "projects": ["iNET.elastic"],
        "inventories": ["iNET.elastic"],
        "job_templates": ["iNET.elastic audit tokens"],
        "schedules": ["iNET.elastic audit"],
    }
    inputs = organization.store.named("credentials", "iNET.elastic account")["inputs"]
    assert sorted(inputs) == sorted(ACCOUNT)


def test_a_number_or_a_boolean_is_the_text_that_was_written(organization: Organization) -> None:
    """YAML, and a controller's survey in ansible-core 2.19 and newer, read ``2026`` as a number."""
    organization.store.add("organizations", {"name": "2026"}, ROOT)
    variables = {
        "controller_organization": 2026,
        "controller_name_prefix": 7,
        "controller_labels": [2026, True],
        "controller_saving_groups": 2026,
        "controller_job_template_names": {"stop_environments": 8},
        "controller_credential_inputs": {**ACCOUNT, "paas_login": 12345},
        "controller_token_credential_inputs": {"paas_token": 67890},
        "controller_keep_attached_credentials": "yes",
        "controller_schedules": [{**SCHEDULE, "name": 9, "variables": {"environments_power_groups": 2026}}],
    }
    organization.changed(**variables)
    assert _made(organization, "2026") == {
        "credentials": ["7 account", "7 token"],
        "projects": ["7"],
        "inventories": ["7"],
        "job_templates": ["8"],
        "schedules": ["9", "7 nightly stop"],
        "labels": ["2026", "true"],
    }
    store = organization.store
    assert store.named("credentials", "7 account")["inputs"]["paas_login"] == "12345"
    assert store.named("credentials", "7 token")["inputs"]["paas_token"] == "67890"
    schedules = store.overview("2026")["schedules"].values()
    assert [schedule["extra_data"] for schedule in schedules] == [{"environments_power_groups": "2026"}] * 2
    assert organization.changed(**variables) == []


def test_a_variable_that_a_question_asks_for_is_the_default_of_the_question(organization: Organization) -> None:
    """A controller prefers the default of a question to a variable of the job template. No answer is needed then."""
    variables = {
        "controller_job_templates": ["stop_environments", "audit_tokens"],
        "controller_schedules": [SCHEDULE],
        "controller_job_template_variables": {
            "stop_environments": {"environments_power_groups": ["dev", 2026], "environments_power_names": ["shop-*"]},
            "audit_tokens": {"audit_tokens_fail": False, "audit_tokens_within": "7d"},
        },
    }
    organization.changed(**variables)
    assert organization.changed(**variables) == []
    store = organization.store
    stop = store.launch(store.named("job_templates", "iNET.elastic stop environments"), {}).variables
    assert (stop["environments_power_groups"], stop["environments_power_names"]) == ("dev\n2026", ["shop-*"])
    assert (
        store.launch(store.named("job_templates", "iNET.elastic stop environments"), NEEDED).variables.items()
        >= NEEDED.items()
    )
    audit = store.launch(store.named("job_templates", "iNET.elastic audit tokens"), {}).variables
    assert audit == {"audit_tokens_fail": "no", "audit_tokens_within": "7d", "audit_tokens_unused_since": "90d"}


def test_the_nodes_have_an_inventory_of_their_own(organization: Organization) -> None:
    """A job of the role needs no token for its inventory; and variables that somebody gave that by hand stay."""
    organization.add("inventories", name="iNET.elastic", variables='{"own": 1}')
    nodes = {"controller_inventory_source_path": "inventory/paas.yml"}
    organization.changed(**nodes)
    seen = organization.store.overview()
    assert seen["inventories"]["iNET.elastic"]["variables"] == '{"own": 1}'
    assert seen["job_templates"]["iNET.elastic stop environments"]["inventory"] == "iNET.elastic"
    (source,) = seen["inventory_sources"].values()
    assert (source["inventory"], source["credential"]) == ("iNET.elastic nodes", "iNET.elastic token")
    assert organization.changed(**nodes) == []


def test_a_number_with_a_fraction_is_refused(organization: Organization) -> None:
    message = organization.refused(controller_organization=1.1)
    assert "controller_organization: 1.1 is a number with a fraction" in message
