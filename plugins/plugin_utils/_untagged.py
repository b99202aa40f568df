# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of Ansible as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def untagged(value: Any) -> Any:
    """Return an argument of a task as plain data, without the tags and wrappers of ansible-core."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Mapping):
        return {untagged(key): untagged(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [untagged(item) for item in value]
    # For instance a variable encrypted with Ansible Vault; its text is the decrypted value.
    return str(value)
