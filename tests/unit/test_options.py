# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Specifications: hidden values stay out of what is shown, and unknown options are met with what was meant."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._options import MASK, Spec, presentable
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec, hinted

OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str"},
    "settings": {"type": "dict", "hidden": True},
    "command": {"type": "str", "hidden": True, "aliases": ["cmd"]},
    "node_groups": {
        "type": "list",
        "elements": "dict",
        "options": {"display_name": {"type": "str"}, "env": {"type": "dict", "hidden": True}},
    },
}


def test_hidden_values_are_masked_at_any_depth() -> None:
    """Names stay, so that one sees what was given; nothing else is touched."""
    given = {
        "name": "80",
        "settings": {"port": 80, "nested": {"a": 1}},
        "cmd": "run --key x",
        "node_groups": [{"display_name": "80", "env": {"A": "80"}}, {"env": None}],
        "unknown": "80",
    }
    assert presentable(given, OPTIONS) == {
        "name": "80",
        "settings": {"port": MASK, "nested": MASK},
        "cmd": MASK,
        "node_groups": [{"display_name": "80", "env": {"A": MASK}}, {"env": None}],
        "unknown": "80",
    }
    assert presentable({"settings": "as text", "node_groups": "x"}, OPTIONS) == {"settings": MASK, "node_groups": "x"}


def test_core_is_not_told_of_our_members() -> None:
    """A specification holds only what core knows."""
    spec = argument_spec({**OPTIONS, "url": {"type": "str", "env": "PAAS_API_URL"}})
    assert all("hidden" not in option and "env" not in option for option in spec.values())
    assert spec["node_groups"]["options"]["env"] == {"type": "dict"}


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("Unsupported parameters for (x) module: displayName. Supported parameters include: a.", "display_name"),
        (
            "Unsupported parameters for (x) module: node_groups.displayName. Supported parameters include.",
            "display_name",
        ),
        ("Unsupported parameters for (x) module: nodeGroup, zzz. Supported parameters include.", "node_groups"),
    ],
)
def test_unknown_options_are_met_with_what_was_meant(message: str, hint: str) -> None:
    """After the words of core, which end in the list of all."""
    found = hinted(message, Spec(OPTIONS))
    assert found.startswith(message)
    assert found.endswith(f": did you mean {hint}?")
    assert "zzz: did" not in found


@pytest.mark.parametrize(
    "message", ["missing required arguments: name", "Unsupported parameters for (x) module: zzz. Supported parameters"]
)
def test_other_complaints_are_left_as_they_are(message: str) -> None:
    """Nothing is guessed."""
    assert hinted(message, Spec(OPTIONS)) == message
