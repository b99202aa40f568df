#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account that a task works for."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_account_info
short_description: Show the account on the iNET.elastic platform
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Shows the account that credentials belong to, and on request its balance and limits.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.reads
  - inet.elastic._connection
options:
  billing:
    description:
      - Whether to read balance and group, which takes one more call. Where the platform refuses that, as some versions
        do for tokens, a warning says so and RV(account.billing) is null.
    type: bool
    default: false
  quotas:
    description:
      - Names of limits to read, such as V(environment.maxcount), which takes one more call. An empty list reads all.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Whose token is this, and how many environments may there be
  inet.elastic.paas_account_info:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    billing: true
    quotas: [environment.maxcount, environment.maxnodescount]
  register: who
"""

RETURN = r"""
account:
  description: The account.
  returned: success
  type: dict
  contains:
    uid:
      description: Its number.
      type: int
    email:
      description: Its address, which is the login.
      type: str
    name:
      description: Name of its owner.
      type: str
    status:
      description: Standing, as the platform calls it.
      type: str
    billing:
      description: C(balance), C(bonus), C(group) and C(group_type); null without O(billing) and where it was refused.
      type: dict
    quotas:
      description: Limits by their names, null for one that the platform does not know; null without O(quotas).
      type: dict
      sample: {"environment.maxcount": 20}
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"users.account.GetUserInfo": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"users.account.GetUserInfo": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.account import AccountInfo
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(AccountInfo())


if __name__ == "__main__":
    main()
