# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables as encrypted text: equal text for equal values, readable by Ansible, by no one without the password."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from ansible import constants
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.inet.elastic.plugins.action.paas_environment_info import ActionModule
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import PaasError
from ansible_collections.inet.elastic.plugins.plugin_utils._vaulted_variables import variables_encrypter

VARIABLES = {"vars": {"shop": {"cp": {"A": "0123", "B": "{{ x }}", "C": "a\n b\x7f\u2028é😀"}}}}


def loader(*secrets: tuple[str, str]) -> DataLoader:
    found = DataLoader()
    found.set_vault_secrets([(name, VaultSecret(password.encode())) for name, password in secrets])
    return found


def opened(text: str, password: str) -> bytes:
    return bytes(VaultLib([("any", VaultSecret(password.encode()))]).decrypt(text))


def test_the_text() -> None:
    """It depends on values and password, and not on the order of names; so does its salt."""
    text = variables_encrypter(loader(("default", "one")))(VARIABLES)
    assert text.splitlines()[0] == "$ANSIBLE_VAULT;1.1;AES256"
    again = dict(reversed(VARIABLES["vars"]["shop"]["cp"].items()))
    assert variables_encrypter(loader(("default", "one")))({"vars": {"shop": {"cp": again}}}) == text
    other = variables_encrypter(loader(("default", "one")))({"vars": {}})
    by_other = variables_encrypter(loader(("default", "two")))(VARIABLES)
    salts = {bytes.fromhex("".join(item.splitlines()[1:])).split(b"\n")[0] for item in (text, other, by_other)}
    assert len(salts) == 3
    document = opened(text, "one").decode()
    assert '"A": "0123"' in document
    assert '"B": !unsafe "{{ x }}"' in document
    assert yaml.safe_load(document.replace("!unsafe ", "")) == VARIABLES


def test_the_vault_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of the run, or the one that Ansible's setting names."""
    secrets = (("dev", "one"), ("prod", "two"))
    text = variables_encrypter(loader(*secrets))(VARIABLES)
    assert (text.splitlines()[0], bool(opened(text, "one"))) == ("$ANSIBLE_VAULT;1.2;AES256;dev", True)
    monkeypatch.setattr(constants, "DEFAULT_VAULT_ENCRYPT_IDENTITY", "prod")
    text = variables_encrypter(loader(*secrets))(VARIABLES)
    assert (text.splitlines()[0], bool(opened(text, "two"))) == ("$ANSIBLE_VAULT;1.2;AES256;prod", True)


@pytest.mark.parametrize(
    ("secrets", "message"),
    [
        (
            [],
            "encrypted_env: this run has no vault password; give one with --vault-password-file, --vault-id or "
            "--ask-vault-pass, or leave the container variables out",
        ),
        (
            [("default", "#!/bin/sh\necho x")],
            "encrypted_env: nothing is encrypted: the vault password of vault id 'default' begins with #!, so it is "
            "the text of a script and not what the script prints; make the script executable (chmod +x) or use another "
            "password, then run this again.",
        ),
    ],
)
def test_refused(secrets: list[tuple[str, str]], message: str) -> None:
    """One line, before anything is read."""
    with pytest.raises(PaasError) as caught:
        variables_encrypter(loader(*secrets))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "here"),
    [
        *((value, True) for value in (True, "yes", " On ", 1)),
        *((value, False) for value in (False, "no", 0, None, "", [1], {"a": 1})),
    ],
)
def test_where_the_task_runs(value: Any, here: bool) -> None:
    """A task that needs the vault passwords runs in the controller process, however the option is written."""
    assert ActionModule.__new__(ActionModule)._needs_vault({"encrypted_env": value}) is here


def test_async_is_refused() -> None:
    """Its process has no vault password."""
    action = ActionModule.__new__(ActionModule)
    action._task = SimpleNamespace(async_val=5)
    action._loader = loader(("default", "one"))
    with pytest.raises(PaasError, match="encrypted_env cannot be used with async, as another process has no vault"):
        action._encrypt({"encrypted_env": True})
