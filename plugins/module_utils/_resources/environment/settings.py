# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings of an environment that ChangeTopology sets together with the layers, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable

from ..._client.answers import flag, text
from .layer_fields import BOOL, EXACT, same_value
from .names import same_text


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        name: of the option, and of the attribute of the environment.
        option: its specification.
        words: its members of requests and answers, and words of manifests; requests have the first.
        read: reads the value of a member of ``env``; a switch that is missing is off.
        same: compares the current value with the desired one.
        kind: of the values of manifests, see ``plugin_utils/_manifest``.
    """

    name: str
    option: Mapping[str, Any]
    words: tuple[str, ...]
    read: Callable[[Any], Any]
    same: Callable[[Any, Any], bool]
    kind: str


SETTINGS: tuple[Setting, ...] = (
    Setting("engine", EXACT, ("engine",), text, same_text, "exact"),
    Setting("ssl", BOOL, ("sslstate", "ssl"), flag, same_value, "flag"),
    Setting("ha", BOOL, ("ishaenabled", "ha"), flag, same_value, "flag"),
)


def settings_to_request(holder: Any) -> dict[str, Any]:
    """Return the settings of an environment, or those that a task declares, as members of a request."""
    values = {row.words[0]: getattr(holder, row.name) for row in SETTINGS}
    return {member: value for member, value in values.items() if value is not None}


def changed_settings(current: Any, desired: Any) -> dict[str, Any]:
    """Return the settings of an environment that are not as a task declares them, with the declared values."""
    pairs = ((row, getattr(current, row.name), getattr(desired, row.name)) for row in SETTINGS)
    return {row.name: want for row, have, want in pairs if want is not None and not row.same(have, want)}
