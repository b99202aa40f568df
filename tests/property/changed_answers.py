# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to change an answer that was a good one: members gone, of other types, spelled otherwise, too many, or huge."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.module_utils._client.codes import MEANINGS
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply

Path = tuple[Any, ...]
# Stands in a body for a number that JSON can write and a float cannot hold.
TOO_LARGE = "@too-large@"
UNKNOWN_MEMBERS: dict[str, Any] = {
    "aMemberOfTomorrow": {"name": "x", "items": [1, None, {"id": "x"}]},
    "X-Other": ["x", 5],
    "": None,
}
ODD: list[Any] = [
    *(None, True, False, 0, 1, -1, 7.5, 10**30, 1e300, float("nan"), float("inf"), TOO_LARGE),
    *("", "  ", "x", "0", "7.5", "\u00b2", "\u0664", "NaN", "inf", "1e999", "-1", "null", "9" * 5000),
    *("a\nb\r\x00\x1b[31m\u202e", "half \ud83d of a pair", "\ufeff", "{{ 1 }}{% if %}!unsafe", "a: b\n- c", "/" * 300),
    *([], [None], ["x"], [[]], [{}], [0, "x", None, {"id": 1}], {}, {"x": 1}, {"name": None}, {"id": {"id": []}}),
    *("x" * 300_000, ["x"] * 5000, {str(number): number for number in range(2000)}),
]
ODD_HEADERS = [
    "",
    "0",
    "-1",
    "soon",
    "9" * 5000,
    "Tue, 24 Nov 2026 10:00:00 GMT",
    "Tue, 99 Nov 99999 10:00:00 +9999",
    "(",
]
STATUSES = [
    200,
    201,
    204,
    301,
    302,
    307,
    400,
    401,
    403,
    404,
    405,
    407,
    408,
    413,
    418,
    429,
    500,
    501,
    502,
    503,
    504,
    999,
]


def paths(value: Any, at: Path = ()) -> Iterator[Path]:
    """Places in nested data, its own included; of a list the first and the last item."""
    yield at
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from paths(item, (*at, name))
    elif isinstance(value, list):
        for index in sorted({0, len(value) - 1} if value else ()):
            yield from paths(value[index], (*at, index))


def at(value: Any, path: Path) -> Any:
    """What stands at a place."""
    for step in path:
        value = value[step]
    return value


def changed(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """A copy with what stands at a place replaced by what a function makes of it."""
    if not path:
        return change(value)
    copy = dict(value) if isinstance(value, Mapping) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], change)
    return copy


def without(value: Any, path: Path) -> Any:
    """A copy without what stands at a place; the whole becomes an empty object."""
    if not path:
        return {}

    def remove(parent: Any) -> Any:
        if isinstance(parent, Mapping):
            return {name: item for name, item in parent.items() if name != path[-1]}
        return [item for index, item in enumerate(parent) if index != path[-1]]

    return changed(value, path[:-1], remove)


def stripped(value: Any, names: frozenset[str]) -> Any:
    """A copy without the members of these names, at any depth."""
    if isinstance(value, Mapping):
        return {name: stripped(item, names) for name, item in value.items() if name not in names}
    return [stripped(item, names) for item in value] if isinstance(value, list) else value


def spelled(value: Any, spelling: Callable[[str], str]) -> Any:
    """A copy with all names of members written otherwise, at any depth."""
    if isinstance(value, Mapping):
        return {spelling(name): spelled(item, spelling) for name, item in value.items()}
    return [spelled(item, spelling) for item in value] if isinstance(value, list) else value


def with_unknown_members(value: Any) -> Any:
    """A copy with members that nobody knows in each object."""
    if isinstance(value, Mapping):
        return {**{name: with_unknown_members(item) for name, item in value.items()}, **UNKNOWN_MEMBERS}
    return [with_unknown_members(item) for item in value] if isinstance(value, list) else value


def _doubled(value: Any) -> Any:
    return [*value, *value] if isinstance(value, list) else [value, value]


def _deep(levels: int) -> Callable[[Any], Any]:
    def wrap(value: Any) -> Any:
        for level in range(levels):
            value = {"object": value} if level % 2 else [value]
        return value

    return wrap


