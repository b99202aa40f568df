# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role database_dump through the API: a dump, a broken one, a damaged file, a restore. A script is MariaDB."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.nodes import Nodes, created_nodes
from tests.integration.support import Account, Player, running

PASSWORD = 'a "secret" of a database'
# A database is a folder with a file for each table. The programs want the password in a file that only its owner reads,
# and would read ~/.my.cnf after it.
PROGRAM = r"""#!/bin/sh
set -eu
{ printf '%s ' "$0" "$@"; env; } >>/srv/seen
options=${1#--defaults-extra-file=}
test "$(stat -c %a "$options")" = 600
grep -qxF 'password="a \"secret\" of a database"' "$options"
grep -qxF loose-skip-print-query-on-error "$options"
test ! -e "$HOME/.my.cnf"
name=$(printf %s "$*" | sed -n "s/.*[\`']\(.*\)[\`'].*/\1/p")
case "$*" in
*--result-file=*)
    for last; do case $last in --result-file=*) file=${last#*=} ;; esac; done
    tar -cf "$file" -C "/srv/$last" $(test ! -e /srv/broken || echo --exclude=./b) .
    printf '\n-- Dump completed\n' >>"$file" ;;
*'create database'*) mkdir "/srv/$name" ;;
*'drop database'*) rm -rf "/srv/$name" ;;
*'select count'*) ls "/srv/$name" | wc -l ;;
*) rm -rf "/srv/$2"/* && tar -xf - -C "/srv/$2" ;;
esac
"""
PREPARE = f"""mkdir -p /opt/db /srv/shop && touch /root/.my.cnf && echo one >/srv/shop/a && echo two >/srv/shop/b
cat >/opt/db/mariadb <<'END'
{PROGRAM}END
chmod 755 /opt/db/mariadb && ln /opt/db/mariadb /opt/db/mariadb-dump"""


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    """One node that runs real commands."""
    with running(Account.made_up("user"), Account.made_up("other"), "--exec", "sandbox") as emulator:
        found = created_nodes(emulator, Player(tmp_path, emulator.url, None, timeout=600), count=1)
        found.sh(PREPARE)
        yield found


def role(name: str, **more: Any) -> list[dict[str, Any]]:
    """The role, and what it failed with as the fact of a name."""
    use = {"name": "role", "ansible.builtin.include_role": {"name": "inet.elastic.database_dump"}, "vars": more}
    keep = {"name": "keep", "ansible.builtin.set_fact": {name: "{{ ansible_failed_result.msg }}"}}
    return [{"name": name, "block": [use], "rescue": [keep]}]


def kept(name: str, where: str, **more: Any) -> dict[str, Any]:
    """A task that keeps the files of the dump on the controller under another name, or changes them."""
    return {"name": name, "ansible.builtin.shell": where, "delegate_to": "localhost", **more}


def tasks_with(file: Path) -> list[dict[str, Any]]:
    """A good dump, one that has lost a table, a dump that was damaged on the controller, and a restore."""
    shell = "ansible.builtin.shell"
    return [
        *role("dump"),
        kept("first", f"sha256sum {file}"),
        {"name": "break", shell: "touch /srv/broken; echo three >/srv/shop/c"},
        *role("broken"),
        {"name": "lose", shell: "rm /srv/broken /srv/shop/b && echo changed >/srv/shop/a"},
        kept("damage", f"cp {file} {file}.good && echo more >>{file}"),
        *role("damaged", database_dump_action="restore"),
        kept("repair", f"mv {file}.good {file}"),
        *role("restore", database_dump_action="restore"),
        {
            "name": "facts",
            "ansible.builtin.debug": {"msg": "{{ [broken, damaged, dump | default, restore | default] }}"},
        },
    ]


def test_dump_and_restore(nodes: Nodes, tmp_path: Path) -> None:
    file = tmp_path / "dumps" / "shop.dump"
    file.parent.mkdir()
    variables = {
        "database_dump_engine": "mariadb",
        "database_dump_database": "shop",
        "database_dump_user": "shop",
        "database_dump_password": PASSWORD,
        "database_dump_file": str(file),
    }
    run = nodes.play(
        tasks_with(file),
        gather_facts=False,
        vars=variables,
        environment={"PATH": "/opt/db:/usr/bin:/bin:/usr/sbin:/sbin"},
    )
    assert run.code == 0, run.output
    scratch = "the older dump on the controller stays"
    assert run.result("facts")["msg"] == [
        f"The dump of shop restores 2 of 3 tables; {scratch}",
        f"{file} does not have the checksum of {file}.sha256, or one of them is missing; nothing was restored",
        "",
        "",
    ]
    # The broken dump replaced nothing, and the first one is whole, and nobody else's.
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert Path(f"{file}.sha256").read_text() == f"{digest}  shop.dump\n"
    assert run.result("first")["stdout"].startswith(f"{digest} ")
    assert [path.stat().st_mode & 0o777 for path in (file, Path(f"{file}.sha256"))] == [0o600, 0o600]
    # The database is as it was dumped; the database of the test and the files of the run are gone.
    assert (
        nodes.sh("cd /srv && ls -d */ && cat shop/* && ls /tmp /var/tmp | grep database_dump || true")
        == "shop/\none\ntwo"
    )
    assert "secret" not in nodes.sh("cat /srv/seen")
    assert "secret" not in run.output
