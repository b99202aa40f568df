# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of environments, groups and images: their rules, and when two of them are the same."""

from __future__ import annotations

import re
from typing import Any

from ..._client.errors import require

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def environment_name(given: str, option: str = "name") -> str:
    """Return the name in lower case, as host names have no case."""
    name = given.strip().lower()
    require(
        _NAME.fullmatch(name),
        f"{option}: {given!r} is not a valid environment name: use letters, digits and hyphens, and begin and end with "
        "a letter or a digit",
    )
    return name


def name_or_pattern(given: str, option: str = "name") -> str:
    """Return a name or pattern in lower case; InputError for what can be neither."""
    return given.strip().lower() if is_pattern(given) else environment_name(given, option)


def group_key(path: str) -> str:
    """Return a group's path for comparing: blanks around ``/`` do not count."""
    return "/".join(part.strip() for part in path.split("/"))


def is_pattern(name: str) -> bool:
    """Return whether a name has wildcards."""
    return any(character in name for character in "*?[")


def same_text(current: Any, desired: Any) -> bool:
    """Compare without regard to case."""
    return str(current or "").casefold() == str(desired or "").casefold()


def same_image(current: Any, desired: Any) -> bool:
    """Compare images; what stands for Docker Hub may be written or left out."""
    return _full_image(current) == _full_image(desired)


def _full_image(image: Any) -> str:
    text = str(image or "")
    for prefix in ("docker.io/", "index.docker.io/", "library/"):
        text = text[len(prefix) :] if text.startswith(prefix) else text
    return text


def split_image(image: str) -> tuple[str, str | None]:
    """``host:5000/app:1.2`` as ``host:5000/app`` and ``1.2``; a digest counts as the tag."""
    name, at, digest = image.strip().partition("@")
    folder, slash, last = name.rpartition("/")
    base, colon, tag = last.partition(":")
    return f"{folder}{slash}{base}", digest if at else (tag if colon else None)


def joined_image(image: str, tag: str | None) -> str:
    """The opposite of :func:`split_image`."""
    if not tag:
        return image
    return f"{image}{'@' if ':' in tag else ':'}{tag}"
