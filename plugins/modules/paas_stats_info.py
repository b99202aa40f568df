#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What environments use."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_stats_info
short_description: Read what environments use over a time
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Reads the sums that the platform counts for environments over the last hours, such as traffic, and tells which
    environments had no traffic from or to the outside.
  - Makes one call for each environment, several at a time.
  - The numbers are those of the platform. It does not document their units.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._connection
attributes:
  check_mode:
    description: Reads alone, so it does in check mode what it does otherwise.
    support: full
  diff_mode:
    description: Nothing is changed.
    support: N/A
  idempotent:
    description: Nothing is changed.
    support: N/A
options:
  name:
    description:
      - Names of environments, or patterns such as C(shop-*). Without it, all environments of the account.
    type: list
    elements: str
  group:
    description:
      - Only environments in one of these groups, or in a group within it; patterns are possible.
    type: list
    elements: str
  hours:
    description:
      - Over how many hours, until now.
    type: int
    default: 24
seealso:
  - module: inet.elastic.paas_environment_info
  - module: inet.elastic.paas_account_info
"""

EXAMPLES = r"""
- name: Which environments has nobody used for a week?
  inet.elastic.paas_stats_info:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'monitoring') }}"
    name: [shop-*]
    group: [shops]
    hours: 168
  register: used

- name: Show them
  ansible.builtin.debug:
    msg: "{{ used.stats | selectattr('idle') | map(attribute='environment') | list }}"
"""

RETURN = r"""
stats:
  description: One entry for each environment, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    environment:
      description: Name of the environment.
      type: str
    status:
      description: Its status, as in M(inet.elastic.paas_environment_info).
      type: str
    hours:
      description: The time in hours.
      type: int
    cpu:
      description: Sum of the processor time of all nodes, as the platform counts it; so the following members.
      type: int
    memory:
      description: Memory.
      type: int
    disk:
      description: Disk.
      type: int
    traffic_in:
      description: Traffic from the outside.
      type: int
    traffic_out:
      description: Traffic to the outside.
      type: int
    internal_traffic_in:
      description: Traffic from other environments.
      type: int
    internal_traffic_out:
      description: Traffic to other environments.
      type: int
    idle:
      description: Whether there was no traffic from or to the outside.
      type: bool
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"environment.control.GetEnvs": 1, "environment.control.GetSumStat": 3}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.stats import StatsInfo
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(StatsInfo())


if __name__ == "__main__":
    main()
