# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keyword environment of a task that runs in the process of Ansible."""

from __future__ import annotations

import os

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.plugin_utils._in_process import environment


@pytest.mark.parametrize(
    ("name", "value"), [("A\0B", "c"), ("A", "b\0c"), ("A=B", "c"), ("", "c"), ("A", "\ud800"), ("\ud800", "c")]
)
def test_what_cannot_be_set_is_told_and_nothing_stays_set(name: str, value: str) -> None:
    before = dict(os.environ)
    with pytest.raises(InputError) as caught, environment({"PAAS_FIRST": "1", name: value}):
        pytest.fail("the block was begun")
    assert str(caught.value).startswith(f"environment: the variable {name!r} cannot be set; ")
    assert dict(os.environ) == before


def test_what_was_set_is_set_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAAS_FIRST", "before")
    monkeypatch.delenv("PAAS_SECOND", raising=False)
    with environment({"PAAS_FIRST": "1", "PAAS_SECOND": "2"}):
        assert (os.environ["PAAS_FIRST"], os.environ["PAAS_SECOND"]) == ("1", "2")
    assert (os.environ["PAAS_FIRST"], "PAAS_SECOND" in os.environ) == ("before", False)
