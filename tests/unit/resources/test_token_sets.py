# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several tokens in one task: one call at a time, in order, and no value is lost, whatever ends the task."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry, StoreWriter
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import TokenSet
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreError, TokenStore
from tests.unit.resources.token_platform import TokenPlatform, cut, plain_store, refusal

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


def failure(platform: TokenPlatform, store: Any, tokens: list[dict[str, Any]], **options: Any) -> dict[str, Any]:
    """The result of a task that fails."""
    with pytest.raises(Failed) as caught:
        platform.run(TokenSet(), store, tokens=tokens, **options)
    result = caught.value.result
    assert "\n" not in result["msg"]
    assert set(result["failure"]) == {"kind", "code", "method"}
    return result


def states(entries: Mapping[str, StoreEntry], platform: TokenPlatform) -> dict[str, str]:
    """The mark of each entry, or else whether its value is alive."""
    return {
        key: entry.pending or ("alive" if platform.alive(entry.value) else "dead") for key, entry in entries.items()
    }


def ids(platform: TokenPlatform) -> dict[str, str]:
    return {name: str(token["id"]) for name, token in platform.tokens().items()}


# -- in order ----------------------------------------------------------------------------------------------------------


def test_one_call_after_the_other_in_the_order_of_the_list(platform: TokenPlatform, store: TokenStore) -> None:
    stored: list[int] = []

    def look() -> None:
        stored.append(sum(entry.value is not None for entry in store.read().values()))

    platform.before = {(CREATE, name): look for name in NAMES}
    result = platform.run(TokenSet(), store, tokens=NEW)
    assert platform.written == [(CREATE, name) for name in NAMES]
    assert stored == [0, 1, 2, 3, 4, 5]
    assert [token["description"] for token in result["tokens"]] == NAMES
    assert {token["stored"] for token in result["tokens"]} == {True}
    assert states(store.read(), platform) == dict.fromkeys(NAMES, "alive")
    assert [entry.id for entry in store.read().values()] == [token["id"] for token in result["tokens"]]


def test_each_value_is_handed_back_with_its_own_token(platform: TokenPlatform) -> None:
    result = platform.run(TokenSet(), tokens=NEW, return_value=True)
    values = result["token_values"]
    assert list(values) == NAMES
    assert len(set(values.values())) == len(NAMES)
    assert all(map(platform.alive, values.values()))


def test_descriptions_and_values_pass_from_token_to_token(platform: TokenPlatform, store: TokenStore) -> None:
    """The entry whose name a new token takes is not covered by the mark of that token before it is moved."""
    platform.run(TokenSet(), store, tokens=NEW[:3])
    numbers = ids(platform)
    values = {key: entry.value for key, entry in store.read().items()}
    chain: list[dict[str, Any]] = [
        {"description": "first", "api_methods": ["users.account.GetUserInfo"]},
        {"id": int(numbers["c"]), "description": "z"},
        {"id": int(numbers["b"]), "description": "c"},
        {"id": int(numbers["a"]), "description": "b"},
        NEW[0],
        {"description": "copy", "copy_from": "a"},
    ]
    seen: list[dict[str, str | None]] = []

    def look() -> None:
        seen.append({key: entry.pending for key, entry in store.read().items()})

    platform.before = {(CREATE, "first"): look, (CREATE, "a"): look}
    platform.run(TokenSet(), store, tokens=chain)
    # A run that is killed in between must not lose a value that is in use.
    assert seen == [
        {"a": None, "b": None, "c": None, "copy": "create", "first": "create"},
        {"a": "create", "b": None, "c": None, "copy": "create", "first": None, "z": None},
    ]
    assert platform.written == [
        (CREATE, "first"),
        (EDIT, numbers["c"]),
        (EDIT, numbers["b"]),
        (EDIT, numbers["a"]),
        (CREATE, "a"),
        (CREATE, "copy"),
    ]
    after = store.read()
    assert (after["z"].value, after["c"].value, after["b"].value) == (values["c"], values["b"], values["a"])
    assert states(after, platform) == dict.fromkeys(["a", "b", "c", "copy", "first", "z"], "alive")


