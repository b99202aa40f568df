# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files whose work needs commands: attributes, contents that are not text, reading back, and copies of old files."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from paas_emulator.statuses import Status

from ansible_collections.inet.elastic.plugins.module_utils._resources.file import model
from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from tests.unit.resources.watched_platform import WatchedPlatform

PATH = "/etc/app.ini"
ONE, TWO = 20001, 20002
NODE: dict[str, Any] = {"environment": "my-shop", "node_id": ONE, "path": PATH}
LAYER: dict[str, Any] = {"environment": "my-shop", "node_group": "cp", "path": PATH}
BYTES = bytes(range(256))
BASE64 = base64.b64encode(BYTES).decode()
EXEC = "environment.control.ExecCmdById"


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with an environment of two nodes in a layer."""
    watched = WatchedPlatform()
    watched.call(
        "environment.control.CreateEnvironment",
        env={"shortdomain": "my-shop"},
        nodes=[{"nodeGroup": "cp", "nodeType": "nginx", "count": 2, "flexibleCloudlets": 4}],
    )
    yield watched
    watched.end()


def put(platform: WatchedPlatform, number: int, body: str) -> None:
    """A file in one node."""
    platform.call("environment.file.Write", envName="my-shop", nodeid=number, path=PATH, body=body)


def put_bytes(platform: WatchedPlatform, number: int, raw: bytes) -> None:
    """The same for a content that is not text."""
    node = next(node for node in platform.platform.store.environments["my-shop"].nodes if node.id == number)
    node.files[PATH] = raw.decode("utf-8", "surrogateescape")


def state(platform: WatchedPlatform) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
    """All files of the nodes, with their attributes."""
    nodes = platform.platform.store.environments["my-shop"].nodes
    return {node.id: (dict(node.files), dict(node.attributes)) for node in nodes}


def files(platform: WatchedPlatform, number: int = ONE) -> dict[str, bytes]:
    """The files of a node."""
    found = state(platform)[number][0]
    return {path: body.encode("utf-8", "surrogateescape") for path, body in found.items() if body is not None}


def commands_sent(platform: WatchedPlatform) -> list[str]:
    """The commands of the task."""
    lists = [json.loads(fields["commandList"]) for method, fields in platform.sent if method == "execcmdbyid"]
    return [entry["command"] for (entry,) in lists]


def predicts(platform: WatchedPlatform, **options: Any) -> dict[str, Any]:
    """Run a task in check mode, for real, and again: check mode and the last run send commands that only read."""

    def read_only(check: bool) -> dict[str, Any]:
        before = state(platform)
        result = platform.run(File(), check=check, **options)
        assert set(platform.writes()) <= {EXEC}
        assert state(platform) == before
        return result

    platform.writes()
    predicted = read_only(check=True)
    real = platform.run(File(), **options)
    sent = list(platform.sent)
    assert (predicted["changed"], predicted["steps"], predicted["diff"]) == (
        real["changed"],
        real["steps"],
        real["diff"],
    )
    platform.writes()
    assert read_only(check=False)["changed"] is False
    platform.sent = sent
    return real


# -- attributes --------------------------------------------------------------------------------------------------------


def test_attributes_of_a_new_file(platform: WatchedPlatform) -> None:
    result = predicts(platform, **NODE, content="a\n", mode="0640", owner="jelastic", group="700")
    assert platform.methods == ["execcmdbyid", "write", "execcmdbyid", "execcmdbyid", "read"]
    assert commands_sent(platform)[1] == f"chown jelastic:700 {PATH} && chmod 640 {PATH}"
    sent = next(fields for method, fields in platform.sent if method == "execcmdbyid")
    assert (sent["userName"], sent["sayYes"], sent["nodeId"]) == ("root", "false", str(ONE))
    assert state(platform)[ONE][1] == {PATH: {"mode": "640", "user": "jelastic", "group": "jelastic"}}
    assert result["steps"] == [
        f"write {PATH} in node {ONE}",
        f"set mode 640, owner jelastic, group 700 of {PATH} in node {ONE}",
    ]
    header = f"{PATH} in node {ONE} (mode 640, owner jelastic, group 700)"
    assert result["diff"] == {"before": "", "after": "a\n", "before_header": header, "after_header": header}


@pytest.mark.parametrize(
    ("given", "command"),
    [
        ({"mode": "0600"}, f"chmod 600 {PATH}"),
        ({"mode": "2755"}, f"chmod 2755 {PATH}"),
        ({"owner": "700"}, f"chown 700 {PATH}"),
        ({"group": "nogroup"}, f"chown :nogroup {PATH}"),
        ({"owner": "root", "group": "root", "mode": "0600"}, f"chmod 600 {PATH}"),
    ],
)
def test_only_the_attributes_that_differ(platform: WatchedPlatform, given: dict[str, str], command: str) -> None:
    """Number and name of an owner are the same."""
    put(platform, ONE, "same")
    result = predicts(platform, **NODE, content="same", **given)
    assert commands_sent(platform)[1:2] == [command]
    assert "write" not in platform.methods
    name, value = list(given.items())[-1]
    sides = result["diff"]
    was = {"mode": "644", "owner": "0/root", "group": "0/root"}[name]
    assert sides["before"] == {f"node {ONE}": {**dict.fromkeys(given, "0/root"), name: was}}
    assert sides["after"][f"node {ONE}"][name] == value.lstrip("0")


def test_attributes_of_nodes_that_differ_from_each_other(platform: WatchedPlatform) -> None:
    put(platform, ONE, "one")
    put(platform, TWO, "two")
    result = predicts(platform, **LAYER, content="same", mode="0600", sensitive=True)
    assert result["diff"]["before"] == {
        f"node {number}": {"content": "(hidden)", "mode": "644"} for number in (ONE, TWO)
    }
    assert result["diff"]["after"] == {
        f"node {number}": {"content": "(hidden)", "mode": "600"} for number in (ONE, TWO)
    }


def test_attributes_in_the_nodes_that_differ(platform: WatchedPlatform) -> None:
    put(platform, ONE, "same")
    put(platform, TWO, "other")
    result = predicts(platform, **LAYER, content="same", mode="0644")
    header = f"{PATH} in node {TWO}"
    assert result["diff"] == {"before": "other", "after": "same", "before_header": header, "after_header": header}
    assert result["steps"] == [f"write {PATH} in node {TWO}"]


def test_attributes_of_a_directory(platform: WatchedPlatform) -> None:
    result = predicts(platform, **{**NODE, "path": "/srv/it's"}, state="directory", mode="0700")
    assert result["steps"] == [f"make /srv/it's in node {ONE}", f"set mode 700 of /srv/it's in node {ONE}"]
    assert state(platform)[ONE][1] == {"/srv/it's": {"mode": "700"}}


def test_an_owner_that_does_not_exist(platform: WatchedPlatform) -> None:
    result = platform.fails(File(), **NODE, content="a", owner="nosuch")
    assert result["msg"].startswith(f"set owner nosuch of {PATH} in node {ONE}: chown: invalid user: 'nosuch'")
    assert (result["failure"]["code"], result["steps_done"]) == (4109, [f"write {PATH} in node {ONE}"])


def test_a_node_that_cannot_show_attributes(platform: WatchedPlatform) -> None:
    platform.platform.commands.replace([{"command": "test *", "errOut": "sh: stat: not found", "exitStatus": 127}])
    result = platform.fails(File(), **NODE, content="a", mode="0600")
    assert result["msg"].startswith(f"{PATH} in node {ONE} could not be read: sh: stat: not found")
    platform.platform.commands.replace([{"command": "test *", "out": "?"}])
    result = platform.fails(File(), **NODE, content="a", mode="0600")
    assert result["msg"].startswith(f"stat printed no attributes of {PATH} in node {ONE}")


# -- contents that are not text ----------------------------------------------------------------------------------------


def test_a_content_that_is_not_text(platform: WatchedPlatform) -> None:
    """In base64 through the File methods, not in a command, which the node logs."""
    put(platform, ONE, "old")
    platform.call("environment.file.Create", envName="my-shop", nodeid=ONE, path="/etc/.app.ini.part.decoded")
    result = predicts(platform, **NODE, content=BASE64, encoding="base64")
    assert platform.methods == ["execcmdbyid", "write", "execcmdbyid", "execcmdbyid"]
    assert platform.sent[1][1] == {
        "envName": "my-shop",
        "nodeid": str(ONE),
        "path": "/etc/.app.ini.part",
        "body": BASE64,
    }
    assert all(BASE64 not in command for command in commands_sent(platform))
    assert files(platform) == {PATH: BYTES}
    assert result["steps"] == [f"send part 1 of 1 of {PATH} in node {ONE}", f"write {PATH} in node {ONE}"]
    old, new = model.Content.of(b"old").digest, model.Content.of(BYTES).digest
    assert (result["diff"]["before"], result["diff"]["after"]) == (
        f"(not compared as text, SHA-256 {old})\n",
        f"(not compared as text, SHA-256 {new})\n",
    )


@pytest.mark.parametrize(("size", "parts"), [(1, 1), (6, 1), (7, 2), (21, 3)])
def test_parts(platform: WatchedPlatform, monkeypatch: pytest.MonkeyPatch, size: int, parts: int) -> None:
    """Each is of a bounded size, and together they are the content."""
    monkeypatch.setattr(model, "PART_SIZE", 10)
    raw = b"\xff" * size
    predicts(platform, **NODE, content=base64.b64encode(raw).decode(), encoding="base64")
    assert [name for name in platform.methods if name in ("write", "append")] == ["write", *["append"] * (parts - 1)]
    assert files(platform) == {PATH: raw}


def test_text_in_base64_goes_as_text(platform: WatchedPlatform) -> None:
    predicts(platform, **NODE, content=base64.encodebytes("tärt\n".encode() * 30).decode(), encoding="base64")
    assert "execcmdbyid" not in platform.methods
    assert files(platform) == {PATH: "tärt\n".encode() * 30}


def test_a_content_that_arrived_damaged(platform: WatchedPlatform) -> None:
    """The file stays as it was, and nothing is left beside it."""
    put(platform, ONE, "old")

    def damage() -> None:
        part = {"envName": "my-shop", "nodeid": ONE, "path": "/etc/.app.ini.part"}
        platform.call("environment.file.Append", **part, body="AAAA")

    platform.after["write"] = damage
    result = platform.fails(File(), **NODE, content=base64.b64encode(b"\xff" * 3).decode(), encoding="base64")
    assert result["msg"].startswith(f"write {PATH} in node {ONE}: sha256sum: WARNING: 1 computed checksum")
    assert files(platform) == {PATH: b"old"}


def test_a_hidden_content_that_a_refusal_repeats(platform: WatchedPlatform) -> None:
    """As it was sent."""
    platform.answers["write"] = {"result": 99, "error": f"cannot write {BASE64}"}
    failed = platform.fails(File(), **NODE, content=BASE64, encoding="base64", sensitive=True)
    assert "cannot write ********" in failed["msg"]
    assert BASE64 not in str(failed)


# By method of the lost answer: the method after whose call it is cut, as the method is called for reading, too.
LOST = {"copy": "", "write": "", "append": "", "execcmdbyid": "append"}


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize("method", LOST)
def test_a_lost_answer(platform: WatchedPlatform, monkeypatch: pytest.MonkeyPatch, method: str, cut: str) -> None:
    """Copy, parts and file show whether they are written: what is done is not sent again, and the task goes on."""
    monkeypatch.setattr(model, "PART_SIZE", 200)
    put(platform, ONE, "old")
    if LOST[method]:
        platform.after[LOST[method]] = lambda: platform.cuts.update({method: cut})
    else:
        platform.cuts[method] = cut
    given = {**NODE, "content": BASE64, "encoding": "base64", "backup": True}
    if cut == "after":
        result = platform.run(File(), **given)
        assert files(platform) == {PATH: BYTES, result["backup_file"]: b"old"}
        assert [platform.methods.count(name) for name in ("copy", "write", "append")] == [1, 1, 1]
    else:
        result = platform.fails(File(), **given)
        assert result["failure"]["kind"] == "answer_lost"
        assert "run the task again" in result["msg"]
        assert files(platform)[PATH] == b"old"
        platform.run(File(), **{**given, "backup": False})
        assert files(platform)[PATH] == BYTES


@pytest.mark.parametrize("method", ["write", "append"])
def test_a_part_that_is_put_off(platform: WatchedPlatform, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """The parts before it are not sent again."""
    monkeypatch.setattr(model, "PART_SIZE", 200)
    platform.refuse_once[method] = {"result": 2212, "error": "busy"}
    platform.run(File(), **NODE, content=BASE64, encoding="base64")
    assert files(platform) == {PATH: BYTES}
    calls = {"write": 1, "append": 1, method: 2}
    assert {name: platform.methods.count(name) for name in calls} == calls


# -- copies ------------------------------------------------------------------------------------------------------------

BACKUP = re.compile(re.escape(PATH) + r"\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~")


@pytest.mark.parametrize(
    "given", [{"content": "new"}, {"content": BASE64, "encoding": "base64"}, {"content": "new", "mode": "0600"}]
)
def test_backup(platform: WatchedPlatform, given: dict[str, Any]) -> None:
    """Only of a file that changes."""
    put(platform, ONE, "old")
    result = predicts(platform, **LAYER, **given, backup=True)
    assert BACKUP.fullmatch(result["backup_file"])
    assert files(platform, ONE)[result["backup_file"]] == b"old"
    assert [path for path in files(platform, TWO) if path != PATH] == []
    assert result["steps"][0] == f"back up {PATH} in node {ONE}"
    assert platform.run(File(), **LAYER, **given, backup=True)["backup_file"] is None


def test_backup_is_made_once(platform: WatchedPlatform) -> None:
    """Also if the write after it has to wait."""
    put(platform, ONE, "old")
    platform.refuse_once["write"] = {"result": 2212, "error": "busy"}
    result = platform.run(File(), **NODE, content="new", backup=True)
    assert platform.methods.count("copy") == 1
    assert files(platform) == {PATH: b"new", result["backup_file"]: b"old"}
    assert result["steps"] == [f"back up {PATH} in node {ONE}", f"write {PATH} in node {ONE}"]


# -- reading -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "content", "encoding", "calls"),
    [
        (b"a\n", "a\n", "text", ["read"]),
        (b"", "", "text", ["read"]),
        ("tärt \ufffd".encode(), "tärt \ufffd", "text", ["read", "execcmdbyid"]),
        (BYTES, BASE64, "base64", ["read", "execcmdbyid"]),
        (b"a\0b", "YQBi", "base64", ["read", "execcmdbyid"]),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_read(
    platform: WatchedPlatform, raw: bytes, content: str, encoding: str, calls: list[str], check: bool
) -> None:
    put_bytes(platform, ONE, raw)
    result = platform.run(File(), check=check, **NODE, state="read")
    assert (result["changed"], result["content"], result["encoding"]) == (False, content, encoding)
    assert (platform.methods, "diff" in result) == (calls, False)
    assert result["node_contents"] == [{"node_id": ONE, "content": content, "encoding": encoding}]
    given = {"content": result["content"], "encoding": result["encoding"]}
    assert platform.run(File(), **NODE, **given)["changed"] is False


def test_read_each_node(platform: WatchedPlatform) -> None:
    put(platform, ONE, "one")
    put(platform, TWO, "two")
    result = platform.run(File(), **LAYER, state="read")
    assert (result["content"], [item["content"] for item in result["node_contents"]]) == ("one", ["one", "two"])
    assert [
        item["content"] for item in platform.run(File(), **LAYER, state="read", master_only=True)["node_contents"]
    ] == ["one"]


def test_read_what_is_no_file(platform: WatchedPlatform) -> None:
    result = platform.fails(File(), **NODE, state="read")
    assert (result["msg"], result["failure"]["kind"]) == (f"path: {PATH} does not exist in node {ONE}", "input")
    result = platform.fails(File(), **{**NODE, "path": "/etc"}, state="read")
    assert result["msg"] == f"path: /etc is a directory in node {ONE}"
    result = platform.run(File(), check=True, **NODE, state="read")
    assert (result["changed"], result["content"], result["node_contents"]) == (False, None, [])
    assert platform.warnings == [
        f"path: {PATH} does not exist in node {ONE}; check mode assumes that an earlier task creates it and predicts "
        "the result"
    ]


# -- a busy environment ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{"content": "new"}, {"state": "absent"}, {"content": "new", "mode": "0600"}])
def test_a_busy_environment(platform: WatchedPlatform, given: dict[str, Any]) -> None:
    put(platform, ONE, "old")
    environment = platform.platform.store.environments["my-shop"]
    environment.status = Status.UPDATING
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        environment.status = Status.RUNNING

    platform.time.pause = pause
    assert platform.run(File(), **NODE, **given)["changed"] is True
    assert (len(pauses), platform.methods.count("getenvinfo")) == (1, 2)


def test_an_environment_that_becomes_busy(platform: WatchedPlatform) -> None:
    """After the reading: the task reads again before it writes."""
    platform.refuse_once["write"] = {"result": 2212, "error": "busy"}
    platform.run(File(), **NODE, content="new")
    assert platform.methods == ["read", "getlist", "write", "getenvinfo", "read", "getlist", "write", "read"]


def test_a_stopped_environment(platform: WatchedPlatform) -> None:
    platform.call("environment.control.StopEnv", envName="my-shop")
    result = platform.fails(File(), **NODE, content="new")
    assert (result["failure"]["code"], platform.methods) == (2212, ["read", "getenvinfo", "read", "getenvinfo"])
