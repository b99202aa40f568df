# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Deployment and storage.Uploader: archives in contexts. The archive is not unpacked."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import urlsplit

from paas_emulator import secrets_at_rest
from paas_emulator.calls import Call
from paas_emulator.errors import NOT_FOUND, PLATFORM, URL_INVALID, ApiError, invalid_parameter
from paas_emulator.registry import emulates
from paas_emulator.selection import layer
from paas_emulator.services.deployment import contexts
from paas_emulator.services.vcs.methods import LAYER
from paas_emulator.statuses import ANY_STATUS, RUNNING
from paas_emulator.store import Upload

ROOT = "ROOT"
DOWNLOAD = "/xssu/rest/download/"  # recorded


@emulates("storage.uploader.Upload", optional=("fid", "file"))
def upload(call: Call) -> dict[str, Any]:
    """Keep a file under a temporary address (shape recorded)."""
    sent = next(iter(call.uploads.values()), None)
    if sent is None:
        raise invalid_parameter("file")
    name = secrets_at_rest.new_appid()
    call.platform.uploads[name] = sent
    request = {"fid": call.text("fid"), "appid": call.parameters.first("appid"), "charset": "UTF-8"}
    address = f"{call.address}{DOWNLOAD}{name}"
    return {"file": address, "name": sent.name, "size": len(sent.body), "request": request}


def uploaded(call: Call, url: str) -> Upload | None:
    """The file behind a temporary address."""
    return call.platform.uploads.get(urlsplit(url).path.removeprefix(DOWNLOAD))


@emulates("environment.deployment.DeployArchive", needs=RUNNING, optional=("fileName",))
def deploy_archive(call: Call) -> dict[str, Any]:
    """Put an archive into a context, in every node of the layer; nothing is fetched from elsewhere.

    A client leaves out `fileName`; that it is the name in the URL then is inferred.
    """
    return _deploy_archive(call)


@emulates("environment.control.DeployApp", needs=RUNNING, optional=("fileName",))
def deploy_app(call: Call) -> dict[str, Any]:
    """The same in the older service, for the command-line interface and a build plugin."""
    return _deploy_archive(call)


def _deploy_archive(call: Call) -> dict[str, Any]:
    url, name = (call.text("fileUrl") or "").strip(), (call.text("fileName") or "").strip()
    if urlsplit(url).scheme.lower() not in ("http", "https", "ftp") or not urlsplit(url).hostname:
        raise ApiError(URL_INVALID, "the URL in fileUrl is not valid", source=PLATFORM)
    if DOWNLOAD in url and uploaded(call, url) is None:
        raise ApiError(NOT_FOUND, "the file in fileUrl is gone", source=PLATFORM)
    group = layer(call, call.text("nodeGroup") or LAYER).name
    name = name or posixpath.basename(urlsplit(url).path)
    contexts.run(call.environment, call.text("context") or ROOT, group, "ARCHIVE", name)
    nodes = [node for node in call.environment.nodes if node.layer == group]
    return {"responses": [{"nodeid": node.id, "result": 0, "out": ""} for node in nodes]}


@emulates("environment.deployment.GetDeployments", needs=ANY_STATUS)
def get_deployments(call: Call) -> dict[str, Any]:
    """What the contexts of a layer run; members inferred."""
    group = layer(call).name
    return {"array": [dict(row) for row in call.environment.deployments if row["nodeGroup"] == group]}


@emulates("environment.deployment.Undeploy", needs=RUNNING)
def undeploy(call: Call) -> dict[str, Any]:
    """Empty a context."""
    group = layer(call).name
    contexts.find(call.environment, call.text("context"), group)
    contexts.forget(call.environment, call.text("context"), group)
    return {}


@emulates("environment.deployment.RenameContext", needs=RUNNING)
def rename_context(call: Call) -> dict[str, Any]:
    """Give a context another name."""
    contexts.find(call.environment, call.text("oldContext"), layer(call).name)["context"] = call.text("newContext")
    return {}
