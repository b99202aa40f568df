# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the platform answers, a task ends in a result or in one readable line, and changes nothing at random."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.module_utils._client import concurrency
from ansible_collections.inet.elastic.plugins.module_utils._client.refusals import LONGEST_LINE
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from tests.profiles import fuzzing, scaled
from tests.property.changed_answers import (
    Path,
    changed,
    paths,
    replies,
    spelled,
    stripped,
    with_unknown_members,
    without,
)
from tests.property.recorded_answers import Recorded, Recording, Replay, record
from tests.property.recorded_tasks import SUBJECTS

CHANGES = 25  # changed answers for each task
LEAST = 5000  # cases that the tests of this file try in all
BY_NAME = {subject.name: subject for subject in SUBJECTS}
# Answers whose members are named by the user, so that none of them is unknown.
NAMED_BY_THE_USER = ("getcontainerenvvarsbygroup",)
Change = Callable[[Any], Any]


@functools.cache
def recording(name: str) -> Recording:
    """Made once for each process."""
    return record(BY_NAME[name])


def ending(found: Recording, instead: dict[int, Reply], *, check: bool) -> dict[str, Any]:
    """The result of the task, or of its failure; both are as they have to be. Any other error ends the test."""
    transport = Replay(found.answers, instead)
    try:
        result = found.run(transport, check=check)
    except Failed as failure:
        result = failure.result
        line = result["msg"]
        assert set(result["failure"]) == {"kind", "code", "method"}
        assert line.isprintable()
        assert 0 < len(line.strip()) <= LONGEST_LINE
        sent = [secret for secret in found.secrets if secret in transport.sent]
        shown = json.dumps(result, ensure_ascii=False)
        assert [secret for secret in sent if secret in shown] == []
    # What ansible-core makes of it: JSON, by the standard and in UTF-8.
    json.dumps(result, allow_nan=False, ensure_ascii=False).encode()
    assert transport.aimless == []
    return result


class _AtOnce(ThreadPoolExecutor):
    """Runs a job when it is submitted: threads start as slowly as a task ends here, and mix the order of its calls."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """See ``Executor``."""
        ended: Future[Any] = Future()
        try:
            ended.set_result(fn(*args, **kwargs))
        except BaseException as error:
            ended.set_exception(error)
        return ended


@pytest.fixture(scope="module", autouse=True)
def _no_threads() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concurrency, "ThreadPoolExecutor", _AtOnce)
        yield


def alike(result: dict[str, Any]) -> dict[str, Any]:
    """A result without what differs from run to run, and without an answer that is returned as it is."""
    return {name: value for name, value in result.items() if name not in ("api_seconds", "answer")}


def all_changed(found: Recording, change: Change) -> dict[int, Reply]:
    """Every answer with its data changed, but those whose members are the user's."""
    return {
        number: _with_data(item, change)
        for number, item in enumerate(found.answers)
        if not item.method.endswith(NAMED_BY_THE_USER)
    }


def _with_data(item: Recorded, change: Change) -> Reply:
    return replace(item.reply, body=json.dumps(change(json.loads(item.reply.body))))


@pytest.mark.parametrize("name", BY_NAME)
def test_a_changed_answer_ends_in_a_result_or_in_one_line(name: str) -> None:
    found = recording(name)
    cases = 0

    @fuzzing(CHANGES)
    @given(st.data())
    def change(data: st.DataObject) -> None:
        nonlocal cases
        number = data.draw(st.integers(0, len(found.answers) - 1))
        reply = data.draw(replies(found.answers[number].reply, found.secrets))
        for check in (True, False):
            ending(found, {number: reply}, check=check)
            cases += 1

    change()
    assert cases >= 2 * scaled(CHANGES)


def members(found: Recording) -> Iterator[tuple[int, Path]]:
    """Number of the answer and path of each of its members; of answers to one method only where they differ."""
    seen = set()
    for number, item in enumerate(found.answers):
        for path in paths(json.loads(item.reply.body)):
            place = (item.method, *(step for step in path if isinstance(step, str)))
            if place not in seen:
                seen.add(place)
                yield number, path


