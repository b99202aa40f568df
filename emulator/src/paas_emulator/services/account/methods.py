# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""management.Account, and the same methods of users.Account: SSH keys."""

from __future__ import annotations

from typing import Any

from paas_emulator.calls import Call
from paas_emulator.registry import emulates
from paas_emulator.services.account import model as ssh_keys


def _add(call: Call, private: bool) -> dict[str, Any]:
    title, text = (call.text("title") or "").strip(), call.text("sshKey") or ""
    row = ssh_keys.add(call.platform.store, call.account, title, text, private)
    return {"object": ssh_keys.to_api(row)}


def _listed(call: Call) -> dict[str, Any]:
    wanted = call.values.get("isPrivate")
    rows = [row for row in call.account.ssh_keys if wanted in (None, row["isPrivate"])]
    return {"keys": [ssh_keys.to_api(row) for row in rows]}


def _remove(call: Call) -> dict[str, Any]:
    ssh_keys.remove(call.account, int(call.values["id"]))
    return {}


@emulates("management.account.GetSSHKeys", optional=("isPrivate",))
def get_ssh_keys(call: Call) -> dict[str, Any]:
    """Public or private ones, both where the call does not say."""
    return _listed(call)


@emulates("management.account.AddSSHKey")
def add_ssh_key(call: Call) -> dict[str, Any]:
    """Add a key; the form of the answer is inferred."""
    return _add(call, call.flag("isPrivate"))


@emulates("management.account.AddPublicSSHKey")
def add_public_ssh_key(call: Call) -> dict[str, Any]:
    """Add a public key."""
    return _add(call, private=False)


@emulates("management.account.AddPrivateSSHKey")
def add_private_ssh_key(call: Call) -> dict[str, Any]:
    """Add a private key."""
    return _add(call, private=True)


@emulates("management.account.DeleteSSHKey")
def delete_ssh_key(call: Call) -> dict[str, Any]:
    """Remove a key."""
    return _remove(call)


@emulates("users.account.GetSSHKeys")
def users_get_ssh_keys(call: Call) -> dict[str, Any]:
    """The same in the other service."""
    return _listed(call)


@emulates("users.account.AddSSHKey")
def users_add_ssh_key(call: Call) -> dict[str, Any]:
    """The same in the other service."""
    return _add(call, call.flag("isPrivate"))


@emulates("users.account.DeleteSSHKey")
def users_delete_ssh_key(call: Call) -> dict[str, Any]:
    """The same in the other service."""
    return _remove(call)
