# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is required of tokens before a play begins: permissions, validity, and that they are there at all."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import methods_for
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.model import Token
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.preflight import (
    NotReadyError,
    Requirement,
    requirement_of,
)

NOW = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.timezone.utc)
HOUR = datetime.timedelta(hours=1)
STATES = {"module": "inet.elastic.paas_environment", "states": ["started", "stopped"]}
METHODS = methods_for([STATES])
TEMPLATES = {
    "IDE Plugins": ("env.control.GetEnvInfo", "env.control.StartEnv", "env.control.StopEnv"),
    "Maven Plugin": (),
}


def token(description: str = "nightly", **members: Any) -> Token:
    """A token that grants what is required, for ever."""
    return Token(**{"id": 7, "description": description, "methods": METHODS, **members})


def required(**options: Any) -> Requirement:
    """What a task with these options requires."""
    found = requirement_of({"gather": ["tokens"], "description": ["nightly"], **options})
    assert found is not None
    return found


def templates_not_read() -> Mapping[str, Sequence[str]]:
    """Fails where templates are read without need."""
    raise AssertionError("templates were read")


def complaint(requirement: Requirement, *tokens: Token) -> str:
    """What is said about the account's tokens; empty where they are as required."""
    try:
        requirement.check(tokens, NOW, lambda: TEMPLATES)
    except NotReadyError as error:
        return str(error)
    return ""


def test_nothing_required() -> None:
    """A task without the options looks at nothing."""
    assert requirement_of({"gather": ["tokens"]}) is None


@pytest.mark.parametrize(
    "found",
    [
        token(),
        token(methods=(*METHODS, "environment.control.DeleteEnv")),
        token(methods=tuple(name.replace("environment.", "env.").upper() for name in METHODS)),
        token(expires_at=NOW + HOUR),
        token(template="extended access", methods=()),
        token(template="IDE Plugins", methods=()),
    ],
)
def test_a_token_that_serves(found: Token) -> None:
    """Spelling, more methods than needed, templates and an end that is far enough away do no harm."""
    requirement = required(require_permissions_for=[STATES], require_validity="1h")
    assert requirement.methods == METHODS
    assert complaint(requirement, token("other", methods=()), found) == ""


def test_templates_are_read_only_where_they_matter() -> None:
    """Not for chosen methods, nor for the one that reaches everything, nor for a length of time."""
    for found in (token(), token(template="Extended Access", methods=())):
        required(require_permissions_for=[STATES]).check([found], NOW, templates_not_read)
    required(require_validity="1h").check([token(template="IDE Plugins", methods=())], NOW, templates_not_read)
    with pytest.raises(AssertionError, match="templates were read"):
        narrow = token(template="IDE Plugins", methods=())
        required(require_permissions_for=[STATES]).check([narrow], NOW, templates_not_read)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (
            token(methods=METHODS[:1]),
            "token 'nightly' does not grant environment.control.StartEnv, environment.control.StopEnv; add them with "
            "inet.elastic.paas_token, permissions_for",
        ),
        (
            token(template="Maven Plugin", methods=()),
            "token 'nightly' does not grant environment.control.GetEnvInfo, environment.control.StartEnv, "
            "environment.control.StopEnv; add them with inet.elastic.paas_token, permissions_for",
        ),
        (
            token(expires_at=NOW + HOUR - datetime.timedelta(seconds=1)),
            "token 'nightly' is valid until 2026-11-24T12:59:59Z, which is too soon; renew it with "
            "inet.elastic.paas_token, expires_in",
        ),
        (
            token(expires_at=NOW),
            "token 'nightly' has expired; renew it with inet.elastic.paas_token, expires_in",
        ),
        (token("other"), "there is no token 'nightly'"),
    ],
)
def test_a_token_that_does_not_serve(found: Token, message: str) -> None:
    """One line says what lacks."""
    assert complaint(required(require_permissions_for=[STATES], require_validity="1h"), found) == message


def test_an_expired_token_serves_nobody() -> None:
    """Even where no length of time is required."""
    assert "has expired" in complaint(required(require_permissions_for=[STATES]), token(expires_at=NOW))


def test_all_that_lacks_is_told_at_once() -> None:
    """Of every token that a pattern means."""
    requirement = required(require_validity="1h", description=["night*", "day"])
    tokens = [token(expires_at=NOW), token("nights", id=8, expires_at=NOW), token("other", id=1, expires_at=NOW)]
    assert complaint(requirement, *tokens).split("; ") == [
        "there is no token 'day'",
        "token 'nightly' has expired",
        "renew it with inet.elastic.paas_token, expires_in",
        "token 'nights' has expired",
        "renew it with inet.elastic.paas_token, expires_in",
    ]


def test_numbers_tell_tokens_apart() -> None:
    """By themselves, or together with a description."""
    tokens = [token(expires_at=NOW), token(id=8), token("other", id=9)]
    assert complaint(required(require_validity="1h", description=None, id=[8, 9]), *tokens) == ""
    assert "has expired" in complaint(required(require_validity="1h", description=None, id=[7]), *tokens)
    assert complaint(required(require_validity="1h", id=[8]), *tokens) == ""
    assert complaint(required(require_validity="1h", id=[9, 10]), *tokens) == (
        "there is no token 'nightly'; there is no token with the id 9; there is no token with the id 10"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"require_validity": "1h", "description": None}, "require_validity must know which token is meant: give its"),
        ({"require_validity": "soon"}, "require_validity: 'soon' is not a length of time"),
        ({"require_validity": "1h", "gather": ["methods"]}, "so gather must name tokens, too"),
        ({"require_permissions_for": ["paas_enviroment"]}, "require_permissions_for[0]: 'paas_enviroment' is not a"),
        ({"require_permissions_for": []}, "require_permissions_for is empty; leave it out, or name modules"),
    ],
)
def test_bad_input(options: dict[str, Any], message: str) -> None:
    """One line each."""
    with pytest.raises(InputError) as caught:
        required(**options)
    assert message in str(caught.value)
