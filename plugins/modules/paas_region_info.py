#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The regions of a platform."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_region_info
short_description: List the regions of the iNET.elastic platform
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Lists the regions that an account can use, by one API call.
  - The names are what O(inet.elastic.paas_environment#module:region) takes.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.reads
  - inet.elastic._connection
options:
  enabled:
    description:
      - V(true) lists only regions that are open for new environments, V(false) only the others. By default all.
    type: bool
seealso:
  - module: inet.elastic.paas_environment
"""

EXAMPLES = r"""
- name: Which regions can be used
  inet.elastic.paas_region_info:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    enabled: true
  register: places

- name: Create an environment in the default one
  inet.elastic.paas_environment:
    name: acme-shop
    region: "{{ (places.regions | selectattr('default') | first).name }}"
    nodes: [{node_type: nginx, cloudlets: 4}]
"""

RETURN = r"""
regions:
  description: The regions, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Unique name, as O(inet.elastic.paas_environment#module:region) takes it.
      type: str
      sample: default_hn_group
    display_name:
      description: Name shown in the dashboard.
      type: str
    enabled:
      description: Whether it is open for new environments.
      type: bool
    region:
      description: Name of the place that it is a part of.
      type: str
    region_display_name:
      description: That name as shown in the dashboard.
      type: str
    default:
      description: Whether that place is the default one.
      type: bool
    domain:
      description: Domain that environments there get.
      type: str
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"environment.control.GetRegions": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"environment.control.GetRegions": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.region import RegionInfo
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(RegionInfo())


if __name__ == "__main__":
    main()
