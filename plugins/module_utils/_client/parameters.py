# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Write requests: parameters as form fields, method names as paths of addresses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

NOT_UNICODE = "holds characters that are not valid Unicode; correct it"


class LocalFile(str):
    """The path of a file as the value of a parameter; the file's content is sent, in blocks."""


def form_fields(params: Mapping[str, Any]) -> dict[str, str]:
    """Return parameters as form fields: booleans as ``true``/``false``, structures as JSON text, None left out.

    A :class:`LocalFile` stays one, so that the transport sends the file.
    """
    fields: dict[str, str] = {}
    for name, value in params.items():
        if value is None:
            continue
        if isinstance(value, LocalFile):
            fields[name] = value
        elif isinstance(value, bool):
            fields[name] = "true" if value else "false"
        elif isinstance(value, (dict, list, tuple)):
            fields[name] = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        else:
            fields[name] = str(value)
    return fields


def method_path(method: str) -> str:
    """Return the path of a method (documented).

    ``environment.control.StopEnv`` has ``/1.0/environment/control/rest/stopenv``.
    """
    namespace, service, name = method.split(".")
    return f"/1.0/{namespace}/{service}/rest/{name}".lower()
