# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths in nodes, as tasks write them."""

from __future__ import annotations

from .._client.errors import require


def absolute_path(option: str, path: str) -> str:
    """Return an absolute path without slashes at its end.

    A path is taken as it is written, or refused: one that means another place than it seems to, such as ``/tmp/..``,
    is not followed.

    Args:
        option: how messages name the option.

    Raises:
        InputError: the path is not absolute, or has white space at an end, a zero byte or a ``.`` or ``..`` segment.
    """
    shown = f"{option}: {path!r}"
    require(path == path.strip(), f"{shown} has white space at its beginning or end; remove it")
    require(path.startswith("/"), f"{shown} is not an absolute path; begin it with /")
    require("\0" not in path, f"{shown} contains a zero byte; remove it")
    dots = next((segment for segment in path.split("/") if segment in (".", "..")), None)
    require(dots is None, f"{shown} has the segment {dots!r}; write the path without it")
    return path.rstrip("/") or "/"
