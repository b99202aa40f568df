# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup ``inet.elastic.paas_token``: read values of personal access tokens from the token store."""

from __future__ import annotations

DOCUMENTATION = r"""
name: paas_token
author: inet.elastic authors (@inet-elastic)
short_description: Read personal access tokens from the token store
version_added: 0.1.0
description:
  - Returns the values of personal access tokens that M(inet.elastic.paas_token) has put into the token store.
    A value serves as the O(inet.elastic.paas_environment#module:session) of later tasks.
  - The store is a YAML file on the controller, encrypted with Ansible Vault. It is opened with the vault passwords of
    the run, once per call, however many tokens are requested.
  - If no store is set, the lookup returns the value of the environment variable E(PAAS_TOKEN), where automation
    controllers put a credential. Then at most one token can be requested, and its name does not matter.
  - Values never become part of a message, at any verbosity.
  - With C(--check) a token that is not in the store yet is not an error, because the task that creates it has only
    predicted it. The lookup warns and returns a placeholder. A task of this collection with the placeholder as its
    session makes no call and is skipped.
options:
  _terms:
    description:
      - Keys of the tokens in the store, or their descriptions. An equal key is preferred to an equal description.
      - If several entries have the description, the lookup fails and lists their keys.
      - Optional if the value of E(PAAS_TOKEN) is returned.
    type: list
    elements: str
  store:
    description:
      - Path of the token store. C(~), C($NAME) and C(${NAME}) are expanded, and a relative path starts at the directory
        of the playbook, wherever it was set. M(inet.elastic.paas_token) resolves its path in the same way.
      - A store that is set but does not exist has no tokens; E(PAAS_TOKEN) is not used then.
    type: str
    ini:
      - section: inet_elastic
        key: token_store
    env:
      - name: PAAS_TOKEN_STORE
    vars:
      - name: paas_token_store
  store_format:
    description:
      - V(vault) reads a file that is encrypted with Ansible Vault, V(plain) reads a file that is not encrypted.
      - The lookup fails if the file has the other format.
    type: str
    choices: [vault, plain]
    default: vault
    ini:
      - section: inet_elastic
        key: token_store_format
    env:
      - name: PAAS_TOKEN_STORE_FORMAT
    vars:
      - name: paas_token_store_format
  on_missing:
    description:
      - What to do if a token is not in the store.
      - V(error) fails, V(warn) warns and returns nothing for that token, V(skip) returns nothing for it silently.
      - A token in the store that cannot be used (its value is not known, or it expires too soon) is always an error.
    type: str
    choices: [error, warn, skip]
    default: error
    ini:
      - section: inet_elastic
        key: token_on_missing
    env:
      - name: PAAS_TOKEN_ON_MISSING
    vars:
      - name: paas_token_on_missing
  min_validity:
    description:
      - How long a token must still be valid, for example V(1h), V(7d) or a number of seconds.
      - V(0) refuses only tokens that have expired.
      - The end of validity of E(PAAS_TOKEN) is not known, so it is not checked.
    type: str
    default: '0'
    ini:
      - section: inet_elastic
        key: token_min_validity
    env:
      - name: PAAS_TOKEN_MIN_VALIDITY
    vars:
      - name: paas_token_min_validity
  account:
    description:
      - Only consider tokens of this account, as the store has it (login, e-mail or uid).
    type: str
  api_url:
    description:
      - Address of the platform that the value is for. If the token in the store is for another address, the lookup
        fails and names both, so that no value is sent to another platform.
      - A token without an address in the store is used for every address.
      - Case, default ports, a dot after the host and slashes at the end do not matter.
      - A lookup does not see the O(inet.elastic.paas_environment#module:api_url) of its task. Give the address here, or
        as the variable or environment variable below, if several platforms are in use.
    type: str
    env:
      - name: PAAS_API_URL
    vars:
      - name: paas_api_url
notes:
  - The result of C(lookup) is one text, with commas between several values. Use C(query) for a list.
  - With O(on_missing=skip) and nothing found, C(query) returns an empty list.
seealso:
  - module: inet.elastic.paas_token
  - module: inet.elastic.paas_tokens
"""

EXAMPLES = r"""
- name: Stop an environment with a stored token
  inet.elastic.paas_environment:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot', store='tokens.yml') }}"
    name: my-env
    state: stopped

- name: Use the store named by PAAS_TOKEN_STORE, and only a token that is valid for another hour
  inet.elastic.paas_environment_info:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot', min_validity='1h') }}"

- name: Count those of three tokens that are stored
  ansible.builtin.debug:
    msg: "{{ query('inet.elastic.paas_token', 'deploy-bot', 'backup-bot', 'old-bot', on_missing='skip') | length }}"
"""

