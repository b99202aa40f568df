# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever bytes come back over a connection, a call ends in an answer or in one readable line, in bounded memory."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.module_utils._client import transport as transport_module
from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient, Retry
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import AnswerLostError, PaasError
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import RequestsTransport
from tests.profiles import fuzzing, scaled
from tests.unit.client.servers import Server, answer, raw

ANSWERS = 400
LIMIT = 2**20
SECRET = "Correct-Horse-1"
METHOD = "environment.control.StopEnv"
GOOD = '{"result": 0, "name": "Übung"}'

STATUS_LINES = [
    *(b"HTTP/1.1 200 OK", b"HTTP/1.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1 204 No Content", b"HTTP/1.1 500 Oops"),
    *(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK", b"HTTP/1.1 302 Found", b"HTTP/1.1 304 Not Modified"),
    *(b"HTTP/1.1 2000 OK", b"HTTP/1.1 abc OK", b"HTTP/1.1 -1 OK", b"HTTP/1.1 200 \xff\xfe\x00", b"HTTP/9.9 200 OK"),
    *(b"ICY 200 OK", b"", b"{}", b"HTTP/1.1 200 " + b"x" * 70_000, b"<html>"),
]
HEADERS = [
    *(b"Content-Type: text/html", b"Content-Type: \xff", b"Content-Type: application/json; charset=utf-16"),
    *(b"Location: http://[bad/" + SECRET.encode(), b"Location: //x", b"Date: \xff", b"Date: Tue, 99 Nov 99999"),
    *(b"Retry-After: " + b"9" * 400, b"Set-Cookie: a=" + b"b" * 5000, b"Set-Cookie: =;;;", b"X: " + b"y" * 70_000),
    *(b"no colon here", b" folded", b": no name", b"X\x00Y: z", b"\r", b"Connection: close", b"Connection: upgrade"),
    *(b"Transfer-Encoding: identity", b"Transfer-Encoding: gzip, chunked", b"Content-Length: 5, 5", b"Trailer: X"),
    b"\r\n".join(b"X-%d: y" % number for number in range(150)),
]
LENGTHS = [b"-1", b"0", b"5", b"99999", b"9" * 30, b"abc", b"1e3", b"", b"0x10", b"\xb2"]
BOMB = gzip.compress(b" " * (8 * LIMIT), 1)
BODIES = st.one_of(
    st.sampled_from([GOOD.encode(code) for code in ("utf-8", "utf-8-sig", "utf-16", "latin-1", "utf-32", "utf-7")]),
    st.sampled_from(
        [b"", b"null", b"[" * 100_000, b'{"a":' * 50_000, b" " * (LIMIT + 1), b'{"result":0}\x00', b"\xff" * 99]
    ),
    st.binary(max_size=60),
)
PACKINGS: dict[bytes, Any] = {
    b"gzip": lambda body: gzip.compress(body, 1),
    b"GZIP": lambda body: gzip.compress(body, 1)[:-5],
    b"x-gzip": lambda body: gzip.compress(body, 1) + gzip.compress(b" ", 1) + b"padding",
    b"gzip, gzip": lambda body: gzip.compress(gzip.compress(body, 1), 1),
    b"deflate": zlib.compress,
    b"br": lambda body: body,
    b"identity": lambda body: body,
    b" gzip ": lambda _body: BOMB,
    b"gzip ": lambda body: body,
}


def _chunked(body: bytes, size: bytes, end: bytes) -> bytes:
    return size + b"\r\n" + body + b"\r\n" + end


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """What a server sends before it ends the connection."""
    line = draw(st.one_of(st.just(STATUS_LINES[0]), st.sampled_from(STATUS_LINES)))
    headers = draw(st.lists(st.sampled_from(HEADERS), max_size=2))
    body = draw(BODIES)
    packing = draw(st.one_of(st.none(), st.sampled_from(list(PACKINGS))))
    if packing is not None:
        body = PACKINGS[packing](body)
        headers.append(b"Content-Encoding: " + packing)
    framing = draw(st.sampled_from(["length", "other length", "chunks", "other chunks", "end"]))
    if framing == "length":
        headers.append(b"Content-Length: %d" % len(body))
    elif framing == "other length":
        headers += [b"Content-Length: " + length for length in draw(st.lists(st.sampled_from(LENGTHS), min_size=1))]
    elif framing != "end":
        sizes = [b"%x" % len(body)] if framing == "chunks" else [b"ffffffffff", b"-5", b"", b"xyz", b"5" * 70_000]
        body = _chunked(body, draw(st.sampled_from(sizes)), draw(st.sampled_from([b"0\r\n\r\n", b"0\r\n", b"", b"zz"])))
        headers.append(b"Transfer-Encoding: chunked")
    whole = b"\r\n".join([line, *headers]) + b"\r\n\r\n" + body
    return whole[: draw(st.integers(0, len(whole)))] if draw(st.integers(0, 3)) == 0 else whole


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server whose one behaviour each test sets; answers above a MiB are too large."""
    monkeypatch.setattr(transport_module, "LARGEST_ANSWER", LIMIT)
    with Server([raw(b"")]) as running:
        yield running


def called(server: Server) -> dict[str, Any] | PaasError:
    """The answer, or the client's own error, which is as it has to be; any other error ends the test."""
    client = PlatformClient(url=server.url, transport=RequestsTransport(), timeout=5.0, retry=Retry(attempts=1))
    try:
        return client.call(METHOD, session=SECRET)
    except PaasError as error:
        line = str(error)
        assert line.isprintable()
        assert 0 < len(line) < 2000
        assert SECRET not in line
        return error
    finally:
        client.close()


def test_any_bytes_end_in_an_answer_or_in_one_line(server: Server) -> None:
    ends = {True: 0, False: 0}

    @fuzzing(ANSWERS)
    @given(answers())
    def try_one(content: bytes) -> None:
        server.behaviours[0] = raw(content)
        ends[isinstance(called(server), dict)] += 1

    try_one()
    assert sum(ends.values()) >= scaled(ANSWERS)
    # Some are as good as any, so that the other property is not one of nothing but errors.
    assert min(ends.values()) > scaled(ANSWERS) // 50


@pytest.mark.parametrize("level", [1, 9])
def test_gzip_of_a_huge_answer_takes_little_memory(server: Server, level: int) -> None:
    bomb = gzip.compress(b" " * (64 * LIMIT), level)
    server.behaviours[0] = answer(bomb, Content_Encoding="gzip")
    called(server)
    tracemalloc.start()
    try:
        error = called(server)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert type(error) is AnswerLostError
    assert str(error) == "the answer is larger than 1 MiB and was not read further"
    assert peak < 4 * LIMIT


@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate", "br", "zstd", "x"])
def test_a_content_encoding_that_was_not_asked_for_is_refused(server: Server, encoding: str) -> None:
    server.behaviours[0] = answer(gzip.compress(gzip.compress(GOOD.encode())), Content_Encoding=encoding)
    error = called(server)
    assert [request.headers["accept-encoding"] for request in server.requests] == ["gzip"]
    assert str(error) == (
        f"the answer of {server.url} has a content encoding that was not asked for; "
        "check api_url, and proxies on the way"
    )


@pytest.mark.parametrize(
    "content",
    [gzip.compress(GOOD.encode()), b"".join(map(gzip.compress, (GOOD[:9].encode(), GOOD[9:].encode()))) + b"\0" * 9],
    ids=["one part", "two parts and padding"],
)
def test_gzip_is_decoded(server: Server, content: bytes) -> None:
    server.behaviours[0] = answer(content, Content_Encoding="gzip")
    assert called(server) == {"result": 0, "name": "Übung"}


def test_gzip_that_ends_early_is_a_lost_answer(server: Server) -> None:
    server.behaviours[0] = answer(gzip.compress(GOOD.encode())[:-9], Content_Encoding="gzip")
    assert str(called(server)) == f"the connection to {server.url} was cut before the whole answer came"


@pytest.mark.parametrize("header", [b"X: " + b"y" * 70_000, b"\r\n".join(b"X-%d: y" % number for number in range(150))])
def test_an_endless_header_is_told(server: Server, header: bytes) -> None:
    server.behaviours[0] = raw(b"HTTP/1.1 200 OK\r\n" + header + b"\r\nContent-Length: 0\r\n\r\n")
    error = called(server)
    assert type(error) is AnswerLostError
    assert error.final
    assert str(error) == (
        f"the header of the answer of {server.url} is too long; check api_url, and proxies on the way"
    )


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        (r"half \ud83d of a pair", "half \ufffd of a pair"),
        (r"\udc00\uD83D", "\ufffd\ufffd"),
        (r"\ud83d\ude00", "\U0001f600"),
        (r"\\ud83d", r"\ud83d"),
        (r"\ufeffx", "\ufeffx"),
    ],
)
def test_halves_of_surrogate_pairs_become_what_can_be_encoded(server: Server, escaped: str, text: str) -> None:
    server.behaviours[0] = answer(f'{{"result": 0, "{escaped}": [{{"name": "{escaped}"}}]}}')
    assert called(server) == {"result": 0, text: [{"name": text}]}


