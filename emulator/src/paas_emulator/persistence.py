# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state file: JSON, replaced in one step, readable by its owner only."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from paas_emulator.store import Store

MODE = 0o600


class StateError(Exception):
    """The state file cannot be used; the text says why, in one line."""


class StateFile:
    """Reads and writes a Store."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()  # a link stays a link

    def load(self) -> Store | None:
        """The stored state, None when the file does not exist yet. Raises StateError."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise StateError(f"cannot read the state file {self.path}: {_reason(error)}") from None
        try:
            return Store.from_plain(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise StateError(
                f"the state file {self.path} is not a state of this emulator; move it away to start afresh"
            ) from None

    def save(self, store: Store) -> None:
        """Old or new content at any moment, never a part. Raises StateError."""
        text = json.dumps(store.to_plain(), separators=(",", ":"))
        temporary = self.path.with_name(f".{self.path.name}.new")
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                os.fchmod(handle, MODE)  # a left-over file may have another mode
                stream.write(text)
            temporary.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise StateError(f"cannot write the state file {self.path}: {_reason(error)}") from None


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "unknown error") if isinstance(error, OSError) else "not UTF-8 text"
