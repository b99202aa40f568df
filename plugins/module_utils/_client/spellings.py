# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Decode texts: URL encoding, escapes of JSON and Python, HTML entities, mixed and nested, with positions."""

from __future__ import annotations

import html
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

# Each pass undoes any number of levels of one encoding, and one level where encodings alternate.
_PASSES = 8
_PIECES = 512  # joined at a time, as many short strings take much memory

_HEX = "[0-9a-f]"
_FOLLOWING = f"%(?:25)*[89ab]{_HEX}"
_TOKEN = re.compile(
    # One class of characters in front lets the search skip all others fast.
    r"[\\%&\n\r\t\b\f](?:"
    # \U of Python with 8 digits, surrogate pairs of JSON, \u, \x; doubled backslashes come from nesting.
    rf"(?<=\\)\\*(?:(?P<code>(?-i:U)00(?:0{_HEX}|10){_HEX}{{4}}|ud[89ab]{_HEX}{{2}}\\+ud[c-f]{_HEX}{{2}}"
    rf"|u{_HEX}{{4}}|x{_HEX}{{2}})"
    # A backslash before a letter or digit may begin an escape, elsewhere it says nothing.
    r"|(?P<dropped>(?![0-9a-z\\]))|(?P<run>(?<=\\\\)))"
    # The octets of one character in UTF-8.
    rf"|(?<=%)(?:25)*(?P<octets>[0-7]{_HEX}|[cd]{_HEX}{_FOLLOWING}|e{_HEX}(?:{_FOLLOWING}){{2}}"
    rf"|f[0-7](?:{_FOLLOWING}){{3}})"
    # Without a semicolon, the shortest number that is a printable ASCII character ends the entity: digits may follow.
    r"|(?<=&)(?:amp;|#0*38;|#x0*26;)*(?:#0*(?P<decimal>[0-9]{1,7});"
    rf"|#x0*(?P<hex>{_HEX}{{1,6}});"
    r"|#0*(?P<ascii>3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]|[1-9][0-9]{1,6}|9)"
    rf"|#x0*(?P<asciihex>[2-7]{_HEX}|[1-9a-f]{_HEX}{{0,5}})"
    r"|(?P<name>[a-z][a-z0-9]{1,30};|amp|lt|gt|quot|apos))"
    r"|(?P<control>(?<=[\n\r\t\b\f])))",
    re.IGNORECASE | re.ASCII,
)
# The control characters that JSON and Python write as a letter.
_LETTERS = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_BASES = {"decimal": 10, "hex": 16, "ascii": 10, "asciihex": 16}


def _character(token: re.Match[str]) -> str:
    """The decoded character of a token; the token itself if there is no such character."""
    kind, whole = str(token.lastgroup), token[0]
    if kind == "code":
        return _of_code(whole.lstrip("\\"))
    if kind == "octets":
        octets = bytes.fromhex("".join(part[-2:] for part in whole.split("%")[1:]))
        try:
            return octets.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return whole
    if kind == "name":
        return html.unescape(f"&{token[kind]}")
    if kind in _BASES:
        number = int(token[kind], _BASES[kind])
        return chr(number) if number < 0x110000 else whole
    return {"control": whole, "dropped": "", "run": "\\"}[kind]


def _of_code(code: str) -> str:
    if "\\" not in code:
        return chr(int(code[1:], 16))
    units = bytes.fromhex(code[1:5] + code[-4:])
    return units.decode("utf-16-be")


class Decoded:
    """A text in its canonical spelling: two texts have the same one if they are encodings of the same text.

    Line ends and tabs are written as JSON does, and backslashes that may be part of no escape are left out.

    Attributes:
        text: the canonical spelling.
    """

    def __init__(self, text: str) -> None:
        self._passes: list[tuple[array[int], array[int]]] = []
        for _number in range(_PASSES):
            text, made, given = _decode_once(text)
            if not made:
                break
            self._passes.append((made, given))
        self.text = text

    def position(self, at: int, *, last: bool = False) -> int:
        """Where a position of the canonical spelling is in the text that was decoded.

        Args:
            at: a position in ``text``.
            last: behind backslashes that were left out there, not before them.
        """
        for made, given in reversed(self._passes):
            index = bisect_right(made, at) - 1 if last else bisect_left(made, at)
            if not last and (index == len(made) or made[index] != at):
                index -= 1
            at = given[index] + at - made[index] if index >= 0 else at
        return at


def _decode_once(text: str) -> tuple[str, array[int], array[int]]:
    """The text with each token decoded, and positions that belong together: in the result, and in the text."""
    made, given = array("I"), array("I")
    blocks: list[str] = []
    pieces: list[str] = []
    at = length = 0
    for start, end, new in _changes(text):
        pieces += (text[at:start], new)
        length += start - at
        if not new:
            made.append(length)
            given.append(start)
        length += len(new)
        made.append(length)
        given.append(end)
        at = end
        if len(pieces) > _PIECES:
            blocks.append("".join(pieces))
            pieces.clear()
    return ("".join([*blocks, *pieces, text[at:]]) if made else text), made, given


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    for token in _TOKEN.finditer(text):
        new = _character(token)
        new = _LETTERS.get(new, new)
        if new != token[0]:
            yield token.start(), token.end(), new
