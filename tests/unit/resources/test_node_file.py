# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files in nodes: exact calls, only the nodes that differ, contents out of the diff, and answers that get lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from tests.unit.resources.watched_platform import WatchedPlatform

PATH = "/etc/app.ini"
WHERE: dict[str, Any] = {"environment": "my-shop", "node_group": "cp", "path": PATH}
ONE, TWO = 20001, 20002


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with an environment of two nodes in a layer, whose first node is not the master, and a storage."""
    watched = WatchedPlatform()
    watched.call(
        "environment.control.CreateEnvironment",
        env={"shortdomain": "my-shop"},
        nodes=[
            {"nodeGroup": "cp", "nodeType": "nginx", "count": 2, "flexibleCloudlets": 4},
            {"nodeGroup": "storage", "nodeType": "storage", "flexibleCloudlets": 4},
        ],
    )
    watched.writes()
    yield watched
    watched.end()


def put(platform: WatchedPlatform, number: int, body: str, path: str = PATH) -> None:
    """A file in one node."""
    platform.call("environment.file.Write", envName="my-shop", nodeid=number, path=path, body=body)


def bodies(platform: WatchedPlatform, path: str = PATH) -> dict[int, str | None]:
    """What stands in a file of each node; None for a directory, no entry for nothing."""
    nodes = platform.platform.store.environments["my-shop"].nodes
    return {node.id: node.files[path] for node in nodes if path in node.files}


def test_write_in_each_node(platform: WatchedPlatform) -> None:
    result = platform.predicts(File(), **WHERE, content="a = 1\n")
    reads = [
        (method, {"envName": "my-shop", "nodeid": str(number), "path": PATH})
        for number in (ONE, TWO)
        for method in ("read", "getlist")
    ]
    # Of each node in this order; the nodes at the same time.
    assert sorted(platform.sent[1:5], key=lambda call: int(call[1]["nodeid"])) == reads
    assert platform.sent[5:7] == [
        ("write", {"envName": "my-shop", "nodeid": str(number), "path": PATH, "body": "a = 1\n"})
        for number in (ONE, TWO)
    ]
    assert platform.methods[7:] == ["getenvinfo", "read", "read"]
    assert bodies(platform) == {ONE: "a = 1\n", TWO: "a = 1\n"}
    assert (result["path"], result["state"], result["node_ids"]) == (PATH, "file", [ONE, TWO])
    assert result["diff"] == {
        "before": "",
        "after": "a = 1\n",
        "before_header": f"{PATH} in node {ONE}, node {TWO}",
        "after_header": f"{PATH} in node {ONE}, node {TWO}",
    }


def test_only_the_node_that_differs(platform: WatchedPlatform) -> None:
    put(platform, ONE, "same")
    put(platform, TWO, "other")
    result = platform.predicts(File(), **WHERE, content="same")
    assert platform.methods == ["getenvinfo", "read", "read", "write", "getenvinfo", "read", "read"]
    assert platform.sent[3][1]["nodeid"] == str(TWO)
    header = f"{PATH} in node {TWO}"
    assert result["diff"] == {"before": "other", "after": "same", "before_header": header, "after_header": header}
    again = platform.predicts(File(), **WHERE, content="same")
    assert again["diff"] == {"before": "same", "after": "same", "before_header": PATH, "after_header": PATH}


def test_nodes_that_differ_from_each_other(platform: WatchedPlatform) -> None:
    """One text cannot show them, so the diff is by node."""
    put(platform, ONE, "one")
    put(platform, TWO, "two")
    result = platform.predicts(File(), **WHERE, content="same")
    assert result["diff"] == {
        "before": {f"node {ONE}": "one", f"node {TWO}": "two"},
        "after": {f"node {ONE}": "same", f"node {TWO}": "same"},
    }


def test_one_node(platform: WatchedPlatform) -> None:
    """Its number is enough; no environment is read."""
    platform.predicts(File(), environment="my-shop", node_id=TWO, path=PATH, content="")
    assert platform.methods == ["read", "getlist", "write", "read"]
    assert bodies(platform) == {TWO: ""}


def test_the_master_only(platform: WatchedPlatform) -> None:
    nodes = platform.platform.store.environments["my-shop"].nodes
    for node in nodes:
        node.is_master = node.id in (TWO, 20003)
    result = platform.predicts(File(), **WHERE, content="x", master_only=True)
    assert (bodies(platform), result["node_ids"]) == ({TWO: "x"}, [TWO])


def test_a_hidden_content(platform: WatchedPlatform) -> None:
    """Neither the old nor the new one is shown."""
    put(platform, ONE, "the old secret")
    result = platform.predicts(File(), **WHERE, content="the new secret", sensitive=True)
    assert "secret" not in str(result)
    assert result["diff"]["before"] == {f"node {ONE}": "(hidden)", f"node {TWO}": "absent"}


def test_a_hidden_content_that_a_refusal_repeats(platform: WatchedPlatform) -> None:
    platform.answers["write"] = {"result": 99, "error": "cannot write the new secret"}
    failed = platform.fails(File(), **WHERE, content="the new secret", sensitive=True)
    assert "cannot write ********" in failed["msg"]
    assert "secret" not in str(failed)


def test_a_directory(platform: WatchedPlatform) -> None:
    result = platform.predicts(File(), **{**WHERE, "path": "/srv/data/"}, state="directory")
    assert [fields for method, fields in platform.sent if method == "create"] == [
        {"envName": "my-shop", "nodeid": str(number), "path": "/srv/data", "isdir": "true"} for number in (ONE, TWO)
    ]
    assert result["path"] == "/srv/data"
    assert bodies(platform, "/srv/data") == {ONE: None, TWO: None}


@pytest.mark.parametrize("path", [PATH, "/srv/data"])
def test_remove(platform: WatchedPlatform, path: str) -> None:
    """A file, and a directory with what is in it."""
    put(platform, TWO, "x")
    put(platform, TWO, "y", "/srv/data/deep/file")
    platform.predicts(File(), **{**WHERE, "path": path}, state="absent")
    assert [fields for method, fields in platform.sent if method == "delete"] == [
        {"envName": "my-shop", "nodeid": str(TWO), "path": path}
    ]
    assert bodies(platform, path) == {}


@pytest.mark.parametrize(
    ("state", "there", "says"),
    [("directory", "file", f"{PATH} is a file in node {TWO}"), ("file", "directory", f"is a directory in node {TWO}")],
)
def test_the_wrong_kind(platform: WatchedPlatform, state: str, there: str, says: str) -> None:
    """Nothing is removed that the task does not name for removal."""
    create = {"envName": "my-shop", "nodeid": TWO, "path": PATH, "isdir": there == "directory"}
    platform.call("environment.file.Create", **create)
    platform.writes()
    result = platform.fails(File(), **WHERE, state=state, **({"content": "x"} if state == "file" else {}))
    assert says in result["msg"]
    assert "remove it first, by state: absent" in result["msg"]
    assert platform.writes() == []


@pytest.mark.parametrize("given", [{"state": "directory"}, {"state": "absent"}, {"content": "new"}], ids=str)
def test_nodes_that_share_a_directory(platform: WatchedPlatform, given: dict[str, Any]) -> None:
    """What is done in one node is done in the other, whose own call the platform refuses or need not be harmful."""
    storage = next(node.id for node in platform.platform.store.environments["my-shop"].nodes if node.layer == "storage")
    platform.call(
        "environment.file.AddMountPointByGroup",
        envName="my-shop",
        nodeGroup="cp",
        path="/srv/shared",
        sourcePath="/data",
        sourceNodeId=storage,
        protocol="NFS",
    )
    if given.get("state") == "absent":
        put(platform, ONE, "x", "/srv/shared/app")
    platform.predicts(File(), **{**WHERE, "path": "/srv/shared/app"}, **given)
    expected = {"directory": {storage: None}, "absent": {}}.get(given.get("state", ""), {storage: "new"})
    assert bodies(platform, "/data/app") == expected


@pytest.mark.parametrize("path", ["/srv/a b", "/srv/...", "/srv/.hidden", "/srv/a..b", "/srv/x.", "/srv//x"])
def test_a_path_is_sent_as_it_is_written(platform: WatchedPlatform, path: str) -> None:
    result = platform.run(File(), **{**WHERE, "path": path}, content="x")
    assert {fields.get("path", path) for _method, fields in platform.sent} == {path}
    assert result["path"] == path


TASKS: list[tuple[str, dict[str, Any]]] = [
    ("write", {"content": "new"}),
    ("create", {"state": "directory", "path": "/srv/new"}),
    ("delete", {"state": "absent"}),
]


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize(("method", "given"), TASKS)
def test_a_lost_answer(platform: WatchedPlatform, method: str, given: dict[str, Any], cut: str) -> None:
    """The nodes are read, and the change is not sent again; the other node is still to do."""
    put(platform, ONE, "old")
    put(platform, TWO, "old")
    platform.cuts[method] = cut
    if cut == "after":
        assert platform.run(File(), **{**WHERE, **given})["changed"] is True
        assert platform.methods.count(method) == 2
    else:
        result = platform.fails(File(), **{**WHERE, **given})
        assert (result["failure"]["kind"], result["changed"]) == ("answer_lost", False)
        assert f"in node {ONE}; run the task again" in result["msg"]
        assert platform.methods.count(method) == 1


def test_success_that_is_none(platform: WatchedPlatform) -> None:
    platform.answers["write"] = {"result": 0}
    result = platform.fails(File(), **WHERE, content="new")
    assert result["failure"]["kind"] == "unexpected_answer"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"environment": "my-other"}, "environment 'my-other' does not exist, or this account cannot see it"),
        ({"node_group": "bl"}, "layer bl does not exist in environment my-shop; layers: cp, storage"),
    ],
)
def test_a_place_that_is_not_there(platform: WatchedPlatform, given: dict[str, Any], says: str) -> None:
    result = platform.fails(File(), **{**WHERE, **given}, content="x")
    assert (result["msg"], platform.methods[:1]) == (says, ["getenvinfo"])


def test_a_refusal(platform: WatchedPlatform) -> None:
    """Such as by a path that is read-only; what was done before is told."""
    platform.after["write"] = lambda: platform.answers.update(write={"result": 4037, "error": "Permission denied"})
    result = platform.fails(File(), **WHERE, content="the secret")
    assert (result["failure"]["code"], result["steps_done"]) == (4037, [f"write {PATH} in node {ONE}"])
    assert "the secret" not in str(result)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"path": "etc/app.ini", "content": ""}, "path: 'etc/app.ini' is not an absolute path; begin it with /"),
        *(
            ({"path": path, "state": "absent"}, "path is the root of the node; give the file or directory in it")
            for path in ("/", "//", "////")
        ),
        *(
            (
                {"path": path, "state": "absent"},
                f"path: {path!r} has the segment {segment!r}; write the path without it",
            )
            for path, segment in [
                ("/.", "."),
                ("/./", "."),
                ("//./", "."),
                ("/..", ".."),
                ("/srv/..", ".."),
                ("/srv/../", ".."),
                ("/srv/./../..", "."),
                ("/srv/../etc/passwd", ".."),
            ]
        ),
        *(
            ({"path": path, "content": ""}, f"path: {path!r} has white space at its beginning or end; remove it")
            for path in ("/tmp/x ", " /tmp/x", "/tmp/x\n", "\t/tmp/x", "/ ", " ", "/tmp/x\u00a0")
        ),
        ({"path": "/tmp/x\0", "content": ""}, "contains a zero byte; remove it"),
        ({"path": "", "content": ""}, "path: '' is not an absolute path; begin it with /"),
        ({}, "state: file needs content or src; an empty text makes an empty file"),
        ({"state": "read", "content": ""}, "content goes with state: file, not with read"),
        ({"state": "read", "src": "x"}, "src goes with state: file, not with read"),
        ({"state": "directory", "backup": True}, "backup goes with state: file, not with directory"),
        ({"state": "absent", "mode": "0644"}, "mode goes with state: file or directory, not with absent"),
        ({"state": "read", "owner": "app"}, "owner goes with state: file or directory, not with read"),
        ({"src": "x"}, "src is a file on the controller, which only the action plugin of this module reads"),
        *(
            ({"content": "", "mode": mode}, f"mode must be an octal number in quotes, such as '0644', not {mode!r}")
            for mode in (420, 644, "u=rw", "0888", "64", "", True)
        ),
        ({"content": "", "owner": "a b"}, "owner: 'a b' is not a name or number of a user"),
        ({"content": "", "group": "-x"}, "group: '-x' is not a name or number of a group"),
        ({"content": "", "wait_timeout": -1}, "wait_timeout is negative; give seconds, or 0 to look once"),
        (
            {"content": "%%%", "encoding": "base64"},
            "content is not base64, as encoding says; correct it, or set encoding",
        ),
        ({"content": "ä", "encoding": "base64"}, "content is not base64, as encoding says"),
        ({"state": "absent", "content": ""}, "content goes with state: file, not with absent"),
        ({"environment": "x y", "content": ""}, "is not a valid environment name"),
    ],
)
def test_bad_input(platform: WatchedPlatform, given: dict[str, Any], says: str) -> None:
    """Refused before any call."""
    result = platform.fails(File(), **{**WHERE, **given})
    assert says in result["msg"]
    assert (result["failure"]["kind"], platform.sent) == ("input", [])
