# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redeployment: which containers a call means, and which files a container keeps (documented)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from paas_emulator.calls import Call
from paas_emulator.errors import invalid_parameter
from paas_emulator.services.control import serializers
from paas_emulator.services.control.images import Images
from paas_emulator.services.control.model import split_image
from paas_emulator.store import Node

# The list of further files that a container keeps, one path a line.
LIST = "/etc/jelastic/redeploy.conf"
# Kept beside the volumes: the list itself, and configurations of mounts, the firewall and SSH.
KEPT = (
    *(LIST, "/etc/autofs.jelastic", "/etc/auto.master", "/etc/exports", "/etc/iptables/rules.v4"),
    *(f"/etc/sysconfig/{name}" for name in ("iptables-custom", "iptables4-jelastic", "iptables6-jelastic")),
    *(f"/root/.ssh/{name}" for name in ("authorized_keys", "authorized_keys2", "id_rsa")),
)
BACKUP = "backup:"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def aimed(call: Call) -> Call:
    """The call with one target: a node, which goes before a layer. Raises ApiError 3 where neither is named."""
    if call.values.get("nodeId") is not None:
        return replace(call, values={name: value for name, value in call.values.items() if name != "nodeGroup"})
    if not call.text("nodeGroup"):
        raise invalid_parameter("nodeGroup")
    return call


def version(text: str) -> tuple[str | None, str]:
    """The image, None where it stays, and the tag of `tag` or `image:tag`."""
    image, tag = (None, None) if _DIGEST.fullmatch(text) else split_image(text)
    return (image, tag) if tag else (None, text)


def renew(images: Images, node: Node, *, keep_volumes: bool) -> None:
    """Leave of the files what a container made anew has: what its image brings, and what is kept.

    The volumes of a certified stack are those of its template, which is not known here; all its files stay unless the
    volumes do not (inferred).
    """
    if not node.image:
        if not keep_volumes:
            node.files, node.attributes = {}, {}
        return
    paths = [*KEPT, *_listed(node), *(_volumes(node) if keep_volumes else ())]
    backups = {path: node.files[path] for path in _listed(node, BACKUP) if node.files.get(path) is not None}
    kept = {path: body for path, body in node.files.items() if any(_within(path, above) for above in paths)}
    node.attributes = {path: row for path, row in node.attributes.items() if path in kept}
    node.files = {}
    images.furnish([node])
    node.files.update({**kept, **{f"{path}.backup": body for path, body in backups.items()}})


def _volumes(node: Node) -> Iterator[str]:
    yield from (path.partition(":")[0] for path in serializers.volumes(node))
    yield from (mount["path"] for mount in node.mounts)


def _listed(node: Node, mark: str = "") -> list[str]:
    """The paths in the list of the container that have a mark, or none."""
    lines = [line.strip() for line in (node.files.get(LIST) or "").splitlines()]
    found = [line.removeprefix(mark).strip() for line in lines if line.startswith(mark)]
    return [path.rstrip("/") for path in found if path.startswith("/") and path.rstrip("/")]


def _within(path: str, directory: str) -> bool:
    return path == directory.rstrip("/") or path.startswith(directory.rstrip("/") + "/")
