# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``token_delivery``: every target is tried, on its own host, and no value lies open at any moment."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.delivering import REMEDY, Deliveries, message
from tests.integration.support import Emulator, Player

WATCHING = Path(__file__).resolve().parent / "plugins" / "watching"
# A program that takes the value, and fails where its file cannot be written.
TAKE = "umask 077; cat >{}"


@pytest.fixture
def deliveries(emulator: Emulator, player: Player) -> Deliveries:
    """One stored token."""
    made = Deliveries(emulator, player)
    made.create("bot")
    return made


@pytest.fixture
def closed_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _inventory(deliveries: Deliveries, **hosts: dict[str, Any]) -> None:
    deliveries.write("hosts.yml", json.dumps({"all": {"hosts": {"localhost": None, **hosts}}}))


def _failing(folder: Path, not_executable: str, own: str, hidden: str) -> list[tuple[dict[str, Any], str]]:
    """Targets, and what is told of them; a star stands for words that differ between the versions of ansible-core."""
    return [
        (
            {"type": "file", "path": "/nonexistent/x"},
            "file /nonexistent/x: the file was not created (Error, could not touch target*); create its directory, or "
            "correct owner, group and mode",
        ),
        (
            {"type": "file", "path": str(folder), "host": "far"},
            f"file {folder} on host far: the path is not a file but of the kind directory; give the path of a file",
        ),
        (
            {"type": "file", "path": f"{folder}/x", "host": "down"},
            # ssh says one of several things, by what it was at when the connection was refused.
            f"file {folder}/x on host down: the host cannot be reached (*); make it reachable from the controller",
        ),
        (
            {"type": "command", "name": "the consumer", "argv": ["cat"], "host": "gone.invalid"},
            "the consumer on host gone.invalid: the host cannot be reached (*); make it reachable from the controller",
        ),
        ({"type": "command", "argv": ["/nonexistent/x"]}, "command /nonexistent/x: the program does not exist"),
        ({"type": "command", "argv": ["nosuchprogram"]}, "command nosuchprogram: the program does not exist"),
        (
            {"type": "command", "argv": [not_executable], "host": "far"},
            f"command {not_executable} on host far: the program is not executable",
        ),
        (
            {"type": "command", "argv": ["true"]},
            "command true: the program did not read its standard input to the end",
        ),
        (
            {"type": "command", "argv": ["sh", "-c", "cat; exit 32"], "changed_rc": 3},
            "command sh: the program ended with return code 32; run it by hand to see why",
        ),
        (
            {"type": "command", "argv": ["sh", "-c", "trap '' TERM; cat; sleep 100"], "timeout": 1},
            "command sh: the program did not end within 1 s and was ended",
        ),
        ({"type": "tasks", "path": own}, f"tasks {own}: the vault is sealed"),
        (
            {"type": "tasks", "path": hidden},
            f'tasks {hidden}: task "Refuse" failed and does not show why (no_log)',
        ),
    ]


def test_every_target_is_tried_and_all_failures_are_told(deliveries: Deliveries, closed_port: int) -> None:
    """Each failure has token, target, host and reason; the good targets have the value."""
    folder = deliveries.folder
    down = {"ansible_host": "127.0.0.1", "ansible_port": closed_port}
    _inventory(deliveries, down=down, far={"ansible_connection": "elsewhere"})
    not_executable = deliveries.write("no-program", "text")
    own = deliveries.write("own.yml", json.dumps([{"name": "Refuse", "fail": {"msg": "the vault is sealed."}}]))
    hidden = deliveries.write("hidden.yml", json.dumps([{"name": "Refuse", "fail": {"msg": "x"}, "no_log": True}]))
    cases = _failing(folder, not_executable, own, hidden)
    good: list[dict[str, Any]] = [
        {"type": "file", "path": f"{folder}/near"},
        {"type": "command", "argv": ["sh", "-c", TAKE.format(f"{folder}/taken")], "host": "far"},
    ]
    run = deliveries.deliver(*(target for target, _text in cases), *good)
    told = message(run).removesuffix(REMEDY).split(" | ")
    for (_target, text), line in zip(cases, told, strict=True):
        expected = [f"token bot was not delivered to {text}".partition("*")[0], text.rpartition("*")[2]]
        assert (line.startswith(expected[0]), line.endswith(expected[1])) == (True, True), line
        assert "*" in text or line == expected[0]
    assert message(run).endswith(REMEDY)
    assert run.code == 2
    assert (folder / "near").read_text(encoding="utf-8") == deliveries.value("bot") + "\n"
    assert (folder / "taken").read_text(encoding="utf-8") == deliveries.value("bot")
    # The made-up host and the one that is down were not this machine.
    assert sorted(path.name for path in folder.iterdir()) == ["near", "taken"]


