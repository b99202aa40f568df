#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One task of the platform's scheduler as declared state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_scheduled_task
short_description: Manage a scheduled task of the iNET.elastic platform
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Creates, changes and removes tasks of the platform's own scheduler. Such a task calls an API method by itself, such
    as the one that stops an environment every evening, and needs no machine of yours.
  - A task is identified by its environment and its name. If several tasks of one name do exactly the same, as two runs
    at the same moment can make them, only the oldest stays.
  - The platform documents the methods of its scheduler, but not that a task may name an API method. This was tried with
    the emulator only, so look at the environment after the first time.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.changes
  - inet.elastic._connection
options:
  name:
    description:
      - Description of the task, as the dashboard shows it.
    type: str
    required: true
  environment:
    description:
      - Environment of the task. Its tasks are removed together with it. Without this option the task belongs to the
        account.
    type: str
  state:
    description:
      - Whether the task is to be there.
    type: str
    choices: [present, absent]
    default: present
  action:
    description:
      - What happens to O(environment). Exactly one of O(action) and O(method) with O(state=present).
    type: str
    choices: [start, stop, sleep]
  method:
    description:
      - API method that is called, such as V(environment.control.RestartNodes).
    type: str
  parameters:
    description:
      - Parameters of the call by the names of the API. C(envName) is added for a task of an environment.
      - No result and no diff shows the values. If the option is left out, an existing task keeps its parameters.
    type: dict
  cron:
    description:
      - When the task runs again and again, as a Quartz expression in UTC of second, minute, hour, day of month, month,
        day of week and, if you like, year. One of the two days must be V(?). Write days of the week as names, because
        V(1) is Sunday.
      - Exactly one of O(cron) and O(at) with O(state=present).
    type: str
  at:
    description:
      - When the task runs once, such as V(2027-01-31 22:00:00) in UTC or V(2027-01-31T22:00:00+01:00).
      - If that is over, a task that does not exist is not created any more.
    type: str
seealso:
  - module: inet.elastic.paas_environment
"""

EXAMPLES = r"""
- name: Stop the test environment every working day in the evening
  inet.elastic.paas_scheduled_task:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    name: stop in the evening
    environment: shop-test
    action: stop
    cron: 0 0 20 ? * MON-FRI

- name: Start the test environment every working day in the morning
  inet.elastic.paas_scheduled_task:
    name: start in the morning
    environment: shop-test
    action: start
    cron: 0 30 6 ? * MON-FRI

- name: Restart the application servers once, at night
  inet.elastic.paas_scheduled_task:
    name: restart after the change of certificates
    environment: shop-test
    method: environment.control.RestartNodes
    parameters:
      nodeGroup: cp
    at: "2099-01-31 02:00:00"

- name: Let the test environment run at night, too
  inet.elastic.paas_scheduled_task:
    name: stop in the evening
    environment: shop-test
    state: absent
"""

RETURN = r"""
scheduled_task:
  description: The task; null when there is none.
  returned: success
  type: dict
  contains:
    id:
      description: Its number; null in check mode for a new one.
      type: int
    name:
      description: Its description.
      type: str
    environment:
      description: Its environment; null for a task of the account.
      type: str
    method:
      description: The API method that it calls.
      type: str
    cron:
      description: Its Quartz expression; null for a task that runs once.
      type: str
    at:
      description: When it runs once; null for one that runs again and again.
      type: str
    parameters:
      description: The names of its parameters.
      type: list
      elements: str
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"utils.scheduler.GetTasks": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"utils.scheduler.GetTasks": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.scheduled_task import Scheduler
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(Scheduler())


if __name__ == "__main__":
    main()
