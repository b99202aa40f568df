#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands in nodes."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_exec
short_description: Run commands in nodes of an environment
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Runs commands in all nodes of a layer, or in one node, by one API call and without SSH.
  - Commands are not idempotent by themselves. O(creates) and O(removes) say when there is nothing to do.
  - When the answer gets lost on the way, the task fails, as it cannot be seen whether the commands ran; they are never
    sent again.
  - If another operation is running in the environment, the platform refuses the commands before anything ran. The task
    then waits for the end of the operation, for at most O(wait_timeout) seconds, and sends them again.
  - What commands print is returned. Where it holds secrets, use C(no_log) on the task.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._connection
attributes:
  check_mode:
    description:
      - Can run in check mode and report whether the commands would run.
      - If the environment or the layer does not exist, an earlier task of the play may be the one that creates it. In
        check mode the module then warns and reports that the commands would run.
    support: full
  diff_mode:
    description: What commands change is not known.
    support: none
  idempotent:
    description: Only with O(creates) or O(removes), as what commands do is not known.
    support: partial
    details:
      - Without O(creates) and O(removes) the commands run each time.
options:
  environment:
    description:
      - Name of the environment.
    type: str
    required: true
  node_group:
    description:
      - Name of the layer, in all of whose nodes the commands run. Exactly one of it and O(node_id).
    type: str
  node_id:
    description:
      - Number of one node.
    type: int
  command:
    description:
      - One command, for the shell of the node. Exactly one of it, O(commands) and O(argv).
    type: str
  commands:
    description:
      - Commands that run one after the other, up to the first that fails.
      - All of them run in one shell, so C(cd) and variables of one command are there for the next. C(exit) ends the
        shell, so that the commands after it do not run.
      - Each command keeps its meaning, whatever it holds, such as C(;), C(||), C(set -e), a comment, several lines or a
        here-document.
      - They are sent as one command, because the platform runs all entries of a list whether or not one of them fails.
    type: list
    elements: str
  argv:
    description:
      - A program and its arguments as a list. The shell of the node expands nothing in them, so that variables, C(*),
        quotes and spaces are passed to the program as they are written.
    type: list
    elements: str
  chdir:
    description:
      - Directory in the node in which the commands run. If it does not exist, they do not run, and the task fails.
      - The rules for paths are those of O(inet.elastic.paas_file#module:path).
    type: str
  creates:
    description:
      - Path in the node; where it exists, the commands do not run. In a layer, the master node decides.
      - The rules for paths are those of O(inet.elastic.paas_file#module:path).
    type: str
  removes:
    description:
      - Path in the node; where it does not exist, the commands do not run. In a layer, the master node decides.
      - The commands do not run either if the environment, the layer or the node does not exist.
    type: str
  stdin:
    description:
      - The standard input of the commands. All commands together read it once.
      - The text is a part of the command that is sent, which may have 98000 bytes at most. Write a longer text to a
        file by M(inet.elastic.paas_file).
      - The node writes each command to its log C(/var/log/jem.log), which all users of the node can read, so a secret
        does not belong here, nor into a command. Write a file by M(inet.elastic.paas_file) instead.
    type: str
  stdin_add_newline:
    description:
      - Whether a line end is added to O(stdin).
    type: bool
    default: true
  user:
    description:
      - User of the node who runs the commands, such as V(root). The platform's packages use the parameter; its
        published description does not have it.
      - If this is not set, the platform chooses. It takes root in containers and virtual servers, and a user with few
        rights in nodes of certified stacks.
    type: str
  say_yes:
    description:
      - Whether questions of the commands are answered with yes. The standard input of the commands is then an endless
        C(y). Not together with O(stdin).
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds that the commands may take, where it is longer than O(timeout), and seconds to wait for another
        operation that is running in the environment.
    type: int
    default: 600
seealso:
  - module: inet.elastic.paas_file
"""

EXAMPLES = r"""
- name: Set up the database, once
  inet.elastic.paas_exec:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    environment: acme-shop
    node_group: cp
    chdir: /srv/shop
    commands:
      - bin/migrate
      - touch /var/lib/shop/migrated
    creates: /var/lib/shop/migrated

- name: Look at something, which changes nothing
  inet.elastic.paas_exec:
    environment: acme-shop
    node_id: 20001
    command: cat /etc/os-release
  changed_when: false
  register: system

- name: Pass a text to a program as its standard input, as root
  inet.elastic.paas_exec:
    environment: acme-shop
    node_group: cp
    argv: [cat, -, "/etc/hosts"]
    stdin: "# one more line"
    stdin_add_newline: true
    user: root

- name: Clean up where there is something, and give it half an hour
  inet.elastic.paas_exec:
    environment: acme-shop
    node_group: cp
    command: rm -r /var/cache/shop
    removes: /var/cache/shop
    say_yes: true
    wait_timeout: 1800
"""

RETURN = r"""
rc:
  description: Exit status of the first node that failed, else 0, also where the commands did not run.
  returned: always
  type: int
stdout:
  description: What the commands of that node printed; null where they did not run.
  returned: always
  type: str
stdout_lines:
  description: The same by lines.
  returned: always
  type: list
  elements: str
stderr:
  description: What the commands of that node printed as errors.
  returned: always
  type: str
node_results:
  description: The same for each node, with C(node_id).
  returned: always
  type: list
  elements: dict
skipped_because:
  description: Why the commands did not run; null where they did, or would.
  returned: success
  type: str
  sample: /var/lib/shop/migrated exists
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"environment.control.ExecCmdByGroup": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"environment.control.ExecCmdByGroup": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.exec import Exec
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(Exec())


if __name__ == "__main__":
    main()
