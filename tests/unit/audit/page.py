# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the role ``audit``, rendered without a run of Ansible.

``python -m tests.unit.audit.page`` writes the page that the tests in the browser open, where there is no Ansible.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jinja2

from ansible_collections.inet.elastic.plugins.filter.audit_report import audit_report
from tests.unit.audit.audits import ACCOUNT, FULL, RECORDS, SETTINGS, facts, token

PROJECT = Path(__file__).resolve().parents[3]
ROLE = PROJECT / "roles" / "audit"
TEMPLATE = ROLE / "templates" / "audit.html.j2"
RECORDED = PROJECT / "emulator" / "tests" / "browser" / "audit.html"
LAST = json.dumps(audit_report(facts(tokens=[token("gone"), token(last_used=None)]), ACCOUNT, SETTINGS))


def rendered(report: dict[str, Any]) -> str:
    """The page of a report, with the settings that Ansible gives to Jinja."""
    environment = jinja2.Environment(
        trim_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined, autoescape=False
    )
    style = (ROLE / "files" / "style.css").read_text(encoding="utf-8").rstrip()
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"), {"lookup": lambda *_words: style})
    return template.render(audit_report=report, audit_currency="EUR")


def full_page() -> str:
    """The page with something of everything."""
    return rendered(audit_report(FULL, ACCOUNT, SETTINGS, LAST, RECORDS))


if __name__ == "__main__":
    RECORDED.write_text(full_page(), encoding="utf-8")
