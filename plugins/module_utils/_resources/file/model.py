# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contents and attributes of files: as tasks desire them, and as nodes have them. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..._client.errors import InputError
from ..nodes import Place

TEXT, BASE64 = "text", "base64"
# Characters of base64 that one call carries.
PART_SIZE = 512 * 1024
# Attributes, in the order of the output of ``stat``, and its formats for number and name.
ATTRIBUTES = ("mode", "owner", "group")


@dataclass(frozen=True)
class Content:
    """The content of a file.

    Attributes:
        text: None if the content is not text: the platform then cannot read or write it unchanged.
    """

    raw: bytes = field(repr=False)
    text: str | None = field(repr=False)

    @classmethod
    def of(cls, raw: bytes) -> Content:
        """Return a content, as text if the platform can carry it as text."""
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return cls(raw, None)
        return cls(raw, None if "\0" in text else text)

    @property
    def digest(self) -> str:
        """The SHA-256 checksum."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def parts(self) -> tuple[str, ...]:
        """The content in base64, in parts of bounded size."""
        encoded = base64.b64encode(self.raw).decode()
        return tuple(encoded[start : start + PART_SIZE] for start in range(0, len(encoded), PART_SIZE))

    def to_result(self) -> dict[str, str]:
        """Return ``content`` and ``encoding``, which a task can be given."""
        if self.text is not None:
            return {"content": self.text, "encoding": TEXT}
        return {"content": base64.b64encode(self.raw).decode(), "encoding": BASE64}


def content_from(text: str, encoding: str) -> Content:
    """Return the content that the options give.

    Raises:
        InputError: the text is not base64, although the encoding is.
    """
    if encoding == TEXT:
        return Content(text.encode("utf-8", "surrogateescape"), text)
    try:
        return Content.of(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError):
        raise InputError("content is not base64, as encoding says; correct it, or set encoding: text") from None


@dataclass(frozen=True)
class DesiredFile:
    """The desired state of a path.

    Attributes:
        content: of a file.
        attributes: values by name (``ATTRIBUTES``), without those that stay as they are.
        backup: path for the copy of a file that is changed; None: no copy.
        timeout: seconds to wait for another operation in the environment.
    """

    place: Place
    path: str
    state: str
    content: Content | None = field(repr=False, default=None)
    attributes: Mapping[str, str] = field(default_factory=dict)
    backup: str | None = None
    master_only: bool = False
    sensitive: bool = False
    timeout: float = 600

    @property
    def is_binary(self) -> bool:
        """Whether the content goes to the node by a command, as it is not text."""
        return self.content is not None and self.content.text is None

    @property
    def needs_facts(self) -> bool:
        """Whether a command has to show the current state: the File methods show no owner and no checksum."""
        return self.is_binary or bool(self.attributes)


@dataclass(frozen=True)
class Entry:
    """The current state of the path in one node.

    Attributes:
        node_id: None for the nodes of a layer that does not exist yet.
        kind: ``file``, ``directory`` or ``absent``.
        content: of a file, if it was read.
        digest: of a file, if its checksum was read.
        attributes: by name, all spellings of the value, such as number and name of the owner.
    """

    node_id: int | None
    kind: str
    content: Content | None = field(repr=False, default=None)
    digest: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def unmet(self, desired: DesiredFile) -> dict[str, str]:
        """Return the attributes that are not as desired."""
        return {name: value for name, value in desired.attributes.items() if value not in self.attributes.get(name, ())}

    def has_content(self, desired: DesiredFile) -> bool:
        """Return whether the file has the desired content."""
        if self.kind != "file" or desired.content is None:
            return False
        if desired.is_binary:
            return self.digest == desired.content.digest
        return self.content is not None and self.content.text == desired.content.text


Found = tuple[Entry, ...]


def label(entry: Entry, desired: DesiredFile) -> str:
    """Return the name of a node for messages, or of the layer if its nodes are not known."""
    return f"node {entry.node_id}" if entry.node_id is not None else f"layer {desired.place.node_group}"