# -- writes of the store -----------------------------------------------------------------------------------------------


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that take the place of the store."""
    real, names = Path.replace, []

    def replace(self: Path, target: Path) -> Path:
        names.append(self.name)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    return names


def test_the_entries_of_removed_tokens_go_by_one_write(
    platform: TokenPlatform, store: TokenStore, writes: list[str]
) -> None:
    platform.run(TokenSet(), store, tokens=NEW)
    writes.clear()
    platform.run(TokenSet(), store, tokens=[{"description": name, "state": "absent"} for name in NAMES])
    assert [method for method, _token in platform.written] == [DELETE]
    assert len(writes) == 1
    assert store.read() == {}


def test_all_that_are_created_are_marked_by_one_write(
    platform: TokenPlatform, store: TokenStore, writes: list[str]
) -> None:
    """And each value is one write more."""
    seen: list[dict[str, str | None]] = []

    def look() -> None:
        seen.append({key: entry.pending for key, entry in store.read().items()})

    platform.before = {(CREATE, "a"): look}
    platform.run(TokenSet(), store, tokens=NEW)
    assert seen == [dict.fromkeys(NAMES, "create")]
    assert len(writes) == 1 + len(NAMES)


def test_a_new_value_is_marked_only_when_it_is_asked_for(platform: TokenPlatform, store: TokenStore) -> None:
    """Otherwise the values that are alive would not be trusted after a run was killed."""
    platform.run(TokenSet(), store, tokens=NEW)
    seen: list[list[str]] = []

    def look() -> None:
        seen.append([key for key, entry in store.read().items() if entry.pending])

    platform.before = {(REGENERATE, number): look for number in ids(platform).values()}
    platform.run(TokenSet(), store, tokens=AGAIN)
    assert seen == [[name] for name in NAMES]
    assert states(store.read(), platform) == dict.fromkeys(NAMES, "alive")


# -- one of them goes wrong --------------------------------------------------------------------------------------------


def test_a_lost_answer_to_one_of_several_is_resolved(platform: TokenPlatform, store: TokenStore) -> None:
    """The token is there, and the task asks for a new value in place of a lost one; the others go on."""
    platform.after = {(CREATE, "c"): cut}
    result = platform.run(TokenSet(), store, tokens=REPAIRED)
    assert result["api_calls"]["users.authentication.CreateToken"] == 6
    assert result["api_calls"]["users.authentication.RegenerateToken"] == 1
    assert states(store.read(), platform) == dict.fromkeys(NAMES, "alive")


@pytest.mark.parametrize(
    ("what", "kind", "mark"),
    [(cut, "answer_lost", {"c": "create"}), (refusal(), "refused", {})],
    ids=["lost", "refused"],
)
def test_a_failure_ends_the_task_and_takes_unused_marks_back(
    platform: TokenPlatform, store: TokenStore, what: Callable[[], Any], kind: str, mark: dict[str, str]
) -> None:
    platform.before = {(CREATE, "c"): what}
    result = failure(platform, store, NEW)
    assert platform.written == [(CREATE, name) for name in "abc"]
    assert result["msg"].startswith("create token 'c': ")
    assert result["failure"]["kind"] == kind
    assert result["changed"] is True
    assert result["steps_done"] == [f"create token {name!r}" for name in "ab"]
    assert states(store.read(), platform) == {**dict.fromkeys("ab", "alive"), **mark}
    assert set(platform.tokens()) == {"a", "b"}
    platform.before.clear()
    again = platform.run(TokenSet(), store, tokens=REPAIRED)
    assert platform.written == [(CREATE, name) for name in "cdef"]
    assert {token["stored"] for token in again["tokens"]} == {True}
    assert states(store.read(), platform) == dict.fromkeys(NAMES, "alive")


def test_a_regeneration_that_may_be_done_leaves_all_others_trusted(platform: TokenPlatform, store: TokenStore) -> None:
    platform.run(TokenSet(), store, tokens=NEW)
    numbers = ids(platform)
    platform.before = {(REGENERATE, numbers["b"]): cut}
    result = failure(platform, store, AGAIN)
    assert result["msg"].startswith("regenerate token 'b': ")
    assert "regenerate: lost" in result["msg"]
    assert result["steps_done"] == ["regenerate token 'a'"]
    assert states(store.read(), platform) == {**dict.fromkeys(NAMES, "alive"), "b": "regenerate"}
    platform.before.clear()
    platform.run(TokenSet(), store, tokens=REPAIRED)
    assert platform.written == [(REGENERATE, numbers["b"])]
    assert states(store.read(), platform) == dict.fromkeys(NAMES, "alive")


def test_the_other_steps_of_a_token_are_left_once_one_failed(platform: TokenPlatform, store: TokenStore) -> None:
    """The regeneration after a refused edit does not begin, and its mark is not written."""
    platform.run(TokenSet(), store, tokens=NEW)
    platform.before = {(EDIT, ids(platform)["a"]): refusal()}
    edited = [{**entry, "expires_at": "2099-01-31", "regenerate": "always"} for entry in NEW]
    result = failure(platform, store, edited)
    assert [method for method, _token in platform.written] == [EDIT]
    assert result["steps_done"] == []
    assert states(store.read(), platform) == dict.fromkeys(NAMES, "alive")


def test_the_entry_of_a_renamed_token_is_renamed_although_the_next_step_fails(
    platform: TokenPlatform, store: TokenStore
) -> None:
    """Otherwise the value would not be found any more under the token's new description."""
    platform.run(TokenSet(), store, tokens=NEW)
    numbers = ids(platform)
    platform.before = {(EDIT, numbers["b"]): refusal()}
    renamed = [{"id": int(numbers[name]), "description": f"new-{name}"} for name in NAMES]
    result = failure(platform, store, renamed)
    assert result["steps_done"] == ["rename token 'a' to 'new-a'", "update the store entry 'new-a'"]
    assert states(store.read(), platform) == dict.fromkeys(["b", "c", "d", "e", "f", "new-a"], "alive")


