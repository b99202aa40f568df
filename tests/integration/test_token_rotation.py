# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One token or target that fails keeps no other from its value, and the next run delivers what was not delivered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.delivering import REMEDY, Deliveries, message
from tests.integration.support import Emulator, Player, Run, short

NAMES = ("ra", "rb", "rc")
RETRY_CODE = 99


@pytest.fixture
def deliveries(emulator: Emulator, player: Player) -> Deliveries:
    """Three stored tokens that are due."""
    made = Deliveries(emulator, player)
    made.create(*NAMES)
    return made


def _place(deliveries: Deliveries, name: str) -> Path:
    """The file of a token; that of the first is in a folder that is missing."""
    return deliveries.folder / ("gone/ra" if name == "ra" else name)


def _targets(deliveries: Deliveries, *names: str) -> list[dict[str, Any]]:
    return [
        {"description": name, "deliver": [{"type": "file", "path": str(_place(deliveries, name))}]} for name in names
    ]


def _rotate(deliveries: Deliveries, *names: str, **variables: Any) -> Run:
    deliveries.emulator.forget()
    return deliveries.run("token_rotation", token_rotation_tokens=_targets(deliveries, *names), **variables)


def _report(run: Run) -> list[dict[str, Any]]:
    shown = [result for _name, result in run.results if "token_rotation_report" in result]
    report: list[dict[str, Any]] = shown[-1]["token_rotation_report"]
    return report


def _writes(deliveries: Deliveries) -> list[str]:
    return sorted(name for name in short(deliveries.emulator.writes) if name not in ("Signin", "Signout"))


def _held(deliveries: Deliveries, *names: str) -> list[bool]:
    """Whether the file of each token has the value of the store, and that value lives."""
    return [
        deliveries.alive(deliveries.value(name))
        and _place(deliveries, name).exists()
        and _place(deliveries, name).read_text(encoding="utf-8") == deliveries.value(name) + "\n"
        for name in names
    ]


def _not_delivered(deliveries: Deliveries, name: str) -> str:
    path = _place(deliveries, name)
    return f"token {name} was not delivered to file {path}: the file was not created (Error, could not touch target"


def test_in_place(deliveries: Deliveries) -> None:
    """All values are replaced; that of the first is delivered by a later run, once its target is there."""
    run = _rotate(deliveries, *NAMES)
    assert (run.code, _held(deliveries, *NAMES)) == (2, [False, True, True])
    assert [(line["token"], line["rotated"], len(line["delivered"])) for line in _report(run)] == [
        ("ra", True, 0),
        ("rb", True, 1),
        ("rc", True, 1),
    ]
    assert message(run).startswith(_not_delivered(deliveries, "ra"))
    assert (message(run).endswith(REMEDY), message(run).count(" was not delivered to ")) == (True, 1)
    assert [line["failed"] for line in _report(run)] == [[message(run).removesuffix(REMEDY)], [], []]
    _place(deliveries, "ra").parent.mkdir()
    again = _rotate(deliveries, *NAMES)
    assert (again.code, _held(deliveries, *NAMES)) == (0, [True, True, True])
    assert [(line["rotated"], len(line["delivered"])) for line in _report(again)] == [
        (False, 1),
        (False, 0),
        (False, 0),
    ]
    assert _writes(deliveries) == []