def test_a_target_uses_the_connection_of_its_host(deliveries: Deliveries) -> None:
    """Whatever the play says: that of the host's variables, and this machine's own for localhost."""
    _inventory(deliveries, far={"ansible_connection": "elsewhere"})
    targets = [
        {"type": "file", "path": str(deliveries.folder / name), "host": host}
        for name, host in (("one", "far"), ("two", "localhost"))
    ]
    assert deliveries.deliver(targets[0]).code == 0
    assert deliveries.commands_elsewhere > 0
    # A target without a host stays where the play is.
    here = {"type": "file", "path": str(deliveries.folder / "three")}
    assert deliveries.deliver(targets[1], here).code == 0
    assert deliveries.commands_elsewhere == 0
    assert sorted(path.name for path in deliveries.folder.iterdir()) == ["one", "three", "two"]


def test_a_value_is_at_no_moment_in_a_file_with_another_mode(deliveries: Deliveries) -> None:
    """A new file, and one that was open to all; the second run changes nothing."""
    new, wide = deliveries.folder / "new", deliveries.folder / "wide"
    wide.write_text("before", encoding="utf-8")
    wide.chmod(0o666)
    seen = deliveries.player.folder / "seen"
    watching = {"WATCHED_FOLDER": str(deliveries.folder), "WATCH_FILE": str(seen), "PYTHONPATH": str(WATCHING)}
    targets = [
        {"type": "file", "path": str(new), "owner": "nobody"},
        {"type": "file", "path": str(wide), "mode": "u=rw,g=r,o=", "owner": "nobody"},
    ]
    run = deliveries.deliver(*targets, environment=watching)
    lines = set(seen.read_text(encoding="utf-8").splitlines())
    owner = new.stat().st_uid
    assert owner != wide.parent.stat().st_uid
    assert {line for line in lines if line.endswith("/new")} == {f"600 {owner} {new}"}
    assert {line for line in lines if line.endswith("/wide")} == {f"640 {owner} {wide}"}
    assert (run.code, _changed(run)) == (0, True)
    again = deliveries.deliver(*targets)
    assert (again.code, _changed(again)) == (0, False)


def _changed(run: Any) -> bool:
    return any(result.get("changed") for _name, result in run.results)


@pytest.mark.parametrize("wrong", [{"owner": "nosuchuser"}, {"group": "nosuchgroup"}, {"mode": "bogus"}], ids=str)
def test_a_file_that_cannot_get_its_owner_or_mode_does_not_get_the_value(
    deliveries: Deliveries, wrong: dict[str, str]
) -> None:
    new, old = deliveries.folder / "new", deliveries.folder / "old"
    old.write_text("before", encoding="utf-8")
    old.chmod(0o644)
    run = deliveries.deliver(*({"type": "file", "path": str(path), **wrong} for path in (new, old)))
    told = message(run).removesuffix(REMEDY).split(" | ")
    words = next(iter(wrong.values()))
    assert told[0].startswith(f"token bot was not delivered to file {new}: the file was not created (")
    assert told[1].startswith(f"token bot was not delivered to file {old}: the owner, group or mode was not set (")
    assert [words in line or "mode" in line for line in told] == [True, True]
    assert [path.name for path in deliveries.folder.iterdir()] == ["old"]
    assert old.read_text(encoding="utf-8") == "before"


