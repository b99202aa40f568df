# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search texts for secrets in the forms that programs give them; written apart from the redactor, to judge it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.integration.support import Run

# The user's own file, and the files that are there to hold values (they are encrypted).
NOT_SEARCHED = ("vault-password",)


def forms(secret: str) -> set[str]:
    """Plain, URL-encoded, JSON-escaped and base64 forms; base64 also inside a longer text that is encoded as one."""
    raw = secret.encode()
    inside = {base64.b64encode(b"x" * lead + raw + b"y")[4:-4].decode() for lead in range(3)}
    plain = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {form for form in plain | escaped | {base64.b64encode(raw).decode()} | inside if len(form) > 5}


def leaks(run: Run, folder: Path, secrets: Iterable[str]) -> list[str]:
    """Where secrets of a run are to be found: output, results of tasks, files. The secrets are not named."""
    texts = {"output": run.output}
    texts |= {f"result of {name!r}": json.dumps(result, ensure_ascii=False) for name, result in run.results}
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in NOT_SEARCHED]
    texts |= {f"file {path.name}": path.read_bytes().decode("utf-8", "replace") for path in files}
    needles = [form for secret in secrets for form in forms(secret)]
    return [where for where, text in texts.items() if any(needle in text for needle in needles)]
