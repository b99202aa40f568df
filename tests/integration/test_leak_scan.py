# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret in anything that runs of ansible-playbook leave, at the highest verbosity, with either sort of output.

``make faults`` also runs all scenarios with the output as JSON; with the usual one ``test_scenarios.py`` searches them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.results import FOLDER, LEAK_SCANS, recorded
from tests.integration.leak_scan_plays import CALLBACKS, SCENARIOS, scan_play, scan_scenarios, tasks
from tests.integration.support import Emulator, Player
from tests.secrets_search import forms, found_in

# Tasks of the play that fail, by what they are told; see ``leak_scan_plays._failures``.
FAILS = ("result 701", "is not an option", "must be a mapping", "was refused", "StopEnv", "SetEnvDisplayName")
# The output as other tests have it is searched by them.
SAMPLE = ["json"]
WHOLE = [(callback, path) for callback in CALLBACKS for path in SCENARIOS]


@pytest.mark.parametrize("callback", CALLBACKS if FOLDER else SAMPLE)
def test_the_play(emulator: Emulator, player: Player, callback: str) -> None:
    """All goes as it is meant to, also what is to fail."""
    with recorded(LEAK_SCANS, f"play, {callback}") as kept:
        scan = scan_play(player, emulator, callback)
        kept.update(scan.numbers())
        assert scan.leaks == []
        assert scan.run.code == 0
        assert_as_meant(scan.run.results)


def assert_as_meant(results: list[tuple[str, dict[str, object]]]) -> None:
    """Every task ran; the last nine failed, each for its own reason."""
    failed = [name for name, result in results if result["failed"]]
    assert len({name for name, _result in results}) == len(tasks())
    assert failed == [f"task {number}" for number in range(len(tasks()) - 9, len(tasks()))]
    told = str([result for _name, result in results if result["failed"]])
    assert [words for words in FAILS if words not in told] == []


if FOLDER:

    @pytest.mark.parametrize(("callback", "path"), WHOLE)
    def test_the_scenarios(emulator: Emulator, player: Player, callback: str, path: Path) -> None:
        with recorded(LEAK_SCANS, f"{path.stem}, {callback}") as kept:
            scan = scan_scenarios(player, emulator, callback, path)
            kept.update(scan.numbers())
            assert scan.leaks == []


@pytest.mark.parametrize("form", sorted(forms("pass/word+1%é\"'x and more")))
def test_the_search_finds_each_form(form: str) -> None:
    """In the midst of a line, and broken by the end of one."""
    secret = "pass/word+1%é\"'x and more"
    broken = f"before {form[:5]}\n{form[5:]} after"
    assert found_in({"clean": "pass word", "one": f"x{form}y", "two": broken}, [secret]) == ["one", "two"]
