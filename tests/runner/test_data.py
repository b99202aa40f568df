# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of the role ``controller``: what AWX would refuse is not in it, and the patterns say the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from tests.runner.awx import CREDENTIAL_TYPES, JOB_TEMPLATES, PREFIX, PROJECT
from tests.runner.double.rules import check_credential_type, check_survey

PATTERNS = PROJECT / "extensions" / "patterns"
GALAXY = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))

# Which job templates a pattern has; the first is the one that stands for it.
MADE_OF = {
    "token_care": ("rotate_tokens", "audit_tokens"),
    "environment_desk": ("provision_environment", "stop_environments", "start_environments", "release"),
}


def _played(name: str) -> set[str]:
    """Variables of a playbook that users may set."""
    play = yaml.safe_load((PROJECT / "playbooks" / name).read_text(encoding="utf-8"))[0]
    return {variable for variable in play["vars"] if "__" not in variable}


@pytest.mark.parametrize("key", CREDENTIAL_TYPES)
def test_a_controller_takes_the_credential_types(key: str) -> None:
    check_credential_type(CREDENTIAL_TYPES[key])


@pytest.mark.parametrize(
    ("key", "fields", "secret", "required"),
    [
        (
            "account",
            ["api_url", "login", "password", "otp_secret", "token_store", "ca_certificate", "ca_path"],
            {"paas_password", "paas_otp_secret"},
            ["paas_api_url", "paas_login", "paas_password"],
        ),
        (
            "token",
            ["api_url", "token", "ca_certificate", "ca_path"],
            {"paas_token"},
            ["paas_api_url", "paas_token"],
        ),
    ],
)
def test_inputs_of_credential_types_are_frozen(
    key: str, fields: list[str], secret: set[str], required: list[str]
) -> None:
    """A controller refuses to change them; each is a variable of the collection, but for the text of a certificate."""
    of_type = CREDENTIAL_TYPES[key]
    assert [field["id"] for field in of_type["inputs"]["fields"]] == [f"paas_{name}" for name in fields]
    assert {field["id"] for field in of_type["inputs"]["fields"] if field.get("secret")} == secret
    assert of_type["inputs"]["required"] == required
    variables = {f"PAAS_{name.upper()}" for name in fields if name != "ca_certificate"}
    assert set(of_type["injectors"]["env"]) == variables


@pytest.mark.parametrize("key", JOB_TEMPLATES)
def test_a_survey_asks_for_variables_of_its_playbook(key: str) -> None:
    """Each variable belongs to the playbook. A required question has no default, and no default is empty."""
    template = JOB_TEMPLATES[key]
    questions: list[dict[str, Any]] = template["survey_spec"]["spec"]
    check_survey(template["survey_spec"])
    asked = {question["variable"] for question in questions}
    assert asked | set(template.get("extra_vars", {})) <= _played(template["playbook"])
    for question in questions:
        assert not (question["required"] and "default" in question)
        assert question.get("default") != ""
        assert not question["required"] or question["min"] > 0
        assert question["question_description"].endswith(".")


def pattern(name: str) -> dict[str, Any]:
    """What a pattern's definition has to be: its texts are its own, the rest is the role's data."""
    written: dict[str, Any] = json.loads((PATTERNS / name / "meta" / "pattern.json").read_text(encoding="utf-8"))
    resources = {
        "controller_project": {"name": PREFIX, "description": "Playbooks of the collection inet.elastic."},
        "controller_execution_environment": {
            "name": PREFIX,
            "description": "Ansible with the collection inet.elastic.",
            "image_name": f"inet/elastic-ee:{GALAXY['version']}",
            "pull": "missing",
        },
        "controller_labels": [PREFIX],
        "controller_job_templates": [
            {
                "name": f"{PREFIX} {JOB_TEMPLATES[key]['name']}",
                "description": JOB_TEMPLATES[key]["description"],
                "execution_environment": PREFIX,
                "playbook": f"{key}.yml",
                "ask_credential_on_launch": True,
                "ask_inventory_on_launch": True,
                "labels": [PREFIX],
                "survey": JOB_TEMPLATES[key]["survey_spec"],
                **({"primary": True} if key == MADE_OF[name][0] else {}),
            }
            for key in MADE_OF[name]
        ],
    }
    return {**written, "schema_version": "1.0", "name": name, "aap_resources": resources}


@pytest.mark.parametrize("name", MADE_OF)
def test_a_pattern_has_the_job_templates_of_the_role(name: str) -> None:
    """The definition is the role's data; a playbook brings in the collection's, a specification beside it."""
    folder = PATTERNS / name
    written = json.loads((folder / "meta" / "pattern.json").read_text(encoding="utf-8"))
    assert written == pattern(name)
    assert re.fullmatch(r"[A-Z][a-z]+ .{1,60}", written["title"])
    assert not written["short_description"].endswith(".")
    assert (folder / "README.md").is_file()
    for key in MADE_OF[name]:
        template = JOB_TEMPLATES[key]
        imported = {"ansible.builtin.import_playbook": f"../../../../playbooks/{template['playbook']}"}
        plays = yaml.safe_load((folder / "playbooks" / f"{key}.yml").read_text(encoding="utf-8"))
        assert [{key: play[key] for key in play if key not in ("name", "vars")} for play in plays] == [imported]
        assert plays[0].get("vars", {}) == template.get("extra_vars", {})
        specification = yaml.safe_load((folder / "playbooks" / f"{key}.meta.yml").read_text(encoding="utf-8"))
        options = specification["argument_specs"][key]["options"]
        for question in template["survey_spec"]["spec"]:
            option = options.pop(question["variable"])
            assert option["description"] == question["question_description"]
            assert option["required"] is question["required"]
            assert option.get("default") == question.get("default")
            assert option.get("choices") == question.get("choices")
        assert options == {}


def test_every_folder_of_patterns_is_tested() -> None:
    assert {path.name for path in PATTERNS.iterdir()} == set(MADE_OF)
    assert sorted(key for keys in MADE_OF.values() for key in keys) == sorted(JOB_TEMPLATES)
