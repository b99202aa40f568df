# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remove secret arguments from results, as ansible-core 2.19 does; ansible-core 2.22 deprecates its own function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .spec import MASK, NO_LOG


def remove_values(value: Any, secrets: set[str]) -> Any:
    """Return plain data with ``NO_LOG`` in place of values that are a secret, and ``MASK`` in texts that contain one.

    Names of members stay. A number that contains a secret is replaced as a whole.
    """
    return _removed(value, sorted(secrets, key=len, reverse=True))


def _removed(value: Any, secrets: list[str]) -> Any:
    if isinstance(value, str):
        if value in secrets:
            return NO_LOG
        for secret in secrets:
            value = value.replace(secret, MASK)
        return value
    if isinstance(value, Mapping):
        return {key: _removed(item, secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_removed(item, secrets) for item in value]
    if value is None or isinstance(value, bool):
        return value
    return NO_LOG if any(secret in str(value) for secret in secrets) else value
