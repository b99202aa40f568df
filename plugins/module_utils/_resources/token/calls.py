# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls around the steps of a plan: confirmed by the password, to undo a creation, to try a value."""

from __future__ import annotations

from typing import Any

from ..._client.client import PlatformClient
from ..._client.codes import METHOD_NOT_GRANTED, NOT_AUTHENTICATED
from ..._client.errors import PaasError, RefusedError
from .plan import DELETE
from .reader import read_tokens

PROBE = "users.account.GetUserInfo"


class TokenCalls:
    """Calls for tokens.

    Args:
        password: of the account; confirms changes if it is known (documented as optional).
    """

    def __init__(self, client: PlatformClient, password: str | None) -> None:
        self._client = client
        self.confirmation = {"password": password}

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Make a call that changes a token."""
        return self._client.call(method, **params, **self.confirmation)

    def remove_created(self, description: str, number: int | None) -> str | None:
        """Remove a token that this task has created, so that no token is left whose value nobody has.

        Args:
            number: its id by the answer to its creation. An id that the platform does not list for the token is not
                believed, as another token would be removed.

        Returns:
            Why the token could not be removed, and what to do; None if it was removed.
        """
        try:
            if any(token.id == number and token.description == description for token in read_tokens(self._client)):
                self.call(DELETE, ids=str(number))
                return None
            problem = "the platform does not list it with the id of its creation"
        except PaasError as error:
            problem = error.clause
        return f"the new token {description!r} could not be removed: {problem}; remove it by its id"

    def check_accepted(self, value: str) -> None:
        """Check that the platform accepts a value; a token need not grant the method that is called.

        Raises:
            PaasError: it does not, or cannot be asked.
        """
        self._client.redactor.add(value)
        try:
            self._client.call(PROBE, session=value)
        except RefusedError as error:
            if error.code != METHOD_NOT_GRANTED:
                raise

    def is_dead(self, value: str) -> bool:
        """Return whether the platform refuses a value as unknown; a value that is only missing the method is alive."""
        self._client.redactor.add(value)
        try:
            self._client.call(PROBE, session=value)
        except PaasError as error:
            return isinstance(error, RefusedError) and error.code == NOT_AUTHENTICATED
        return False
