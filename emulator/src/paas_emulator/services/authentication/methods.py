# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""users.Authentication: sign-in and out, two-factor codes, sessions, personal access tokens."""

from __future__ import annotations

from typing import Any

from paas_emulator import auth, catalog, secrets_at_rest
from paas_emulator.calls import Call
from paas_emulator.errors import authentication_failed, invalid_parameter, method_not_granted, not_authenticated
from paas_emulator.registry import emulates
from paas_emulator.services.authentication import model as tokens
from paas_emulator.services.authentication import templates
from paas_emulator.store import Account, Token


def who(account: Account, restricted: bool = False) -> dict[str, Any]:
    """Members that name the account (recorded) and its way of signing in (documented)."""
    two_factor = auth.wants_second_factor(account)
    check = {"id": 1, "type": "TOTP", "isActive": True, "isConfigured": True}
    return {
        "uid": account.uid,
        "email": account.login,
        "name": account.name,
        "status": "ENABLED",
        "authType": "TFA" if two_factor else "BASIC",
        "accessType": "RESTRICTED" if restricted else "FULL_ACCESS",
        "requiredAuthCheck": check if restricted else None,
    }


@emulates("users.authentication.Signin", aliases={"email": "login"})  # a client sends it in this way
def signin(call: Call) -> dict[str, Any]:
    """Open a session; a restricted one where a one-time code is owed."""
    account = call.platform.store.account_of(call.text("login") or "")
    if account is None or not secrets_at_rest.password_matches(call.text("password") or "", account.password):
        raise authentication_failed()
    restricted = auth.wants_second_factor(account)
    session = auth.open_session(call.platform, account, call.host, call.user_agent, restricted)
    return {**who(account, restricted), "session": session}


@emulates("users.authentication.Signout", restricted=True)
def signout(call: Call) -> dict[str, Any]:
    """Drop the session that was sent."""
    call.platform.store.sessions.pop(call.caller.key, None)
    call.platform.changed = True
    return {}


@emulates("users.authentication.CheckSign", restricted=True, by_token=True)
def check_sign(call: Call) -> dict[str, Any]:
    """Is this session alive; a client looks for `accessType` in the answer (the rest is inferred)."""
    session = call.caller.session
    return who(call.account, restricted=bool(session and session.restricted))


@emulates("users.authentication.Verify2FACode", restricted=True)
def verify_2fa_code(call: Call) -> dict[str, Any]:
    """Turn a restricted session into a full one; it dies after too many wrong codes."""
    session = call.caller.session
    if session is None:
        raise not_authenticated(call.session_value)
    call.platform.changed = True
    if not auth.take_one_time_code(call.account, call.text("code") or ""):
        session.attempts_left -= 1
        if session.attempts_left <= 0:
            call.platform.store.sessions.pop(call.caller.key, None)
        raise authentication_failed(attemptsLeft=max(session.attempts_left, 0))
    session.restricted = False
    return {**who(call.account), "session": call.session_value}


@emulates("users.authentication.SigninByToken", optional=("userHeaders",), by_token=True)
def signin_by_token(call: Call) -> dict[str, Any]:
    """A session for a token; only the Extended Access template may (documented)."""
    value = call.text("token") or ""
    token = auth.token_with(call.platform, value)
    if token is None or auth.is_expired(call.platform, token):
        raise not_authenticated(value)
    if token.template != templates.FULL:
        raise method_not_granted(call.method.facts.name)
    auth.touch(call.platform, token)
    account = call.platform.store.accounts[token.uid]
    session = auth.open_session(call.platform, account, call.host, call.user_agent)
    return {**who(account), "session": session}


@emulates("users.authentication.GetSessions")
def get_sessions(call: Call) -> dict[str, Any]:
    """Open sessions of the account."""
    rows = [
        {
            "id": session.id,
            "uid": session.uid,
            "createdOn": session.created_on,
            "lastAccess": auth.access_text(session),
            "host": session.host,
            "userAgent": session.user_agent,
            "current": key == call.caller.key,
        }
        for key, session in call.platform.store.sessions.items()
        if session.uid == call.account.uid
    ]
    return {"sessions": rows}


