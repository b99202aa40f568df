# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shown of arguments, and what Ansible is told of options."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import MASK, NO_LOG, OWN_MEMBERS, masked
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec, without_secrets

OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str"},
    "settings": {"type": "dict", "hidden": True},
    "command": {"type": "str", "hidden": True, "aliases": ["cmd"]},
    "key": {"type": "str", "no_log": True, "aliases": ["secret"]},
    "api_url": {"type": "str", "env": "PAAS_API_URL", "address": True},
    "node_groups": {
        "type": "list",
        "elements": "dict",
        "options": {"display_name": {"type": "str"}, "env": {"type": "dict", "hidden": True}},
    },
    "mounts": {"type": "dict", "values": {"type": "dict", "options": {"from": {"type": "str"}}}},
}


def test_secret_and_hidden_values_are_masked_at_any_depth() -> None:
    """Names stay, so that one sees what was given; nothing else is touched."""
    given = {
        "name": "80",
        "settings": {"port": 80, "nested": {"a": 1}},
        "cmd": "run --key x",
        "secret": "80",
        "node_groups": [{"display_name": "80", "env": {"A": "80"}}, {"env": None}],
        "mounts": {"/a": {"from": "b", "frm": "80"}},
        "pasword": "80",
    }
    assert masked(given, OPTIONS) == {
        "name": "80",
        "settings": {"port": MASK, "nested": MASK},
        "cmd": MASK,
        "secret": NO_LOG,
        "node_groups": [{"display_name": "80", "env": {"A": MASK}}, {"env": None}],
        "mounts": {"/a": {"from": "b", "frm": MASK}},
        "pasword": MASK,
    }


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        ("hunter2", MASK),
        (["hunter2"], [MASK]),
        ([["hunter2"]], [[MASK]]),
        ([None], [None]),
        (7, MASK),
        (None, None),
        ({"hunter2": 1, "display_name": "a"}, {"hunter2": MASK, "display_name": "a"}),
    ],
)
def test_values_of_another_shape_are_masked(shape: Any, shown: Any) -> None:
    """Nothing is known of what they hold."""
    assert masked({"node_groups": shape}, OPTIONS) == {"node_groups": shown}


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://app.example.com/a", "https://app.example.com/a"),
        ("https://demo:hunter2@app.example.com/a", "https://********@app.example.com/a"),
        ("http://demo:hun/ter@2?x#y@127.0.0.1:8080", "http://********@127.0.0.1:8080"),
        ("demo:hunter2@app.example.com", "********@app.example.com"),
        ("https://app.example.com?session=hunter2", "https://app.example.com?********"),
        ("https://app.example.com/#hunter2", "https://app.example.com/?********"),
        ("https://hunter2@", "https://********@"),
    ],
)
def test_addresses_are_shown_without_credentials(address: str, shown: str) -> None:
    """Whatever stands before the host, and in a query."""
    assert masked({"api_url": address}, OPTIONS) == {"api_url": shown}


def test_core_is_not_told_of_our_members() -> None:
    """A specification holds only what core knows."""
    spec = argument_spec(OPTIONS)
    assert all(not OWN_MEMBERS & set(option) for option in spec.values())
    assert spec["node_groups"]["options"]["env"] == {"type": "dict"}
    assert spec["mounts"] == {"type": "dict"}


def test_a_secret_that_is_a_common_word_leaves_what_programs_read() -> None:
    """Ansible's removal blanks every place where it stands."""
    result = {"msg": "refused", "failure": {"kind": "refused", "code": 701, "method": "a.b.Signin", "x": "refused"}}
    assert without_secrets(result, {"use", "701", "Sign"}) == {
        "msg": "ref********d",
        "failure": {"kind": "refused", "code": 701, "method": "a.b.Signin", "x": "ref********d"},
    }
    assert without_secrets({"msg": "in"}, {"in"}) == {"msg": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}
