# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calling any method of the API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._client.catalogue import KNOWN_READS, KNOWN_WRITES
from .._client.errors import AnswerLostError, InputError, joined, require
from .._client.redaction import Redactor
from .._engine.plan import Plan, Step
from .._engine.resource import Work
from .._engine.spec import with_connection
from .._engine.suggestions import close_names, did_you_mean
from .token.method_names import method_key, shown_name

_KNOWN = {method_key(name): name for name in sorted(KNOWN_READS | KNOWN_WRITES)}
_NAME = re.compile(r"[a-z]+\.[a-z0-9]+\.[A-Za-z0-9]+")
# Methods whose answer is a secret that has to be kept, or that end the session of the task, by the module for them.
_ELSEWHERE = {
    "paas_session": (
        "ChangeSession",
        "GetAuthKey",
        "Signin",
        "SigninByAuthKey",
        "SigninByToken",
        "Signout",
        "Verify2FACode",
    ),
    "paas_token": ("CreateToken", "CreateTokenInner", "RegenerateToken"),
}


@dataclass(frozen=True)
class DesiredCall:
    """One call.

    Attributes:
        changes: whether the call changes something, so that check mode does not send it.
        secrets: values of parameters whose texts appear in no message and no answer.
        wait_timeout: seconds for the answer, if that is longer than usual.
    """

    method: str
    parameters: Mapping[str, Any] = field(repr=False)
    changes: bool
    secrets: tuple[Any, ...] = field(repr=False, default=())
    wait_timeout: float = 600


def known_method(name: str) -> str | None:
    """Return the documented spelling of a method in any spelling; None if the method is not known."""
    return _KNOWN.get(method_key(name))


def method_hint(name: str) -> str:
    """Return which known methods have this or a similar name in any service, as the end of a message."""
    own = [key.rpartition(".")[2] for key in _KNOWN]
    near = close_names(method_key(name).rpartition(".")[2], own)
    found = [known for key, known in _KNOWN.items() if key.rpartition(".")[2] in near]
    return f"did you mean {' or '.join(found[:3])}?" if found else ""


def method_name(name: str) -> str:
    """Return a method in its documented spelling, or as it is written if it is not known.

    Raises:
        InputError: the text is not the name of a method.
    """
    known = known_method(name)
    written = known or shown_name(name)
    hint = method_hint(name) or "such as environment.control.StopEnv"
    require(_NAME.fullmatch(written), f"method: {name!r} is not written as NAMESPACE.SERVICE.METHOD; {hint}")
    return written


class Api:
    """``paas_api``. The state is the answer of the platform."""

    manages_tokens = False
    spec = with_connection(
        {
            "method": {"type": "str", "required": True},
            "parameters": {"type": "dict", "default": {}, "hidden": True, "example": "{envName: my-env}"},
            "changes": {"type": "bool"},
            "sensitive": {"type": "list", "elements": "str", "default": []},
            "wait_timeout": {"type": "int", "default": 600},
        }
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredCall:
        """Return the call; InputError if the method or a parameter cannot be used."""
        method = method_name(options["method"])
        _check_not_elsewhere(method)
        changes = options.get("changes")
        if changes is None:
            changes = _changes(method)
        parameters = options["parameters"]
        for name in parameters:
            require(str(name).lower() != "session", "parameters: give the session as the option session")
        for name in options["sensitive"]:
            require(
                name in parameters,
                joined(f"sensitive: {name!r} is not in parameters", did_you_mean(name, map(str, parameters))),
            )
        require(options["wait_timeout"] > 0, "wait_timeout must be above 0 seconds")
        secrets = tuple(parameters[name] for name in options["sensitive"])
        return DesiredCall(method, parameters, changes, secrets, options["wait_timeout"])

    def read(self, work: Work, desired: DesiredCall) -> dict[str, Any] | None:
        """Call a method that changes nothing; such a call is repeated after a transport error."""
        work.client.redactor.add(*desired.secrets)
        if desired.changes:
            return None
        work.client.reads |= {desired.method}
        return _call(work, desired)

    def plan(self, current: dict[str, Any] | None, desired: DesiredCall) -> Plan[dict[str, Any] | None]:
        """One step for a method that changes something."""
        if not desired.changes:
            return Plan(before=current, after=current)
        step = Step(desired.method, desired.parameters, f"call {desired.method}")
        return Plan(before=current, after=None, steps=(step,))

    def apply(self, work: Work, plan: Plan[dict[str, Any] | None], desired: DesiredCall) -> dict[str, Any] | None:
        """Call a method that changes something; such a call is never repeated blindly."""
        try:
            answer = _call(work, desired)
        except AnswerLostError as error:
            raise error.saying(error, "check whether the call was carried out before you run the task again") from None
        work.done += [step.summary for step in plan.steps]
        return answer

    def report(
        self, work: Work, plan: Plan[dict[str, Any] | None], state: dict[str, Any] | None, desired: DesiredCall
    ) -> dict[str, Any]:
        """``method`` and ``answer``; the answer is null for a change in check mode."""
        return {"method": desired.method, "answer": _cleaned(work.client.redactor, state)}


def _call(work: Work, desired: DesiredCall) -> dict[str, Any]:
    with work.client.timeouts(at_least=desired.wait_timeout):
        return work.client.call(desired.method, **desired.parameters)


def _check_not_elsewhere(method: str) -> None:
    service, _dot, name = method.rpartition(".")
    for module, names in _ELSEWHERE.items():
        require(
            service != "users.authentication" or name not in names,
            f"method: {method} answers with a secret or ends the session of the task; use inet.elastic.{module}",
        )


def _changes(method: str) -> bool:
    """Return whether a method changes something.

    Raises:
        InputError: the method is not known.
    """
    if method in KNOWN_READS or method in KNOWN_WRITES:
        return method in KNOWN_WRITES
    raise InputError(
        joined(
            f"method: {method} is not known",
            method_hint(method),
            "to call it all the same, set changes to whether it changes something",
        )
    )


def _cleaned(redactor: Redactor, value: Any) -> Any:
    """Return an answer without known secrets, and without texts that look like a session or a token."""
    if isinstance(value, Mapping):
        return {redactor.text(str(name)): _cleaned(redactor, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(redactor, item) for item in value]
    return redactor.text(value) if isinstance(value, str) else redactor.data(value)
