# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search texts for secrets in the forms that programs give them; written apart from the redactor, to judge it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

SHORTEST = 6  # characters of a form that is searched for; a shorter one is part of words
_ENCODERS = (base64.b64encode, base64.urlsafe_b64encode)


def forms(secret: str) -> set[str]:
    """Plain, URL-encoded, JSON-escaped and base64 forms; base64 also inside a longer text that is encoded as one."""
    plain = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    encoded = {form for text in plain | escaped for form in _base64(text.encode())}
    return {form for form in plain | escaped | encoded if len(form) >= SHORTEST}


def _base64(raw: bytes) -> set[str]:
    """By itself, and what is there wherever it stands in a longer text: at any of three places in a group."""
    alone = {encode(raw).decode() for encode in _ENCODERS}
    inside = {encode(b"x" * lead + raw + b"y")[4:-4].decode() for encode in _ENCODERS for lead in range(3)}
    return alone | inside


def found_in(texts: Mapping[str, str], secrets: Iterable[str]) -> list[str]:
    """Names of the texts that hold a secret in any form, also where a line was broken in its midst."""
    needles = {form for secret in secrets for form in forms(secret)}
    return [name for name, text in texts.items() if _holds(text, needles) or _holds(_joined(text), needles)]


def _joined(text: str) -> str:
    return text.replace("\r", "").replace("\n", "") if "\n" in text else ""


def _holds(text: str, needles: set[str]) -> bool:
    return any(needle in text for needle in needles)