# -- strategies -----------------------------------------------------------------------------------------------------

_JSON = st.recursive(
    st.sampled_from(ODD),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["id", "name", "object", "array", "x"]), inner, max_size=3),
    ),
    max_leaves=5,
)
_SPELLINGS: list[Callable[[str], str]] = [str.upper, str.lower, str.title, lambda name: f"{name}_", lambda _name: "x"]
# What becomes of the value at a place; None: it goes.
CHANGES: st.SearchStrategy[Callable[[Any], Any] | None] = st.one_of(
    st.none(),
    st.sampled_from(ODD).map(lambda odd: lambda _value: odd),
    _JSON.map(lambda odd: lambda _value: odd),
    st.sampled_from(_SPELLINGS).map(lambda spelling: lambda value: spelled(value, spelling)),
    st.sampled_from([_doubled, str, _deep(1), _deep(2), _deep(60), _deep(300)]),
)
PLACES = st.integers(0, 10**6)
CHANGED_DATA = st.lists(st.tuples(PLACES, CHANGES), min_size=1, max_size=3)


def _data_changed(reply: Reply, changes: list[tuple[int, Callable[[Any], Any] | None]]) -> Reply:
    value = json.loads(reply.body)
    for place, change in changes:
        known = list(paths(value))
        # The answer as a whole is no place of its own: what is wrong with that, the client's tests have.
        path = known[1 + place % (len(known) - 1)] if len(known) > 1 else ()
        value = without(value, path) if change is None else changed(value, path, change)
    return replace(reply, body=json.dumps(value).replace(f'"{TOO_LARGE}"', "1e999"))


def _cut(reply: Reply, place: int) -> Reply:
    return replace(reply, body=reply.body[: place % (len(reply.body) + 1)])


def _inserted(reply: Reply, given: tuple[int, str]) -> Reply:
    place = given[0] % (len(reply.body) + 1)
    return replace(reply, body=reply.body[:place] + given[1] + reply.body[place:])


def _with_header(reply: Reply, given: tuple[int, str, str]) -> Reply:
    return Reply(status=given[0], headers={**reply.headers, given[1]: given[2]}, body=reply.body)


def _refused(reply: Reply, given: tuple[int, Any, bool]) -> Reply:
    code, error, inner = given
    refusal = {"result": code, "error": error}
    body = json.dumps({"result": 0, "response": refusal} if inner else refusal)
    return replace(reply, body=body.replace(f'"{TOO_LARGE}"', "1e999"))


def _page(reply: Reply, given: tuple[int, str]) -> Reply:
    return Reply(status=given[0], headers={"location": f"https://x.example/{given[1]}?{given[1]}"}, body=given[1])


def replies(reply: Reply, secrets: list[str]) -> st.SearchStrategy[Reply]:
    """Answers in place of a good one; refusals and pages may repeat secrets."""
    texts = st.sampled_from([*secrets, *(f"bad value [{secret}] at line\n1" for secret in secrets), "x" * 300_000])
    codes = st.one_of(st.sampled_from([*MEANINGS, 4035, 4036, 4099]), st.integers())
    headers = st.sampled_from(["retry-after", "date", "location", "content-type", "content-length"])
    insertions = st.sampled_from(["\ufeff", "\x00", "}", "{", "]", '"', "NaN", "{}", "<html>", "\\ud800", "[" * 5000])
    return st.one_of(
        *[CHANGED_DATA.map(lambda changes: _data_changed(reply, changes))] * 4,
        PLACES.map(lambda place: _cut(reply, place)),
        st.tuples(PLACES, insertions).map(lambda given: _inserted(reply, given)),
        st.tuples(st.sampled_from(STATUSES), headers, st.sampled_from(ODD_HEADERS)).map(
            lambda given: _with_header(reply, given)
        ),
        st.tuples(codes, st.one_of(texts, _JSON), st.booleans()).map(lambda given: _refused(reply, given)),
        st.tuples(st.sampled_from(STATUSES), texts).map(lambda given: _page(reply, given)),
    )
