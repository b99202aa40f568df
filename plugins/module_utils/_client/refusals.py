# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Errors for answers whose result is not 0, and texts of the platform as parts of a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Callable

from .answers import member
from .codes import meaning
from .errors import RefusedError, joined, without_stop

LONGEST_MESSAGE = 400  # characters of what the platform says
LONGEST_LINE = 4000  # characters of a whole message, which may list many names
LONGEST_REASON = 2**17  # characters of a refusal's text that are searched for secrets; a longer one is not quoted


def one_line(text: str) -> str:
    """Return a text on one line. Blanks, control characters and broken Unicode become one blank."""
    return " ".join("".join(sign if sign.isprintable() and sign != "\ufffd" else " " for sign in text).split())


def truncated(text: str) -> str:
    """Return a message on one line of at most ``LONGEST_LINE`` characters."""
    line = one_line(text)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 3] + "..."


def refusal(
    method: str, code: int, answer: Mapping[str, Any], quote: Callable[[list[str]], str] = "; ".join
) -> RefusedError:
    """Return the error for a ``result`` that is not 0. Only the platform's error text is quoted, not its other members.

    Args:
        quote: joins the platform's texts to one line without secrets. It is called before the line is shortened,
            because the beginning of a secret could remain in a shortened line.
    """
    given = list(_texts(member(answer, "error"))) or list(_texts(member(answer, "message")))
    length = sum(map(len, given))
    if length > LONGEST_REASON:
        given = [f"its text of {length} characters is not shown"]
    said = one_line(quote([text for text in given if text.strip()]))
    if len(said) > LONGEST_MESSAGE:
        said = said[: LONGEST_MESSAGE - 3] + "..."
    reason, words, advice = meaning(code, without_stop(said), method)
    first = f"{method} was refused: {reason or 'the platform gave no reason'} (result {code})"
    error = RefusedError(joined(first, words, advice), method=method, code=code)
    error.answer = answer
    return error


def _texts(error: Any) -> Iterator[str]:
    """Yield the texts of an ``error``, which is a text, an object or a list of these."""
    if isinstance(error, str):
        yield error
    elif isinstance(error, Mapping):
        yield from _texts(member(error, "message", "error", "text", "description", "errOut"))
    elif isinstance(error, (list, tuple)):
        for part in error:
            yield from _texts(part)
    elif isinstance(error, (int, float)) and not isinstance(error, bool):
        yield str(error)
