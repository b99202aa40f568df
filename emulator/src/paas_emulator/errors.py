# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Result codes, their texts and the exception that carries one to the answer. No other module has a result code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NewType

from paas_emulator.statuses import status_text

CORE = "hx-core"
PLATFORM = "JEL"

# A type of its own, so that each code an answer can have is in this table.
ResultCode = NewType("ResultCode", int)

GENERIC_FAILURE = ResultCode(1)  # that an existing environment group gives it is inferred
INVALID_PARAMETER = ResultCode(3)
NOT_FOUND = ResultCode(5)
PERMISSION_DENIED = ResultCode(8)
APPLICATION_NOT_EXIST = ResultCode(11)
UNKNOWN_ERROR = ResultCode(99)
AUTHENTICATION_FAILED = ResultCode(701)
NOT_AUTHENTICATED = ResultCode(702)
WRONG_PASSWORD = ResultCode(801)
PROJECT_NOT_FOUND = ResultCode(2500)
SCRIPT_NOT_FOUND = ResultCode(1702)
MOUNTED_ALREADY = ResultCode(2031)  # seen in a client, which puts up with it
CROSS_MOUNT = ResultCode(2032)  # documented by the dashboard's text
WRONG_STATUS = ResultCode(2212)
NODE_UNKNOWN = ResultCode(2300)  # the number is inferred
ENVIRONMENT_REFUSED = ResultCode(2314)
DOMAIN_BUSY = ResultCode(2330)  # seen in a client
LIMIT_EXCEEDED = ResultCode(2338)
# Quotas, documented by the dashboard's texts.
TOO_MANY_ENVIRONMENTS = ResultCode(2360)
TOO_MANY_CLOUDLETS = ResultCode(2361)
TOO_MANY_NODES = ResultCode(2365)
TOO_MANY_LAYER_NODES = ResultCode(2366)
STACK_UNAVAILABLE = ResultCode(2372)  # documented: the node type is not supported, or not for this account
# Of the agent inside the containers (seen in it); which of them a call gives is inferred in part.
PATH_MISSING = ResultCode(4035)
PATH_EXISTS = ResultCode(4036)
NOT_ALLOWED = ResultCode(4037)
FILE_MISSING = ResultCode(4039)
FILE_THERE = ResultCode(4041)
SOURCE_MISSING = ResultCode(4046)
DIRECTORY_THERE = ResultCode(4047)
URL_INVALID = ResultCode(4050)
IMAGE_UNUSABLE = ResultCode(4081)  # documented by the dashboard's text: the image could not be run
LAYER_FAILED = ResultCode(4099)  # recorded
NOT_A_DIRECTORY = ResultCode(4102)
COMMAND_FAILED = ResultCode(4109)
EXECUTION_TIMED_OUT = ResultCode(4132)  # that ReplaceInBody gives it is inferred
ARCHIVE_UNKNOWN = ResultCode(4175)
# SSH keys, documented by the dashboard's texts.
KEY_INVALID = ResultCode(6000)
KEY_EXISTS = ResultCode(6001)
KEY_TITLE_TAKEN = ResultCode(6002)
METHOD_NOT_GRANTED = ResultCode(8202)
# Packages, documented.
NO_NODE = ResultCode(11022)
MIXIN_MISSING = ResultCode(11042)
TEXT_RETURNED = ResultCode(11039)
MANIFEST_REFUSED = ResultCode(11041)  # documented as the failure of a manifest at its start; used for every refusal


@dataclass
class ApiError(Exception):
    """A refusal as the platform words it. `source` None leaves the member out, as some recordings do."""

    code: ResultCode
    text: str
    source: str | None = CORE
    extra: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The members of the answer."""
        return {"result": self.code, "source": self.source, "error": self.text, **self.extra}


def given_code(code: int) -> ResultCode:
    """A code that is not the emulator's own: of a fault, or of a package's script."""
    return ResultCode(code)


def invalid_parameter(name: str) -> ApiError:
    """Recorded text and shape: no `source`."""
    return ApiError(INVALID_PARAMETER, f"invalid parameter [{name}]", source=None)


def application_not_exist(name: str) -> ApiError:
    """Recorded text."""
    return ApiError(APPLICATION_NOT_EXIST, f"application [{name}] not exist")


def script_not_found(name: str, known: bool = False) -> ApiError:
    """Recorded text and shape. known: the platform has the method, and only the emulator does not."""
    why = " (known to the platform, not emulated)" if known else ""
    return ApiError(SCRIPT_NOT_FOUND, f"script = {name} not found{why}", extra={"response": None})


def authentication_failed(**extra: Any) -> ApiError:
    """Recorded text and shape: no `source`."""
    return ApiError(AUTHENTICATION_FAILED, "authentication failed", source=None, extra=extra)


def not_authenticated(value: str, why: str = "") -> ApiError:
    """Inferred text. Shows three characters of the session at most, and none of a short one."""
    shown = value[:3] if len(value) >= 16 else ""
    return ApiError(NOT_AUTHENTICATED, f"session [{shown}...] is not authenticated{why}")


def method_not_granted(name: str) -> ApiError:
    """Code seen in a client, which reads the permission's name from the text; wording inferred."""
    return ApiError(METHOD_NOT_GRANTED, f"permission denied: the access token lacks the permission [{name}]")


def wrong_password() -> ApiError:
    """Confirmation password; wording inferred."""
    return ApiError(WRONG_PASSWORD, "wrong password", source=PLATFORM)


def wrong_status(current: int, required: Iterable[int], **extra: Any) -> ApiError:
    """Recorded text."""
    wanted = ", ".join(status_text(status) for status in required)
    return ApiError(
        WRONG_STATUS,
        "Not allowed to execute this service for current Environment status "
        f"[{status_text(current)}]. Required statuses [{wanted}]",
        source=PLATFORM,
        extra=extra,
    )


def environment_refused(text: str) -> ApiError:
    """CreateEnvironment said no; comes inside `response`. Wording inferred."""
    return ApiError(ENVIRONMENT_REFUSED, text, source=PLATFORM)
