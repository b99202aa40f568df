# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Environments, layers and nodes as answers show them: wire names, enums as names, status as a number (recorded)."""

from __future__ import annotations

import hashlib
import ipaddress
from typing import Any

from paas_emulator.services.control import stacks
from paas_emulator.store import FIRST_IDS, Environment, Layer, Node

FEATURES = ("FIREWALL",)
BANDWIDTH_LIMIT = 100_000
DISK_IO_LIMIT = 10_000_000
DISK_IOPS_LIMIT = 1000
REDEPLOY_DELAY = 30
# Until EditNodeGroup or ApplyData sets them.
LAYER_DEFAULTS = {
    "isSequentialDeploy": False,
    "redeployContainerDelay": REDEPLOY_DELAY,
    "redeployContextDelay": REDEPLOY_DELAY,
}
CONTEXT_REGEX = "^((([a-zA-Z0-9])+(-{1}([a-zA-Z0-9])+)+)|([a-zA-Z0-9]+))$"
CONTAINER_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_IMAGE_PATH = dict([CONTAINER_PATH.split("=", 1)])
IMAGE_DATE = "2026-01-01T00:00:00Z"
FIRST_CTID = 30001
_FIRST_INTERNAL = int(ipaddress.IPv4Address("10.0.0.11"))
SAME_FOR_ALL_NODES = {
    "bandwidthLimit": BANDWIDTH_LIMIT,
    "canBeExported": False,
    "contextValidatorRegex": CONTEXT_REGEX,
    "diskIoLimit": DISK_IO_LIMIT,
    "diskIopsLimit": DISK_IOPS_LIMIT,
    "guestOSType": "LINUX",
    "hasPackages": False,
    "hostOSType": "LINUX",
    "isClusterSupport": False,
    "isCustomSslSupport": False,
    "isExternalIpRequired": False,
    "isHighAvailability": False,
    "isWebAccess": True,
    "osType": "LINUX",
    "singleContext": False,
}


def environment_info(environment: Environment, lazy: bool) -> dict[str, Any]:
    """Everything GetEnvInfo says; `lazy` leaves out nodes and layers."""
    info: dict[str, Any] = {"env": env(environment), "envGroups": list(environment.groups), "right": "OWNER"}
    if not lazy:
        info["nodeGroups"] = [layer(environment, item) for item in environment.layers]
        info["nodes"] = [node(environment, item) for item in environment.nodes]
        info["nodesData"] = []
        info["nodesInternalDomains"] = []
    return info


def env(environment: Environment) -> dict[str, Any]:
    """The member `env`."""
    return {
        "appid": environment.appid,
        "contexts": [
            {"context": row["context"], "archivename": row["archivename"], "type": row["type"]}
            for row in environment.deployments
        ],
        "createdOn": environment.created_on,
        "creatorUid": environment.creator_uid,
        "displayName": environment.display_name,
        "domain": domain(environment),
        "engine": environment.engine,
        "envName": environment.name,
        "extdomains": list(environment.ext_domains),
        "hardwareNodeGroup": environment.region,
        "hostGroup": {
            "displayName": environment.region_name or environment.region,
            "uniqueName": environment.region,
        },
        "isFirewallEnabled": environment.firewall_enabled,
        "isTransferring": False,
        "ishaenabled": environment.ha,
        "shortdomain": environment.name,
        "sslstate": environment.ssl,
        "status": environment.status,
        "uid": environment.uid,
    }


def domain(environment: Environment) -> str:
    """Full host name."""
    return f"{environment.name}.{environment.domain}"


def layer(environment: Environment, item: Layer) -> dict[str, Any]:
    """One of `nodeGroups`."""
    return {
        **LAYER_DEFAULTS,
        **item.data,
        "deployments": [
            {"context": row["context"], "archivename": row["archivename"], "type": row["type"]}
            for row in environment.deployments
            if row["nodeGroup"] == item.name
        ],
        "displayName": item.display_name,
        "features": list(FEATURES),
        "isSLBAccessEnabled": item.slb_access,
        "name": item.name,
        "restartContainerDelay": item.restart_delay,
        "restartNodeDelay": item.restart_delay,
        "scalingMode": item.scaling_mode,
        "templateType": item.template_type,
        "vType": "CT",
    }


