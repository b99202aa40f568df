"""The deadline of an answer, on a clock of the test: each read waits for what is left, and none begins after it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client import session
from tests.unit.client.fakes import FakeClock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    clock = FakeClock()
    monkeypatch.setattr(session, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_each_read_waits_only_for_what_is_left(clock: FakeClock, pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    ours.settimeout(10.0)
    with session._Limited(ours).makefile("rb") as file:
        theirs.sendall(b"a")
        assert file.read1(1) == b"a"
        assert ours.gettimeout() == 10.0
        clock.now += 7.5
        theirs.sendall(b"b")
        assert file.read1(1) == b"b"
        assert ours.gettimeout() == 2.5
        clock.now += 2.5
        theirs.sendall(b"c")
        with pytest.raises(socket.timeout):
            file.read1(1)


def test_a_socket_without_a_time_out_has_no_deadline(
    clock: FakeClock, pair: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = pair
    with session._Limited(ours).makefile("rb") as file:
        clock.now += 1e9
        theirs.sendall(b"a")
        assert file.read1(1) == b"a"
    assert ours.gettimeout() is None


def test_the_socket_stays_open_until_the_file_is_closed(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    file = session._Limited(ours).makefile("rb")
    ours.close()
    theirs.sendall(b"ab")
    assert file.read(2) == b"ab"
    file.close()
    with pytest.raises(OSError):
        theirs.sendall(b"c")
        theirs.sendall(b"d")
