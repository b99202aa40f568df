# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What travels: parameters as form values, method names as addresses, answers as dictionaries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Callable

from .codes import meaning
from .errors import RefusedError, UnexpectedAnswerError, joined, without_stop

LONGEST_MESSAGE = 400  # characters of what the platform says
LONGEST_LINE = 4000  # characters of a whole message, which may name much that the platform has
LONGEST_REASON = 2**17  # characters of a refusal's text that are searched for secrets; a longer one is not quoted
LARGEST_CODE = 2**31
LARGEST_EXACT_FLOAT = 2**53
SMALLEST_IDENTIFIER, LARGEST_IDENTIFIER = -(2**63), 2**63 - 1
DEEPEST = 100
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
# Begins half of a surrogate pair, or a whole pair, in JSON's way to write it.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def form_fields(params: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as form fields: booleans as ``true``/``false``, structures as JSON text, None left out."""
    fields = {}
    for name, value in params.items():
        if value is None:
            continue
        if isinstance(value, bool):
            fields[name] = "true" if value else "false"
        elif isinstance(value, (dict, list, tuple)):
            fields[name] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        else:
            fields[name] = str(value)
    return fields


def read_object(text: str) -> dict[str, Any]:
    """The JSON object of an answer.

    Halves of surrogate pairs, which JSON can write and UTF-8 cannot, become U+FFFD.

    Raises:
        ValueError: for anything else: another value, no JSON, numbers that JSON does not have or that are too large for
            a float, or nesting so deep that code which walks the answer could fail.
    """
    try:
        answer = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    level: list[Any] = [answer]
    for _depth in range(DEEPEST):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return _encodable(answer) if _SURROGATE.search(text) else answer
    raise ValueError("nested too deep")


def _finite(digits: str) -> float:
    found = float(digits)
    if found in (float("inf"), float("-inf")):
        raise ValueError("a number too large for a float")
    return found


def _encodable(value: Any) -> Any:
    """A copy of nested data, not too deep, whose texts can all be encoded."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_encodable(name): _encodable(item) for name, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list) else value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")


def method_path(method: str) -> str:
    """``environment.control.StopEnv`` as ``/1.0/environment/control/rest/stopenv`` (documented)."""
    namespace, service, name = method.split(".")
    return f"/1.0/{namespace}/{service}/rest/{name}".lower()


def member(answer: Any, *names: str) -> Any:
    """The first of the members that is there; names are compared without case, as the documents and the wire differ."""
    if not isinstance(answer, (dict, Mapping)):  # a dictionary is known by a look, another mapping takes long
        return None
    for name in names:
        found = answer.get(name)
        if found is not None:
            return found
    for name in names:
        found = _otherwise_written(answer, name)
        if found is not None:
            return found
    return None


def _otherwise_written(answer: Mapping[Any, Any], name: str) -> Any:
    """The last member of this name without case. Most names that are asked for are not there, so lengths go first."""
    length, folded, found = len(name), name.casefold(), None
    for key, value in answer.items():
        if value is not None and isinstance(key, str) and len(key) == length and key.casefold() == folded:
            found = value
    return found


def items(answer: Any, *names: str) -> list[Any]:
    """A list member; an absent one is empty, a single object is a list of one."""
    found = member(answer, *names)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def required_member(method: str, answer: Any, *names: str) -> Any:
    """A member that the answer to a method has to hold: one that is missing is not an empty one.

    Raises:
        UnexpectedAnswerError: it is under none of the names.
    """
    found = member(answer, *names)
    if found is None:
        raise UnexpectedAnswerError(
            f"{method} answered success without {names[0]}, so what is there is not known; run the task again, or ask "
            "the hoster",
            method=method,
        )
    return found


def required_items(method: str, answer: Any, *names: str) -> list[Any]:
    """A list that the answer to a method has to hold, see :func:`held`; a single object is a list of one."""
    found = required_member(method, answer, *names)
    return found if isinstance(found, list) else [found]


def text(value: object) -> str | None:
    """A scalar as text; None for nothing and for a value that is not a scalar."""
    if value is None or isinstance(value, (dict, list)):
        return None
    return str(value).strip() or None


def number(value: object) -> int | None:
    """A whole number, also from text; None for anything else."""
    try:
        return None if value is None or isinstance(value, bool) else int(float(str(value)))
    except (ValueError, OverflowError):
        return None


def identifier(value: object) -> int | None:
    """Return the number that names an object, exactly; None for anything but a whole number of 64 bits.

    A number that was rounded would name another object, so nothing is rounded here.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST_EXACT_FLOAT:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    if isinstance(value, str) and not _WHOLE.fullmatch(value.strip()):
        return None
    found = int(value)
    return found if SMALLEST_IDENTIFIER <= found <= LARGEST_IDENTIFIER else None


