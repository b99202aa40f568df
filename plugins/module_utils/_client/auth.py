# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Authentication: sign in and out, or use a given session or token."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Callable

from .answers import member, payload
from .client import PlatformClient
from .codes import NOT_AUTHENTICATED, SIGNIN_FAILED
from .errors import AnswerLostError, InputError, PaasError, RefusedError, UnexpectedAnswerError, joined
from .totp import STEP, one_time_code

# A platform that does not answer the sign-out must not delay the result of the task for long.
SIGN_OUT_ATTEMPTS = 2
SIGN_OUT_TIMEOUT = 10.0

_CODE_GIVEN = "give the current code as otp, or an unused recovery code"
# RFC 6238 lets a platform accept a code only once.
_CODE_MADE = (
    f"check otp_secret and the clock of this machine; if another task signed in less than {STEP} seconds ago, its code "
    f"was the same: run the task again after {STEP} seconds"
)


@dataclass(frozen=True)
class Credentials:
    """The credentials that the user gave.

    Attributes:
        session: a personal access token or a signed-in session.
        login, password: of the account; the password also confirms changes of tokens.
        otp: the one-time code (or a recovery code) of an account with two-factor authentication.
        otp_secret: base32; the current code is made from it if there is no ``otp``.
    """

    session: str | None = None
    login: str | None = None
    password: str | None = None
    otp: str | None = None
    otp_secret: str | None = None

    def code(self) -> str | None:
        """Return the current one-time code; None without a code and without a secret."""
        return self.otp or (one_time_code(self.otp_secret, time.time()) if self.otp_secret else None)

    @property
    def can_sign_in(self) -> bool:
        """Whether there are a login and a password."""
        return bool(self.login and self.password)


def _needs_code(answer: object) -> bool:
    return member(answer, "requiredAuthCheck") is not None or str(member(answer, "accessType")).upper() == "RESTRICTED"


@contextmanager
def _remedy(method: str, remedy: str) -> Iterator[None]:
    """Add the method and the remedy to the error for a lost answer."""
    try:
        yield
    except AnswerLostError as error:
        message = str(error) if method in str(error) else f"{method}: {error}"
        raise AnswerLostError(joined(message, remedy), method=method, final=error.final) from None


def sign_in(client: PlatformClient, credentials: Credentials) -> str:
    """Open a session, with a one-time code if the account needs one; return the account's e-mail or login.

    Raises:
        InputError: a one-time code is needed and missing.
        PaasError: the platform refused. If a session is open by then, it is in the client, so that it is signed out.
    """
    with _remedy("users.authentication.Signin", "nothing was changed: run the task again, later if it stays so"):
        answer = payload(
            client.call(
                "users.authentication.Signin", session=None, login=credentials.login, password=credentials.password
            )
        )
    session = member(answer, "session")
    if not isinstance(session, str) or not session:
        raise UnexpectedAnswerError(
            "the platform accepted the login but gave no session; try again, or ask the hoster",
            method="users.authentication.Signin",
        )
    client.redactor.add(session)
    client.access.opened(session)
    if _needs_code(answer):
        _second_step(client, credentials)
    return str(member(answer, "email") or credentials.login)


def _second_step(client: PlatformClient, credentials: Credentials) -> None:
    """Confirm a sign-in with the one-time code: the session is restricted until then."""
    code = credentials.code()
    if not code:
        raise InputError(
            "this account has two-factor authentication: give the current one-time code as otp (PAAS_OTP), the "
            "secret that makes the codes as otp_secret (PAAS_OTP_SECRET), or a session that is signed in already as "
            "session"
        )
    method = "users.authentication.Verify2FACode"
    try:
        with _remedy(method, "run the task again with a new one-time code; a recovery code may be used up"):
            verified = payload(client.call(method, session=client.access.session, code=code))
    except RefusedError as error:
        if error.code != SIGNIN_FAILED:
            raise
        advice = _CODE_GIVEN if credentials.otp else _CODE_MADE
        # The platform's text for this code is about the password.
        raise RefusedError(
            f"the one-time code was not accepted (result {error.code}); {advice}; "
            "for several tasks or a loop sign in once with inet.elastic.paas_session",
            method=method,
            code=error.code,
        ) from None
    session = member(verified, "session")
    if isinstance(session, str) and session:
        client.redactor.add(session)
        client.access.opened(session)


def sign_out(client: PlatformClient, warn: Callable[[str], None]) -> None:
    """End the client's session; a failure is only a warning."""
    retry, timeout = client.retry, client.timeout
    client.retry = replace(retry, attempts=min(retry.attempts, SIGN_OUT_ATTEMPTS))
    client.timeout = min(timeout, SIGN_OUT_TIMEOUT)
    try:
        client.call("users.authentication.Signout")
    except PaasError as error:
        # The work is done, and the session ends by itself in time.
        if not (isinstance(error, RefusedError) and error.code == NOT_AUTHENTICATED):
            warn(client.redacted(f"the session could not be signed out: {error}"))
    finally:
        client.access.session = None
        client.retry, client.timeout = retry, timeout


def renewal(client: PlatformClient, credentials: Credentials) -> Callable[[], None] | None:
    """Return the function that opens a new session; None with a one-time code, which is valid only once."""

    def renew() -> None:
        sign_in(client, replace(credentials, otp=None) if credentials.otp_secret else credentials)

    return None if credentials.otp and not credentials.otp_secret else renew


def signs_in(credentials: Credentials, *, prefer_signin: bool) -> bool:
    """Return whether to sign in instead of using the given session."""
    return credentials.can_sign_in and (prefer_signin or not credentials.session)


@contextmanager
def authenticated(
    client: PlatformClient, credentials: Credentials, *, prefer_signin: bool, warn: Callable[[str], None]
) -> Iterator[str | None]:
    """Provide the client with a session for the time of a block; a session that was opened here is closed at the end.

    Args:
        prefer_signin: sign in if login and password are given, even if a session is given too. The platform accepts no
            personal access token for managing tokens.

    Yields:
        The account's e-mail or login; None if it is not known.

    Raises:
        InputError: no credentials were given, or a one-time code is missing.
    """
    client.redactor.add(credentials.session, credentials.password, credentials.otp, credentials.otp_secret)
    if credentials.session and not signs_in(credentials, prefer_signin=prefer_signin):
        client.access.opened(credentials.session)
        yield credentials.login
        return
    if not credentials.can_sign_in:
        if prefer_signin:
            raise InputError(
                "managing tokens needs login and password (PAAS_LOGIN, PAAS_PASSWORD), or a signed-in session"
            )
        raise InputError("give a token as session (PAAS_TOKEN), or login and password (PAAS_LOGIN, PAAS_PASSWORD)")
    account: str | None = None
    try:
        account = sign_in(client, credentials)
        client.access.renew = renewal(client, credentials)
        yield account
    finally:
        client.access.renew = None
        if client.access.session:
            sign_out(client, warn)
