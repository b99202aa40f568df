# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pieces of work at a time: never more than the limit, results in order, failures as values, and an end on demand."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.auth import Credentials, authenticated
from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient
from ansible_collections.inet.elastic.plugins.module_utils._client.concurrency import gather, run_all
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import (
    AnswerLostError,
    InputError,
    InterruptedWorkError,
    PaasError,
    RefusedError,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.redaction import Redactor
from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from tests.unit.client.fakes import FakeTransport, fake_client, reply

GET = "environment.control.GetEnvInfo"
GET_ALL = "environment.control.GetEnvs"
PATIENCE = 10.0
Piece = Callable[[PlatformClient], Any]


class CallCounter:
    """Counts who is inside at a time, and can keep them inside until a number of them has come."""

    def __init__(self, desired: int) -> None:
        self.most = 0
        self._inside = 0
        self._lock = threading.Lock()
        self._come = threading.Event()
        self._desired = desired

    def attend(self) -> None:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
            if self._inside >= self._desired:
                self._come.set()
        assert self._come.wait(PATIENCE), "the others did not come"
        with self._lock:
            self._inside -= 1


@pytest.mark.parametrize(("limit", "pieces"), [(1, 5), (3, 9), (16, 4)])
def test_as_many_at_a_time_as_allowed_and_never_more(limit: int, pieces: int) -> None:
    counter = CallCounter(desired=min(limit, pieces))

    def piece(number: int) -> Piece:
        def work(_client: PlatformClient) -> int:
            if number < min(limit, pieces):
                counter.attend()
            return number

        return work

    results = run_all(fake_client(FakeTransport()), [piece(number) for number in range(pieces)], limit)
    assert results == list(range(pieces))
    assert counter.most == min(limit, pieces)


def test_nothing_to_do_is_no_thread() -> None:
    assert run_all(fake_client(FakeTransport()), [], 4) == []


@pytest.mark.parametrize("limit", [1, 3])
def test_failures_are_values_and_do_not_stop_the_others(limit: int) -> None:
    refusal = RefusedError("no", code=7)

    def refused(_client: PlatformClient) -> str:
        raise refusal

    results = run_all(fake_client(FakeTransport()), [lambda _c: "a", refused, lambda _c: "b"], limit)
    assert results == ["a", refusal, "b"]


@pytest.mark.parametrize("limit", [1, 2])
def test_after_a_failure_no_further_piece_begins_where_that_is_wanted(limit: int) -> None:
    begun: list[int] = []

    def piece(number: int) -> Piece:
        def work(_client: PlatformClient) -> int:
            begun.append(number)
            if number == limit - 1:
                raise InputError("no")
            return number

        return work

    # With two at a time the second fails; a third may begin in the place of the first before that.
    results = run_all(fake_client(FakeTransport()), [piece(n) for n in range(50)], limit, stop_at_failure=True)
    assert isinstance(results[limit - 1], InputError)
    assert len(results) == 50
    assert [n for n, r in enumerate(results) if not isinstance(r, InterruptedWorkError)] == begun or limit == 2
    assert isinstance(results[-1], InterruptedWorkError)
    assert "not begun" in str(results[-1])


def test_reads_give_their_results_or_the_first_failure_in_order() -> None:
    client = fake_client(FakeTransport())
    first, second = RefusedError("first"), RefusedError("second")
    counter = CallCounter(desired=2)

    def failing(error: PaasError) -> Piece:
        def work(_client: PlatformClient) -> None:
            counter.attend()
            raise error

        return work

    assert gather(client, [lambda _c: 1, lambda _c: 2]) == [1, 2]
    with pytest.raises(RefusedError) as caught:
        gather(client, [failing(first), failing(second)], 2)
    assert caught.value is first


def test_a_defect_is_not_taken_for_a_refusal() -> None:
    def defect(_client: PlatformClient) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_all(fake_client(FakeTransport()), [defect, lambda _c: 1], 2)


def test_calls_of_all_branches_are_counted_once_and_secrets_are_shared() -> None:
    transport = FakeTransport().on(GET, {"result": 0})
    client = fake_client(transport, session="Sess-1")

    def look(branch: PlatformClient) -> int:
        branch.call(GET, envName="a")
        branch.redactor.add("a secret of one branch")
        return branch.calls[GET]

    assert run_all(client, [look] * 6, 3) == [1] * 6
    assert client.calls == {GET: 6}
    assert client.redactor.text("a secret of one branch") == "********"
    assert {call.fields["session"] for call in transport.calls} == {"Sess-1"}


def test_a_time_out_that_one_branch_sets_is_its_own() -> None:
    client = fake_client(FakeTransport(), timeout=5.0)

    def patient(branch: PlatformClient) -> float:
        before, branch.timeout = branch.timeout, 99.0
        return before

    assert run_all(client, [patient] * 4, 2) == [5.0] * 4
    assert client.timeout == 5.0


def test_a_session_that_ends_is_opened_anew_by_one_branch_for_all() -> None:
    """All find it ended at the same time; one signs in, and each sends its call again once."""
    counter = CallCounter(desired=3)
    sign_ins: list[int] = []
    lock = threading.Lock()

    class RenewingTransport(FakeTransport):
        def post(self, url: str, fields: Any, timeout: Any) -> Any:
            if url.endswith("/signin"):
                with lock:
                    sign_ins.append(1)
                return reply({"result": 0, "session": f"Sess-{len(sign_ins)}"})
            if url.endswith("/signout"):
                return reply({"result": 0})
            if fields["session"] == "Sess-1":
                counter.attend()
                return reply({"result": 702, "error": "ended"})
            return reply({"result": 0, "seen": fields["session"]})

    client = fake_client(RenewingTransport())
    with authenticated(client, Credentials(login="me", password="pw"), prefer_signin=False, warn=print):
        answers = run_all(client, [lambda branch: branch.call(GET, envName="a")["seen"]] * 3, 3)
    assert answers == ["Sess-2"] * 3
    assert len(sign_ins) == 2
    assert client.calls[GET] == 6


def test_an_interruption_begins_nothing_more_and_cuts_pauses_short(request: pytest.FixtureRequest) -> None:
    """The task is ended while one branch waits for the platform and the others have not begun."""
    # What runs in the background of a shell is started with the signal ignored.
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, usual) and None)
    waiting, ended = threading.Event(), threading.Event()
    begun: list[str] = []
    seen: list[BaseException] = []

    def waits(branch: PlatformClient) -> None:
        begun.append("waits")
        waiting.set()
        try:
            branch.clock.pause(3600.0)
        except PaasError as error:
            seen.append(error)
            raise
        finally:
            ended.set()

    def interrupts(_branch: PlatformClient) -> None:
        begun.append("interrupts")
        assert waiting.wait(PATIENCE)
        os.kill(os.getpid(), signal.SIGINT)
        assert ended.wait(PATIENCE)

    def never(_branch: PlatformClient) -> None:
        begun.append("never")

    with pytest.raises(KeyboardInterrupt):
        run_all(fake_client(FakeTransport(), clock=Clock()), [waits, interrupts, *[never] * 20], 2)
    assert ended.wait(PATIENCE)
    assert begun == ["waits", "interrupts"]
    assert [type(error) for error in seen] == [InterruptedWorkError]


