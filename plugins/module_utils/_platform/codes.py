# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This file is internal to the collection; its content may change in any release.

"""Result codes of the platform: what to do about them, and which of them other code branches on."""

from __future__ import annotations

PARAMETER_INVALID = 3
PERMISSION_DENIED = 8
ENVIRONMENT_UNKNOWN = 11
SIGNIN_FAILED = 701
NOT_AUTHENTICATED = 702
PASSWORD_WRONG = 801
METHOD_NOT_FOUND = 1702
WRONG_STATUS = 2212
METHOD_NOT_GRANTED = 8202

# Answers that mean "there is no such environment": 11 is recorded from GetEnvInfo, 901 is the dashboard's number.
ENVIRONMENT_UNKNOWN_CODES = frozenset({ENVIRONMENT_UNKNOWN, 901})

# Words that some codes lack when the platform sends no text, and what a person can do. {method} is the method called.
MEANINGS: dict[int, tuple[str, str]] = {
    3: ("missing or invalid parameter", ""),
    8: ("permission denied", "check that this account, or the role it was given, may do this"),
    11: ("the environment does not exist, or this account cannot see it", ""),
    99: ("unhandled exception on the platform", "try again later, or ask the hoster with the time of this call"),
    701: ("login or password is wrong", "check login and password, and that api_url is the right hoster"),
    702: (
        "the session or token is unknown, expired or revoked",
        "give a valid token, or login and password; an expired token can be regenerated with paas_token",
    ),
    703: ("the user does not exist", "check login, and that api_url is the right hoster"),
    704: ("the user is blocked", "ask the hoster"),
    707: ("the login is unknown or mistyped", "check login"),
    801: ("the confirmation password is wrong", "give the account's password as password"),
    901: ("the environment does not exist", ""),
    1702: (
        "the platform does not know this method",
        "check that api_url ends in the platform's domain and nothing else",
    ),
    2212: ("not possible in the environment's present status", "wait for the running operation, or start it first"),
    2314: ("the environment was refused, often because its name is taken or not allowed", "choose another name"),
    2338: ("the configuration exceeds the account's limits", "lower it, or ask the hoster for higher limits"),
    2360: ("the account has reached its number of environments", "remove one, or ask the hoster for a higher limit"),
    2361: ("too many cloudlets for one server", "lower flexible_cloudlets"),
    2365: ("too many nodes in the environment", "lower count"),
    2366: ("too many nodes in the layer", "lower count"),
    2372: ("the node type is not available to this account", "choose one that the platform's GetTemplates lists"),
    8202: (
        "the token in use does not grant {method}",
        "add {method} to its api_methods with paas_token, or use a token that grants it",
    ),
}


def meaning(code: int, method: str) -> tuple[str, str]:
    """Our words for a code and the advice with it; both empty for codes without an entry."""
    text, advice = MEANINGS.get(code, ("", ""))
    return text.format(method=method), advice.format(method=method)
