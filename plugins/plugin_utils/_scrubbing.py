# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secret arguments taken out of results, as ansible-core does it for modules."""

from __future__ import annotations

from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._run import without_secrets

# How the values without a text of their own are written; some versions of ansible-core search them, too.
CONSTANTS = ("None", "True", "False")


def scrubbed(result: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """The result without the secrets, nor numbers that show one.

    The removal copies everything, which for a thousand environments takes as long as to read them; hardly ever is there
    anything to remove. So a look goes first.
    """
    if not _shown(result, tuple(secrets)):
        return result
    return without_secrets(result, secrets)


def _shown(value: Any, secrets: tuple[str, ...]) -> bool:
    """Whether the removal could find something; a value that is not plain data counts as something."""
    if any(secret in word for secret in secrets for word in CONSTANTS):
        return True
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            for secret in secrets:
                if secret in value:
                    return True
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif value is not None and value is not True and value is not False:
            if not isinstance(value, (int, float)):
                return True
            waiting.append(str(value))
    return False
