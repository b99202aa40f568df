# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options for what hangs on an environment beside its layers, written once."""

from __future__ import annotations


class ModuleDocFragment:
    """Domains, certificate, endpoints, firewall, triggers."""

    DOCUMENTATION = r"""
options:
  domains:
    description:
      - External domains bound to the environment. Others that are bound stay, unless O(purge.domains=true).
    type: list
    elements: str
  ssl_certificate:
    description:
      - Custom certificate of the environment, for its external domains. An empty mapping removes it.
      - Compared by the certificate's fingerprint, and O(ssl_certificate.intermediate) by its fingerprints where the
        platform shows it. A key is never read back, so another key alone changes nothing.
      - The built-in certificate is O(ssl).
    type: dict
    suboptions:
      certificate:
        description: The certificate, as PEM text, not as a path.
        type: str
      key:
        description: Its private key, as PEM text.
        type: str
      intermediate:
        description:
          - The certificates between it and the root, as PEM text. If left out, those of the same certificate stay, and
            a new one is set without.
        type: str
  endpoints:
    description:
      - Ports of nodes that are reachable from outside, by layer and name. The public port is the platform's choice, see
        RV(environment.node_list[].endpoints). Others stay, unless O(purge.endpoints=true).
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the endpoint.
        type: str
        required: true
      node_group:
        description: The layer, on whose master node it is.
        type: str
        required: true
      private_port:
        description: Port on the node, from 1 to 65535.
        type: int
        required: true
      protocol:
        description: Protocol; of a new one V(tcp) if left out.
        type: str
        choices: [tcp, udp]
  firewall:
    description:
      - Firewall rules, by layer, direction and name. Others stay, unless O(purge.firewall=true); the platform's own
        rules stay in any case.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the rule.
        type: str
        required: true
      node_group:
        description: The layer that it is for.
        type: str
        required: true
      direction:
        description: Which traffic it is about.
        type: str
        choices: [input, output, bidirectional]
        default: input
      action:
        description: What becomes of that traffic; of a new rule V(allow) if left out.
        type: str
        choices: [allow, deny]
      protocol:
        description: Protocol, such as V(tcp), V(udp) or V(all); of a new rule V(tcp) if left out.
        type: str
      ports:
        description:
          - Ports, such as V(80), V(8000-8010) or V(80,443). An empty text, or V(ALL), means all.
          - A package that is in use says that its platform takes one port or one range in a rule, and no list.
        type: str
      source:
        description: Where the traffic comes from, an address, a network or V(ALL), which a new rule has if left out.
        type: str
      destination:
        description: Where it goes to, likewise; of a new rule the platform chooses if left out.
        type: str
      priority:
        description: Rules are tried in ascending order. Of a new rule the platform chooses if left out.
        type: int
      enabled:
        description: Whether the rule is in force; a new one is by default.
        type: bool
  triggers:
    description:
      - Automatic scaling and load alerts, by name; where several have one name, by layer and name. Others stay, unless
        O(purge.triggers=true). Beware that the platform can have alerts of its own choice, which go then, too.
      - A new one needs O(triggers[].condition), O(triggers[].value) and O(triggers[].action).
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the trigger.
        type: str
        required: true
      node_group:
        description: The layer that is watched.
        type: str
        required: true
      resource:
        description:
          - What is watched; by a new one V(cpu) if left out.
          - The platform takes V(disk), V(inodes), V(network_external) and V(oom_killer) for notices only.
        type: str
        choices:
          - cpu
          - memory
          - cloudlets
          - disk
          - inodes
          - disk_io
          - disk_iops
          - network_external
          - network_external_out
          - oom_killer
      condition:
        description: On which side of O(triggers[].value) it acts.
        type: str
        choices: [above, below]
      value:
        description: Threshold, in O(triggers[].unit).
        type: float
      unit:
        description:
          - Unit of the threshold; of a new one V(percent) if left out. V(specific) is the resource's own unit, which
            the platform takes for V(network_external) and V(network_external_out).
        type: str
        choices: [percent, specific]
      period:
        description: Minutes for which the threshold has to be passed; of a new one 1 if left out.
        type: int
      action:
        description: What happens. Of a trigger with several actions this is the first one, and the others stay.
        type: str
        choices: [add_node, remove_node, notify, notify_oom]
      limit:
        description: Number of nodes of the layer at which nothing more is added or removed.
        type: int
      count:
        description: Nodes that one action adds or removes.
        type: int
      notify:
        description: Whether the account gets a mail about it.
        type: bool
      reminder_period:
        description: Minutes until the mail is repeated, of O(triggers[].action=notify).
        type: int
      enabled:
        description: Whether the trigger is in force; a new one is by default.
        type: bool
"""
