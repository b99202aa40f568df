#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log files of nodes."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_log_info
short_description: Read log files of nodes
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Lists the log files of the nodes of a layer, or of one node, and reads lines of one of them. Needs no SSH and no
    command in the node.
  - What logs contain is returned. If it holds secrets, use C(no_log) on the task.
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
  environment:
    description:
      - Name of the environment.
    type: str
    required: true
  node_group:
    description:
      - Name of the layer, all of whose nodes are read. Exactly one of it and O(node_id).
    type: str
  node_id:
    description:
      - Number of one node.
    type: int
  path:
    description:
      - The log file to read. Without it, the log files are listed.
    type: str
  last:
    description:
      - How many lines to read at most, from the end of the file.
    type: int
    default: 100
  after_line:
    description:
      - Read only lines after this one, such as the RV(logs[].line_count) of an earlier task.
    type: int
seealso:
  - module: inet.elastic.paas_exec
  - module: inet.elastic.paas_stats_info
"""

EXAMPLES = r"""
- name: List the logs of a layer
  inet.elastic.paas_log_info:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    environment: acme-shop
    node_group: cp
  register: files

- name: Read the last lines of one
  inet.elastic.paas_log_info:
    environment: acme-shop
    node_id: 20001
    path: /var/log/messages
    last: 20
  register: before

- name: Read what came since then
  inet.elastic.paas_log_info:
    environment: acme-shop
    node_id: 20001
    path: /var/log/messages
    after_line: "{{ before.logs[0].line_count }}"
"""

RETURN = r"""
logs:
  description: One entry for each node.
  returned: success
  type: list
  elements: dict
  contains:
    node_id:
      description: Number of the node.
      type: int
    files:
      description: The log files with C(path), C(size) in bytes and C(modified); null with O(path).
      type: list
      elements: dict
    path:
      description: The log file; this and the following members are null without O(path).
      type: str
    lines:
      description: The lines that were read.
      type: list
      elements: str
    first_line:
      description: Number of the first of these lines, from 1.
      type: int
    line_count:
      description: Number of the last of these lines, for O(after_line).
      type: int
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"environment.control.ReadLog": 2}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"environment.control.ReadLog": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.log import LogInfo
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(LogInfo())


if __name__ == "__main__":
    main()
