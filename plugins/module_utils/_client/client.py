# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The one client of the platform's API."""

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
    EndpointError,
    InputError,
    NotSentError,
    PaasError,
    RateLimitedError,
    ReadAgainError,
    RefusedError,
)
from .methods import READS
from .redaction import Redactor
from .replies import date_of, interpret_response
from .transport import Transport
from .waiting import Clock
from .wire import form_fields, method_path, truncated

# Parameters that hold a secret, whatever the method; password also confirms changes of tokens.
SECRET_PARAMETERS = ("session", "password", "code")
LONGEST_TIMEOUT = 86400.0


@dataclass(frozen=True)
class Retry:
    """How reads are repeated.

    Attributes:
        attempts: calls in all, the first included.
        first: seconds before the second attempt; doubled each time, with jitter.
        longest: upper bound of one pause, seconds; a longer Retry-After ends the attempts.
        deadline: seconds after the first attempt began in which a further one may begin.
    """

    attempts: int = 5
    first: float = 0.25
    longest: float = 30.0
    deadline: float = 60.0


@dataclass
class Attempts:
    """The attempts at one call so far.

    Attributes:
        pause: seconds before the next one.
        end: when no further one may begin, on the monotonic clock.
    """

    pause: float
    end: float
    number: int = 1


@dataclass
class Access:
    """What calls are authenticated by. A client and its branches, in threads of their own, share one.

    Attributes:
        session: the value of the ``session`` parameter: a signed-in session or a personal access token.
        renew: opens a new session when the present one has ended, and keeps it here; used once.
    """

    session: str | None = field(default=None, repr=False)
    renew: Callable[[], None] | None = None
    _problem: PaasError | None = field(default=None, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def current(self) -> str | None:
        """The session to call with, once no branch is opening a new one.

        Raises:
            PaasError: there is none any more; why no new one could be opened.
        """
        with self._lock:
            if self._problem is not None:
                raise self._problem
            return self.session

    def opened(self, session: str) -> None:
        """Call with this session from now on."""
        self.session, self._problem = session, None

    def renewed(self, ended: str | None) -> bool:
        """Whether there is another session than the one that has ended; opens it, unless a branch has done so."""
        with self._lock:
            if self.current() != ended:
                return True
            if self.renew is None:
                return False
            # Once: a second end has another cause.
            renew, self.renew = self.renew, None
            try:
                renew()
            except PaasError as error:
                self.session, self._problem = None, error
                raise
            return True


@dataclass
class PlatformClient:
    """Calls methods by name, and knows what an answer means. Each thread needs a branch of its own.

    Attributes:
        url: the address without a trailing slash.
        access: what calls are authenticated by.
        connect_timeout, timeout: seconds for the connection, and for the answer of one call.
        calls: how often each method was sent, repetitions included.
        repeats: how many of these were repetitions after a fault of the way or a session that had ended.
        seconds: how long each method was waited for, in all.
        platform_time: the clock of the latest answer's Date header, UTC; None before the first.
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
    repeats: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    platform_time: datetime | None = None

    def __post_init__(self) -> None:
        """InputError for a time-out that is not a time."""
        for name in ("connect_timeout", "timeout"):
            if not 0 < getattr(self, name) <= LONGEST_TIMEOUT:
                raise InputError(f"{name} must be a number of seconds above 0, and at most {LONGEST_TIMEOUT:g}")

    def fork(self) -> PlatformClient:
        """A client for another thread: same connections, session and secrets, but counts and time-outs of its own."""
        return replace(self, calls=Counter(), repeats=Counter(), seconds={})

    def merge_counts(self, branch: PlatformClient) -> None:
        """Count the calls of a branch that has ended as one's own."""
        self.calls.update(branch.calls)
        self.repeats.update(branch.repeats)
        for method, seconds in branch.seconds.items():
            self.seconds[method] = self.seconds.get(method, 0.0) + seconds
        self.platform_time = branch.platform_time or self.platform_time

    def traffic(self) -> dict[str, Any]:
        """What results tell of the calls: ``api_calls``, ``api_retries`` (method to count) and ``api_seconds``."""
        return {
            "api_calls": dict(sorted(self.calls.items())),
            "api_retries": dict(sorted(self.repeats.items())),
            "api_seconds": {method: round(self.seconds[method], 3) for method in sorted(self.seconds)},
        }

    def call(self, method: str, /, **params: Any) -> dict[str, Any]:
        """Call a method, such as ``environment.control.GetEnvInfo``, with its parameters by their wire names.

        Reads are repeated after faults of the way; writes only after an answer that says they were not taken (429).

        Returns:
            The whole answer; a scripted method's payload is in its ``response``.

        Raises:
            RefusedError: ``result``, or ``response.result``, is not 0.
            NotSentError: the call was not processed.
            AnswerLostError: it was sent and may or may not have been carried out.
            InputError: a parameter that cannot be sent.
        """
        used = None if "session" in params else self.access.current()
        try:
            return self._repeated(method, {"session": used, **params})
        except RefusedError as error:
            if "session" in params or not self._renewed(error, used):
                raise
            self.repeats[method] += 1
            return self._repeated(method, {"session": self.access.current(), **params})

    def call_once(self, method: str, params: Mapping[str, Any], attempts: Attempts) -> dict[str, Any]:
        """Call a method whose parameters were made from what was read, and never send these parameters again.

        Args:
            attempts: at the same work so far, see :meth:`attempts`.

        Raises:
            ReadAgainError: the platform did not take the call, and it can be sent again now, after a new read.
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
            self.repeats[method] += 1
            raise ReadAgainError(error) from None

    def attempts(self) -> Attempts:
        """Begin to count the attempts at one call."""
        return Attempts(self.retry.first, self.clock.monotonic() + self.retry.deadline)

    @contextmanager
    def timeouts(self, *, at_least: float | None) -> Iterator[None]:
        """Wait longer for answers within the block, if that is longer than usual; None: as usual."""
        usual = self.timeout
        self.timeout = max(usual, at_least or 0.0)
        try:
            yield
        finally:
            self.timeout = usual

    def _renewed(self, error: RefusedError, used: str | None) -> bool:
        """Whether a call was refused, and not carried out, because its session had ended, and there is a new one."""
        return error.code == NOT_AUTHENTICATED and self.access.renewed(used)

    def _fields(self, params: Mapping[str, Any]) -> dict[str, str]:
        fields = form_fields(params)
        self.redactor.add(*(fields.get(name) for name in SECRET_PARAMETERS))
        return fields

    def _repeated(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        fields = self._fields(params)
        attempts = self.attempts()
        while True:
            try:
                return self._once(method, fields)
            except (NotSentError, AnswerLostError) as error:
                # Raised here: a function that raises what it was given makes a circle that holds the connection open.
                if not self._pauses_before_retry(error, method, attempts):
                    raise

    def _pauses_before_retry(self, error: PaasError, method: str, attempts: Attempts) -> bool:
        """Pause until the call may be sent again, and return whether it may."""
        wait = self._wait_before_retry(error, method, attempts.pause)
        if wait is None or attempts.number >= self.retry.attempts or self.clock.monotonic() + wait > attempts.end:
            return False
        self.clock.pause(wait)
        self.repeats[method] += 1
        attempts.number += 1
        attempts.pause = min(attempts.pause * 2, self.retry.longest)
        return True

    def _wait_before_retry(self, error: PaasError, method: str, pause: float) -> float | None:
        """Seconds to wait before the call may be sent again; None where it must not be, or need not."""
        if error.final or not (isinstance(error, RateLimitedError) or method in READS):
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


__all__ = ["RateLimitedError", "EndpointError", "PlatformClient", "RefusedError", "Retry"]