RETURN = r"""
_raw:
  description:
    - Values of the tokens, in the order of the terms.
  type: list
  elements: str
"""

import datetime
import os
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import PaasError
from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import parse_duration, utc_now
from ansible_collections.inet.elastic.plugins.module_utils._engine.exact_text import exact_text
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import PREDICTED_TOKEN
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.query import (
    find_for,
    not_found,
    of_account,
    usable_value,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.settings import SOURCES, configured
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import (
    StoreError,
    TokenStore,
    resolve_store_path,
    vault_from_loader,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._untagged import untagged

_FROM_CORE = {"wantlist", "errors"}
_NO_STORE = (
    "No token store is set. Set store, PAAS_TOKEN_STORE, or token_store in the section inet_elastic of ansible.cfg; "
    "or put a token into the environment variable PAAS_TOKEN."
)
_ONE_TOKEN = (
    "PAAS_TOKEN holds one token, and no token store is set. Ask for one token only, or set store or PAAS_TOKEN_STORE."
)
_PREDICTED = (
    "Check mode: the token store {path} has no token {name!r} yet. A placeholder stands for its value, and a task that "
    "uses it as its session is skipped."
)
_NO_TERMS = "The name of a token is missing. Give the key or the description of a token in the store."


class LookupModule(LookupBase):
    """Returns values of tokens."""

    _checking = False
    _settings: Mapping[str, str | None] = {}

    def run(self, terms: list[Any], variables: Mapping[str, Any] | None = None, **kwargs: Any) -> list[str]:
        """Return the values of the tokens that the terms name.

        Raises:
            AnsibleLookupError: the message is one line and never contains a value.
        """
        try:
            self._read_options(variables or {}, kwargs)
            names = [exact_text(untagged(term), "the name of the token") for term in self._flatten(terms)]
            store = self._settings["store"]
            return self._from_store(store, names) if store else self._from_environment(names)
        except (PaasError, ValueError) as exc:
            raise AnsibleLookupError(str(exc)) from None

    def _read_options(self, variables: Mapping[str, Any], given: dict[str, Any]) -> None:
        definitions = self.option_definitions
        unknown = sorted(set(given) - set(definitions) - _FROM_CORE)
        if unknown:
            known = ", ".join(sorted(set(definitions) - {"_terms"}))
            raise AnsibleLookupError(f"Unknown option of this lookup: {', '.join(unknown)}. Available: {known}.")
        # Core 2.16 passes variables with their templates, core 2.19 and later with templates rendered.
        render = self._templar.template if self._templar is not None else str
        own = {
            source["name"]: render(variables[source["name"]])
            for definition in definitions.values()
            for source in definition.get("vars") or []
            if source["name"] in variables
        }
        own = {name: value for name, value in own.items() if value not in ("", None)}
        self._checking = boolean(render(variables.get("ansible_check_mode", False)), strict=False)
        self._settings = {name: configured(name, given.get(name), own, lambda value: value) for name in SOURCES}
        # An empty value counts as not given, so that `store=x | default('')` works.
        direct = {name: value for name, value in given.items() if value not in ("", None)}
        self.set_options(var_options=own, direct=direct)

    def _from_store(self, store: str, names: list[str]) -> list[str]:
        if not names:
            raise StoreError(_NO_TERMS)
        min_validity = self._min_validity()
        path = resolve_store_path(self._loader, store)
        vault = vault_from_loader(self._loader)
        tokens = TokenStore(path, vault=vault, fmt=self._settings["store_format"] or "vault")
        entries = of_account(tokens.read(directory_optional=self._checking), self.get_option("account"))
        now = utc_now()
        values = []
        for name in names:
            entry = find_for(entries, name, self._settings["api_url"], path)
            if entry is not None:
                values.append(usable_value(entry, now, min_validity))
            elif self._checking and self.get_option("on_missing") == "error":
                Display().warning(_PREDICTED.format(path=path, name=name))
                values.append(PREDICTED_TOKEN)
            else:
                self._missing(not_found(entries, name, path))
        return values

    def _min_validity(self) -> datetime.timedelta:
        try:
            return parse_duration(self.get_option("min_validity"))
        except ValueError as exc:
            raise StoreError(f"Invalid min_validity: {exc}.") from None

    def _from_environment(self, names: list[str]) -> list[str]:
        value = os.environ.get("PAAS_TOKEN", "").strip()
        if not value:
            self._missing(_NO_STORE)
            return []
        if len(names) > 1:
            raise StoreError(_ONE_TOKEN)
        return [value]

    def _missing(self, message: str) -> None:
        how = self.get_option("on_missing")
        if how == "error":
            raise StoreError(message)
        if how == "warn":
            Display().warning(message)
