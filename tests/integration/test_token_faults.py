# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every write of tokens x every fault: done once, or not done with a clear error that a second run repairs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken
from tests.integration.direct import Failed, open_store, perform
from tests.integration.support import Emulator

CREATE, EDIT, REGENERATE, DELETE = "CreateToken", "EditToken", "RegenerateToken", "DeleteTokens"
WRITES = (CREATE, EDIT, REGENERATE, DELETE)
BASE: dict[str, Any] = {"description": "bot", "api_methods": ["users.account.GetUserInfo"]}
# What each write is provoked by; every task names a store.
PROVOKED: dict[str, dict[str, Any]] = {
    CREATE: BASE,
    EDIT: {"description": "bot", "expires_at": "2099-01-31"},
    REGENERATE: {"description": "bot", "regenerate": "always"},
    DELETE: {"description": "bot", "state": "absent"},
}
# Faults after which the work is done all the same.
DONE = [
    {"kind": "cut_after"},
    {"kind": "5xx", "status": 504, "after_work": True},
    {"kind": "5xx", "status": 502, "after_work": True},
    {"kind": "html", "after_work": True},
    {"kind": "empty", "after_work": True},
    {"kind": "truncated"},
    {"kind": "bad_json"},
]
# Faults after which it is not, although the client cannot know at first.
NOT_DONE = [
    {"kind": "cut_before"},
    {"kind": "5xx", "status": 500},
    {"kind": "5xx", "status": 503},
    {"kind": "html"},
    {"kind": "empty"},
]
REFUSED = [{"kind": "inner_error", "code": 99}, {"kind": "redirect", "location": "https://elsewhere.example.com/"}]


def _id(fault: dict[str, Any]) -> str:
    return "-".join(str(value) for value in fault.values())


def _fault(emulator: Emulator, method: str, fault: dict[str, Any]) -> None:
    emulator.control("PUT", "faults", [{"method": f"users.authentication.{method}", **fault}])


def _start(emulator: Emulator, method: str, store: Path) -> None:
    if method != CREATE:
        perform(OneToken(), emulator, store=store, **BASE)
    emulator.forget()


def _bots(emulator: Emulator) -> list[dict[str, Any]]:
    answer = emulator.call("users.authentication.GetTokens", session=emulator.signin())
    return [token for token in answer["apiTokens"] if token["description"] == "bot"]


def _value(emulator: Emulator, store: Path) -> str:
    """What the stored value is good for: ``alive``, or why it is not."""
    entry = open_store(store).read().get("bot")
    if entry is None or entry.value is None:
        return "no value"
    if entry.pending:
        return f"pending {entry.pending}"
    result = emulator.call("users.account.GetUserInfo", session=entry.value)["result"]
    return "alive" if result == 0 else f"refused with {result}"


def _reached(emulator: Emulator, method: str, store: Path) -> None:
    """The state that the write is for holds, once."""
    bots = _bots(emulator)
    if method == DELETE:
        assert bots == []
        assert "bot" not in open_store(store).read()
        return
    assert len(bots) == 1
    assert bots[0].get("expiresAt") == ("2099-01-31 00:00:00" if method == EDIT else None)
    assert _value(emulator, store) == "alive"


@pytest.mark.parametrize("fault", DONE, ids=_id)
@pytest.mark.parametrize("method", WRITES)
def test_a_lost_answer_to_work_done_is_settled(
    emulator: Emulator, tmp_path: Path, method: str, fault: dict[str, Any]
) -> None:
    """The state is read, the step counts as done, and a value that went with the answer is replaced if asked for."""
    store = tmp_path / "tokens.yml"
    _start(emulator, method, store)
    _fault(emulator, method, fault)
    asked = {"regenerate": "lost"} if method == CREATE else {}
    result = perform(OneToken(), emulator, store=store, **{**PROVOKED[method], **asked})
    assert result["changed"] is True
    _reached(emulator, method, store)
    sent = [call for call in emulator.methods if call.endswith(f".{method}")]
    assert len(sent) == (2 if method == REGENERATE else 1)


@pytest.mark.parametrize("fault", NOT_DONE, ids=_id)
@pytest.mark.parametrize("method", WRITES)
def test_a_lost_answer_to_work_not_done_is_an_error_and_a_second_run_repairs(
    emulator: Emulator, tmp_path: Path, method: str, fault: dict[str, Any]
) -> None:
    """The write is sent once, nothing is claimed that is not so, and running again brings the state."""
    store = tmp_path / "tokens.yml"
    _start(emulator, method, store)
    _fault(emulator, method, fault)
    with pytest.raises(Failed) as caught:
        perform(OneToken(), emulator, store=store, **PROVOKED[method])
    result = caught.value.result
    assert result["failure"]["kind"] == "answer_lost"
    assert result["failure"]["method"] == f"users.authentication.{method}"
    assert "again" in result["msg"]
    assert "\n" not in result["msg"]
    assert result["changed"] is False
    assert result["api_calls"][f"users.authentication.{method}"] == 1
    assert len(_bots(emulator)) == (0 if method == CREATE else 1)
    perform(OneToken(), emulator, store=store, **PROVOKED[method])
    _reached(emulator, method, store)


