# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job templates run as AWX runs them: a launch at the double of a controller, in a folder for ansible-runner.

The rules are AWX's own, as far as they matter here. Inputs of a credential that are empty are not there when a template
is rendered. Files of an injector lie in the folder's ``env``, mode 0600. Extra variables are YAML, and each text in
them is ``!unsafe`` unless the job template itself says the same. The vault password is typed in at Ansible's prompt.
There is no container, and a fork of a Python that has imported Ansible is ansible-playbook.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ansible_runner  # type: ignore[import-not-found]  # only where these tests run
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.integration.ansible_pool import ANSIBLE_POOL
from tests.integration.leak_scan import forms
from tests.integration.support import Emulator
from tests.runner.double.rules import Item
from tests.runner.double.store import Launch, Store, User

PROJECT = Path(__file__).resolve().parent.parent.parent
FILES = PROJECT / "roles" / "controller" / "files"
CREDENTIAL_TYPES: dict[str, dict[str, Any]] = yaml.safe_load(
    (FILES / "credential_types.yml").read_text(encoding="utf-8")
)
JOB_TEMPLATES: dict[str, dict[str, Any]] = yaml.safe_load((FILES / "job_templates.yml").read_text(encoding="utf-8"))
PLAYBOOKS = sorted(f"playbooks/{path.name}" for path in (PROJECT / "playbooks").glob("*.yml"))
PREFIX = "iNET.elastic"
CONTROLLER_TYPE = "Red Hat Ansible Automation Platform"
VAULT_PROMPT = r"Vault password:\s*?$"
HIDDEN = "**********"
ROOT = User("root")
# The programs of the environment that runs these tests, and of the oldest ansible-core.
NEWER = Path(sys.executable).parent
OLDEST = PROJECT / ".build" / "venv" / "core-2.16" / "bin"
WARM_PLAYBOOK = Path(__file__).with_name("warm_playbook.py")


class NamesOfFiles:
    """``tower.filename`` as templates see it."""


class _Unsafe(yaml.SafeDumper):
    """Marks every text, as AWX does; keys too."""

    def represent_data(self, data: Any) -> yaml.Node:
        """Return a node."""
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


def extra_vars(variables: Mapping[str, Any], trusted: Mapping[str, Any]) -> str:
    """Return extra variables as AWX writes them: what the job template has in the same words is trusted."""
    return "".join(
        yaml.dump(
            {name: value},
            Dumper=yaml.SafeDumper if name in trusted and trusted[name] == value else _Unsafe,
            default_flow_style=False,
        )
        for name, value in variables.items()
    )


