# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what a rotation is planned from: the tokens by one call, and the store."""

from __future__ import annotations

from ..._engine.resource import Work
from ..token.method_names import Catalogue, method_key
from ..token.model import TokenState
from ..token.reader import read_tokens


def read_state(work: Work) -> TokenState:
    """Return the tokens and the store. What a successor can be granted is what the tokens have."""
    read_at = work.client.clock.monotonic()
    tokens = read_tokens(work.client)
    store = work.task.store
    entries = work.writer.entries if work.writer else store.preview() if store else {}
    methods = {method_key(name): name for token in tokens for name in token.methods}
    return TokenState(
        tokens=tokens,
        now=work.now,
        doubt=work.clock_doubt,
        account=work.account,
        entries=dict(entries),
        catalogue=Catalogue(methods=methods, private={}),
        read_at=read_at,
    )