def test_a_symbolic_link_is_refused(deliveries: Deliveries) -> None:
    """Nothing behind the link changes, whether it is there or not."""
    behind, link, loose = (deliveries.folder / name for name in ("behind", "link", "loose"))
    behind.write_text("before", encoding="utf-8")
    behind.chmod(0o644)
    link.symlink_to(behind)
    loose.symlink_to(deliveries.folder / "nothing")
    run = deliveries.deliver(*({"type": "file", "path": str(path), "owner": "nobody"} for path in (link, loose)))
    reason = "the path is a symbolic link; give the path of the file that it points to"
    told = [f"token bot was not delivered to file {path}: {reason}" for path in (link, loose)]
    assert message(run) == " | ".join(told) + REMEDY
    assert (behind.read_text(encoding="utf-8"), behind.stat().st_mode & 0o777, behind.stat().st_uid) == (
        "before",
        0o644,
        deliveries.folder.stat().st_uid,
    )
    assert sorted(path.name for path in deliveries.folder.iterdir()) == ["behind", "link", "loose"]
    assert link.is_symlink()


def test_a_value_that_cannot_be_used_is_told_once(deliveries: Deliveries) -> None:
    """The reason is that of the lookup alone, and no target is tried."""
    target = {"type": "file", "path": str(deliveries.folder / "x")}
    run = deliveries.deliver(target, {"type": "store"}, token="bto")
    told = f"token bto was not delivered to file {deliveries.folder}/x, store: "
    reason = f"The token store {deliveries.store} has no token 'bto'. It has 'bot'. Create the token"
    assert message(run).startswith(told + reason)
    assert (message(run).endswith(REMEDY), len(message(run).splitlines())) == (True, 1)
    assert list(deliveries.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ({"type": "files", "path": "/x"}, "value of type must be one of: "),
        ({"type": "command"}, "token_delivery_to: a target of type command needs argv"),
        ({"type": "command", "argv": ["x"], "timeout": 0}, "token_delivery_to: timeout must be 1 or more seconds"),
    ],
    ids=str,
)
def test_a_mistake_in_a_target_is_found_before_a_token_is_changed(
    deliveries: Deliveries, target: dict[str, Any], text: str
) -> None:
    """By each of the roles."""
    declared = [{"description": "bot", "deliver": [target]}]
    deliver = [{"token": "bot", "to": [target]}]
    tokens = [{"description": "bot", "regenerate": "always"}]
    for run in (
        deliveries.run("token_rotation", token_rotation_tokens=declared, token_rotation_which="all"),
        deliveries.run("tokens", tokens_tokens=tokens, tokens_deliver=deliver),
    ):
        assert (text in message(run), deliveries.emulator.writes) == (True, []), message(run)


def test_a_good_run_shows_no_texts_of_checks(deliveries: Deliveries) -> None:
    """What a check would say is not in the output of a run that passes it."""
    target = {"type": "file", "path": str(deliveries.folder / "x")}
    declared = [{"description": "bot", "deliver": [target]}]
    for mode in ("in_place", "overlapping"):
        run = deliveries.run("token_rotation", token_rotation_tokens=declared, token_rotation_mode=mode)
        assert run.code == 0
        assert [
            text for text in ("no token store", "names a token twice", "there is no token") if text in run.output
        ] == []


LIMITED = Path(__file__).resolve().parents[2] / "roles" / "token_delivery" / "files" / "run_with_limit.sh"


def _limited(*arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and last line of standard error of a program that gets a value from the script."""
    done = subprocess.run(
        ["/bin/sh", str(LIMITED), *arguments],
        input="value",
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    return done.returncode, "".join(done.stderr.splitlines()[-1:])


@pytest.mark.parametrize("with_timeout", [True, False])
def test_the_exit_code_of_a_program_is_its_own(tmp_path: Path, with_timeout: bool) -> None:
    """Also one that the program timeout uses for itself, and on a host without that program."""
    for name in ("cat", "date", "sh", "wc", *(["timeout"] if with_timeout else [])):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    path = str(tmp_path)
    assert _limited("9", "cat", PATH=path) == (0, "")
    assert _limited("9", "sh", "-c", "cat; exit 124", PATH=path) == (124, "")
    assert _limited("9", "sh", "-c", "exit 3", PATH=path) == (3, "token_delivery: unread")
    assert _limited("9", "nosuchprogram", PATH=path) == (127, "token_delivery: missing")
