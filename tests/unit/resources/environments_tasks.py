# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks over many environments against the platform in memory, and what is looked at of their results."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from tests.unit.resources.environment_platform import Platform, run


def task(platform: Platform, *entries: dict[str, Any], check_mode: bool = False, **given: Any) -> dict[str, Any]:
    """Run a task about the entries, one after the other, as the platform in memory is for one thread."""
    options = {"environments": list(entries), "concurrency": 1, **given}
    return run(EnvironmentSet(), platform, check_mode=check_mode, **options)


def failure(platform: Platform, *entries: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Run a task that fails, and give what the user gets."""
    with pytest.raises(Failed) as caught:
        task(platform, *entries, **given)
    result = caught.value.result
    assert "\n" not in result["msg"]
    assert set(result["failure"]) == {"kind", "code", "method"}
    return result


def named(*names: str, **options: Any) -> list[dict[str, Any]]:
    """Entries of these names with the same options."""
    return [{"name": name, **options} for name in names]


def brief(result: dict[str, Any]) -> list[tuple[str, bool, str | None]]:
    """Of each entry the name, whether it changed, and the kind of failure."""
    return [(item["name"], item["changed"], item.get("failure", {}).get("kind")) for item in result["environments"]]
