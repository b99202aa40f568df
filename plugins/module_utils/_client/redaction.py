# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Mask secrets in texts: every message that leaves the collection passes the :class:`Redactor`."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Callable
from urllib.parse import quote

from .needles import HEAD, Needles
from .spellings import Decoded

MASK = "********"
WITHHELD = "its text is not shown because it contains a secret"
# A session or token value that the redactor has not been told of, such as one the platform echoes: 38 to 40 characters
# were seen. A long word of letters alone, or a long number, is something else.
_TOKEN_SHAPED = re.compile(r"(?<![0-9a-z])(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{38,}(?![0-9a-z])", re.IGNORECASE)
# Shorter values that users give, such as "true" or "80", are parts of too many harmless texts.
_SHORTEST_VALUE = 5
# Shorter secrets turn up by chance when blanks are left out of a text.
_SHORTEST_SCATTERED = 8
_SHORTEST_BASE64 = 4
# A secret of escapes, of which less is left when it is decoded, is looked for in its common spellings.
_SHORTEST_DECODED = 3
# A text that ends with so many first characters of a secret was probably cut in its midst.
_SHORTEST_CUT = 16
# Rounds of masking; only secrets that hold a part of the mask need more than one.
_ROUNDS = 16
# An escape that was cut, at the end of a text, and what follows a text that was cut.
_CUT_ESCAPE = re.compile(r"(?:\\+(?:u[0-9a-f]{0,3}|x[0-9a-f]?)?|%[0-9a-f]?|&#?[0-9a-z]{0,6})?\Z", re.IGNORECASE)
# A beginning that a text repeats so often is masked without a closer look, which would take quadratic time.
_TRIES = 64
_AFTER_CUT = " .\u2026\"')]}>"


