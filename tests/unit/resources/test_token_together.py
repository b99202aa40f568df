# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several tokens at a time: never more than the limit, in the order that matters, and no value is lost."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import PaasError
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry, StoreWriter
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.apply import WRITES_AT_A_TIME, Gate
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import TokenSet
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreError, TokenStore
from tests.unit.resources.token_platform import PATIENCE, Meeting, TokenPlatform, cut, plain_store, refusal

NAMES = ["a", "b", "c", "d", "e", "f"]
CREATE, REGENERATE, EDIT, DELETE = "createtoken", "regeneratetoken", "edittoken", "deletetokens"
NEW: list[dict[str, Any]] = [{"description": name, "api_methods": ["users.account.GetUserInfo"]} for name in NAMES]
AGAIN = [{**entry, "regenerate": "always"} for entry in NEW]
REPAIRED = [{**entry, "regenerate": "lost"} for entry in NEW]


@pytest.fixture
def platform() -> Iterator[TokenPlatform]:
    """A platform without tokens."""
    found = TokenPlatform()
    yield found
    found.end()


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    """A store without tokens."""
    return plain_store(tmp_path)


def fails(platform: TokenPlatform, store: Any, tokens: list[dict[str, Any]]) -> dict[str, Any]:
    with pytest.raises(Failed) as caught:
        platform.run(TokenSet(), store, tokens=tokens)
    result = caught.value.result
    assert "\n" not in result["msg"]
    assert set(result["failure"]) == {"kind", "code", "method"}
    return result


def brief(entries: Mapping[str, StoreEntry], platform: TokenPlatform) -> dict[str, str]:
    """What each entry is good for: its mark, else whether its value lives."""
    return {
        key: entry.pending or ("alive" if platform.alive(entry.value) else "dead") for key, entry in entries.items()
    }


def ids(platform: TokenPlatform) -> dict[str, str]:
    return {name: str(token["id"]) for name, token in platform.tokens().items()}


# -- at the same time, and in order ------------------------------------------------------------------------------------


def test_as_many_at_a_time_as_the_limit_and_no_more(platform: TokenPlatform, store: TokenStore) -> None:
    first = Meeting(WRITES_AT_A_TIME)
    platform.before = {(CREATE, name): first.attend for name in NAMES[:WRITES_AT_A_TIME]}
    result = platform.run(TokenSet(), store, tokens=NEW)
    assert platform.most == WRITES_AT_A_TIME == 4
    assert sorted(platform.written) == [(CREATE, name) for name in NAMES]
    assert [token["description"] for token in result["tokens"]] == NAMES
    assert {token["stored"] for token in result["tokens"]} == {True}
    assert brief(store.read(), platform) == dict.fromkeys(NAMES, "alive")
    assert {entry.id for entry in store.read().values()} == {token["id"] for token in result["tokens"]}


def test_each_value_is_handed_back_with_its_own_token(platform: TokenPlatform) -> None:
    result = platform.run(TokenSet(), tokens=NEW, return_value=True)
    values = result["token_values"]
    assert list(values) == NAMES
    assert len(set(values.values())) == len(NAMES)
    assert all(map(platform.alive, values.values()))


def test_what_depends_on_each_other_keeps_its_order(platform: TokenPlatform, store: TokenStore) -> None:
    """Descriptions are passed on from token to token, and their values with them."""
    platform.run(TokenSet(), store, tokens=NEW[:3])
    numbers = ids(platform)
    values = {key: entry.value for key, entry in store.read().items()}
    chain: list[dict[str, Any]] = [
        {"id": int(numbers["c"]), "description": "z"},
        {"id": int(numbers["b"]), "description": "c"},
        {"id": int(numbers["a"]), "description": "b"},
        NEW[0],
        {"description": "copy", "copy_from": "a"},
    ]
    platform.run(TokenSet(), store, tokens=chain)
    assert platform.most == 1
    assert platform.written == [
        (EDIT, numbers["c"]),
        (EDIT, numbers["b"]),
        (EDIT, numbers["a"]),
        (CREATE, "a"),
        (CREATE, "copy"),
    ]
    after = store.read()
    assert (after["z"].value, after["c"].value, after["b"].value) == (values["c"], values["b"], values["a"])
    assert brief(after, platform) == dict.fromkeys(["a", "b", "c", "copy", "z"], "alive")


