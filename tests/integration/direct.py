# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow of a task without Ansible around it: over real HTTP, in this process, quick enough for tables of cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed, execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource, Task
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec, make_client
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import TokenStore
from tests.integration.support import Emulator

VAULT_PASSWORD = "a vault password of tests"


def open_store(path: Path) -> TokenStore:
    """A store that is encrypted with the tests' vault password."""
    return TokenStore(str(path), vault=VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))]))


def options_of(resource: Resource[Any, Any], emulator: Emulator, **options: Any) -> dict[str, Any]:
    """Options as a module gets them, with the account's credentials."""
    account = {"api_url": emulator.url, "login": emulator.account.login, "password": emulator.account.password}
    spec = resource.spec
    checked = ArgumentSpecValidator(argument_spec(spec.options), **spec.rules).validate({**account, **options})
    assert not checked.error_messages, checked.error_messages
    validated: dict[str, Any] = checked.validated_parameters
    return validated


def perform(
    resource: Resource[Any, Any], emulator: Emulator, *, store: Path | None = None, check: bool = False, **options: Any
) -> dict[str, Any]:
    """Run one task; Failed where it fails."""
    if store:
        options["store"] = str(store)
    validated = options_of(resource, emulator, **options)
    task = Task(
        options=validated,
        client=make_client(validated),
        check_mode=check,
        store=open_store(store) if store else None,
    )
    return execute(resource, task)


__all__ = ["Failed", "open_store", "options_of", "perform"]
