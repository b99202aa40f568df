# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statuses of environments: the platform's numbers, our words, and what each means for a task."""

from __future__ import annotations

from ..._client.errors import PaasError
from .model import Kind, Status

RUNNING, DOWN, SLEEP, NOT_EXISTS, BROKEN, DELETING = 1, 2, 4, 8, 11, 1001


# Numbers and constants are documented (0 and those above 1000 only as texts of the dashboard); what a status turns
# into is inferred from its name.
_TABLE = (
    Status(0, None, "unknown", Kind.UNUSABLE),
    Status(RUNNING, "RUNNING", "running", Kind.STABLE, "started"),
    Status(DOWN, "DOWN", "stopped", Kind.STABLE, "stopped"),
    Status(3, "LAUNCHING", "launching", Kind.TRANSITIONAL, "started"),
    Status(SLEEP, "SLEEP", "sleeping", Kind.STABLE, "sleeping"),
    Status(5, "UNKNOWN", "suspended", Kind.UNUSABLE),
    Status(6, "CREATING", "creating", Kind.TRANSITIONAL, "started"),
    Status(7, "CLONING", "cloning", Kind.TRANSITIONAL, "started"),
    Status(NOT_EXISTS, "NOT_EXISTS", "not_existing", Kind.UNUSABLE, "absent"),
    Status(9, "EXPORTING", "exporting", Kind.TRANSITIONAL),
    Status(10, "MIGRATING", "migrating", Kind.TRANSITIONAL),
    Status(BROKEN, "BROKEN", "broken", Kind.UNUSABLE),
    Status(12, "UPDATING", "updating", Kind.TRANSITIONAL),
    Status(13, "STOPPING", "stopping", Kind.TRANSITIONAL, "stopped"),
    Status(14, "GOING_TO_SLEEP", "going_to_sleep", Kind.TRANSITIONAL, "sleeping"),
    Status(15, "RESTORING", "restoring", Kind.TRANSITIONAL),
    Status(DELETING, None, "deleting", Kind.TRANSITIONAL, "absent"),
    Status(1002, None, "refreshing", Kind.TRANSITIONAL),
)
_BY_NUMBER = {status.number: status for status in _TABLE}
_BY_CONSTANT = {status.constant: status for status in _TABLE if status.constant}
_PREFIX = "ENV_STATUS_TYPE_"

# The values of the option ``state``.
STATES = ("present", "started", "stopped", "sleeping", "restarted", "redeployed", "absent")
WORDS = tuple(status.word for status in _TABLE)
# The words of statuses in which an operation is running.
BUSY_WORDS = frozenset(status.word for status in _TABLE if status.kind is Kind.TRANSITIONAL)
# The stable status of each state that a task can ask for.
STATUS_OF_STATE = {status.state: status for status in _TABLE if status.kind is Kind.STABLE}


def status_of(value: object) -> Status:
    """Return a status from its number, also as text, or from its constant; any other value is an unknown status."""
    text = "" if value is None or isinstance(value, bool) else str(value).strip().upper()
    constant = text[len(_PREFIX) :] if text.startswith(_PREFIX) else text
    if constant in _BY_CONSTANT:
        return _BY_CONSTANT[constant]
    try:
        number = int(float(text))
    except (ValueError, OverflowError):
        return Status(None, None, "unknown", Kind.UNUSABLE)
    return _BY_NUMBER.get(number) or Status(number, None, "unknown", Kind.UNUSABLE)


class StatusError(PaasError):
    """The environment's status does not allow what was asked for; nothing was sent."""

    kind = "status"
