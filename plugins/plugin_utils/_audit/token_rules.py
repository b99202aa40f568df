# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be wrong with a token. A rule returns a sentence, or None if nothing is wrong or if it is not known."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import parse_moment

from .model import AuditFacts, AuditRule, AuditSettings, Entry

# The template that grants all methods (documented).
ALL_METHODS = "Extended Access"
MOST_NAMES = 8


def _is_replaced(token: Entry, facts: AuditFacts) -> bool:
    """Whether an overlapping rotation has left the token for a grace period: NAME.old beside NAME."""
    others = {other["description"] for other in facts.tokens}
    name: str = token["description"]
    return name.endswith(".old") and name.removesuffix(".old") in others


def state_of(token: Entry, facts: AuditFacts, settings: AuditSettings) -> str:
    """Return the state of a token for the table of the report."""
    if token["expired"]:
        return "expired"
    if _is_replaced(token, facts):
        return "replaced"
    if token["expires_at"] is None:
        return "never expires"
    return "expiring" if parse_moment(token["expires_at"]) - settings.now <= settings.within else "valid"


def unused_methods(token: Entry, facts: AuditFacts) -> list[str]:
    """Return the granted methods that no recorded run called. Without complete records nothing is known."""
    recorded = facts.recorded.get(token["description"])
    if recorded is None or not recorded.complete:
        return []
    called = {method.casefold() for method in recorded.methods}
    return [method for method in token["api_methods"] if method.casefold() not in called]


def _expired(token: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    is_wrong = state_of(token, facts, settings) == "expired" and not _is_replaced(token, facts)
    return f"expired on {token['expires_at']}" if is_wrong else None


def _expiring(token: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    return f"expires on {token['expires_at']}" if state_of(token, facts, settings) == "expiring" else None


def _never_expires(token: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    return "never expires" if token["expires_at"] is None else None


def _unused(token: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    """A token without a date of its last use may be new, or the platform may not tell: that is unknown, not unused."""
    last = token["last_used"]
    if last is None or token["expired"] or settings.now - parse_moment(last) < settings.unused_since:
        return None
    return f"last used on {last}"


def _full_access(token: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    template = token["template"]
    return (
        f"grants all methods (template {template})"
        if template and template.casefold() == ALL_METHODS.casefold()
        else None
    )


def _more_rights(token: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    unused = unused_methods(token, facts)
    if not unused:
        return None
    recorded = facts.recorded[token["description"]]
    runs = "1 recorded run" if recorded.runs == 1 else f"{recorded.runs} recorded runs"
    more = f" and {len(unused) - MOST_NAMES} more" if len(unused) > MOST_NAMES else ""
    granted = len(token["api_methods"])
    return (
        f"{len(unused)} of {granted} granted methods were not called in {runs} since {recorded.since}: "
        f"{', '.join(unused[:MOST_NAMES])}{more}"
    )


Check = Callable[[Entry, AuditFacts, AuditSettings], "str | None"]
RULES: tuple[tuple[AuditRule, Check], ...] = (
    (AuditRule("token_expired", "high", "Renew the token with paas_token, or remove it."), _expired),
    (
        AuditRule("token_expiring", "high", "Renew the token; the playbook inet.elastic.rotate_tokens does this."),
        _expiring,
    ),
    (AuditRule("token_never_expires", "medium", "Set expires_in or expires_at, and rotate the token."), _never_expires),
    (AuditRule("token_unused", "medium", "Remove the token if nobody needs it."), _unused),
    (
        AuditRule("token_full_access", "medium", "Grant only the methods that are needed; see permissions_for."),
        _full_access,
    ),
    (
        AuditRule("token_more_rights", "low", "Remove the methods from api_methods if no other run needs them."),
        _more_rights,
    ),
)
