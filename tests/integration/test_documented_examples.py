# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people copy runs: tasks and playbooks of documents, in check mode, against the emulator."""

from __future__ import annotations

import getpass
from pathlib import Path

import pyotp
import pytest

from tests.certificates import make
from tests.integration.documented_runs import TABLE, Stage, examples
from tests.integration.support import Emulator, Player

GROUPS = [name for name, group in TABLE["groups"].items() if not group.get("controller")]


@pytest.fixture
def names(emulator: Emulator, player: Player, tmp_path: Path) -> dict[str, str]:
    """What the table of documented runs leaves open."""
    made = make(tmp_path, "made-up", host="shop.example.com", days=(-1, 30))
    secret = pyotp.random_base32()
    return {
        "url": emulator.url,
        "folder": str(player.folder),
        "login": emulator.account.login,
        "password": emulator.account.password,
        "owner": getpass.getuser(),
        "certificate": made.path.read_text(encoding="utf-8"),
        "key": made.path.with_suffix(".key").read_text(encoding="utf-8"),
        "otp_secret": secret,
        "code": pyotp.TOTP(secret).now(),
    }


@pytest.mark.parametrize("group", GROUPS)
def test_examples_run(group: str, emulator: Emulator, player: Player, names: dict[str, str]) -> None:
    """No task fails, each one is reached, and check mode changes nothing."""
    stage = Stage(player, group, names)
    stage.set_up()
    if TABLE["groups"][group].get("second_factor"):
        account = {"login": names["login"], "password": names["password"], "otp_secret": names["otp_secret"]}
        emulator.control("PUT", "accounts", [account])
    emulator.forget()
    chosen = [example for example in examples() if example.group == group]
    found = stage.complaints(chosen)
    assert found == [], "\n".join(found)
    assert TABLE["groups"][group].get("real") or emulator.writes == []
