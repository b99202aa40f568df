# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The exceptions of the client. Each message is one line: what is wrong and what to do."""

from __future__ import annotations

import re
from typing import Any, TypeVar

_STOP = re.compile(r"(?<!\.)\.$")  # of a sentence, not of an ellipsis


def without_stop(text: str) -> str:
    """Return a sentence without its full stop."""
    return _STOP.sub("", text)


def joined(*parts: object) -> str:
    """Join the parts of a message by semicolons; empty parts, and full stops before a semicolon, are left out."""
    texts = [text for text in map(str, parts) if text]
    return "; ".join([*map(without_stop, texts[:-1]), *texts[-1:]])


E = TypeVar("E", bound="PaasError")


class PaasError(Exception):
    """Base of all expected failures.

    Attributes:
        code: result code of the platform; None without one.
        method: API method in its canonical form, such as ``environment.control.StopEnv``.
        kind: a stable word for the kind of failure, for users who branch on it.
        final: whether sending the call again would bring the same failure.
        retry_after: seconds after which the platform accepts calls again, from the Retry-After header.
        answer: the platform's answer, for code that knows which members may be shown.
        details: further members of the result, such as the output of a command.
    """

    kind = "error"
    retry_after: float | None = None

    def __init__(
        self, message: str, *, method: str | None = None, code: int | None = None, final: bool = False
    ) -> None:
        super().__init__(message)
        self.method = method
        self.code = code
        self.final = final
        self.answer: Any = None
        self.details: dict[str, Any] = {}

    @property
    def clause(self) -> str:
        """The message as a part of a longer message: without the full stop at its end."""
        return without_stop(str(self))

    def saying(self: E, *parts: object) -> E:
        """Return the same error with another message: parts that :func:`joined` joins, such as the first message."""
        other = type(self).__new__(type(self), joined(*parts))  # which does not depend on the arguments of the class
        vars(other).update(vars(self))
        return other

    def failure(self) -> dict[str, Any]:
        """Return the member ``failure`` of results."""
        return {"kind": self.kind, "code": self.code, "method": self.method}


class InputError(PaasError):
    """An option is not valid, or the platform cannot do what it says; nothing was changed."""

    kind = "input"


class RefusedError(PaasError):
    """The platform refused the call (``result`` other than 0)."""

    kind = "refused"


class NotSentError(PaasError):
    """The platform did not process the request: no connection, TLS, redirect, 429."""

    kind = "not_reached"


class EndpointError(NotSentError):
    """The address is wrong; sending the call again would bring the same failure."""

    def __init__(self, message: str) -> None:
        super().__init__(message, final=True)


class RateLimitedError(NotSentError):
    """HTTP 429: the platform did not process the call, so any call may be sent again later."""

    kind = "busy"

    def __init__(self, message: str, *, retry_after: float | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ReadAgainError(NotSentError):
    """The platform did not process a call whose parameters were made from a read; read again before the next call.

    Users never see this error.

    Attributes:
        cause: the error of the call.
    """

    def __init__(self, cause: PaasError) -> None:
        super().__init__(str(cause), method=cause.method, code=cause.code)
        self.cause = cause


class AnswerLostError(PaasError):
    """The request was sent and no valid answer came: the work may be done, not done, or still running."""

    kind = "answer_lost"


class UnexpectedAnswerError(PaasError):
    """The platform answered success, but a required member of the answer is missing."""

    kind = "unexpected_answer"


class ConcurrentChangeError(PaasError):
    """Others work on the same object for longer than this task waits."""

    kind = "concurrent"


class InterruptedWorkError(PaasError):
    """A part of a task was not begun, or was given up, because another part failed or the task was interrupted."""

    kind = "interrupted"


class WaitTimeoutError(PaasError):
    """The expected state was not reached in time.

    Attributes:
        last: the last state that was read, in the user's words.
    """

    kind = "wait_timeout"

    def __init__(self, message: str, *, last: object = None, method: str | None = None) -> None:
        super().__init__(message, method=method)
        self.last = last


def require(condition: object, message: str) -> None:
    """Raise InputError with the message unless the condition holds."""
    if not condition:
        raise InputError(message)


def require_all(*checks: tuple[object, str]) -> None:
    """Raise InputError with the message of the first condition that does not hold."""
    for condition, message in checks:
        require(condition, message)
