# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the roles that deliver values, and the values and tokens that they leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import TokenSet
from tests.integration.direct import VAULT_PASSWORD, open_store, perform
from tests.integration.leak_scan import leaks
from tests.integration.support import Emulator, Player, Run

# The end of each message about what was not delivered.
REMEDY = " | Correct the causes, then run the play again: it delivers what was not delivered"


class Deliveries:
    """Tokens of the account in a store, and plays that deliver their values.

    Attributes:
        folder: where targets of the tests lie.
    """

    def __init__(self, emulator: Emulator, player: Player) -> None:
        self.emulator = emulator
        self.player = player
        self.folder = player.folder / "targets"
        self.folder.mkdir()
        self._seen: set[str] = set()
        player.vault_password, player.verbosity = VAULT_PASSWORD, 0
        player.environment |= {"PAAS_TOKEN_STORE": str(self.store), "ANSIBLE_PIPELINING": "true"}

    @property
    def store(self) -> Path:
        """The token store."""
        return self.player.folder / "tokens.yml"

    @property
    def commands_elsewhere(self) -> int:
        """How many commands the connection ``elsewhere`` ran in the last run."""
        path = self.player.folder / "processes"
        return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0

    def create(self, *names: str, days: int = 5) -> None:
        """Create tokens for 90 days, store their values, and bring their ends near without the store."""
        tokens = [{"description": name, "template": "Marketplace", "expires_in": "90d"} for name in names]
        perform(TokenSet(), self.emulator, store=self.store, tokens=tokens)
        near = [{"description": name, "expires_in": f"{days}d"} for name in names]
        perform(TokenSet(), self.emulator, tokens=near)
        self._seen.update(self.value(name) for name in names)
        self.emulator.forget()

    def renew(self, name: str) -> None:
        """Give a token a new value, which is in the store alone."""
        tokens = [{"description": name, "regenerate": "always"}]
        perform(TokenSet(), self.emulator, store=self.store, tokens=tokens)
        self._seen.add(self.value(name))

    def value(self, name: str) -> str:
        """The stored value of a token."""
        return str(open_store(self.store).read()[name].value)

    def alive(self, value: str) -> bool:
        """Whether the platform accepts a value."""
        return bool(self.emulator.call("users.account.GetUserInfo", session=value)["result"] != 702)

    def ends(self) -> dict[str, str]:
        """The end of each token of the account, by description."""
        answer = self.emulator.call("users.authentication.GetTokens", session=self.emulator.signin())
        return {token["description"]: str(token.get("expiresAt")) for token in answer["apiTokens"]}

    def write(self, name: str, text: str) -> str:
        """Write a file beside the targets and return its path."""
        path = self.player.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(self, role: str, *arguments: str, keywords: dict[str, Any] | None = None, **variables: Any) -> Run:
        """Run a role of this collection; no value that was ever stored is in anything that the run leaves."""
        task = {"ansible.builtin.include_role": {"name": f"inet.elastic.{role}"}, "vars": variables}
        inventory = [word for path in self.player.folder.glob("hosts.yml") for word in ("-i", str(path))]
        # Most people write this for a play on localhost.
        run = self.player.play([task], *inventory, *arguments, connection="local", **(keywords or {}))
        self._seen.update(str(entry.value) for entry in open_store(self.store).read().values())
        # The targets are there to hold values.
        found = [place for place in leaks(run, self.player.folder, self._seen) if "file targets/" not in place]
        assert found == []
        return run

    def deliver(self, *targets: dict[str, Any], token: str = "bot", **keywords: Any) -> Run:
        """Deliver the value of one token; ``keywords`` are of the play."""
        variables = {"token_delivery_token": token, "token_delivery_to": list(targets)}
        return self.run("token_delivery", keywords=keywords, **variables)


def message(run: Run) -> str:
    """The text of the last task that failed."""
    return str([result for _name, result in run.results if result["failed"]][-1]["msg"])
