# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A requests.Session without cookies and redirects."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import Any

# Connections kept alive at most, one for each thread that calls.
CONNECTIONS = 16

try:
    import requests
    from requests.adapters import HTTPAdapter
except ImportError:
    # The transport reports the missing library before it asks for a session.
    new_session: Any = None
else:

    class _Session(requests.Session):
        def get_redirect_target(self, resp: Any) -> None:
            """Return no target. requests would read the body and parse the address even if it must not follow it."""

    def _new_session() -> requests.Session:
        session = _Session()
        # Calls of several accounts may share connections, but no cookie: what a call may do is in its own parameters.
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        adapter = HTTPAdapter(pool_maxsize=CONNECTIONS)
        for scheme in ("https://", "http://"):
            session.mount(scheme, adapter)
        return session

    new_session = _new_session
