# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``sealed_box``, documented in ``sealed_box.yml``."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.inet.elastic.plugins.plugin_utils._untagged import untagged


def sealed_box(text: Any, public_key: str) -> str:
    """Return a text encrypted for the owner of a key, both in Base64; AnsibleFilterError without a usable key."""
    given = untagged(text)
    try:
        plain = given.encode()
    except (AttributeError, UnicodeEncodeError):  # for instance None, of which the secret would be the text "None"
        raise AnsibleFilterError("sealed_box: the input is not a text of valid Unicode") from None
    # Imported here, because Ansible reads all filters of the collection for each task that uses one of them.
    try:
        from nacl.public import PublicKey, SealedBox
    except ImportError:
        raise AnsibleFilterError(
            "sealed_box needs the Python library PyNaCl on the controller: pip install pynacl"
        ) from None
    try:
        key = PublicKey(base64.b64decode(public_key, validate=True))
    except (binascii.Error, TypeError, ValueError):
        raise AnsibleFilterError(
            "sealed_box: the public key is not valid; give the 32 bytes of a key in Base64"
        ) from None
    return base64.b64encode(SealedBox(key).encrypt(plain)).decode()


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"sealed_box": sealed_box}
