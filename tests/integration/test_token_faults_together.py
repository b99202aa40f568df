# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several tokens in one task, and a fault that strikes one of their calls: all others are done, or not begun."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import TokenSet
from tests.integration.direct import Failed, open_store, perform
from tests.integration.support import Emulator
from tests.integration.test_token_faults import CREATE, DONE, EDIT, NOT_DONE, REFUSED, REGENERATE, _fault, _id

NAMES = ["a", "b", "c", "d", "e", "f"]
NEW: list[dict[str, Any]] = [{"description": name, "api_methods": ["users.account.GetUserInfo"]} for name in NAMES]
# What each write is provoked by.
PROVOKED: dict[str, list[dict[str, Any]]] = {
    CREATE: NEW,
    EDIT: [{**entry, "expires_at": "2099-01-31"} for entry in NEW],
    REGENERATE: [{**entry, "regenerate": "always"} for entry in NEW],
}
VERB = {CREATE: "create", EDIT: "edit", REGENERATE: "regenerate"}
Wait = Callable[[Callable[[], bool]], None]


def _run(emulator: Emulator, store: Path, tokens: list[dict[str, Any]]) -> dict[str, Any]:
    return perform(TokenSet(), emulator, store=store, tokens=tokens)


def _start(emulator: Emulator, method: str, store: Path) -> None:
    if method != CREATE:
        _run(emulator, store, NEW)
    emulator.forget()


def _health(emulator: Emulator, store: Path) -> dict[str, str]:
    """What each entry is good for: its mark, else whether its value lives."""
    found = {}
    for key, entry in open_store(store).read().items():
        alive = emulator.call("users.account.GetUserInfo", session=str(entry.value))["result"] == 0
        found[key] = entry.pending or ("alive" if alive else "dead")
    return found


def _tokens(emulator: Emulator) -> dict[str, dict[str, Any]]:
    answer = emulator.call("users.authentication.GetTokens", session=emulator.signin())
    return {token["description"]: token for token in answer["apiTokens"] if token["description"] in NAMES}


def _sent(emulator: Emulator, method: str) -> int:
    return emulator.methods.count(f"users.authentication.{method}")


@pytest.mark.parametrize("fault", DONE, ids=_id)
@pytest.mark.parametrize("method", PROVOKED)
def test_one_lost_answer_to_work_done_is_settled(
    emulator: Emulator, tmp_path: Path, method: str, fault: dict[str, Any]
) -> None:
    store = tmp_path / "tokens.yml"
    _start(emulator, method, store)
    _fault(emulator, method, fault)
    asked = {"regenerate": "lost"} if method == CREATE else {}
    result = _run(emulator, store, [{**entry, **asked} for entry in PROVOKED[method]])
    assert _sent(emulator, method) == (7 if method == REGENERATE else 6)
    assert [token["description"] for token in result["tokens"]] == NAMES
    assert _health(emulator, store) == dict.fromkeys(NAMES, "alive")
    assert sorted(_tokens(emulator)) == NAMES


@pytest.mark.parametrize("fault", NOT_DONE + REFUSED, ids=_id)
@pytest.mark.parametrize("method", PROVOKED)
def test_one_that_is_not_done_leaves_the_others_whole_and_a_second_run_repairs(
    emulator: Emulator, tmp_path: Path, method: str, fault: dict[str, Any]
) -> None:
    """The error names it, what is reported as done is done, and what was not begun is as it was."""
    store = tmp_path / "tokens.yml"
    _start(emulator, method, store)
    _fault(emulator, method, fault)
    with pytest.raises(Failed) as caught:
        _run(emulator, store, PROVOKED[method])
    result = caught.value.result
    named = re.match(rf"{VERB[method]} token '([a-f])': ", result["msg"])
    assert named, result["msg"]
    assert "\n" not in result["msg"]
    done = [step[-2] for step in result["steps_done"] if step.startswith(VERB[method])]
    assert done == sorted(done)
    assert named[1] not in done
    assert len(done) == _sent(emulator, method) - 1
    health, there = _health(emulator, store), _tokens(emulator)
    lost = method != EDIT and fault not in REFUSED
    mark = {named[1]: VERB[method]} if lost else {}
    if method == CREATE:
        assert health == {**dict.fromkeys(done, "alive"), **mark}
        assert sorted(there) == done
    else:
        assert health == {**dict.fromkeys(NAMES, "alive"), **mark}
    if method == EDIT:
        assert [name for name in NAMES if "expiresAt" in there[name]] == done
        assert [entry.key for entry in open_store(store).read().values() if entry.expires_at] == done
    emulator.forget()
    again = [{**entry, "regenerate": "lost"} for entry in (PROVOKED[EDIT] if method == EDIT else NEW)]
    _run(emulator, store, again)
    assert _health(emulator, store) == dict.fromkeys(NAMES, "alive")
    repeated = 6 - len(done) if method != REGENERATE else len(mark)
    assert _sent(emulator, method) == repeated


def _create_all(emulator: Emulator, store: Path) -> None:
    _run(emulator, store, NEW)


def test_a_run_that_is_killed_in_the_middle_of_many_can_be_repaired(
    emulator: Emulator, tmp_path: Path, wait: Wait
) -> None:
    """Marks of tokens whose call was never sent do no harm: they are simply created."""
    store = tmp_path / "tokens.yml"
    emulator.control("PUT", "faults", [{"method": "*.CreateToken", "kind": "delay", "seconds": 0.5, "times": 4}])
    process = multiprocessing.get_context("spawn").Process(target=_create_all, args=(emulator, store))
    process.start()
    wait(lambda: _sent(emulator, CREATE) == 4)
    process.kill()
    process.join(10)
    assert _health(emulator, store) == dict.fromkeys(NAMES, "create")
    wait(lambda: len(_tokens(emulator)) == 4)
    emulator.forget()
    result = _run(emulator, store, [{**entry, "regenerate": "lost"} for entry in NEW])
    assert (_sent(emulator, CREATE), _sent(emulator, REGENERATE)) == (2, 4)
    assert sum(token["regenerated"] for token in result["tokens"]) == 4
    assert _health(emulator, store) == dict.fromkeys(NAMES, "alive")


def test_a_session_that_ends_in_the_middle_of_many_is_opened_anew_once(emulator: Emulator, tmp_path: Path) -> None:
    store = tmp_path / "tokens.yml"
    _fault(emulator, CREATE, {"kind": "session_lost"})
    result = _run(emulator, store, NEW)
    assert result["api_calls"]["users.authentication.Signin"] == 2
    assert _health(emulator, store) == dict.fromkeys(NAMES, "alive")


def test_calls_that_were_put_off_are_sent_again(emulator: Emulator, tmp_path: Path) -> None:
    store = tmp_path / "tokens.yml"
    _fault(emulator, CREATE, {"kind": "429", "retry_after": 0, "times": 5})
    result = _run(emulator, store, NEW)
    assert result["api_calls"]["users.authentication.CreateToken"] == 11
    assert _health(emulator, store) == dict.fromkeys(NAMES, "alive")
