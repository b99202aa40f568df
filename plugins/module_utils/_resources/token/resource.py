# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token resource: one token (``paas_token``) or an account's whole set (``paas_tokens``), by the same flow."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..._client.errors import ReadAgainError, RefusedError, UnexpectedAnswerError, require
from ..._engine.plan import Plan
from ..._engine.resource import Work
from ..._engine.spec import Spec, with_connection
from .again import PlanAgain
from .apply import TokenApplier
from .desired import ENTRY_OPTIONS, STORE_OPTIONS, wanted_set
from .model import DesiredTokens, Token, TokenState
from .plan import CREATE, MAKES_VALUE, REGENERATE, find, no_source, plan_tokens
from .reader import read_all, read_tokens
from .steps import same_settings
from .store_plan import entry_key, trusted


class Tokens(ABC):
    """The flow's part that both token modules share."""

    manages_tokens = True
    spec: Spec

    @abstractmethod
    def desired(self, options: Mapping[str, Any]) -> DesiredTokens:
        """See :class:`Resource`."""

    def read(self, work: Work, desired: DesiredTokens) -> TokenState:
        """One GetTokens; the lists of methods and templates only for patterns and for what will be written."""
        work.outcome["read_at"] = work.client.clock.monotonic()
        tokens, catalogue = read_all(work.client, desired)
        work.outcome["ids_before"] = tokens
        store = work.task.store
        entries = work.writer.entries if work.writer else store.preview() if store else {}
        return TokenState(
            tokens=tokens,
            now=work.now,
            doubt=work.clock_doubt,
            account=work.account,
            entries=dict(entries),
            catalogue=catalogue,
            assumed=_assumed(work, tokens, desired),
        )

    def plan(self, current: TokenState, desired: DesiredTokens) -> Plan[TokenState]:
        """See :func:`plan_tokens`."""
        return plan_tokens(current, desired)

    def apply(self, work: Work, plan: Plan[TokenState], desired: DesiredTokens) -> TokenState:
        """Carry out the plan, again after others changed what it was made from, and check that it was taken over."""
        again = PlanAgain(work, plan, desired, lambda still: self.plan(self.read(work, still), still))
        while True:
            state = self._carried_out(work, again, desired)
            if state is not None:
                work.carried_out = again.merged()
                return state

    def _carried_out(self, work: Work, again: PlanAgain, desired: DesiredTokens) -> TokenState | None:
        """The state after the plan; None if there is a new plan to be carried out."""
        plan = again.plan
        applier = TokenApplier(work, desired, plan, again.attempts)
        try:
            applier.run()
        except (ReadAgainError, RefusedError) as error:
            again.after_refusal(error, applier.done)
            return None
        again.done += applier.done
        sent = any(step.method for step in plan.steps)
        tokens = read_tokens(work.client) if sent else plan.after.tokens
        if again.gives_way(tokens):
            return None
        tokens = again.without_later_twins(tokens)
        _correct_numbers(work, plan, tokens)
        entries = dict(work.writer.entries) if work.writer else {}
        state = replace(plan.after, tokens=tokens, entries=entries)
        _check_taken_over(plan.after, state, desired)
        return state

    def report(self, work: Work, plan: Plan[TokenState], state: TokenState, desired: DesiredTokens) -> dict[str, Any]:
        """``token`` or ``tokens``, and what was removed."""
        shown = [self._shown(work, plan, state, wanted, desired) for wanted in desired.tokens if wanted.present]
        kept = {token.id for token in state.tokens}
        removed = sorted(token.description for token in plan.before.tokens if token.id not in kept)
        values: dict[str, str | None] = {item["description"]: item.pop("value") for item in shown}
        return {**self.layout(shown, values, desired), "removed": removed}

    @abstractmethod
    def layout(
        self, shown: list[dict[str, Any]], values: dict[str, str | None], desired: DesiredTokens
    ) -> dict[str, Any]:
        """How the module names its results."""

    @staticmethod
    def _shown(
        work: Work, plan: Plan[TokenState], state: TokenState, wanted: Any, desired: DesiredTokens
    ) -> dict[str, Any]:
        token = find(state.tokens, wanted)
        if token is None:
            raise UnexpectedAnswerError(f"the platform does not list {wanted.label} after the task")
        entry = state.entries.get(entry_key(token, wanted))
        stored = desired.stored and trusted(entry, token)
        made = {step.subject.token.description: str(step.method) for step in plan.steps if step.method in MAKES_VALUE}
        value = work.outcome.get("values", {}).get(token.description) or (entry.value if stored and entry else None)
        return {
            **token.to_result(state.now),
            "stored": stored,
            "created": made.get(token.description) == CREATE,
            "regenerated": made.get(token.description) == REGENERATE,
            "value_changed": token.description in made,
            "value": value or None,
        }


