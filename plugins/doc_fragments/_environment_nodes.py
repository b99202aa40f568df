# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option that describes the layers of an environment, written once."""

from __future__ import annotations


class ModuleDocFragment:
    """The option nodes."""

    DOCUMENTATION = r"""
options:
  nodes:
    description:
      - The layers of the environment, one entry each. Needed to create one, unless O(clone_from) names another.
      - An entry means the layer that O(nodes[].node_group) names; without it, the first layer of the same
        O(nodes[].node_type) and O(nodes[].image) that no other entry means. One that is not there is added.
      - Layers without an entry are left alone, unless O(purge.nodes=true).
      - All changes of layers travel in one C(ChangeTopology), in which every layer that stays is named. A single change
        of O(nodes[].display_name), O(nodes[].slb_access) or O(nodes[].restart_delay) takes a lighter call.
      - JPS manifests can be brought over with the filter P(inet.elastic.from_manifest#filter).
    type: list
    elements: dict
    suboptions:
      node_group:
        description:
          - Name of the layer, such as V(bl), V(cp), V(sqldb), V(nosqldb), V(cache), V(storage) or V(vds), or any name
            for containers. By default the platform chooses by the stack.
        type: str
      node_type:
        description:
          - Software stack, such as V(nginxphp-dockerized), V(postgresql) or V(ubuntu-vps).
            With O(nodes[].image) it is V(docker) by default.
          - A layer keeps its kind; another value for a layer that exists is refused.
        type: str
      image:
        description:
          - Container image, with or without its tag. Another image than the layer's is set by C(ChangeTopology).
        type: str
      tag:
        description:
          - Version of the stack or the image. Another one than the layer's redeploys the layer, see O(keep_volumes).
          - Put it in quotes, as V(7.10) without them is the number V(7.1).
        type: str
      registry:
        description:
          - Where a private image comes from; used when the layer is made or redeployed, and never shown.
        type: dict
        suboptions:
          url:
            description: Address of the registry.
            type: str
          user:
            description: Login.
            type: str
          password:
            description: Password of the login.
            type: str
      count:
        description:
          - Number of nodes; a new layer has V(1) by default. Fewer than there are need O(allow_shrink=true).
        type: int
      fixed_cloudlets:
        description:
          - Reserved cloudlets of each node. A cloudlet is 128 MiB of memory and 400 MHz.
        type: int
      flexible_cloudlets:
        description:
          - Upper limit of cloudlets of each node; never below the reserved ones.
        type: int
        aliases: [cloudlets]
      disk_limit:
        description:
          - Disk of each node, in GB as a number (V(50)), or with a unit (V(50G), V(500M), V(1T)).
            A GB has 1000 MB, as the platform counts.
        type: str
      display_name:
        description:
          - Name of the layer shown in the dashboard. An empty text clears it.
        type: str
      ext_ips:
        description:
          - Number of public IPv4 addresses of each node. When a layer is made with some, the platform switches
            O(nodes[].slb_access) off, unless it is declared.
        type: int
      ext_ips_v6:
        description:
          - Number of public IPv6 addresses of each node.
        type: int
      slb_access:
        description:
          - Whether the layer is reached through the platform's shared load balancer.
        type: bool
      scaling_mode:
        description:
          - How nodes are added; V(stateless) makes them from the image, V(stateful) copies the master.
        type: str
      restart_delay:
        description:
          - Seconds between the nodes when they are restarted one after the other.
        type: int
      env:
        description:
          - Container variables, names and values. Values are text; V(true) becomes C(true).
          - They are added to those that are there. One with the value V(null) is removed; O(purge.env=true) removes all
            that are not named, but for C(PATH) and those that the image brings.
          - Values are secrets. Results and diffs show names only, and whether a value changed; see
            O(nodes[].env_public).
          - Running applications see a change after a restart, see O(state=restarted).
        type: dict
      env_public:
        description:
          - Names of variables in O(nodes[].env) whose values may be shown.
        type: list
        elements: str
      volumes:
        description:
          - Absolute paths whose content outlives a redeployment.
        type: list
        elements: str
      volume_mounts:
        description:
          - What the nodes see of the files of another layer or of another server; a mapping of paths to C(source_path)
            (the same path by default), one of C(source_node_group), C(source_node_id) and C(source_host), C(protocol),
            and C(read_only).
          - One that differs is taken off and mounted anew.
        type: dict
      links:
        description:
          - Links to other layers, each as C(layer:ALIAS). Set when the layer is made.
        type: list
        elements: str
      addons:
        description:
          - Add-ons by their identifiers. Set when the layer is made.
        type: list
        elements: str
      cluster:
        description:
          - Whether the layer is set up as a cluster of its stack. Set when the layer is made.
        type: dict
        suboptions:
          enabled:
            description: Whether it is.
            type: bool
            default: true
          settings:
            description: Settings of the stack's cluster, such as C(scheme). They can hold passwords; never shown.
            type: dict
      cmd:
        description:
          - Command of the container. Set when the layer is made.
        type: str
      entrypoint:
        description:
          - Entry point of the container. Set when the layer is made.
        type: str
      volumes_from:
        description:
          - Layers whose volumes are taken over. Set when the layer is made.
        type: list
        elements: str
      start_on_creation:
        description:
          - Whether the service inside is started when the layer is made.
        type: bool
      engine:
        description:
          - Engine of this layer, such as V(php8.3). Set when the layer is made.
        type: str
      distribution:
        description:
          - How nodes spread over hardware, a mapping as the platform takes it. Set when the layer is made.
        type: dict
      node_group_data:
        description:
          - Free members of the layer. Set when the layer is made.
        type: dict
"""
