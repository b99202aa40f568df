# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The client of the platform's API."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Callable

from .codes import NOT_AUTHENTICATED
from .errors import (
    AnswerLostError,
    InputError,
    NotSentError,
    PaasError,
    RateLimitedError,
    ReadAgainError,
    RefusedError,
)
from .methods import READS
from .parameters import form_fields, method_path
from .redaction import Redactor
from .refusals import truncated
from .replies import date_of, interpret_response
from .transport import Transport
from .waiting import Clock

# Parameters that hold a secret, whatever the method; password also confirms changes of tokens.
SECRET_PARAMETERS = ("session", "password", "code")
LONGEST_TIMEOUT = 86400.0


@dataclass(frozen=True)
class Retry:
    """When and how often reads are retried.

    Attributes:
        attempts: number of calls, the first included.
        first: seconds before the second attempt; doubled each time, with jitter.
        longest: upper bound of one pause, seconds; a longer Retry-After ends the attempts.
        deadline: seconds from the first attempt within which another attempt may begin.
    """

    attempts: int = 5
    first: float = 0.25
    longest: float = 30.0
    deadline: float = 60.0


@dataclass
class Attempts:
    """The attempts at one call so far.

    Attributes:
        pause: seconds before the next attempt.
        end: the moment after which no attempt may begin, on the monotonic clock.
    """

    pause: float
    end: float
    number: int = 1


