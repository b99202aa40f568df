# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mounts: how they come about, what is seen through them, when they go."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import OTHER_TOKEN, Client

C, F = "environment.control.", "environment.file."
ENV = "hello-world"
STORAGE = {"nodeType": "storage", "nodeGroup": "storage"}
MOUNTS = {"/mnt/data": {"sourcePath": "/data", "sourceNodeGroup": "storage", "readOnly": "true"}}
APP = {"image": "example/app:1", "nodeGroup": "cp", "count": 2}
FIRST, SECOND, SOURCE = 20001, 20002, 20003
READ_ONLY = {
    **{"name": "data", "path": "/mnt/data", "sourcePath": "/data", "sourceNodeId": SOURCE},
    **{"protocol": "NFS4", "readOnly": True, "type": "INTERNAL"},
}


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV, [APP, STORAGE])
    return bot


def call(client: Client, method: str, /, **parameters: Any) -> dict[str, Any]:
    return client.call(F + method, **{"envName": ENV, **parameters})


def mounts(client: Client, **parameters: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = call(client, "GetMountPoints", **parameters)["array"]
    return rows


def add(client: Client, **parameters: Any) -> dict[str, Any]:
    given = {"nodeGroup": "cp", "path": "/mnt/data", "sourcePath": "/data", "sourceNodeId": SOURCE, **parameters}
    return call(client, "AddMountPointByGroup", **given)


def topology(client: Client, *nodes: dict[str, Any]) -> None:
    answer = client.call(C + "ChangeTopology", envName=ENV, env="{}", nodes=json.dumps(nodes))
    assert answer["response"]["result"] == 0, answer


def test_at_creation(bot: Client) -> None:
    bot.create("second-env", [{**APP, "volumeMounts": MOUNTS}, STORAGE])
    expected = {**READ_ONLY, "sourceNodeId": 20006}
    for where in ({"nodeGroup": "cp"}, {"nodeId": 20004}, {"nodeId": 20005}):
        assert mounts(bot, envName="second-env", **where) == [expected]
    assert mounts(bot, envName="second-env", nodeGroup="storage") == []
    nodes = bot.call(C + "GetEnvInfo", envName="second-env")["nodes"]
    assert [node.get("customitem", {}).get("dockerVolumes") for node in nodes] == [["/mnt/data"], ["/mnt/data"], None]


def test_source_at_creation_by_host_and_without_path(bot: Client) -> None:
    given = {"/a": {"sourceHost": "nfs.example.com", "protocol": "nfs", "name": "x"}, "/b": {"sourceNodeGroup": "none"}}
    bot.create("second-env", [{**APP, "volumeMounts": given}])
    assert mounts(bot, envName="second-env", nodeGroup="cp") == [
        {
            **{"name": "x", "path": "/a", "sourcePath": "/a", "sourceHost": "nfs.example.com"},
            **{"protocol": "NFS", "readOnly": False, "type": "EXTERNAL"},
        },
        {"name": "b", "path": "/b", "sourcePath": "/b", "protocol": "NFS4", "readOnly": False, "type": "EXTERNAL"},
    ]


def test_add_to_a_layer_and_remove(bot: Client) -> None:
    assert add(bot, readOnly="true") == {"result": 0}
    assert mounts(bot, nodeGroup="cp") == [READ_ONLY]
    assert [mounts(bot, nodeId=node) for node in (FIRST, SECOND)] == [[READ_ONLY], [READ_ONLY]]
    assert add(bot) == {"result": 2031, "source": "JEL", "error": "mount point [/mnt/data] already exists"}
    assert call(bot, "RemoveMountPointByGroup", nodeGroup="cp", path="/mnt/data/") == {"result": 0}
    assert mounts(bot, nodeGroup="cp") == []
    assert call(bot, "RemoveMountPointByGroup", nodeGroup="cp", path="/mnt/data") == {
        "result": 5,
        "source": "JEL",
        "error": "mount point [/mnt/data] not found",
    }


def test_add_to_a_node_and_remove(bot: Client) -> None:
    where = {"path": "/mnt/b", "sourcePath": "/data", "sourceNodeId": SOURCE}
    assert call(bot, "AddMountPointById", nodeId=SECOND, name="mine", protocol="glusterfs", **where) == {"result": 0}
    assert mounts(bot, nodeId=FIRST) == []
    assert [(row["name"], row["protocol"]) for row in mounts(bot, nodeId=SECOND)] == [("mine", "GLUSTERFS")]
    assert [row["path"] for row in mounts(bot, nodeGroup="cp")] == ["/mnt/b"]
    assert call(bot, "RemoveMountPointById", nodeId=FIRST, path="/mnt/b")["result"] == 5
    assert call(bot, "RemoveMountPointById", nodeId=SECOND, path="/mnt/b") == {"result": 0}
    assert mounts(bot, nodeId=SECOND) == []


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [
        ({"path": "mnt"}, "path"),
        *(({"path": path}, "path") for path in ("/", "/usr/", "/usr/lib64", "/lib", "/proc/1", "/dev", "/run//x")),
        ({"sourcePath": "data"}, "sourcePath"),
        ({"sourceNodeId": 99999}, "sourceNodeId"),
        ({"sourceNodeId": ""}, "sourceNodeId"),
    ],
)
def test_bad_input(bot: Client, changed: dict[str, Any], parameter: str) -> None:
    assert add(bot, **changed) == {"result": 3, "error": f"invalid parameter [{parameter}]"}
    assert mounts(bot) == []


