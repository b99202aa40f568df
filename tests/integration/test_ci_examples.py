# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CI examples: each file's own commands in its own order and environment, with and without a step that fails."""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import TokenStore
from tests.integration.support import PROJECT, Emulator, Player, short
from tests.secrets_search import found_in

EXAMPLES = PROJECT / "docs" / "ci"
CREATE, DEPLOY, CHECK, REMOVE = (
    f"ansible-playbook ci/{name}.yml" for name in ("token-create", "deploy", "check", "token-remove")
)
WITHOUT_LOGIN = "env -u PAAS_LOGIN -u PAAS_PASSWORD "
VERSION = "4f2a9c1"
LOGIN = ("PAAS_LOGIN", "PAAS_PASSWORD")
VAULT_PASSWORD = "PIPELINE_VAULT_PASSWORD"


@dataclass(frozen=True)
class Step:
    """A command with the environment that its file gives it. ``always``: also after a failure."""

    command: str
    environment: Mapping[str, str] = field(repr=False)
    always: bool = False


@dataclass(frozen=True)
class Pipeline:
    """What the CI system itself knows: the folder of the job, and the settings that the README wants."""

    folder: Path
    settings: Mapping[str, str] = field(repr=False)


def filled(text: str, pattern: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder of the pattern replaced; one that is not known fails the test."""
    return re.sub(pattern, lambda found: values[found[1]], text)


def github(pipeline: Pipeline) -> list[Step]:
    """Steps of the only job; steps without ``run`` are actions, which set nothing up for the playbooks."""
    job = _yaml("github-actions.yml")["jobs"]["deploy"]
    values = {f"{kind}.{name}": value for kind in ("vars", "secrets") for name, value in pipeline.settings.items()}
    values |= {"github.workspace": str(pipeline.folder), "github.run_id": "7", "github.run_attempt": "1"}
    values["github.sha"] = VERSION

    def environment(given: Mapping[str, Any]) -> dict[str, str]:
        return {name: filled(str(value), r"\$\{\{ (\S+) \}\}", values) for name, value in given.items()}

    return [
        Step(line, {**environment(job["env"]), **environment(step.get("env", {}))}, step.get("if") == "always()")
        for step in job["steps"]
        for line in step.get("run", "").splitlines()
    ]


def gitlab(pipeline: Pipeline) -> list[Step]:
    """Every command gets the settings of the project; ``after_script`` is run in any case."""
    job = _yaml("gitlab-ci.yml")["deploy"]
    values = {"CI_PROJECT_DIR": str(pipeline.folder), "CI_JOB_ID": "7", "CI_COMMIT_SHA": VERSION}
    own = {name: filled(value, r"\$(\w+)", values) for name, value in job["variables"].items()}
    return [
        Step(command, {**pipeline.settings, **own}, part == "after_script")
        for part in ("before_script", "script", "after_script")
        for command in job[part]
    ]


def jenkins(pipeline: Pipeline) -> list[Step]:
    """The ``sh`` steps in order; the login is there where ``withCredentials`` is open, by its braces."""
    text = (EXAMPLES / "Jenkinsfile").read_text(encoding="utf-8")
    values = {"WORKSPACE": str(pipeline.folder), "JOB_BASE_NAME": "shop", "BUILD_NUMBER": "7", "GIT_COMMIT": VERSION}
    values |= {"PATH": str(Path(sys.executable).parent), "pipeline-vault-password": pipeline.settings[VAULT_PASSWORD]}
    environment = {}
    for name, value in re.findall(r"^ {8}([A-Z_]+) = (.+)$", text, re.MULTILINE):
        value = filled(filled(value, r"credentials\('(\S+)'\)", values), r"\$\{(\w+)\}", values)
        environment[name] = value.strip("'\"")
    environment["PAAS_API_URL"] = pipeline.settings["PAAS_API_URL"]  # it stands in the file, as no secret
    login = {name: pipeline.settings[name] for name in LOGIN}
    steps: list[Step] = []
    open_blocks: list[str] = []
    for line in text.splitlines():
        if command := re.search(r"\bsh '(.+)'", line):
            with_login = any("usernamePassword" in block for block in open_blocks)
            always = [block.split()[0] for block in open_blocks[1:3]] == ["post", "always"]
            steps.append(Step(command[1], {**environment, **(login if with_login else {})}, always))
        elif line.rstrip().endswith("{"):
            open_blocks.append(line.strip())
        elif line.strip() == "}":
            open_blocks.pop()
    return steps


SYSTEMS: dict[str, Callable[[Pipeline], list[Step]]] = {"github": github, "gitlab": gitlab, "jenkins": jenkins}
# What comes before the playbooks, and needs a network.
INSTALLING = re.compile(
    r"(python3 -m venv \.venv && )?pip install ansible-core requests|ansible-galaxy collection install "
)
# What the playbooks need beside that, as a copy of the script cannot be run.
RUNNABLE = "chmod +x ci/vault-password.sh"


def _yaml(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))


@pytest.fixture
def pipeline(emulator: Emulator, tmp_path: Path) -> Pipeline:
    """A job's folder with the playbooks where the README puts them, by a web page: no file can be run."""
    folder = tmp_path / "job"
    shutil.copytree(EXAMPLES, folder / "ci")
    (folder / "ci" / "vault-password.sh").chmod(0o644)
    account = emulator.account
    settings = {"PAAS_API_URL": emulator.url, "PAAS_LOGIN": account.login, "PAAS_PASSWORD": account.password}
    return Pipeline(folder, {**settings, VAULT_PASSWORD: secrets.token_hex(16)})


@dataclass
class Done:
    """What became of a pipeline: commands with their codes, all output, and what the store held after the first."""

    codes: dict[str, int] = field(default_factory=dict)
    output: str = field(repr=False, default="")
    values: list[str] = field(repr=False, default_factory=list)
    tokens: list[list[dict[str, Any]]] = field(repr=False, default_factory=list)


def carried_out(steps: list[Step], pipeline: Pipeline, player: Player, emulator: Emulator) -> Done:
    """As the CI systems do: in order, after the first failure only what is to be done always."""
    done, before = Done(), [token["id"] for token in tokens(emulator)]
    base = {name: value for name, value in player.full_environment().items() if not name.startswith("PAAS_")}
    # As loud as it gets, with the programs of this environment, and no other settings than the file's own.
    base |= {"ANSIBLE_VERBOSITY": "4", "PATH": f"{Path(sys.executable).parent}:{base['PATH']}"}
    for step in steps:
        if INSTALLING.match(step.command) or (any(done.codes.values()) and not step.always):
            continue
        environment = {**base, **step.environment}
        ended = subprocess.run(
            ["sh", "-ec", step.command],
            cwd=pipeline.folder,
            env={**environment, "PATH": base["PATH"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        done.output += ended.stdout
        if step.command == RUNNABLE:
            continue
        done.codes[step.command] = ended.returncode
        done.tokens.append([token for token in tokens(emulator) if token["id"] not in before])
        done.values += stored(step, pipeline)
    return done


def tokens(emulator: Emulator) -> list[dict[str, Any]]:
    """The account's tokens."""
    session = emulator.signin()
    found: list[dict[str, Any]] = emulator.call("users.authentication.GetTokens", session=session)["apiTokens"]
    emulator.call("users.authentication.Signout", session=session)
    return found


def stored(step: Step, pipeline: Pipeline) -> list[str]:
    """The values in the store of the pipeline."""
    vault = VaultLib([("default", VaultSecret(pipeline.settings[VAULT_PASSWORD].encode()))])
    entries = TokenStore(step.environment["PAAS_TOKEN_STORE"], vault=vault).read()
    return [str(entry.value) for entry in entries.values()]


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_the_files_call(system: str, pipeline: Pipeline) -> None:
    """All make the token, use it without the login, and remove it in any case; nothing else but what installs."""
    steps = SYSTEMS[system](pipeline)
    own = [step for step in steps if not INSTALLING.match(step.command)]
    assert (len(steps) - len(own), own[0].command) == (2, RUNNABLE)
    playbooks = own[1:]
    assert [step.command.removeprefix(WITHOUT_LOGIN) for step in playbooks] == [CREATE, DEPLOY, CHECK, REMOVE]
    assert [step.always for step in playbooks] == [False, False, False, True]
    has_login = [LOGIN[1] in step.environment and not step.command.startswith(WITHOUT_LOGIN) for step in playbooks]
    assert has_login == [True, False, False, True]


@pytest.mark.parametrize(
    ("system", "fails", "fault"),
    [("github", None, None), ("gitlab", CHECK, None), ("jenkins", DEPLOY, "CreateEnvironment")],
)
def test_the_token_ends_with_the_pipeline(
    system: str, fails: str | None, fault: str | None, pipeline: Pipeline, player: Player, emulator: Emulator
) -> None:
    """One token for the steps that need it; none is left, in whichever step it failed; its value is shown nowhere."""
    if fault:
        emulator.control("PUT", "faults", [{"method": fault, "kind": "inner_error"}])
    if fails == CHECK:  # it wants what is not the case
        check = pipeline.folder / "ci" / "check.yml"
        check.write_text(check.read_text(encoding="utf-8").replace("['running']", "['stopped']"), encoding="utf-8")
    done = carried_out(SYSTEMS[system](pipeline), pipeline, player, emulator)

    failed = [command.removeprefix(WITHOUT_LOGIN) for command, code in done.codes.items() if code]
    assert failed == ([fails] if fails else [])
    assert len(done.codes) == (3 if fails == DEPLOY else 4)
    assert [len(there) for there in done.tokens] == [1] * (len(done.codes) - 1) + [0]
    token = done.tokens[0][0]
    assert token["description"].startswith(f"{system}-")
    names = short([item["method"] for item in token["apiListItems"]])
    assert {"CreateEnvironment", "GetEnvInfo", "StartEnv"} <= set(names)
    assert not {"DeleteEnv", "StopEnv", "GetTokens"} & set(names)
    value = done.values[0]
    assert set(done.values) == {value}
    assert len(done.values) == len(done.codes) - 1  # and none after the last step
    assert emulator.call("environment.control.GetEnvInfo", session=value, envName="shop-stage")["result"] == 702
    made = [env["env"]["envName"] for env in emulator.call("environment.control.GetEnvs")["infos"]]
    assert made == ([] if fails == DEPLOY else ["shop-stage"])
    hidden = [value, emulator.account.password, pipeline.settings[VAULT_PASSWORD]]
    files = {path.name: path.read_text(encoding="utf-8") for path in pipeline.folder.rglob("*") if path.is_file()}
    assert found_in({"output": done.output, **files}, hidden) == []


def test_a_vault_password_that_is_not_set(pipeline: Pipeline) -> None:
    """One line says what to do, and no store is encrypted with nothing."""
    ended = subprocess.run(
        ["sh", str(pipeline.folder / "ci" / "vault-password.sh")], env={}, capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert "PIPELINE_VAULT_PASSWORD: is not set: make it a secret of the CI system" in ended.stderr
