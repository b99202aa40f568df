# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of a rotation. Each stage leaves tokens and a store from which the next run goes on.

A rotation is a sequence of stages. Each stage is an ordinary plan of tokens, made from what the platform and the store
say, and so a run that goes on after an interruption and a run that has only finished its last stage are the same.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from ..._client.errors import InputError, require
from ..._engine.dates import later
from ..token.method_names import is_pattern
from ..token.model import DesiredToken, DesiredTokens, Expiry, Token, TokenState
from ..token.plan import TOLERANCE, differing, plan_tokens
from .desired import DesiredRotation
from .model import NEXT, OLD, Family, Rotation, due, family_of, is_of_successor

# What is left of the validity of an expired token whose store may be lost: it stays due until its value is delivered.
SHORTEST = datetime.timedelta(hours=1)
# How long a rotated token is valid if nobody knows how long it was before.
USUAL_VALIDITY = datetime.timedelta(days=90)


@dataclass(frozen=True)
class Stage:
    """The next part of a rotation.

    Attributes:
        desired: the tokens as they are after it.
        proof: the name of a stored value that the platform must accept before the first step.
        brings_value: whether the store has a new value under the token's name after it.
    """

    desired: DesiredTokens
    proof: str | None = None
    brings_value: bool = False


class RotationPlanner:
    """Decides the stages of one token. Pure: each stage follows from a state."""

    def __init__(self, rotation: Rotation, desired: DesiredRotation) -> None:
        self._rotation = rotation
        self._desired = desired
        self._name = rotation.name
        # Whether this run brought the value that the store has.
        self.rotated = False
        self.warnings: set[str] = set()

    def next_stage(self, state: TokenState) -> Stage | None:
        """Return the next stage; None if nothing is left to do.

        Raises:
            InputError: the tokens are not those of a rotation, or a new end cannot be computed.
        """
        family = family_of(state, self._name)
        require(family.token or (self._desired.overlapping and family.own_successor), missing(self._name))
        if self._desired.overlapping:
            return self._finishing(family, state) if self._desired.finish else self._overlapping(family, state)
        return self._full_validity(family, state) if self._desired.finish else self._in_place(family, state)

    # -- in place ---------------------------------------------------------------------------------------------------

    def _in_place(self, family: Family, state: TokenState) -> Stage | None:
        """A new value, then a new end: a token whose run was interrupted in between is still due."""
        token = self._existing(family.token)
        if not self.rotated:
            if not self._is_asked_for(family, state):
                return None
            self._end(family, state)
            if self._desired.ephemeral and token.expired(state.now):
                return self._stage(self._extended(token, later(state.now, self._rotation.entry.due_within or SHORTEST)))
            return self._stage(DesiredToken(description=self._name, regenerate="always"), brings_value=True)
        return None if self._desired.ephemeral else self._full_validity(family, state)

    def _full_validity(self, family: Family, state: TokenState) -> Stage | None:
        """The new end. If the store may be lost, it follows the delivery: until then the token stays due."""
        token = self._existing(family.token)
        if not (self.rotated or (self._desired.ephemeral and family.stored)):
            return None
        end = self._end(family, state)
        # Without a tolerance each run would find the end too early by the seconds since the last run.
        if end is None or (token.expires_at is not None and abs(end - token.expires_at) <= TOLERANCE):
            return None
        return self._stage(self._extended(token, end))

    def _extended(self, token: Token, end: datetime.datetime) -> DesiredToken:
        return DesiredToken(description=token.description, expiry=Expiry(at=end))

    # -- overlapping ------------------------------------------------------------------------------------------------

    def _overlapping(self, family: Family, state: TokenState) -> Stage | None:
        if family.names_exchanged:
            moved = DesiredToken(description=self._name, value_from=self._name + NEXT)
            return self._stage(moved, brings_value=True)
        if family.own_successor:
            if family.token and family.old:
                # Another run has rotated the token meanwhile. Nobody has the value of this successor.
                return self._stage(DesiredToken(description=self._name + NEXT, present=False))
            return self._successor(family, state) or self._exchange(family)
        if family.successor is None and is_of_successor(family.next_entry):
            # Of a successor whose value was moved, or that was never made.
            return self._stage(DesiredToken(description=self._name + NEXT, present=False))
        if self.rotated or (family.own_old and family.stored) or not self._is_asked_for(family, state):
            return None
        self._check_names_are_free(family)
        return self._successor(family, state)

    def _check_names_are_free(self, family: Family) -> None:
        for token in (family.successor, family.old):
            if token is not None:
                other = f", with other permissions than {self._name!r}" if _differ(token, family.token) else ""
                raise InputError(
                    f"there is a token {token.description!r} that no rotation with this store has made{other}; rename "
                    f"it, or remove it by its id ({token.id}) if it is not in use"
                )

    def _successor(self, family: Family, state: TokenState) -> Stage | None:
        """The successor with the permissions of the token, and its value in the store."""
        successor, model = family.successor, family.model
        require(
            model is None or model.template or model.methods,
            f"the platform does not list what token {self._name!r} may do, so no second token can be made like it; use "
            "mode: in_place",
        )
        made = DesiredToken(
            description=self._name + NEXT,
            template=model.template if model else None,
            methods=model.methods or None if model else None,
            # A new one that turns out to be somebody else's at the same moment keeps its value.
            regenerate="lost" if successor else "never",
            replaces=model.id if model else None,
        )
        if successor is None or successor.expired(state.now):
            end = self._end(family, state)
            made = replace(made, expiry=Expiry(at=end) if end else None)
        stage = self._stage(made)
        return stage if plan_tokens(state, stage.desired).steps else None

    def _exchange(self, family: Family) -> Stage:
        successor, current = self._existing(family.successor), family.token
        renamed = [DesiredToken(id=current.id, description=self._name + OLD, store_key=self._name)] if current else []
        taken = DesiredToken(id=successor.id, description=self._name, value_from=self._name + NEXT)
        return self._stage(*renamed, taken, proof=self._name + NEXT, brings_value=True)

    def _finishing(self, family: Family, state: TokenState) -> Stage | None:
        """The end of the old token. Its end on the platform is the only clock of the time of grace."""
        old = family.old
        if old is None or not family.own_old or family.successor is not None:
            return None
        require(
            family.stored,
            f"the store does not have the value of token {self._name!r}, so its old value stays valid; run the task "
            "with state: rotated first",
        )
        over = old.expired(state.now) or not self._desired.grace
        ended = DesiredToken(id=old.id, description=old.description, expiry=Expiry(within=self._desired.grace))
        stage = self._stage(DesiredToken(id=old.id, present=False) if over else ended, proof=self._name)
        return stage if plan_tokens(state, stage.desired).steps else None

    # -- helpers ----------------------------------------------------------------------------------------------------

    def _stage(self, *tokens: DesiredToken, proof: str | None = None, brings_value: bool = False) -> Stage:
        desired = DesiredTokens(tokens, keeps_values=True, stored=True, api_url=self._desired.api_url)
        return Stage(desired, proof, brings_value)

    def _existing(self, token: Token | None) -> Token:
        if token is None:
            raise InputError(f"a token of the rotation of {self._name!r} was removed meanwhile; run the task again")
        return token

    def _is_asked_for(self, family: Family, state: TokenState) -> bool:
        """Return whether a token that is not being rotated is to be rotated.

        A lasting store that does not have the value shows that it was lost. A store of this run alone shows nothing.
        """
        token = self._existing(family.token)
        if self._desired.every or not (self._desired.ephemeral or family.stored):
            return True
        within, doubt = self._margin(family), state.doubt
        found = due(token, within, state.now)
        require(
            doubt is None or found == due(token, within, doubt.platform),
            f"whether token {self._name!r} is due cannot be told, as {doubt}; which: all works meanwhile",
        )
        return found

    def _usual_validity(self) -> datetime.timedelta:
        self.warnings.add(
            f"the store does not say for how long token {self._name!r} was valid; a rotation makes it valid for "
            f"{USUAL_VALIDITY.days} days, unless expires_in says otherwise"
        )
        return USUAL_VALIDITY

    def _margin(self, family: Family) -> datetime.timedelta:
        """How long before its end the token is due; less than its validity, or each run would find it due."""
        within, validity = self._rotation.entry.due_within, family.validity
        return within if validity is None or self._rotation.entry.expires_in or within < validity else validity / 2

    def _end(self, family: Family, state: TokenState) -> datetime.datetime | None:
        """Return the end of a token that is rotated now: it is valid for as long as it was, unless told otherwise."""
        model, within = family.model, self._rotation.entry.expires_in
        if within is None:
            if model is None or model.expires_at is None:
                return None
            within = family.validity or self._usual_validity()
        require(
            state.doubt is None,
            f"no end of validity is computed for token {self._name!r}, as {state.doubt}",
        )
        try:
            return later(state.now, within)
        except ValueError as error:
            raise InputError(f"expires_in: {error}; give a shorter one") from None


def missing(name: str) -> str:
    """The message for a token that does not exist."""
    selected = "; a pattern selects tokens that the store has" if is_pattern(name) else ""
    return f"there is no token {name} to rotate; the role inet.elastic.tokens makes tokens{selected}"


def _differ(token: Token, other: Token | None) -> bool:
    return other is not None and differing(other, token.template, token.methods)
