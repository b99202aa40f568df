# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What can go wrong with a call, as types; each message is one line that a person can act on."""

from __future__ import annotations

import re
from typing import Any

_STOP = re.compile(r"(?<!\.)\.$")  # of a sentence, not of an ellipsis


def without_stop(text: str) -> str:
    """Return a sentence without its full stop."""
    return _STOP.sub("", text)


def joined(*parts: object) -> str:
    """Join the parts of a message by semicolons; empty parts, and full stops before a semicolon, are left out."""
    texts = [text for text in map(str, parts) if text]
    return "; ".join([*map(without_stop, texts[:-1]), *texts[-1:]])


class PaasError(Exception):
    """The base of all expected failures.

    Attributes:
        code: result code of the platform, where it gave one.
        method: API method in its canonical form, such as ``environment.control.StopEnv``.
        kind: a stable word for the sort of failure, for users who branch on it.
        final: sending the call again would bring the same failure.
        retry_after: seconds after which the platform wants to be asked again, where it said so.
        answer: what the platform answered, for code that knows what of it may be shown.
        details: members for the failure's result, such as what a command printed.
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
        """The message as a part of a longer one: without a full stop at its end."""
        return without_stop(str(self))

    def failure(self) -> dict[str, Any]:
        """Return the structured form for results; the message is their ``msg``."""
        return {"kind": self.kind, "code": self.code, "method": self.method}


class InputError(PaasError):
    """What the user asked for cannot be; nothing was changed."""

    kind = "input"


class RefusedError(PaasError):
    """The platform answered, and the answer is no (``result`` other than 0)."""

    kind = "refused"


class NotSentError(PaasError):
    """The request did not reach the platform, so nothing was done: no route, refused, TLS, redirect, 429."""

    kind = "not_reached"


class EndpointError(NotSentError):
    """The address is wrong; sending the call again would change nothing."""

    def __init__(self, message: str) -> None:
        super().__init__(message, final=True)


class RateLimitedError(NotSentError):
    """HTTP 429: the platform says that it did not take the call, so that any call may be sent again later."""

    kind = "busy"

    def __init__(self, message: str, *, retry_after: float | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ReadAgainError(NotSentError):
    """The platform did not take a call whose parameters were made from what was read; read again before sending again.

    Never seen by users.

    Attributes:
        cause: why it was not taken.
    """

    def __init__(self, cause: PaasError) -> None:
        super().__init__(str(cause), method=cause.method, code=cause.code)
        self.cause = cause


class AnswerLostError(PaasError):
    """The request was sent and no usable answer came: the work may be done, not done, or still running."""

    kind = "answer_lost"


class UnexpectedAnswerError(PaasError):
    """The platform answered success, but a required member of the answer is missing."""

    kind = "unexpected_answer"


class ConcurrentChangeError(PaasError):
    """Others work on the same things, for longer than this task waits; they have to finish first."""

    kind = "concurrent"


class InterruptedWorkError(PaasError):
    """A part of a task that was not begun or not waited for, because of what happened to another part."""

    kind = "interrupted"


class WaitTimeoutError(PaasError):
    """The awaited state did not come within the budget.

    Attributes:
        last: the last state seen, in the user's words.
    """

    kind = "wait_timeout"

    def __init__(self, message: str, *, last: object = None, method: str | None = None) -> None:
        super().__init__(message, method=method)
        self.last = last


def require(condition: object, message: str) -> None:
    """Raise InputError with the message unless the condition holds."""
    if not condition:
        raise InputError(message)
