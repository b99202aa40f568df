# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vault of the token store: which password opens it, which one it is closed with, and what goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible import constants
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import AnsibleVaultError, VaultLib, VaultSecret, get_file_vault_secret
from ansible.utils.display import Display

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import (
    StoreEntry,
    StoreError,
    TokenStore,
    vault_from_loader,
)

VALUE = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
ENTRY = StoreEntry(key="deploy-bot", value=VALUE)
OTHER = StoreEntry(key="other", value="y")
FIRST, SECOND, THIRD = "first password", "second password", "third password"


def vault(*secrets: tuple[str, str]) -> VaultLib:
    return VaultLib([(name, VaultSecret(password.encode())) for name, password in secrets])


def store(path: Path, *secrets: tuple[str, str], vault_id: str | None = None, fmt: str = "vault") -> TokenStore:
    return TokenStore(path, vault=vault(*secrets), vault_id=vault_id, fmt=fmt)


def put(tokens: TokenStore, entry: StoreEntry = ENTRY) -> None:
    with tokens.transaction() as held:
        held.put(entry)


def header(path: Path) -> str:
    return path.read_text(encoding="ascii").splitlines()[0]


def opens(path: Path, password: str) -> bool:
    try:
        return bool(vault(("any", password)).decrypt(path.read_bytes()))
    except AnsibleVaultError:
        return False


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.yml"


V11, V12 = "$ANSIBLE_VAULT;1.1;AES256", "$ANSIBLE_VAULT;1.2;AES256;"


def test_a_new_file_takes_the_first_secret(path: Path) -> None:
    put(store(path, ("prod", FIRST), ("dev", SECOND)))
    assert header(path) == V12 + "prod"
    assert opens(path, FIRST)


def test_a_new_file_takes_the_chosen_vault_id(path: Path) -> None:
    put(store(path, ("prod", FIRST), ("dev", SECOND), vault_id="dev"))
    assert header(path) == V12 + "dev"
    assert opens(path, SECOND)


