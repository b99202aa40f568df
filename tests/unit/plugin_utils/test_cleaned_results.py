# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a module's process would take out of a result is taken out in process too, no more and no less."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.parameters import remove_values
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.plugin_utils import _in_process
from ansible_collections.inet.elastic.plugins.plugin_utils._in_process import cleaned

WORDS = st.text("ab1", max_size=4)
SCALARS = st.none() | st.booleans() | st.integers(-200, 200) | st.floats(allow_nan=False) | WORDS
SECRETS = WORDS.filter(bool) | st.just("True")  # core counts no empty argument as a secret
DATA = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4))


def with_constants(given: Any, left: Any) -> Any:
    """Return what core has made of data; only ansible-core 2.16 also removes truth values and null."""
    if isinstance(given, dict):
        return {name: with_constants(given[name], left[name]) for name in given}
    if isinstance(given, list):
        return [with_constants(*pair) for pair in zip(given, left, strict=True)]
    return given if given is None or isinstance(given, bool) else left


def apart(secrets: set[str]) -> bool:
    """Return whether no secret is a part of another; ansible-core 2.16 removes those in any order."""
    return not any(one != other and one in other for one in secrets for other in secrets)


@given(st.dictionaries(WORDS, DATA, max_size=4), st.sets(SECRETS, max_size=3).filter(apart))
@example({"port": 8081}, {"808"})
@example({"ratio": 0.125}, {"125"})
@example({"deep": [{"in": ["the password is ab1"]}]}, {"ab1"})
@example({"nothing": None, "yes": True}, {"None", "True"})
def test_it_is_what_core_makes_of_a_result(result: dict[str, Any], secrets: set[str]) -> None:
    assert cleaned(result, secrets) == with_constants(result, remove_values(result, secrets))


def test_the_longest_secret_is_removed_first() -> None:
    assert cleaned({"text": "xab1"}, {"ab", "ab1"}) == {"text": "x********"}


def test_what_is_no_plain_data_is_left_to_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_in_process, "without_secrets", lambda value, secrets: {"given": value, "secrets": secrets})
    odd = {"set": {"x"}}
    assert cleaned(odd, {"secret"}) == {"given": odd, "secrets": {"secret"}}
    plain = {"list": ["x"]}
    assert cleaned(plain, {"secret"}) is plain
