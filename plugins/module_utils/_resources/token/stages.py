# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which steps of a plan for tokens depend on each other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..._engine.plan import Step
from .model import Token

# Indexes of steps, in the order of the plan.
Batch = tuple[int, ...]


@dataclass(frozen=True)
class Subject:
    """What a step is about.

    Attributes:
        tokens: as they are after it; those that it removes.
        key: the name of the token's value in the store.
        touches: descriptions and entries of the store that the step takes, frees or builds on. Steps that share none
            may be carried out in any order, or at the same time. None: everything, so that it is carried out alone.
        replaceable: whether the task asks for a new value in place of one that is not known, by ``regenerate``.
    """

    tokens: tuple[Token, ...] = ()
    key: str = ""
    touches: frozenset[str] | None = frozenset()
    replaceable: bool = False

    @property
    def token(self) -> Token:
        """The one token."""
        return self.tokens[0]


def description_of(token: Token) -> str:
    """How ``touches`` names a token's description."""
    return f"description {token.description}"


def entry_of(key: str) -> str:
    """How ``touches`` names an entry of the store."""
    return f"entry {key}"


def independent_batches(steps: Sequence[Step]) -> list[list[Batch]]:
    """Stages that follow each other; the pieces of a stage do not depend on each other, the steps of a piece do."""
    found: list[list[Batch]] = []
    open_pieces: dict[Batch, frozenset[str]] = {}
    for index, step in enumerate(steps):
        touches = step.subject.touches
        if touches is None:
            found += [list(open_pieces), [(index,)]]
            open_pieces = {}
            continue
        related = [piece for piece, touched in open_pieces.items() if touched & touches]
        merged = tuple(sorted([index, *(number for piece in related for number in piece)]))
        open_pieces[merged] = touches.union(*(open_pieces.pop(piece) for piece in related))
    found.append(list(open_pieces))
    return [sorted(stage) for stage in found if stage]
