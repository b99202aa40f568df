#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One SSH key as declared state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_ssh_key
short_description: Manage an SSH key of an account on the iNET.elastic platform
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Adds, replaces and removes SSH keys of an account. Public keys open the SSH gate to nodes, private ones are for git.
  - A key is identified by its title. One of the same title that differs is removed, and the new one added, in this
    order, as the platform keeps titles unique. Where it refuses the new one, the old one is put back.
  - The methods for that are documented for administrators only; a hoster may refuse them to ordinary accounts.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.changes
  - inet.elastic._connection
options:
  title:
    description:
      - Title of the key, as the dashboard shows it. Exactly one of it and O(fingerprint).
    type: str
  fingerprint:
    description:
      - Fingerprint of a key to remove, in place of its title; as C(ssh-keygen -l) or the platform shows it.
    type: str
  state:
    description:
      - Whether the key is to be there.
    type: str
    choices: [present, absent]
    default: present
  public_key:
    description:
      - Text of a public key in the form of OpenSSH. Its comment does not count when keys are compared.
    type: str
  private_key:
    description:
      - Text of a private key in PEM form. It is never read back, so a key of the same title is taken to be the same.
    type: str
  private:
    description:
      - Whether the title is looked for among private keys; always so with O(private_key).
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: My key opens the SSH gate
  inet.elastic.paas_ssh_key:
    api_url: https://app.example.com
    login: "{{ paas_login }}"
    password: "{{ paas_password }}"
    title: laptop
    public_key: "{{ lookup('ansible.builtin.file', 'id_ed25519.pub') }}"

- name: A key of a colleague who left
  inet.elastic.paas_ssh_key:
    title: old laptop
    state: absent

- name: A key that got into wrong hands, whatever its title
  inet.elastic.paas_ssh_key:
    fingerprint: "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
    state: absent

- name: A key for git
  inet.elastic.paas_ssh_key:
    title: git
    private_key: "{{ git_key }}"

- name: No key for git any more
  inet.elastic.paas_ssh_key:
    title: git
    private: true
    state: absent
"""

RETURN = r"""
ssh_key:
  description: The key; null when there is none.
  returned: success
  type: dict
  contains:
    id:
      description: Its number; null in check mode for a new one.
      type: int
    title:
      description: Its title.
      type: str
    private:
      description: Whether it is a private one.
      type: bool
    public_key:
      description: Type and key, without the comment; null for a private one.
      type: str
    fingerprint:
      description: Fingerprint of a public key as C(ssh-keygen -l) shows it; of a private one as the platform does.
      type: str
      sample: "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"management.account.GetSSHKeys": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"management.account.GetSSHKeys": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.ssh_key import SshKey
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(SshKey())


if __name__ == "__main__":
    main()