def test_removals_come_alone_and_their_entries_go_by_one_write(
    platform: TokenPlatform, store: TokenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.run(TokenSet(), store, tokens=NEW)
    written = replaced(monkeypatch)
    absent = [{"description": name, "state": "absent"} for name in NAMES]
    platform.run(TokenSet(), store, tokens=absent)
    assert [method for method, _what in platform.written] == [DELETE]
    assert written == [1]
    assert store.read() == {}


def replaced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how often a file takes the place of another."""
    real, count = Path.replace, [0]

    def replace(self: Path, target: Path) -> Path:
        count[0] += 1
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    return count


def test_all_that_are_created_are_announced_by_one_write(platform: TokenPlatform, store: TokenStore) -> None:
    seen: list[dict[str, str | None]] = []
    looked = threading.Event()

    def look() -> None:
        seen.append({key: entry.pending for key, entry in store.read().items()})
        looked.set()

    def wait() -> None:
        assert looked.wait(PATIENCE)

    platform.before = {(CREATE, name): wait for name in NAMES}
    platform.before[CREATE, "a"] = look
    platform.run(TokenSet(), store, tokens=NEW)
    assert seen == [dict.fromkeys(NAMES, "create")]


def test_a_new_value_is_announced_only_when_it_is_asked_for(platform: TokenPlatform, store: TokenStore) -> None:
    """Else the values that live would not be trusted where a run is killed."""
    platform.run(TokenSet(), store, tokens=NEW)
    numbers, seen = ids(platform), []
    platform.before = {
        (REGENERATE, number): lambda: seen.append(sum(entry.pending is not None for entry in store.read().values()))
        for number in numbers.values()
    }
    platform.run(TokenSet(), store, tokens=AGAIN)
    assert len(seen) == len(NAMES)
    assert min(seen) >= 1
    assert max(seen) <= WRITES_AT_A_TIME
    assert brief(store.read(), platform) == dict.fromkeys(NAMES, "alive")


# -- one of them goes wrong --------------------------------------------------------------------------------------------


Together = Callable[[str, str, Callable[[], Any]], None]


@pytest.fixture
def together(platform: TokenPlatform, monkeypatch: pytest.MonkeyPatch) -> Together:
    """Lets one of the first four go wrong while the other three are under way, which get their answers after that."""
    first, failed = Meeting(WRITES_AT_A_TIME), threading.Event()
    real = Gate.step

    @contextlib.contextmanager
    def step(gate: Gate) -> Iterator[None]:
        try:
            with real(gate):
                yield
        except PaasError:
            failed.set()
            raise

    def go_on() -> None:
        first.attend()
        assert failed.wait(PATIENCE)

    def arrange(method: str, wrong: str, what: Callable[[], Any]) -> None:
        def fail() -> Any:
            first.attend()
            return what()

        places = {name: name for name in NAMES} if method == CREATE else ids(platform)
        platform.before = {(method, places[name]): go_on for name in NAMES[:WRITES_AT_A_TIME]}
        platform.before[method, places[wrong]] = fail
        monkeypatch.setattr(Gate, "step", step)

    return arrange


def test_a_lost_answer_to_one_of_many_is_settled(platform: TokenPlatform, store: TokenStore) -> None:
    """The token is there, and the task asks for a new value in place of a lost one; the others do not notice."""
    platform.after = {(CREATE, "c"): cut}
    result = platform.run(TokenSet(), store, tokens=[{**entry, "regenerate": "lost"} for entry in NEW])
    assert result["api_calls"]["users.authentication.CreateToken"] == 6
    assert result["api_calls"]["users.authentication.RegenerateToken"] == 1
    assert brief(store.read(), platform) == dict.fromkeys(NAMES, "alive")


@pytest.mark.parametrize(
    ("what", "kind", "mark"),
    [(cut, "answer_lost", {"c": "create"}), (refusal(), "refused", {})],
    ids=["lost", "refused"],
)
def test_those_under_way_end_and_no_others_begin(
    platform: TokenPlatform,
    store: TokenStore,
    together: Together,
    what: Callable[[], Any],
    kind: str,
    mark: dict[str, str],
) -> None:
    together(CREATE, "c", what)
    result = fails(platform, store, NEW)
    assert sorted(platform.written) == [(CREATE, name) for name in NAMES[:4]]
    assert result["msg"].startswith("create token 'c': ")
    assert result["failure"]["kind"] == kind
    assert result["changed"] is True
    assert result["steps_done"] == [f"create token {name!r}" for name in "abd"]
    assert brief(store.read(), platform) == {**dict.fromkeys("abd", "alive"), **mark}
    assert set(platform.tokens()) == {"a", "b", "d"}
    platform.before.clear()
    again = platform.run(TokenSet(), store, tokens=REPAIRED)
    assert sorted(platform.written) == [(CREATE, "c"), (CREATE, "e"), (CREATE, "f")]
    assert {token["stored"] for token in again["tokens"]} == {True}
    assert brief(store.read(), platform) == dict.fromkeys(NAMES, "alive")


def test_a_regeneration_that_may_be_done_leaves_all_others_trusted(
    platform: TokenPlatform, store: TokenStore, together: Together
) -> None:
    platform.run(TokenSet(), store, tokens=NEW)
    numbers = ids(platform)
    together(REGENERATE, "b", cut)
    result = fails(platform, store, AGAIN)
    assert result["msg"].startswith("regenerate token 'b': ")
    assert "regenerate: lost" in result["msg"]
    assert result["steps_done"] == [f"regenerate token {name!r}" for name in "acd"]
    assert brief(store.read(), platform) == {**dict.fromkeys(NAMES, "alive"), "b": "regenerate"}
    platform.before.clear()
    platform.run(TokenSet(), store, tokens=REPAIRED)
    assert platform.written == [(REGENERATE, numbers["b"])]
    assert brief(store.read(), platform) == dict.fromkeys(NAMES, "alive")


def test_all_failures_are_told_the_first_by_the_plan_first(
    platform: TokenPlatform, store: TokenStore, together: Together
) -> None:
    together(CREATE, "d", refusal())
    fail_last = platform.before[CREATE, "b"]

    def fail_too() -> Any:
        fail_last()
        return refusal(98)()

    platform.before[CREATE, "b"] = fail_too
    result = fails(platform, store, NEW)
    first, _, second = result["msg"].partition("; besides, ")
    assert first.startswith("create token 'b': users.authentication.CreateToken was refused")
    assert second.startswith("create token 'd': users.authentication.CreateToken was refused")
    assert result["failure"]["code"] == 98
    assert result["steps_done"] == ["create token 'a'", "create token 'c'"]
    assert sorted(store.read()) == ["a", "c"]


def test_the_one_step_of_a_task_needs_no_name(platform: TokenPlatform, store: TokenStore) -> None:
    platform.before = {(CREATE, "a"): refusal()}
    assert fails(platform, store, NEW[:1])["msg"].startswith("users.authentication.CreateToken was refused")


def test_the_other_steps_of_a_token_are_left_once_another_failed(
    platform: TokenPlatform, store: TokenStore, together: Together
) -> None:
    """An edit that was under way ends; the regeneration after it does not begin, and its mark is not written."""
    platform.run(TokenSet(), store, tokens=NEW)
    edited = [{**entry, "expires_at": "2099-01-31", "regenerate": "always"} for entry in NEW]
    together(EDIT, "a", refusal())
    result = fails(platform, store, edited)
    assert {method for method, _what in platform.written} == {EDIT}
    assert result["steps_done"] == [f"edit token {name!r}" for name in "bcd"]
    assert brief(store.read(), platform) == dict.fromkeys(NAMES, "alive")


def test_an_entry_follows_its_renamed_token_though_another_failed(
    platform: TokenPlatform, store: TokenStore, together: Together
) -> None:
    """Else the value would not be found any more under the token's new description."""
    platform.run(TokenSet(), store, tokens=NEW)
    numbers = ids(platform)
    together(EDIT, "a", refusal())
    renamed = [{"id": int(numbers[name]), "description": f"new-{name}"} for name in NAMES]
    result = fails(platform, store, renamed)
    assert result["steps_done"] == [
        f"{what} 'new-{name}'" for name in "bcd" for what in ("edit token", "update the store entry")
    ]
    assert brief(store.read(), platform) == dict.fromkeys(["a", "e", "f", "new-b", "new-c", "new-d"], "alive")


class OneFull:
    """A store that cannot keep the value of one token."""

    def __init__(self, store: TokenStore, key: str) -> None:
        self._store = store
        self._key = key

    def read(self) -> dict[str, StoreEntry]:
        """As the real one."""
        return self._store.read()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[StoreWriter]:
        """As the real one, but for one value."""
        with self._store.transaction() as writer:
            real = writer.put

            def put(*entries: StoreEntry) -> None:
                if any(entry.key == self._key and entry.value is not None for entry in entries):
                    raise StoreError("Cannot write the token store: No space left on device.")
                real(*entries)

            writer.put = put  # type: ignore[method-assign]  # the one method that is to fail
            yield writer


def test_a_value_that_cannot_be_written_takes_only_its_own_token_with_it(
    platform: TokenPlatform, store: TokenStore
) -> None:
    result = fails(platform, OneFull(store, "c"), NEW[:4])
    assert result["failure"]["kind"] == "store"
    assert result["msg"].startswith("create token 'c': Cannot write the token store")
    assert set(platform.tokens()) == {"a", "b", "d"}
    assert brief(store.read(), platform) == dict.fromkeys("abd", "alive")


def test_an_interruption_waits_for_the_values_that_are_under_way(
    platform: TokenPlatform, store: TokenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their calls are made: without the answers the values would be lost."""
    first, interrupted, waited_for = Meeting(WRITES_AT_A_TIME), threading.Event(), threading.Event()
    real = Gate.close_and_wait

    def close_and_wait(gate: Gate) -> None:
        waited_for.set()
        real(gate)

    def interrupt() -> None:
        first.attend()
        # To the thread that waits, and again where it was just about to, as it does not wake up then.
        end = time.monotonic() + PATIENCE
        while not interrupted.wait(0.05) and time.monotonic() < end:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        assert waited_for.wait(PATIENCE)

    def go_on() -> None:
        first.attend()
        assert waited_for.wait(PATIENCE)

    def note(_number: int, _frame: Any) -> None:
        if not interrupted.is_set():
            interrupted.set()
            raise KeyboardInterrupt

    platform.before = {(CREATE, name): go_on for name in NAMES[:4]}
    platform.before[CREATE, "b"] = interrupt
    monkeypatch.setattr(Gate, "close_and_wait", close_and_wait)
    usual = signal.signal(signal.SIGINT, note)
    try:
        with pytest.raises(KeyboardInterrupt):
            platform.run(TokenSet(), store, tokens=NEW)
    finally:
        signal.signal(signal.SIGINT, usual)
    assert sorted(platform.written) == [(CREATE, name) for name in NAMES[:4]]
    assert platform.sent[-1][0] == "signout"
    assert brief(store.read(), platform) == dict.fromkeys(NAMES[:4], "alive")
