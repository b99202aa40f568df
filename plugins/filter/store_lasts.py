# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``store_lasts``, documented in ``store_lasts.yml``."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.lifetime import lost_with_job


def store_lasts(path: str) -> bool:
    """Return whether a token store outlives the run."""
    return bool(path) and not lost_with_job(str(path), os.environ)


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"store_lasts": store_lasts}
