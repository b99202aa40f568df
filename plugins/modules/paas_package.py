#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One package in an environment as declared state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_package
short_description: Manage a package of the iNET.elastic marketplace
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Installs a JPS manifest, given as text, as a mapping or by its address, and uninstalls it.
  - A package counts as installed where the platform lists one of its O(name) in the O(environment); it is not installed
    again, also where its settings are others.
  - When the answer gets lost on the way, the package is never installed again on a guess; the installations are read.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.changes
  - inet.elastic._connection
options:
  name:
    description:
      - Identifier or name of the package, as its manifest says it. Not needed with a O(manifest) that says either, at
        its outermost level or in C(application); a YAML text has it on one line.
    type: str
  environment:
    description:
      - Name of the environment that the package is installed into, or that it makes.
      - If this is not set, the package is one that needs no environment, as it only runs actions for the account. Among
        the installations without an environment, the task looks for it by its name.
    type: str
  state:
    description:
      - Whether the package is to be installed. Uninstalling leaves the environment as it is.
    type: str
    choices: [present, absent]
    default: present
  manifest:
    description:
      - The manifest, as YAML or JSON text, or as a mapping.
    type: raw
  url:
    description:
      - Address of the manifest, which the platform fetches.
    type: str
  settings:
    description:
      - Values for the fields of the manifest's form, by their names. They are kept out of all output, values of less
        than five characters excepted where RV(package.success_text) shows them.
    type: dict
  node_group:
    description:
      - Layer that an add-on is installed into.
    type: str
  region:
    description:
      - Region of an environment that the package makes.
    type: str
  display_name:
    description:
      - Name of that environment in the dashboard.
    type: str
  env_groups:
    description:
      - Groups of that environment.
    type: list
    elements: str
  skip_node_emails:
    description:
      - Whether the platform sends no mails about the nodes that the package makes.
    type: bool
  force:
    description:
      - Whether to uninstall also where the package's own steps for that fail.
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds that the installation may take, where it is longer than O(timeout). Where the answer gets lost,
        operations of the environment are waited for as long as this.
    type: int
    default: 1800
  lock_timeout:
    description:
      - Seconds to wait for another task of the same user on the same machine that works on the environment, see
        M(inet.elastic.paas_environment).
    type: int
    default: 600
seealso:
  - plugin: inet.elastic.from_manifest
    plugin_type: filter
"""

EXAMPLES = r"""
- name: A package that makes an environment
  inet.elastic.paas_package:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    environment: acme-wiki
    manifest: "{{ lookup('ansible.builtin.file', 'wiki.jps') | from_yaml }}"
    settings: {admin: "{{ wiki_admin }}", admin_password: "{{ wiki_password }}"}
    region: default_hn_group

- name: An add-on
  inet.elastic.paas_package:
    environment: acme-shop
    name: backup
    url: https://example.com/backup/manifest.yml
    node_group: storage

- name: Uninstall it
  inet.elastic.paas_package:
    environment: acme-shop
    name: backup
    state: absent

- name: A package in an environment of its own, without mails, with an hour to finish
  inet.elastic.paas_package:
    environment: acme-chat
    name: chat
    url: https://example.com/chat/manifest.yml
    display_name: Chat
    env_groups: [tools]
    skip_node_emails: true
    wait_timeout: 3600
    lock_timeout: 3600

- name: A package that works on the account and needs no environment
  inet.elastic.paas_package:
    manifest:
      type: install
      id: greeting
      name: Greeting
      onInstall: {log: hello}

- name: Uninstall an add-on whose own steps for that fail
  inet.elastic.paas_package:
    environment: acme-chat
    name: chat
    state: absent
    force: true
"""

RETURN = r"""
package:
  description: The installation; null when there is none.
  returned: success
  type: dict
  contains:
    unique_name:
      description: Name by which the platform knows the installation; null in check mode for a new one.
      type: str
    id:
      description: Identifier of the package; null in check mode for a new one.
      type: str
    name:
      description: Name of the package; null in check mode for a new one.
      type: str
    environment:
      description: Name of the environment; null for a package that needs none.
      type: str
    success_text:
      description: What the package says at the end, as HTML; null where it was installed before, and where the answer
        got lost.
      type: str
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"marketplace.installation.GetList": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"marketplace.installation.GetList": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.package import Package
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(Package())


if __name__ == "__main__":
    main()
