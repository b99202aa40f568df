#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One personal access token as declared state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_token
short_description: Manage a personal access token of an iNET.elastic account
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Generate, edit, copy, regenerate and remove personal access tokens of the iNET.elastic platform
    (Virtuozzo Application Platform, formerly Jelastic).
  - The platform shows the value of a token only once. So a new value is written to an encrypted store at once, or
    handed back when O(return_value=true); where neither is asked for, the module refuses to create a value that would
    be lost.
  - A token is found again by its O(description), or by its O(id).
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.changes
  - inet.elastic._connection
attributes:
  async:
    support: partial
    details:
      - Not together with O(store), which is kept on the controller by the process of the task.
  idempotent:
    support: partial
    details:
      - O(regenerate=always) replaces the value on every run.
options:
  description:
    description:
      - Description of the token, by which it is found again.
      - Together with O(id) it is the token's new description.
    type: str
    aliases: [name]
  id:
    description:
      - Number of the token on the platform; for telling tokens with equal descriptions apart, and for renaming.
    type: int
  descriptions:
    description:
      - Descriptions of tokens to remove in one call, with O(state=absent).
    type: list
    elements: str
  ids:
    description:
      - Numbers of tokens to remove in one call, with O(state=absent).
    type: list
    elements: int
  state:
    description:
      - Whether the token should exist. Removing a token that does not exist is not an error.
    type: str
    choices: [present, absent]
    default: present
  template:
    description:
      - Name of a predefined set of API methods, such as V(Extended Access), V(IDE Plugins), V(Marketplace) or
        V(Maven Plugin).
    type: str
  api_methods:
    description:
      - The API methods that the token may call.
      - Names are accepted in either spelling, V(env.control.StopEnv) or V(environment.control.StopEnv), in upper or
        lower case.
      - Shell-style patterns such as V(environment.control.Get*) stand for all public methods that match.
    type: list
    elements: str
  permissions_for:
    description:
      - Modules of this collection that the token is for, such as V(inet.elastic.paas_environment). It is granted the
        API methods that these call and no others, beside those of O(api_methods).
      - An entry is the name of a module, or a mapping with C(module), C(states) and C(options). A name alone stands
        for all that the module can do.
      - C(states) are the values of C(state) that tasks have. Left out beside C(options), it is the one of a task that
        gives none.
      - C(options) are the other options that tasks give, such as C(domains), C(nodes) or C(nodes.env). Left out
        beside C(states), tasks give none but those that they cannot do without.
      - C(always_running=true) says that every environment runs when a task of M(inet.elastic.paas_environment) or
        M(inet.elastic.paas_environments) begins. The methods by which the task starts a stopped environment for a
        change, and stops it again, are then left out.
      - Which methods each module calls, and for what, is in the document C(docs/permissions.md) of the collection.
      - The token modules need login and password, so that they cannot be named.
    type: list
    elements: raw
  expires_at:
    description:
      - End of the token's validity as a date or a date and time, V(2027-01-31), V(2027-01-31T18:00:00+02:00) or the
        dashboard's V(31-01-2027). It is UTC where no offset is given, and a date alone means its first second.
      - An empty text, or V(never), clears it.
    type: str
  expires_in:
    description:
      - Length of the token's validity, such as V(90d) or V(12h), counted from the run that creates or renews it.
        Later runs leave it alone until it is due.
      - It is counted by the clock of the platform, and refused if that is more than a day from this machine's.
    type: str
  renew_before:
    description:
      - How long before its end a token is due and gets the full O(expires_in) again, such as V(14d).
        Without it, a token is due when it has expired.
    type: str
  copy_from:
    description:
      - Description or number of a token whose permissions and expiry a new token starts with; other options come first.
        It has no effect on a token that exists.
    type: str
  regenerate:
    description:
      - When to replace the token's value. The old value dies at once.
      - V(never) does not.
      - V(lost) does when the store does not hold the token's value. That somebody replaced the value elsewhere does not
        show, as the platform tells no value; it is refused where it is used, and V(always) brings a new one.
      - V(due) does when it is lost, and when the token gets a new expiry because it is due or has expired.
      - V(always) does on every run.
    type: str
    choices: [never, lost, due, always]
    default: never
  store:
    description:
      - File on the controller that keeps token values, for the lookup P(inet.elastic.paas_token#lookup).
        C(~), C($NAME) and C(${NAME}) are expanded, and a relative path starts at the directory of the playbook, here as
        in the lookup.
      - If not set, the value of the environment variable E(PAAS_TOKEN_STORE) is used.
    type: path
  store_format:
    description:
      - V(vault) encrypts the store with Ansible Vault, by the vault secrets of the run. V(plain) does not encrypt it.
    type: str
    choices: [vault, plain]
    default: vault
  store_ephemeral:
    description:
      - Whether O(store) may be lost when the run ends, because the play hands every value on to another place.
      - A job of AWX or Ansible Automation Platform loses all files that are not on a volume. If this is V(false), a
        store among them is refused before the first API call.
    type: bool
    default: false
  store_vault_id:
    description:
      - Label of the vault secret that a new store is encrypted with, by default the first of the run.
    type: str
  store_lock_timeout:
    description:
      - Seconds to wait for the lock of the store, for example V(30), from V(0) (do not wait) to V(86400). One task at a
        time writes to a store; the forks of a play and other runs on this controller wait for it.
      - With C(-v) a task that waits says once which process holds the lock.
    type: float
    default: 600.0
  store_key:
    description:
      - Name of the value in the store, by default the token's description.
    type: str
  return_value:
    description:
      - Whether to hand back the token's value as RV(value). It is then in the result and in everything that records it;
        use C(no_log) on the task where nothing else needs the output.
    type: bool
    default: false
seealso:
  - module: inet.elastic.paas_tokens
  - module: inet.elastic.paas_token_info
  - plugin: inet.elastic.paas_token
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: A token that may stop and start environments, stored encrypted
  inet.elastic.paas_token:
    api_url: https://app.example.com
    login: "{{ paas_login }}"
    password: "{{ paas_password }}"
    description: nightly-stop
    api_methods:
      - environment.control.GetEnvInfo
      - environment.control.StopEnv
      - environment.control.StartEnv
    store: tokens.yml

- name: A token for 90 days, renewed with a new value two weeks before its end
  inet.elastic.paas_token:
    description: deploy-bot
    template: Extended Access
    expires_in: 90d
    renew_before: 14d
    regenerate: due
    store: tokens.yml

- name: A second token like the first
  inet.elastic.paas_token:
    description: deploy-bot-2
    copy_from: deploy-bot
    store: tokens.yml

- name: Replace a value that has been lost
  inet.elastic.paas_token:
    description: deploy-bot
    regenerate: lost
    store: tokens.yml

- name: Rename a token and let it never expire
  inet.elastic.paas_token:
    id: 42
    description: ci
    expires_at: never

- name: A token that may do what this playbook does, and nothing else
  inet.elastic.paas_token:
    description: night-shift
    permissions_for:
      - inet.elastic.paas_region_info
      - module: inet.elastic.paas_environment
        states: [started, stopped]
    store: tokens.yml

- name: Hand the value of a short-lived token to later tasks
  inet.elastic.paas_token:
    description: pipeline
    api_methods: ["environment.control.Get*"]
    expires_in: 1h
    return_value: true
  register: pipeline
  no_log: true

- name: Remove tokens
  inet.elastic.paas_token:
    state: absent
    descriptions: [pipeline, deploy-bot-2]
"""

RETURN = r"""
token:
  description: The token; null when there is none.
  returned: success
  type: dict
  contains:
    id:
      description: Number of the token; null in check mode for one that would be created.
      type: int
    description:
      description: Its description.
      type: str
    template:
      description: Name of its template; null for chosen methods.
      type: str
    api_methods:
      description: The chosen methods, as V(environment.control.StopEnv); empty with a template.
      type: list
      elements: str
    expires_at:
      description: End of its validity, UTC; null for never.
      type: str
      sample: "2027-01-31T00:00:00Z"
    expired:
      description: Whether it has expired.
      type: bool
    last_used:
      description: When it was last used, UTC; null for never.
      type: str
    is_system:
      description: Whether the platform made it for itself.
      type: bool
    stored:
      description: Whether the store holds its value.
      type: bool
    created:
      description: Whether this run created the token.
      type: bool
    regenerated:
      description: Whether this run replaced its value.
      type: bool
    value_changed:
      description: Whether this run gave the token a new value, because it created the token or replaced its value.
      type: bool
value:
  description:
    - The value of the token; null where it is neither new nor in the store, and in check mode where it would be
      new.
  returned: when O(return_value=true)
  type: str
removed:
  description: Descriptions of the tokens removed, sorted.
  returned: success
  type: list
  elements: str
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"users.authentication.GetTokens": 1, "users.authentication.Signin": 1, "users.authentication.Signout": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"users.authentication.GetTokens": 0.12}
steps:
  description: The changes in words, in their order; in check mode the changes that a run would make.
  returned: success
  type: list
  elements: str
failure:
  description: The failure, for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description:
        - Kind of failure, such as V(input), V(refused), V(not_reached), V(answer_lost), V(wait_timeout) or V(store).
      type: str
    code:
      description: Result code of the platform; null without one.
      type: int
    method:
      description: API method that failed; null if no call failed.
      type: str
steps_done:
  description: The changes that were made before the failure.
  returned: failure
  type: list
  elements: str
msg:
  description: What is wrong and what to do, in one line.
  returned: failure
  type: str
"""

from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(OneToken())


if __name__ == "__main__":
    main()