def test_a_new_file_follows_the_setting_of_core(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DEFAULT_VAULT_ENCRYPT_IDENTITY", "dev")
    put(store(path, ("prod", FIRST), ("dev", SECOND)))
    assert header(path) == V12 + "dev"


def test_a_rewrite_keeps_the_vault_id_of_the_file(path: Path) -> None:
    put(store(path, ("dev", SECOND)))
    put(store(path, ("prod", FIRST), ("dev", SECOND), vault_id="prod"), OTHER)
    assert header(path) == V12 + "dev"
    assert opens(path, SECOND)
    assert store(path, ("dev", SECOND)).read() == {"deploy-bot": ENTRY, "other": OTHER}


def test_a_rewrite_keeps_the_password_among_several_of_one_vault_id(path: Path) -> None:
    put(store(path, ("dev", SECOND)))
    put(store(path, ("dev", FIRST), ("dev", SECOND)), OTHER)
    assert opens(path, SECOND)


def test_a_file_without_vault_id_stays_so(path: Path) -> None:
    put(store(path, ("default", FIRST)))
    put(store(path, ("dev", SECOND), ("default", FIRST)), OTHER)
    assert header(path) == V11
    assert opens(path, FIRST)


def test_another_vault_id_with_the_right_password_opens_the_file(path: Path) -> None:
    put(store(path, ("old", FIRST)))
    tokens = store(path, ("dev", SECOND), ("new", FIRST))
    assert tokens.read() == {"deploy-bot": ENTRY}
    put(tokens, OTHER)
    # Not silently the first secret: those who could open the file still can.
    assert header(path) == V12 + "new"
    assert opens(path, FIRST)


def test_a_chosen_vault_id_replaces_one_that_the_run_does_not_have(path: Path) -> None:
    put(store(path, ("old", FIRST)))
    put(store(path, ("dev", SECOND), ("new", FIRST), vault_id="dev"), OTHER)
    assert header(path) == V12 + "dev"
    assert opens(path, SECOND)


def refused(tokens: TokenStore, *parts: str) -> None:
    with pytest.raises(StoreError) as error, tokens.transaction() as held:
        held.reserve()
    message = str(error.value)
    assert error.value.__context__ is None or error.value.__suppress_context__
    assert "\n" not in message
    for secret in (VALUE, FIRST, SECOND, THIRD):
        assert secret not in message
    for part in parts:
        assert part in message


def test_unknown_vault_id(path: Path) -> None:
    refused(store(path, ("prod", FIRST), vault_id="dev"), "vault id 'dev'", "known: prod", "--vault-id dev@FILE")
    assert not path.exists()
    put(store(path, ("prod", FIRST)))
    assert store(path, ("prod", FIRST), vault_id="dev").read() == {"deploy-bot": ENTRY}


def test_wrong_password(path: Path) -> None:
    put(store(path, ("prod", FIRST)))
    before = path.read_bytes()
    refused(store(path, ("dev", SECOND), ("x", THIRD)), str(path), "vault id 'prod'", "has dev, x", "--vault-id")
    with pytest.raises(StoreError, match="No vault password of this run opens"):
        store(path, ("prod", SECOND)).read()
    assert path.read_bytes() == before


def test_no_password(path: Path) -> None:
    refused(store(path), str(path), "has no vault password", "--vault-password-file", "store_format to plain")
    refused(TokenStore(path), "has no vault password")
    assert not path.exists()
    put(store(path, ("prod", FIRST)))
    refused(TokenStore(path), str(path), "is encrypted, and this run has no vault password", "--ask-vault-pass")


def test_plain_where_vault_is_asked_for(path: Path) -> None:
    put(store(path, fmt="plain"))
    before = path.read_bytes()
    refused(store(path, ("prod", FIRST)), f"`ansible-vault encrypt {path}`", "store_format to plain")
    assert path.read_bytes() == before


def test_vault_where_plain_is_asked_for(path: Path) -> None:
    put(store(path, ("prod", FIRST)))
    before = path.read_bytes()
    refused(store(path, ("prod", FIRST), fmt="plain"), "store_format to vault", f"`ansible-vault decrypt {path}`")
    assert path.read_bytes() == before


@pytest.mark.parametrize("fmt", ["vault", "plain"])
@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_empty_file(path: Path, fmt: str, content: bytes) -> None:
    path.write_bytes(content)
    refused(store(path, ("prod", FIRST), fmt=fmt), str(path), "is an empty file", "Restore it from a copy")
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:40],
        lambda content: content[:-3],
        lambda content: content.splitlines()[0],
        lambda content: b"$ANSIBLE_VAULT\n",
        lambda content: b"$ANSIBLE_VAULT;1.1;ROT13\n" + content.split(b"\n", 1)[1],
        lambda content: content.replace(b"\n3", b"\nz", 1),
        lambda content: content[:200] + b"\xff\xfe" + content[202:],
        lambda content: content[:-20] + b"3" * 19 + b"\n",
    ],
)
def test_damage(path: Path, damage: object) -> None:
    put(store(path, ("default", FIRST)))
    assert callable(damage)
    content = damage(path.read_bytes())
    path.write_bytes(content)
    refused(store(path, ("default", FIRST)), str(path), "damaged", "estore it from a copy")
    assert path.read_bytes() == content


def test_vault_of_the_run() -> None:
    loader = DataLoader()
    assert vault_from_loader(loader) is None
    assert vault_from_loader(None) is None
    loader.set_vault_secrets([("prod", VaultSecret(FIRST.encode()))])
    found = vault_from_loader(loader)
    assert found is not None
    assert [(name, secret.bytes) for name, secret in found.secrets] == [("prod", FIRST.encode())]


def test_a_file_made_by_ansible_vault_opens(path: Path) -> None:
    path.write_bytes(vault(("prod", FIRST)).encrypt(b"version: 1\ntokens:\n  a:\n    value: x\n", vault_id="prod"))
    assert store(path, ("prod", FIRST)).read() == {"a": StoreEntry("a", value="x")}


