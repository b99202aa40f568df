# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""How far the clock of another machine is believed: the one rule for every date in a header of an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

MOST_APART = timedelta(days=1)


def believed(moment: datetime | None, own: datetime) -> bool:
    """Whether a moment that an answer calls the present, or nearly so, can be that.

    Args:
        moment: by the other clock; None if the answer does not tell.
        own: the present by the clock of this machine.
    """
    return moment is not None and abs(moment - own) <= MOST_APART
