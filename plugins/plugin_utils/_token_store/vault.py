# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two forms of the store's file: encrypted with Ansible Vault, or plain text on request."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.vault import AnsibleVaultFormatError, VaultLib, b_HEADER, parse_vaulttext_envelope
from ansible.utils.display import Display

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.document import StoreError

FORMATS = ("vault", "plain")

# A vault password script that has lost its run bit is a password file for Ansible: its text becomes the password, in
# silence, and whoever can read the script can decrypt the store.
_SCRIPT, _BEFORE_SCRIPT = b"#!", b"\xef\xbb\xbf \t\r\n"
_HOW_TO_GIVE_A_PASSWORD = "--vault-password-file, --vault-id or --ask-vault-pass"


@dataclass(frozen=True)
class VaultKey:
    """A secret of the run.

    Attributes:
        vault_id: the vault id that the run knows it by.
        secret: core's ``VaultSecret``; left out of ``repr()``.
        labelled: the file carries this vault id, so a rewrite keeps it.
    """

    vault_id: str
    secret: Any = field(repr=False)
    labelled: bool = True


def vault_from_loader(loader: Any) -> VaultLib | None:
    """The vault secrets of the run, as a plugin gets them through its loader.

    Args:
        loader: the ``DataLoader`` that core hands to actions and lookups (``self._loader``).

    Returns:
        A vault of its own with the same secrets; None where the run has no vault password.
    """
    secrets = getattr(getattr(loader, "_vault", None), "secrets", None)
    return VaultLib(list(secrets)) if secrets else None


def encrypted(document: bytes, key: VaultKey, salt: str | None = None) -> bytes:
    """Return a document encrypted with a secret of the run; AnsibleError, ValueError or TypeError if that fails."""
    # The format has no label for the default identity.
    label = None if key.vault_id == constants.DEFAULT_VAULT_IDENTITY else key.vault_id
    return bytes(VaultLib([]).encrypt(document, secret=key.secret, vault_id=label, salt=salt))


