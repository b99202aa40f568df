# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The accounts of an inventory source: their options, their keys in the cache, and reading them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.inet.elastic.plugins.module_utils._client.addresses import bare_address
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError, PaasError, require
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import base_url
from ansible_collections.inet.elastic.plugins.module_utils._engine.arguments import checked
from ansible_collections.inet.elastic.plugins.module_utils._engine.connection import VARIABLES, resolved
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed, execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task
from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION, aliases_of
from ansible_collections.inet.elastic.plugins.module_utils._resources.inventory import (
    INVENTORY,
    RECORD_VERSION,
    Record,
    Selection,
)
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec, make_client

CREDENTIALS = ("session", "login", "password", "otp", "otp_secret")
_SPEC = {"name": {"type": "str"}, **CONNECTION}
# Options of the connection that hosts need as well, and the variables that the connection plugin reads.
_HOST_VARIABLES = {name: f"ansible_paas_{name}" for name in ("ca_path", "validate_certs", "allow_http")}


class AccountError(Exception):
    """An account could not be read; the message names the account and its address, and has no secret."""


@dataclass(frozen=True)
class InventoryAccount:
    """An account with its connection options, checked and with defaults."""

    name: str | None
    options: Mapping[str, Any] = field(repr=False)

    @property
    def label(self) -> str:
        """How messages name the account."""
        return account_label(self.name or self.options.get("login"), self.api_url)

    @property
    def api_url(self) -> str:
        """The address without a slash at its end, and without a password."""
        url: str = base_url(self.options["api_url"], allow_http=self.options["allow_http"])
        return url

    def cache_key(self, selection: Selection) -> str:
        """Return the key of the account's records: another account, address or selection has another key.

        Tokens have 160 random bits, so nobody finds a token by its hash. A password is no part of the key.
        """
        session = "" if self.options.get("login") else self.options.get("session")
        identity = [RECORD_VERSION, self.api_url, self.options.get("login"), session]
        parts = json.dumps([*identity, selection.include, selection.exclude])
        return hashlib.sha256(parts.encode()).hexdigest()[:32]

    def host_variables(self) -> dict[str, Any]:
        """Return the variables of the connection that are equal for all hosts; none of them is secret."""
        given = {name: self.options.get(name) for name in _HOST_VARIABLES}
        changed = {name: value for name, value in given.items() if value != CONNECTION[name].get("default")}
        return {"ansible_paas_api_url": self.api_url, **{_HOST_VARIABLES[name]: changed[name] for name in changed}}

    def read(self, selection: Selection, warn: Callable[[str], None]) -> list[Record]:
        """Read the account's environments by one GetEnvs.

        Raises:
            AccountError: the platform cannot be reached, or refused.
        """
        try:
            client = make_client(self.options)
            patterns = {"include": list(selection.include), "exclude": list(selection.exclude)}
            result = execute(INVENTORY, Task({**self.options, **patterns}, client, warn=warn))
        except PaasError as error:
            raise AccountError(f"{self.label}: {error}") from None
        except Failed as failure:
            raise AccountError(f"{self.label}: {failure.result['msg']}") from None
        records: list[Record] = result["records"]
        return records


def account_label(name: str | None, api_url: str | None) -> str:
    """Return how messages name an account."""
    address = bare_address(api_url)
    return f"{f'account {name!r}' if name else 'the account'}{f' at {address}' if address else ''}"


def account_of(entry: Mapping[str, Any], shared: Mapping[str, Any], where: str | None = None) -> InventoryAccount:
    """Return an account from its rendered options.

    Args:
        entry: an entry of ``accounts``, or the options beside it if there are no accounts.
        shared: the options beside ``accounts``, for what the entry does not give, except credentials.
        where: the path of the entry; None for the options themselves.

    Raises:
        AccountError: an option is missing or not valid.
    """
    variables = dict(os.environ)
    beside = {name: value for name, value in shared.items() if name in CONNECTION or name in _ALIASES}
    if where is None:
        entry = beside
    else:
        # A token belongs to one platform: it is never sent to the address of another account.
        variables = {name: value for name, value in variables.items() if name not in _CREDENTIAL_VARIABLES}
        entry = {**{name: value for name, value in beside.items() if name not in _CREDENTIAL_NAMES}, **entry}
    misplaced = sorted(_CREDENTIAL_NAMES & set(beside)) if where else []
    try:
        require(
            not misplaced, f"{', '.join(misplaced)} beside accounts is not used; give it in the entries of accounts"
        )
        given, _warnings = checked(resolved(entry, variables), _SPEC)
        result = ArgumentSpecValidator(argument_spec(_SPEC)).validate(given)
        require(not result.error_messages, "; ".join(result.error_messages))
        options = result.validated_parameters
        require(options.get("session") or options.get("login"), _no_credentials(where))
        account = InventoryAccount(options.pop("name", None), options)
        require(account.api_url, "api_url is missing")
    except InputError as error:
        name = entry.get("name") or entry.get("login")
        place = account_label(str(name) if name else None, entry.get("api_url") or variables.get("PAAS_API_URL"))
        raise AccountError(f"{place if where is None else f'{where} ({place})'}: {error}") from None
    return account


_ALIASES = aliases_of(CONNECTION)
_CREDENTIAL_NAMES = frozenset({*CREDENTIALS, "token"})
_CREDENTIAL_VARIABLES = frozenset(VARIABLES[name] for name in CREDENTIALS)


def _no_credentials(where: str | None) -> str:
    if where is None:
        return "give a token as session (PAAS_TOKEN), or login and password (PAAS_LOGIN, PAAS_PASSWORD)"
    return (
        "give session, or login and password, of this account; environment variables add none to an entry of accounts"
    )
