# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: the ones given at the start or through the control path, and their written form."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyotp

from paas_emulator import secrets_at_rest
from paas_emulator.control_values import SettingError
from paas_emulator.store import Account, Store, Token

FULL_TEMPLATE = "Extended Access"
_TOKEN = re.compile(r"[0-9a-f]{40}")
_VISIBLE = re.compile(r"[\x21-\x7e]+")
MEMBERS = ("login", "password", "token", "name", "otp_secret", "recovery_codes")


class AccountError(ValueError):
    """An account that cannot be used. The text never holds a value of it."""


@dataclass(frozen=True)
class StartAccount:
    """`token`: value of a token to create with it. `otp_secret`: base 32; turns two-factor authentication on."""

    login: str
    password: str
    token: str | None = None
    name: str | None = None
    otp_secret: str | None = None
    recovery_codes: tuple[str, ...] = ()


DEMO = StartAccount("demo@example.com", "demo-password", name="Demo User")


def parse_account(text: str, where: str) -> StartAccount:
    """LOGIN:PASSWORD[:TOKEN]. With more colons the last part must be a 40-digit token. Raises AccountError."""
    login, _, rest = text.partition(":")
    password, colon, token = rest.rpartition(":") if ":" in rest else (rest, "", "")
    if not login.strip() or not password or (colon and not token):
        raise AccountError(f"{where} is malformed: expected LOGIN:PASSWORD or LOGIN:PASSWORD:TOKEN")
    if ":" in password and not _TOKEN.fullmatch(token):
        raise AccountError(f"{where} is ambiguous: with a ':' in the password, end it with a token of 40 hex digits")
    if token and not _VISIBLE.fullmatch(token):
        raise AccountError(f"{where} is malformed: the token has blanks or unusual characters")
    return StartAccount(login.strip(), password, token or None)


def parse_lines(lines: Iterable[str], where: str) -> list[StartAccount]:
    """One account a line; empty lines and lines beginning with # are skipped. Raises AccountError."""
    return [
        parse_account(line.strip("\r\n"), f"{where} line {number}")
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def parse_objects(wanted: Any) -> list[StartAccount]:
    """Accounts from the body of `PUT accounts`. Raises SettingError."""
    if isinstance(wanted, Mapping):
        wanted = wanted.get("accounts", [wanted])
    if not isinstance(wanted, list):
        raise SettingError("accounts must be a list of objects")
    return [_object(position, item) for position, item in enumerate(wanted, 1)]


def _object(position: int, item: Any) -> StartAccount:
    where = f"account {position}"
    if not isinstance(item, Mapping):
        raise SettingError(f"{where} must be an object")
    unknown = sorted(set(item) - set(MEMBERS))
    if unknown:
        raise SettingError(f"{where}: unknown member {unknown[0]!r}; there are: {', '.join(MEMBERS)}")
    for name in ("login", "password", "token", "name", "otp_secret"):
        value = item.get(name)
        needed = name in ("login", "password")
        if (value is None and needed) or (value is not None and not (isinstance(value, str) and value)):
            raise SettingError(f"{where}: {name} must be a non-empty text")
    codes = item.get("recovery_codes") or []
    if not isinstance(codes, list) or not all(isinstance(code, str) and code for code in codes):
        raise SettingError(f"{where}: recovery_codes must be a list of texts")
    if item.get("otp_secret"):
        try:
            pyotp.TOTP(item["otp_secret"]).now()
        except (binascii.Error, ValueError):
            rule = "base 32 of at least 112 bits (24 characters or more)"
            raise SettingError(f"{where}: otp_secret must be {rule}") from None
    return StartAccount(**{**item, "recovery_codes": tuple(codes)})


def ensure(store: Store, wanted: StartAccount, at_start: bool = True) -> Account:
    """Add the account, or replace the credentials of the one with that login. Its environments and tokens stay.

    at_start: its token is made once only; one removed or regenerated since does not come back at a restart.
    """
    account = store.account_of(wanted.login)
    if account is None:
        uid = store.next_id("uid")
        account = Account(uid=uid, login=wanted.login, password="", name=wanted.login.partition("@")[0])
        store.accounts[uid] = account
    account.password = _stored(wanted.login, wanted.password)
    account.name = wanted.name or account.name
    account.otp_secret = wanted.otp_secret
    account.recovery_codes = [secrets_at_rest.digest(code.replace(" ", "")) for code in wanted.recovery_codes]
    if wanted.token:
        _seed_token(store, account, wanted.token, at_start)
    return account


@lru_cache(maxsize=64)
def _stored(login: str, password: str) -> str:
    """How the password of an account is kept; made once, as every reset asks for it again."""
    return secrets_at_rest.hash_password(password)


def _seed_token(store: Store, account: Account, value: str, once: bool) -> None:
    key = secrets_at_rest.digest(value)
    if any(token.digest == key for token in store.tokens.values()) or (once and key in store.seeded):
        return
    if key not in store.seeded:
        store.seeded.append(key)
    number = store.next_id("token")
    store.tokens[number] = Token(number, account.uid, key, "given at the start", template=FULL_TEMPLATE)