def limited(times: int) -> Callable[[], Reply | None]:
    """Some calls are put off by HTTP 429."""
    replies = iter([Reply(status=429, headers={"retry-after": "0"}, body="")] * times)
    return lambda: next(replies, None)


def test_calls_that_are_put_off_do_not_use_up_the_new_plans_of_others(
    platform: TokenPlatform, store: TokenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """24 calls are put off, and the tokens are read and planned again before each is sent again."""
    real = platform.client
    clock = Clock(pause=lambda _seconds: None)
    monkeypatch.setattr(platform, "client", lambda session=None: real(session, clock=clock))
    platform.before = {(CREATE, name): limited(4) for name in NAMES}
    result = platform.run(TokenSet(), store, tokens=NEW)
    assert result["api_calls"]["users.authentication.CreateToken"] == 5 * len(NAMES)
    assert result["api_calls"]["users.authentication.GetTokens"] == 2 + 4 * len(NAMES)
    assert states(store.read(), platform) == dict.fromkeys(NAMES, "alive")


def test_a_due_value_is_still_replaced_after_a_new_plan(platform: TokenPlatform, store: TokenStore) -> None:
    """By the new plan alone, the token with its new end is not due any more."""
    first = {**NEW[0], "expires_at": "2099-01-31"}
    platform.run(TokenSet(), store, tokens=[first])
    number, value = ids(platform)["a"], store.read()["a"].value
    platform.before = {(REGENERATE, number): limited(1)}
    renewed = {**NEW[0], "expires_in": "90000d", "renew_before": "89999d", "regenerate": "due"}
    result = platform.run(TokenSet(), store, tokens=[renewed])
    assert platform.written == [(EDIT, number), (REGENERATE, number), (REGENERATE, number)]
    assert result["tokens"][0]["regenerated"] is True
    assert store.read()["a"].value != value
    assert states(store.read(), platform) == {"a": "alive"}


def test_an_edit_that_somebody_elses_removal_explains_leaves_the_other_edits(
    platform: TokenPlatform, store: TokenStore
) -> None:
    """The removed token is made anew, although another edit is still to do."""
    platform.run(TokenSet(), store, tokens=NEW[:2])
    numbers = ids(platform)
    platform.before = {
        (EDIT, numbers["a"]): lambda: platform.call("users.authentication.DeleteTokens", ids=numbers["a"]) and None
    }
    edited = [{**entry, "expires_at": "2099-01-31"} for entry in NEW[:2]]
    platform.run(TokenSet(), store, tokens=edited)
    assert [method for method, _token in platform.written if method != DELETE] == [EDIT, CREATE, EDIT]
    assert states(store.read(), platform) == dict.fromkeys("ab", "alive")


class OneFull:
    """A store that cannot keep the value of one token; a mark beside an old value can be written."""

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
                if any(entry.key == self._key and entry.value and not entry.pending for entry in entries):
                    raise StoreError("Cannot write the token store: No space left on device.")
                real(*entries)

            writer.put = put  # type: ignore[method-assign]  # the one method that is to fail
            yield writer


def test_a_value_that_cannot_be_written_takes_only_its_own_token_with_it(
    platform: TokenPlatform, store: TokenStore
) -> None:
    result = failure(platform, OneFull(store, "c"), NEW[:4])
    assert result["failure"]["kind"] == "store"
    assert result["msg"].startswith("create token 'c': Cannot write the token store")
    assert set(platform.tokens()) == {"a", "b"}
    assert states(store.read(), platform) == dict.fromkeys("ab", "alive")


def test_a_token_that_cannot_be_removed_after_its_value_could_not_be_written(
    platform: TokenPlatform, store: TokenStore
) -> None:
    """The message names the token that is left."""

    def outage() -> None:
        number = ids(platform)["a"]
        platform.before[DELETE, number] = refusal()

    platform.after = {(CREATE, "a"): outage}
    said = failure(platform, OneFull(store, "a"), NEW[:1])["msg"]
    assert "No space left on device; the new token 'a' could not be removed: " in said
    assert said.endswith("; remove it by its id")


def test_a_replaced_value_that_cannot_be_written_does_not_take_its_token_with_it(
    platform: TokenPlatform, store: TokenStore
) -> None:
    """The answer to its creation was lost, so the token may be somebody else's."""
    platform.after = {(CREATE, "a"): cut}
    result = failure(platform, OneFull(store, "a"), REPAIRED[:1])
    assert result["failure"]["kind"] == "store"
    assert result["msg"].endswith("; the old value of 'a' is dead: repair with regenerate: lost")
    assert set(platform.tokens()) == {"a"}
    assert states(store.read(), platform) == {"a": "create"}


def test_a_mark_that_cannot_be_taken_back_is_an_error_of_the_store(platform: TokenPlatform, store: TokenStore) -> None:
    """The value is alive, and the lookup does not hand it out."""
    platform.run(TokenSet(), store, tokens=NEW[:1])
    platform.before = {(REGENERATE, ids(platform)["a"]): refusal()}
    assert failure(platform, OneFull(store, "a"), AGAIN[:1])["failure"]["kind"] == "store"
    assert states(store.read(), platform) == {"a": "regenerate"}


def test_a_failed_task_without_a_store_leaves_no_token_whose_value_nobody_has(platform: TokenPlatform) -> None:
    """A failure hands no values back."""
    platform.before = {(CREATE, "c"): refusal()}
    result = failure(platform, None, NEW, return_value=True)
    assert result["msg"].startswith("create token 'c': ")
    assert (result["changed"], result["steps_done"]) == (False, [])
    assert platform.tokens() == {}


def test_a_failed_task_without_a_store_names_the_values_that_are_lost(platform: TokenPlatform) -> None:
    platform.run(TokenSet(), tokens=NEW[:2], return_value=True)
    platform.before = {(REGENERATE, ids(platform)["b"]): refusal()}
    result = failure(platform, None, AGAIN[:2], return_value=True)
    assert result["msg"].endswith(
        "; the new value of 'a' is lost: run again with regenerate: lost (with a store) or always"
    )
    assert (result["changed"], result["steps_done"]) == (True, ["regenerate token 'a'"])