@dataclass
class Access:
    """The session of a client. A client and its forks, which work in other threads, share it.

    Attributes:
        session: the value of the ``session`` parameter: a signed-in session or a personal access token.
        renew: opens a new session after the current session has ended, and stores it here; used once.
    """

    session: str | None = field(default=None, repr=False)
    renew: Callable[[], None] | None = None
    _problem: PaasError | None = field(default=None, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def current(self) -> str | None:
        """Return the session to call with; wait while another thread opens a new one.

        Raises:
            PaasError: the session has ended and no new session could be opened.
        """
        with self._lock:
            if self._problem is not None:
                raise self._problem
            return self.session

    def opened(self, session: str) -> None:
        """Use this session from now on."""
        self.session, self._problem = session, None

    def renewed(self, ended: str | None) -> bool:
        """Return whether there is a session other than the one that ended; open it unless another thread has."""
        with self._lock:
            if self.current() != ended:
                return True
            if self.renew is None:
                return False
            # Renew only once; if the new session ends too, signing in again will not help.
            renew, self.renew = self.renew, None
            try:
                renew()
            except PaasError as error:
                self.session, self._problem = None, error
                raise
            return True


@dataclass
class PlatformClient:
    """Calls API methods by name and interprets their answers. Each thread needs its own fork.

    Attributes:
        url: the address without a trailing slash.
        access: the session.
        connect_timeout, timeout: seconds to wait for the connection, and for the answer of one call.
        calls: number of calls of each method, retries included.
        retries: how many of these calls were retried, after a transport error or an expired session.
        seconds: the time that the calls of each method took.
        platform_time: the Date header of the latest answer, UTC; None before the first answer.
        reads: the methods that may be sent again.
    """

    url: str
    transport: Transport
    access: Access = field(default_factory=Access)
    connect_timeout: float = 10.0
    timeout: float = 60.0
    retry: Retry = field(default_factory=Retry)
    clock: Clock = field(default_factory=Clock)
    redactor: Redactor = field(default_factory=Redactor)
    calls: Counter[str] = field(default_factory=Counter)
    retries: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    platform_time: datetime | None = None
    reads: frozenset[str] = READS

    def __post_init__(self) -> None:
        """Check the time-outs; InputError for a value that is not valid."""
        for name in ("connect_timeout", "timeout"):
            if not 0 < getattr(self, name) <= LONGEST_TIMEOUT:
                raise InputError(f"{name} must be a number of seconds above 0, and at most {LONGEST_TIMEOUT:g}")

    def fork(self) -> PlatformClient:
        """Return a client for another thread: same connections, session and secrets; own counts and time-outs."""
        return replace(self, calls=Counter(), retries=Counter(), seconds={})

    def merge_counts(self, fork: PlatformClient) -> None:
        """Add the counts of a fork whose work has ended."""
        self.calls.update(fork.calls)
        self.retries.update(fork.retries)
        for method, seconds in fork.seconds.items():
            self.seconds[method] = self.seconds.get(method, 0.0) + seconds
        self.platform_time = fork.platform_time or self.platform_time

    def traffic(self) -> dict[str, Any]:
        """Return the members of results about calls: ``api_calls``, ``api_retries`` (counts) and ``api_seconds``."""
        return {
            "api_calls": dict(sorted(self.calls.items())),
            "api_retries": dict(sorted(self.retries.items())),
            "api_seconds": {method: round(self.seconds[method], 3) for method in sorted(self.seconds)},
        }

    def call(self, method: str, /, **params: Any) -> dict[str, Any]:
        """Call a method, such as ``environment.control.GetEnvInfo``, with parameters by the API's names.

        Reads are retried after transport errors, writes only if the answer says that they were not processed (429).

        Returns:
            The whole answer. The payload of a scripted method is in its ``response``.

        Raises:
            RefusedError: ``result``, or ``response.result``, is not 0.
            NotSentError: the call was not processed.
            AnswerLostError: the call was sent and may have been processed.
            InputError: a parameter cannot be sent.
        """
        used = None if "session" in params else self.access.current()
        try:
            return self._with_retries(method, {"session": used, **params})
        except RefusedError as error:
            if "session" in params or not self._renewed(error, used):
                raise
            self.retries[method] += 1
            return self._with_retries(method, {"session": self.access.current(), **params})

    def call_once(self, method: str, params: Mapping[str, Any], attempts: Attempts) -> dict[str, Any]:
        """Call a method whose parameters were made from a read. The same parameters are never sent again.

        Args:
            attempts: the attempts at the same work so far, see :meth:`attempts`.

        Raises:
            ReadAgainError: the platform did not process the call; read, and call with new parameters.
            PaasError: as for :meth:`call`.
        """
        used = self.access.current()
        try:
            return self._once(method, self._fields({"session": used, **params}))
        except RateLimitedError as error:
            if not self._pauses_before_retry(error, method, attempts):
                raise
            raise ReadAgainError(error) from None
        except RefusedError as error:
            if not self._renewed(error, used):
                raise
            self.retries[method] += 1
            raise ReadAgainError(error) from None

    def attempts(self) -> Attempts:
        """Return a new count of attempts at one call."""
        return Attempts(self.retry.first, self.clock.monotonic() + self.retry.deadline)

    @contextmanager
    def timeouts(self, *, at_least: float | None) -> Iterator[None]:
        """Wait at least this many seconds for answers within the block; None changes nothing."""
        usual = self.timeout
        self.timeout = max(usual, at_least or 0.0)
        try:
            yield
        finally:
            self.timeout = usual

    def _renewed(self, error: RefusedError, used: str | None) -> bool:
        """Return whether a call was refused because its session had ended, and there is a new session."""
        return error.code == NOT_AUTHENTICATED and self.access.renewed(used)

    def _fields(self, params: Mapping[str, Any]) -> dict[str, str]:
        fields = form_fields(params)
        self.redactor.add(*(fields.get(name) for name in SECRET_PARAMETERS))
        return fields

    def _with_retries(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        fields = self._fields(params)
        attempts = self.attempts()
        while True:
            try:
                return self._once(method, fields)
            except (NotSentError, AnswerLostError) as error:
                # Raised here, because a function that raises its argument makes a reference cycle, which would keep
                # the connection open.
                if not self._pauses_before_retry(error, method, attempts):
                    raise

    def _pauses_before_retry(self, error: PaasError, method: str, attempts: Attempts) -> bool:
        """Return whether the call may be sent again, after the pause before it."""
        wait = self._wait_before_retry(error, method, attempts.pause)
        if wait is None or attempts.number >= self.retry.attempts or self.clock.monotonic() + wait > attempts.end:
            return False
        self.clock.pause(wait)
        self.retries[method] += 1
        attempts.number += 1
        attempts.pause = min(attempts.pause * 2, self.retry.longest)
        return True

    def _wait_before_retry(self, error: PaasError, method: str, pause: float) -> float | None:
        """Return the seconds to wait before the call may be sent again; None if it must not be sent again."""
        if error.final or not (isinstance(error, RateLimitedError) or method in self.reads):
            return None
        own = pause * (0.5 + random.random() / 2)
        asked = error.retry_after or 0.0
        return max(own, asked) if asked <= self.retry.longest else None

    def _once(self, method: str, fields: dict[str, str]) -> dict[str, Any]:
        self.calls[method] += 1
        begun = self.clock.monotonic()
        try:
            reply = self.transport.post(self.url + method_path(method), fields, (self.connect_timeout, self.timeout))
            self.platform_time = date_of(reply) or self.platform_time
            return interpret_response(method, self.url, reply, self.redactor.quoted)
        except PaasError as error:
            error.method = error.method or method
            raise
        finally:
            self.seconds[method] = self.seconds.get(method, 0.0) + self.clock.monotonic() - begun

    def redacted(self, message: str) -> str:
        """Return a message without secrets, on one line of bounded length.

        The flow calls this once for each message that leaves it. Secrets are masked first, because a part of a secret
        could remain in a text that was cleaned and shortened before.
        """
        return truncated(self.redactor.text(message))

    def close(self) -> None:
        """Close the connection."""
        self.transport.close()
