# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``survey_answer``, documented in ``survey_answer.yml``."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.inet.elastic.plugins.plugin_utils._untagged import untagged


def _text(value: Any, variable: str) -> str:
    """Return one value as the text that was typed, without white space at its ends; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, datetime.date)):
        return str(value)
    if isinstance(value, float):
        raise AnsibleFilterError(
            f"{variable}: {value} is a number with a fraction, and Ansible does not say how it was written "
            "(1.1 or 1.10); choose a name that is not a number"
        )
    if isinstance(value, str):
        return str(untagged(value)).strip()
    raise AnsibleFilterError(f"{variable}: the answer is not a text; give a text")


def survey_answer(value: Any, variable: str, default: str = "", lines: bool = False) -> str | list[str]:
    """Return an answer as a text, or as the texts of its lines; AnsibleFilterError with one line if it is neither."""
    if not lines:
        return _text(value, variable) or default
    entries = list(value) if isinstance(value, (list, tuple)) else _text(value, variable).splitlines()
    return list(dict.fromkeys(text for text in (_text(entry, variable) for entry in entries) if text))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"survey_answer": survey_answer}
