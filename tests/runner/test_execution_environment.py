# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smoke test of execution environments, run with the packages of this environment, and the example of one."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.integration.support import Account, Emulator, Player, running, short

PROJECT = Path(__file__).resolve().parent.parent.parent
FOLDER = PROJECT / "tests" / "ee"
ACCOUNT = Account("smoke@example.com", "smoke-password", "5" * 40)


def test_it_serves_with_an_account_and_without(tmp_path: Path) -> None:
    """Every task is well; with an account there is one call, without one none."""
    with running(ACCOUNT, ACCOUNT) as emulator:
        ended = Player(tmp_path, emulator.url, None, environment={"PAAS_TOKEN": ACCOUNT.token}).run(
            FOLDER / "smoke.yml"
        )
        assert (ended.code, _calls(emulator)) == (0, ["GetEnvs"])
        assert "environments: 0." in ended.result("Report")["msg"]
        ended = Player(tmp_path, "", None).run(FOLDER / "smoke.yml")
        assert (ended.code, _calls(emulator)) == (0, [])
        assert ended.result("Report")["msg"].endswith(".")


def _calls(emulator: Emulator) -> list[str]:
    """Calls since the last look."""
    calls = short(emulator.methods)
    emulator.forget()
    return calls


def test_the_example_is_for_this_version() -> None:
    galaxy = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))
    archive = f"{galaxy['namespace']}-{galaxy['name']}-{galaxy['version']}.tar.gz"
    example = yaml.safe_load((FOLDER / "execution-environment.yml").read_text(encoding="utf-8"))
    assert example["additional_build_files"] == [{"src": archive, "dest": "collections"}]
    for copy in (PROJECT / "extensions" / "patterns").glob("*/exec_env/*"):
        assert copy.read_text(encoding="utf-8") == (FOLDER / copy.name).read_text(encoding="utf-8")
    assert example["dependencies"]["galaxy"]["collections"] == [{"name": f"collections/{archive}", "type": "file"}]
