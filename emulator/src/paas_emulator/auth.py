# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who calls: sessions from Signin, personal access tokens, and what each may reach."""

from __future__ import annotations

from datetime import datetime, timezone

import pyotp

from paas_emulator import secrets_at_rest
from paas_emulator.calls import Caller, Emulated
from paas_emulator.clock import FORMAT, parse_date
from paas_emulator.errors import ApiError, invalid_parameter, method_not_granted, not_authenticated, wrong_password
from paas_emulator.platform import Platform
from paas_emulator.services.authentication import templates
from paas_emulator.store import Account, Session, Token

TOTP_WINDOW = 1  # steps of 30 s to either side


def authenticate(platform: Platform, value: str | None) -> Caller:
    """The caller behind a session or token value. Raises ApiError 3 (not sent) or 702 (unknown, over, expired)."""
    if not value:
        raise invalid_parameter("session")
    store = platform.store
    key = secrets_at_rest.digest(value)
    session = store.sessions.get(key)
    if session:
        _keep_alive(platform, key, session, value)
        return Caller(store.accounts[session.uid], key, session=session)
    token = token_with(platform, value)
    if token is None or is_expired(platform, token):
        raise not_authenticated(value)
    return Caller(store.accounts[token.uid], key, token=token)


def _keep_alive(platform: Platform, key: str, session: Session, value: str) -> None:
    now = platform.clock.now().timestamp()
    lifetime = platform.switches["session_ttl"]
    if lifetime is not None and now - session.last_access > lifetime:
        del platform.store.sessions[key]
        platform.changed = True
        raise not_authenticated(value)
    if int(now) != int(session.last_access):
        platform.changed = True
    session.last_access = now


def lose_session(platform: Platform, value: str) -> ApiError:
    """Forget a session, as after a restart of the platform; tokens stay. Returns the refusal."""
    if platform.store.sessions.pop(secrets_at_rest.digest(value), None):
        platform.changed = True
    return not_authenticated(value)


def token_with(platform: Platform, value: str) -> Token | None:
    """The token of that value, expired or not."""
    key = secrets_at_rest.digest(value)
    return next((token for token in platform.store.tokens.values() if token.digest == key), None)


def is_expired(platform: Platform, token: Token) -> bool:
    """Whether its day has come, on the platform's clock."""
    return token.expires_at is not None and parse_date(token.expires_at) <= platform.clock.now()


def authorise(platform: Platform, caller: Caller, method: Emulated, value: str) -> None:
    """Raises ApiError 702 (one-time code still owed) or 8202 (token without the method)."""
    if caller.session:
        if caller.session.restricted and not method.restricted:
            raise not_authenticated(value, ": call Verify2FACode first")
        return
    token = caller.token
    if token is None or method.by_token:
        return
    facts = method.facts
    if not facts.grantable or not (token.template == templates.FULL or facts.name in templates.reach(token)):
        raise method_not_granted(facts.name)
    touch(platform, token)


def touch(platform: Platform, token: Token) -> None:
    """Note the use of a token; `lastUsed` has whole seconds."""
    now = platform.clock.text()
    if token.last_used != now:
        token.last_used = now
        platform.changed = True


def open_session(platform: Platform, account: Account, host: str, user_agent: str, restricted: bool = False) -> str:
    """A new session; returns its value, which is kept as a digest only."""
    store = platform.store
    value = secrets_at_rest.new_session_value()
    store.sessions[secrets_at_rest.digest(value)] = Session(
        id=store.next_id("session"),
        uid=account.uid,
        created_on=platform.clock.text(),
        last_access=platform.clock.now().timestamp(),
        host=host,
        user_agent=user_agent,
        restricted=restricted,
    )
    platform.changed = True
    return value


def check_password(account: Account, password: str | None, required: bool) -> None:
    """Confirmation by password: checked when sent, wanted when `required`. Raises ApiError 3 or 801."""
    if not password:
        if required:
            raise invalid_parameter("password")
        return
    if not secrets_at_rest.password_matches(password, account.password):
        raise wrong_password()


def take_one_time_code(account: Account, code: str) -> bool:
    """Whether the code is right: a TOTP of now (real time), or a recovery code, which is used up."""
    code = code.replace(" ", "")
    if account.otp_secret and pyotp.TOTP(account.otp_secret).verify(code, valid_window=TOTP_WINDOW):
        return True
    key = secrets_at_rest.digest(code)
    if key in account.recovery_codes:
        account.recovery_codes.remove(key)
        return True
    return False


def wants_second_factor(account: Account) -> bool:
    """Whether Signin gives a restricted session only."""
    return bool(account.otp_secret or account.recovery_codes)


def access_text(session: Session) -> str:
    """Last use of a session, as the platform writes dates."""
    return datetime.fromtimestamp(session.last_access, timezone.utc).strftime(FORMAT)
