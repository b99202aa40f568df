# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A form with files as the body of a request (multipart/form-data), sent in blocks, whatever the size of the files."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from .errors import InputError
from .parameters import NOT_UNICODE, LocalFile

BLOCK = 64 * 1024
# Characters of a file name that would end its place in the header.
_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


class FileBody:
    """Fields and files; ``requests`` asks for its length, and iterates over its blocks.

    Attributes:
        content_type: without a charset, because the platform refuses one (recorded).
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Raise InputError for a file that cannot be read."""
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._parts: list[tuple[bytes, Path | None, int]] = []
        for name, value in fields.items():
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
            if isinstance(value, LocalFile):
                path = Path(value)
                head += f'; filename="{path.name.translate(_QUOTED)}"\r\nContent-Type: application/octet-stream'
                self._parts.append((_encoded(f"{head}\r\n\r\n", name), path, _size(path)))
            else:
                self._parts.append((_encoded(f"{head}\r\n\r\n{value}", name), None, 0))
        self._end = f"--{boundary}--\r\n".encode()

    def __len__(self) -> int:
        return sum(len(head) + size + 2 for head, _path, size in self._parts) + len(self._end)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body. Raise InputError if a file has not the size that was announced."""
        for head, path, size in self._parts:
            yield head
            if path is not None:
                yield from _blocks(path, size)
            yield b"\r\n"
        yield self._end


def _encoded(text: str, name: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InputError(f"the parameter {name} {NOT_UNICODE}") from None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; name a file that exists") from None


def _blocks(path: Path, size: int) -> Iterator[bytes]:
    left = size
    with path.open("rb") as file:
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
        if left or file.read(1):
            raise InputError(f"{path} changed while it was sent; run the task again when nobody writes to it")
