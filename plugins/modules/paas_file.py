#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One file or directory in nodes as declared state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_file
short_description: Manage a file or directory in nodes of an environment
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Writes, makes and removes files and directories in all nodes of a layer, or in one node, without SSH.
  - Each node is looked at, and only those that differ are changed.
  - For text; the platform has no way to read or write other content unchanged.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.changes
  - inet.elastic._connection
options:
  environment:
    description:
      - Name of the environment.
    type: str
    required: true
  node_group:
    description:
      - Name of the layer, each of whose nodes is looked at. Exactly one of it and O(node_id).
    type: str
  node_id:
    description:
      - Number of one node.
    type: int
  path:
    description:
      - Absolute path in the node, without white space at its ends and without C(.) and C(..) between slashes. A path is
        taken as it is written, or refused.
    type: str
    required: true
  state:
    description:
      - V(file) makes sure that a file with O(content) is there, V(directory) that a directory is, V(absent) that
        nothing is; a directory goes with all that is in it.
      - With V(absent) nothing is changed if the environment, the layer or the node does not exist.
      - A directory in the way of a file, or a file in the way of a directory, is an error.
    type: str
    choices: [file, directory, absent]
    default: file
  content:
    description:
      - Text of the file. Needed with O(state=file).
    type: str
  master_only:
    description:
      - Whether only the master node of the layer is looked at.
    type: bool
    default: false
  sensitive:
    description:
      - Whether the content is kept out of the diff.
    type: bool
    default: false
seealso:
  - module: inet.elastic.paas_exec
"""

EXAMPLES = r"""
- name: Configuration of the application in each node
  inet.elastic.paas_file:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    environment: acme-shop
    node_group: cp
    path: /etc/shop/config.ini
    content: "{{ lookup('ansible.builtin.template', 'config.ini.j2') }}"
    sensitive: true

- name: A directory for uploads
  inet.elastic.paas_file:
    environment: acme-shop
    node_group: storage
    path: /data/uploads
    state: directory

- name: No leftovers of the installation
  inet.elastic.paas_file:
    environment: acme-shop
    node_id: 20001
    path: /tmp/installer
    state: absent

- name: A mark on the master node alone
  inet.elastic.paas_file:
    environment: acme-shop
    node_group: cp
    path: /etc/shop/master
    content: ""
    master_only: true
"""

RETURN = r"""
path:
  description: The path.
  returned: success
  type: str
state:
  description: The state.
  returned: success
  type: str
node_ids:
  description:
    - Numbers of the nodes that were looked at, the master's first. Empty with O(state=absent) or in check mode if the
      environment or the layer does not exist.
  returned: success
  type: list
  elements: int
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"environment.file.Read": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"environment.file.Read": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.file import File
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(File())


if __name__ == "__main__":
    main()
