# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables as a YAML file that is encrypted by the vault secrets of the run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.vault import (
    Codec,
    encrypted,
    vault_from_loader,
)

# As many as Ansible Vault has for its own key.
_ROUNDS = 10_000


class _Dumper(yaml.SafeDumper):
    """Writes texts that could be templates with a tag that keeps Ansible from rendering them."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    tag = "!unsafe" if "{" in text else "tag:yaml.org,2002:str"
    return dumper.represent_scalar(tag, text, style='"')


_Dumper.add_representer(str, _text)


def variables_encrypter(loader: Any) -> Callable[[Mapping[str, Any]], str]:
    """Return a function that returns variables as an encrypted YAML document: equal text for equal variables.

    Args:
        loader: the ``DataLoader`` that core hands to actions (``self._loader``).

    Raises:
        InputError: the run has no vault password.
        StoreError: the password is the text of a script, or the run has none of the chosen vault id.
    """
    key = Codec(vault_from_loader(loader), None, "vault").writing_key("encrypted_env: nothing is encrypted")
    if key is None:
        raise InputError(
            "encrypted_env: this run has no vault password; give one with --vault-password-file, --vault-id or "
            "--ask-vault-pass, or leave the container variables out"
        )
    used = key

    def encrypt(variables: Mapping[str, Any]) -> str:
        document = yaml.dump(variables, Dumper=_Dumper, explicit_start=True, width=2**31).encode()
        # A random salt would change the text of each run. This one is known only to whoever has password and document,
        # differs for each document, and is as expensive to try passwords with as Ansible Vault itself.
        salt = hashlib.pbkdf2_hmac("sha256", bytes(used.secret.bytes), document, _ROUNDS).hex()
        return encrypted(document, used, salt).decode()

    return encrypt
