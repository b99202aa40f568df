# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Result codes of the platform: what to do about them, and which of them other code branches on."""

from __future__ import annotations

PARAMETER_INVALID = 3
PERMISSION_DENIED = 8
ENVIRONMENT_UNKNOWN = 11
SIGNIN_FAILED = 701
NOT_AUTHENTICATED = 702
PASSWORD_WRONG = 801
WRONG_STATUS = 2212
STACK_UNAVAILABLE = 2372
IMAGE_UNUSABLE = 4081
METHOD_NOT_GRANTED = 8202

# Answers that mean "there is no such environment": 11 is recorded from GetEnvInfo, 901 is the dashboard's number.
ENVIRONMENT_UNKNOWN_CODES = frozenset({ENVIRONMENT_UNKNOWN, 901})

# Refusals that the work of others on the same account can be the cause of. A new read decides what they mean.
# An operation of somebody else is running, or has left the environment in another status.
BUSY_CODES = frozenset({WRONG_STATUS})
# What was to be made is there, or what was to be changed or removed is gone. 1 stands for any failure, such as that of
# CreateGroup for a group that exists (inferred).
OVERTAKEN_CODES = frozenset(
    {*ENVIRONMENT_UNKNOWN_CODES, 1, 5, 2030, 2031, 2300, 2314, 2330, 4035, 4036, 4039, 4041, 6001, 6002}
)

_CHECK_PATH = "check the path"
_FREE_PATH = "choose another path, or remove what is there"
_CHECK_LOGIN = "check login, and that api_url is the right hoster"

# For each code its meaning, which a message adds to the platform's text, and what to do.
MEANINGS: dict[int, tuple[str, str]] = {
    3: ("missing or invalid parameter", "check the option of the parameter that the platform names in brackets"),
    5: ("the object does not exist", "it may have been removed meanwhile; run the task again, which reads first"),
    8: ("permission denied", "check that this account, or the role it was given, may do this"),
    11: (
        "the environment does not exist, or this account cannot see it",
        "check its name and the account; a token sees the environments of its own account only",
    ),
    99: ("unhandled exception on the platform", "try again later, or ask the hoster with the time of this call"),
    701: ("login or password is wrong", "check login and password, and that api_url is the right hoster"),
    702: (
        "the session or token is unknown, expired or revoked",
        "give a valid token, or login and password; an expired token can be regenerated with paas_token",
    ),
    703: ("the user does not exist", _CHECK_LOGIN),
    704: ("the user is blocked", "ask the hoster"),
    707: ("the login is unknown or mistyped", _CHECK_LOGIN),
    801: ("the confirmation password is wrong", "give the account's password as password"),
    901: ("the environment does not exist", "check its name and the account"),
    1702: (
        "the platform does not know this method",
        "check that api_url ends in the platform's domain and nothing else",
    ),
    2212: (
        "not possible in the environment's present status",
        "wait for the running operation, or start or stop the environment first",
    ),
    2314: ("the environment was refused, often because its name is taken or not allowed", "choose another name"),
    2338: ("the configuration exceeds the account's limits", "lower it, or ask the hoster for higher limits"),
    2360: ("the account has reached its number of environments", "remove one, or ask the hoster for a higher limit"),
    2361: ("too many cloudlets for one server", "lower flexible_cloudlets"),
    2365: ("too many nodes in the environment", "lower count"),
    2366: ("too many nodes in the layer", "lower count"),
    STACK_UNAVAILABLE: (
        "the node type is not available to this account",
        "choose one that the platform's GetTemplates lists",
    ),
    METHOD_NOT_GRANTED: (
        "the token in use does not grant this method",
        "add it to the token's permissions_for or api_methods with paas_token, or use a token that grants it",
    ),
}

# The same for codes whose text from the platform says it already, so that a message has our meaning in its place only.
# Numbers and meanings from published clients.
QUOTED: dict[int, tuple[str, str]] = {
    1: (
        "the operation failed",
        "look at the environment in the dashboard, or ask the hoster with the time of this call",
    ),
    2030: ("the path is mounted already", "remove the mount, or choose another path"),
    2031: ("the mount point exists already", "remove the mount, or choose another path"),
    2032: ("two nodes cannot mount from each other", "mount in one direction only"),
    2300: ("the node or layer does not exist", "check node_group or node_id; paas_environment_info lists both"),
    2330: ("the domain is bound to another environment", "remove it there first"),
    2500: ("no project of version control is bound to the context", "check context and node_group"),
    4035: ("the path does not exist", _CHECK_PATH),
    4036: ("the path exists already", _FREE_PATH),
    4037: ("the node denies access to the path", "choose a path that the node's user may write to"),
    4039: ("the file does not exist", _CHECK_PATH),
    4041: ("the destination file exists already", _FREE_PATH),
    4046: ("the source path does not exist", _CHECK_PATH),
    4047: ("the destination directory exists already", _FREE_PATH),
    4050: ("the URL is not valid", "correct the URL"),
    IMAGE_UNUSABLE: ("the image could not be run", "check image and tag, and the registry credentials"),
    4099: ("a step inside a new layer failed", "check image, registry credentials, and command of the layer"),
    4102: ("a part of the path is not a directory", _CHECK_PATH),
    4109: ("a command in a node failed", "run it with paas_exec to see its output"),
    4110: ("the container does not run", "start the environment first"),
    4132: ("the call took too long in the node", "make the pattern simpler, or the file smaller"),
    4175: ("the archive format is not supported", "use another format, such as .zip or .tar.gz"),
    6000: ("the text is not a valid SSH key", "give the whole line of the .pub file"),
    6001: ("the account has this SSH key already", "use the title that it has, or remove it"),
    6002: ("the account has an SSH key of this title already", "choose another title, or remove that key"),
    11022: ("no node matches an action of the package", "check which layers the package expects"),
    11039: ("the package ended with a text in place of success", "do what the text of the package says"),
    11042: ("a mixin of the package was not found", "check the addresses in the manifest's mixins"),
    11041: ("the manifest of the package was not accepted", "check the manifest and its required settings"),
}

# Methods of this service, and what their refusals mean in place of the rows above: the platform takes no personal
# access token there, whatever the token grants (documented).
TOKEN_SERVICE = "users.authentication"
_NO_TOKEN = "give login and password (PAAS_LOGIN, PAAS_PASSWORD), or a signed-in session"
FOR_TOKENS: dict[int, tuple[str, str]] = {
    PERMISSION_DENIED: ("permission denied", f"if session is a personal access token, {_NO_TOKEN}"),
    METHOD_NOT_GRANTED: ("a personal access token cannot manage tokens", _NO_TOKEN),
}


def meaning(code: int, said: str, method: str) -> tuple[str, str, str]:
    """Complete what the platform said of a code.

    Args:
        said: the platform's text; may be empty.
        method: the API method that was called, which a message names before the text.

    Returns:
        The reason, what it means where the reason does not say that, and what to do; empty where there is nothing.
    """
    words, advice = MEANINGS.get(code) or QUOTED.get(code, ("", ""))
    if method.startswith(f"{TOKEN_SERVICE}."):
        words, advice = FOR_TOKENS.get(code, (words, advice))
    # The platform's text for a missing permission only repeats the method.
    if code == METHOD_NOT_GRANTED and method.casefold() in said.casefold():
        said = ""
    told = not said or code in QUOTED or words.casefold() in said.casefold()
    return said or words, "" if told else words, advice
