# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Actions of packages that are methods of the platform under another name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Stands:
    """What an action stands for.

    main: the parameter that its bare value is. whole: a list of texts, or a mapping, is one value of it.
    fixed: further parameters. names: members that are called otherwise in the method.
    """

    method: str
    main: str = ""
    whole: bool = False
    fixed: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


CREATE, WRITE = "environment.file.Create", "environment.file.Write"
RESTART, CONTROL = "environment.control.RestartNodes", "environment.control."
# By names in lower case.
METHODS: dict[str, Stands] = {
    "createfile": Stands(CREATE, "path"),
    "addfile": Stands(CREATE, "path"),
    "createdirectory": Stands(CREATE, "path", fixed={"isdir": True}),
    "writefile": Stands(WRITE, "path"),
    "appendfile": Stands("environment.file.Append", "path"),
    "upload": Stands("environment.file.Upload", "sourcePath", fixed={"overwrite": True}),
    "deploy": Stands(
        "environment.deployment.DeployArchive", "archive", names={"archive": "fileUrl", "name": "fileName"}
    ),
    "addcontainerenvvars": Stands(CONTROL + "AddContainerEnvVars", "vars", whole=True),
    "setcontainerenvvars": Stands(CONTROL + "SetContainerEnvVars", "vars", whole=True),
    "removecontainerenvvars": Stands(CONTROL + "RemoveContainerEnvVars", "vars", whole=True),
    "setnodedisplayname": Stands(CONTROL + "SetNodeDisplayName", "displayName"),
    "bindextdomain": Stands("environment.binder.BindExtDomain", "extdomain"),
    "bindextdomains": Stands("environment.binder.BindExtDomains", "extDomains", whole=True),
    "adddomain": Stands("environment.binder.AddDomains", "domains", whole=True),
    "adddomains": Stands("environment.binder.AddDomains", "domains", whole=True),
    **dict.fromkeys(("restartnode", "restartnodes", "restartcontainer", "restartcontainers"), Stands(RESTART)),
    **dict.fromkeys(("restartservice", "restartservices"), Stands(CONTROL + "RestartServices")),
}
