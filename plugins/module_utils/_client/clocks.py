# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rule for which dates in headers of answers are plausible."""

from __future__ import annotations

from datetime import datetime, timedelta

MOST_APART = timedelta(days=1)


def believed(moment: datetime | None, own: datetime) -> bool:
    """Return whether a date that should be about now is plausible: at most a day from this machine's clock.

    Args:
        moment: the date of the answer; None if the answer has none.
        own: the time by the clock of this machine.
    """
    return moment is not None and abs(moment - own) <= MOST_APART
