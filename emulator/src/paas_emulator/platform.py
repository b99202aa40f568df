# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The running platform: its store and everything that is set from outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from paas_emulator import accounts
from paas_emulator.clock import Clock
from paas_emulator.faults import Faults
from paas_emulator.journal import Journal
from paas_emulator.persistence import StateFile
from paas_emulator.services.control.images import Images
from paas_emulator.services.control.offered_stacks import OfferedStacks
from paas_emulator.services.control.regions import BUILT_IN, Region, Regions
from paas_emulator.services.exec.model import Commands
from paas_emulator.services.exec.sandbox import Sandbox
from paas_emulator.settings import DELETE_CONFIRM, Switches, Times
from paas_emulator.store import Store, Upload

VERSION = "8.3"


@dataclass
class Platform:
    """One emulated platform.

    start, delete_confirm, start_regions: what it begins with, again after each reset; the demo account without any.
    version: of the platform and its scripting engine (invented). sandbox: where commands in nodes are run.
    """

    start: list[accounts.StartAccount]
    state_file: StateFile | None = None
    delete_confirm: str = DELETE_CONFIRM[0]
    start_regions: tuple[Region, ...] = ()
    version: str = VERSION
    store: Store = field(default_factory=Store)
    clock: Clock = field(default_factory=Clock)
    switches: Switches = field(init=False)
    times: Times = field(default_factory=Times)
    faults: Faults = field(default_factory=Faults)
    commands: Commands = field(default_factory=Commands)
    regions: Regions = field(init=False)
    images: Images = field(default_factory=Images)
    stacks: OfferedStacks = field(default_factory=OfferedStacks)
    manifests: dict[str, str] = field(default_factory=dict)
    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    sandbox: Sandbox | None = None
    uploads: dict[str, Upload] = field(default_factory=dict)
    journal: Journal = field(default_factory=Journal)
    changed: bool = False

    def __post_init__(self) -> None:
        self._begin()

    def open(self) -> None:
        """Load the state, add the accounts, save. Raises StateError."""
        loaded = self.state_file.load() if self.state_file else None
        self.store = loaded or Store()
        self._add_accounts()

    def save(self) -> None:
        """Write the state if it changed. Raises StateError."""
        if self.changed and self.state_file:
            self.state_file.save(self.store)
        self.changed = False

    def reset(self) -> None:
        """Back to the start. Raises StateError."""
        self.store = Store()
        self.clock = Clock()
        self._begin()
        self.images = Images()
        self.times = Times()
        self.faults = Faults()
        self.commands = Commands()
        self.stacks = OfferedStacks()
        self.manifests = {}
        self.packages = {}
        self.uploads = {}
        self.journal.clear()
        if self.sandbox:
            self.sandbox.end_all()
        self._add_accounts()

    def _begin(self) -> None:
        self.switches = Switches(delete_confirm=self.delete_confirm)
        self.regions = Regions(self.start_regions or BUILT_IN)

    def _add_accounts(self) -> None:
        for account in self.start:
            accounts.ensure(self.store, account)
        if not self.store.accounts:
            accounts.ensure(self.store, accounts.DEMO)
        self.changed = True
        self.save()
