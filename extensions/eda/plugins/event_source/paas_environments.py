# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source ``inet.elastic.paas_environments`` of ansible-rulebook."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

# ansible-rulebook runs this file by its path and does not know where collections are.
sys.path.append(str(Path(__file__).parents[7]))

from ansible_collections.inet.elastic.plugins.plugin_utils._events.environments import Environments
from ansible_collections.inet.elastic.plugins.plugin_utils._events.polling import PrintingQueue, Source

DOCUMENTATION = r"""
---
short_description: Events of environments
author: inet.elastic authors (@inet-elastic)
version_added: 0.1.0
description:
  - Polls the environments of an account by one call of C(environment.control.GetEnvs), and makes an event for each
    change.
  - C(event.paas.change) is C(created), C(removed), C(status), C(topology), C(failed) or C(recovered).
  - C(event.paas.environment) has C(name), C(status), C(domain), C(region), C(env_groups). C(event.paas.status_before)
    is the status that the poll before saw.
  - An event C(topology) has the layers that differ in C(event.paas.layers) and C(event.paas.layers_before), with their
    type, image, tag, cloudlets, count and numbers of nodes. It comes when no operation runs any more.
  - At the first poll, environments have no event.
options:
  api_url:
    description:
      - Address of the platform, such as V(https://app.example.com). The environment variable is E(PAAS_API_URL).
    type: str
    required: true
  session:
    description:
      - A personal access token, which must grant C(environment.control.GetEnvs), or a session. The environment variable
        is E(PAAS_TOKEN).
    type: str
    aliases: [token]
  login:
    description:
      - Login of the account, if there is no token. The environment variable is E(PAAS_LOGIN).
    type: str
  password:
    description:
      - Password of the account. The environment variable is E(PAAS_PASSWORD).
    type: str
  otp:
    description:
      - A one-time code. A code is valid once, so use O(otp_secret) for a source.
    type: str
  otp_secret:
    description:
      - The secret of two-factor authentication. The environment variable is E(PAAS_OTP_SECRET).
    type: str
  interval:
    description:
      - Seconds between two polls. After a failure this time doubles with each further failure, up to an hour.
    type: float
    default: 300
  state_file:
    description:
      - A file for what the source has seen. With this file no event comes twice after a restart, and what changed
        meanwhile is an event. Each source and account needs a file of its own. The file has no secret.
      - Without a file, the first poll after a start is what later polls are compared with.
    type: path
  ca_path:
    description:
      - Certificates of the authorities that are trusted, in PEM form. The environment variable is E(PAAS_CA_PATH).
    type: path
  validate_certs:
    description:
      - Whether the TLS certificate of the platform is verified. The environment variable is E(PAAS_VALIDATE_CERTS).
    type: bool
    default: true
  allow_http:
    description:
      - Allow an address with plain C(http) of a host other than loopback.
    type: bool
    default: false
  connect_timeout:
    description:
      - Seconds to wait for a connection.
    type: float
    default: 10
  timeout:
    description:
      - Seconds to wait for the answer of one call. The environment variable is E(PAAS_TIMEOUT).
    type: float
    default: 60
notes:
  - An event has its members in C(event.paas). All have C(source), C(change), C(api_url) and C(account).
  - If a poll fails, the event C(failed) has C(message) and C(failure). The next poll that succeeds after this has the
    event C(recovered). The same failure is one event.
  - If the credentials are wrong or do not grant the method, or an option is not valid, the source ends with one line.
  - Give credentials as environment variables of ansible-rulebook. They reach the source and the playbooks, and stand in
    no file.
requirements:
  - ansible-core and requests, in the Python environment of ansible-rulebook
"""

EXAMPLES = r"""
# PAAS_API_URL and PAAS_TOKEN are in the environment of ansible-rulebook
- inet.elastic.paas_environments:
    interval: 60
    state_file: /var/lib/eda/paas-environments.json
"""


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Put an event into the queue for each change, until the task is cancelled."""
    await Source(Environments(), args).run(queue)


if __name__ == "__main__":
    asyncio.run(main(PrintingQueue(), {"interval": 5}))
