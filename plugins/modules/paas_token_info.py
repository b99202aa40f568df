#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of personal access tokens."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_token_info
short_description: List personal access tokens, token templates and grantable API methods
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Lists the personal access tokens of an iNET.elastic account, the templates for tokens, and the API methods that
    a token
    can be granted. Values of tokens are never shown; the platform does not give them out again.
  - Options that restrict the tokens apply together.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.reads
  - inet.elastic._connection
options:
  gather:
    description:
      - What to list. Each kind costs one API call.
    type: list
    elements: str
    choices: [tokens, templates, methods]
    default: [tokens]
  description:
    description:
      - Shell-style patterns; a token is listed when its description matches one of them.
    type: list
    elements: str
    aliases: [name]
  id:
    description:
      - Numbers of the tokens to list.
    type: list
    elements: int
  expiring_within:
    description:
      - List only tokens that expire within this time, such as V(30d), or have expired.
    type: str
  unused_since:
    description:
      - List only tokens that have not been used for this time, such as V(90d), or never.
    type: str
  search:
    description:
      - List only API methods whose name contains this text.
    type: str
  show_private:
    description:
      - Whether to list API methods that are not public, too.
    type: bool
    default: false
  require_permissions_for:
    description:
      - Modules of this collection, as for O(inet.elastic.paas_token#module:permissions_for). The task fails unless each
        token that O(description) and O(id) name grants every API method that these call, and has not expired.
      - A name or a pattern without a token fails, too. Nothing is written, so that this can stand at the beginning of a
        play, also in check mode.
      - Like all of this module it needs login and password, as the platform tells no token what it grants.
    type: list
    elements: raw
  require_validity:
    description:
      - Length of time, such as V(2h). The task fails unless each token that O(description) and O(id) name is valid for
        as long from now.
    type: str
seealso:
  - module: inet.elastic.paas_token
  - module: inet.elastic.paas_tokens
"""

EXAMPLES = r"""
- name: Tokens of the pipeline that expire within 30 days
  inet.elastic.paas_token_info:
    api_url: https://app.example.com
    login: "{{ paas_login }}"
    password: "{{ paas_password }}"
    description: ["pipeline-*"]
    expiring_within: 30d
  register: expiring

- name: Make sure that the token serves before the play begins
  inet.elastic.paas_token_info:
    description: [nightly]
    require_permissions_for:
      - module: inet.elastic.paas_environment
        states: [started, stopped]
    require_validity: 2h

- name: Methods about environments, each with its documentation
  inet.elastic.paas_token_info:
    gather: [methods, templates]
    search: environment.control
"""

RETURN = r"""
tokens:
  description: The tokens.
  returned: when V(tokens) is in O(gather)
  type: list
  elements: dict
  contains:
    id:
      description: Number of the token.
      type: int
    description:
      description: Its description.
      type: str
    template:
      description: Name of its template; null for chosen methods.
      type: str
    api_methods:
      description: The chosen methods, as V(environment.control.StopEnv); empty with a template.
      type: list
      elements: str
    expires_at:
      description: End of its validity, UTC; null for never.
      type: str
      sample: "2027-01-31T00:00:00Z"
    expired:
      description: Whether it has expired.
      type: bool
    last_used:
      description: When it was last used, UTC; null for never.
      type: str
    is_system:
      description: Whether the platform made it for itself.
      type: bool
templates:
  description: The templates and what they grant.
  returned: when V(templates) is in O(gather)
  type: list
  elements: dict
  contains:
    name:
      description: Name of the template.
      type: str
    api_methods:
      description: The methods as the platform lists them; V(Extended Access) grants all without listing them.
      type: list
      elements: str
methods:
  description: The API methods.
  returned: when V(methods) is in O(gather)
  type: list
  elements: dict
  contains:
    name:
      description: Name of the method, as O(inet.elastic.paas_token#module:api_methods) takes it.
      type: str
    documentation:
      description: Address of its page in the platform's API documentation.
      type: str
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"users.authentication.GetTokens": 1, "users.authentication.Signin": 1, "users.authentication.Signout": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"users.authentication.GetTokens": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.token.info import TokenInfo
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(TokenInfo())


if __name__ == "__main__":
    main()
