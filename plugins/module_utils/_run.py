# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is internal to the collection; its content may change in any release.

"""Where the flow meets Ansible: specifications become argument specs, failures become ``fail_json``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, env_fallback

from ._flow import Failed, Resource, Task, execute
from ._options import Spec, presentable
from ._platform.client import PlatformClient
from ._platform.errors import InputError, PaasError
from ._platform.redaction import Redactor
from ._platform.transport import RequestsTransport, Transport, base_url

LIKENESS = 0.75  # of an unknown option to a known one that it is taken for a slip of


def argument_spec(options: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The options in Ansible's form: ``env`` becomes a fallback to that environment variable."""
    spec: dict[str, dict[str, Any]] = {}
    for name, option in options.items():
        spec[name] = {key: value for key, value in option.items() if key not in ("env", "hidden", "options")}
        if "env" in option:
            spec[name]["fallback"] = (env_fallback, [option["env"]])
        if "options" in option:
            spec[name]["options"] = argument_spec(option["options"])
    return spec


def make_client(options: Mapping[str, Any], transport: Transport | None = None) -> PlatformClient:
    """The client that a task's connection options describe, not yet authenticated.

    Args:
        options: of a task.
        transport: one that an earlier task with the same options for TLS has used; by default a new one.

    Raises:
        InputError: for an address that cannot be used, or when requests is missing.
    """
    redactor = Redactor()
    redactor.add(*(options.get(name) for name in ("session", "password", "otp")))
    url = base_url(options["api_url"], allow_http=options["allow_http"])
    return PlatformClient(
        url=url,
        transport=transport
        or RequestsTransport(ca_path=options.get("ca_path"), validate_certs=options["validate_certs"]),
        connect_timeout=options["connect_timeout"],
        timeout=options["timeout"],
        redactor=redactor,
    )


def refused(error: PaasError) -> dict[str, Any]:
    """The failure of a task that was refused before its first call."""
    failure = {"msg": str(error), "failure": error.failure(), "changed": False, "steps_done": []}
    return {**failure, "api_calls": {}, "api_retries": {}, "api_seconds": {}}


def hinted(message: str, spec: Spec) -> str:
    """A complaint about unknown options with the names that were probably meant."""
    complaint = re.match(r"Unsupported parameters for [^:]*: (.*?)\. Supported", message)
    known = sorted(_names(spec.options))
    hints = []
    for path in complaint[1].split(", ") if complaint else ():
        given = path.rpartition(".")[2].strip()
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", given).lower()
        close = difflib.get_close_matches(snake, known, n=1, cutoff=LIKENESS)
        hints += [f"{given}: did you mean {close[0]}?"] if close else []
    return f"{message} {' '.join(hints)}" if hints else message


def _names(options: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """All names of options, at any depth."""
    nested = (_names(option["options"]) for option in options.values() if "options" in option)
    return set(options).union(*nested)


class _Module(AnsibleModule):
    """A module that keeps hidden values out of its results, and whose complaints say what was probably meant."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        super().__init__(argument_spec=argument_spec(spec.options), supports_check_mode=True, **spec.rules)

    def fail_json(self, msg: str, **kwargs: Any) -> NoReturn:
        """See :class:`AnsibleModule`, which calls this for options that it refuses, too."""
        super().fail_json(hinted(msg, self._spec), **kwargs, **self._shown())
        raise AssertionError("unreachable: fail_json ends the process")

    def exit_json(self, **kwargs: Any) -> NoReturn:
        """See :class:`AnsibleModule`."""
        super().exit_json(**kwargs, **self._shown())
        raise AssertionError("unreachable: exit_json ends the process")

    def _shown(self) -> dict[str, Any]:
        return {"invocation": {"module_args": presentable(self.params, self._spec.options)}}


def main(resource: Resource[Any, Any]) -> None:
    """Run a resource as a module."""
    module = _Module(resource.spec)
    try:
        if module.params.get("store"):
            raise InputError(
                "the token store is kept on the controller, so store works only where the action plugin runs: "
                "call the module by its full name inet.elastic.paas_token or inet.elastic.paas_tokens"
            )
        task = Task(
            options=module.params, client=make_client(module.params), check_mode=module.check_mode, warn=module.warn
        )
        result, failed = execute(resource, task), False
    except PaasError as error:
        result, failed = refused(error), True
    except Failed as failure:
        result, failed = failure.result, True
    # Not while an exception is handled: some versions of core would add its trace-back to the result.
    if failed:
        module.fail_json(**result)
    module.exit_json(**result)
