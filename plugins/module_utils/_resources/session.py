# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_session``: sign in for several tasks, and sign out after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._client.client import PlatformClient
from .._client.codes import METHOD_NOT_GRANTED, NOT_AUTHENTICATED, PERMISSION_DENIED
from .._client.errors import AnswerLostError, RefusedError, UnexpectedAnswerError, require
from .._engine.plan import Plan, Step
from .._engine.resource import Work
from .._engine.spec import with_connection

SIGN_IN = "users.authentication.Signin"
SIGN_OUT = "users.authentication.Signout"
# A read that a session that has ended is refused.
GET_USER = "users.account.GetUserInfo"
# The answers to a personal access token that calls SIGN_OUT.
TOKEN_REFUSED = (PERMISSION_DENIED, METHOD_NOT_GRANTED)
PRESENT, ABSENT = "present", "absent"


class Session:
    """The resource of ``paas_session``. The state is whether the task opened or ended a session.

    The flow signs in, and signs out unless :meth:`report` has handed the session back. A session that is given is ended
    while the state is read, which check mode does, too: other tasks of a check run need the session, and the run must
    not leave it open.
    """

    # A session cannot open another session, so login and password come first.
    manages_tokens = True
    spec = replace(
        with_connection({"state": {"type": "str", "choices": [PRESENT, ABSENT], "default": PRESENT}}),
        session_states=frozenset({ABSENT}),
    )

    def desired(self, options: Mapping[str, Any]) -> str:
        """Return the desired state; InputError if the credentials for it are missing."""
        if options["state"] == PRESENT:
            require(
                options.get("login") and options.get("password"),
                "login and password are missing: give both (PAAS_LOGIN, PAAS_PASSWORD); a session or token cannot sign "
                "in",
            )
        else:
            require(
                options.get("session"),
                "session is missing: give the session to sign out, as a task of inet.elastic.paas_session returned it",
            )
        return str(options["state"])

    def read(self, work: Work, desired: str) -> bool:
        """Return whether a session was opened by the flow, or was ended here."""
        return desired == PRESENT or _end_session(work)

    def plan(self, current: bool, desired: str) -> Plan[bool]:
        """Return what was done as the plan: a change if a session was opened or ended."""
        method, summary = (SIGN_IN, "sign in") if desired == PRESENT else (SIGN_OUT, "sign out")
        steps = (Step(method, {}, summary),) if current else ()
        return Plan(before=current, after=current, steps=steps)

    def apply(self, work: Work, plan: Plan[bool], desired: str) -> bool:
        """Do nothing, as the session is opened or ended by now."""
        return plan.after

    def report(self, work: Work, plan: Plan[bool], state: bool, desired: str) -> dict[str, Any]:
        """Return ``session`` and ``account``, both null after a sign-out."""
        if desired == ABSENT:
            return {"session": None, "account": None}
        session = work.client.access.session
        # The flow signs out what is open here at the end of the task.
        work.client.access.session = None
        return {"session": session, "account": work.account}


def _end_session(work: Work) -> bool:
    """Sign the given session out and make sure that it has ended; returns False if it had ended before.

    Raises:
        RefusedError: the value is a personal access token.
        UnexpectedAnswerError: the platform answered success and accepts the value still.
        AnswerLostError: whether the session has ended is not known.
    """
    client = work.client
    try:
        client.call(SIGN_OUT)
    except RefusedError as error:
        if error.code == NOT_AUTHENTICATED:
            # The answer to the first of several calls may be the one that was lost.
            return client.retries[SIGN_OUT] > 0
        raise _as_token(error) from None
    except AnswerLostError as error:
        raise error.saying(error, "the session may still be open: run the task again") from None
    work.done.append("sign out")
    _check_ended(client)
    return True


def _check_ended(client: PlatformClient) -> None:
    try:
        client.call(GET_USER)
    except RefusedError as error:
        if error.code == NOT_AUTHENTICATED:
            return
        raise _as_token(error) from None
    raise UnexpectedAnswerError(
        "the platform answered success to the sign-out, but accepts the value of session still, so the value is "
        "probably a personal access token; remove a token with inet.elastic.paas_token",
        method=SIGN_OUT,
    )


def _as_token(error: RefusedError) -> RefusedError:
    """Return the error with what it means for a sign-out, if it is the platform's answer to a token."""
    if error.code not in TOKEN_REFUSED:
        return error
    return RefusedError(
        f"session is a personal access token (result {error.code}), and only a signed-in session can be signed out; "
        "give the session that a task of inet.elastic.paas_session returned, or remove the token with "
        "inet.elastic.paas_token",
        method=SIGN_OUT,
        code=error.code,
    )
