#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One group of environments as declared state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_env_group
short_description: Manage a group of environments of the iNET.elastic platform
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Makes, renames, edits and removes groups of environments. Which environments are in a group is declared by
    O(inet.elastic.paas_environment#module:env_groups).
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.changes
  - inet.elastic._connection
options:
  name:
    description:
      - Whole path of the group, V(name) or V(parent/child).
    type: str
    required: true
  state:
    description:
      - Whether the group is to be there. Environments of a group that is removed stay, and leave the group.
    type: str
    choices: [present, absent]
    default: present
  old_name:
    description:
      - Path that the group had; where it is still there and O(name) is not, it is renamed. For O(state=present) only.
    type: str
  color:
    description:
      - Color in the dashboard, such as V(#5fa2dd).
    type: str
  isolated:
    description:
      - Whether environments of the group are shut off from the network of others. The platform isolates groups of the
        top level only, so V(true) is refused for C(parent/child).
    type: bool
  visibility:
    description:
      - When the dashboard shows the group.
    type: str
    choices: [show, hide, show_if_not_empty]
seealso:
  - module: inet.elastic.paas_environment
"""

EXAMPLES = r"""
- name: A group for each client
  inet.elastic.paas_env_group:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    name: acme
    color: "#5fa2dd"
    isolated: true

- name: The client has another name now
  inet.elastic.paas_env_group:
    name: apex
    old_name: acme

- name: The client is gone
  inet.elastic.paas_env_group:
    name: apex
    state: absent

- name: A group that is not shown while it is empty
  inet.elastic.paas_env_group:
    name: clients/old
    visibility: show_if_not_empty
"""

RETURN = r"""
env_group:
  description: The group; null when there is none.
  returned: success
  type: dict
  contains:
    id:
      description: Its number; null in check mode for a new one.
      type: int
    name:
      description: Its path.
      type: str
    color:
      description: Its color; null in check mode for a new one without O(color).
      type: str
    isolated:
      description: Whether it is isolated.
      type: bool
    visibility:
      description: When it is shown.
      type: str
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"environment.group.GetGroups": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"environment.group.GetGroups": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.env_group import EnvGroup
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(EnvGroup())


if __name__ == "__main__":
    main()
