# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CI examples: each file's own commands in its own order and environment, with and without a step that fails."""

from __future__ import annotations

import functools
import json
import os
import re
import secrets
import shutil
import signal
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
INSTALL = "sh ci/install.sh"
CREATE, RELEASE, DELETE, REMOVE = (
    f".venv/bin/ansible-playbook ci/{name}.yml"
    for name in ("token-create", "release", "environment-remove", "token-remove")
)
WITHOUT_LOGIN = "env -u PAAS_LOGIN -u PAAS_PASSWORD "
VERSION = "4f2a9c1"
LOGIN = ("PAAS_LOGIN", "PAAS_PASSWORD")
REGISTRY = ("REGISTRY_USER", "REGISTRY_PASSWORD")
VAULT_PASSWORD = "PIPELINE_VAULT_PASSWORD"
TOKEN_MINUTES = 60
# Stands for Python: makes an environment whose programs tell how they were called, but for ansible-playbook.
PYTHON = """#!/bin/sh
mkdir -p "$3/bin"
for name in pip ansible-galaxy; do
    printf '#!/bin/sh\\necho "%s $*" >>installed\\n' "$name" >"$3/bin/$name"
    chmod +x "$3/bin/$name"
done
ln -s '{playbook}' "$3/bin/ansible-playbook"
"""


@dataclass(frozen=True)
class Step:
    """A command with the environment that its file gives it. ``always``: also after a failure."""

    command: str
    environment: Mapping[str, str] = field(repr=False)
    always: bool = False

    @property
    def shown(self) -> str:
        """The command, without the words that keep the login from it, and with its variables filled in."""
        return re.sub(r"\$(\w+)", lambda found: self.environment[found[1]], self.command.removeprefix(WITHOUT_LOGIN))


@dataclass(frozen=True)
class Pipeline:
    """What the CI system itself knows: the folder of the job, and the settings that the README wants."""

    folder: Path
    settings: Mapping[str, str] = field(repr=False)


