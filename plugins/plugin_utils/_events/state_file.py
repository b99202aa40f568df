# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an event source remembers over a restart: one JSON file with a record of each token or environment."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError, require

Record = dict[str, Any]
VERSION = 1
_REMEDY = "name another file, or remove this one to start anew"


class StateFile:
    """The file.

    Args:
        path: None: nothing is kept.
        place: the source and the account; a file of another place is refused.
        members: of each record.
    """

    def __init__(self, path: str | None, place: Mapping[str, Any], members: Iterable[str]) -> None:
        self.path = Path(path) if path else None
        self._members = set(members)
        self._head = {"version": VERSION, **place}
        self._written: str | None = None

    def read(self) -> dict[str, Record] | None:
        """Return the records; None if there is no file yet.

        Raises:
            InputError: the file cannot be used.
        """
        if self.path is None:
            return None
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            records: dict[str, Record] = content.pop("records")
            is_whole = all(set(record) == self._members for record in records.values())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InputError(f"state_file: {self.path} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            is_whole = False
        require(is_whole, f"state_file: {self.path} is not a state file; {_REMEDY}")
        if content != self._head:
            raise InputError(f"state_file: {self.path} belongs to another source or account; {_REMEDY}")
        return records

    def write(self, records: Mapping[str, Record]) -> None:
        """Replace the file, for its owner alone, if the records have changed. Raises OSError."""
        text = json.dumps({**self._head, "records": records}, indent=1, sort_keys=True)
        if self.path is None or text == self._written:
            return
        number, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self._written = text
