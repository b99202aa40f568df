# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This file is internal to the collection; its content may change in any release.

"""One gate for secrets: every text that leaves the collection passes through :class:`Redactor`."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections.abc import Iterable, Iterator
from typing import Any

MASK = "********"
# A session or token value that the redactor has not been told of, such as one the platform echoes: 38 to 40 characters
# were seen. A long word of letters alone, or a long number, is something else.
_TOKEN_SHAPED = re.compile(r"(?<![0-9a-z])(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{38,}(?![0-9a-z])", re.IGNORECASE)
# Shorter ones turn up by chance when blanks are left out of a text.
_SHORTEST_SCATTERED = 8
_SHORTEST_BASE64 = 4
# How many characters of a text are looked up at once.
_GRAM = 4
# A backslash by itself or URL-encoded, as often as texts were put into texts.
_BACKSLASH = r"(?:\\|%(?:25)*5[cC])"


def _base64_forms(raw: bytes) -> set[str]:
    """The parts of a base64 text that are certain to appear when the bytes are encoded at any offset."""
    forms = {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()}
    for lead in range(3):
        # Leave out the characters that also carry bits of the neighbours.
        start = -(-lead * 8 // 6)
        end = (lead + len(raw)) * 8 // 6
        if end - start >= _SHORTEST_BASE64:
            text = base64.b64encode(b"\0" * lead + raw).decode()[start:end]
            forms |= {text, text.replace("+", "-").replace("/", "_")}
    return forms


def _sign_pattern(sign: str, after_backslash: bool) -> str:
    """All the ways to write a character: plain, URL-encoded, escaped for JSON, Python or HTML, mixed or nested."""
    if sign.isascii() and sign.isalnum():
        return sign
    if sign == "\\":
        # A run of backslashes counts as one, as each level of nesting doubles it.
        return "" if after_backslash else _BACKSLASH + "{1,64}"
    octets = sign.encode("utf-8", "surrogatepass")
    units = sign.encode("utf-16-be", "surrogatepass").hex()
    plain = {
        re.escape(sign),
        "(?i:" + "".join(f"%(?:25)*{octet:02x}" for octet in octets) + ")",
        re.escape(html.escape(sign)),
        f"(?i:&#0*(?:{ord(sign)}|x0*{ord(sign):x});)",
    }
    if sign == " ":
        plain.add(r"\+")
    escapes = {repr(sign)[1:-1].lstrip("\\"), json.dumps(sign)[1:-1].lstrip("\\")} - {""}
    escaped = {rf"(?i:{re.escape(escape)})" for escape in escapes}
    escaped.add("(?i:" + (_BACKSLASH + "{1,8}").join(f"u{units[at : at + 4]}" for at in range(0, len(units), 4)) + ")")
    before = "" if after_backslash else _BACKSLASH + "{0,8}"
    return f"(?:{before}(?:{'|'.join(sorted(plain))})|{_BACKSLASH}{{1,8}}(?:{'|'.join(sorted(escaped))}))"


class _Form:
    """A secret whose characters may be escaped.

    Attributes:
        anchor: the longest part that is never escaped; a text without it need not be searched.
    """

    def __init__(self, secret: str) -> None:
        self.anchor = max(re.findall("[0-9A-Za-z]*", secret), key=len)
        before = ["", *secret]
        signs = (_sign_pattern(sign, before[at] == "\\") for at, sign in enumerate(secret))
        self.pattern = re.compile("".join(signs))


class _Known:
    """What to look for: texts that stand for themselves, and forms; found by their first characters, in one pass."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # A part of the mask can neither be told from it nor be hidden by it.
        worthy = {secret for secret in secrets if secret.strip() and secret not in MASK}
        encoded = (_base64_forms(secret.encode("utf-8", "surrogatepass")) for secret in worthy)
        self._short: list[tuple[str, _Form | None]] = []
        self._long: dict[str, list[tuple[str, _Form | None]]] = {}
        for text in worthy.union(*encoded):
            self._index(text, None)
        for secret in worthy:
            if not (secret.isascii() and secret.isalnum()):
                form = _Form(secret)
                self._index(form.anchor, form)

    def _index(self, needle: str, form: _Form | None) -> None:
        if len(needle) < _GRAM:
            self._short.append((needle, form))
        else:
            self._long.setdefault(needle[:_GRAM], []).append((needle, form))

    def _hits(self, text: str) -> Iterator[tuple[str, _Form | None, int]]:
        """Each place of a needle, in no order; a form's anchor may be told once only."""
        for needle, form in self._short:
            at = text.find(needle)
            while at >= 0:
                yield needle, form, at
                at = -1 if form else text.find(needle, at + 1)
        find = self._long.get
        for at in range(len(text) - _GRAM + 1 if self._long else 0):
            for needle, form in find(text[at : at + _GRAM], ()):
                if text.startswith(needle, at):
                    yield needle, form, at

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where they are, as ranges in order; ranges that meet are one."""
        found = []
        forms = set()
        for needle, form, at in self._hits(text):
            if form is None:
                found.append((at, at + len(needle)))
            else:
                forms.add(form)
        found += [match.span() for form in forms for match in form.pattern.finditer(text)]
        merged: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged


def _compact(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace())


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], MASK]
        at = end
    return "".join([*pieces, text[at:]])


class Redactor:
    """Knows every live secret and masks it in text, in plain, URL-encoded, JSON-escaped and base64 form."""

    def __init__(self) -> None:
        # Threads share a redactor: sets are replaced, never changed, and each search goes with the set it was made of.
        self._lock = threading.Lock()
        self._secrets: frozenset[str] = frozenset()
        self._known: tuple[frozenset[str], _Known] = (self._secrets, _Known(()))
        self._known_compact = self._known

    def add(self, *secrets: object) -> None:
        """Make secrets known; empty values and None are ignored, containers are walked."""
        for secret in secrets:
            if isinstance(secret, dict):
                self.add(*secret.values())
            elif isinstance(secret, (list, tuple, set, frozenset)):
                self.add(*secret)
            elif isinstance(secret, bytes):
                self.add(secret.decode("utf-8", "replace"))
            elif secret is not None and not isinstance(secret, bool) and str(secret).strip():
                self._add(str(secret))

    def _add(self, secret: str) -> None:
        with self._lock:
            if secret not in self._secrets:
                self._secrets |= {secret}

    def known(self, text: str) -> str:
        """The text with every known secret masked, also where two of them overlap."""
        secrets, known = self._known
        if secrets is not self._secrets:
            secrets = self._secrets
            known = _Known(secrets | {secret.strip() for secret in secrets})
            self._known = (secrets, known)
        # What a mask and its neighbour make together may be a secret again; each round leaves fewer other characters.
        while True:
            spans = known.spans(text)
            if not spans:
                return text
            text = _masked(text, spans)

    def text(self, text: str) -> str:
        """A message with every known secret masked, and whatever looks like a token value."""
        return _TOKEN_SHAPED.sub(MASK, self.known(text))

    def quoted(self, texts: list[str]) -> str:
        """Texts of the platform as one, to be quoted in a message.

        What still holds a secret once blanks, control characters and the gaps between the texts are left out, such as
        one that was broken over lines, is not quoted at all: it cannot be masked without guessing.
        """
        clean = [self.text(text) for text in texts]
        secrets, known = self._known_compact
        if secrets is not self._secrets:
            secrets = self._secrets
            known = _Known(text for text in map(_compact, secrets) if len(text) >= _SHORTEST_SCATTERED)
            self._known_compact = (secrets, known)
        if known.spans(_compact("".join(clean))):
            return "its text is not shown, as it repeats a secret"
        return "; ".join(clean)

    def data(self, value: Any) -> Any:
        """A copy of nested data with the known secrets masked in every text, keys included."""
        if isinstance(value, str):
            return self.known(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return MASK if len(str(value)) >= _SHORTEST_SCATTERED and str(value) in self._secrets else value
        if isinstance(value, dict):
            return {self.data(key): self.data(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.data(item) for item in value]
        return value
