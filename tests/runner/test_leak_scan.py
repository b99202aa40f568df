# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret in the artefacts of ansible-runner, at the highest verbosity; ``make faults`` runs all scenarios, too."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.faults.results import FOLDER, LEAK_SCANS, recorded
from tests.integration.leak_scan_plays import CALLBACKS, SCENARIOS, scan_play, scan_scenarios, tasks
from tests.integration.runner_player import RunnerPlayer
from tests.integration.support import Emulator

SAMPLE = ["json"]
WHOLE = [(callback, path) for callback in CALLBACKS for path in SCENARIOS]


@pytest.fixture
def player(emulator: Emulator, tmp_path: Path) -> RunnerPlayer:
    """Runs playbooks as the account, at the highest verbosity, with a vault password."""
    return RunnerPlayer(tmp_path, emulator.url, emulator.account, vault_password=secrets.token_hex(12))


@pytest.mark.parametrize("callback", CALLBACKS if FOLDER else SAMPLE)
def test_the_play(emulator: Emulator, player: RunnerPlayer, callback: str) -> None:
    with recorded(LEAK_SCANS, f"play, {callback}, ansible-runner") as kept:
        scan = scan_play(player, emulator, callback)
        kept.update(scan.numbers())
        assert scan.leaks == []
        assert scan.run.code == 0
        events = list((player.folder / "artifacts" / "run" / "job_events").glob("*.json"))
        assert len(events) > len(tasks())
        assert (player.folder / "artifacts" / "run" / "stdout").stat().st_size > 0


if FOLDER:

    @pytest.mark.parametrize(("callback", "path"), WHOLE)
    def test_the_scenarios(emulator: Emulator, player: RunnerPlayer, callback: str, path: Path) -> None:
        with recorded(LEAK_SCANS, f"{path.stem}, {callback}, ansible-runner") as kept:
            scan = scan_scenarios(player, emulator, callback, path)
            kept.update(scan.numbers())
            assert scan.leaks == []