@pytest.mark.parametrize("path", ["/usr/share/x", "/device", "/libs"])
def test_paths_that_are_like_forbidden_ones(bot: Client, path: str) -> None:
    assert add(bot, path=path) == {"result": 0}


def test_a_forbidden_path_at_creation(bot: Client) -> None:
    given = {"/sys/x": {"sourceNodeGroup": "storage"}}
    refused = bot.create("second-env", [{**APP, "volumeMounts": given}, STORAGE])
    assert refused == {"result": 3, "error": "invalid parameter [volumeMounts]"}


def test_from_a_host_outside(bot: Client) -> None:
    assert add(bot, sourceNodeId="", sourceHost="nfs.example.com") == {"result": 0}
    row = mounts(bot, nodeGroup="cp")[0]
    assert (row["sourceHost"], row["type"], row.get("sourceNodeId")) == ("nfs.example.com", "EXTERNAL", None)
    call(bot, "Write", nodeid=FIRST, path="/mnt/data/x", body="own")
    assert call(bot, "Read", nodeid=FIRST, path="/mnt/data/x")["body"] == "own"


def test_files_are_those_of_the_source(bot: Client) -> None:
    add(bot)
    call(bot, "Write", nodeid=SOURCE, path="/data/sub/one", body="1")
    assert call(bot, "Read", nodeid=FIRST, path="/mnt/data/sub/one")["body"] == "1"
    call(bot, "Append", nodeGroup="cp", path="/mnt/data/sub/one", body="+")
    assert call(bot, "Read", nodeid=SOURCE, path="/data/sub/one")["body"] == "1+"  # once, not once for each node
    call(bot, "Create", nodeGroup="cp", path="/mnt/data/two")
    rows = call(bot, "GetList", nodeid=SECOND, path="/mnt/data")["directoryPathList"]
    assert [(row["name"], row["absolutePath"]) for row in rows] == [
        ("sub", "/mnt/data/sub"),
        ("two", "/mnt/data/two"),
    ]
    call(bot, "Rename", nodeGroup="cp", oldPath="/mnt/data/two", newPath="/mnt/data/three")
    call(bot, "Delete", nodeid=FIRST, path="/mnt/data/sub")
    rows = call(bot, "GetList", nodeid=SOURCE, path="/data")["directoryPathList"]
    assert [row["name"] for row in rows] == ["three"]
    mounted = call(bot, "GetList", nodeid=FIRST, path="/mnt")["directoryPathList"]
    assert [(row["name"], row["sourceNodeId"], row["sourcePath"]) for row in mounted] == [("data", SOURCE, "/data")]
    assert call(bot, "Delete", nodeid=FIRST, path="/mnt/data") == {
        "result": 4037,
        "source": "JEL",
        "error": "Permission denied: /mnt/data",
    }


def test_own_files_are_hidden_while_mounted(bot: Client) -> None:
    call(bot, "Write", nodeid=FIRST, path="/mnt/data/own", body="1")
    add(bot)
    assert call(bot, "Read", nodeid=FIRST, path="/mnt/data/own")["result"] == 4039
    call(bot, "RemoveMountPointByGroup", nodeGroup="cp", path="/mnt/data")
    assert call(bot, "Read", nodeid=FIRST, path="/mnt/data/own")["body"] == "1"


def test_read_only(bot: Client) -> None:
    add(bot, readOnly="true")
    call(bot, "Write", nodeid=SOURCE, path="/data/one", body="1")
    for method in ("Write", "Delete"):
        answer = call(bot, method, nodeid=FIRST, path="/mnt/data/one")
        assert answer == {"result": 4037, "source": "JEL", "error": "Permission denied: /mnt/data/one"}
    assert call(bot, "Read", nodeid=FIRST, path="/mnt/data/one")["body"] == "1"


