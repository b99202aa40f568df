# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of tasks that are not rows of the matrix, because their options change how they end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken, TokenSet
from tests.certificates import pem_pair
from tests.faults.rows import AUTHENTICATION, NAME, NODES, TOKEN
from tests.integration.direct import Failed, open_store, perform
from tests.integration.support import SIGN_CALLS, Emulator, short

ASKED: dict[str, Any] = {**TOKEN, "regenerate": "lost"}


def _writes(emulator: Emulator) -> list[str]:
    return short([method for method in emulator.writes if method not in SIGN_CALLS])


def _strike(emulator: Emulator, method: str, **fault: Any) -> None:
    emulator.forget()
    emulator.control("PUT", "faults", [{"method": method, **fault}])


@pytest.mark.parametrize(
    ("resource", "options", "others"),
    [(OneToken(), ASKED, 0), (TokenSet(), {"tokens": [ASKED, {**ASKED, "description": "other"}]}, 1)],
    ids=["paas_token", "paas_tokens"],
)
def test_a_value_that_is_lost_is_replaced_if_the_task_asks_for_it(
    emulator: Emulator, tmp_path: Path, resource: Resource[Any, Any], options: dict[str, Any], others: int
) -> None:
    """With ``regenerate: lost``, the task whose answer is lost brings a new value itself."""
    store = tmp_path / "tokens.yml"
    _strike(emulator, f"{AUTHENTICATION}.CreateToken", kind="cut_after")
    assert perform(resource, emulator, store=store, **options)["changed"] is True
    assert sorted(_writes(emulator)) == ["CreateToken"] * (1 + others) + ["RegenerateToken"]
    entries = open_store(store).read()
    assert len(entries) == 1 + others
    for entry in entries.values():
        assert entry.pending is None
        assert emulator.call("users.account.GetUserInfo", session=str(entry.value))["result"] == 0


def test_without_a_store_a_lost_regeneration_names_the_remedy(emulator: Emulator) -> None:
    """The old value is not known, so the task cannot find out what was done."""
    perform(OneToken(), emulator, **TOKEN, return_value=True)
    _strike(emulator, f"{AUTHENTICATION}.RegenerateToken", kind="cut_after")
    with pytest.raises(Failed, match="run again with regenerate: lost"):
        perform(OneToken(), emulator, **TOKEN, regenerate="always", return_value=True)


def test_a_lost_answer_to_a_redeployment_that_changes_no_tag(emulator: Emulator) -> None:
    """The state does not show whether it was done, so the lost answer is an error."""
    perform(OneEnvironment(), emulator, name=NAME, nodes=NODES)
    _strike(emulator, "RedeployContainersByGroup", kind="cut_after")
    with pytest.raises(Failed) as caught:
        perform(OneEnvironment(), emulator, name=NAME, state="redeployed", nodes=[{"node_group": "cp"}])
    assert "whether it was done does not show" in caught.value.result["msg"]
    assert _writes(emulator) == ["RedeployContainersByGroup"]


def test_a_key_that_the_platform_repeats_is_not_shown(emulator: Emulator) -> None:
    """The message has the platform's words without the key, whole or a single line of the key."""
    certificate, key = pem_pair()
    perform(OneEnvironment(), emulator, name=NAME, nodes=NODES)
    line = key.splitlines()[1]
    _strike(emulator, "BindSSL", kind="inner_error", code=3, error=f"bad key {key} or {line}")
    with pytest.raises(Failed) as caught:
        perform(OneEnvironment(), emulator, name=NAME, ssl_certificate={"certificate": certificate, "key": key})
    assert line not in str(caught.value.result)
    assert "bad key ********" in caught.value.result["msg"]
    assert caught.value.result["failure"]["code"] == 3
