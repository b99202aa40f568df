# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installing packages in tests, and looking at what they did."""

from __future__ import annotations

import json
from typing import Any

from emulator_client import Client

NODES: list[dict[str, Any]] = [
    {"image": "wiki:2.4", "nodeGroup": "cp", "count": 2},
    {"nodeType": "mysql", "nodeGroup": "sqldb"},
]
BASE: dict[str, Any] = {"type": "install", "id": "wiki", "nodes": NODES}
LONG = "a-secret-setting"


def install(bot: Client, manifest: Any, **more: Any) -> dict[str, Any]:
    """The answer of Install, for `my-wiki` unless another name is given."""
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    plain = {key: json.dumps(value) if isinstance(value, (dict, list)) else value for key, value in more.items()}
    return bot.call("marketplace.jps.Install", **{"jps": text, "envName": "my-wiki", **plain})


def info(bot: Client, name: str = "my-wiki") -> dict[str, Any]:
    """The answer of GetEnvInfo."""
    return bot.call("environment.control.GetEnvInfo", envName=name)


def body(bot: Client, path: str, layer: str = "cp") -> Any:
    """What a file holds, or the result code of the refusal."""
    answer = bot.call("environment.file.Read", envName="my-wiki", nodeGroup=layer, path=path)
    return answer.get("body", answer["result"])


def variables(bot: Client, layer: str = "cp") -> dict[str, str]:
    """Variables of a layer, without that of the image."""
    answer = bot.call("environment.control.GetContainerEnvVarsByGroup", envName="my-wiki", nodeGroup=layer)
    return {name: value for name, value in answer["object"].items() if name != "PATH"}


def success(bot: Client, text: str, **members: Any) -> str:
    """What a manifest's text becomes, in an environment of its own."""
    answer = install(bot, {**BASE, "success": text, **members})
    assert answer["result"] == 0, answer
    return str(answer["successText"])