def _of_another_type(value: Any) -> Any:
    return {"x": 1} if isinstance(value, str) else "x"


@pytest.mark.parametrize("name", BY_NAME)
def test_a_member_that_is_missing_or_odd_does_no_harm(name: str) -> None:
    found = recording(name)
    for number, path in members(found):
        item = found.answers[number]
        data = json.loads(item.reply.body)
        for value in (without(data, path), changed(data, path, _of_another_type)):
            ending(found, {number: replace(item.reply, body=json.dumps(value))}, check=False)


def test_enough_is_tried() -> None:
    places = sum(1 for name in BY_NAME for _member in members(recording(name)))
    assert 2 * places + 2 * scaled(CHANGES) * len(BY_NAME) >= scaled(LEAST)


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("check", [True, False], ids=["check mode", "for real"])
def test_members_that_nobody_knows_are_ignored(name: str, check: bool) -> None:
    found = recording(name)
    expected = ending(found, {}, check=check)
    assert "failure" not in expected
    assert alike(ending(found, all_changed(found, with_unknown_members), check=check)) == alike(expected)


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("spelling", [str.upper, str.lower], ids=["upper case", "lower case"])
def test_members_are_known_in_upper_and_lower_case(name: str, spelling: Callable[[str], str]) -> None:
    found = recording(name)
    instead = all_changed(found, lambda value: spelled(value, spelling))
    assert alike(ending(found, instead, check=False)) == alike(ending(found, {}, check=False))


@dataclass(frozen=True)
class Missing:
    """Members that all answers of a method lack, and what the task says then."""

    name: str
    method: str
    members: frozenset[str]
    says: str


def _missing(name: str, method: str, *members: str, says: str) -> Missing:
    return Missing(name, method, frozenset(members), says)


NO_ENVIRONMENT = "the platform answered success, but named no environment"
NO_VALUE = "its answer holds no value"
NO_NUMBER = "{}: the platform lists {!r} without its number (id); change it in the dashboard"
MISSING = [
    _missing(
        "example of paas_region_info", "signin", "session", says="the platform accepted the login but gave no session"
    ),
    _missing(
        "example of paas_region_info",
        "getregions",
        "result",
        says="got an answer that is not the platform's JSON (HTTP 200)",
    ),
    _missing("tokens listed", "gettokens", "id", says="lists a token without its number (id)"),
    _missing("token changed", "gettokens", "id", says="lists a token without its number (id)"),
    _missing("token created", "createtoken", "key", says=f"users.authentication.CreateToken succeeded but {NO_VALUE}"),
    _missing("token changed", "regeneratetoken", "key", says=f"RegenerateToken succeeded but {NO_VALUE}"),
    _missing("environment looked at", "getenvinfo", "envName", "shortdomain", says=NO_ENVIRONMENT),
    _missing("environment stopped", "getenvinfo", "envName", "shortdomain", says=NO_ENVIRONMENT),
    _missing("parts changed", "gettriggers", "id", says=NO_NUMBER.format("triggers", "more")),
    _missing("parts changed", "getrules", "id", says=NO_NUMBER.format("firewall", "monitoring")),
    _missing("parts changed", "getenvinfo", "id", says=NO_NUMBER.format("endpoints", "admin")),
    _missing("package removed", "getlist", "uniqueName", says="without its unique name; uninstall it in the dashboard"),
]


@pytest.mark.parametrize("case", MISSING, ids=lambda case: f"{case.name}: {case.method} without {min(case.members)}")
def test_what_has_to_be_there_and_is_not_is_named(case: Missing) -> None:
    found = recording(case.name)
    instead = {
        number: _with_data(item, lambda value: stripped(value, case.members))
        for number, item in enumerate(found.answers)
        if item.method.endswith(f"/{case.method}")
    }
    result = ending(found, instead, check=False)
    assert case.says in result["msg"]