def injected(of_type: Item, inputs: Mapping[str, str], folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Environment variables that a credential type makes of inputs, and the same as AWX records them.

    Args:
        folder: where the files of the injectors go.
    """
    secret = {entry["id"] for entry in of_type["inputs"]["fields"] if entry.get("secret")}
    # A boolean that is not given is false.
    given = {entry["id"]: False for entry in of_type["inputs"]["fields"] if entry.get("type") == "boolean"}
    values: dict[str, Any] = {**given, **{name: value for name, value in inputs.items() if value}}
    names = NamesOfFiles()
    values["tower"] = {"filename": names}
    sandbox = ImmutableSandboxedEnvironment()
    for label, template in of_type["injectors"].get("file", {}).items():
        path = folder / f"{of_type.get('id', 0)}_{label.replace('.', '_')}"
        path.touch(mode=0o600)
        path.write_text(sandbox.from_string(template).render(**values), encoding="utf-8")
        setattr(names, label.partition(".")[2], str(path))
    recorded = {**values, **{name: HIDDEN for name in secret if name in values}}
    env: dict[str, str] = of_type["injectors"].get("env", {})
    return (
        {name: sandbox.from_string(template).render(**values) for name, template in env.items()},
        {name: sandbox.from_string(template).render(**recorded) for name, template in env.items()},
    )


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


class Controller:
    """A controller as the role sets it up, whose jobs run.

    Attributes:
        store: its objects.
        programs: where ansible-playbook is.
    """

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.folder = folder
        self.store = Store(PLAYBOOKS)
        self.programs = NEWER
        self.vault_password = secrets.token_hex(12)
        self.jobs = 0
        own, address = emulator.account, {"paas_api_url": emulator.url}
        account = {"paas_login": own.login, "paas_password": own.password, "paas_token_store": f"{folder}/tokens.yml"}
        self._add("credential_types", **CREDENTIAL_TYPES["account"])
        self._add("credential_types", **CREDENTIAL_TYPES["token"])
        self.credential("account", CREDENTIAL_TYPES["account"]["name"], {**address, **account})
        self.credential("token", CREDENTIAL_TYPES["token"]["name"], {**address, "paas_token": own.token})
        self.credential("token store", "Vault", {"vault_password": self.vault_password})
        project = self._add("projects", name=PREFIX, organization=self.store.organization, scm_type="git", scm_url="x")
        for key, template in JOB_TEMPLATES.items():
            made = self._add(
                "job_templates",
                name=f"{PREFIX} {template['name']}",
                project=project["id"],
                playbook=f"playbooks/{template['playbook']}",
                extra_vars=json.dumps(template.get("extra_vars", {})),
                survey_enabled=True,
            )
            self.store.set_survey(made, template["survey_spec"])
            self.attach(key, template["credential"])
            if template.get("vault"):
                self.attach(key, "token store")

    def _add(self, where: str, /, **content: Any) -> Item:
        return self.store.add(where, content, ROOT)

    def credential(self, name: str, of_type: str, inputs: Mapping[str, str]) -> Item:
        """A new credential; its name follows the prefix."""
        number = self.store.named("credential_types", of_type)["id"]
        own = {"organization": self.store.organization, "credential_type": number, "inputs": dict(inputs)}
        return self._add("credentials", name=f"{PREFIX} {name}", **own)

    def inputs(self, name: str) -> dict[str, str]:
        """The inputs of a credential, in clear."""
        found: dict[str, str] = self.store.named("credentials", f"{PREFIX} {name}")["inputs"]
        return found

    def stored(self) -> dict[str, str]:
        """What the token store holds, by description."""
        vault = VaultLib([("default", VaultSecret(self.vault_password.encode()))])
        content = vault.decrypt(Path(self.inputs("account")["paas_token_store"]).read_bytes())
        return {entry["description"]: entry["value"] for entry in yaml.safe_load(content)["tokens"].values()}

    def template(self, key: str) -> Item:
        """A job template."""
        return self.store.named("job_templates", f"{PREFIX} {JOB_TEMPLATES[key]['name']}")

    def attach(self, key: str, name: str) -> None:
        """Attach a credential to a job template."""
        number = self.store.named("credentials", f"{PREFIX} {name}")["id"]
        self.store.attach(f"job_templates/{self.template(key)['id']}/credentials", number)

    def detach(self, key: str, name: str) -> None:
        """Detach a credential from a job template."""
        number = self.store.named("credentials", f"{PREFIX} {name}")["id"]
        self.store.detach(f"job_templates/{self.template(key)['id']}/credentials", number)

    def declare(self, key: str, **variables: Any) -> None:
        """Variables of a job template, as ``controller_job_template_variables`` sets them."""
        template = self.template(key)
        template["extra_vars"] = json.dumps({**JOB_TEMPLATES[key].get("extra_vars", {}), **variables})

    def launch(self, key: str, answers: Mapping[str, Any] | None = None, **overridden: Any) -> Job:
        """Launch a job template by API, and wait for the end of the job.

        Args:
            overridden: variables as newer versions of AWX may hand them over, such as null.

        Raises:
            RefusedError: the launch is refused.
        """
        launch = self.store.launch(self.template(key), dict(answers or {}))
        assert not launch.explanation, launch.explanation
        return self.run(launch, **overridden)

    def run(self, launch: Launch, **overridden: Any) -> Job:
        """Run a job."""
        self.jobs += 1
        private = self.folder / f"job-{self.jobs}"
        env, recorded = self._prepare(private, launch)
        variables = {**launch.variables, **overridden, "awx_job_template_name": launch.template["name"]}
        trusted = json.loads(launch.template["extra_vars"])
        (private / "env" / "extravars").write_text(extra_vars(variables, trusted), encoding="utf-8")
        (private / "env" / "envvars").write_text(json.dumps(env), encoding="utf-8")
        runner = ansible_runner.interface.init_runner(
            private_data_dir=str(private),
            playbook=launch.template["playbook"],
            ident=str(self.jobs),
            quiet=True,
            suppress_env_files=True,
        )
        self._make_warm(runner.config)
        runner.run()
        events = list(runner.events)
        return Job(
            runner.status, private / "artifacts" / str(self.jobs), runner.stats or {"changed": {}}, events, recorded
        )

    def _make_warm(self, config: Any) -> None:
        """Let a fork of a Python that has imported Ansible be the program of a run."""
        program = str(self.programs / config.command[0])
        address = ANSIBLE_POOL.address(config.env, str(self.programs / "python"))
        # -I and -S: the client needs nothing that is installed.
        config.command[:1] = [sys.executable, "-IS", str(WARM_PLAYBOOK), address, program]

    def _prepare(self, private: Path, launch: Launch) -> tuple[dict[str, str], dict[str, str]]:
        """Make the folder of a job; gives the environment, and the injected part of it as AWX records it."""
        for name in ("env", "inventory", "project"):
            (private / name).mkdir(parents=True, mode=0o700)
        shutil.copytree(PROJECT / "playbooks", private / "project" / "playbooks")
        hosts = private / "inventory" / "hosts"
        hosts.write_text(
            f"#!{sys.executable}\nprint({json.dumps(json.dumps({'all': {'hosts': []}}))})\n", encoding="utf-8"
        )
        hosts.chmod(0o700)
        passwords = [each["inputs"]["vault_password"] for each, of in launch.credentials if of["kind"] == "vault"]
        command_line = "-vvvv" + (" --ask-vault-pass" if passwords else "")
        (private / "env" / "cmdline").write_text(command_line, encoding="utf-8")
        if passwords:
            (private / "env" / "passwords").write_text(json.dumps({VAULT_PROMPT: passwords[0]}), encoding="utf-8")
        env: dict[str, str] = {}
        recorded: dict[str, str] = {}
        for credential, of_type in launch.credentials:
            real, shown = injected(of_type, credential["inputs"], private / "env")
            env |= real
            recorded |= shown
        own = {
            # Programs of this environment, and the collection where an execution environment has it.
            "PATH": f"{self.programs}:/usr/bin:/bin",
            "ANSIBLE_COLLECTIONS_PATH": str(PROJECT / ".build" / "ws"),
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "true",
            "ANSIBLE_FORCE_COLOR": "true",
            "AWX_HOST": "https://awx.example.com",
            "AWX_PRIVATE_DATA_DIR": str(private),
            "JOB_ID": str(self.jobs),
        }
        return {**own, **env}, recorded
