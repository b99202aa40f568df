# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""The options of the connection to the platform, written once."""

from __future__ import annotations


class ModuleDocFragment:
    """Address, credentials, TLS and time limits."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Address of the platform, which is the hoster's domain with C(app.) before it, such as V(https://app.example.com).
      - If not set, the value of the environment variable E(PAAS_API_URL) is used.
    type: str
    required: true
  session:
    description:
      - A personal access token, or a session that is signed in already.
      - If not set, the value of the environment variable E(PAAS_TOKEN) is used.
    type: str
    aliases: [token]
  login:
    description:
      - Login of the account, for signing in. The session is signed out again at the end, also on failure.
      - If not set, the value of the environment variable E(PAAS_LOGIN) is used.
    type: str
  password:
    description:
      - Password of the account. It also confirms changes of tokens.
      - If not set, the value of the environment variable E(PAAS_PASSWORD) is used.
    type: str
  otp:
    description:
      - The current one-time code, or a recovery code, of an account with two-factor authentication.
      - If not set, the value of the environment variable E(PAAS_OTP) is used.
    type: str
  ca_path:
    description:
      - File with the certificates of the authorities that are trusted, in place of the system's.
      - If not set, the value of the environment variable E(PAAS_CA_PATH) is used.
    type: path
  validate_certs:
    description:
      - Whether the platform's TLS certificate is verified. Turn it off for tests only.
    type: bool
    default: true
  allow_http:
    description:
      - Allow an O(api_url) with plain C(http) to a host other than loopback, which shows every secret to the network.
    type: bool
    default: false
  connect_timeout:
    description:
      - Seconds to wait for a connection.
    type: float
    default: 10.0
  timeout:
    description:
      - Seconds to wait for the answer of one call.
    type: float
    default: 60.0
requirements:
  - requests >= 2.28
"""
