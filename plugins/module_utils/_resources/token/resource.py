# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token resource: one token (``paas_token``) or an account's whole set (``paas_tokens``), by the same flow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from ..._client.errors import UnexpectedAnswerError, require
from ..._engine.dates import parse_moment, utc_now
from ..._engine.plan import Plan
from ..._engine.resource import Work
from ..._engine.spec import Spec, with_connection
from ..._engine.store_entry import StoreEntry
from .desired import (
    DEFAULTS_OPTIONS,
    ENTRY_OPTIONS,
    SET_ENTRY_OPTIONS,
    STORE_OPTIONS,
    desired_tokens,
    options_of_one,
)
from .model import DesiredToken, DesiredTokens, Token, TokenState
from .plan import CREATE, MAKES_VALUE, REGENERATE, TwinsError, find, no_source, plan_tokens
from .reader import read_all, stored_entries, token_state
from .steps import TokenTarget
from .store_plan import entry_key, holds_value_of, interrupted_creation

# Seconds within which a run that made a token at the same moment as another run removes its own again.
TWIN_SECONDS, TWIN_PAUSE = 2.0, 0.7
# Seconds after its mark within which a creation that was killed may still reach the platform.
ARRIVAL_SECONDS = 15.0


class Tokens(ABC):
    """The flow's part that both token modules share."""

    manages_tokens = True
    spec: Spec
    plan = staticmethod(plan_tokens)

    @abstractmethod
    def desired(self, options: Mapping[str, Any]) -> DesiredTokens:
        """See :class:`Resource`."""

    def read(self, work: Work, desired: DesiredTokens) -> TokenState:
        """One GetTokens; the lists of methods and templates only for patterns and for what will be written.

        Two tokens of a declared description are looked at again: of two runs that made them at the same moment, the
        later one removes its token. A token to remove is waited for if a run was killed while it created the token.
        """
        clock = work.client.clock
        first = read_at = clock.monotonic()
        while True:
            try:
                tokens, catalogue = read_all(work.client, desired)
                break
            except TwinsError:
                if work.task.check_mode or read_at >= first + TWIN_SECONDS:
                    raise
            clock.pause(TWIN_PAUSE)
            read_at = clock.monotonic()
        entries = stored_entries(work)
        arrival = first if work.task.check_mode else first + _seconds_to_arrive(tokens, entries, desired)
        while read_at < arrival and _seconds_to_arrive(tokens, entries, desired):
            clock.pause(TWIN_PAUSE)
            read_at = clock.monotonic()
            tokens, catalogue = read_all(work.client, desired)
        assumed = _assumed(work, tokens, desired)
        return token_state(work, tokens, entries=entries, catalogue=catalogue, assumed=assumed, read_at=read_at)

    def apply(self, work: Work, plan: Plan[TokenState], desired: DesiredTokens) -> TokenState:
        """Carry out the plan, and check that it was taken over."""
        target = TokenTarget(work, desired, plan, lambda still: self.plan(self.read(work, still), still))
        work.carried_out = target.run()
        return target.state

    def report(self, work: Work, plan: Plan[TokenState], state: TokenState, desired: DesiredTokens) -> dict[str, Any]:
        """``token`` or ``tokens``, and what was removed."""
        results = [self._token_result(plan, state, token, desired) for token in desired.tokens if token.present]
        remaining = {token.id for token in state.tokens}
        removed = sorted(token.description for token in plan.before.tokens if token.id not in remaining)
        values: dict[str, str | None] = {result["description"]: result.pop("value") for result in results}
        return {**self.to_result(results, values, desired), "removed": removed}

    @abstractmethod
    def to_result(
        self, results: list[dict[str, Any]], values: dict[str, str | None], desired: DesiredTokens
    ) -> dict[str, Any]:
        """Name the results as the module does.

        Args:
            results: of the tokens, in the order of their declaration.
            values: by description; None if a value is not known.
        """

    @staticmethod
    def _token_result(
        plan: Plan[TokenState], state: TokenState, desired: DesiredToken, task: DesiredTokens
    ) -> dict[str, Any]:
        token = find(state.tokens, desired)
        if token is None:
            raise UnexpectedAnswerError(f"the platform does not list {desired.label} after the task")
        entry = state.entries.get(entry_key(token, desired))
        stored = task.stored and holds_value_of(entry, token)
        made = {step.subject.token.description: step.method for step in plan.steps if step.method in MAKES_VALUE}
        value = state.values.get(token.description) or (entry.value if stored and entry else None)
        return {
            **token.to_result(state.now),
            "stored": stored,
            "created": made.get(token.description) == CREATE,
            "regenerated": made.get(token.description) == REGENERATE,
            "value_changed": token.description in made,
            "value": value or None,
        }