def _assumed(work: Work, tokens: tuple[Token, ...], desired: DesiredTokens) -> frozenset[str]:
    """The sources of copies that an earlier task is assumed to create: in check mode, what this task does not name."""
    there = {token.description for token in tokens}
    known = {*there, *(str(token.id) for token in tokens), *(wanted.description for wanted in desired.tokens)}
    copies = [wanted for wanted in desired.tokens if wanted.present and wanted.description not in there]
    names = dict.fromkeys(wanted.copy_from for wanted in copies if wanted.copy_from)
    return frozenset(
        name for name in names if name not in known and name.strip() not in known and work.assume(no_source(name))
    )


def _correct_numbers(work: Work, plan: Plan[TokenState], tokens: tuple[Token, ...]) -> None:
    """Give the entries of new values the ids that the platform lists, if its answers had others, or none to store."""
    for step in plan.steps:
        entry = work.writer.entries.get(step.subject.key) if work.writer and step.method in MAKES_VALUE else None
        listed = [token.id for token in tokens if token.description == step.subject.token.description] if entry else []
        if work.writer is None or entry is None or len(listed) != 1 or entry.id == listed[0]:
            continue
        if entry.id is not None:
            work.task.warn(
                f"the platform answered {step.method} for token {entry.description!r} with the id {entry.id}, and "
                f"lists the token with the id {listed[0]}; the store has the id of the list"
            )
        work.writer.put(replace(entry, id=listed[0]))


def _check_taken_over(predicted: TokenState, state: TokenState, desired: DesiredTokens) -> None:
    for wanted in desired.tokens:
        if not wanted.present:
            continue
        expected, found = find(predicted.tokens, wanted), find(state.tokens, wanted)
        if expected is None or found is None or not same_settings(found, expected):
            raise UnexpectedAnswerError(
                f"the platform answered success, but {wanted.label} is not as asked for; look at it with "
                "inet.elastic.paas_token_info"
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
        return wanted_set(options, [options] if alone else entries)

    def layout(
        self, shown: list[dict[str, Any]], values: dict[str, str | None], desired: DesiredTokens
    ) -> dict[str, Any]:
        """``token``, null when there is none; ``value`` on request."""
        token = shown[0] if shown else None
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
                "options": ENTRY_OPTIONS,
                "example": "[{description: nightly, template: Extended Access}]",
            },
            "prune": {"type": "bool", "default": False},
            "prune_pattern": {"type": "str", "default": "*"},
            "prune_all": {"type": "bool", "default": False},
            **STORE_OPTIONS,
        }
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredTokens:
        """All entries, and what to prune."""
        wanted = wanted_set(options, options["tokens"], prune=options["prune_pattern"] if options["prune"] else None)
        require(
            not options["prune"] or options["prune_all"] or any(token.present for token in wanted.tokens),
            "prune with no token declared present would remove every token; set prune_all: true if that is meant",
        )
        return wanted

    def layout(
        self, shown: list[dict[str, Any]], values: dict[str, str | None], desired: DesiredTokens
    ) -> dict[str, Any]:
        """``tokens`` in the order declared; ``token_values`` by description on request."""
        return {"tokens": shown, **({"token_values": values} if desired.return_value else {})}