# What a task reads before it decides: the list in the answer of a method, and what the error says is not known.
UNKNOWN = "answered success without {}, so what is there is not known"
NOTHING_ABOUT = "the platform answered success, but nothing about {} of environment 'my-shop'"
LISTS = [
    *(("tokens pruned", "gettokens", "apiTokens"), ("token created", "gettokens", "apiTokens")),
    *(("token created", "gettokenapilist", "tokenPermissions"), ("tokens listed", "gettokentemplates", "templates")),
    *(("several environments", "getenvs", "infos"), ("environments listed", "getenvs", "infos")),
    *(("layers changed", "getcontainerenvvarsbygroup", "object"), ("layers changed", "getmountpoints", "array")),
    ("parts changed", "getrules", "array"),
    *(("parts changed", "gettriggers", "array"), ("group made", "getgroups", "array")),
    *(("key replaced", "getsshkeys", "keys"), ("package removed", "getlist", "apps")),
    *(("example of paas_region_info", "getregions", "array"), ("account looked at", "getquotas", "array")),
]
OF_ENVIRONMENTS = [
    *(("parts changed", "extdomains", "domains"), ("parts changed", "endpoints", "endpoints")),
    *(("parts changed", "nodes", "endpoints"), ("layers changed", "nodes", "nodes")),
    ("nothing to change", "envGroups", "env_groups"),
]


@pytest.mark.parametrize(
    ("name", "method", "member", "says"),
    [
        *((name, method, member, UNKNOWN.format(member)) for name, method, member in LISTS),
        *((name, "getenvinfo", member, NOTHING_ABOUT.format(option)) for name, member, option in OF_ENVIRONMENTS),
    ],
)
def test_a_list_that_is_missing_is_not_an_empty_one(name: str, method: str, member: str, says: str) -> None:
    """Else a task would make again what is there, or say that what was to go is gone."""
    found = recording(name)
    numbers = [number for number, item in enumerate(found.answers) if item.method.endswith(f"/{method}")]
    instead = {
        number: _with_data(found.answers[number], lambda value: stripped(value, frozenset({member})))
        for number in numbers
    }
    result = ending(found, instead, check=False)
    assert says in result["msg"]
    assert (result["failure"]["kind"], result["steps_done"]) == ("unexpected_answer", [])


def test_a_command_whose_end_is_not_told_is_no_success() -> None:
    """It was sent, and is not sent again."""
    found = recording("command run")
    (number,) = (number for number, item in enumerate(found.answers) if item.method.endswith("/execcmdbygroup"))
    silent = _with_data(found.answers[number], lambda value: stripped(value, frozenset({"responses"})))
    result = ending(found, {number: silent}, check=False)
    assert UNKNOWN.format("responses") in result["msg"]
    assert (result["changed"], result["api_calls"]["environment.control.ExecCmdByGroup"]) == (True, 1)


def test_a_message_with_endless_names_is_cut() -> None:
    found = recording("file written")
    for number, item in enumerate(found.answers):
        if item.method.endswith("/getenvinfo"):
            odd = json.loads(item.reply.body)
            for node in odd["nodes"]:
                node["nodeGroup"] = "no\nend " * 100_000
            result = ending(found, {number: replace(item.reply, body=json.dumps(odd))}, check=False)
            assert result["msg"].startswith("layer cp does not exist in environment my-shop; layers: no end no end ")
            assert result["msg"].endswith("...")
            assert len(result["msg"]) == LONGEST_LINE
            return
    pytest.fail("the environment is not read")


@pytest.mark.parametrize(("name", "method"), [("token created", "createtoken"), ("token changed", "regeneratetoken")])
@pytest.mark.parametrize("number", [None, "x", [], {"x": 1}, "7"])
def test_a_value_is_handed_on_whatever_number_came_with_it(name: str, method: str, number: Any) -> None:
    found = recording(name)
    (place,) = (place for place, item in enumerate(found.answers) if item.method.endswith(f"/{method}"))
    odd = json.loads(found.answers[place].reply.body)
    odd["token"]["id"] = number
    result = ending(found, {place: replace(found.answers[place].reply, body=json.dumps(odd))}, check=False)
    assert result["value"] == odd["token"]["key"]
