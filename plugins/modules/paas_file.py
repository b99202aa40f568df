#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One file or directory in nodes as declared state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_file
short_description: Manage or read a file or directory in nodes of an environment
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Writes, makes and removes files and directories in all nodes of a layer, or in one node, without SSH.
  - Each node is looked at, and only those that differ are changed.
  - Text is read and written by the File methods of the platform. They have no way to read or write other content
    unchanged. Content that is not text (not UTF-8, or with zero bytes) is sent in base64 in bounded parts into a file
    beside O(path), and a command in the node decodes it, compares its checksum, and puts it into its place.
  - The File methods cannot set owner, group and mode either, so commands C(stat), C(chown) and C(chmod) read and set
    them. All commands run as root. A task that uses O(mode), O(owner), O(group), or content that is not text, needs a
    token that may call C(ExecCmdById); in check mode it runs only commands that read.
  - If another operation is running in the environment, the task waits for its end, for at most O(wait_timeout) seconds.
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
      - V(read) changes nothing and returns RV(content). A path without a file is an error.
      - With V(absent) nothing is changed if the environment, the layer or the node does not exist.
      - A directory in the way of a file, or a file in the way of a directory, is an error.
    type: str
    choices: [file, directory, absent, read]
    default: file
  content:
    description:
      - Content of the file. O(state=file) needs exactly one of it and O(src).
    type: str
  encoding:
    description:
      - What O(content) is, the text itself or base64 for a content that is not text. The results RV(content) and
        RV(encoding) of O(state=read) can be given back.
    type: str
    choices: [text, base64]
    default: text
  src:
    description:
      - File on the controller with the content. A relative path is looked for as in M(ansible.builtin.copy), in the
        folder C(files) of the role and beside the playbook. A file that is encrypted with Ansible Vault is decrypted.
    type: path
  mode:
    description:
      - Permissions of the file or directory as an octal number in quotes, such as V('0644'). YAML reads a number
        without quotes as another number, so it is refused.
      - A file is written before it gets its mode. For a secret, make a directory with the mode V('0700') first.
      - If this is not set, an existing mode stays, and the platform chooses the one of a new file.
    type: raw
  owner:
    description:
      - Name or number of the user of the node who owns the file or directory.
    type: str
  group:
    description:
      - Name or number of the group of the file or directory.
    type: str
  backup:
    description:
      - Whether a file whose content changes is copied first, in the node, to O(path) with the time (UTC) and a C(~) at
        its end; see RV(backup_file).
    type: bool
    default: false
  master_only:
    description:
      - Whether only the master node of the layer is looked at.
    type: bool
    default: false
  sensitive:
    description:
      - Whether the content is kept out of the diff. What O(state=read) returns is not hidden; use C(no_log) on the
        task.
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds to wait for another operation that is running in the environment; V(0) looks once.
    type: int
    default: 600
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

- name: A file of the role, with owner and mode, and a copy of the file that it replaces
  inet.elastic.paas_file:
    environment: acme-shop
    node_group: cp
    path: /etc/shop/logo.png
    src: logo.png
    owner: root
    group: root
    mode: "0640"
    backup: true

- name: Read a file of one node
  inet.elastic.paas_file:
    environment: acme-shop
    node_id: 20001
    path: /etc/hostname
    state: read
    wait_timeout: 60
  register: host_name

- name: Write the same content, whatever it is, to all nodes of a layer
  inet.elastic.paas_file:
    environment: acme-shop
    node_group: cp
    path: /srv/first-host-name
    content: "{{ host_name.content }}"
    encoding: "{{ host_name.encoding }}"

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
backup_file:
  description: Path of the copies of files that were changed; null if no file was copied.
  returned: success
  type: str
  sample: /etc/shop/logo.png.2026-11-29@08:15:00~
content:
  description: With O(state=read) the content in the first node, which is the master of a layer; otherwise null.
  returned: success
  type: str
encoding:
  description: What RV(content) is, V(text) or V(base64) if it is not text; null if nothing was read.
  returned: success
  type: str
node_contents:
  description: With O(state=read) the content in each node.
  returned: success
  type: list
  elements: dict
  contains:
    node_id:
      description: Number of the node.
      type: int
    content:
      description: The content.
      type: str
    encoding:
      description: What the content is, V(text) or V(base64).
      type: str
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(File())


if __name__ == "__main__":
    main()
