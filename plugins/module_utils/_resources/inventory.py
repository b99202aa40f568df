# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory ``paas``: environments as records, and records as hosts, groups and variables. Knows no Ansible.

A record is an environment as plain data for the cache. Hosts are made from records only, so that an inventory from the
cache equals one from the platform.
"""

from __future__ import annotations

import fnmatch
import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Callable
from urllib.parse import urlsplit

from .._engine.permissions import Permission, Table, rows
from .._engine.read_only import ReadOnly
from .._engine.resource import Work
from .._engine.spec import with_connection
from .environment.model import Environment, Layer, Node, label
from .environment.names import name_or_pattern
from .environment.reader import GET_ALL, read_environments
from .environment.statuses import RUNNING

Record = dict[str, Any]
Records = list[Record]
# Part of the keys of the cache; to be raised when records change.
RECORD_VERSION = 1
GATE_PORT = 3022
_NOT_IN_GROUP = re.compile(r"\W")
_NOT_IN_HOST = re.compile(r"[^\w.@-]")
_NO_LAYER = Layer()
_OF_LAYERS = ("node_type", "image", "tag", "display_name", "fixed_cloudlets", "flexible_cloudlets")


# -- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Selection:
    """Patterns of the names of environments, in lower case: those to list (empty: all), and those to leave out."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def selects(self, name: str) -> bool:
        """Return whether the environment is listed."""
        folded = name.lower()
        included = not self.include or any(fnmatch.fnmatchcase(folded, pattern) for pattern in self.include)
        return included and not any(fnmatch.fnmatchcase(folded, pattern) for pattern in self.exclude)


class Inventory(ReadOnly[Selection, Records]):
    """The environments of an account, as the plugin ``paas`` reads them."""

    result_member = "records"
    spec = with_connection(
        {"include": {"type": "list", "elements": "str"}, "exclude": {"type": "list", "elements": "str"}}
    )

    def desired(self, options: Mapping[str, Any]) -> Selection:
        """Return the patterns in lower case; InputError for what cannot be a name of an environment."""
        return Selection(*(_patterns(option, options.get(option) or ()) for option in ("include", "exclude")))

    def read(self, work: Work, desired: Selection) -> Records:
        """Read all environments by one GetEnvs; return those selected, sorted by name."""
        found = (item for item in read_environments(work.client, warn=work.task.warn) if desired.selects(item.name))
        return [environment_record(item, work.task.warn) for item in sorted(found, key=lambda item: item.name)]


INVENTORY = Inventory()
PERMISSIONS = Table(spec=Inventory.spec, permissions=rows(Permission(GET_ALL)))


def _patterns(option: str, given: Iterable[Any]) -> tuple[str, ...]:
    return tuple(name_or_pattern(str(pattern), f"{option}[{index}]") for index, pattern in enumerate(given))


def environment_record(environment: Environment, warn: Callable[[str], None]) -> Record:
    """Return an environment as plain data, without container variables and credentials of registries."""
    layers = {layer.node_group: layer for layer in environment.layers or ()}
    nodes = [node for node in environment.nodes or () if node.id is not None]
    if len(nodes) != len(environment.nodes or ()):
        warn(f"{environment.label} has a node without a number; the node is left out")
    return {
        "environment": environment.name,
        "environment_status": environment.status.word,
        "domain": environment.domain,
        "region": environment.region,
        "env_groups": list(environment.parts.get("env_groups", ())),
        "owner_uid": environment.owner_uid,
        "nodes": [_node_record(environment, node, layers.get(node.node_group, _NO_LAYER)) for node in nodes],
    }


def _node_record(environment: Environment, node: Node, layer: Layer) -> Record:
    # The nodes of an environment that does not run may still be said to run.
    is_known = environment.status.number == RUNNING and node.status.number is not None
    return {
        "node_id": node.id,
        "node_group": node.node_group,
        **{name: getattr(layer, name) for name in _OF_LAYERS},
        "status": (node.status if is_known else environment.status).word,
        "is_master": node.is_master,
        "internal_ip": node.internal_ip,
        "external_ips": list(node.external_ips),
        "url": node.url,
    }


# -- hosts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InventoryHost:
    """A node as a host.

    Attributes:
        label: the node and its environment, for messages.
        groups: names of groups.
    """

    name: str
    label: str
    variables: dict[str, Any]
    groups: tuple[str, ...]


