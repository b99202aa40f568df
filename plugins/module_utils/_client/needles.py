# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Search a text for many needles at once, in time that grows neither with their number nor with near misses."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Callable

# How many characters of a text are looked up at once.
GRAM = 4
# Characters of a needle that are indexed; the rest of a longer one is compared only if these are in the text.
HEAD = 256


class Needles:
    """An index of needles by their first characters."""

    def __init__(self, texts: Iterable[str], late: Iterable[tuple[str, Callable[[], str]]] = ()) -> None:
        """Build the index.

        Args:
            texts: needles.
            late: needles that are made when their first ``HEAD`` characters, which are given, are in a text.
        """
        self._short: set[str] = set()
        self._whole: set[str] = set()
        self._long: dict[str, list[Callable[[], str]]] = {}
        for text in texts:
            if len(text) > HEAD:
                self._long.setdefault(text[:HEAD], []).append(text.__str__)
            else:
                (self._whole if len(text) >= GRAM else self._short).add(text)
        for head, make in late:
            self._long.setdefault(head, []).append(make)
        self._buckets: dict[str, list[str]] = {}
        self._shorter: dict[str, str] = {}
        outer: list[str] = []
        for key in sorted(self._whole.union(self._long)):
            while outer and not key.startswith(outer[-1]):
                outer.pop()
            if outer:
                self._shorter[key] = outer[-1]
            outer.append(key)
            self._buckets.setdefault(key[:GRAM], []).append(key)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Ranges of the text, in no order, that together cover each needle in it."""
        for needle in self._short:
            yield from _covering(text, needle)
        heads = set()
        for at, key in self._keys(text):
            if key in self._whole:
                yield at, at + len(key)
            if key in self._long:
                heads.add(key)
        for head in heads:
            for make in self._long[head]:
                yield from _covering(text, make())

    def _keys(self, text: str) -> Iterator[tuple[int, str]]:
        """At each position the keys that begin there, down to the longest that is a whole needle."""
        find = self._buckets.get
        for at in range(len(text) - GRAM + 1 if self._buckets else 0):
            bucket = find(text[at : at + GRAM])
            if bucket is None:
                continue
            # A key that begins here stands last of those up to here in order, or begins the one that does.
            index = bisect_right(bucket, text[at : at + HEAD])
            key = bucket[index - 1] if index else None
            while key is not None:
                if text.startswith(key, at):
                    yield at, key
                    if key in self._whole:
                        break
                key = self._shorter.get(key)


def _covering(text: str, needle: str) -> Iterator[tuple[int, int]]:
    """Ranges that cover each place of a needle, in linear time also if places overlap."""
    length = len(needle)
    at = text.find(needle)
    while at >= 0:
        end = at + length
        yield at, end
        at = text.find(needle, at + 1)
        if 0 <= at < end:
            # The last one that begins within this one; found backwards, as rfind may take quadratic time.
            near = text[at : end + length - 1][::-1]
            at = at + len(near) - near.find(needle[::-1]) - length