@pytest.mark.parametrize("digits", ["1e999", "-1e999", "NaN", "Infinity", "-Infinity"])
def test_numbers_that_results_cannot_hold_make_an_answer_unreadable(server: Server, digits: str) -> None:
    server.behaviours[0] = answer(f'{{"result": 0, "value": {digits}}}')
    error = called(server)
    assert type(error) is AnswerLostError
    assert f"{METHOD} got an answer that is not the platform's JSON (HTTP 200)" in str(error)


@pytest.mark.parametrize("parts", [1, 1000])
def test_an_endless_reason_is_not_searched_for_secrets_and_not_quoted(server: Server, parts: int) -> None:
    server.behaviours[0] = answer({"result": 4242, "error": [SECRET * (20_000 // parts)] * parts})
    assert str(called(server)) == (
        f"{METHOD} was refused: its text of {len(SECRET) * 20_000} characters is not shown (result 4242)"
    )


@pytest.mark.parametrize("wait", ["9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_an_endless_wait_is_told_as_a_number(server: Server, wait: str) -> None:
    server.behaviours[0] = answer("", 429, Retry_After=wait)
    assert str(called(server)) == (
        f"{METHOD} was rate limited: too many calls (HTTP 429); the platform asks to wait 1000000000 seconds"
    )
