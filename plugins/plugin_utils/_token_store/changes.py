# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of the token store by several threads: those that wait for the same write share it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.document import StoreEntry, StoreError

_BROKEN_OFF = "The token store was not written, as the run was interrupted. Run the task again."


@dataclass(eq=False)
class StoreChange:
    """Entries to write and to remove.

    Attributes:
        must_keep_room: it announces a value, so that room for the value must be left after it.
        settled: whether it is on the disk or will not get there any more.
        problem: why it is not there; None where it is.
    """

    put: Mapping[str, StoreEntry] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    must_keep_room: bool = False
    settled: bool = False
    problem: str | None = None

    def apply(self, entries: dict[str, StoreEntry]) -> None:
        """Make the change in memory."""
        entries.update(self.put)
        for key in self.remove:
            entries.pop(key, None)


class Changes:
    """The changes that wait to be written.

    Each thread waits until its change is on the disk. The first one writes what has gathered by then, so that the
    others need no write of their own.

    Args:
        write: brings a list of changes to the disk, all or none.
    """

    def __init__(self, write: Callable[[list[StoreChange]], None]) -> None:
        self.lock = threading.RLock()  # held while the file or what is known of it changes
        self._write = write
        self._waiting: list[StoreChange] = []

    def make(self, change: StoreChange) -> None:
        """Bring a change to the disk.

        Raises:
            StoreError: it is not there; the file is as it was.
        """
        self._waiting.append(change)
        with self.lock:
            while not change.settled:
                self._write_some()
        if change.problem is not None:
            raise StoreError(change.problem)

    def _write_some(self) -> None:
        # Values first, and never in one write with marks: what there is no room for any more are the marks alone.
        chosen = [change for change in tuple(self._waiting) if not change.must_keep_room] or list(self._waiting)
        for change in chosen:
            self._waiting.remove(change)
        problem: str | None = _BROKEN_OFF
        try:
            self._write(chosen)
            problem = None
        except StoreError as error:
            problem = str(error)
        finally:
            for change in chosen:
                change.problem, change.settled = problem, True
