# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory ``inet.elastic.paas``: the nodes of all environments as hosts."""

from __future__ import annotations

DOCUMENTATION = r"""
name: paas
author: inet.elastic authors (@inet-elastic)
short_description: Nodes of environments as hosts
version_added: 0.1.0
description:
  - Lists every node of every environment of one or several accounts as a host, by one call of the API for each account.
  - Groups hosts by environment, layer, type of software, status, region and environment group.
  - Sets the variables for the connection through the API (P(inet.elastic.paas_exec#connection)) or through the SSH
    gate of the platform.
  - Nodes of stopped, broken and half-made environments are listed as well. An environment without nodes is an empty
    group.
  - The name of the file must end in C(paas.yml) or C(paas.yaml).
  - In all options other than O(compose), O(groups) and O(keyed_groups) templates are rendered when the inventory is
    read, with lookups and with extra variables (C(-e)). In O(hostname) they are rendered for each host.
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [inet.elastic.paas]
  accounts:
    description:
      - Several accounts, also of several platforms. Each entry has the connection options above and a C(name) for
        messages and for the variable C(paas_account).
      - An entry without C(api_url), C(ca_path) and the like takes the options of the source, then the environment
        variables. Each entry needs credentials of its own, so that no token reaches the platform of another account.
    type: list
    elements: dict
  on_failure:
    description:
      - What to do if an account cannot be read. V(error) fails, and the source adds no host. V(warn) warns and lists
        the hosts of the other accounts.
      - If a source fails, Ansible only warns and goes on without its hosts, unless
        E(ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED) is set.
    type: str
    choices: [error, warn]
    default: error
    env:
      - name: PAAS_INVENTORY_ON_FAILURE
  include:
    description:
      - Names of environments to list, or patterns such as V(shop-*). Case does not matter. If not set, all are listed.
    type: list
    elements: str
    env:
      - name: PAAS_INVENTORY_INCLUDE
  exclude:
    description:
      - Names or patterns of environments to leave out, also if O(include) lists them.
    type: list
    elements: str
    env:
      - name: PAAS_INVENTORY_EXCLUDE
  group_by:
    description:
      - The groups to make, without templates and therefore fast. Characters other than letters, digits and C(_) become
        C(_).
      - V(environment) makes C(environment_shop), V(layer) C(layer_cp), V(type) C(type_nginx), V(status)
        C(status_running), V(region) C(region_eu_1).
      - V(env_group) makes C(env_group_dev_team_a) for the environment group C(dev/team-a), as a child of
        C(env_group_dev).
    type: list
    elements: str
    choices: [environment, layer, type, status, region, env_group]
    default: [environment, layer, type, status, region, env_group]
    env:
      - name: PAAS_INVENTORY_GROUP_BY
  hostname:
    description:
      - A template of the names of hosts, over the variables of the host, such as
        V({{ paas_environment }}-{{ paas_node_id }}). Characters other than letters, digits and C(.-_@) become C(_).
      - By default C(node), the number of the node, C(-) and the domain of its environment, such as
        C(node1001-shop.example.com), which is unique over all accounts and platforms.
      - If two nodes have the same name, the second is left out, and a warning names both.
    type: str
    env:
      - name: PAAS_INVENTORY_HOSTNAME
  connection:
    description:
      - The connection whose variables hosts get.
      - V(api) is P(inet.elastic.paas_exec#connection), which needs no SSH key. Its token is O(session) if that is a
        template or encrypted; otherwise the connection takes E(PAAS_TOKEN). A token that is written into the source as
        plain text is not passed on, because C(ansible-inventory --list) would show it.
      - V(ssh) is the SSH gate C(gate.DOMAIN), port 3022, of the platform, with the user C(NODE-UID) of the
        environment's owner. Privilege escalation is turned off on nodes of certified stacks, which have no C(sudo) for
        it. O(compose) replaces any of these variables.
      - V(none) sets no such variable.
    type: str
    choices: [api, ssh, none]
    default: api
    env:
      - name: PAAS_INVENTORY_CONNECTION
notes:
  - The variables of a host are C(paas_environment), C(paas_environment_status), C(paas_domain), C(paas_region),
    C(paas_env_groups) and C(paas_owner_uid) of the environment; C(paas_node_id), C(paas_node_group), C(paas_node_type),
    C(paas_image), C(paas_tag), C(paas_display_name), C(paas_fixed_cloudlets), C(paas_flexible_cloudlets),
    C(paas_status), C(paas_is_master), C(paas_internal_ip), C(paas_external_ips) and C(paas_url) of the node;
    C(paas_api_url) and C(paas_account) of the account. They have the values of the options and results of
    M(inet.elastic.paas_environment).
  - The cache has no secret. Another account, address, O(include) or O(exclude) has another entry.
    C(--flush-cache) and C(refresh_inventory) of M(ansible.builtin.meta) call the API again.
  - Values of the platform are never rendered as templates.
seealso:
  - module: inet.elastic.paas_environment_info
extends_documentation_fragment:
  - inet.elastic._inventory_account
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
"""

