#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One environment as declared state."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_environment
short_description: Manage an environment of the iNET.elastic platform
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Describes a whole environment of the iNET.elastic platform (Virtuozzo Application Platform, formerly Jelastic) and
    makes the platform match, with topology, container variables, volumes and mounts, groups, domains, certificate,
    endpoints, firewall, automatic scaling, region and status.
  - What the task does not name is left alone. What it names is added or changed; to remove what it does not name, ask
    for it with O(purge).
  - Where nothing differs, the task costs one call, and one more for each detail of a layer that the platform shows by
    a call of its own. That is O(nodes[].env), O(nodes[].volume_mounts), and O(nodes[].volumes) of layers that run no
    image, where they are declared; and one each for O(ssl_certificate), O(firewall) and O(triggers). See
    O(check_details).
  - An environment in which an operation is running is waited for first, unless O(wait=false).
  - When the answer of a change gets lost on the way, the change is never sent again; the environment is read to see
    whether it was made.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._attributes.changes
  - inet.elastic._connection
  - inet.elastic._environment_lifecycle
  - inet.elastic._environment_settings
  - inet.elastic._environment_nodes
  - inet.elastic._environment_parts
seealso:
  - module: inet.elastic.paas_environment_info
  - module: inet.elastic.paas_environments
  - module: inet.elastic.paas_token
"""

EXAMPLES = r"""
- name: A PHP application with its database
  inet.elastic.paas_environment:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    name: acme-shop
    display_name: Shop of Acme
    region: default_hn_group
    engine: php8.1
    ssl: true
    env_groups: [clients/acme]
    nodes:
      - node_group: cp
        node_type: nginxphp-dockerized
        count: 2
        fixed_cloudlets: 1
        flexible_cloudlets: 8
      - node_group: sqldb
        node_type: postgresql
        tag: "16.4"
        cloudlets: 16

- name: A container with variables, files of another layer, a domain and a rule
  inet.elastic.paas_environment:
    name: acme-wiki
    nodes:
      - node_group: app
        image: registry.example.com/wiki:2.4
        registry: {url: registry.example.com, user: puller, password: "{{ registry_password }}"}
        cloudlets: 8
        disk_limit: 20G
        env: {DB_HOST: sqldb, DB_PASSWORD: "{{ db_password }}", OLD_SETTING: null}
        env_public: [DB_HOST]
        volumes: [/var/lib/wiki]
        volume_mounts:
          /srv/share: {source_node_group: storage, source_path: /data, read_only: true}
      - {node_group: storage, node_type: storage}
      - {node_group: sqldb, node_type: postgresql, tag: "16.4", ext_ips: 0}
    domains: [wiki.example.com]
    ssl_certificate:
      certificate: "{{ lookup('ansible.builtin.file', 'wiki.pem') }}"
      key: "{{ wiki_key }}"
    firewall:
      - {name: database, node_group: sqldb, ports: "5432", source: 192.0.2.0/24}
    endpoints:
      - {name: postgres, node_group: sqldb, private_port: 5432}
    triggers:
      - {name: more, node_group: app, condition: above, value: 70, period: 5, action: add_node, limit: 4, count: 1}

- name: Exactly these layers, with fewer nodes than before
  inet.elastic.paas_environment:
    name: acme-shop
    nodes:
      - {node_group: cp, node_type: nginxphp-dockerized, count: 1}
    purge: {nodes: true}
    allow_shrink: true

- name: A copy for tests, in another region
  inet.elastic.paas_environment:
    name: shop-test
    clone_from: acme-shop
    region: region-b

- name: A new version, one node after the other
  inet.elastic.paas_environment:
    name: acme-wiki
    nodes:
      - {node_group: app, tag: "2.5"}
    sequential: true
    sequential_delay: 30

- name: Stop an environment for the night, and do not wait for long operations
  inet.elastic.paas_environment:
    name: acme-shop
    state: stopped
    wait: false

- name: Start it, and give it up to 20 minutes
  inet.elastic.paas_environment: {name: acme-shop, state: started, wait_timeout: 1200}

- name: Delete it where the hoster wants the account's password for that
  inet.elastic.paas_environment:
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    name: acme-shop
    state: absent
    password: "{{ paas_password }}"
    delete_confirm: password
"""

RETURN = r"""
environment:
  description: The environment, in the words of the options; null when there is none.
  returned: success
  type: dict
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
        - The value of O(state) that leaves the environment as it is, V(started), V(stopped) or V(sleeping);
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
      description:
        - Unique name of the region; null in check mode for a new environment whose region is left to the platform.
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
        - The layers, as O(nodes) takes them. In check mode, what a new environment leaves to the platform is null.
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
          description: The variables that O(nodes[].env_public) names; null without any.
          type: dict
    domains:
      description: External domains.
      type: list
      elements: str
    certificate:
      description: The custom certificate, as C(sha256) and C(enabled); null where O(ssl_certificate) is not given.
      type: dict
    endpoints:
      description: Endpoints, as O(endpoints) takes them.
      type: list
      elements: dict
    firewall:
      description: Rules, as O(firewall) takes them, without the platform's own; null where the option is not given.
      type: list
      elements: dict
    triggers:
      description: Triggers, as O(triggers) takes them; null where the option is not given.
      type: list
      elements: dict
    domain:
      description: Host name; null in check mode for a new environment.
      type: str
      sample: shop.paas.example.com
    url:
      description: Address of its entry point; null in check mode for a new environment.
      type: str
      sample: https://shop.paas.example.com
    appid:
      description: Identifier of the environment on the platform; null in check mode for a new environment.
      type: str
    owner_uid:
      description: Number of the account that owns it; null in check mode for a new environment.
      type: int
    created_on:
      description: When it was created, UTC; null in check mode for a new environment.
      type: str
      sample: "2026-11-24T09:30:00Z"
    node_list:
      description:
        - The single nodes; null in check mode for a new environment.
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

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(OneEnvironment())


if __name__ == "__main__":
    main()
