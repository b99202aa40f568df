# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator without a socket for several threads, which notes what was under way at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from tests.unit.resources.watched_platform import WatchedPlatform

NAMES = ("envName", "srcEnvName", "dstEnvName")


class ThreadedPlatform(WatchedPlatform):
    """A platform that several threads ask at a time.

    Attributes:
        overlaps: environments that two calls were about at once.
        most: how many calls were under way at once.
        gated: a method whose calls wait until as many of them are under way as ``gate`` says; empty once they were.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._emulator = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self.overlaps: list[str] = []
        self.most = 0
        self.gated, self.gate = "", 1
        super().__init__()

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        method = url.rpartition("/")[2]
        names = {fields[member].lower() for member in NAMES if member in fields}
        with self._noted(method, names):
            self._wait_at_gate(method)
            with self._emulator:  # it is for one thread
                return super().post(url, fields, timeout)

    @contextmanager
    def _noted(self, method: str, names: set[str]) -> Iterator[None]:
        kept = [*names, f"/{method}", "/"]
        with self._condition:
            self.overlaps += [name for name in names if self._under_way[name]]
            self._under_way.update(kept)
            self.most = max(self.most, self._under_way["/"])
            self._condition.notify_all()
        try:
            yield
        finally:
            with self._condition:
                self._under_way.subtract(kept)

    def _wait_at_gate(self, method: str) -> None:
        with self._condition:
            if method == self.gated:
                enough = self._condition.wait_for(lambda: self._opened(method), timeout=10)
                assert enough, f"not {self.gate} calls of {method} at once"

    def _opened(self, method: str) -> bool:
        if self._under_way[f"/{method}"] >= self.gate:
            self.gated = ""
            self._condition.notify_all()
        return not self.gated
