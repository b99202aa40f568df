# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of the role ``controller``: what AWX would refuse is not in it, and the patterns say the same."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
import yaml

from tests.runner.awx import CREDENTIAL_TYPE, JOB_TEMPLATES, PROJECT
from tests.runner.controller_double import RefusedError, Store, check_credential_type

PATTERNS = PROJECT / "extensions" / "patterns"
OPTION_VARIABLES = re.compile(r"E\((PAAS_\w+)\)")
GALAXY = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))

# Which job templates a pattern has; the first is the one that stands for it.
MADE_OF = {
    "token_care": ("rotate_tokens", "audit_tokens"),
    "environment_desk": ("provision_environment", "stop_environments", "start_environments"),
}


def _played(name: str) -> set[str]:
    """Variables of a playbook that users may set."""
    play = yaml.safe_load((PROJECT / "playbooks" / name).read_text(encoding="utf-8"))[0]
    return {variable for variable in play["vars"] if "__" not in variable}


def test_the_credential_type_is_one_that_awx_takes() -> None:
    """No variable begins with ANSIBLE_, and templates name fields and files that are there."""
    check_credential_type(CREDENTIAL_TYPE, Store())


@pytest.mark.parametrize(
    ("kind", "name", "template"),
    [("env", "ANSIBLE_CONFIG", "{{ paas_login }}"), ("env", "PAAS_X", "{{ paas_x }}"), ("file", "ca", "")],
)
def test_another_would_be_refused(kind: str, name: str, template: str) -> None:
    changed = copy.deepcopy(CREDENTIAL_TYPE)
    changed["injectors"][kind][name] = template
    with pytest.raises(RefusedError):
        check_credential_type(changed, Store())


def test_the_credential_type_has_every_variable_of_the_connection() -> None:
    documented = (PROJECT / "plugins" / "doc_fragments" / "_connection.py").read_text(encoding="utf-8")
    expected = {*OPTION_VARIABLES.findall(documented), "PAAS_TOKEN_STORE"}
    assert set(CREDENTIAL_TYPE["injectors"]["env"]) == expected


def test_secrets_are_marked() -> None:
    secret = {field["id"] for field in CREDENTIAL_TYPE["inputs"]["fields"] if field.get("secret")}
    assert secret == {"paas_token", "paas_password", "paas_otp"}


@pytest.mark.parametrize("name", JOB_TEMPLATES)
def test_a_survey_asks_for_variables_of_its_playbook(name: str) -> None:
    """Each variable belongs to the playbook, is asked for once, and defaults are texts and among the choices."""
    template = JOB_TEMPLATES[name]
    questions: list[dict[str, Any]] = template["survey_spec"]["spec"]
    asked = [question["variable"] for question in questions]
    known = _played(template["playbook"]) | {"provision_environment_name"}
    assert set(asked) | set(template.get("extra_vars", {})) <= known
    assert len(asked) == len(set(asked))
    for question in questions:
        assert isinstance(question["default"], str)
        if question["type"] == "multiplechoice":
            assert question["default"] in question["choices"]
            assert all(isinstance(choice, str) for choice in question["choices"])


def pattern(name: str) -> dict[str, Any]:
    """What a pattern's definition has to be: its texts are its own, the rest is the role's data."""
    written: dict[str, Any] = json.loads((PATTERNS / name / "meta" / "pattern.json").read_text(encoding="utf-8"))
    label = "iNET.elastic"
    resources = {
        "controller_project": {"name": "iNET.elastic", "description": "Playbooks of the collection inet.elastic."},
        "controller_execution_environment": {
            "name": "iNET.elastic",
            "description": "Ansible with the collection inet.elastic.",
            "image_name": f"inet-elastic:{GALAXY['version']}",
            "pull": "missing",
        },
        "controller_labels": [label],
        "controller_job_templates": [
            {
                "name": JOB_TEMPLATES[key]["name"],
                "description": JOB_TEMPLATES[key]["description"],
                "execution_environment": "iNET.elastic",
                "playbook": f"{key}.yml",
                "fields_required_at_launch": ["credential", "inventory"],
                "labels": [label],
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
    assert json.loads((folder / "meta" / "pattern.json").read_text(encoding="utf-8")) == pattern(name)
    assert (folder / "README.md").is_file()
    for key in MADE_OF[name]:
        template = JOB_TEMPLATES[key]
        imported = {"ansible.builtin.import_playbook": f"../../../../playbooks/{template['playbook']}"}
        plays = yaml.safe_load((folder / "playbooks" / f"{key}.yml").read_text(encoding="utf-8"))
        assert [{key: play[key] for key in play if key not in ("name", "vars")} for play in plays] == [imported]
        assert plays[0].get("vars", {}) == template.get("extra_vars", {})
        specification = yaml.safe_load((folder / "playbooks" / f"{key}.meta.yml").read_text(encoding="utf-8"))
        options = specification["argument_specs"][key]["options"]
        assert set(options) == {question["variable"] for question in template["survey_spec"]["spec"]}


def test_every_folder_of_patterns_is_tested() -> None:
    assert {path.name for path in PATTERNS.iterdir()} == set(MADE_OF)
    assert sorted(key for keys in MADE_OF.values() for key in keys) == sorted(JOB_TEMPLATES)