def filled(text: str, pattern: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder of the pattern replaced; one that is not known fails the test."""
    return re.sub(pattern, lambda found: values[found[1]], text)


def github(pipeline: Pipeline, name: str = "deploy", action: str = "") -> list[Step]:
    """Steps of the only job; steps without ``run`` are actions, which set nothing up for the playbooks."""
    job = _yaml(f"github-{'actions' if name == 'deploy' else name}.yml")["jobs"][name]
    values = {f"{kind}.{name}": value for kind in ("vars", "secrets") for name, value in pipeline.settings.items()}
    values |= {"github.workspace": str(pipeline.folder), "github.run_id": "7", "github.run_attempt": "1"}
    values |= {"github.repository_id": "12", "strategy.job-index": "0", "github.event.number": "31"}
    values |= dict.fromkeys(("github.sha", "github.event.pull_request.head.sha"), VERSION)
    values["github.event.action == 'closed' && 'absent' || 'started'"] = "absent" if action == "closed" else "started"
    runs = {None: True, "always()": True, "github.event.action != 'closed'": action != "closed"}
    runs["github.event.action == 'closed'"] = action == "closed"

    def environment(given: Mapping[str, Any]) -> dict[str, str]:
        return {name: filled(str(value), r"\$\{\{ (.+?) \}\}", values) for name, value in given.items()}

    return [
        Step(line, {**environment(job["env"]), **environment(step.get("env", {}))}, step.get("if") == "always()")
        for step in job["steps"]
        for line in step.get("run", "").splitlines()
        if runs[step.get("if")]
    ]


def gitlab(pipeline: Pipeline, name: str = "deploy") -> list[Step]:
    """Every command gets the settings of the project; ``after_script`` is run in any case."""
    jobs = _yaml("gitlab-ci.yml")
    base = jobs[jobs[name]["extends"]]
    values = {"CI_PROJECT_DIR": str(pipeline.folder), "CI_JOB_ID": "7", "CI_COMMIT_SHA": VERSION}
    values |= {"CI_SERVER_HOST": "git.example.com", "CI_MERGE_REQUEST_IID": "31"}
    variables = {**base["variables"], **jobs[name]["variables"]}
    own = {name: filled(value, r"\$(\w+)", values) for name, value in variables.items()}
    return [
        Step(command, {**pipeline.settings, **own}, part == "after_script")
        for part in ("before_script", "script", "after_script")
        for command in base[part]
    ]


def jenkins(pipeline: Pipeline) -> list[Step]:
    """The ``sh`` steps in order; a login is there where ``withCredentials`` with it is open, by its braces."""
    text = (EXAMPLES / "Jenkinsfile").read_text(encoding="utf-8")
    values = {"WORKSPACE": str(pipeline.folder), "JOB_NAME": "shop/main", "BUILD_NUMBER": "7", "GIT_COMMIT": VERSION}
    values["pipeline-vault-password"] = pipeline.settings[VAULT_PASSWORD]
    environment = {}
    for name, value in re.findall(r"^ {8}([A-Z_]+) = (.+)$", text, re.MULTILINE):
        value = filled(filled(value, r"credentials\('(\S+)'\)", values), r"\$\{(\w+)\}", values)
        environment[name] = value.strip("'\"")
    environment["PAAS_API_URL"] = pipeline.settings["PAAS_API_URL"]  # it stands in the file, as no secret
    steps: list[Step] = []
    open_blocks: list[str] = []
    for line in text.splitlines():
        if command := re.search(r"\bsh '(.+)'", line):
            bound = re.findall(r"(?:username|password)Variable: '(\w+)'", " ".join(open_blocks))
            always = [block.split()[0] for block in open_blocks[1:3]] == ["post", "always"]
            given = {**environment, **{name: pipeline.settings[name] for name in bound}}
            steps.append(Step(command[1], given, always))
        elif line.rstrip().endswith("{"):
            open_blocks.append(line.strip())
        elif line.strip() == "}":
            open_blocks.pop()
    return steps


JOBS: dict[str, Callable[[Pipeline], list[Step]]] = {
    "github deploy": github,
    "github review": functools.partial(github, name="review", action="synchronize"),
    "github review closed": functools.partial(github, name="review", action="closed"),
    "gitlab deploy": gitlab,
    "gitlab review": functools.partial(gitlab, name="review"),
    "gitlab stop-review": functools.partial(gitlab, name="stop-review"),
    "jenkins": jenkins,
}


def _yaml(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))


@pytest.fixture
def pipeline(emulator: Emulator, tmp_path: Path) -> Pipeline:
    """A job's folder with the files where the README puts them, by a web page: no file can be run."""
    folder = tmp_path / "job"
    shutil.copytree(EXAMPLES, folder / "ci")
    for path in (folder / "ci").iterdir():
        path.chmod(0o644)
    release = folder / "ci" / "release.yml"
    text = release.read_text(encoding="utf-8").replace("url: /health", f"url: {emulator.url}/_emulator/health")
    text = text.replace("release_retries: 20", "release_retries: 1").replace("release_delay: 6", "release_delay: 0")
    release.write_text(text, encoding="utf-8")
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(PYTHON.format(playbook=Path(sys.executable).with_name("ansible-playbook")), encoding="utf-8")
    python.chmod(0o755)
    account = emulator.account
    settings = {"PAAS_API_URL": emulator.url, "PAAS_LOGIN": account.login, "PAAS_PASSWORD": account.password}
    settings |= {"REGISTRY_USER": "puller", "REGISTRY_PASSWORD": secrets.token_hex(16)}
    return Pipeline(folder, {**settings, VAULT_PASSWORD: secrets.token_hex(16)})


@dataclass
class Done:
    """What became of a pipeline: commands with their codes, all output, and what the store held after the first."""

    codes: list[tuple[str, int]] = field(default_factory=list)
    output: str = field(repr=False, default="")
    values: list[str] = field(repr=False, default_factory=list)
    tokens: list[list[dict[str, Any]]] = field(repr=False, default_factory=list)


def carried_out(
    steps: list[Step],
    pipeline: Pipeline,
    player: Player,
    emulator: Emulator,
    killed: Callable[[subprocess.Popen[str]], None] | None = None,
) -> Done:
    """As the CI systems do: in order, after the first failure only what is to be done always.

    Args:
        killed: ends the step that creates the token.
    """
    done, before = Done(), [token["id"] for token in tokens(emulator)]
    base = {name: value for name, value in player.full_environment().items() if not name.startswith("PAAS_")}
    # As loud as it gets, with the programs of this environment, and no other settings than the file's own.
    path = f"{pipeline.folder.parent / 'bin'}:{Path(sys.executable).parent}:{base['PATH']}"
    base = {name: value for name, value in base.items() if not name.endswith("_WARNING")}
    base |= {"ANSIBLE_VERBOSITY": "4", "PATH": path}
    for step in steps:
        if any(code for _, code in done.codes) and not step.always:
            continue
        with subprocess.Popen(
            ["sh", "-ec", step.command],
            cwd=pipeline.folder,
            env={**base, **step.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            if killed and step.shown == CREATE:
                killed(process)
            done.output += process.communicate(timeout=120)[0]
        done.codes.append((step.shown, process.returncode))
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
    return [str(entry.value) for entry in entries.values() if entry.value]


@pytest.mark.parametrize("job", JOBS)
def test_what_the_files_call(job: str, pipeline: Pipeline) -> None:
    """All make the token, use it without the login, and remove it in any case."""
    steps = JOBS[job](pipeline)
    use = DELETE if job in ("github review closed", "gitlab stop-review") else RELEASE
    # GitLab ignores a failure of what it always runs, so that it removes the token twice.
    removals = [False, True] if job.startswith("gitlab") else [True]
    assert [step.shown for step in steps] == [INSTALL, CREATE, use, *[REMOVE] * len(removals)]
    assert [step.always for step in steps] == [False, False, False, *removals]
    login = [LOGIN[1] in step.environment and not step.command.startswith(WITHOUT_LOGIN) for step in steps[1:]]
    assert login == [True, False, *[True] * len(removals)]
    assert (REGISTRY[1] in steps[2].environment) == (job != "github review closed")
    deletes = [step.environment.get("PIPELINE_STATE") == "absent" for step in steps]
    assert deletes == [use == DELETE] * len(steps)


def test_each_run_has_a_name_of_its_own(pipeline: Pipeline) -> None:
    """Runs with the same name would share and remove one token. The systems promise these to be unique."""
    names = {job: steps(pipeline)[1].environment["PIPELINE_TOKEN"] for job, steps in JOBS.items()}
    assert names == {
        "github deploy": "github-12-7-1-deploy-0",
        "github review": "github-12-7-1-review-0",
        "github review closed": "github-12-7-1-review-0",
        **dict.fromkeys(("gitlab deploy", "gitlab review", "gitlab stop-review"), "gitlab-git.example.com-7"),
        # The name with all folders: the base name is the branch in a multibranch project.
        "jenkins": "jenkins-shop/main-7",
    }


def test_the_removal_has_time_left(pipeline: Pipeline) -> None:
    """What ends before the job leaves time for the removal, and the job ends before the token does."""
    for name, job in (("actions", "deploy"), ("review", "review")):
        found = _yaml(f"github-{name}.yml")["jobs"][job]
        limits = [step["timeout-minutes"] for step in found["steps"] if "run" in step]
        # After a cancellation, GitHub ends everything within five minutes.
        assert limits[-1] < 5
        # One of Release and "Delete the environment" is left out.
        assert sum(limits) - (30 if len(limits) == 5 else 0) < found["timeout-minutes"] < TOKEN_MINUTES
    base = _yaml("gitlab-ci.yml")[".with-token"]
    script, after = (
        int(base["variables"][f"RUNNER_{name}_TIMEOUT"].removesuffix("m")) for name in ("SCRIPT", "AFTER_SCRIPT")
    )
    assert script + after < int(base["timeout"].removesuffix(" minutes")) < TOKEN_MINUTES
    text = (EXAMPLES / "Jenkinsfile").read_text(encoding="utf-8")
    stages, _, post = text.partition("    post {")
    limits = [int(minutes) for minutes in re.findall(r"options \{ timeout\(time: (\d+), unit: 'MINUTES'\) \}", stages)]
    assert len(limits) == stages.count("stage('") == stages.count("timeout(")
    assert sum(limits) + int(re.findall(r"^ +timeout\(time: (\d+)", post, re.MULTILINE)[0]) < TOKEN_MINUTES


@pytest.mark.parametrize("job", ["github deploy", "jenkins"])
def test_the_token_ends_with_the_pipeline(job: str, pipeline: Pipeline, player: Player, emulator: Emulator) -> None:
    """One token for the steps that need it; none is left, if a step fails, too; its value is shown nowhere."""
    fails = job == "jenkins"
    if not fails:  # the version before is there
        layer = {"nodeType": "docker", "nodeGroup": "cp", "docker": {"image": "registry.example.com/shop:1.0"}}
        emulator.call(
            "environment.control.CreateEnvironment", env='{"shortdomain": "shop-stage"}', nodes=json.dumps([layer])
        )
        emulator.forget()
    else:  # the new version, which is the first one, does not answer as it should
        release = pipeline.folder / "ci" / "release.yml"
        release.write_text(release.read_text(encoding="utf-8").replace("/health", "/nothing"), encoding="utf-8")
    done = carried_out(JOBS[job](pipeline), pipeline, player, emulator)

    assert [command for command, code in done.codes if code] == ([RELEASE] if fails else []), done.codes
    assert ("The release into shop-stage failed: Status code was 404" in done.output) == fails
    assert (pipeline.folder / "installed").read_text(encoding="utf-8").splitlines() == [
        "pip install --quiet --requirement ci/requirements.txt",
        "ansible-galaxy collection install --requirements-file ci/requirements.yml",
    ]
    assert "[WARNING]: No inventory" not in done.output
    assert [len(there) for there in done.tokens] == [0, 1, 1, 0]
    token = done.tokens[1][0]
    assert token["description"].startswith(f"{job.split()[0]}-")
    names = short([item["method"] for item in token["apiListItems"]])
    assert {"CreateEnvironment", "GetEnvInfo", "StartEnv", "RedeployContainersByGroup"} <= set(names)
    assert not {"DeleteEnv", "StopEnv", "GetTokens"} & set(names)
    value = done.values[0]
    assert done.values == [value] * 2  # and none after the last step
    assert emulator.call("environment.control.GetEnvInfo", session=value, envName="shop-stage")["result"] == 702
    made = emulator.call("environment.control.GetEnvs")["infos"]
    assert [env["env"]["envName"] for env in made] == ["shop-stage"]
    assert made[0]["nodes"][0]["customitem"]["dockerTag"] == VERSION
    changes = [name for name in short(emulator.writes) if name not in ("Signin", "Signout")]
    change = "CreateEnvironment" if fails else "RedeployContainersByGroup"
    assert changes == ["CreateToken", change, "DeleteTokens"]
    registry = pipeline.settings[REGISTRY[1]]
    hidden = [value, emulator.account.password, pipeline.settings[VAULT_PASSWORD], registry]
    files = {path.name: path.read_text(encoding="utf-8") for path in pipeline.folder.rglob("*") if path.is_file()}
    assert found_in({"output": done.output, **files}, hidden) == []


def test_an_environment_of_a_merge_request_ends_with_it(pipeline: Pipeline, player: Player, emulator: Emulator) -> None:
    """The job that stops it has a token that deletes, and can do nothing else."""
    emulator.call("environment.control.CreateEnvironment", env='{"shortdomain": "shop-pr-31"}', nodes="[]")
    done = carried_out(JOBS["github review closed"](pipeline), pipeline, player, emulator)
    assert done.codes == [(command, 0) for command in (INSTALL, CREATE, DELETE, REMOVE)]
    names = short([item["method"] for item in done.tokens[1][0]["apiListItems"]])
    assert ("DeleteEnv" in names, "CreateEnvironment" in names, done.tokens[-1]) == (True, False, [])
    assert emulator.call("environment.control.GetEnvs")["infos"] == []


def test_a_job_that_is_killed_while_the_token_is_created_leaves_none(
    pipeline: Pipeline, player: Player, emulator: Emulator, wait: Callable[[Callable[[], bool]], None]
) -> None:
    """As a job is ended that does not end by itself, by a cancellation or a time-out: at once, with all processes."""

    def killed(process: subprocess.Popen[str]) -> None:
        wait(lambda: "users.authentication.CreateToken" in emulator.methods)
        os.killpg(process.pid, signal.SIGKILL)

    emulator.control("PUT", "faults", [{"method": "*.CreateToken", "kind": "delay", "seconds": 1}])
    done = carried_out(JOBS["gitlab deploy"](pipeline), pipeline, player, emulator, killed)
    assert [command for command, _ in done.codes] == [INSTALL, CREATE, REMOVE]
    assert [code for _, code in done.codes] == [0, -signal.SIGKILL, 0]
    wait(lambda: emulator.journal[-1]["method"] == "users.authentication.Signout")
    assert done.tokens[-1] == []
    assert "users.authentication.DeleteTokens" in emulator.writes


def test_the_collection_that_is_installed() -> None:
    """This version, by its tag; packages by exact versions."""
    galaxy = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))
    assert [(item["type"], item["version"]) for item in _yaml("requirements.yml")["collections"]] == [
        ("git", f"v{galaxy['version']}")
    ]
    packages = (EXAMPLES / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line.partition("==")[0] for line in packages if "==" in line] == ["ansible-core", "requests"]


def test_a_vault_password_that_is_not_set(pipeline: Pipeline) -> None:
    """One line says what to do, and no store is encrypted with nothing."""
    ended = subprocess.run(
        ["sh", str(pipeline.folder / "ci" / "vault-password.sh")], env={}, capture_output=True, text=True, check=False
    )
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert "PIPELINE_VAULT_PASSWORD: is not set: make it a secret of the CI system" in ended.stderr
