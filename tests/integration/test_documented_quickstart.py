# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands and the playbook of the README work as they are written, one after the other."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.integration.support import PROJECT
from tests.unit.documented_blocks import Block, blocks_of

README = Path("README.md")
INSTALL = Path("docs/docsite/rst/guide_install.rst")
# Parts of a checkout that the archive of the collection is built from.
NEEDED = (
    "galaxy.yml",
    "README.md",
    "LICENSE",
    "LICENSES",
    "CHANGELOG.md",
    "changelogs",
    "meta",
    "plugins",
    "playbooks",
    "roles",
)


def block(words: str, document: Path = README) -> Block:
    """Return the one block of a document that contains the words."""
    (found,) = [item for item in blocks_of(document) if words in item.text]
    return found


class Reader:
    """A person with an empty home directory, who follows the README in a shell.

    pip and git would ask other hosts, so programs of these names only write down their arguments.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"
        self.asked = folder / "asked"
        programs = folder / "bin"
        for path in (self.home, programs):
            path.mkdir()
        for name, text in (
            ("git", f'echo git "$@" >>{self.asked}; mkdir inet.elastic; cp -r {folder}/checkout/. inet.elastic'),
            ("python3", f'echo python3 "$@" >>{self.asked}'),
        ):
            (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            (programs / name).chmod(0o755)
        around = {name: value for name, value in os.environ.items() if not name.startswith(("PAAS_", "ANSIBLE_"))}
        self.environment = around | {
            "HOME": str(self.home),
            "NO_COLOR": "1",
            "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def run(self, script: str, folder: Path) -> str:
        """Run a block, and return what it prints."""
        done = subprocess.run(
            ["bash", "-ec", f"trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{script}"],
            cwd=folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """A reader, and a checkout for them to clone."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in NEEDED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, checkout / name)
    return Reader(tmp_path)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_the_readme_works_as_it_is_written(reader: Reader) -> None:
    """The installed collection runs the playbook, word for word but for the port; then the emulator is ended."""
    reader.run(block("ansible-galaxy collection build").text, reader.folder)
    assert reader.asked.read_text(encoding="utf-8").splitlines() == [
        "git clone ADDRESS-OF-THIS-REPOSITORY inet.elastic",
        "python3 -m pip install requests>=2.28",
        "python3 -m pip install ./emulator",
    ]
    work = reader.folder / "work"
    work.mkdir()
    (work / "shop.yml").write_text(block("hosts: localhost").text, encoding="utf-8")
    commands = block("paas-emulator --port 8080 &").text
    assert commands.count("8080") == 2
    port = free_port()
    printed = reader.run(f"{commands.replace('8080', str(port))}\ncat tokens.yml; {journal(port)}", work)
    recaps = re.findall(r"localhost +: ok=(\d+) +changed=(\d+) +unreachable=0 +failed=0", printed)
    assert recaps == [("2", "2"), ("2", "0")]
    assert "$ANSIBLE_VAULT;" in printed
    assert re.findall(r"^wrote (.*)$", printed, re.MULTILINE) == [
        "users.authentication.CreateToken environment.control.CreateEnvironment"
    ]
    assert str(reader.home) in reader.run("ansible-galaxy collection list inet.elastic", work)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/", timeout=5)


def journal(port: int) -> str:
    """Return a command that prints which calls wrote, while the emulator still runs."""
    program = (
        f"import requests; calls = requests.get('http://127.0.0.1:{port}/_emulator/journal').json()['calls']; "
        "print('wrote', *(call['method'] for call in calls if call['write']))"
    )
    return f'{sys.executable} -c "{program}"'


def test_requirements_install_from_a_repository(reader: Reader) -> None:
    """The file names the address of a repository that git can clone, such as this one."""
    real = {**reader.environment, "PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null"}
    checkout = reader.folder / "checkout"
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "All"),
    ):
        subprocess.run(["git", *arguments], cwd=checkout, env=real, check=True, timeout=60)
    reader.environment = {**real, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    work = reader.folder / "work"
    work.mkdir()
    text = block("type: git", INSTALL).text.replace("ADDRESS-OF-THIS-REPOSITORY", f"file://{checkout}")
    (work / "requirements.yml").write_text(text, encoding="utf-8")
    printed = reader.run("ansible-galaxy collection install -r requirements.yml", work)
    assert "inet.elastic:0.1.0 was installed successfully" in printed
