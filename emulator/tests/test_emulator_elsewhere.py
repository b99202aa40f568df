# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator in tests and CI of other projects, as the README shows it."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from emulator_client import Client
from paas_emulator import cli, pytest_plugin

EMULATOR = Path(__file__).resolve().parents[1]
README = (EMULATOR / "README.md").read_text(encoding="utf-8")


def examples(heading: str, language: str) -> list[str]:
    """Code blocks of a section of the README."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def outside(folder: Path) -> dict[str, str]:
    """The environment of a process that has the emulator as if it were installed, and nothing else of this project."""
    program = folder / "bin" / "paas-emulator"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m paas_emulator "$@"\n')
    program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PAAS_"))}
    # The emulator of this environment may be installed, with a plugin of its own, or not.
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return {**kept, "PATH": f"{program.parent}:{kept['PATH']}", "PYTHONPATH": str(EMULATOR / "src")}


def test_the_fixtures(tmp_path: Path) -> None:
    tests, options, _block = examples("In your own tests", "python")
    (tmp_path / "conftest.py").write_text(options)
    more = (
        "def test_options(paas_emulator):\n"
        '    assert paas_emulator.control("GET", "switches")["delete_confirm"] == "name"\n'
        '    assert paas_emulator.control("GET", "journal") == {"calls": []}\n'
        "    shown = repr(paas_emulator)\n"
        "    assert paas_emulator.token not in shown and paas_emulator.password not in shown\n"
    )
    (tmp_path / "test_mine.py").write_text(f"{tests}\n\n{more}")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "paas_emulator.pytest_plugin", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, str(tmp_path)],
        cwd=tmp_path,
        # Where a package was built in the source, pytest would find the fixtures twice.
        env={**outside(tmp_path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, "3 passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_pytest_finds_the_fixtures() -> None:
    project = (EMULATOR / "pyproject.toml").read_text(encoding="utf-8")
    assert f'[project.entry-points.pytest11]\npaas_emulator = "{pytest_plugin.__name__}"\n' in project
    assert f'[project.scripts]\n{cli.PROGRAM} = "{cli.__name__}:main"\n' in project


def step(job: dict[str, Any], name: str) -> str:
    """The script of a step of a job."""
    return str(next(item["run"] for item in job["steps"] if item.get("name") == name))


def test_a_step_of_github_actions(tmp_path: Path) -> None:
    job = yaml.safe_load(examples("In CI", "yaml")[0])["jobs"]["playbook"]
    shared = tmp_path / "github.env"
    process = subprocess.run(
        ["setsid", "--wait", "bash", "-e", "-c", "echo $$ > group; " + step(job, "Start the emulator")],
        cwd=tmp_path,
        env={**outside(tmp_path), **job["env"], "GITHUB_ENV": str(shared)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    try:
        assert process.returncode == 0, process.stdout + process.stderr
        name, _, url = shared.read_text().strip().partition("=")
        assert name == "PAAS_API_URL"
        Client(url).signed_in(job["env"]["PAAS_LOGIN"], job["env"]["PAAS_PASSWORD"])
    finally:
        os.killpg(int((tmp_path / "group").read_text()), signal.SIGTERM)


def test_the_container() -> None:
    """It cannot be built here: its program, port and variable are those of the emulator."""
    lines = (EMULATOR / "Containerfile").read_text(encoding="utf-8").splitlines()
    instructions = [line.split(" ", 1) for line in lines if not line.startswith("#")]
    assert [name for name, _ in instructions] == [
        *("FROM", "COPY", "RUN", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT"),
    ]
    found = dict(instructions)
    program, *options = json.loads(found["ENTRYPOINT"])
    arguments = cli._parser().parse_args(options)
    address = cli.read_address(arguments)
    assert (program, address.host, str(address.port)) == (cli.PROGRAM, "0.0.0.0", found["EXPOSE"])
    assert f"127.0.0.1:{found['EXPOSE']}/_emulator/health" in found["HEALTHCHECK"]
    service = yaml.safe_load(examples("In CI", "yaml")[1])["jobs"]["playbook"]["services"]["platform"]
    assert list(service["env"]) == [cli.ACCOUNTS_VARIABLE] and service["ports"] == ["8080:8080"]