def flag(value: object) -> bool:
    """Whether it is true, also as text or number."""
    return value is True or str(value).strip().lower() in ("true", "1")


def texts(values: list[Any], *names: str) -> tuple[str, ...]:
    """Texts of a list of texts or of objects that hold one under one of the names."""
    found = (text(member(value, *names)) if isinstance(value, Mapping) else text(value) for value in values)
    return tuple(item for item in found if item)


def _result_code(answer: Mapping[str, Any]) -> int | None:
    """The ``result`` as a number; numbers sent as text are read too. None where there is none that is one."""
    code = member(answer, "result")
    if isinstance(code, bool) or not isinstance(code, (int, float, str)):
        return None
    if isinstance(code, str) and not code.isascii():
        return None
    try:
        number = int(code)
    except (ValueError, OverflowError):
        return None
    # 0.5 is not a success.
    whole = not isinstance(code, float) or number == code
    return number if whole and abs(number) < LARGEST_CODE else None


def _texts(error: Any) -> Iterator[str]:
    """The readable part of an ``error``, which comes as text, as an object or as a list of either."""
    if isinstance(error, str):
        yield error
    elif isinstance(error, Mapping):
        yield from _texts(member(error, "message", "error", "text", "description", "errOut"))
    elif isinstance(error, (list, tuple)):
        for part in error:
            yield from _texts(part)
    elif isinstance(error, (int, float)) and not isinstance(error, bool):
        yield str(error)


def one_line(text: str) -> str:
    """The text on one line: runs of blanks, control characters and broken Unicode become one blank."""
    return " ".join("".join(sign if sign.isprintable() and sign != "\ufffd" else " " for sign in text).split())


def truncated(text: str) -> str:
    """A message on one line that is not endless, whatever names of the platform's are in it."""
    line = one_line(text)
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 3] + "..."


def refusal(
    method: str, code: int, answer: Mapping[str, Any], quote: Callable[[list[str]], str] = "; ".join
) -> RefusedError:
    """The error for a ``result`` that is not 0. Only the platform's own error text is quoted, never what it echoes.

    Args:
        quote: makes one line of the platform's texts, without secrets; before they are shortened, or the beginning of
            a secret could remain.
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


def find_error(answer: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]] | None:
    """The failure an answer carries: its own ``result``, or that of its ``response`` (scripted methods, recorded).

    A script may hand on the answer of another, so each ``response`` inside a ``response`` is looked at too.

    Returns:
        Code and the object that holds the error; None for success.

    Raises:
        ValueError: where there is no readable ``result`` at all.
    """
    code = _result_code(answer)
    if code is None:
        raise ValueError("no result")
    part: Any = answer
    while code == 0:
        part = member(part, "response")
        if not isinstance(part, Mapping) or (member(part, "result") is None and member(part, "response") is None):
            return None
        inner = _result_code(part)
        if inner is None and member(part, "result") is not None:
            raise ValueError("no readable result in response")
        code = inner or 0
    return code, part


def payload(answer: dict[str, Any]) -> dict[str, Any]:
    """The payload of an answer: ``response`` of a scripted method, else the answer itself."""
    inner = member(answer, "response")
    return inner if isinstance(inner, dict) else answer
