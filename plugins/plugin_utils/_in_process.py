# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a resource inside the controller process instead of as a module in its own process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError, PaasError
from ansible_collections.inet.elastic.plugins.module_utils._client.refusals import truncated
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import requests_problem
from ansible_collections.inet.elastic.plugins.module_utils._engine.arguments import checked
from ansible_collections.inet.elastic.plugins.module_utils._engine.connection import VARIABLES, resolved
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed, execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.interruption import Interruption
from ansible_collections.inet.elastic.plugins.module_utils._engine.locks import Locks
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource, Task
from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import masked
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import Store
from ansible_collections.inet.elastic.plugins.module_utils._run import (
    argument_spec,
    make_client,
    refused,
    without_secrets,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._loop_connection import loop_transport
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.settings import SOURCES, configured
from ansible_collections.inet.elastic.plugins.plugin_utils._untagged import untagged


def _shows_invocation(task_vars: Mapping[str, Any]) -> bool:
    """Return whether results hold the arguments: older versions of core have no setting and always add them."""
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
    except AnsibleError:
        return True


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables of this process for the time of a block; InputError for what cannot be set."""
    saved: dict[str, str | None] = {}
    try:
        for name, value in variables.items():
            try:
                before = os.environ.get(name)
                os.environ[name] = value
            except (OSError, ValueError):
                raise InputError(
                    f"environment: the variable {name!r} cannot be set; a name is not empty and has no equals sign, "
                    "and names and values have no zero byte and are valid Unicode"
                ) from None
            saved[name] = before
        yield
    finally:
        for name, before in saved.items():
            if before is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = before


def cleaned(result: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """Return a result without secret arguments, as ansible-core removes them from results of modules.

    The removal copies everything, which for a thousand environments takes as long as reading them, and there is hardly
    ever anything to remove. So the result is searched first.
    """
    return without_secrets(result, secrets) if _may_hold(result, tuple(secrets)) else result


def _may_hold(value: Any, secrets: tuple[str, ...]) -> bool:
    """Return whether the removal could find a secret; a value that is not plain data counts as one."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            for secret in secrets:
                if secret in value:
                    return True
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif value is not None and value is not True and value is not False:
            if not isinstance(value, (int, float)):
                return True
            waiting.append(str(value))
    return False


class InProcessAction(ActionBase):
    """Base of this collection's action plugins; a subclass names its resource."""

    resource: ClassVar[Resource[Any, Any]]
    _validator: ClassVar[ArgumentSpecValidator]
    _supports_check_mode = True
    _supports_async = True
    _requires_connection = False

    def __init_subclass__(cls) -> None:
        """Prepare the validation once, in the process that core starts the workers of all tasks from."""
        super().__init_subclass__()
        if hasattr(cls, "resource"):  # which a base for several actions has not
            spec = cls.resource.spec
            cls._validator = ArgumentSpecValidator(argument_spec(spec.options), **spec.rules)

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task in this process if the result equals the module's, otherwise run the module."""
        super().run(tmp, task_vars)
        computed: dict[str, Any] = {}
        super()._compute_environment_string(computed)
        variables = {str(name): str(value) for name, value in computed.items()}
        given = untagged(self._task.args)
        try:
            arguments = self._resolved(given, task_vars or {}, variables)
        except InputError as error:
            return self._finished({"failed": True, **refused(error)}, given, set(), task_vars or {})
        if self._needs_vault(arguments) or self._can_run_in_process():
            with environment(variables):
                return self._run_here(arguments, task_vars or {})
        result: dict[str, Any] = self._execute_module(
            module_args=arguments, task_vars=task_vars, wrap_async=self._task.async_val
        )
        return self._placed(result, task_vars or {})

    def _resolved(
        self, given: Mapping[str, Any], task_vars: Mapping[str, Any], variables: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return the arguments together with values from variables, environment variables and ansible.cfg."""
        found = {}
        with environment(variables):
            for name in SOURCES.keys() & self.resource.spec.options.keys():
                value = configured(name, given.get(name), task_vars, self._templar.template)
                found.update({name: value} if value else {})
        return resolved({**given, **found}, variables, os.environ)

    def _compute_environment_string(self, raw_environment_out: dict[str, Any] | None = None) -> str:
        """Leave the connection options out of the command line of the module, which process lists show.

        They are arguments of the module by now.
        """
        computed: dict[str, Any] = {}
        super()._compute_environment_string(computed)
        passed = {name: value for name, value in computed.items() if name not in VARIABLES.values()}
        if raw_environment_out is not None:
            raw_environment_out.update(passed)
        return str(self._connection._shell.env_prefix(**passed))

    def _placed(self, result: dict[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        """Return the result of a module; the message of a failure names the host, because the cause may be there."""
        host = str(self._task.delegate_to or task_vars.get("inventory_hostname", ""))
        if result.get("failed") and "msg" in result and host not in (*constants.LOCALHOST, ""):
            result["msg"] = f"{result['msg']} (the module ran on {host})"
        return result

    def _can_run_in_process(self) -> bool:
        """Return whether the task can run here: local connection, no become, no async, and requests is installed."""
        local = getattr(self._connection, "transport", None) == "local"
        become = bool(self._connection.become) if self._connection else False
        return local and not become and not self._task.async_val and requests_problem() is None

    def _run_here(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        spec = self.resource.spec
        warnings: list[str] = []
        try:
            given, warnings = checked(arguments, spec.options)
        except InputError as error:
            secrets = {
                str(arguments[name])
                for name, option in spec.options.items()
                if option.get("no_log") and arguments.get(name)
            }
            return self._finished({"failed": True, **refused(error)}, arguments, secrets, task_vars)
        validated = self._validator.validate(given)
        secrets, options = validated._no_log_values, validated.validated_parameters
        if validated.error_messages:
            # The first error, with the message of AnsibleModule.
            result = {"failed": True, "msg": truncated(str(validated.errors.msg))}
        else:
            result = self._perform(options, warnings)
        if warnings:
            result["warnings"] = warnings
        return self._finished(result, options, secrets, task_vars)

    def _finished(
        self, result: dict[str, Any], arguments: Mapping[str, Any], secrets: set[str], task_vars: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the result with the members that core adds to the result of a module, without secrets."""
        if _shows_invocation(task_vars):
            result["invocation"] = {"module_args": masked(arguments, self.resource.spec.options)}
        for name in ("stdout", "stderr"):
            if name in result:
                result.setdefault(f"{name}_lines", str(result[name] or "").splitlines())
        return cleaned(result, secrets)

    def _perform(self, options: dict[str, Any], warnings: list[str]) -> dict[str, Any]:
        interruption = Interruption()
        try:
            is_loop = self._task.loop is not None or bool(self._task.loop_with)
            transport = loop_transport(options.get("ca_path"), options["validate_certs"]) if is_loop else None
            task = Task(
                options=options,
                client=make_client(options, transport),
                check_mode=bool(self._task.check_mode),
                store=self._store(options),
                encrypt=self._encrypt(options),
                warn=warnings.append,
                locks=Locks(tell=Display().v),
                interruption=interruption,
            )
            with interruption.watched():
                return execute(self.resource, task)
        except PaasError as error:
            return {"failed": True, **refused(error)}
        except Failed as failure:
            return {"failed": True, **failure.result}

    # -- what modules cannot do, for subclasses -----------------------------------------------------------------------

    def _needs_vault(self, arguments: Mapping[str, Any]) -> bool:
        """Return whether a task needs the vault passwords of the run, which a module never has."""
        return False

    def _store(self, options: Mapping[str, Any]) -> Store | None:
        """Return the token store that a task names."""
        return None

    def _encrypt(self, options: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], str] | None:
        """Return what encrypts variables with the vault password of the run."""
        return None
