# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pure planning: from the account's tokens and the desired ones to ordered steps and the state they lead to."""

from __future__ import annotations

import datetime
import fnmatch
import re
from dataclasses import dataclass, field, replace
from typing import Any

from ..._client.errors import InputError, require
from ..._engine.dates import later, moment_to_request, to_text
from ..._engine.plan import Plan, Step
from ..._engine.store_entry import StoreEntry
from ..._engine.suggestions import does_not_exist
from .method_names import Catalogue, is_pattern, method_key
from .model import DesiredToken, DesiredTokens, Expiry, Subject, Token, TokenState
from .store_plan import PlannedEntries, entry_key, holds_value_of, interrupted_creation

CREATE = "users.authentication.CreateToken"
EDIT = "users.authentication.EditToken"
DELETE = "users.authentication.DeleteTokens"
REGENERATE = "users.authentication.RegenerateToken"
# Their answers hold a new value.
MAKES_VALUE = frozenset({CREATE, REGENERATE})

MOST_TOKENS = 100  # per account, documented
# Clocks of two controllers may differ by this much without a run correcting the other's expiry.
_NUMBER = re.compile(r"[0-9]{1,19}")
TOLERANCE = datetime.timedelta(minutes=5)


class TwinsError(InputError):
    """Several tokens have the description that a task declares."""


def find(tokens: tuple[Token, ...], desired: DesiredToken) -> Token | None:
    """The account's token that a declaration means, by id where given, else by description.

    Raises:
        TwinsError: several tokens have the description.
    """
    if desired.id is not None:
        return next((token for token in tokens if token.id == desired.id), None)
    matches = [token for token in tokens if token.description == desired.description]
    if len(matches) > 1:
        ids = ", ".join(str(token.id) for token in matches)
        raise TwinsError(
            f"{len(matches)} tokens have the description {desired.description!r} (ids {ids}); "
            "say which one by id, or remove the others by id"
        )
    return matches[0] if matches else None


def no_source(copy_from: str) -> str:
    """The error for a token to copy from that does not exist."""
    return f"copy_from: there is no token with the description or id {copy_from!r}"


def target_expiry(
    expiry: Expiry | None, present: datetime.datetime | None, now: datetime.datetime
) -> datetime.datetime | None:
    """The end a token should have; the present one while nothing else is asked for or renewal is not yet due.

    Raises:
        InputError: it is after the year 9999.
    """
    if expiry is None:
        return present
    if expiry.within is None:
        return expiry.at
    try:
        full = later(now, expiry.within)
    except ValueError as error:
        raise InputError(f"expires_in: {error}; give a shorter one") from None
    if present is None or present - full > TOLERANCE or present - now <= expiry.renew_before:
        return full
    return present


def differing(current: Token, template: str | None, methods: tuple[str, ...] | None) -> bool:
    """Whether the desired permissions are other than the token's; names are compared in their form for comparing."""
    if template is not None:
        return (current.template or "").casefold() != template.strip().casefold()
    if methods is None:
        return False
    return current.template is not None or current.keys != frozenset(method_key(name) for name in methods)


def needs_catalogue(tokens: tuple[Token, ...], desired: DesiredTokens) -> tuple[bool, bool]:
    """Whether this plan needs the platform's methods, and its templates; an unchanged token needs neither."""
    methods = templates = False
    renamed = {token.id for token in desired.tokens if token.id is not None and token.description is not None}
    for token in desired.tokens:
        if not token.present:
            continue
        current = find(tokens, token)
        if current is not None and token.id is None and current.id in renamed:
            current = None  # the description becomes free, so that a new token takes it
        if token.methods is not None:
            methods |= any(map(is_pattern, token.methods)) or not current or differing(current, None, token.methods)
        elif token.template is not None:
            templates |= not current or differing(current, token.template, None)
    return methods, templates


