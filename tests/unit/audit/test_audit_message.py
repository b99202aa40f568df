# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message of the role ``audit`` if something urgent was found."""

from __future__ import annotations

import jinja2
import pytest
import yaml

from tests.unit.audit.page import ROLE


@pytest.mark.parametrize(
    ("count", "found"),
    [
        (2, "env-0 is broken; env-1 is broken. See /srv/audit.html"),
        (10, "; ".join(f"env-{number} is broken" for number in range(10)) + ". See /srv/audit.html"),
        (338, "; ".join(f"env-{number} is broken" for number in range(10)) + "; and 328 more. See /srv/audit.html"),
    ],
)
def test_the_message_names_the_first_findings(count: int, found: str) -> None:
    """All are in the report; a large account must not fill the log."""
    task = yaml.safe_load((ROLE / "tasks" / "main.yml").read_text("utf-8"))[-1]
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters["zip"] = zip
    urgent = [{"subject": f"env-{number}", "text": "is broken"} for number in range(count)]
    text = environment.from_string(task["ansible.builtin.assert"]["fail_msg"]).render(
        audit__urgent=urgent, audit__failing=["high"], audit__page="/srv/audit.html"
    )
    assert text == f"{count} findings of severity high need attention: {found}"
