# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the role database_dump for each engine: what they work on, and where the password is."""

from __future__ import annotations

import inspect
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from tests.unit.documented_blocks import PROJECT

# Since 2.19 a file has to be trusted before what is in it is a template.
LOAD = DataLoader().load_from_file
TRUST = {"trusted_as_template": True} if "trusted_as_template" in inspect.signature(LOAD).parameters else {}
ROLE = PROJECT / "roles" / "database_dump"
PASSWORD = 'colon:back\\slash "quote"'
CREDENTIALS = {
    "postgresql": '*:*:*:*:colon\\:back\\\\slash "quote"\n',
    "mysql": '[client]\nuser="me"\npassword="colon:back\\\\slash \\"quote\\""\nhost="127.0.0.1"\nport="3306"\n'
    "[mysql]\nloose-skip-print-query-on-error\n",
    "mongodb": 'password: "colon:back\\\\slash \\"quote\\""\n',
}
CREDENTIALS["mariadb"] = CREDENTIALS["mysql"]
SQL, END, CUT = "insert into t values (1);\n", "-- Dump completed on 2026-11-29 15:53:51\n", "The dump has no end\n"


def commands(engine: str, **more: Any) -> dict[str, Any]:
    """The row of an engine, as tasks of the role have it."""
    files = (ROLE / "defaults" / "main.yml", ROLE / "vars" / "main.yml")
    variables = {
        **{name: value for file in files for name, value in LOAD(str(file), **TRUST).items()},
        "database_dump_engine": engine,
        "database_dump_database": "shop",
        "database_dump_user": "me",
        "database_dump_password": PASSWORD,
        "database_dump__made": {"path": "/tmp/made"},
        **more,
    }
    found: dict[str, Any] = Templar(loader=DataLoader(), variables=variables).template(
        variables["database_dump__engine"]
    )
    return found


@pytest.mark.parametrize("engine", CREDENTIALS)
def test_the_password_is_in_its_file_only(engine: str) -> None:
    row = commands(engine)
    assert row["credentials"] == CREDENTIALS[engine]
    rest = json.dumps({name: value for name, value in row.items() if name not in ("credentials", "script")})
    assert "slash" not in rest
    assert "/tmp/made/credentials" in rest


@pytest.mark.parametrize("engine", CREDENTIALS)
def test_a_test_works_on_a_database_of_its_own(engine: str) -> None:
    """No command of a test names the database itself, but as the source within a dump of MongoDB."""
    row = commands(engine, database_dump__on="scratch")
    used = [word for name in ("create", "restore", "count", "drop") for word in row[name]]
    assert [word for word in used if "shop" in word] == (["--nsFrom=shop.*"] if engine == "mongodb" else [])
    assert row["dump"][-1 if engine != "mongodb" else 1].endswith("shop")


def test_the_script_of_mongosh_has_its_login_as_data() -> None:
    script = commands("mongodb")["script"]
    login = yaml.safe_load(script.splitlines()[0].partition(" = ")[2].rstrip(";"))
    assert login == {"address": "mongodb://127.0.0.1:27017", "user": "me", "password": PASSWORD}


@pytest.mark.parametrize("engine", ["mysql", "mariadb"])
@pytest.mark.parametrize(
    ("dump", "code", "output", "error"),
    [(SQL + END, 0, SQL + END, ""), (SQL, 1, "", CUT), (SQL + END + SQL, 1, "", CUT), ("", 1, "", CUT)],
    ids=["whole", "cut between two statements", "more after the end", "empty"],
)
def test_a_dump_that_was_cut_does_not_reach_the_database(
    tmp_path: Path, engine: str, dump: str, code: int, output: str, error: str
) -> None:
    """A program that prints its standard input is the client of the database."""
    file = tmp_path / "dump"
    file.write_text(dump, encoding="utf-8")
    command = [*commands(engine)["restore"][:4], "sh", "-c", "cat", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (code, output, error)


@pytest.mark.parametrize("engine", ["mysql", "mariadb"])
def test_the_options_of_the_user_in_the_node_are_not_read(engine: str) -> None:
    """~/.my.cnf would win over the file with the password, its host too."""
    assert commands(engine)["environment"] == {"HOME": "/tmp/made"}