class Codec:
    """Turns the document into the content of the file and back."""

    def __init__(self, vault: VaultLib | None, vault_id: str | None, fmt: str) -> None:
        """
        Raises:
            StoreError: ``fmt`` is none of ``FORMATS``.
        """
        if fmt not in FORMATS:
            raise StoreError(f"The format of a token store is one of {', '.join(FORMATS)}, not {fmt!r}.")
        self._encrypted = fmt == "vault"
        self._secrets: list[tuple[str, Any]] = list(vault.secrets or []) if vault is not None else []
        self._vault_id = vault_id or constants.DEFAULT_VAULT_ENCRYPT_IDENTITY or None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What decides whether and how a content opens; secrets are compared by identity."""
        return (self._encrypted, *self._secrets)

    def decode(self, content: bytes, path: Path) -> tuple[bytes, VaultKey | None]:
        """Open the content of a file.

        Returns:
            The document, and the key that opened it; None for plain text.

        Raises:
            StoreError: the other form than asked for, no password, a wrong one, or damage.
        """
        if not content.strip():
            raise StoreError(f"The token store {path} is an empty file. Restore it from a copy, or remove it.")
        if content.startswith(b_HEADER) != self._encrypted:
            raise StoreError(_other_form(path, asked_for_vault=self._encrypted))
        if not self._encrypted:
            return content, None
        if not self._secrets:
            raise StoreError(
                f"The token store {path} is encrypted, and this run has no vault password. "
                f"Give one with {_HOW_TO_GIVE_A_PASSWORD}."
            )
        return self._decrypt(content, path)

    def _decrypt(self, content: bytes, path: Path) -> tuple[bytes, VaultKey]:
        label = ""
        try:
            label = str(parse_vaulttext_envelope(content)[3])
            document, vault_id, secret = VaultLib(self._secrets).decrypt_and_get_vault_id(content)
        except AnsibleVaultFormatError:
            raise StoreError(
                f"The token store {path} is damaged: it is not a complete Ansible Vault file. Restore it from a copy."
            ) from None
        except (AnsibleError, ValueError, TypeError, IndexError):
            known = ", ".join(str(name) for name, _secret in self._secrets)
            raise StoreError(
                f"No vault password of this run opens the token store {path} (it asks for vault id {label!r}, the run "
                f"has {known}). Give the password it was encrypted with by {_HOW_TO_GIVE_A_PASSWORD}; "
                f"if that is the one, the file is damaged: restore it from a copy.{self._scripts()}"
            ) from None
        if _is_script(secret):
            Display().warning(
                f"The token store {path} is encrypted with a password that is not secret: "
                f"{_script_problem(vault_id, secret)}. Whoever can read the script can read the store: encrypt the "
                "store with the right password (ansible-vault rekey), and replace the values (regenerate: always)."
            )
        return bytes(document), VaultKey(vault_id, secret, labelled=vault_id == label)

    def encode(self, document: bytes, path: Path, key: VaultKey | None = None) -> tuple[bytes, VaultKey | None]:
        """Make the content of a file.

        Args:
            document: the document.
            path: named in errors.
            key: the key of the file so far, from ``decode`` or an earlier ``encode``. It is used again if the file
                carries its vault id; else the chosen vault id decides, then this key, then the run's first secret.

        Returns:
            The content, and the key it was encrypted with.

        Raises:
            StoreError: there is no password to encrypt with, or it is the text of a script.
        """
        if not self._encrypted:
            return document, None
        used = self.writing_key(f"The token store {path} is not written", key)
        if used is None:
            raise StoreError(
                f"The token store {path} cannot be encrypted: this run has no vault password. Give one with "
                f"{_HOW_TO_GIVE_A_PASSWORD}, or set store_format to plain to keep the values as plain text."
            )
        try:
            content = encrypted(document, used)
        except (AnsibleError, ValueError, TypeError):
            raise StoreError(
                f"The token store {path} cannot be encrypted with vault id {used.vault_id!r}. "
                "Check the vault password of this run."
            ) from None
        return bytes(content), VaultKey(used.vault_id, used.secret)

    def writing_key(self, refused: str, key: VaultKey | None = None) -> VaultKey | None:
        """Choose the key to encrypt with; None if the run has no vault password, or needs none.

        Args:
            refused: what does not happen if the password is refused, as the beginning of the message.
            key: the key of the file so far, see ``encode``.

        Raises:
            StoreError: the password is the text of a script, or the run has none of the chosen vault id.
        """
        if not (self._encrypted and self._secrets):
            return None
        own = key if key is not None and key.labelled else None
        used = own or self._chosen() or key or VaultKey(*self._secrets[0])
        if _is_script(used.secret):
            raise StoreError(f"{refused}: {_script_problem(used.vault_id, used.secret)}, then run this again.")
        return used

    def _chosen(self) -> VaultKey | None:
        if not self._vault_id:
            return None
        for name, secret in self._secrets:
            if name == self._vault_id:
                return VaultKey(name, secret)
        known = ", ".join(str(name) for name, _secret in self._secrets)
        raise StoreError(
            f"No vault password of this run has the vault id {self._vault_id!r} (known: {known}). "
            f"Give it with --vault-id {self._vault_id}@FILE, or choose another."
        )

    def _scripts(self) -> str:
        """What to add to an error if a password of the run is probably not the one that the user means."""
        problems = [_script_problem(name, secret) for name, secret in self._secrets if _is_script(secret)]
        return f" Besides, {problems[0]}." if problems else ""


def _is_script(secret: Any) -> bool:
    return bytes(secret.bytes or b"").lstrip(_BEFORE_SCRIPT).startswith(_SCRIPT)


def _script_problem(vault_id: Any, secret: Any) -> str:
    file = getattr(secret, "filename", None)
    return (
        f"the vault password of vault id {str(vault_id)!r} begins with #!, so it is the text of a script and not what "
        f"the script prints; make the script executable (chmod +x{f' {file}' if file else ''}) or use another password"
    )


def _other_form(path: Path, asked_for_vault: bool) -> str:
    if asked_for_vault:
        return (
            f"The token store {path} is not encrypted. Encrypt it with `ansible-vault encrypt {path}`, "
            "or set store_format to plain to store plain text."
        )
    return (
        f"The token store {path} is encrypted with Ansible Vault, and store_format is plain. Set store_format to "
        f"vault, or decrypt it with `ansible-vault decrypt {path}`."
    )
