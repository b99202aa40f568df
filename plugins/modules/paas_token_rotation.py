#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""New values for personal access tokens, and the end of their old values."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_token_rotation
short_description: Rotate personal access tokens of an iNET.elastic account, with or without an overlap
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Gives tokens that are due a new value, and ends the old values. The value in O(store) is replaced by one write, so
    that the lookup P(inet.elastic.paas_token#lookup) gives a valid value at any time.
  - With O(mode=overlapping) the work is two tasks. O(state=rotated) creates the token C(NAME.next) with the
    permissions of C(NAME), calls the platform with its value, renames C(NAME) to C(NAME.old) and C(NAME.next) to
    C(NAME). Then the play delivers the new value. O(state=finished) calls the platform with the new value and ends
    C(NAME.old) after O(grace).
  - The platform and the store say how far a rotation is. If a run is interrupted anywhere, the same tasks go on from
    there.
  - If the rotation of a token fails, the other tokens are rotated nevertheless, and the task fails at its end.
  - The role P(inet.elastic.token_rotation#role) calls this module and delivers the values.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.changes
  - inet.elastic._connection
attributes:
  async:
    support: none
    details:
      - O(store) is kept on the controller by the process of the task.
  idempotent:
    support: partial
    details:
      - O(which=all) with O(mode=in_place) replaces the values on every run.
options:
  tokens:
    description:
      - The tokens. An exact description names one token. A shell-style pattern such as V(ci-*) selects all tokens
        that match it and whose values O(store) holds; V(*) selects all tokens of the store. An exact description, and
        an entry that comes first, go before a pattern.
      - The tokens exist; M(inet.elastic.paas_token) and M(inet.elastic.paas_tokens) create tokens.
    type: list
    elements: dict
    required: true
    suboptions:
      description:
        description:
          - Description of the token, or a pattern of descriptions. The store holds the value under the description.
        type: str
        required: true
        aliases: [name]
      expires_in:
        description:
          - As O(expires_in), for this entry. An empty text is the same as no value.
        type: str
      due_within:
        description:
          - As O(due_within), for this entry. An empty text is the same as no value.
        type: str
        aliases: [renew_before]
  state:
    description:
      - V(rotated) gives the tokens that O(which) selects a new value, and goes on with rotations that were
        interrupted.
      - V(finished) starts no rotation. It ends the old tokens of tokens that have a new value; call it when the new
        value is delivered. With O(mode=in_place) it is needed only together with O(store_ephemeral).
    type: str
    choices: [rotated, finished]
    default: rotated
  mode:
    description:
      - V(overlapping) creates a second token, so that the old value stays valid until the end of O(grace).
      - V(in_place) replaces the value. The old value stops working at once.
    type: str
    choices: [overlapping, in_place]
    default: overlapping
  which:
    description:
      - V(due) rotates the tokens that end within O(due_within), by the platform's clock, and tokens whose value the
        store has lost.
      - V(all) rotates all tokens on every run. A token whose old token still exists waits with O(mode=overlapping).
    type: str
    choices: [due, all]
    default: due
  expires_in:
    description:
      - How long a rotated token is valid, such as V(90d). If not set, the token is valid for as long as it was
        before, and a token without an end stays without an end.
      - The store knows how long it was valid. If the store has lost that, the token is valid for 90 days, with a
        warning.
    type: str
  due_within:
    description:
      - How long before its end a token is due, such as V(14d). A token whose whole validity is shorter is due after
        half of it.
    type: str
    default: 14d
    aliases: [renew_before]
  grace:
    description:
      - How long the old token stays valid from O(state=finished) on, such as V(1d), with O(mode=overlapping). V(0)
        removes it at once.
      - The platform ends it, and a task after that removes it.
    type: str
    default: 1d
  store:
    description:
      - File on the controller that keeps token values, for the lookup P(inet.elastic.paas_token#lookup). C(~),
        C($NAME) and C(${NAME}) are expanded, and a relative path starts at the directory of the playbook, here as in
        the lookup.
      - If not set, the value of the environment variable E(PAAS_TOKEN_STORE) is used. One of both is required.
    type: path
  store_format:
    description:
      - V(vault) encrypts the store with Ansible Vault, by the vault secrets of the run. V(plain) does not encrypt it.
    type: str
    choices: [vault, plain]
    default: vault
  store_ephemeral:
    description:
      - Whether O(store) may be lost when the run ends, because the play hands every value on to another place. Only
        for O(mode=in_place).
      - Then a value that is missing in the store says nothing, and the platform's clock alone decides what is due.
        The token gets its new end by O(state=finished), after the delivery, so that a token whose value was not
        delivered is due again.
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
      - Seconds to wait for the lock of the store, for example V(30), from V(0) (do not wait) to V(86400). One task at
        a time writes to a store; the forks of a play and other runs on this controller wait for it.
      - With C(-v) a task that waits says once which process holds the lock.
    type: float
    default: 600.0
seealso:
  - module: inet.elastic.paas_token
  - module: inet.elastic.paas_tokens
  - plugin: inet.elastic.paas_token
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Rotate the tokens that are due
  inet.elastic.paas_token_rotation:
    api_url: https://app.example.com
    login: "{{ paas_login }}"
    password: "{{ paas_password }}"
    tokens:
      - description: nightly
      - description: ci-*
        expires_in: 30d
        due_within: 7d
    store: tokens.yml

- name: End the old values a day after the new ones were delivered
  inet.elastic.paas_token_rotation:
    tokens:
      - description: nightly
      - description: ci-*
    state: finished
    grace: 1d
    store: tokens.yml

- name: Replace the values of all tokens in the store at once
  inet.elastic.paas_token_rotation:
    tokens:
      - description: "*"
    mode: in_place
    which: all
    store: tokens.yml
    store_vault_id: tokens
    store_lock_timeout: 60

- name: Replace the value in a job whose files are lost at its end
  inet.elastic.paas_token_rotation:
    tokens:
      - description: nightly
    mode: in_place
    expires_in: 90d
    due_within: 14d
    store: /tmp/tokens.yml
    store_format: plain
    store_ephemeral: true

- name: Extend the validity when the value is delivered
  inet.elastic.paas_token_rotation:
    tokens:
      - description: nightly
    mode: in_place
    state: finished
    expires_in: 90d
    due_within: 14d
    store: /tmp/tokens.yml
    store_format: plain
    store_ephemeral: true
"""

RETURN = r"""
tokens:
  description: The selected tokens, in the order of O(tokens); the tokens of a pattern are sorted.
  returned: success, and on failure after the first API call
  type: list
  elements: dict
  contains:
    description:
      description: Description of the token.
      type: str
    selected_by:
      description: The entry that names the token, or whose pattern selects it.
      type: str
    id:
      description: Number of the token; null in check mode for a token that would be created, and if there is no token.
      type: int
    expires_at:
      description: End of its validity, UTC; null for never.
      type: str
      sample: "2027-01-31T00:00:00Z"
    rotated:
      description: Whether this task gave it a new value, which the store has.
      type: bool
    stored:
      description: Whether the store has its value.
      type: bool
    steps:
      description: The changes of this token in words.
      type: list
      elements: str
    old:
      description:
        - The token with the old value; null if there is none. It has the members of a token in
          RV(inet.elastic.paas_token_info#module:tokens).
      type: dict
    problem:
      description: Why the token is not as asked for, and what to do; null if it is.
      type: str
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.token_rotation.resource import TokenRotation
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(TokenRotation())


if __name__ == "__main__":
    main()