EXAMPLES = r"""
# fmt: code
# The account of PAAS_API_URL and PAAS_TOKEN; hosts are reached through the API
plugin: inet.elastic.paas

---
# Some environments through SSH, kept for an hour
plugin: inet.elastic.paas
api_url: https://app.example.com
session: "{{ lookup('ansible.builtin.env', 'SHOP_TOKEN') }}"
include: [shop-*]
exclude: ["*-old"]
connection: ssh
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/paas-inventory
cache_timeout: 3600

---
# Two accounts; if one of them cannot be read, the hosts of the other are listed
plugin: inet.elastic.paas
on_failure: warn
accounts:
  - name: production
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'inventory', store='tokens.yml') }}"
  - name: staging
    api_url: https://app.example.net
    session: "{{ lookup('ansible.builtin.env', 'STAGING_TOKEN') }}"

---
# Names, groups and variables of your own
plugin: inet.elastic.paas
hostname: "{{ paas_environment }}-{{ paas_node_group }}-{{ paas_node_id }}"
group_by: [environment, layer]
compose:
  ansible_user: "'root'"
groups:
  masters: paas_is_master
keyed_groups:
  - key: paas_flexible_cloudlets
    prefix: cloudlets
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._engine.suggestions import did_you_mean
from ansible_collections.inet.elastic.plugins.module_utils._resources.inventory import (
    INVENTORY,
    Connection,
    Groups,
    InventoryHost,
    Record,
    Selection,
    host_name,
    inventory_hosts,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._inventory_accounts import (
    AccountError,
    InventoryAccount,
    account_of,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._templates import as_data, as_template, is_reference
from ansible_collections.inet.elastic.plugins.plugin_utils._untagged import untagged

# Options whose templates and expressions are evaluated for each host.
_FOR_HOSTS = ("hostname", "compose", "groups", "keyed_groups")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory plugin."""

    NAME = "inet.elastic.paas"
    _given: Mapping[str, Any] = {}
    _rendered: Mapping[str, Any] = {}
    _numbers_as_text = False

    def verify_file(self, path: str) -> bool:
        """Return whether a file is a source of this plugin, by its name."""
        return bool(super().verify_file(path)) and path.endswith(("paas.yml", "paas.yaml"))

    def set_options(self, task_keys: Any = None, var_options: Any = None, direct: Any = None) -> None:
        """Render the options of the source before core checks their types."""
        if direct is None:
            super().set_options(task_keys=task_keys, var_options=var_options)
            return
        self._given = direct
        known = {
            name
            for option, definition in self.option_definitions.items()
            for name in (option, *definition.get("aliases", ()))
        }
        for name in self._given:
            if name not in known:
                advice = did_you_mean(str(name), known) or f"available: {', '.join(sorted(known))}"
                raise AnsibleParserError(f"{name} is not an option of {self.NAME}; {advice}")
        self.templar.available_variables = self._vars
        self._rendered = {
            name: value if name in _FOR_HOSTS else self._render(value, name) for name, value in self._given.items()
        }
        super().set_options(task_keys=task_keys, var_options=var_options, direct=self._rendered)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the hosts of all accounts, after all accounts were read.

        Raises:
            AnsibleParserError: an option is not valid, or an account cannot be read.
        """
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        try:
            selection = INVENTORY.desired({name: self.get_option(name) for name in ("include", "exclude")})
        except InputError as error:
            raise AnsibleParserError(str(error)) from None
        read = self._read_accounts(selection, cache)
        groups = Groups(tuple(self.get_option("group_by") or ()), self.display.warning)
        labels: dict[str, str] = {}
        for account, token, records in read:
            self._add_account(account, token, records, groups, labels)
        for group, parent in groups.parents.items():
            self.inventory.add_group(group)
            if parent:
                self.inventory.add_child(parent, group)

    # -- accounts -----------------------------------------------------------------------------------------------

    def _render(self, value: Any, where: str) -> Any:
        if isinstance(value, Mapping):
            return {name: self._render(item, f"{where}.{name}") for name, item in value.items()}
        if isinstance(value, list):
            return [self._render(item, f"{where}[{index}]") for index, item in enumerate(value)]
        try:
            return untagged(self.templar.template(value))
        except AnsibleError as error:
            raise AnsibleParserError(f"{where}: the template cannot be rendered: {error}") from None

    def _read_accounts(self, selection: Selection, cache: bool) -> list[tuple[InventoryAccount, Any, list[Record]]]:
        """Return the accounts that were read, each with the reference to its token and its records."""
        entries = self._rendered.get("accounts")
        sources: list[tuple[str | None, Any, Any]] = [(None, {}, self._given)]
        if entries is not None:
            if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
                raise AnsibleParserError("accounts must be a list of mappings, such as accounts: [{name: production}]")
            # The list can be one template; then the accounts have no templates of their own.
            written = self._given["accounts"] if isinstance(self._given["accounts"], list) else entries
            sources = [(f"accounts[{index}]", entry, written[index]) for index, entry in enumerate(entries)]
        read = []
        for where, entry, given in sources:
            try:
                account = account_of(entry, self._rendered, where)
                read.append((account, self._token(account, given), self._records(account, selection, cache)))
            except AccountError as error:
                if self.get_option("on_failure") == "error":
                    raise AnsibleParserError(str(error)) from None
                self.display.warning(f"{error}; its hosts are missing (on_failure: warn)")
        return read

    def _records(self, account: InventoryAccount, selection: Selection, cache: bool) -> list[Record]:
        if not self.get_option("cache"):
            return account.read(selection, self.display.warning)
        key = f"{self.NAME}_{account.cache_key(selection)}"
        if cache and key in self._cache:
            cached: list[Record] = self._cache[key]
            return cached
        records = account.read(selection, self.display.warning)
        self._cache[key] = records
        return records

    def _token(self, account: InventoryAccount, given: Mapping[str, Any]) -> Any:
        """Return the reference to the token of hosts; None: the connection takes the token from the environment."""
        token = given.get("session") or given.get("token")
        if self.get_option("connection") != "api" or not token:
            return None
        if is_reference(token):
            return token
        self.display.warning(
            f"{account.label}: session is plain text, so it is not passed to the hosts; write it as a template such as "
            "{{ lookup('ansible.builtin.env', 'NAME') }}, encrypt it with Ansible Vault, or set PAAS_TOKEN"
        )
        return None

    # -- hosts --------------------------------------------------------------------------------------------------

    def _add_account(
        self, account: InventoryAccount, token: Any, records: list[Record], groups: Groups, labels: dict[str, str]
    ) -> None:
        connection = Connection(self.get_option("connection"), account.api_url, account.host_variables())
        reference = {"ansible_paas_token": token} if token else {}
        for host in inventory_hosts(records, groups, connection, account.name):
            variables = as_data(host.variables)
            name = self._host_name(host, variables)
            label = f"{host.label} ({account.label})"
            if name in labels:
                self.display.warning(
                    f"{labels[name]} and {label} have the same host name {name}; the second is left out: give hostname "
                    "a template that tells them apart"
                )
                continue
            labels[name] = label
            self._add_host(name, {**variables, **reference}, host.groups)

    def _host_name(self, host: InventoryHost, variables: dict[str, Any]) -> str:
        template = self.get_option("hostname")
        if not template:
            return host.name
        self.templar.available_variables = variables
        try:
            name = host_name(str(self.templar.template(as_template(template))).strip())
        except AnsibleError as error:
            raise AnsibleParserError(f"hostname: the template cannot be rendered for {host.label}: {error}") from None
        if not name:
            raise AnsibleParserError(f"hostname is empty for {host.label}; use variables that all hosts have")
        return name

    def _add_host(self, name: str, variables: dict[str, Any], groups: tuple[str, ...]) -> None:
        self.inventory.add_host(name)
        for variable, value in variables.items():
            self.inventory.set_variable(name, variable, value)
        for group in groups:
            self.inventory.add_group(group)
            self.inventory.add_child(group, name)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, name, strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict)
        self._numbers_as_text = True
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict)
        self._numbers_as_text = False

    def _compose(self, *arguments: Any, **options: Any) -> Any:
        """Evaluate an expression; for the key of a group a number is its text, which core would refuse."""
        value = super()._compose(*arguments, **options)
        return _with_text(value) if self._numbers_as_text else value


def _with_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_text(item) for item in value]
    return str(value) if isinstance(value, (bool, int, float)) else value
