# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of a set of tokens: those of an entry, then ``defaults``, then the default values of the options."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.desired import desired_token
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.model import DesiredToken
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import TokenSet
from ansible_collections.inet.elastic.plugins.modules import paas_tokens
from tests.unit.resources.environment_platform import with_defaults

STOP = "environment.control.StopEnv"


def desired(defaults: dict[str, Any] | None, *entries: dict[str, Any]) -> tuple[DesiredToken, ...]:
    """The desired tokens of a task."""
    given = {"api_url": "https://app.example.com", "return_value": True, "defaults": defaults, "tokens": list(entries)}
    return TokenSet().desired(with_defaults(TokenSet.spec, given)).tokens


@pytest.mark.parametrize(
    ("defaults", "entry", "same_as"),
    [
        (None, {}, {}),
        ({}, {"template": "x"}, {"template": "x"}),
        ({"template": "x"}, {}, {"template": "x"}),
        ({"template": "x"}, {"template": "y"}, {"template": "y"}),
        ({"template": "x"}, {"template": None}, {"template": "x"}),
        ({"state": "absent"}, {}, {"state": "absent"}),
        ({"state": "absent"}, {"state": "present", "template": "x"}, {"template": "x"}),
        ({"regenerate": "always"}, {}, {"regenerate": "always"}),
        ({"regenerate": "always"}, {"regenerate": "never"}, {}),
        ({"api_methods": [STOP, "a.b.C"]}, {"api_methods": [STOP]}, {"api_methods": [STOP]}),
        ({"template": "x"}, {"api_methods": [STOP]}, {"api_methods": [STOP]}),
        ({"api_methods": [STOP]}, {"template": "x"}, {"template": "x"}),
        ({"template": "x"}, {"permissions_for": ["paas_exec"]}, {"permissions_for": ["paas_exec"]}),
        (
            {"permissions_for": ["paas_exec"]},
            {"api_methods": [STOP]},
            {"permissions_for": ["paas_exec"], "api_methods": [STOP]},
        ),
        (
            {"expires_in": "90d", "renew_before": "14d"},
            {"expires_in": "30d"},
            {"expires_in": "30d", "renew_before": "14d"},
        ),
        ({"expires_in": "90d", "renew_before": "14d"}, {"expires_at": "never"}, {"expires_at": "never"}),
        ({"expires_at": "2099-01-31"}, {"expires_in": "30d"}, {"expires_in": "30d"}),
        ({"copy_from": "first"}, {}, {"copy_from": "first"}),
        ({"copy_from": "bot"}, {}, {}),
        ({"copy_from": "first"}, {"id": 17}, {"id": 17}),
    ],
)
def test_an_entry_over_defaults(
    defaults: dict[str, Any] | None, entry: dict[str, Any], same_as: dict[str, Any]
) -> None:
    assert desired(defaults, {"description": "bot", **entry}) == (desired_token({"description": "bot", **same_as}),)


def test_defaults_hold_for_each_entry() -> None:
    one, two = desired({"template": "x"}, {"description": "one"}, {"description": "two", "api_methods": [STOP]})
    assert (one.template, one.methods, two.template, two.methods) == ("x", None, None, (STOP,))


@pytest.mark.parametrize(
    ("defaults", "says"),
    [
        ({"template": " "}, "tokens[1] (id 17): template is empty; leave it out, or name one"),
        ({"expires_in": "90"}, "tokens[1] (id 17): expires_in: '90' has no unit; write 90d, 90h or 90s"),
        ({"expires_in": "9d", "renew_before": "9d"}, "tokens[1] (id 17): renew_before must be shorter than expires_in"),
    ],
)
def test_a_message_names_the_entry(defaults: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(says)}"):
        desired(defaults, {"description": "own", "template": "x", "expires_at": "never"}, {"id": 17})


def test_documentation() -> None:
    """Entries have no default values; ``defaults`` has all their options, except those that only one token can have."""
    options = yaml.safe_load(paas_tokens.DOCUMENTATION)["options"]
    spec = TokenSet.spec.options
    members = ("type", "elements", "choices", "default", "aliases")
    for name in ("tokens", "defaults"):
        documented = {key: {m: o.get(m) for m in members} for key, o in options[name]["suboptions"].items()}
        assert documented == {key: {m: o.get(m) for m in members} for key, o in spec[name]["options"].items()}
    own = {"description", "id", "store_key"}
    assert spec["defaults"]["options"].keys() == spec["tokens"]["options"].keys() - own
    texts = {key: option["description"] for key, option in options["defaults"]["suboptions"].items()}
    assert texts == {key: [f"See O(tokens[].{key})."] for key in texts}
