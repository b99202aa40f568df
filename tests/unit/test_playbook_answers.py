# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of playbooks: each is documented, and an answer of a survey is null, empty text, number or boolean."""

from __future__ import annotations

import re
from datetime import date
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleError, AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.inet.elastic.plugins.filter.survey_answer import survey_answer

PROJECT = Path(__file__).resolve().parent.parent.parent
JOB_TEMPLATES = yaml.safe_load((PROJECT / "roles/controller/files/job_templates.yml").read_text(encoding="utf-8"))
ASKED = sorted(
    {
        (template["playbook"], question["variable"])
        for template in JOB_TEMPLATES.values()
        for question in template["survey_spec"]["spec"]
    }
)
# Variables that are lists of lines; the name of the list in the playbook where it is another one.
LISTS = {
    "environments_power_groups",
    "environments_power_except",
    "rotate_tokens_descriptions",
    "audit_tokens_descriptions",
}
OTHER_NAMES = {
    "rotate_tokens_descriptions": "rotate_tokens__named",
    "audit_tokens_descriptions": "audit_tokens__patterns",
}
# What an empty answer stands for, if it is not nothing.
DEFAULTS = {
    "audit_account_fail_on": "high",
    "provision_environment_state": "started",
    "environments_power_concurrency": "3",
    "deploy_version_node_group": "cp",
    "deploy_version_shows_tag": "no",
    "rotate_tokens_which": "due",
    "rotate_tokens_mode": "in_place",
    "rotate_tokens_renew_before": "14d",
    "rotate_tokens_grace": "1d",
    "audit_tokens_within": "30d",
    "audit_tokens_unused_since": "90d",
    "audit_tokens_descriptions": ["*"],
    "audit_tokens_fail": "yes",
}


PAGE = (PROJECT / "playbooks" / "README.md").read_text(encoding="utf-8")


def _public(playbook: Path) -> dict[str, Any]:
    """The variables of a playbook that users set, with their values; in the order of the playbook."""
    found: dict[str, Any] = {}
    for play in DataLoader().load_from_file(str(playbook)):
        own = {name: value for name, value in play.get("vars", {}).items() if name.startswith(f"{playbook.stem}_")}
        named = re.search(r"\{\{ (\w+) \| default\('(\w+)'\) \}\}", play["hosts"])
        found |= {name: value for name, value in own.items() if "__" not in name}
        found |= {named[1]: named[2]} if named else {}
    return found


@pytest.mark.parametrize("playbook", sorted((PROJECT / "playbooks").glob("*.yml")), ids=lambda path: str(path.stem))
def test_the_page_lists_every_variable_with_its_default(playbook: Path) -> None:
    """Each playbook has a section, and each of its variables a row there, with the default if that is a plain value."""
    section = PAGE.partition(f"\n## {playbook.stem}\n")[2].partition("\n## ")[0]
    rows = [re.split(r" *(?<!\\)\| *", line)[1:-1] for line in section.splitlines() if line.startswith("| `")]
    variables = _public(playbook)
    assert [row[0] for row in rows] == [f"`{name}`" for name in variables]
    for name, kind, default, meaning in rows:
        value = DEFAULTS.get(name.strip("`"), variables[name.strip("`")])
        shown = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        if isinstance(shown, list) and shown and isinstance(shown[0], str):
            (shown,) = shown
        if shown and isinstance(shown, (str, int)) and "{{" not in str(shown):
            assert default == f"`{shown}`", name
        assert kind in ("text", "list", "number", "time", "path", "yes or no"), name
        assert meaning.endswith("."), name


def _taken(playbook: str, variable: str, answer: Any) -> Any:
    """What a playbook takes an answer for."""
    loader = DataLoader()
    # Newer versions of ansible-core render only what is trusted.
    trust = (
        {"trusted_as_template": True} if "trusted_as_template" in signature(loader.load_from_file).parameters else {}
    )
    play = loader.load_from_file(str(PROJECT / "playbooks" / playbook), **trust)[0]
    prefix = playbook.partition(".")[0]
    name = OTHER_NAMES.get(variable, variable.replace(f"{prefix}_", f"{prefix}__", 1))
    return Templar(loader=loader, variables={**play["vars"], variable: answer}).template(play["vars"][name])


@pytest.mark.parametrize("answer", [None, "", " \n", 2026, True, False, "text"], ids=repr)
@pytest.mark.parametrize(("playbook", "variable"), ASKED)
def test_an_answer_is_a_text(playbook: str, variable: str, answer: Any) -> None:
    """Null and blank texts say nothing; a number is its digits, and a boolean its word."""
    default = DEFAULTS.get(variable, [] if variable in LISTS else "")
    text = {2026: "2026", True: "true", False: "false", "text": "text"}.get(answer)
    said = [text] if variable in LISTS else text
    assert _taken(playbook, variable, answer) == (default if text is None else said)


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        ("a\n\n b \na\r\n", ["a", "b"]),
        (["x", None, 7, True, ""], ["x", "7", "true"]),
        (date(2026, 11, 29), ["2026-11-29"]),
    ],
    ids=str,
)
def test_the_lines_of_an_answer(answer: Any, lines: list[str]) -> None:
    assert survey_answer(answer, "v", lines=True) == lines


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            1.1,
            "v: 1.1 is a number with a fraction, and Ansible does not say how it was written "
            "(1.1 or 1.10); choose a name that is not a number",
        ),
        ({"a": 1}, "v: the answer is not a text; give a text"),
        (["a"], "v: the answer is not a text; give a text"),
    ],
    ids=str,
)
def test_what_is_not_a_text_is_refused(answer: Any, text: str) -> None:
    with pytest.raises(AnsibleFilterError) as refused:
        survey_answer(answer, "v")
    assert str(refused.value) == text


def test_a_list_of_a_playbook_is_refused() -> None:
    with pytest.raises(AnsibleError, match="provision_environment_group: the answer is not a text; give a text"):
        _taken("provision_environment.yml", "provision_environment_group", ["a"])


def test_the_refusal_names_the_variable() -> None:
    with pytest.raises(AnsibleError, match="provision_environment_group: 1.1 is a number with a fraction"):
        _taken("provision_environment.yml", "provision_environment_group", 1.1)
