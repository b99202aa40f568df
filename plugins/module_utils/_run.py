# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a resource as an Ansible module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule

from ._client.client import PlatformClient
from ._client.errors import InputError, PaasError, require
from ._client.redaction import Redactor
from ._client.refusals import truncated
from ._client.transport import RequestsTransport, Transport, base_url
from ._engine.arguments import checked
from ._engine.execute import Failed, execute
from ._engine.interruption import Interruption
from ._engine.locks import Locks
from ._engine.no_log import remove_values
from ._engine.resource import Resource, Task
from ._engine.spec import OWN_MEMBERS, Options, Spec, masked

# Members of ``failure`` that programs read. They stay even if a secret is a common word such as "refused".
READABLE = ("kind", "code", "method")


def argument_spec(options: Options) -> dict[str, dict[str, Any]]:
    """Return the options in Ansible's form, without the members that Ansible does not know."""
    spec: dict[str, dict[str, Any]] = {}
    for name, option in options.items():
        spec[name] = {key: value for key, value in option.items() if key not in OWN_MEMBERS}
        if "options" in option:
            spec[name]["options"] = argument_spec(option["options"])
    return spec


def make_client(options: Mapping[str, Any], transport: Transport | None = None) -> PlatformClient:
    """Return the client for the connection options of a task, not yet authenticated.

    Args:
        options: the options of the task.
        transport: the transport of an earlier task with the same TLS options; None: a new transport.

    Raises:
        InputError: the address is not valid, or requests is missing.
    """
    redactor = Redactor()
    redactor.add(*(options.get(name) for name in ("session", "password", "otp", "otp_secret")))
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
    """Return the result of a task that failed before its first call."""
    failure = {"msg": truncated(str(error)), "failure": error.failure(), "changed": False, "steps_done": []}
    return {**failure, "api_calls": {}, "api_retries": {}, "api_seconds": {}}


def without_secrets(result: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """Return a result without secret arguments, as ansible-core 2.19 removes them, except from ``READABLE``."""
    cleaned: dict[str, Any] = remove_values(result, secrets)
    failure = result.get("failure")
    if isinstance(failure, dict):
        cleaned["failure"].update({name: failure[name] for name in READABLE if name in failure})
    return cleaned


class _Module(AnsibleModule):
    """A module that checks its arguments before Ansible does, and masks secret and hidden arguments."""

    params: dict[str, Any]
    no_log_values: set[str]

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._given: Mapping[str, Any] = {}
        self._problem: InputError | None = None
        self._doubts: list[str] = []
        super().__init__(argument_spec=argument_spec(spec.options), supports_check_mode=True, **spec.rules)
        for doubt in self._doubts:
            self.warn(doubt)

    def _load_params(self) -> None:
        """Load and check the arguments.

        The action plugin has added the values of environment variables; variables of this host are not used.
        """
        super()._load_params()
        internal = {name: value for name, value in self.params.items() if name.startswith("_ansible_")}
        self._given = {name: value for name, value in self.params.items() if name not in internal}
        try:
            given, self._doubts = checked(self._given, self._spec.options)
        except InputError as error:
            # Ansible's own checks could fail on such arguments in another way; fail_json reports the problem.
            self._problem, given = error, {}
        self.params = {**internal, **given}

    def _log_invocation(self) -> None:
        """Write the masked arguments to the system's log."""
        given, self.params = self.params, masked(self.params, self._spec.options)
        super()._log_invocation()
        self.params = given

    def fail_json(self, msg: str, **kwargs: Any) -> NoReturn:
        """End the module with a failure; AnsibleModule also calls this for arguments that it refuses."""
        if self._problem is not None:
            kwargs = refused(self._problem)
            msg = kwargs.pop("msg")
        result = self._shown({**kwargs, "msg": truncated(msg)})
        super().fail_json(result.pop("msg"), **result)
        raise AssertionError("unreachable: fail_json ends the process")

    def exit_json(self, **kwargs: Any) -> NoReturn:
        super().exit_json(**self._shown(kwargs))
        raise AssertionError("unreachable: exit_json ends the process")

    def _shown(self, result: dict[str, Any]) -> dict[str, Any]:
        """Return the result without secrets. Ansible cleans the members that it adds itself."""
        arguments = self._given if self._problem is not None else self.params
        secrets = self.no_log_values
        shown = without_secrets(result, secrets)
        words = " ".join(str(shown.get("failure", {}).get(name)) for name in READABLE)
        self.no_log_values = {secret for secret in secrets if secret not in words}
        return {**shown, "invocation": {"module_args": masked(arguments, self._spec.options)}}


def main(resource: Resource[Any, Any]) -> None:
    """Run a resource as a module."""
    module = _Module(resource.spec)
    interruption = Interruption()
    with interruption.watched():
        try:
            require(
                not module.params.get("store"),
                "the token store is kept on the controller, so store works only where the action plugin runs: "
                "call the module by its full name inet.elastic.paas_token or inet.elastic.paas_tokens",
            )
            require(
                not module.params.get("encrypted_env"),
                "the vault password is known on the controller only, so encrypted_env works only where the action "
                "plugin runs: call the module by its full name inet.elastic.paas_environment_info",
            )
            task = Task(
                options=module.params,
                client=make_client(module.params),
                check_mode=module.check_mode,
                warn=module.warn,
                locks=Locks(tell=module.log),
                interruption=interruption,
            )
            result, failed = execute(resource, task), False
        except PaasError as error:
            result, failed = refused(error), True
        except Failed as failure:
            result, failed = failure.result, True
        # Not inside an except block, because some versions of core would add the traceback to the result.
        if failed:
            module.fail_json(**result)
        module.exit_json(**result)
