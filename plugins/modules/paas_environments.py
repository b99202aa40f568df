#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many environments as declared state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_environments
short_description: Manage many environments of the iNET.elastic platform in one task
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Brings any number of environments to their declared state. One call reads them all, each is planned by itself as
    M(inet.elastic.paas_environment) plans it, and several are worked on at a time.
  - Where nothing differs, the task costs one call, and one more for each detail that is declared and that the platform
    shows by a call of its own; see O(environments[].check_details).
  - The platform gets one request at a time for each environment. Environments in which an operation is running are
    waited for without holding up the others.
  - A failure of one environment does not stop the others. The task then fails in the end, and its result has what
    became of each under RV(environments).
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.changes
  - inet.elastic._connection
  - inet.elastic._environments
options:
  concurrency:
    description:
      - How many environments are worked on at a time, from 1 to 16. The platform works on several at once, but all of
        them share its hardware.
    type: int
    default: 3
  prune:
    description:
      - Whether to delete environments of the account that are not declared, among those that O(prune_pattern) and
        O(prune_group) leave; one of them is needed.
      - They are deleted at the end, and only where every declared environment is as declared. What O(environments)
        names stays, be it as O(environments[].clone_from).
    type: bool
    default: false
  prune_pattern:
    description:
      - Shell-style pattern of names among which O(prune) may delete, such as V(test-*). V(*) means all of the account.
    type: str
  prune_group:
    description:
      - Group of environments among which O(prune) may delete, with the groups inside it, as V(name) or
        V(parent/child). Together with O(prune_pattern) both have to hold.
    type: str
  prune_all:
    description:
      - Allow O(prune) although no environment is declared present, so that every one that matches is deleted.
    type: bool
    default: false
seealso:
  - module: inet.elastic.paas_environment
  - module: inet.elastic.paas_environment_info
"""

EXAMPLES = r"""
- name: Three shops of one making, and no others in their group
  inet.elastic.paas_environments:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    defaults:
      region: default_hn_group
      engine: php8.1
      ssl: true
      env_groups: [clients/acme]
      nodes:
        - {node_group: cp, node_type: nginxphp-dockerized, count: 2, cloudlets: 8}
        - {node_group: sqldb, node_type: postgresql, tag: "16.4", cloudlets: 16}
    environments:
      - {name: shop-one, display_name: Shop One, domains: [one.example.com]}
      - {name: shop-two, display_name: Shop Two, domains: [two.example.com]}
      - {name: shop-old, state: absent}
    prune: true
    prune_group: clients/acme

- name: Start many stopped environments, eight at a time
  inet.elastic.paas_environments:
    defaults: {state: started}
    environments: [{name: shop-one}, {name: shop-two}, {name: acme-wiki}, {name: acme-data}]
    concurrency: 8

- name: A copy of an environment for each branch; the copies of branches that are gone go
  inet.elastic.paas_environments:
    defaults: {clone_from: shop-stage, state: started, delete_confirm: name}
    environments:
      - {name: branch-login}
      - {name: branch-search}
    prune: true
    prune_pattern: branch-*

- name: Delete all environments for tests
  inet.elastic.paas_environments:
    environments: []
    prune: true
    prune_pattern: test-*
    prune_all: true
"""

RETURN = r"""
environments:
  description: One entry for each entry of O(environments), in the order declared.
  returned: success, and failure where work has begun
  type: list
  elements: dict
  contains:
    name:
      description: Name, in lower case.
      type: str
      sample: shop-one
    changed:
      description: Whether it was changed, or would be in check mode.
      type: bool
    steps:
      description: What was changed, or would be in check mode.
      type: list
      elements: str
      sample: ["start environment 'shop-one'"]
    environment:
      description:
        - The environment, as RV(inet.elastic.paas_environment#module:environment); null when there is none.
      returned: when it is as declared
      type: dict
    failed:
      description: Always true.
      returned: when it is not as declared
      type: bool
    msg:
      description: What went wrong and what to do, in one line.
      returned: when it is not as declared
      type: str
    failure:
      description:
        - The same as RV(failure), of this environment alone. The kind is V(interrupted) where it was not worked on
          because of what happened to another one.
      returned: when it is not as declared
      type: dict
pruned:
  description: Names of the environments that O(prune) deleted, or would delete in check mode, sorted.
  returned: success, and failure where work has begun
  type: list
  elements: str
not_pruned:
  description: What O(prune) was to delete and did not, in the form of RV(environments).
  returned: failure where work has begun
  type: list
  elements: dict
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"environment.control.GetEnvs": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"environment.control.GetEnvs": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(EnvironmentSet())


if __name__ == "__main__":
    main()
