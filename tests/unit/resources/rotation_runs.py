# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An account whose runs can be ended at any call or write, as a killed process ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import moment_from_answer
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken, TokenSet
from ansible_collections.inet.elastic.plugins.module_utils._resources.token_rotation.resource import TokenRotation
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import TokenStore
from tests.unit.resources.token_platform import TokenPlatform, plain_store

GET_USER = "users.account.GetUserInfo"


class Killed(BaseException):
    """The process is killed here."""


class Life:
    """Counts the moments at which a run can be killed, and kills it at one of them.

    Attributes:
        left: moments until the end; None: the run lives on.
    """

    def __init__(self) -> None:
        self.moments = 0
        self.left: int | None = None

    def pass_moment(self) -> None:
        """Pass one moment, or end; a process that is dead does nothing more."""
        self.moments += 1
        if self.left is not None:
            if self.left <= 0:
                raise Killed
            self.left -= 1


class MortalWriter:
    """A writer of the store that is killed before or after a write."""

    def __init__(self, writer: Any, life: Life) -> None:
        self._writer = writer
        self._life = life

    @property
    def entries(self) -> Mapping[str, StoreEntry]:
        """See ``StoreWriter``."""
        entries: Mapping[str, StoreEntry] = self._writer.entries
        return entries

    def reserve(self) -> None:
        """See ``StoreWriter``."""
        self._writer.reserve()

    def put(self, *entries: StoreEntry) -> None:
        """See ``StoreWriter``."""
        self._life.pass_moment()
        self._writer.put(*entries)
        self._life.pass_moment()

    def remove(self, *keys: str) -> None:
        """See ``StoreWriter``."""
        self._life.pass_moment()
        self._writer.remove(*keys)
        self._life.pass_moment()


class MortalStore:
    """A store whose writer can be killed."""

    def __init__(self, store: TokenStore, life: Life) -> None:
        self._store = store
        self._life = life

    def preview(self) -> Mapping[str, StoreEntry]:
        """See ``Store``."""
        return self._store.preview()

    @contextmanager
    def transaction(self) -> Iterator[MortalWriter]:
        """See ``Store``."""
        with self._store.transaction() as writer:
            yield MortalWriter(writer, self._life)


class RotatingAccount(TokenPlatform):
    """An account with a token ``a``, and runs that rotate it."""

    def __init__(self, folder: Path) -> None:
        self.life = Life()
        self._folder = folder
        super().__init__()
        self.new_store()

    def new_store(self) -> None:
        """Begin with an empty store, as a job does whose files are lost at its end."""
        self._folder = self._folder / "next"
        self._folder.mkdir(parents=True)
        self.store = MortalStore(plain_store(self._folder), self.life)

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """See ``Transport``."""
        self.life.pass_moment()
        reply = super().post(url, fields, timeout)
        self.life.pass_moment()
        return reply

    def make(self, *names: str, days: int = 90, **options: Any) -> None:
        """Create tokens and store their values."""
        tokens = [
            {"description": name, "api_methods": [GET_USER], "expires_in": f"{days}d", **options} for name in names
        ]
        self.run(TokenSet(), self.store, tokens=tokens)

    def rotate(self, *names: str, **options: Any) -> dict[str, Any]:
        """Run one task, by default for the token ``a``."""
        tokens = [{"description": name} for name in names or ("a",)]
        return self.run(TokenRotation(), self.store, **{"tokens": tokens, **options})

    def killed(self, moment: int, **options: Any) -> bool:
        """Run one task that is killed at a moment; return whether it lived that long."""
        self.life.left = moment
        try:
            self.rotate(**options)
        except Killed:
            return True
        finally:
            self.life.left = None
        return False

    def value(self, name: str = "a") -> str | None:
        """The stored value."""
        entry = self.store.preview().get(name)
        return entry.value if entry and entry.pending is None else None

    def days(self) -> dict[str, int | None]:
        """The days that each token is valid, rounded."""
        ends = {name: moment_from_answer(token.get("expiresAt")) for name, token in sorted(self.tokens().items())}
        now = self.platform.clock.now()
        return {name: None if end is None else round((end - now).total_seconds() / 86400) for name, end in ends.items()}

    def near(self, *names: str, hours: int = 72) -> None:
        """Bring the ends of tokens near; the store keeps for how long they were made."""
        for name in names or ("a",):
            self.run(OneToken(), None, description=name, expires_in=f"{hours}h")
