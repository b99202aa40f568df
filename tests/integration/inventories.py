# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What inventories list: environments in the emulator, and files of inventory sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from tests.integration.support import Emulator

NAME = "inet.elastic.paas"
GET_ALL = "environment.control.GetEnvs"
NGINX = {"nodeType": "nginx", "nodeGroup": "bl"}
IMAGE = {"nodeType": "docker", "nodeGroup": "cp", "image": "nginx:1.29"}


def create(
    emulator: Emulator, name: str, layers: list[dict[str, Any]], groups: list[str] | None = None, token: str = ""
) -> None:
    """Create an environment, of the account or of the owner of a token."""
    answer = emulator.call(
        "environment.control.CreateEnvironment",
        session=token or emulator.account.token,
        env=json.dumps({"shortdomain": name}),
        nodes=json.dumps(layers),
        envGroups=json.dumps(groups or []),
    )
    assert answer["result"] == 0, answer


def create_shop(emulator: Emulator) -> None:
    """Create two environments with four nodes of the account, and one of the other account."""
    create(emulator, "shop-one", [NGINX, {**IMAGE, "count": 2}], groups=["dev/team-a"])
    create(emulator, "shop-two", [IMAGE])
    create(emulator, "other-env", [NGINX], token=emulator.other.token)
    emulator.forget()


def write(folder: Path, **options: Any) -> Path:
    """Write the file of an inventory source."""
    path = folder / "paas.yml"
    path.write_text(yaml.safe_dump({"plugin": NAME, **options}), encoding="utf-8")
    return path


def with_cache(folder: Path) -> dict[str, Any]:
    """Options of a cache in files."""
    return {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder / "cache")}