@pytest.mark.parametrize("fault", REFUSED, ids=_id)
@pytest.mark.parametrize("method", WRITES)
def test_a_refusal_leaves_everything_as_it_was(
    emulator: Emulator, tmp_path: Path, method: str, fault: dict[str, Any]
) -> None:
    """The stored value is still trusted, the write was sent once, and the error carries the platform's code."""
    store = tmp_path / "tokens.yml"
    _start(emulator, method, store)
    before = open_store(store).read()
    _fault(emulator, method, fault)
    with pytest.raises(Failed) as caught:
        perform(OneToken(), emulator, store=store, **PROVOKED[method])
    assert caught.value.result["failure"]["code"] == fault.get("code")
    assert caught.value.result["api_calls"][f"users.authentication.{method}"] == 1
    assert open_store(store).read() == before
    assert _value(emulator, store) == ("no value" if method == CREATE else "alive")


@pytest.mark.parametrize("method", WRITES)
def test_a_call_that_was_put_off_is_sent_again(emulator: Emulator, tmp_path: Path, method: str) -> None:
    """HTTP 429 says that the call was not taken, so that it may be sent again, after the time the platform names."""
    store = tmp_path / "tokens.yml"
    _start(emulator, method, store)
    _fault(emulator, method, {"kind": "429", "retry_after": 0, "times": 2})
    result = perform(OneToken(), emulator, store=store, **PROVOKED[method])
    assert result["api_calls"][f"users.authentication.{method}"] == 3
    _reached(emulator, method, store)


def test_a_token_that_appears_after_the_error_is_not_made_twice(emulator: Emulator, tmp_path: Path, wait: Wait) -> None:
    """The platform was slower than the time limit: the run says so, and the next one finds the token and repairs it."""
    store = tmp_path / "tokens.yml"
    _fault(emulator, CREATE, {"kind": "delay", "seconds": 1.0})
    with pytest.raises(Failed) as caught:
        perform(OneToken(), emulator, store=store, timeout=0.3, **BASE)
    assert caught.value.result["failure"]["kind"] == "answer_lost"
    wait(lambda: bool(_bots(emulator)))
    result = perform(OneToken(), emulator, store=store, **BASE)
    assert result["token"]["stored"] is False
    assert result["changed"] is False
    result = perform(OneToken(), emulator, store=store, **BASE, regenerate="lost")
    assert result["token"]["regenerated"] is True
    _reached(emulator, CREATE, store)


def test_a_regeneration_in_flight_is_never_followed_by_another(emulator: Emulator, tmp_path: Path, wait: Wait) -> None:
    """The old value still lives when looked at, so the first call may yet be carried out: a second is a gamble."""
    store = tmp_path / "tokens.yml"
    _start(emulator, REGENERATE, store)
    _fault(emulator, REGENERATE, {"kind": "delay", "seconds": 1.0})
    with pytest.raises(Failed) as caught:
        perform(OneToken(), emulator, store=store, timeout=0.3, **PROVOKED[REGENERATE])
    assert "regenerate: lost" in caught.value.result["msg"]
    assert open_store(store).read()["bot"].pending == "regenerate"
    wait(lambda: [call["result"] for call in emulator.journal if call["method"].endswith(f".{REGENERATE}")] == [0])
    result = perform(OneToken(), emulator, store=store, **BASE, regenerate="lost")
    assert result["token"]["regenerated"] is True
    _reached(emulator, REGENERATE, store)


def test_without_a_store_a_lost_regeneration_names_the_remedy(emulator: Emulator) -> None:
    """No old value is known, so nothing can be found out: the error says what may be and what to do."""
    perform(OneToken(), emulator, **BASE, return_value=True)
    _fault(emulator, REGENERATE, {"kind": "cut_after"})
    with pytest.raises(Failed, match="run again with regenerate: lost"):
        perform(OneToken(), emulator, **BASE, regenerate="always", return_value=True)


def test_a_session_that_ends_in_mid_task_is_opened_anew(emulator: Emulator, tmp_path: Path) -> None:
    """The refused call was not carried out; it is made once more with a new session."""
    store = tmp_path / "tokens.yml"
    _fault(emulator, CREATE, {"kind": "session_lost"})
    result = perform(OneToken(), emulator, store=store, **BASE)
    assert result["api_calls"]["users.authentication.Signin"] == 2
    assert result["api_calls"]["users.authentication.CreateToken"] == 2
    _reached(emulator, CREATE, store)


def test_signing_out_that_fails_is_only_a_warning(emulator: Emulator, tmp_path: Path) -> None:
    """The work is done by then."""
    emulator.control("PUT", "faults", [{"method": "*.Signout", "kind": "inner_error", "code": 99, "times": 0}])
    result = perform(OneToken(), emulator, store=tmp_path / "tokens.yml", **BASE)
    assert result["changed"] is True


Wait = Callable[[Callable[[], bool]], None]