def test_a_redactor_holds_when_threads_add_and_mask() -> None:
    redactor = Redactor()
    go = threading.Barrier(4)
    leaked: list[str] = []

    def add_and_mask(lane: int) -> None:
        go.wait(PATIENCE)
        for number in range(12):
            secret = f"Secret-{lane}-{number:04d}!"
            redactor.add(secret)
            text = redactor.quoted([f"before {secret} after"])
            if secret in text:
                leaked.append(secret)

    threads = [threading.Thread(target=add_and_mask, args=(lane,)) for lane in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert leaked == []


def test_a_lost_answer_keeps_its_kind_as_a_value() -> None:
    lost = AnswerLostError("gone", method=GET_ALL)

    def loses(_client: PlatformClient) -> None:
        raise lost

    assert run_all(fake_client(FakeTransport()), [loses], 1) == [lost]


def test_where_no_new_session_can_be_opened_every_branch_says_why() -> None:
    """Those that come later send nothing, as they have no session to send it with."""
    counter = CallCounter(desired=2)
    sign_ins: list[int] = []

    class LockedOutTransport(FakeTransport):
        def post(self, url: str, fields: Any, timeout: Any) -> Any:
            if url.endswith("/signin"):
                sign_ins.append(1)
                first = {"result": 0, "session": "Sess-1"}
                return reply(first if len(sign_ins) == 1 else {"result": 704, "error": "locked"})
            assert fields["session"] == "Sess-1"
            if not url.endswith("/signout"):
                counter.attend()
            return reply({"result": 702, "error": "ended"})

    client = fake_client(LockedOutTransport())
    pieces: list[Piece] = [lambda branch: branch.call(GET, envName="a")] * 4
    with authenticated(client, Credentials(login="me", password="pw"), prefer_signin=False, warn=print):
        results = run_all(client, pieces, 2)
    assert [getattr(result, "code", None) for result in results] == [704] * 4
    assert client.calls == {"users.authentication.Signin": 2, GET: 2}