def node(environment: Environment, item: Node) -> dict[str, Any]:
    """One of `nodes`."""
    home = next(candidate for candidate in environment.layers if candidate.name == item.layer)
    offset = item.id - FIRST_IDS["node"]
    internal = str(ipaddress.IPv4Address(_FIRST_INTERNAL + offset))
    host = f"{item.id}-{domain(environment)}"
    scheme = "https" if environment.ssl else "http"
    certified = item.image is None and home.template_type != "NATIVE"
    return {
        **SAME_FOR_ALL_NODES,
        "addons": list(item.addons),
        "address": item.ext_ips[0] if item.ext_ips else internal,
        "adminUrl": f"{scheme}://{item.node_type}{host}",
        "ctid": FIRST_CTID + offset,
        "customitem": _custom_item(environment, item) if item.image else None,
        "diskLimit": item.disk_mb,
        "displayName": item.display_name,
        "endpoints": [dict(endpoint) for endpoint in item.endpoints],
        "extIPs": list(item.ext_ips) or None,
        "features": list(FEATURES),
        "fixedCloudlets": item.fixed_cloudlets,
        "flexibleCloudlets": item.flexible_cloudlets,
        "id": item.id,
        "intIP": internal,
        "isResetPassword": certified,
        "isVcsSupport": certified and home.mission == "cp",
        "ismaster": item.is_master,
        "maxchanks": item.flexible_cloudlets,
        "messages": [],
        "name": item.image or item.node_type,
        "nodeGroup": item.layer,
        "nodeType": item.node_type,
        "nodemission": home.mission,
        "packages": [],
        "port": stacks.PORT_BY_MISSION.get(home.mission, stacks.DEFAULT_PORT) if certified else stacks.DEFAULT_PORT,
        "status": environment.status,
        "type": home.template_type,
        "url": f"{scheme}://node{host}",
        "user": None if certified else "root",
        "vType": "CT",
        "version": item.tag,
    }


def _custom_item(environment: Environment, item: Node) -> dict[str, Any]:
    """The container's image as it was built; what the node was told beside it (variables, command) does not show."""
    config, image = item.config, item.config.get("image", {})
    seed = hashlib.sha256(f"{item.image}:{item.tag}".encode()).hexdigest()
    return {
        "dockerLinks": _links(environment, item) or None,
        "dockerManifest": {
            "cmd": ["/bin/sh"],
            "created": IMAGE_DATE,
            "entrypoint": None,
            "env": [CONTAINER_PATH, *(f"{name}={value}" for name, value in image.get("env", {}).items())],
            "id": f"sha256:{seed}",
            "imageId": f"sha256:{hashlib.sha256(seed.encode()).hexdigest()}",
            "os": "linux",
            "volumes": image.get("volumes"),
            "workdir": "",
            **({"exposedPorts": image["ports"]} if "ports" in image else {}),
        },
        "dockerName": item.image,
        "dockerOs": ".alpine-3.x-x86_64" if "alpine" in f"{item.image}:{item.tag}" else ".debian-12.x-x86_64",
        "dockerTag": item.tag,
        "dockerVolumes": list(dict.fromkeys([*volumes(item), *(mount["path"] for mount in item.mounts)])),
        "dockerVolumesFrom": list(config.get("volumes_from", [])),
    }


def variables(item: Node) -> dict[str, str]:
    """All variables of a node: those of its image, unless a Set* wiped them (recorded), and its own."""
    own = dict(item.config.get("env", {}))
    if item.config.get("env_replaced"):
        return own
    return {**_IMAGE_PATH, **item.config.get("image", {}).get("env", {}), **own}


def volumes(item: Node) -> list[str]:
    """Volumes of a node, those of its image first."""
    return list(dict.fromkeys([*item.config.get("image", {}).get("volumes", []), *item.config.get("volumes", [])]))


def _links(environment: Environment, item: Node) -> list[dict[str, Any]]:
    """Links into the node, one for each node of the source layer (members read by a client); others are dropped."""
    found = []
    for link in item.config.get("links", []):
        source, _, alias = link.partition(":")
        for other in environment.nodes:
            if other.layer == source:
                found.append(
                    {"type": "IN", "alias": alias or source, "sourceNodeId": other.id, "sourceNodeGroup": source}
                )
    return found
