# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an account of the inventory."""

from __future__ import annotations


class ModuleDocFragment:
    """Address, credentials, TLS and time limits."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Address of the platform, which is the hoster's domain with C(app.) before it, such as V(https://app.example.com).
      - Required, here or in each entry of O(accounts).
    type: str
    env:
      - name: PAAS_API_URL
  session:
    description:
      - A personal access token, or a session that is signed in already. A token needs the method
        C(environment.control.GetEnvs) only.
      - O(session), O(login) and O(password) are one group. If the source gives one of them, the environment adds no
        other identity. It may add the password of a O(login).
      - With O(connection=api), a value that is a template or encrypted with Ansible Vault is also the token of the
        hosts. They get the template or the encrypted text, never the value. See O(connection).
    type: str
    aliases: [token]
    env:
      - name: PAAS_TOKEN
  login:
    description:
      - Login of the account, for signing in. The session is signed out again at the end.
    type: str
    env:
      - name: PAAS_LOGIN
  password:
    description:
      - Password of the account.
    type: str
    env:
      - name: PAAS_PASSWORD
  otp:
    description:
      - The current one-time code of an account with two-factor authentication.
    type: str
    env:
      - name: PAAS_OTP
  otp_secret:
    description:
      - The secret that makes the one-time codes of an account with two-factor authentication (TOTP), in base32.
    type: str
    env:
      - name: PAAS_OTP_SECRET
  ca_path:
    description:
      - File in PEM form, or directory, with the certificates of the authorities that are trusted.
    type: path
    env:
      - name: PAAS_CA_PATH
  validate_certs:
    description:
      - Whether the platform's TLS certificate is verified. Turn it off for tests only.
    type: bool
    default: true
    env:
      - name: PAAS_VALIDATE_CERTS
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
    env:
      - name: PAAS_TIMEOUT
notes:
  - An empty or null option of the connection counts as not given.
requirements:
  - requests >= 2.28
"""