def _seconds_to_arrive(tokens: tuple[Token, ...], entries: Mapping[str, StoreEntry], desired: DesiredTokens) -> float:
    """Return for how long a token to remove may still appear, because a run was killed while it created the token."""
    marks = [
        interrupted_creation(entries, token)
        for token in desired.tokens
        if not token.present and not find(tokens, token)
    ]
    ages = [(utc_now() - parse_moment(mark.updated_at)).total_seconds() for mark in marks if mark and mark.updated_at]
    return max((ARRIVAL_SECONDS - age for age in ages if 0 <= age < ARRIVAL_SECONDS), default=0.0)


def _assumed(work: Work, tokens: tuple[Token, ...], desired: DesiredTokens) -> frozenset[str]:
    """Return the sources of copies that check mode assumes an earlier task to create, as this task does not."""
    present = {token.description for token in tokens}
    known = {*present, *(str(token.id) for token in tokens), *(token.description for token in desired.tokens)}
    copies = [token for token in desired.tokens if token.present and token.description not in present]
    names = dict.fromkeys(token.copy_from for token in copies if token.copy_from)
    return frozenset(
        name for name in names if name not in known and name.strip() not in known and work.assume(no_source(name))
    )


class OneToken(Tokens):
    """``paas_token``: one token, or with ``state: absent`` any number of them."""

    spec = with_connection(
        {
            **ENTRY_OPTIONS,
            "descriptions": {"type": "list", "elements": "str"},
            "ids": {"type": "list", "elements": "int"},
            **STORE_OPTIONS,
        },
        required_one_of=[["description", "id", "descriptions", "ids"]],
        mutually_exclusive=[
            ["template", "api_methods"],
            ["expires_at", "expires_in"],
            ["copy_from", "id"],
            ["description", "descriptions", "ids"],
            ["id", "descriptions", "ids"],
        ],
        required_by={"renew_before": ["expires_in"]},
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredTokens:
        """One entry, or one for each name or id to be removed."""
        many = [("description", options.get("descriptions")), ("id", options.get("ids"))]
        entries: list[Mapping[str, Any]] = [
            {"state": "absent", name: item} for name, given in many for item in dict.fromkeys(given or ())
        ]
        require(
            options["state"] == "absent" or not (options.get("descriptions") or options.get("ids")),
            "descriptions and ids name tokens to remove; use them with state: absent",
        )
        alone = options.get("description") is not None or options.get("id") is not None
        return desired_tokens(options, [options] if alone else entries)

    def to_result(
        self, results: list[dict[str, Any]], values: dict[str, str | None], desired: DesiredTokens
    ) -> dict[str, Any]:
        """``token``, null when there is none; ``value`` on request."""
        token = results[0] if results else None
        result: dict[str, Any] = {"token": token}
        if desired.return_value:
            result["value"] = values[token["description"]] if token else None
        return result


class TokenSet(Tokens):
    """``paas_tokens``: the declared set of an account."""

    spec = with_connection(
        {
            "tokens": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "no_log": False,
                "options": SET_ENTRY_OPTIONS,
                "example": "[{description: nightly, template: Extended Access}]",
            },
            "defaults": {"type": "dict", "options": DEFAULTS_OPTIONS, "example": "{expires_in: 90d}"},
            "prune": {"type": "bool", "default": False},
            "prune_pattern": {"type": "str", "default": "*"},
            "prune_all": {"type": "bool", "default": False},
            **STORE_OPTIONS,
        }
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredTokens:
        """All entries, and what to prune."""
        entries: list[Mapping[str, Any]] = [options_of_one(options, entry) for entry in options["tokens"]]
        prune = options["prune_pattern"] if options["prune"] else None
        desired = desired_tokens(options, entries, path="tokens", prune=prune)
        require(
            not options["prune"] or options["prune_all"] or any(token.present for token in desired.tokens),
            "prune with no token declared present would remove every token; set prune_all: true if that is meant",
        )
        return desired

    def to_result(
        self, results: list[dict[str, Any]], values: dict[str, str | None], desired: DesiredTokens
    ) -> dict[str, Any]:
        """``tokens`` in the order declared; ``token_values`` by description on request."""
        return {"tokens": results, **({"token_values": values} if desired.return_value else {})}
