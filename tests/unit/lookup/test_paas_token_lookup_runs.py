# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup paas_token in real runs of ansible-playbook, searched for every value at the highest verbosity."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreEntry, TokenStore

PASSWORD = "vault-password-of-this-test"
TEMPLATE = "{{ 7 * 6 }}template-like-value"
VALUES = ["c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00", TEMPLATE, "doubtful-value"]
ENTRIES = [
    StoreEntry("deploy", VALUES[0], description="deploy bot"),
    StoreEntry("strange", TEMPLATE),
    StoreEntry("begun", VALUES[2], pending="create"),
]

GOOD = """
- hosts: localhost
  gather_facts: false
  vars:
    lazy: "{{ lookup('inet.elastic.paas_token', 'strange') }}"
    mark: "{{ '{' ~ '{' }}"
  tasks:
    - name: Values arrive as they are
      ansible.builtin.assert:
        that:
          - query('inet.elastic.paas_token', 'deploy', 'strange', 'none', on_missing='skip') == [plain, strange]
          - query('inet.elastic.paas_token', ['deploy', 'strange']) == [plain, strange]
          - lookup('inet.elastic.paas_token', 'deploy', 'deploy') == plain ~ ',' ~ plain
          - lazy == strange
          - lazy | length == strange | length
          - query('inet.elastic.paas_token', 'none', on_missing='skip') == []
      vars:
        plain: "{{ 'c0ffee00' * 5 }}"
        strange: "{{ mark ~ ' 7 * 6 }' ~ '}template-' ~ 'like-value' }}"
      no_log: true
    - name: Loops get them too
      ansible.builtin.assert:
        that: item in ['c0ffee00' * 5, mark ~ ' 7 * 6 }' ~ '}template-' ~ 'like-value']
      with_inet.elastic.paas_token: [strange, deploy]
      no_log: true
"""

BAD = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: One lookup
      ansible.builtin.debug:
        msg: "{{ lookup('inet.elastic.paas_token', term) | length }}"
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    secrets = [("default", VaultSecret(PASSWORD.encode()))]
    with TokenStore(tmp_path / "tokens.yml", vault=VaultLib(secrets)).transaction() as store:
        for entry in ENTRIES:
            store.put(entry)
    (tmp_path / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    (tmp_path / "wrong").write_text("another password\n", encoding="utf-8")
    config = "[defaults]\nlocalhost_warning = false\n[inet_elastic]\ntoken_store = tokens.yml\n"
    (tmp_path / "ansible.cfg").write_text(config, encoding="utf-8")
    return tmp_path


def run(place: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PAAS_", "ANSIBLE_"))}
    environment |= {
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(entry for entry in sys.path if entry),
        "ANSIBLE_CONFIG": str(place / "ansible.cfg"),
        "ANSIBLE_HOME": str(place / "home"),
        "ANSIBLE_LOCAL_TEMP": str(place / "tmp"),
        "ANSIBLE_NOCOLOR": "1",
    }
    command = [str(Path(sys.executable).parent / program), *arguments]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=120)


def play(place: Path, text: str, *arguments: str) -> tuple[int, str]:
    (place / "play.yml").write_text(text, encoding="utf-8")
    done = run(place, "ansible-playbook", "-vvvv", "play.yml", *arguments)
    output = done.stdout + done.stderr
    for secret in [*VALUES, PASSWORD]:
        assert secret not in output, "a secret is in the output"
    assert "Traceback" not in output
    return done.returncode, output


def test_ansible_vault_opens_the_store(place: Path) -> None:
    done = run(place, "ansible-vault", "view", "--vault-password-file", "password", "tokens.yml")
    assert done.returncode == 0
    assert done.stdout.startswith("version: 1\ntokens:\n  begun:\n")
    assert f'    value: "{VALUES[0]}"\n' in done.stdout


def test_values_arrive_and_are_neither_shown_nor_templated(place: Path) -> None:
    code, output = play(place, GOOD, "--vault-password-file", "password")
    assert code == 0, output
    assert "ok=2 " in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-e", "term=deploy"], "is encrypted, and this run has no vault password"),
        (
            ["-e", "term=deploy", "--vault-password-file", "wrong"],
            "No vault password of this run opens the token store",
        ),
        (["-e", "term=begun", "--vault-password-file", "password"], "regenerate: lost, then run this again."),
    ],
)
def test_failures_are_one_line(place: Path, arguments: list[str], message: str) -> None:
    code, output = play(place, BAD, *arguments)
    assert code == 2
    assert message in output
