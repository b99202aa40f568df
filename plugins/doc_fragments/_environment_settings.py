# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options for an environment as a whole, written once."""

from __future__ import annotations


class ModuleDocFragment:
    """Settings, and how they are applied."""

    DOCUMENTATION = r"""
options:
  display_name:
    description:
      - Name shown in the dashboard. An empty text clears it.
    type: str
  region:
    description:
      - Unique name of the region. By default the platform chooses. Another one than the environment's migrates it.
    type: str
  engine:
    description:
      - Engine of the application server, such as V(php8.1) or V(nodejs20).
    type: str
  ssl:
    description:
      - Whether the built-in certificate is on.
    type: bool
  ha:
    description:
      - Whether high availability is on.
    type: bool
  env_groups:
    description:
      - Groups that the environment is in, each as V(name) or V(parent/child). Groups that do not exist are made.
        It stays in others, unless O(purge.env_groups=true).
      - A clone that the task makes (O(clone_from)) is in these groups and no others, with an empty list in none. If
        this is not set, the clone is in the groups of the original, as the platform copies them.
    type: list
    elements: str
  owner:
    description:
      - Number of the account that a new environment is made for, where that is another than the task's. It cannot be
        changed later.
    type: int
  clone_from:
    description:
      - Name of an environment that a new one is a copy of. It is then changed where it is not as declared.
        Domains and certificates stay with the original. Groups are copied, so set O(env_groups) for a copy that must
        not be treated as the original is, for example by a task for all environments of a group.
      - An environment that exists is not affected.
    type: str
  purge:
    description:
      - Kinds of which everything goes that the task does not name. Without it, nothing is removed.
    type: dict
    suboptions:
      nodes:
        description: Layers, with their data.
        type: bool
        default: false
      env:
        description: Container variables of the layers that declare O(nodes[].env).
        type: bool
        default: false
      volumes:
        description:
          - Volumes of the layers that declare O(nodes[].volumes), with their data. Those that the image defines stay,
            as the platform does not remove them.
        type: bool
        default: false
      volume_mounts:
        description: Mounts of the layers that declare O(nodes[].volume_mounts).
        type: bool
        default: false
      env_groups:
        description: Groups that the environment is in.
        type: bool
        default: false
      domains:
        description: External domains.
        type: bool
        default: false
      endpoints:
        description: Endpoints.
        type: bool
        default: false
      firewall:
        description: Firewall rules, but for the platform's own.
        type: bool
        default: false
      triggers:
        description: Triggers.
        type: bool
        default: false
  allow_shrink:
    description:
      - Whether fewer nodes, cloudlets, public addresses or a smaller disk than there are may be set. Without it, such a
        task is refused before anything is changed.
    type: bool
    default: false
  keep_volumes:
    description:
      - Whether volumes keep their content when containers are redeployed. Of the other files a container keeps only
        configurations of the platform and what C(/etc/jelastic/redeploy.conf) in it names.
    type: bool
    default: true
  sequential:
    description:
      - Whether nodes of a layer are restarted or redeployed one after the other. By default the platform decides.
    type: bool
  sequential_delay:
    description:
      - Seconds between nodes that are restarted or redeployed one after the other.
    type: int
  live_migration:
    description:
      - Whether a migration to another region goes on while the environment runs. By default the platform decides.
    type: bool
  check_details:
    description:
      - Whether details that cost calls of their own are read and compared on an environment that exists. With V(false)
        they are taken to be as declared, and the task costs one call where nothing else differs.
    type: bool
    default: true
"""
