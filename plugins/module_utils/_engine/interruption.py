# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signals that end a run while a task works: the task releases what it holds first, and no answer is lost."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# The last one is the alarm by which ansible-core ends a task that exceeds its keyword timeout.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)


class Interrupted(BaseException):
    """A signal arrived while a task was working."""

    def __init__(self, number: int) -> None:
        super().__init__(f"interrupted by {signal.Signals(number).name}")


class Interruption:
    """The signals that arrive while a task works.

    The first signal raises :class:`Interrupted` in the main thread: at once, or as soon as the task permits it. When
    the task has ended, the signal takes its usual effect. Further signals have no effect, as ansible-core may send each
    signal twice.
    """

    def __init__(self) -> None:
        self._number: int | None = None
        self._held = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Handle the signals for the time of a block; a signal that is ignored stays ignored."""
        handlers = {}
        if threading.current_thread() is threading.main_thread():
            usual = {number: signal.getsignal(number) for number in SIGNALS}
            handlers = {number: usual[number] for number in SIGNALS if usual[number] not in (signal.SIG_IGN, None)}
        for number in handlers:
            signal.signal(number, self._on_signal)
        try:
            yield
        except SystemExit:
            # The module has printed its result, which a signal must not hold back any more.
            self._held, self._number = True, None
            sys.stdout.flush()
            raise
        finally:
            self._held = True
            for number, handler in handlers.items():
                signal.signal(number, handler)
            # Also after a block that ended otherwise: Python drops an exception that is raised in a finaliser.
            if self._number is not None:
                signal.raise_signal(self._number)

    def hold(self) -> None:
        """Let a signal wait until :meth:`release`."""
        self._held = True

    def release(self) -> None:
        """Let a signal interrupt the work at once again.

        Raises:
            Interrupted: a signal has arrived meanwhile.
        """
        self._held = False
        if self._number is not None:
            raise Interrupted(self._number)

    @property
    def requested(self) -> bool:
        """Whether a signal has arrived."""
        return self._number is not None

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._number is not None:
            return
        self._number = number
        if not self._held:
            raise Interrupted(number)
