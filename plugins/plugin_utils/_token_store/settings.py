# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of the token store that modules and the lookup share: one order of their sources for both."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ansible import constants

from ansible_collections.inet.elastic.plugins.module_utils._engine.exact_text import exact_text
from ansible_collections.inet.elastic.plugins.plugin_utils._untagged import untagged

SECTION = "inet_elastic"


class Source(NamedTuple):
    """Where a setting may come from, besides the option itself.

    Attributes:
        variable: of the play.
        environment: of the controller's process.
        key: in the section ``inet_elastic`` of ``ansible.cfg``; None if it cannot be set there.
    """

    variable: str
    environment: str
    key: str | None = None


SOURCES = {
    "store": Source("paas_token_store", "PAAS_TOKEN_STORE", "token_store"),
    "store_format": Source("paas_token_store_format", "PAAS_TOKEN_STORE_FORMAT", "token_store_format"),
    "api_url": Source("paas_api_url", "PAAS_API_URL"),
}


def configured(name: str, given: Any, variables: Mapping[str, Any], render: Callable[[Any], Any]) -> str | None:
    """Return a setting: the option, else the variable, else the environment, else ``ansible.cfg``.

    Empty text, white space and null count as not given.

    Args:
        name: of ``SOURCES``.
        given: the option as the task or the lookup has it.
        variables: those of the task.
        render: evaluates the text of a variable, such as ``Templar.template``.

    Raises:
        InputError: the value is not a text.
    """
    source = SOURCES[name]
    return (
        _text(given, name)
        or (_text(render(variables[source.variable]), source.variable) if source.variable in variables else None)
        or _text(os.environ.get(source.environment), source.environment)
        or (_text(_from_file(source.key), source.key) if source.key else None)
    )


def _text(value: Any, path: str) -> str | None:
    """Return a text without the marks of ansible-core, which is a subclass of str; None for an empty one."""
    if value is None:
        return None
    text = exact_text(untagged(value), path)
    return text if text.strip() else None


def _from_file(key: str) -> Any:
    definitions = {key: {"type": "str", "ini": [{"section": SECTION, "key": key}]}}
    # A name of its own, as the definitions of the lookup are core's to load.
    plugin = {"plugin_type": "lookup", "plugin_name": f"{SECTION}.{key}"}
    constants.config.initialize_plugin_configuration_definitions(*plugin.values(), definitions)
    return constants.config.get_config_value(key, **plugin)