@dataclass
class _Planner:
    state: TokenState
    desired: DesiredTokens
    planned_entries: PlannedEntries
    tokens: list[Token] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    @property
    def catalogue(self) -> Catalogue:
        return self.state.catalogue or Catalogue(methods={}, private={})

    def run(self) -> Plan[TokenState]:
        self.tokens = list(self.state.tokens)
        if self.state.doubt is not None:
            self.warnings.append(f"whether a token has expired is judged by this machine alone, as {self.state.doubt}")
        removals: list[Token] = []
        for desired in self.desired.tokens:
            current = find(tuple(self.tokens), desired)
            if not desired.present:
                removals += [current] if current else []
                if current is None and interrupted_creation(self.planned_entries.entries, desired):
                    self.warnings.append(
                        f"{desired.label} does not exist, but an earlier run was killed while it created the token; if "
                        "the platform creates the token late, run this task again"
                    )
                self.planned_entries.plan_removal(desired, current)
            elif current is None:
                self._create(desired)
            else:
                self._update(desired, current)
        self._remove([*removals, *self._surplus()])
        require(
            len(self.tokens) <= MOST_TOKENS,
            f"the account would have {len(self.tokens)} tokens, and the platform allows {MOST_TOKENS}; remove some",
        )
        return Plan(
            before=self.state,
            after=replace(self.state, tokens=tuple(self.tokens), entries=self.planned_entries.entries),
            steps=tuple(self.steps),
            diff_before=self.before,
            diff_after=self.after,
            warnings=tuple(self.warnings),
        )

    def _missing(self, desired: DesiredToken) -> str:
        names = [token.description for token in self.tokens]
        return does_not_exist(desired.label, desired.description or "", names)

    # -- one token ---------------------------------------------------------------------------------------------

    def _create(self, desired: DesiredToken) -> None:
        require(
            desired.id is None, f"there is no token with id {desired.id}; leave id out to create one by description"
        )
        basis = self._basis(desired)
        template, methods = self._permissions(desired, basis)
        require(
            template or methods or desired.copy_from in self.state.assumed,
            f"{self._missing(desired)}; correct the name, or give the permissions of a new token: permissions_for, "
            "template, api_methods or copy_from",
        )
        present = basis.expires_at if basis and desired.expiry is None else None
        token = Token(
            id=None,
            description=desired.description or "",
            template=template,
            methods=methods,
            expires_at=self._end(desired, present),
        )
        self._check_expiry(desired, token)
        self._check_value_kept(desired)
        self.tokens.append(token)
        params = {"description": token.description, **_settings(token), "expiresAt": _wire(token.expires_at)}
        self._step(CREATE, params, f"create {desired.label}", desired, token)
        self.planned_entries.plan_new_value(token, entry_key(token, desired), desired.replaces)
        self._show(token.description, None, {**token.settings(), "value": "(new)"})

    def _basis(self, desired: DesiredToken) -> Token | None:
        if desired.copy_from is None:
            return None
        given = desired.copy_from.strip()
        by_description = find(tuple(self.tokens), DesiredToken(description=desired.copy_from))
        number = int(given) if _NUMBER.fullmatch(given) else None
        source = by_description or next(
            (token for token in self.tokens if number is not None and token.id == number), None
        )
        require(source or desired.copy_from in self.state.assumed, no_source(desired.copy_from))
        return source

    def _permissions(self, desired: DesiredToken, basis: Token | None) -> tuple[str | None, tuple[str, ...]]:
        if desired.template is not None:
            return self.catalogue.template(desired.template), ()
        if desired.methods is not None:
            return None, self.catalogue.expand(desired.methods)
        return (basis.template, basis.methods) if basis else (None, ())

    def _update(self, desired: DesiredToken, current: Token) -> None:
        now = self.state.now
        token = replace(
            current,
            description=desired.description or current.description,
            expires_at=self._end(desired, current.expires_at),
        )
        require(
            token.description == current.description or all(t.description != token.description for t in self.tokens),
            f"another token already has the description {token.description!r}; choose a different one",
        )
        token = self._with_permissions(token, current, desired)
        key = entry_key(token, desired)
        entry = self.planned_entries.owned(desired.value_from or entry_key(current, desired))
        edited = token != current
        if edited:
            if token.expires_at != current.expires_at:
                self._check_expiry(desired, token)
            require(
                token.template or token.methods,
                f"the platform does not list what {desired.label} may do, and an edit has to send it: give template or "
                "api_methods",
            )
            self._replace(current, token)
            # The whole set of settings is sent, so that it holds whether the platform keeps or clears what is left out.
            params = {"id": token.id, "description": token.description, **_settings(token)}
            params["expiresAt"] = _wire(token.expires_at) or ""
            renamed = token == replace(current, description=token.description)
            summary = (
                f"rename token {current.description!r} to {token.description!r}" if renamed else f"edit {desired.label}"
            )
            self._step(EDIT, params, summary, desired, token)
        elif token.expired(now):
            self.warnings.append(f"{desired.label} has expired; give expires_at or expires_in to renew it")
        regenerated = self._regenerate(desired, current, token, entry)
        shown_before, shown_after = current.settings(), token.settings()
        if regenerated:
            shown_before["value"], shown_after["value"] = "(old)", "(new)"
            self.planned_entries.plan_new_value(token, key, desired.replaces)
            self.steps += self.planned_entries.drop_moved(entry, key, token)
        else:
            self.steps += self.planned_entries.rename_or_update(entry, key, token, desired)
        self._show(token.description, shown_before, shown_after)

    def _with_permissions(self, token: Token, current: Token, desired: DesiredToken) -> Token:
        if desired.methods is not None:
            patterns = any(map(is_pattern, desired.methods))
            methods = self.catalogue.expand(desired.methods) if patterns or self.catalogue.methods else desired.methods
            if differing(current, None, methods):
                return replace(token, template=None, methods=methods)
        elif desired.template is not None and differing(current, desired.template, None):
            return replace(token, template=self.catalogue.template(desired.template), methods=())
        return token

    def _regenerate(self, desired: DesiredToken, current: Token, token: Token, entry: StoreEntry | None) -> bool:
        lost = self.desired.stored and not holds_value_of(entry, token)
        renewed = token.expires_at != current.expires_at and self._was_due(desired, current)
        asked = {"never": False, "lost": lost, "due": lost or renewed, "always": True}[desired.regenerate]
        if not asked:
            if lost:
                self.warnings.append(
                    f"the value of {desired.label} is not in the store and cannot be read from the platform; "
                    "regenerate: lost replaces it"
                )
            return False
        self._check_value_kept(desired)
        self._step(REGENERATE, {"id": token.id}, f"regenerate {desired.label}", desired, token)
        return True

    def _was_due(self, desired: DesiredToken, current: Token) -> bool:
        if current.expires_at is None:
            return False
        left = current.expires_at - (desired.expiry.renew_before if desired.expiry else datetime.timedelta())
        due, doubt = left <= self.state.now, self.state.doubt
        require(
            desired.regenerate != "due" or doubt is None or due == (left <= doubt.platform),
            f"{desired.label}: whether the token is due cannot be told, as {doubt}; regenerate: never or always works "
            "meanwhile",
        )
        return due

    def _end(self, desired: DesiredToken, present: datetime.datetime | None) -> datetime.datetime | None:
        """The end a token should have, which is not computed by a clock that is not believed.

        Raises:
            InputError: by one of two clocks that are too far apart, a new end would be written.
        """
        end, doubt = target_expiry(desired.expiry, present, self.state.now), self.state.doubt
        if doubt is not None and desired.expiry and desired.expiry.within is not None:
            require(
                end == present == target_expiry(desired.expiry, present, doubt.platform),
                f"{desired.label}: no end of validity is computed from expires_in, as {doubt}; expires_at works "
                "meanwhile",
            )
        return end

    # -- checks ------------------------------------------------------------------------------------------------

    def _check_expiry(self, desired: DesiredToken, token: Token) -> None:
        require(
            not token.expired(self.state.now),
            f"{desired.label} would expire at {to_text(token.expires_at)}, which is past; "
            "give a later expires_at, or state: absent",
        )

    def _check_value_kept(self, desired: DesiredToken) -> None:
        require(
            self.desired.keeps_values,
            f"the value of {desired.label} is shown only once and would be lost: give store, or return_value: true",
        )

    # -- removing ----------------------------------------------------------------------------------------------

    def _surplus(self) -> list[Token]:
        if self.desired.prune is None:
            return []
        declared = {find(tuple(self.tokens), desired) for desired in self.desired.tokens}
        surplus = [
            token
            for token in self.tokens
            if token not in declared
            and not token.is_system
            and fnmatch.fnmatchcase(token.description, self.desired.prune)
        ]
        for token in surplus:
            self.planned_entries.plan_removal(DesiredToken(description=token.description, id=token.id), token)
        return surplus

    def _remove(self, removed: list[Token]) -> None:
        self.tokens = [token for token in self.tokens if token not in removed]
        # The platform comes first: an entry without its token harms nobody, a token without its entry is lost.
        local = self.planned_entries.removals(self.tokens)
        deletion = []
        if removed:
            names = ", ".join(repr(token.description) for token in removed)
            ids = ",".join(str(token.id) for token in removed)
            deletion = [Step(DELETE, {"ids": ids}, f"remove {len(removed)} token(s): {names}", Subject(tuple(removed)))]
        # Last, so that a failure before it costs no token, unless the new ones would not fit beside the old.
        first = len(self.state.tokens) + sum(step.method == CREATE for step in self.steps) > MOST_TOKENS
        self.steps = [*deletion, *self.steps, *local] if first else [*self.steps, *deletion, *local]
        for token in removed:
            self._show(token.description, token.settings(), None)

    # -- helpers -----------------------------------------------------------------------------------------------

    def _replace(self, old: Token, new: Token) -> None:
        self.tokens[self.tokens.index(old)] = new

    def _step(self, method: str, params: dict[str, Any], summary: str, desired: DesiredToken, token: Token) -> None:
        replaceable = desired.regenerate != "never" or desired.replaces is not None
        subject = Subject((token,), entry_key(token, desired), replaceable=replaceable)
        self.steps.append(Step(method, params, summary, subject))

    def _show(self, name: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        if before is not None:
            self.before[name] = before
        if after is not None:
            self.after[name] = after


def _wire(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment_to_request(moment)


def _settings(token: Token) -> dict[str, Any]:
    if token.template is not None:
        return {"tokenTemplate": token.template}
    return {"apiList": ",".join(token.methods)}


def plan_tokens(state: TokenState, desired: DesiredTokens) -> Plan[TokenState]:
    """Plan one task. Pure: the same arguments always give the same plan.

    Raises:
        InputError: for what cannot be done; nothing has been changed then.
    """
    return _Planner(state, desired, PlannedEntries(state, desired)).run()
