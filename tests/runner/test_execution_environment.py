# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The smoke test of execution environments, run with the packages of this environment, and the example of one."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.integration.support import Account, Emulator, Player, running, short

PROJECT = Path(__file__).resolve().parent.parent.parent
FOLDER = PROJECT / "extensions" / "execution_environment"
ACCOUNT = Account("smoke@example.com", "smoke-password", "5" * 40)


def test_it_serves_with_an_account_and_without(tmp_path: Path) -> None:
    """Every task is well; with an account there is one call. If the account is not reached, it fails."""
    smoke = FOLDER / "smoke.yml"
    with running(ACCOUNT, ACCOUNT) as emulator:
        token = {"PAAS_TOKEN": ACCOUNT.token}
        ended = Player(tmp_path, emulator.url, None, environment=token).run(smoke)
        assert (ended.code, _calls(emulator)) == (0, ["GetEnvs"])
        assert "environments: 0." in ended.result("Report")["msg"]
        ended = Player(tmp_path, emulator.url, None, environment={"PAAS_TOKEN": "0" * 40}).run(smoke)
        assert (ended.code, ended.results[-1][0]) == (2, "The account answers")
        ended = Player(tmp_path, "", None, environment=token).run(smoke)
        assert ended.code == 2
        assert "--penv PAAS_API_URL --penv PAAS_TOKEN" in ended.results[-1][1]["msg"]
        emulator.forget()
        ended = Player(tmp_path, "", None).run(smoke, "-e", "smoke_account=false")
        assert (ended.code, _calls(emulator)) == (0, [])
        assert ended.result("Report")["msg"].endswith(".")


def _calls(emulator: Emulator) -> list[str]:
    """Calls since the last look."""
    calls = short(emulator.methods)
    emulator.forget()
    return calls


def test_the_definition_is_for_this_version() -> None:
    galaxy = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))
    archive = f"{galaxy['namespace']}-{galaxy['name']}-{galaxy['version']}.tar.gz"
    definition = yaml.safe_load((FOLDER / "execution-environment.yml").read_text(encoding="utf-8"))
    assert definition["additional_build_files"] == [{"src": archive, "dest": "collections"}]
    assert definition["dependencies"]["galaxy"]["collections"][0] == {"name": f"collections/{archive}", "type": "file"}
    # Projects come from git and hosts are reached by ssh; the role controller and the delivery need the collection.
    assert [line.split()[0] for line in definition["dependencies"]["system"]] == ["git", "openssh-clients"]
    assert definition["dependencies"]["galaxy"]["collections"][1]["name"] == "awx.awx"
    # It is the only one.
    assert list((PROJECT / "extensions").glob("**/execution-environment.yml")) == [FOLDER / "execution-environment.yml"]
