# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the connection to the platform, written once."""

from __future__ import annotations


class ModuleDocFragment:
    """Address, credentials, TLS and time limits."""

    DOCUMENTATION = r"""
options:
  api_url:
    description:
      - Address of the platform, which is the hoster's domain with C(app.) before it, such as V(https://app.example.com).
      - If not set, the variable C(paas_api_url) is used, then the environment variable E(PAAS_API_URL).
    type: str
    required: true
  session:
    description:
      - A personal access token, or a session that is signed in already. White space at its ends is removed.
      - If the task gives none of O(session), O(login) and O(password), the environment variable E(PAAS_TOKEN) is used.
      - O(session), O(login) and O(password) are one group. If the task or C(module_defaults) gives one of them, the
        environment adds no other identity, so a O(session) of the task is never replaced by E(PAAS_LOGIN), and a
        O(login) of the task never by E(PAAS_TOKEN).
      - If the same place gives both a session and a login with its password, the modules that manage tokens sign in,
        and all others use the session.
    type: str
    aliases: [token]
  login:
    description:
      - Login of the account, for signing in. The session is signed out again at the end, also on failure.
      - If the task gives none of O(session), O(login) and O(password), the environment variable E(PAAS_LOGIN) is used.
        See O(session) for how these options belong together.
    type: str
  password:
    description:
      - Password of the account. It also confirms changes of tokens.
      - If the task gives a O(login) without a password, or no credentials at all, the environment variable
        E(PAAS_PASSWORD) is used. Beside a O(session) of the task it is not used. See O(session) for how these options
        belong together.
    type: str
  otp:
    description:
      - The current one-time code, or a recovery code, of an account with two-factor authentication.
      - A code serves once. If several tasks sign in, give them the session of M(inet.elastic.paas_session) as
        O(session).
      - If not set, the value of the environment variable E(PAAS_OTP) is used.
    type: str
  otp_secret:
    description:
      - The secret that makes the one-time codes of an account with two-factor authentication (TOTP), in base32, as the
        platform shows it beside the QR code. Used where O(otp) is not given.
      - The code changes every 30 seconds, and a platform may accept each code only once. If several tasks sign in, give
        them the session of M(inet.elastic.paas_session) as O(session).
      - If not set, the value of the environment variable E(PAAS_OTP_SECRET) is used.
    type: str
  ca_path:
    description:
      - File in PEM form with the certificates of the authorities that are trusted, or a directory of such files that
        C(openssl rehash) prepared. No other authority is trusted then.
      - If not set, the value of the environment variable E(PAAS_CA_PATH) is used.
      - If neither is set, the Python library requests decides. It trusts the file that the environment variable
        E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) names, else the authorities of the Python package certifi. These are
        the authorities of the system only if a package of the system's distribution provides certifi.
      - The environment variables E(SSL_CERT_FILE) and E(SSL_CERT_DIR) are not used.
    type: path
  validate_certs:
    description:
      - Whether the platform's TLS certificate is verified. Turn it off for tests only.
      - If not set, the value of the environment variable E(PAAS_VALIDATE_CERTS) is used.
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
      - If not set, the value of the environment variable E(PAAS_TIMEOUT) is used.
    type: float
    default: 60.0
notes:
  - An empty or null connection option counts as not given.
  - Environment variables are read on the controller, also for a task on a remote host. The keyword C(environment) of a
    task beats the environment of the controller. Both are handed to the module as arguments.
requirements:
  - requests >= 2.28
"""
