# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Time-based one-time passwords (RFC 6238) as authenticator applications show them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct

from .errors import InputError

STEP = 30  # seconds for which a code is shown
DIGITS = 6


def one_time_code(secret: str, moment: float) -> str:
    """Return the code that belongs to a secret at a moment.

    Args:
        secret: base32, as the platform shows it beside the QR code; blanks, hyphens and case do not matter.
        moment: seconds since 1970.

    Raises:
        InputError: the secret is not base32.
    """
    plain = "".join(secret.split()).replace("-", "").upper().rstrip("=")
    try:
        key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise InputError("otp_secret is not base32; give the secret that the platform shows beside the QR code")
    digest = hmac.new(key, struct.pack(">Q", int(moment) // STEP), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"
