# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what a rotation is planned from: the tokens by one call, and the store."""

from __future__ import annotations

from ..._engine.resource import Work
from ..token.method_names import Catalogue, method_key
from ..token.model import TokenState
from ..token.reader import read_tokens, stored_entries, token_state


def read_state(work: Work) -> TokenState:
    """Return the tokens and the store. What a successor can be granted is what the tokens have."""
    read_at = work.client.clock.monotonic()
    tokens = read_tokens(work.client)
    methods = {method_key(name): name for token in tokens for name in token.methods}
    catalogue = Catalogue(methods=methods, private={})
    return token_state(work, tokens, entries=stored_entries(work), catalogue=catalogue, read_at=read_at)
