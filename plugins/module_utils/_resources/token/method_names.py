# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of API methods: one spelling for comparing, one for showing, patterns, near matches."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..._client.answers import items, member
from ..._client.errors import InputError
from ..._engine.suggestions import close_names

# Services whose documented name is more than the path's first letter in upper case.
SERVICE_NAMES = {"nodegroup": "NodeGroup"}
DOCUMENTATION = "https://docs.jelastic.com/api/#!/api/{namespace}.{service}-method-{method}"
LONG_NAMESPACE = {"env": "environment"}


def _parts(name: str) -> list[str]:
    """The dotted parts of a name in any spelling: ``env.control.StopEnv``, ``environment/control/rest/stopenv``."""
    parts = [part for part in name.strip().replace("/", ".").split(".") if part and part != "rest"]
    if parts and parts[0] == "1" and parts[1:2] == ["0"]:
        parts = parts[2:]
    if parts:
        parts[0] = LONG_NAMESPACE.get(parts[0].casefold(), parts[0])
    return parts


def method_key(name: str) -> str:
    """The form for comparing: lower case, long namespace. The documents use ``env.`` and ``environment.`` alike."""
    return ".".join(_parts(name)).casefold()


def shown_name(name: str) -> str:
    """The form for results: ``environment.control.StopEnv``, the method's own spelling as given."""
    parts = _parts(name)
    return ".".join([part.casefold() for part in parts[:-1]] + parts[-1:])


def documentation_url(name: str) -> str:
    """The page of the platform's API documentation on a method."""
    parts = shown_name(name).split(".")
    if len(parts) != 3:
        return DOCUMENTATION.partition("#")[0]
    service = SERVICE_NAMES.get(parts[1], parts[1][:1].upper() + parts[1][1:])
    return DOCUMENTATION.format(namespace=parts[0], service=service, method=parts[2])


def is_pattern(name: str) -> bool:
    """Whether the name is a shell-style pattern."""
    return any(sign in name for sign in "*?[")


@dataclass(frozen=True)
class Catalogue:
    """What the platform offers to grant.

    Attributes:
        methods: key to shown name, from GetTokenApiList; empty if the list was not read.
        private: further methods that only ``showPrivate`` lists; patterns never reach them.
        templates: case-folded to given name, from GetTokenTemplates; None where it was not read.
    """

    methods: Mapping[str, str]
    private: Mapping[str, str]
    templates: Mapping[str, str] | None = None

    def template(self, name: str) -> str:
        """The platform's spelling of a template's name.

        Raises:
            InputError: for an unknown one, with the known ones.
        """
        if self.templates is None:
            return name
        spelling = self.templates.get(name.strip().casefold())
        if spelling is None:
            known = ", ".join(sorted(self.templates.values()))
            raise InputError(f"the platform has no token template {name!r}; it has: {known}")
        return spelling

    def expand(self, names: Iterable[str]) -> tuple[str, ...]:
        """Names and patterns as the platform's own names, sorted, each once.

        Raises:
            InputError: for unknown names, with near matches, and for patterns that match nothing.
        """
        expanded: dict[str, str] = {}
        unknown = []
        for name in names:
            key = method_key(name)
            if is_pattern(name):
                matches = {k: v for k, v in self.methods.items() if fnmatch.fnmatchcase(k, key)}
            else:
                name_of_key = self.methods.get(key) or self.private.get(key)
                matches = {key: name_of_key} if name_of_key else {}
            if not matches:
                unknown.append(self._unknown(name))
            expanded.update(matches)
        if unknown:
            raise InputError("api_methods: " + "; ".join(unknown))
        return tuple(expanded[key] for key in sorted(expanded))

    def _unknown(self, name: str) -> str:
        if is_pattern(name):
            return f"the pattern {name!r} matches no method that a token can be granted"
        key = method_key(name)
        by_method = {known.rpartition(".")[2]: known for known in self.methods}
        near = close_names(key, self.methods, most=3)
        near += [by_method[known] for known in close_names(key.rpartition(".")[2], by_method, most=2)]
        hints = list(dict.fromkeys(self.methods[known] for known in near))[:3]
        advice = (
            f"did you mean {' or '.join(hints)}?"
            if hints
            else "list them with inet.elastic.paas_token_info, gather: methods"
        )
        return f"{name!r} is not a method that a token can be granted; {advice}"


def method_names(answer: Any, *members: str) -> dict[str, str]:
    """Key to shown name of a list of methods, which holds objects (documented) or bare names."""
    names = {}
    for item in items(answer, *members):
        name = item if isinstance(item, str) else member(item, "method", "name")
        if name:
            names[method_key(str(name))] = shown_name(str(name))
    return names