def test_overlapping(deliveries: Deliveries) -> None:
    """The token whose target failed keeps its old value alive, and without a new end; the others are rotated."""
    before = {name: deliveries.value(name) for name in NAMES}
    ends = deliveries.ends()
    more = {"token_rotation_mode": "overlapping", "token_rotation_grace": "1h"}
    run = _rotate(deliveries, "ra", "rb", **more)
    assert (run.code, _held(deliveries, "ra", "rb")) == (2, [False, True])
    assert [(line["token"], line["rotated"], len(line["failed"])) for line in _report(run)] == [
        ("ra", True, 1),
        ("rb", True, 0),
    ]
    assert message(run).startswith(_not_delivered(deliveries, "ra"))
    assert (deliveries.alive(before["ra"]), deliveries.ends()["ra.old"]) == (True, ends["ra"])
    assert deliveries.ends()["rb.old"] < ends["rb"]
    _place(deliveries, "ra").parent.mkdir()
    again = _rotate(deliveries, "ra", "rb", **more)
    assert (again.code, _held(deliveries, "ra", "rb")) == (0, [True, True])
    assert deliveries.ends()["ra.old"] < ends["ra"]
    assert [(line["rotated"], len(line["delivered"])) for line in _report(again)] == [(False, 1), (False, 0)]


def test_a_store_that_is_lost_with_the_job(deliveries: Deliveries) -> None:
    """A value that was not delivered is lost, and the token is still due; a delivered value is not replaced again."""
    first, taken = deliveries.value("ra"), deliveries.folder / "taken"
    deliveries.player.environment["AWX_PRIVATE_DATA_DIR"] = str(deliveries.player.folder)
    seen = []
    for command in ("cat >/dev/null; exit 1", f"umask 077; cat >{taken}", "exit 1"):
        deliveries.store.unlink()
        token = {"description": "ra", "deliver": [{"type": "command", "argv": ["sh", "-c", command]}]}
        deliveries.emulator.forget()
        run = deliveries.run("token_rotation", token_rotation_tokens=[token], token_rotation_expires_in="60d")
        seen.append((run.code, _report(run)[0]["rotated"], _writes(deliveries)))
    assert seen[0] == (2, True, ["RegenerateToken"])
    assert seen[1] == (0, True, ["EditToken", "RegenerateToken"])
    assert seen[2] == (0, False, [])
    value = taken.read_text(encoding="utf-8")
    assert (deliveries.alive(value), deliveries.alive(first)) == (True, False)


def test_overlapping_needs_a_store_that_lasts(deliveries: Deliveries) -> None:
    """The next run could not go on from a store that is lost; this is said before the first call."""
    deliveries.player.environment["AWX_PRIVATE_DATA_DIR"] = str(deliveries.player.folder)
    token = {"description": "ra", "deliver": [{"type": "command", "argv": ["cat"]}]}
    run = deliveries.run("token_rotation", token_rotation_tokens=[token], token_rotation_mode="overlapping")
    assert message(run) == (
        "token_rotation_mode is overlapping, which needs a token store that outlives the job, and "
        f"{deliveries.store} is in the file system of the job; choose in_place, or set token_rotation_store or "
        "PAAS_TOKEN_STORE to a path that outlives jobs"
    )
    assert deliveries.emulator.methods == []


def test_all_tokens_of_the_store(deliveries: Deliveries) -> None:
    """A pattern selects what the store has; an entry of its own goes before, and a pattern has no target."""
    tokens: list[dict[str, Any]] = [{"description": "*"}, {"description": "rb", "expires_in": "30d"}]
    run = deliveries.run("token_rotation", token_rotation_tokens=tokens, token_rotation_mode="overlapping")
    assert (run.code, [(line["token"], line["rotated"]) for line in _report(run)]) == (
        0,
        [("ra", True), ("rc", True), ("rb", True)],
    )
    tokens[0]["deliver"] = [{"type": "file", "path": str(deliveries.folder / "all")}]
    run = deliveries.run("token_rotation", token_rotation_tokens=tokens)
    assert (run.code, message(run)) == (
        2,
        "token_rotation_tokens: * can select several tokens, and a target takes the value of one; name the tokens that "
        "have targets in deliver",
    )


