# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of ``paas_environment`` as data, apart from those of its parts."""

from __future__ import annotations

from typing import Any

from .parts.table import PARTS

MOUNT_OPTIONS: dict[str, dict[str, Any]] = {
    "source_path": {"type": "str"},
    "source_node_group": {"type": "str"},
    "source_node_id": {"type": "int"},
    "source_host": {"type": "str"},
    "protocol": {"type": "str"},
    "read_only": {"type": "bool"},
}
NODE_OPTIONS: dict[str, dict[str, Any]] = {
    "node_group": {"type": "str"},
    "node_type": {"type": "str", "exact": True},
    "image": {"type": "str", "exact": True},
    "tag": {"type": "str", "exact": True},
    "registry": {
        "type": "dict",
        "example": "{url: registry.example.com, user: ci, password: ...}",
        "options": {
            "url": {"type": "str"},
            "user": {"type": "str"},
            "password": {"type": "str", "no_log": True},
        },
    },
    "count": {"type": "int"},
    "fixed_cloudlets": {"type": "int"},
    "flexible_cloudlets": {"type": "int", "aliases": ["cloudlets"]},
    "disk_limit": {"type": "str", "fraction": True},
    "display_name": {"type": "str"},
    "ext_ips": {"type": "int"},
    "ext_ips_v6": {"type": "int"},
    "slb_access": {"type": "bool"},
    "scaling_mode": {"type": "str"},
    "restart_delay": {"type": "int"},
    "env": {
        "type": "dict",
        "hidden": True,
        "values": {"type": "str", "hidden": True},
        "example": "{LOG_LEVEL: info}",
    },
    "env_public": {"type": "list", "elements": "str"},
    "volumes": {"type": "list", "elements": "str"},
    "volume_mounts": {
        "type": "dict",
        "values": {"type": "dict", "options": MOUNT_OPTIONS, "example": "{source_node_group: storage}"},
        "example": "{/var/www: {source_node_group: storage}}",
    },
    "links": {"type": "list", "elements": "str"},
    "addons": {"type": "list", "elements": "str"},
    "cluster": {
        "type": "dict",
        "example": "{enabled: true}",
        "options": {
            "enabled": {"type": "bool", "default": True},
            "settings": {"type": "dict", "hidden": True, "example": "{scheme: galera}"},
        },
    },
    "cmd": {"type": "str", "hidden": True, "structure": "argv"},
    "entrypoint": {"type": "str", "structure": "argv"},
    "volumes_from": {"type": "list", "elements": "str"},
    "start_on_creation": {"type": "bool"},
    "engine": {"type": "str", "exact": True},
    "distribution": {"type": "dict"},
    "node_group_data": {"type": "dict"},
}
PURGE_LAYERS = ("nodes", "env", "volumes", "volume_mounts", "env_groups")
PURGE_KINDS = (*PURGE_LAYERS, *(part.name for part in PARTS if part.purgeable))
STATES = ("present", "started", "stopped", "sleeping", "restarted", "redeployed", "absent")

ENVIRONMENT_OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": list(STATES), "default": "present"},
    "display_name": {"type": "str"},
    "region": {"type": "str"},
    "engine": {"type": "str", "exact": True},
    "ssl": {"type": "bool"},
    "ha": {"type": "bool"},
    "env_groups": {"type": "list", "elements": "str"},
    "owner": {"type": "int"},
    "clone_from": {"type": "str"},
    "nodes": {
        "type": "list",
        "elements": "dict",
        "options": NODE_OPTIONS,
        "example": "[{node_type: nginx, count: 2}]",
    },
    **{name: option for part in PARTS for name, option in part.options.items()},
    "purge": {
        "type": "dict",
        "options": {kind: {"type": "bool", "default": False} for kind in PURGE_KINDS},
        "example": "{domains: true}",
    },
    "allow_shrink": {"type": "bool", "default": False},
    "keep_volumes": {"type": "bool", "default": True},
    "sequential": {"type": "bool"},
    "sequential_delay": {"type": "int"},
    "live_migration": {"type": "bool"},
    "check_details": {"type": "bool", "default": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    "lock_timeout": {"type": "int", "default": 600},
    "delete_confirm": {"type": "str", "choices": ["password", "name", "none"], "default": "none"},
}
