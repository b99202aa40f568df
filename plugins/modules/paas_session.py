#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A session that several tasks share."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_session
short_description: Sign in to the iNET.elastic platform for several tasks, and sign out
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Signs in with O(login) and O(password) and returns the session, which later tasks use as their O(session). So one
    one-time code of an account with two-factor authentication (2FA) serves any number of tasks.
  - With O(state=absent), signs the session out.
  - A session can do what the account can do. Sign it out in C(always), so that a failure leaves no session open.
  - The result of a task that signed in is hidden, as with C(no_log=true), and so is kept out of output, logs and
    callbacks. The registered variable has all of it. The reason of a failure is shown, so C(no_log) is not needed and
    would hide the reason.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._connection
attributes:
  async:
    support: none
    details:
      - The file of the job on the host would hold the session.
  check_mode:
    description: Can run in check mode, and reports what a run would.
    support: partial
    details:
      - Signs in and out in check mode, too, as every module does to read in check mode. The other tasks of the run need
        the session, and O(state=absent) then leaves no session open.
      - In check mode, O(state=absent) ends any session that it is given, also a session that another run opened.
  diff_mode:
    description: A session has no settings, so there are no differences to show.
    support: N/A
  idempotent:
    description: A second run with the same options changes nothing.
    support: partial
    details:
      - Each run with O(state=present) opens a new session.
options:
  state:
    description:
      - V(present) signs in. It needs O(login) and O(password), and O(otp) or O(otp_secret) if the account has
        two-factor authentication. A O(session) beside them is not used. If the task fails after the sign-in, it signs
        out.
      - V(absent) signs out the session that O(session) gives. A O(login) and O(password) beside it are not used. A
        session that has ended already changes nothing, and so does a token that has expired or was removed, as the
        platform does not tell them apart. A valid personal access token is refused.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - ref: ansible_collections.inet.elastic.docsite.guide_authentication
    description: Authentication and two-factor authentication (2FA).
"""

EXAMPLES = r"""
- name: Sign in with a one-time code
  inet.elastic.paas_session:
    api_url: https://app.example.com
    login: "{{ paas_login }}"
    password: "{{ paas_password }}"
    otp: "{{ one_time_code }}"
  register: signed_in

- name: Work with the session
  module_defaults:
    group/inet.elastic.paas:
      api_url: https://app.example.com
      session: "{{ signed_in.session }}"
  block:
    - name: Start the environment
      inet.elastic.paas_environment:
        name: shop-first
        state: started

    - name: List tokens, which a personal access token may not do
      inet.elastic.paas_token_info:
  always:
    - name: Sign out
      inet.elastic.paas_session:
        state: absent
        session: "{{ signed_in.session }}"
"""

RETURN = r"""
session:
  description:
    - The session, for the O(session) of later tasks; null with O(state=absent).
    - The registered variable has it. Output and logs do not show it.
  returned: success
  type: str
account:
  description: Address of the account that is signed in, which is its login; null with O(state=absent).
  returned: success
  type: str
  sample: user@example.com
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"users.authentication.Signin": 1, "users.authentication.Verify2FACode": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"users.authentication.Signin": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.session import Session
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(Session())


if __name__ == "__main__":
    main()