@dataclass
class Groups:
    """The groups by the options of ``group_by``.

    Attributes:
        groupings: the values of ``group_by``.
        parents: each group to its parent; None without one.
    """

    groupings: tuple[str, ...]
    warn: Callable[[str], None]

    def __post_init__(self) -> None:
        self.parents: dict[str, str | None] = {}
        self._values: dict[str, str] = {}

    def of_environment(self, record: Record) -> tuple[str, ...]:
        """Return the groups of all hosts of an environment; they exist even without hosts."""
        values = {"environment": record["environment"], "region": record["region"]}
        found = [self._group(name, values[name]) for name in ("environment", "region") if self._is_used(name, values)]
        if "env_group" in self.groupings:
            found += [self._path(path) for path in record["env_groups"]]
        if "status" in self.groupings and not record["nodes"]:
            found.append(self._group("status", record["environment_status"]))
        return tuple(found)

    def of_node(self, node: Record) -> tuple[str, ...]:
        """Return the further groups of a host."""
        values = {"layer": node["node_group"], "type": node["node_type"], "status": node["status"]}
        return tuple(self._group(name, values[name]) for name in values if self._is_used(name, values))

    def _is_used(self, grouping: str, values: Mapping[str, Any]) -> bool:
        return grouping in self.groupings and bool(values[grouping])

    def _group(self, grouping: str, value: str, parent: str | None = None) -> str:
        name = _NOT_IN_GROUP.sub("_", f"{grouping}_{value}")
        known = self._values.setdefault(name, value)
        if known != value:
            self.warn(f"{grouping.replace('_', ' ')} {known!r} and {value!r} are both the group {name}")
            self._values[name] = value
        self.parents.setdefault(name, parent)
        return name

    def _path(self, path: str) -> str:
        """Return the group of ``dev/team-a``, whose parent is the group of ``dev``."""
        parts = [part.strip() for part in path.split("/") if part.strip()]
        name = None
        for depth in range(len(parts)):
            name = self._group("env_group", "/".join(parts[: depth + 1]), name)
        return name or self._group("env_group", path)


@dataclass(frozen=True)
class Connection:
    """How hosts of an account are reached.

    Attributes:
        kind: the option ``connection``.
        variables: for ``api``, the variables of the connection that are equal for all hosts.
    """

    kind: str
    api_url: str
    variables: Mapping[str, Any]

    def of_host(self, record: Record, node: Record) -> dict[str, Any]:
        """Return the variables of the connection to a node."""
        if self.kind == "api":
            place = {"ansible_paas_env_name": record["environment"], "ansible_paas_node_id": node["node_id"]}
            return {"ansible_connection": "inet.elastic.paas_exec", **place, **self.variables}
        if self.kind == "none":
            return {}
        found = {
            "ansible_connection": "ssh",
            "ansible_host": gate_host(self.api_url),
            "ansible_port": GATE_PORT,
            "ansible_user": f"{node['node_id']}-{record['owner_uid']}",
            # Ansible expands ~USER on the node, where the gate's user does not exist.
            "ansible_remote_tmp": "/tmp/.ansible",
        }
        return found if is_root(node) else {**found, "ansible_become": False}


def is_root(node: Record) -> bool:
    """Return whether the gate signs in as root: containers of images, and virtual servers; certified stacks do not."""
    return bool(node["image"]) or "vps" in (node["node_type"] or "")


def gate_host(api_url: str) -> str:
    """Return the host of the SSH gate: the API's host with its first label replaced by ``gate``."""
    host = urlsplit(api_url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        _first, dot, rest = host.partition(".")
        return f"gate.{rest}" if dot else host
    return host


def inventory_hosts(
    records: Iterable[Record], groups: Groups, connection: Connection, account: str | None = None
) -> Iterator[InventoryHost]:
    """Yield each node of each environment as a host with its default name.

    Args:
        account: the name of the account.
    """
    shared = {"paas_api_url": connection.api_url, **({"paas_account": account} if account else {})}
    for record in records:
        of_environment = groups.of_environment(record)
        common = {**shared, **{f"paas_{name}": value for name, value in record.items() if name != "nodes"}}
        for node in record["nodes"]:
            own = {f"paas_{name}": value for name, value in node.items()}
            domain = record["domain"] or record["environment"]
            yield InventoryHost(
                name=host_name(f"node{node['node_id']}-{domain}"),
                label=f"node {node['node_id']} of {label(record['environment'])}",
                variables={**common, **own, **connection.of_host(record, node)},
                groups=of_environment + groups.of_node(node),
            )


def host_name(text: str) -> str:
    """Return a text as the name of a host: signs of templates and of host patterns become ``_``."""
    return _NOT_IN_HOST.sub("_", text)