def _base64(secret: str, lead: int, encode: Callable[[bytes], bytes]) -> str:
    """The part of a base64 text that is certain to appear when a secret is encoded behind ``lead`` other bytes."""
    raw = secret.encode("utf-8", "surrogatepass")
    # Leave out the characters that also carry bits of the neighbours.
    return encode(b"\0" * lead + raw).decode()[-(-lead * 8 // 6) : (lead + len(raw)) * 8 // 6]


def _padded_base64(secret: str, encode: Callable[[bytes], bytes]) -> str:
    return encode(secret.encode("utf-8", "surrogatepass")).decode()


def _base64_forms(secret: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """Ways to make the base64 forms of a secret, each with the beginning of the form."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield _padded_base64(secret[:HEAD], encode)[:HEAD], partial(_padded_base64, secret, encode)
        for lead in range(3):
            head = _base64(secret[:HEAD], lead, encode)[:HEAD]
            if len(head) >= _SHORTEST_BASE64:
                yield head, partial(_base64, secret, lead, encode)


def _spelled(secret: str) -> set[str]:
    """Common encodings, for a secret of which decoding leaves too little to look for."""
    once = {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], html.escape(secret)}
    twice = once | {json.dumps(text)[1:-1] for text in once} | {quote(text, safe="") for text in once}
    spelled = twice | {quote(text, safe="") for text in twice}
    return spelled | {re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), text) for text in spelled}


def _worthy(secret: str) -> bool:
    # A part of the mask can neither be told from it nor be hidden by it.
    return bool(secret.strip()) and secret not in MASK


def _begun(text: str, secret: str) -> int | None:
    """Where the beginning of a secret starts that the text ends with, if it is long enough to be told."""
    beginning = secret[:_SHORTEST_CUT]
    start = text.find(beginning, max(0, len(text) - len(secret) + 1))
    for _try in range(_TRIES):
        if start < 0 or len(beginning) < _SHORTEST_CUT:
            return None
        if secret.startswith(text[start:]):
            break
        start = text.find(beginning, start + 1)
    return start if start >= 0 else None


class _Known:
    """Secrets to look for: as they are, in base64, and in texts that are encoded.

    Texts are decoded, and secrets decoded alike are looked for in them. So the time is linear in both.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = {secret for secret in secrets if _worthy(secret)}
        self._plain = self._needles(self._secrets)
        # Backslashes at the end of a decoded text are left out.
        self._backslash = any(secret.endswith("\\") for secret in self._secrets)
        self._canonical: set[str] = set()
        self._decoded: tuple[Needles, Needles] | None = None

    def _needles(self, texts: Iterable[str]) -> Needles:
        encoded = [form for secret in self._secrets for form in _base64_forms(secret)]
        short = {head for head, _make in encoded if len(head) < HEAD}
        return Needles({*texts, *short}, [form for form in encoded if len(form[0]) == HEAD])

    def _decoded_needles(self) -> tuple[Needles, Needles]:
        """Needles for decoded texts, and more for texts as they are; made when the first text needs them."""
        if self._decoded is None:
            canonicals, spelled = set(), set()
            for secret in self._secrets:
                canonical = Decoded(secret).text
                if len(canonical) < min(len(secret), _SHORTEST_DECODED):
                    spelled |= _spelled(secret)
                elif _worthy(canonical):
                    canonicals.add(canonical)
            self._canonical = canonicals
            self._decoded = self._needles(canonicals), Needles(spelled)
        return self._decoded

    def _decoded_spans(self, text: str, needles: Needles) -> Iterator[tuple[int, int]]:
        decoded = Decoded(text)
        for start, end in needles.spans(decoded.text):
            behind = end + (self._backslash and decoded.text.startswith("\\", end))
            yield decoded.position(start), decoded.position(behind, last=self._backslash)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where they are, as ranges in order; ranges that meet are one."""
        found = list(self._plain.spans(text))
        if any(sign in text for sign in "\\%&+"):
            needles, spelled = self._decoded_needles()
            found += spelled.spans(text)
            found += self._decoded_spans(text, needles)
            # A plus sign may be a blank of a form.
            if "+" in text:
                found += self._decoded_spans(text.replace("+", " "), needles)
        merged: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    def cut(self, text: str) -> tuple[int, int] | None:
        """Where a text ends with the beginning of a secret: the longest such range, without what follows a cut."""
        self._decoded_needles()
        ended = text.rstrip(_AFTER_CUT)
        found = []
        for given in dict.fromkeys((text, ended)):
            for whole in dict.fromkeys((given, _CUT_ESCAPE.sub("", given))):
                decoded = Decoded(whole)
                starts = [_begun(decoded.text, secret) for secret in self._canonical]
                found += [(decoded.position(start), len(given)) for start in starts if start is not None]
        return min(found, key=lambda span: (span[0], -span[1]), default=None)


def _compact(text: str) -> str:
    return text.translate({ord(sign): None for sign in set(text) if sign.isspace() or not sign.isprintable()})


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], MASK]
        at = end
    return "".join([*pieces, text[at:]])


def _texts(value: object) -> Iterator[str]:
    """The texts and numbers of a value, at any depth."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif value is not None and not isinstance(value, bool):
        yield str(value)


class Redactor:
    """Knows every live secret and masks it in text: plain, in base64, and as URLs, JSON, Python and HTML spell it."""

    def __init__(self) -> None:
        # Threads share a redactor: sets are replaced, never changed, and each search goes with the set it was made of.
        self._lock = threading.Lock()
        self._secrets: frozenset[str] = frozenset()
        self._known: tuple[frozenset[str], _Known] = (self._secrets, _Known(()))
        self._known_compact = self._known

    def add(self, *secrets: object) -> None:
        """Make secrets known; empty values and None are ignored, containers are walked."""
        for secret in _texts(secrets):
            if secret.strip():
                with self._lock:
                    if secret not in self._secrets:
                        self._secrets |= {secret}

    def add_values(self, *values: object) -> None:
        """Make values of options known that may be secret, as :meth:`add` does; short ones are ignored."""
        self.add(*(value for value in _texts(values) if len(value) >= _SHORTEST_VALUE))

    def _current(self) -> _Known:
        secrets, known = self._known
        if secrets is not self._secrets:
            secrets = self._secrets
            known = _Known(secrets | {secret.strip() for secret in secrets})
            self._known = (secrets, known)
        return known

    def known(self, text: str) -> str:
        """The text with every known secret masked, also where two of them overlap."""
        known = self._current()
        # A mask and its neighbour may be a secret again.
        for _round in range(_ROUNDS):
            spans = known.spans(text)
            if not spans:
                return text
            text = _masked(text, spans)
        return MASK

    def text(self, text: str) -> str:
        """A message with every known secret masked, and whatever looks like a token value."""
        return _TOKEN_SHAPED.sub(MASK, self.known(text))

    def _uncut(self, text: str) -> str:
        known = self._current()
        span = known.cut(text)
        return text if span is None else _masked(text, [span])

    def quoted(self, texts: list[str]) -> str:
        """Texts of the platform as one, to be quoted in a message.

        Platforms shorten what they repeat, so the beginning of a secret is masked at the end of a text.
        What still holds a secret once blanks, control characters and the gaps between the texts are left out, such as
        one that was broken over lines, is not quoted at all: it cannot be masked without guessing.
        """
        clean = [self._uncut(self.text(text)) for text in texts]
        secrets, known = self._known_compact
        if secrets is not self._secrets:
            secrets = self._secrets
            known = _Known(text for text in map(_compact, secrets) if len(text) >= _SHORTEST_SCATTERED)
            self._known_compact = (secrets, known)
        if known.spans(_compact("".join(clean))):
            return WITHHELD
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
