# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New secret values, and the only forms in which they are kept: scrypt hashes and SHA-256 digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache

# Light on purpose: every sign-in pays for it, and the accounts are invented.
COST = {"n": 2**12, "r": 8, "p": 1}


def new_token_value() -> str:
    """40 lower-case hex characters (recorded form)."""
    return secrets.token_hex(20)


def new_session_value() -> str:
    """38 lower-case hex characters (recorded form)."""
    return secrets.token_hex(19)


def new_appid() -> str:
    """32 lower-case hex characters (recorded form)."""
    return secrets.token_hex(16)


def digest(value: str) -> str:
    """SHA-256 of a token, session or recovery code."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def hash_password(password: str) -> str:
    """`salt$hash`, both hex."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_scrypt(password, salt).hex()}"


def password_matches(password: str, stored: str) -> bool:
    """Compare in constant time."""
    salt, _, expected = stored.partition("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)), bytes.fromhex(expected))


@lru_cache(maxsize=64)  # a hash takes long on purpose, and clients confirm every change with the password
def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, dklen=32, **COST)
