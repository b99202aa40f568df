# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of a list, and the option ``defaults`` for all of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from .._client.errors import InputError
from .spec import Options


@contextmanager
def about(where: str) -> Iterator[None]:
    """Put a place in the options, such as ``tokens[0] (nightly)``, before the input errors of a block."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{where}: {error}") from None


def without_defaults(options: Options) -> dict[str, dict[str, Any]]:
    """Return options without default values, so that an option which an entry leaves out can come from ``defaults``."""
    return {name: {key: value for key, value in option.items() if key != "default"} for name, option in options.items()}


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that have a value; null is not a value."""
    return {name: value for name, value in options.items() if value is not None}


def options_of_entry(
    options: Options,
    defaults: Mapping[str, Any],
    entry: Mapping[str, Any],
    exclusive: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Return the options of an entry: its own values, then those of ``defaults``, then the default values.

    Args:
        options: of an entry, with their default values.
        exclusive: pairs of options that an entry cannot have both; its own option replaces the other in ``defaults``.
    """
    own, common = given(entry), given(defaults)
    for one, other in exclusive:
        for here, there in ((one, other), (other, one)):
            if here in own:
                common.pop(there, None)
    return {**{name: option.get("default") for name, option in options.items()}, **common, **own}
