# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Diffs of files: lines of text if the nodes that change are alike, else the state by node. Pure."""

from __future__ import annotations

from typing import Any

from .model import DesiredFile, Entry, Found, label

HIDDEN = "(hidden)"


def diff_of(current: Found, now: Found, desired: DesiredFile) -> dict[str, Any]:
    """Return the members of a plan with the diff."""
    if desired.state == "read":
        return {}
    if _is_text(current, desired) and (_contents_differ(current, now) or current == now):
        changes = [_header(before, after, desired) for before, after in zip(current, now) if before != after]
        header = f"{desired.path} in {', '.join(changes)}" if changes else desired.path
        texts = _texts(current, now)
        return {"diff_before": texts[0], "diff_after": texts[1], "diff_header": header}
    shows = not desired.attributes or _contents_differ(current, now)
    sides = ({label(entry, desired): _side(entry, desired, shows) for entry in entries} for entries in (current, now))
    return dict(zip(("diff_before", "diff_after"), sides))


def _is_text(current: Found, desired: DesiredFile) -> bool:
    """Return whether the diff is that of two texts: the nodes that differ from the desired content are alike."""
    differ = {(entry.kind, _diff_text(entry)) for entry in current if not entry.has_content(desired)}
    return desired.state == "file" and not desired.sensitive and len(differ) <= 1


def _contents_differ(current: Found, now: Found) -> bool:
    return any(
        _diff_text(before) != _diff_text(after) or before.kind != after.kind for before, after in zip(current, now)
    )


def _header(before: Entry, after: Entry, desired: DesiredFile) -> str:
    """Return the node, with the attributes that change."""
    changes = [
        f"{name} {'/'.join(before.attributes[name])} -> {value}" if name in before.attributes else f"{name} {value}"
        for name, value in before.unmet(desired).items()
    ]
    node = label(after, desired)
    return f"{node} ({', '.join(changes)})" if changes else node


def _texts(current: Found, now: Found) -> tuple[str, str]:
    """Return the content before and after, of a node that changes if there is one."""
    pairs = [(before, after) for before, after in zip(current, now) if before != after] or list(zip(current, now))
    return (_diff_text(pairs[0][0]), _diff_text(pairs[0][1])) if pairs else ("", "")


def _diff_text(entry: Entry) -> str:
    """Return a content as a diff shows it; of one that is not text, a line that says so."""
    if entry.content is not None and entry.content.text is not None:
        return entry.content.text
    digest = entry.digest or (entry.content.digest if entry.content else None)
    return f"(not compared as text, SHA-256 {digest})\n" if digest else ""


def _side(entry: Entry, desired: DesiredFile, shows_content: bool) -> Any:
    """Return one side of the diff of one node."""
    is_file = entry.kind == "file" and desired.state == "file"
    shown = (HIDDEN if desired.sensitive else _diff_text(entry)) if is_file else entry.kind
    if not desired.attributes:
        return shown
    values = {name: "/".join(entry.attributes[name]) for name in desired.attributes if name in entry.attributes}
    return {**({"content" if is_file else "state": shown} if shows_content else {}), **values}
