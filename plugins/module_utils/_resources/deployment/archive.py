# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Archives that are deployed, and the names by which the platform tells one version from another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ..._client.addresses import split_address
from ..._client.errors import InputError, require

BLOCK = 1024 * 1024
# Digits of the checksum in the name of an archive.
DIGITS = 12
_CHECKSUM = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_NAME = re.compile(r"(.+?)((?:\.tar)?\.[A-Za-z0-9]{1,5})?")


@dataclass(frozen=True)
class Archive:
    """An archive: a file on the controller, or an address.

    Attributes:
        name: the file's name.
        digest: SHA-256 as the task gives it, in hexadecimal digits.
    """

    name: str
    src: str | None
    url: str | None
    digest: str | None

    def found_digest(self) -> str | None:
        """Return the SHA-256 of the file, or else what the task gives.

        Raises:
            InputError: the file cannot be read, or has another checksum.
        """
        if self.src is None:
            return self.digest
        found = _digest(Path(self.src))
        require(
            self.digest in (None, found),
            f"archive.src: {self.src} has the checksum sha256:{found} and not archive.checksum; correct one of them",
        )
        return found

    def deployed_name(self, digest: str | None) -> str:
        """Return ``shop-0123456789ab.war`` for ``shop.war``, or the name if there is no digest.

        The platform shows the name of a deployed archive and not its content, so the name holds the digest.
        """
        parts = _NAME.fullmatch(self.name)
        if digest is None or parts is None:
            return self.name
        return f"{parts[1]}-{digest[:DIGITS]}{parts[2] or ''}"


def archive_of(given: Mapping[str, Any]) -> Archive:
    """Return the archive that an option describes.

    Raises:
        InputError: the address, the name or the checksum is not valid.
    """
    src, url = given.get("src") or None, (given.get("url") or "").strip() or None
    require(src or url, "archive.src and archive.url are empty; give one of them")
    require("\0" not in (src or ""), "archive.src contains a zero byte; remove it")
    checksum = (given.get("checksum") or "").strip().lower()
    known = _CHECKSUM.fullmatch(checksum)
    require(not checksum or known, "archive.checksum is written as sha256: and 64 hexadecimal digits")
    parts = split_address(url or "")
    require(
        src is not None or (parts.scheme.lower() in ("http", "https", "ftp") and parts.hostname),
        "archive.url is not a web address; the platform fetches it, so give one that it can reach",
    )
    name = (given.get("name") or "").strip() or Path(src or unquote(parts.path)).name
    usable = name not in ("", ".", "..") and "/" not in name and name.isprintable()
    require(usable, "archive.name: give the name of a file, such as shop.war")
    return Archive(name, src, url, known[1] if known else None)


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file, as hexadecimal digits."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                found.update(block)
    except OSError as error:
        raise InputError(f"archive.src: {path} cannot be read: {error.strerror}; name a file") from None
    return found.hexdigest()