def test_mount_of_a_mount(bot: Client) -> None:
    add(bot, nodeGroup="storage", path="/data/far", sourcePath="/srv", sourceNodeId=FIRST)
    call(bot, "Write", nodeid=FIRST, path="/srv/one", body="1")
    bot.create("second-env", [APP])
    add(bot, envName="second-env", path="/near")
    got = call(bot, "Read", envName="second-env", nodeid=20004, path="/near/far/one")
    assert got == {"result": 0, "body": "1"}


def test_a_mount_inside_a_mount(bot: Client) -> None:
    add(bot, path="/mnt/data/inner", sourcePath="/srv", nodeGroup="cp")
    add(bot)
    add(bot, path="/mnt")
    call(bot, "Write", nodeid=FIRST, path="/mnt/data/inner/one", body="1")
    assert call(bot, "Read", nodeid=SOURCE, path="/srv/one") == {"result": 0, "body": "1"}


def test_mutual_mounts_are_refused(bot: Client) -> None:
    assert call(bot, "CheckCrossMount", nodeId=SOURCE, sourceNodeId=FIRST) == {"result": 0, "object": False}
    add(bot)
    assert call(bot, "CheckCrossMount", nodeId=SOURCE, sourceNodeId=FIRST) == {"result": 0, "object": True}
    expected = {"result": 2032, "source": "JEL", "error": f"cross mount of nodes [{SOURCE}] and [{FIRST}] is forbidden"}
    assert add(bot, nodeGroup="storage", path="/x", sourceNodeId=FIRST) == expected
    assert add(bot, nodeGroup="storage", path="/x")["result"] == 2032
    assert mounts(bot, nodeGroup="storage") == []


def test_a_layer_mounts_from_its_own_node(bot: Client) -> None:
    assert add(bot, sourceNodeId=FIRST) == {"result": 0}
    assert [len(mounts(bot, nodeId=node)) for node in (FIRST, SECOND)] == [0, 1]


def test_exports(bot: Client) -> None:
    add(bot, readOnly="true")
    bot.create("second-env", [{**APP, "count": 1}])
    add(bot, envName="second-env", path="/near", sourcePath="/srv")
    of_data = [
        {"path": "/data", "clientNodeId": node, "clientPath": "/mnt/data", "protocol": "NFS4", "readOnly": True}
        for node in (FIRST, SECOND)
    ]
    of_srv = {"path": "/srv", "clientNodeId": 20004, "clientPath": "/near", "protocol": "NFS4", "readOnly": False}
    assert call(bot, "GetExportedList", nodeId=SOURCE)["array"] == [*of_data, of_srv]
    assert call(bot, "GetExportedList", nodeId=SOURCE, path="/srv/")["array"] == [of_srv]
    rows = call(bot, "GetList", nodeid=SOURCE, path="/")["directoryPathList"]
    assert [row["name"] for row in rows if row["isExported"]] == ["data", "srv"]
    wrong = {"nodeId": SOURCE, "path": "/data", "clientNodeId": 20004, "clientPath": "/near"}
    assert call(bot, "RemoveExport", **wrong)["result"] == 5
    assert call(bot, "RemoveExport", **{**wrong, "path": "/srv"}) == {"result": 0}
    assert call(bot, "GetExportedList", nodeId=SOURCE)["array"] == of_data


def test_nodes_of_others_cannot_be_mounted(bot: Client) -> None:
    other = bot.with_session(OTHER_TOKEN)
    other.create("other-env", [APP])
    assert add(other, envName="other-env") == {"result": 3, "error": "invalid parameter [sourceNodeId]"}


def test_what_a_change_of_the_topology_does(bot: Client) -> None:
    add(bot)
    topology(bot, {"nodeGroup": "cp", "count": 3}, {"nodeGroup": "storage"})
    assert [row["sourceNodeId"] for row in mounts(bot, nodeId=20004)] == [SOURCE]  # like the others of its layer
    topology(bot, {"nodeGroup": "cp"})
    assert mounts(bot, nodeGroup="cp") == []


def test_a_clone_mounts_from_its_own_nodes(bot: Client) -> None:
    add(bot)
    assert bot.call(C + "CloneEnv", srcEnvName=ENV, dstEnvName="second-env")["result"] == 0
    assert [row["sourceNodeId"] for row in mounts(bot, envName="second-env", nodeGroup="cp")] == [20006]


def test_statuses(bot: Client) -> None:
    add(bot)
    bot.call(C + "StopEnv", envName=ENV)
    assert len(mounts(bot, nodeGroup="cp")) == 1
    for answer in (add(bot, path="/x"), call(bot, "RemoveMountPointById", nodeId=FIRST, path="/mnt/data")):
        assert answer["result"] == 2212
    assert len(mounts(bot, nodeGroup="cp")) == 1
