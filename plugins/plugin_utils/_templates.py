# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which texts ansible-core renders as templates, for all versions of core."""

from __future__ import annotations

import functools
import re
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var

try:
    from ansible.template import trust_as_template
except ImportError:  # before core 2.19, where every text is a template unless it is marked
    trust_as_template = None

# Neither a template nor, where core evaluates a variable as an expression, a call or a filter.
_HARMLESS = re.compile(r"[\w ./:@-]*")


def as_template(text: str) -> Any:
    """Return a text of the user as a template."""
    return text if trust_as_template is None else trust_as_template(text)


def as_data(value: Any) -> Any:
    """Return data of the platform so that core never renders it as a template.

    A text that cannot be a template has the mark of the user's own texts, or none before core 2.19. Otherwise
    ``ansible-inventory --list`` would show each text as ``{"__ansible_unsafe": ...}``, also to automation controllers.
    """
    if isinstance(value, dict):
        return {name: as_data(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_data(item) for item in value]
    return _text_as_data(value) if isinstance(value, str) else value


@functools.lru_cache(maxsize=10_000)  # most texts of nodes are those of their environment and layer
def _text_as_data(text: str) -> Any:
    is_harmless = _HARMLESS.fullmatch(text)
    if trust_as_template is None:
        return text if is_harmless else wrap_var(text)
    return trust_as_template(text) if is_harmless else text


def is_reference(value: Any) -> bool:
    """Return whether a value of the user is a template, or encrypted with Ansible Vault."""
    return not isinstance(value, str) or "{{" in value
