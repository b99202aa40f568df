# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of environments, in the words of the options of ``paas_environment``, without changing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, Callable

from ..._client.client import PlatformClient
from ..._client.concurrency import gather
from ..._client.errors import require
from ..._engine.plan import Plan
from ..._engine.read_only import ReadOnly
from ..._engine.resource import Work
from ..._engine.spec import with_connection
from .model import Environment
from .parts.variables import ENV
from .query import EnvironmentQuery, query_of
from .reader import read_detail, read_environment, read_environments
from .result import environment_to_result
from .statuses import WORDS

Found = tuple[Environment, ...]
# The variable that the encrypted YAML document defines.
VARIABLE = "container_variables"


def find(client: PlatformClient, query: EnvironmentQuery, warn: Callable[[str], None]) -> Found:
    """Read the environments that are asked for, sorted by name: a single name by GetEnvInfo, else one GetEnvs."""
    if query.names == ():
        return ()
    if query.only is not None:
        found = read_environment(client, query.only, lazy=query.lazy)
        environments = [found] if found else []
    else:
        environments = read_environments(client, lazy=query.lazy, warn=warn)
        for message in query.unmatched(environments):
            warn(message)
    return tuple(sorted(filter(query.selects, environments), key=lambda environment: environment.name))


class EnvironmentInfo(ReadOnly[EnvironmentQuery, Found]):
    """``paas_environment_info``."""

    spec = with_connection(
        {
            "name": {"type": "list", "elements": "str"},
            "status": {"type": "list", "elements": "str", "choices": list(WORDS)},
            "group": {"type": "list", "elements": "str"},
            "region": {"type": "list", "elements": "str"},
            "lazy": {"type": "bool", "default": False},
            "encrypted_env": {"type": "bool", "default": False},
        }
    )

    def desired(self, options: Mapping[str, Any]) -> EnvironmentQuery:
        """Names and patterns in lower case."""
        require(
            not (options.get("lazy") and options.get("encrypted_env")),
            "encrypted_env: lazy leaves out the layers, and container variables are theirs; leave one of both out",
        )
        return query_of(options)

    def read(self, work: Work, desired: EnvironmentQuery) -> Found:
        """One GetEnvInfo for a single name, else one GetEnvs; container variables by one call for each layer."""
        found = find(work.client, desired, work.task.warn)
        return with_variables(work.client, found) if work.task.options.get("encrypted_env") else found

    def report(self, work: Work, plan: Plan[Found], state: Found, desired: EnvironmentQuery) -> dict[str, Any]:
        """``environments``, sorted by name; of container variables references only."""
        environments = [environment_to_result(environment) or {} for environment in state]
        variables = {environment.name: _own_variables(environment) for environment in state}
        for environment in environments:
            for layer in environment["nodes"] or ():
                if layer["node_group"] in variables[environment["name"]]:
                    path = f"[{environment['name']!r}][{layer['node_group']!r}]"
                    layer["env"] = f"{{{{ {VARIABLE}{path} }}}}"
        encrypt = work.task.encrypt
        return {
            "environments": environments,
            "encrypted_env": encrypt({VARIABLE: {name: layers for name, layers in variables.items() if layers}})
            if encrypt
            else None,
        }


def with_variables(client: PlatformClient, environments: Found) -> Found:
    """Return environments with the container variables of all their layers, which no message may show from now on."""
    places = [(environment, layer) for environment in environments for layer in environment.layers or ()]
    values = gather(client, [partial(read_detail, ENV, *place) for place in places])
    layers = iter([replace(layer, env=env) for (_environment, layer), env in zip(places, values)])
    found = tuple(
        replace(environment, layers=tuple(islice(layers, len(environment.layers or ()))))
        for environment in environments
    )
    for environment in found:
        for layer in environment.layers or ():
            client.redactor.add_values(*layer.secrets)
    return found


def _own_variables(environment: Environment) -> dict[str, dict[str, str]]:
    """Return the container variables by layer, without those of the images."""
    layers = {str(layer.node_group): layer.own_variables for layer in environment.layers or ()}
    return {name: variables for name, variables in layers.items() if variables}