SCRIPT = "#!/bin/sh\nexec pass show ansible/vault"


def script_problem(vault_id: str, command: str = "chmod +x") -> str:
    return (
        f"the vault password of vault id '{vault_id}' begins with #!, so it is the text of a script and not what the "
        f"script prints; make the script executable ({command}) or use another password"
    )


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, message, **_options: lines.append(message))
    return lines


@pytest.mark.parametrize("text", [SCRIPT, "#! /usr/bin/env python3", "\ufeff#!/bin/bash", " \n#!/bin/sh"])
@pytest.mark.parametrize("method", ["transaction", "preview"])
def test_the_text_of_a_script_is_refused_before_anything_is_done(path: Path, text: str, method: str) -> None:
    tokens = store(path, ("prod", text))
    with pytest.raises(StoreError) as error:
        if method == "preview":
            tokens.preview()
        else:
            with tokens.transaction():
                pytest.fail("the block was entered, in which the platform would be called")
    assert str(error.value) == f"The token store {path} is not written: {script_problem('prod')}, then run this again."
    assert not path.exists()


def test_a_password_script_without_its_run_bit_is_named(path: Path) -> None:
    script = path.parent / "vault-password.sh"
    script.write_text(SCRIPT + "\n", encoding="utf-8")
    secret = get_file_vault_secret(filename=str(script), loader=DataLoader())
    secret.load()
    with pytest.raises(StoreError) as error, TokenStore(path, vault=VaultLib([("default", secret)])).transaction():
        pass
    assert script_problem("default", f"chmod +x {script}") in str(error.value)
    assert "pass show" not in str(error.value)
    script.write_text("#!/bin/sh\necho what the script prints\n", encoding="utf-8")
    script.chmod(0o700)
    secret = get_file_vault_secret(filename=str(script), loader=DataLoader())
    secret.load()
    put(TokenStore(path, vault=VaultLib([("default", secret)])))
    assert opens(path, "what the script prints")


def test_only_the_password_that_is_used_counts(path: Path, warnings: list[str]) -> None:
    put(store(path, ("prod", FIRST), ("dev", SCRIPT)))
    put(store(path, ("dev", SCRIPT), ("prod", FIRST)), OTHER)
    assert store(path, ("dev", SCRIPT), ("prod", FIRST)).read() == {"deploy-bot": ENTRY, "other": OTHER}
    assert opens(path, FIRST)
    put(TokenStore(path.parent / "plain.yml", vault=vault(("dev", SCRIPT)), fmt="plain"))
    assert warnings == []


def test_a_store_that_is_encrypted_with_the_text_of_a_script_is_read_with_a_warning(
    path: Path, warnings: list[str]
) -> None:
    path.write_bytes(vault(("prod", SCRIPT)).encrypt(b"version: 1\ntokens:\n  a:\n    value: x\n", vault_id="prod"))
    before = path.read_bytes()
    assert store(path, ("prod", SCRIPT)).read() == {"a": StoreEntry("a", value="x")}
    assert warnings == [
        f"The token store {path} is encrypted with a password that is not secret: {script_problem('prod')}. Whoever "
        "can read the script can read the store: encrypt the store with the right password (ansible-vault rekey), and "
        "replace the values (regenerate: always)."
    ]
    refused(store(path, ("prod", SCRIPT)), "is not written", "chmod +x")
    assert path.read_bytes() == before


def test_a_store_that_the_text_of_a_script_does_not_open_says_so(path: Path) -> None:
    put(store(path, ("prod", FIRST)))
    with pytest.raises(StoreError) as error:
        store(path, ("prod", SCRIPT)).read()
    assert str(error.value).endswith(f"restore it from a copy. Besides, {script_problem('prod')}.")
    with pytest.raises(StoreError) as error:
        store(path, ("prod", SECOND)).read()
    assert str(error.value).endswith("restore it from a copy.")
