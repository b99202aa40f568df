# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the task, its environment and the controller's environment gives a connection option."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._engine.connection import resolved
from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION

ALL = {"PAAS_TOKEN": "env-token", "PAAS_LOGIN": "env@example.com", "PAAS_PASSWORD": "env-password"}
PAIR = {"login": "env@example.com", "password": "env-password"}
NO_PASSWORD = "login is given, password is missing: password or PAAS_PASSWORD"
NO_LOGIN = "password is given, login is missing: login or PAAS_LOGIN"
NO_LOGIN_IN_TASK = (
    "password is given, login is missing: give login, or session if the password is there to confirm; the environment "
    "adds no login and no session to a password of the task"
)


@pytest.mark.parametrize(
    ("task", "own", "controller", "found"),
    [
        # The task alone, and the environment alone.
        ({"session": "s"}, {}, {}, {"session": "s"}),
        ({}, {}, ALL, {"session": "env-token", **PAIR}),
        # Of what the task says, no part is mixed with the environment.
        ({"session": "s"}, {}, ALL, {"session": "s"}),
        ({"token": "s"}, {}, ALL, {"session": "s"}),
        ({"session": "s"}, ALL, {}, {"session": "s"}),
        ({"session": "s", "password": "p"}, {}, ALL, {"session": "s", "password": "p"}),
        ({"session": "s", "login": "l"}, {}, ALL, {"session": "s", "login": "l"}),
        ({"login": "l", "password": "p"}, {}, ALL, {"login": "l", "password": "p"}),
        ({"login": "l", "password": "p", "session": ""}, {}, ALL, {"login": "l", "password": "p"}),
        # A login is completed with its password.
        ({"login": "l"}, {}, ALL, {"login": "l", "password": "env-password"}),
        ({"login": "l"}, {"PAAS_PASSWORD": "own"}, ALL, {"login": "l", "password": "own"}),
        ({}, {"PAAS_LOGIN": "l"}, ALL, {"login": "l", "password": "env-password"}),
        # The task's environment is a level of its own.
        ({}, {"PAAS_TOKEN": "own"}, {"PAAS_LOGIN": "l", "PAAS_PASSWORD": "p"}, {"session": "own"}),
        ({}, {"PAAS_LOGIN": "l", "PAAS_PASSWORD": "p"}, {"PAAS_TOKEN": "t"}, {"login": "l", "password": "p"}),
        # Empty and null are not given; a variable that is set empty hides that of the controller.
        ({"session": "", "login": None, "password": " "}, {}, ALL, {"session": "env-token", **PAIR}),
        ({}, {"PAAS_TOKEN": ""}, ALL, PAIR),
        ({}, {"PAAS_LOGIN": "", "PAAS_PASSWORD": ""}, ALL, {"session": "env-token"}),
        ({}, {}, {"PAAS_TOKEN": "", "PAAS_LOGIN": " "}, {}),
        # White space at the ends.
        ({"session": " s\n"}, {}, {}, {"session": "s"}),
        ({}, {"PAAS_TOKEN": "t\r\n"}, {}, {"session": "t"}),
        ({"login": "l\n", "password": " p "}, {}, {}, {"login": "l", "password": " p "}),
    ],
)
def test_credentials(
    task: dict[str, Any], own: dict[str, str], controller: dict[str, str], found: dict[str, str]
) -> None:
    """They count as a group."""
    assert resolved(task, own, controller) == found


@pytest.mark.parametrize(
    ("task", "own", "controller", "says"),
    [
        ({"login": "l"}, {}, {}, NO_PASSWORD),
        ({"login": "l", "password": ""}, {}, {"PAAS_TOKEN": "t"}, NO_PASSWORD),
        ({}, {}, {"PAAS_LOGIN": "l"}, NO_PASSWORD),
        ({"password": "p"}, {}, ALL, NO_LOGIN_IN_TASK),
        ({"password": "p", "login": None}, {}, {}, NO_LOGIN_IN_TASK),
        ({}, {"PAAS_PASSWORD": "p"}, ALL, NO_LOGIN),
        ({}, {}, {"PAAS_PASSWORD": "p"}, NO_LOGIN),
    ],
)
def test_a_half_that_is_missing_is_named(
    task: dict[str, Any], own: dict[str, str], controller: dict[str, str], says: str
) -> None:
    """And no other identity is taken in its place."""
    with pytest.raises(InputError) as caught:
        resolved(task, own, controller)
    assert str(caught.value) == says


@pytest.mark.parametrize("name", sorted(set(CONNECTION) - {"session", "login", "password"}))
@pytest.mark.parametrize("empty", ["", " ", None])
def test_an_empty_option_is_as_if_it_was_left_out(name: str, empty: str | None) -> None:
    """Whatever its type; the environment counts then."""
    variable = CONNECTION[name].get("env")
    environment = {str(variable): "5"} if variable else {}
    assert resolved({name: empty}, {}, environment) == ({name: "5"} if variable else {})
    assert resolved({name: "6"}, {str(variable): "5"}, environment) == {name: "6"}
    assert resolved({name: empty}, {str(variable): "4"}, environment) == ({name: "4"} if variable else {})
    assert resolved({name: empty}, {str(variable): ""}, environment) == {}


def test_a_code_may_come_from_any_level() -> None:
    """It belongs to no account by itself."""
    task = {"login": "l", "password": "p"}
    assert resolved(task, {}, {"PAAS_OTP": "123456"}) == {**task, "otp": "123456"}
    assert resolved({**task, "otp_secret": "AB CD\n"}, {"PAAS_OTP_SECRET": "EF"}) == {**task, "otp_secret": "AB CD"}


def test_other_options_are_left_as_they_are() -> None:
    """Also empty ones, which clear something."""
    given = {"display_name": "", "region": None, "nodes": [{"session": ""}]}
    assert resolved(given, {"PAAS_TOKEN_STORE": "x"}, {}) == given
