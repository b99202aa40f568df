# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The small shell: pipes, checksums, modes and owners of files, and bodies that are no text."""

from __future__ import annotations

import pytest

from emulator_client import Client
from emulator_commands import ENV, FIRST, NODES, F, read, run, write


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV, NODES)
    return bot


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("echo a | cat", (0, "a", "")),
        ("echo a; echo b | cat - | cat; echo c", (0, "a\nb\nc", "")),
        ("echo a | cat > /tmp/out; cat /tmp/out", (0, "a", "")),
        ("false && echo a | cat; echo b", (0, "b", "")),
        ("false || echo a | cat", (0, "a", "")),
        ("false | echo a", (0, "a", "")),
        ("echo a | false || echo b", (0, "b", "")),
        ("cat /none | cat", (0, "", "cat: /none: No such file or directory")),
        ("echo -n 'a b' | eval 'cat; cat'", (0, "a ba b", "")),
        ("echo a | sh -c cat", (0, "a", "")),
        ("cat", (0, "", "")),
        ("echo -n aGk= | base64 -d", (0, "hi", "")),
        ("echo hi | base64", (0, "aGkK", "")),
        ("echo '%' | base64 -d", (1, "", "base64: invalid input")),
        ("base64 /none", (1, "", "base64: /none: No such file or directory")),
    ],
)
def test_pipes(bot: Client, line: str, expected: tuple[int, str, str]) -> None:
    assert run(bot, line) == expected


SUM = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of hello


def test_checksums(bot: Client) -> None:
    write(bot, "/tmp/a", "hello")
    assert run(bot, "sha256sum /tmp/a; echo -n hello | sha256sum") == (0, f"{SUM}  /tmp/a\n{SUM}  -", "")
    assert run(bot, f"echo '{SUM}  /tmp/a' | sha256sum -c") == (0, "/tmp/a: OK", "")
    write(bot, "/tmp/a", "hallo")
    wrong = "sha256sum: WARNING: 1 computed checksum did NOT match"
    assert run(bot, f"echo '{SUM}  /tmp/a' | sha256sum -c") == (1, "/tmp/a: FAILED", wrong)
    assert run(bot, "sha256sum /etc")[::2] == (1, "sha256sum: /etc: Is a directory")


def test_modes_and_owners(bot: Client) -> None:
    """They go with the file, and a body that is written leaves them."""
    write(bot, "/tmp/a", "hello")
    stat = "stat -L -c '%F %a %u %U %g %G %s' /tmp/a"
    assert run(bot, stat) == (0, "regular file 644 0 root 0 root 5", "")
    assert run(bot, "chown jelastic:nogroup /tmp/a && chmod 0600 /tmp/a") == (0, "", "")
    write(bot, "/tmp/a", "")
    assert run(bot, stat) == (0, "regular empty file 600 700 jelastic 65534 nogroup 0", "")
    listed = bot.call(F + "GetList", envName=ENV, nodeid=FIRST, path="/tmp")["directoryPathList"]
    assert [row["permission"] for row in listed] == ["rw-------"]
    assert run(bot, "chown 0 /tmp/a; chown :700 /tmp/a; stat -c '%U:%G' /tmp/a")[1] == "root:jelastic"
    assert run(bot, "rm /tmp/a; touch /tmp/a; stat -c '%a %U' /tmp/a /tmp") == (0, "644 root\n755 root", "")
    assert run(bot, "chown nosuch /tmp/a") == (1, "", "chown: invalid user: 'nosuch'")
    assert run(bot, "chmod u+x /tmp/a") == (1, "", "chmod: invalid mode: 'u+x'")
    assert run(bot, "chmod 600 /none")[2] == "chmod: cannot access '/none': No such file or directory"
    assert run(bot, "stat -c %a /none")[2] == "stat: cannot stat '/none': No such file or directory"


def test_a_body_that_is_no_text(bot: Client) -> None:
    """Commands have its bytes, and Read replaces them."""
    assert run(bot, "echo //8A | base64 -d > /tmp/a; base64 /tmp/a") == (0, "//8A", "")
    assert read(bot, "/tmp/a") == "\ufffd\ufffd\0"
