"""Whatever bytes an answer holds, the client gives a success or raises one of its own errors, in one line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.module_utils._client.answers import (
    find_error,
    items,
    member,
    payload,
    read_object,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.client import Retry
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import PaasError, RefusedError
from ansible_collections.inet.elastic.plugins.module_utils._client.parameters import form_fields
from ansible_collections.inet.elastic.plugins.module_utils._client.refusals import refusal
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from tests.profiles import examples
from tests.unit.client.fakes import FakeTransport, fake_client

METHOD = "environment.control.StopEnv"
NAMES = st.sampled_from(["result", "Result", "response", "RESPONSE", "error", "message", "debug", "params", "x"])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, "0", 8, "8", 702, 0.0, 0.5, "", "x" * 1000, "a\nb"]),
    st.floats(),
    st.text(max_size=20),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=4)
BODIES = st.one_of(
    st.binary(max_size=80),
    st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")),
    OBJECTS.map(lambda value: json.dumps(value).encode()),
    OBJECTS.map(lambda value: json.dumps({"result": 0, **value}).encode()),
    st.tuples(OBJECTS, st.integers(0, 60)).map(lambda pair: json.dumps(pair[0]).encode()[: pair[1]]),
)


def called(body: str, status: int = 200, **headers: str) -> dict[str, Any] | PaasError:
    """The answer, or the client's own error; any other error ends the test."""
    transport = FakeTransport(Reply(status=status, headers=headers, body=body))
    client = fake_client(transport, retry=Retry(attempts=1))
    try:
        return client.call(METHOD)
    except PaasError as error:
        text = str(error)
        assert len(text) < 1500
        assert text.splitlines() == [text]
        assert text.encode()
        assert error.method == METHOD
        return error


@examples(1000)
@given(BODIES)
@example(b'{"result":1e400}')
@example(b'{"result":"\xef\xbc\x91"}')
@example(b'{"result":5,"error":' + b'{"error":' * 900 + b"1" + b"}" * 901)
@example(b'{"result":0,"response":' * 30 + b"1" + b"}" * 30)
@example(b'{"result":5,"error":"\\ud800"}')
@example(b'{"result":"' + b"1" * 5000 + b'"}')
@example(b"[" * 200_000)
def test_any_bytes_in_a_200_answer(body: bytes) -> None:
    outcome = called(body.decode("utf-8-sig", "replace"))
    if isinstance(outcome, dict):
        assert int(member(outcome, "result")) == 0


@examples(300)
@given(BODIES, st.integers(100, 599))
def test_any_bytes_with_any_status(body: bytes, status: int) -> None:
    outcome = called(body.decode("utf-8", "replace"), status)
    assert isinstance(outcome, PaasError) or 200 <= status < 300


@examples(300)
@given(st.text(max_size=40), st.sampled_from([200, 302, 429, 503]))
@example("Mon, 01 Jan 0001 00:00:00 +2300", 429)
@example("Mon, 31 Dec 9999 23:59:59 -2300", 200)
@example("9" * 10_000, 429)
def test_any_header_with_any_status(value: str, status: int) -> None:
    called('{"result":0}', status, **{"date": value, "retry-after": value, "location": value})


@examples(300)
@given(VALUES, st.lists(NAMES, min_size=1, max_size=3))
def test_members_of_anything(answer: Any, names: list[str]) -> None:
    found = member(answer, *names)
    listed = items(answer, *names)
    assert isinstance(listed, list)
    assert listed == ([] if found is None else found if isinstance(found, list) else [found])
    if isinstance(answer, Mapping) and answer.get(names[0]) is not None:
        assert found is answer[names[0]]
    elif not isinstance(answer, Mapping):
        assert found is None


@examples(300)
@given(OBJECTS)
def test_the_failing_part_of_any_object(answer: dict[str, Any]) -> None:
    try:
        failed = find_error(answer)
    except ValueError:
        return
    if failed is not None:
        code, part = failed
        assert code != 0
        assert isinstance(part, Mapping)
        assert isinstance(refusal(METHOD, code, part), RefusedError)
    assert isinstance(payload(answer), dict)


@examples(200)
@given(st.integers(-(2**31) + 1, 2**31 - 1), OBJECTS)
def test_a_refusal_of_anything_is_one_line_of_bounded_length(code: int, answer: dict[str, Any]) -> None:
    text = str(refusal(METHOD, code, answer))
    assert text.splitlines() == [text]
    assert len(text) < 1500
    assert f"(result {code})" in text


@examples(200)
@given(st.text(max_size=200))
def test_what_is_read_as_an_object_is_one(text: str) -> None:
    try:
        assert isinstance(read_object(text), dict)
    except ValueError:
        return


@pytest.mark.parametrize(("depth", "fits"), [(1, True), (99, True), (100, True), (101, False), (5000, False)])
def test_how_deep_an_answer_may_be(depth: int, fits: bool) -> None:
    text = '{"a":' * (depth - 1) + "{}" + "}" * (depth - 1)
    if fits:
        assert isinstance(read_object(text), dict)
    else:
        with pytest.raises(ValueError):
            read_object(text)


@given(st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=6))
def test_form_fields_are_texts_that_read_back(params: dict[str, Any]) -> None:
    fields = form_fields(params)
    assert fields.keys() == {name for name, value in params.items() if value is not None}
    for name, text in fields.items():
        value = params[name]
        assert isinstance(text, str)
        if isinstance(value, bool):
            assert text == str(value).lower()
        elif isinstance(value, (dict, list)):
            assert json.dumps(json.loads(text)) == json.dumps(value)
        else:
            assert text == str(value)
