#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of environments."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_environment_info
short_description: List environments of the iNET.elastic platform
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Lists environments of an iNET.elastic account with their layers and nodes, in the words of the options of
    M(inet.elastic.paas_environment), so that what is returned can be declared there.
  - One API call lists any number of environments; options that restrict the list apply together.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.reads
  - inet.elastic._connection
options:
  name:
    description:
      - Names or shell-style patterns of the environments to list, by default all. Names that do not exist are no error.
    type: list
    elements: str
  status:
    description:
      - List only environments in one of these statuses.
    type: list
    elements: str
    choices:
      - unknown
      - running
      - stopped
      - launching
      - sleeping
      - suspended
      - creating
      - cloning
      - not_existing
      - exporting
      - migrating
      - broken
      - updating
      - stopping
      - going_to_sleep
      - restoring
      - deleting
      - refreshing
  group:
    description:
      - List only environments in one of these groups or in a group below; each as V(name), V(parent/child) or
        a shell-style pattern.
    type: list
    elements: str
  region:
    description:
      - List only environments in one of these regions, by their unique names.
    type: list
    elements: str
  lazy:
    description:
      - Leave out layers and nodes, which is faster for many environments.
    type: bool
    default: false
  encrypted_env:
    description:
      - Return the container variables of the layers in RV(encrypted_env), encrypted with Ansible Vault. No value is
        returned in any other way.
      - Needs a vault password of the run, and one API call for each layer.
      - Cannot be used with O(lazy=true), or with C(async).
    type: bool
    default: false
seealso:
  - module: inet.elastic.paas_environment
"""

EXAMPLES = r"""
- name: One environment
  inet.elastic.paas_environment_info:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    name: acme-shop
  register: shop

- name: Running test environments of a client
  inet.elastic.paas_environment_info:
    name: ["test-*"]
    status: [running]
    group: [clients/acme]
    lazy: true

# To write found.encrypted_env into a file, ansible.builtin.copy needs decrypt: false.
- name: Read the container variables of an environment
  inet.elastic.paas_environment_info:
    name: acme-shop
    encrypted_env: true
  register: found

- name: All environments of a region
  inet.elastic.paas_environment_info:
    region: [default_hn_group]
"""

RETURN = r"""
environments:
  description: The environments, sorted by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name, the first part of the domain.
      type: str
      sample: acme-shop
    display_name:
      description: Name shown in the dashboard; null if the environment has none.
      type: str
    state:
      description:
        - The value of O(inet.elastic.paas_environment#module:state) that leaves the environment as it is,
          V(started), V(stopped) or V(sleeping);
          V(present) in any other status.
      type: str
    status:
      description:
        - What the environment is doing, V(running), V(stopped) or V(sleeping);
          V(launching), V(creating), V(cloning), V(exporting), V(migrating), V(updating), V(stopping),
          V(going_to_sleep), V(restoring), V(deleting) or V(refreshing) while an operation runs;
          or V(suspended), V(broken), V(not_existing) or V(unknown).
      type: str
    region:
      description: Unique name of the region.
      type: str
    ssl:
      description: Whether the built-in certificate is on.
      type: bool
    ha:
      description: Whether high availability is on.
      type: bool
    engine:
      description: Engine, such as V(php8.1); null where the platform tells none.
      type: str
    env_groups:
      description: Paths of the groups that it is in.
      type: list
      elements: str
      sample: [clients/acme]
    nodes:
      description:
        - The layers, as O(inet.elastic.paas_environment#module:nodes) takes them.
        - Null with O(lazy=true).
      type: list
      elements: dict
      contains:
        node_group:
          description: Name of the layer.
          type: str
          sample: cp
        node_type:
          description: Software stack of its nodes; V(docker) for a container image.
          type: str
        count:
          description: Number of its nodes.
          type: int
        fixed_cloudlets:
          description: Reserved cloudlets of each node.
          type: int
        flexible_cloudlets:
          description: Upper limit of cloudlets of each node.
          type: int
        tag:
          description: Version of the stack or the image.
          type: str
        image:
          description: Container image without its tag; null for a stack of the platform.
          type: str
        display_name:
          description: Name of the layer shown in the dashboard.
          type: str
        disk_limit:
          description: Disk of each node.
          type: str
          sample: 50G
        ext_ips:
          description: Number of public IPv4 addresses of each node.
          type: int
        ext_ips_v6:
          description: Number of public IPv6 addresses of each node.
          type: int
        slb_access:
          description: Whether the layer is reached through the shared load balancer.
          type: bool
        scaling_mode:
          description: V(stateless) or V(stateful).
          type: str
        restart_delay:
          description: Seconds between the nodes when they are restarted one after the other.
          type: int
        cluster:
          description: Whether it is a cluster, as C(enabled); null where the platform does not tell.
          type: dict
        links:
          description: Links; null for layers that run no image.
          type: list
          elements: str
        addons:
          description: Add-ons.
          type: list
          elements: str
        volumes:
          description: Volumes, among them what is mounted; null where they were not read.
          type: list
          elements: str
        volume_mounts:
          description: Mounts by their paths; null where they were not read.
          type: dict
        env:
          description:
            - A template that refers to the variables of the layer in RV(encrypted_env); null if the layer has no
              variables of its own, or without O(encrypted_env=true).
          type: str
          sample: "{{ container_variables['acme-shop']['cp'] }}"
    domains:
      description: External domains.
      type: list
      elements: str
    certificate:
      description: Not read here, so null.
      type: dict
    endpoints:
      description: Endpoints, as M(inet.elastic.paas_environment) takes them.
      type: list
      elements: dict
    firewall:
      description: Not read here, so null.
      type: list
      elements: dict
    triggers:
      description: Not read here, so null.
      type: list
      elements: dict
    domain:
      description: Host name.
      type: str
      sample: shop.paas.example.com
    url:
      description: Address of its entry point.
      type: str
      sample: https://shop.paas.example.com
    appid:
      description: Identifier of the environment on the platform.
      type: str
    owner_uid:
      description: Number of the account that owns it.
      type: int
    created_on:
      description: When it was created, UTC.
      type: str
      sample: "2026-11-24T09:30:00Z"
    node_list:
      description:
        - The single nodes.
        - Null with O(lazy=true).
      type: list
      elements: dict
      contains:
        id:
          description: Number of the node.
          type: int
        node_group:
          description: Name of its layer.
          type: str
        internal_ip:
          description: Address inside the platform.
          type: str
        external_ips:
          description: Public addresses.
          type: list
          elements: str
        url:
          description: Address of the node.
          type: str
        status:
          description: What the node is doing, in the words of the environment's status.
          type: str
        is_master:
          description: Whether it is the first node of its layer.
          type: bool
        endpoints:
          description: Its endpoints, with C(public_port) and C(domain).
          type: list
          elements: dict
encrypted_env:
  description:
    - A YAML document, encrypted with the vault password of the run. It defines the variable C(container_variables),
      with names and values by environment and layer, without variables that are as the image brings them.
    - Equal variables and an equal vault password give an equal text.
    - To write the text into a file by M(ansible.builtin.copy), set C(decrypt=false) there. By default,
      M(ansible.builtin.copy) decrypts such a text.
    - Null without O(encrypted_env=true).
  returned: success
  type: str
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"environment.control.GetEnvInfo": 1}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"environment.control.GetEnvInfo": 0.12}
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.info import EnvironmentInfo
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(EnvironmentInfo())


if __name__ == "__main__":
    main()
