# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Result codes, their texts and the exception that carries one to the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from paas_emulator.statuses import status_text

CORE = "hx-core"
PLATFORM = "JEL"

INVALID_PARAMETER = 3
PERMISSION_DENIED = 8
NOT_FOUND = 5
APPLICATION_NOT_EXIST = 11
UNKNOWN_ERROR = 99
AUTHENTICATION_FAILED = 701
NOT_AUTHENTICATED = 702
WRONG_PASSWORD = 801
SCRIPT_NOT_FOUND = 1702
WRONG_STATUS = 2212
ENVIRONMENT_REFUSED = 2314
LIMIT_EXCEEDED = 2338
METHOD_NOT_GRANTED = 8202


@dataclass
class ApiError(Exception):
    """A refusal as the platform words it. `source` None leaves the member out, as some recordings do."""

    code: int
    text: str
    source: str | None = CORE
    extra: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The members of the answer."""
        return {"result": self.code, "source": self.source, "error": self.text, **self.extra}


def invalid_parameter(name: str) -> ApiError:
    """Recorded text and shape: no `source`."""
    return ApiError(INVALID_PARAMETER, f"invalid parameter [{name}]", source=None)


def application_not_exist(name: str) -> ApiError:
    """Recorded text."""
    return ApiError(APPLICATION_NOT_EXIST, f"application [{name}] not exist")


def script_not_found(name: str) -> ApiError:
    """Recorded text and shape."""
    return ApiError(SCRIPT_NOT_FOUND, f"script = {name} not found", extra={"response": None})


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


def wrong_status(current: int, required: Iterable[int]) -> ApiError:
    """Recorded text."""
    wanted = ", ".join(status_text(status) for status in required)
    return ApiError(
        WRONG_STATUS,
        "Not allowed to execute this service for current Environment status "
        f"[{status_text(current)}]. Required statuses [{wanted}]",
        source=PLATFORM,
    )


def environment_refused(text: str) -> ApiError:
    """CreateEnvironment said no; comes inside `response`. Wording inferred."""
    return ApiError(ENVIRONMENT_REFUSED, text, source=PLATFORM)