def test_overlapping_goes_on_where_a_successor_cannot_be_made(deliveries: Deliveries) -> None:
    """The report is complete, and says of the one that it was not rotated."""
    deliveries.emulator.control(
        "PUT", "faults", [{"method": "CreateToken", "kind": "inner_error", "code": RETRY_CODE, "error": "no more"}]
    )
    run = _rotate(deliveries, "rb", "nosuch", "rc", token_rotation_mode="overlapping")
    assert (run.code, _held(deliveries, "rb", "rc")) == (2, [True, True])
    report = _report(run)
    assert [(line["token"], line["rotated"]) for line in report] == [("rb", False), ("nosuch", False), ("rc", True)]
    assert report[0]["failed"][0].startswith("the rotation of token rb stopped: ")
    missing = "there is no token nosuch to rotate; the role inet.elastic.tokens makes tokens"
    assert [line["failed"] for line in report[1:]] == [[missing], []]
    assert message(run) == f"{report[0]['failed'][0]} | {missing}{REMEDY}"


def test_in_place_delivers_what_was_replaced_before_a_failure(deliveries: Deliveries) -> None:
    """The platform refuses one of three, and one is not there: the others have their new values at their targets."""
    deliveries.emulator.control(
        "PUT", "faults", [{"method": "RegenerateToken", "kind": "inner_error", "code": RETRY_CODE, "error": "no more"}]
    )
    run = _rotate(deliveries, "rb", "nosuch", "rc", token_rotation_which="all")
    assert run.code == 2
    assert _held(deliveries, "rb", "rc") == [True, True]
    report = _report(run)
    regenerated = [line["token"] for line in report if line["rotated"]]
    assert len(regenerated) == short(deliveries.emulator.methods).count("RegenerateToken") - 1
    missing = "there is no token nosuch to rotate; the role inet.elastic.tokens makes tokens"
    assert report[0]["failed"][0].startswith("the rotation of token rb stopped: ")
    assert [line["failed"] for line in report[1:]] == [[missing], []]
    assert message(run) == f"{report[0]['failed'][0]} | {missing}{REMEDY}"


def test_the_role_tokens(deliveries: Deliveries) -> None:
    """A target and a token that fail; all else is delivered, and the next run delivers the rest."""
    tokens = [{"description": name, "template": "Marketplace", "regenerate": "always"} for name in NAMES]
    to = [{"token": line["description"], "to": line["deliver"]} for line in _targets(deliveries, *NAMES)]
    run = deliveries.run("tokens", tokens_tokens=tokens, tokens_deliver=to)
    assert (run.code, _held(deliveries, *NAMES)) == (2, [False, True, True])
    assert message(run).startswith(_not_delivered(deliveries, "ra"))
    report = next(result["msg"] for name, result in run.results if name.endswith("tokens : Report"))
    assert report["failed"] == [message(run).removesuffix(REMEDY)]
    assert report["delivered"] == {name: [f"file {_place(deliveries, name)}"] for name in ("rb", "rc")}
    _place(deliveries, "ra").parent.mkdir()
    deliveries.emulator.control(
        "PUT", "faults", [{"method": "DeleteTokens", "kind": "inner_error", "code": RETRY_CODE, "error": "no more"}]
    )
    wrong = [*({**token, "regenerate": "never"} for token in tokens[:2]), {"description": "rc", "state": "absent"}]
    again = deliveries.run("tokens", tokens_tokens=wrong, tokens_deliver=to)
    assert (again.code, _held(deliveries, *NAMES)) == (2, [True, True, True])
    assert ("no more" in message(again), message(again).endswith(REMEDY)) == (True, True)


def test_a_refused_task_ends_the_run_before_any_delivery(deliveries: Deliveries) -> None:
    """Nothing can be new where no call was made."""
    to = [{"token": "rb", "to": [{"type": "file", "path": str(_place(deliveries, "rb"))}]}]
    run = deliveries.run("tokens", tokens_tokens=[{"description": "rb", "expires_in": "soon"}], tokens_deliver=to)
    assert (run.code, deliveries.emulator.methods, list(deliveries.folder.iterdir())) == (2, [], [])
