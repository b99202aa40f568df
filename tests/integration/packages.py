# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A package of the tests: it asks for a secret, and hands it to a container."""

from __future__ import annotations

WIKI = {
    "type": "install",
    "id": "wiki",
    "name": "Wiki",
    "settings": {"fields": [{"name": "secret", "inputType": "password", "required": True}]},
    "nodes": [{"image": "wiki:2.4", "nodeGroup": "cp", "env": {"SECRET": "${settings.secret}"}}],
}