@emulates("users.authentication.SignoutSessions")
def signout_sessions(call: Call) -> dict[str, Any]:
    """Drop sessions by id, `*` = all of the account, the caller's own too. Unknown ids are ignored."""
    wanted = call.ids("ids")
    sessions = call.platform.store.sessions
    for key, session in list(sessions.items()):
        if session.uid == call.account.uid and (wanted is None or session.id in wanted):
            del sessions[key]
    return {}


@emulates("users.authentication.CreateToken")
def create_token(call: Call) -> dict[str, Any]:
    """Make a token; the only answer but RegenerateToken's that holds its value."""
    _confirm(call)
    description = tokens.wanted_description(call)
    permissions = tokens.wanted_permissions(call)
    if permissions is None:
        raise invalid_parameter("apiList")
    expires_at = tokens.wanted_expiry(call)
    tokens.check_room(call)
    store = call.platform.store
    value = secrets_at_rest.new_token_value()
    template, methods = permissions
    token = Token(
        id=store.next_id("token"),
        uid=call.account.uid,
        digest=secrets_at_rest.digest(value),
        description=description,
        expires_at=expires_at,
        template=template,
        methods=methods,
    )
    store.tokens[token.id] = token
    return {"token": tokens.to_api(call, token, value)}


@emulates("users.authentication.EditToken")
def edit_token(call: Call) -> dict[str, Any]:
    """Change what was sent: omitted = unchanged, empty `expiresAt` = no expiry."""
    _confirm(call)
    token = tokens.own_token(call, call.values["id"])
    description = tokens.wanted_description(call) if call.sent("description") else token.description
    permissions = tokens.wanted_permissions(call)
    token.expires_at = tokens.wanted_expiry(call) if call.sent("expiresAt") else token.expires_at
    token.description = description
    if permissions is not None:
        token.template, token.methods = permissions
    return {"token": tokens.to_api(call, token)}


@emulates("users.authentication.RegenerateToken", aliases={"ids": "id"})
def regenerate_token(call: Call) -> dict[str, Any]:
    """A new value, all else unchanged; the old value is dead at once. Expired tokens too (documented)."""
    _confirm(call)
    token = tokens.own_token(call, call.values["id"])
    value = secrets_at_rest.new_token_value()
    token.digest = secrets_at_rest.digest(value)
    return {"token": tokens.to_api(call, token, value)}


@emulates("users.authentication.DeleteTokens")
def delete_tokens(call: Call) -> dict[str, Any]:
    """Remove by id, `*` = all of the account. One unknown id refuses the whole call."""
    _confirm(call)
    wanted = call.ids("ids")
    store = call.platform.store
    if wanted is None:
        doomed = store.tokens_of(call.account.uid)
    else:
        doomed = [tokens.own_token(call, number) for number in dict.fromkeys(wanted)]
    for token in doomed:
        del store.tokens[token.id]
    return {}


@emulates("users.authentication.GetTokens")
def get_tokens(call: Call) -> dict[str, Any]:
    """Tokens of the account, all or by id; never a value. Unknown ids are left out."""
    wanted = call.ids("ids") if call.items("ids") else None
    rows = call.platform.store.tokens_of(call.account.uid)
    return {"apiTokens": [tokens.to_api(call, token) for token in rows if wanted is None or token.id in wanted]}


@emulates("users.authentication.GetTokenTemplates")
def get_token_templates(call: Call) -> dict[str, Any]:
    """The four documented templates."""
    short_names = call.platform.switches["short_method_names"]
    return {"templates": [templates.to_api(name, short_names) for name in templates.TEMPLATES]}


@emulates("users.authentication.GetTokenApiList", aliases={"sortParam": "search"})
def get_token_api_list(call: Call) -> dict[str, Any]:
    """Methods a token may hold. `search` is part of the name in either spelling, case ignored."""
    wanted = catalog.normalise(call.text("search") or "")
    private = call.flag("showPrivate")
    short_names = call.platform.switches["short_method_names"]
    rows = [fact for fact in catalog.grantable() if wanted in fact.key and (private or not fact.private)]
    return {"tokenPermissions": [fact.to_api(short_names) for fact in rows]}


def _confirm(call: Call) -> None:
    auth.check_password(call.account, call.text("password"), call.platform.switches["require_password"])
