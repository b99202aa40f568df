# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job templates run as AWX runs them: the role's own data, and a folder for ansible-runner out of it.

The rules are AWX's own, as far as they matter here. Inputs of a credential that are empty are not there when a template
is rendered. Files of an injector lie in the folder's ``env``, mode 0600. Answers of a survey and variables of the job
template are extra variables. The vault password is typed in at Ansible's prompt. There is no container.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ansible_runner  # type: ignore[import-not-found]  # only where these tests run
import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.integration.sweep import forms

PROJECT = Path(__file__).resolve().parent.parent.parent
FILES = PROJECT / "roles" / "controller" / "files"
CREDENTIAL_TYPE: dict[str, Any] = yaml.safe_load((FILES / "credential_type.yml").read_text(encoding="utf-8"))
JOB_TEMPLATES: dict[str, dict[str, Any]] = yaml.safe_load((FILES / "job_templates.yml").read_text(encoding="utf-8"))
VAULT_PROMPT = r"Vault password:\s*?$"
HIDDEN = "**********"


class FileNames:
    """``tower.filename`` as templates see it."""


def injected(inputs: Mapping[str, str], folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Environment variables that the credential type makes of inputs, and the same as AWX records them.

    Args:
        folder: where the files of the injectors go.
    """
    secret = {entry["id"] for entry in CREDENTIAL_TYPE["inputs"]["fields"] if entry.get("secret")}
    values: dict[str, Any] = {name: value for name, value in inputs.items() if value}
    names = FileNames()
    values["tower"] = {"filename": names}
    sandbox = ImmutableSandboxedEnvironment()
    for label, template in CREDENTIAL_TYPE["injectors"]["file"].items():
        path = folder / label.replace(".", "_")
        path.touch(mode=0o600)
        path.write_text(sandbox.from_string(template).render(**values), encoding="utf-8")
        setattr(names, label.partition(".")[2], str(path))
    recorded = {**values, **{name: HIDDEN for name in secret if name in values}}
    env: dict[str, str] = CREDENTIAL_TYPE["injectors"]["env"]
    return (
        {name: sandbox.from_string(template).render(**values) for name, template in env.items()},
        {name: sandbox.from_string(template).render(**recorded) for name, template in env.items()},
    )


def answers(template: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Extra variables of a job: those of the job template, the defaults of its survey, what the user answered."""
    questions = template["survey_spec"]["spec"]
    unasked = set(given) - {question["variable"] for question in questions}
    missing = [q["variable"] for q in questions if q["required"] and not given.get(q["variable"], q["default"])]
    assert not unasked, f"the survey does not ask for {unasked}"
    assert not missing, f"the survey needs answers for {missing}"
    defaults = {question["variable"]: question["default"] for question in questions}
    return {**template.get("extra_vars", {}), **defaults, **given}


@dataclass
class Job:
    """A job that has ended.

    Attributes:
        folder: of its artefacts.
        events: of Ansible, in order.
        recorded: the injected environment as AWX records it.
    """

    status: str
    folder: Path
    stats: dict[str, dict[str, int]]
    events: list[dict[str, Any]] = field(repr=False)
    recorded: dict[str, str] = field(repr=False)

    @property
    def changed(self) -> int:
        """How many tasks changed something."""
        return self.stats["changed"].get("localhost", 0)

    def artifacts(self) -> dict[str, Any]:
        """What the play handed to AWX by set_stats."""
        found: list[dict[str, Any]] = [event.get("event_data", {}).get("artifact_data") or {} for event in self.events]
        return next((data for data in reversed(found) if data), {})

    def message(self) -> str:
        """What the failed task said."""
        failed = [event for event in self.events if event["event"] == "runner_on_failed"]
        return str(failed[-1]["event_data"]["res"]["msg"]) if failed else ""

    def leaks(self, *secrets: str) -> list[str]:
        """Artefacts with one of the secrets in any form. Of the process's environment what AWX records is searched."""
        needles = [form for secret in secrets for form in forms(secret)]
        found = []
        for path in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            text = path.read_text(encoding="utf-8", errors="replace")
            if path.name == "command":
                command = json.loads(text)
                command["env"] |= {name: value for name, value in self.recorded.items() if name in command["env"]}
                text = json.dumps(command, ensure_ascii=False)
            if any(needle in text for needle in needles):
                found.append(path.name)
        return found


@dataclass
class Controller:
    """Runs job templates with one credential.

    Attributes:
        inputs: of the credential of the account.
        vault_password: the credential of the token store.
        variables: of the job templates, as the role's ``controller_job_template_variables``.
    """

    folder: Path
    inputs: Mapping[str, str] = field(repr=False)
    vault_password: str = field(repr=False)
    variables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    jobs: int = 0

    def launch(self, name: str, given: Mapping[str, str] | None = None, *, unanswered: bool = False) -> Job:
        """Run a job template, and wait for its end.

        Args:
            given: answers of the user; the survey's defaults for all others.
            unanswered: leave out what is answered with nothing, in place of sending an empty text.
        """
        template = JOB_TEMPLATES[name]
        self.jobs += 1
        private = self.folder / f"job-{self.jobs}"
        env, recorded = self._prepare(private, template)
        extra = {
            **answers(template, given or {}),
            **self.variables.get(name, {}),
            "awx_job_template_name": template["name"],
        }
        if unanswered:
            extra = {variable: value for variable, value in extra.items() if value != ""}
        (private / "env" / "extravars").write_text(json.dumps(extra), encoding="utf-8")
        (private / "env" / "envvars").write_text(json.dumps(env), encoding="utf-8")
        runner = ansible_runner.run(
            private_data_dir=str(private),
            playbook=f"playbooks/{template['playbook']}",
            ident=str(self.jobs),
            quiet=True,
            suppress_env_files=True,
        )
        events = list(runner.events)
        return Job(
            runner.status, private / "artifacts" / str(self.jobs), runner.stats or {"changed": {}}, events, recorded
        )

    def _prepare(self, private: Path, template: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
        """Make the folder of a job; gives the environment, and the injected part of it as AWX records it."""
        for name in ("env", "inventory", "project"):
            (private / name).mkdir(parents=True, mode=0o700)
        shutil.copytree(PROJECT / "playbooks", private / "project" / "playbooks")
        hosts = private / "inventory" / "hosts"
        hosts.write_text(
            f"#!{sys.executable}\nprint({json.dumps(json.dumps({'all': {'hosts': []}}))})\n", encoding="utf-8"
        )
        hosts.chmod(0o700)
        vault = bool(template.get("vault"))
        (private / "env" / "cmdline").write_text("-vvvv" + (" --ask-vault-pass" if vault else ""), encoding="utf-8")
        if vault:
            (private / "env" / "passwords").write_text(
                json.dumps({VAULT_PROMPT: self.vault_password}), encoding="utf-8"
            )
        env, recorded = injected(self.inputs, private / "env")
        own = {
            # Programs of this environment, and the collection where an execution environment has it.
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "ANSIBLE_COLLECTIONS_PATH": str(PROJECT / ".build" / "ws"),
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "true",
            "ANSIBLE_FORCE_COLOR": "true",
            "AWX_PRIVATE_DATA_DIR": str(private),
            "JOB_ID": str(self.jobs),
        }
        return {**own, **env}, recorded
