#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any method of the API."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_api
short_description: Call any API method of the iNET.elastic platform
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Calls one method of the API of the platform with a token, or with login and password, and returns the answer.
  - If this collection has a module for the work, use that module. It compares before it changes something, and this
    module cannot.
  - The module knows which documented methods change something. A method that only reads is not a change, runs in check
    mode, and is repeated after a transport error. Any other method is a change, is not sent in check mode, and is never
    repeated if its answer is lost. C(changed_when) of the task overrides whether the task is a change.
  - Known secrets, and texts that look like a session or a token, are masked in the answer. If an answer contains other
    secrets, use C(no_log) on the task.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._connection
attributes:
  check_mode:
    description:
      - A method that only reads is called in check mode. Any other method is not called, and the task reports a change.
    support: full
  diff_mode:
    description: The module does not know what a method changes.
    support: none
  idempotent:
    description: The module does not know the state that a method leads to.
    support: partial
    details:
      - A method that only reads changes nothing. Any other method is called each time.
options:
  method:
    description:
      - Name of the method as in the API documentation of the platform, such as V(environment.control.StopEnv).
      - Case does not matter, V(env) stands for V(environment), and a path such as V(environment/control/rest/stopenv)
        works, too.
      - Methods that sign in or out, and methods that create a token value, are refused. Use
        M(inet.elastic.paas_session) and M(inet.elastic.paas_token).
    type: str
    required: true
  parameters:
    description:
      - Parameters of the method by their names in the API, without C(session).
      - Lists and mappings are sent as JSON text, booleans as V(true) and V(false). A null is not sent.
      - The values are masked in the output of the task.
    type: dict
    default: {}
  changes:
    description:
      - Whether the method changes something. Required for a method that the module does not know.
      - Overrides what the module knows, for example for a command that only reads.
    type: bool
  sensitive:
    description:
      - Names of parameters with secret values. The values are masked in the answer and in messages.
    type: list
    elements: str
    default: []
  wait_timeout:
    description:
      - Seconds to wait for the answer, if this is longer than O(timeout).
    type: int
    default: 600
seealso:
  - module: inet.elastic.paas_session
  - name: API documentation of the platform
    description: All methods with their parameters and answers.
    link: https://docs.jelastic.com/api/
"""

EXAMPLES = r"""
- name: Stop an environment
  inet.elastic.paas_api:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    method: environment.control.StopEnv
    parameters:
      envName: acme-shop

- name: List the software stacks that a layer can have
  inet.elastic.paas_api:
    method: environment.control.GetTemplates
  register: stacks

- name: Show the names of the stacks
  ansible.builtin.debug:
    msg: "{{ stacks.answer.array | map(attribute='name') | list }}"

- name: Swap the public addresses of two nodes, which may be in different environments
  inet.elastic.paas_api:
    method: environment.binder.SwapExtIps
    parameters: {envName: acme-shop, sourceNodeId: 20001, targetNodeId: 20002}

- name: Let a node fetch a file from an address with a secret, and wait up to half an hour for the answer
  inet.elastic.paas_api:
    method: environment.file.Upload
    parameters:
      envName: acme-shop
      nodeGroup: cp
      sourcePath: https://files.example.com/catalogue.csv?key={{ registry_password }}
      destPath: /var/lib/catalogue.csv
      overwrite: true
    sensitive: [sourcePath]
    wait_timeout: 1800

- name: Read the layers of an environment, and say that this method only reads
  inet.elastic.paas_api:
    method: environment.control.GetNodeGroups
    parameters: {envName: acme-shop}
    changes: false
"""

RETURN = r"""
method:
  description: Name of the method as the API documentation writes it.
  returned: success
  type: str
  sample: environment.control.StopEnv
answer:
  description:
    - The answer of the platform. It has C(result), which is 0, and the members that the API documentation describes.
    - Null if the method changes something and the task runs in check mode.
  returned: success
  type: dict
  sample: {"result": 0}
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"environment.control.StopEnv": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"environment.control.StopEnv": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.api import Api
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(Api())


if __name__ == "__main__":
    main()
