# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of nodes: what each call changes, what it refuses, which nodes it means."""

from __future__ import annotations

from typing import Any

import pytest

from emulator_client import OTHER_TOKEN, Client

F = "environment.file."
ENV = "hello-world"
NODES = [
    {"image": "example/app:1", "nodeGroup": "cp", "count": 2, "volumes": ["/volume"]},
    {"nodeType": "mysql8", "nodeGroup": "sqldb"},
]
FIRST, SECOND, DATABASE = 20001, 20002, 20003


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV, NODES)
    return bot


def done(client: Client, method: str, **parameters: Any) -> dict[str, Any]:
    """The answer of a call that must succeed, without `result`."""
    answer = client.call(F + method, envName=ENV, **parameters)
    assert answer.pop("result") == 0, answer
    return answer


def refused(client: Client, method: str, **parameters: Any) -> tuple[int, str]:
    answer = client.call(F + method, envName=ENV, **parameters)
    assert answer["result"] != 0, answer
    return answer["result"], answer["error"]


def body(client: Client, path: str, node: int = FIRST) -> str:
    text: str = done(client, "Read", nodeid=node, path=path)["body"]
    return text


def names(client: Client, path: str, node: int = FIRST, **parameters: Any) -> list[str]:
    rows = done(client, "GetList", nodeid=node, path=path, **parameters)["directoryPathList"]
    return [row["name"] for row in rows]


def answers(*nodes: int) -> list[dict[str, Any]]:
    return [{"nodeid": node, "result": 0, "out": ""} for node in nodes]


def test_create_a_file_in_a_layer(bot: Client) -> None:
    assert done(bot, "Create", nodeGroup="cp", path="/opt/app/conf.txt") == {
        "path": "/opt/app/conf.txt",
        "isDirectory": False,
        "permission": "rw-r--r--",
        "user": "root",
        "responses": answers(FIRST, SECOND),
    }
    assert [body(bot, "/opt/app/conf.txt", node) for node in (FIRST, SECOND)] == ["", ""]
    assert refused(bot, "Read", nodeid=DATABASE, path="/opt/app/conf.txt") == (4039, "File /opt/app/conf.txt not found")


def test_create_a_directory(bot: Client) -> None:
    answer = done(bot, "Create", nodeid=FIRST, path="/srv/customDirectory/", isdir="true")
    assert (answer["path"], answer["isDirectory"], answer["permission"]) == ("/srv/customDirectory", True, "rwxr-xr-x")
    assert bot.call(F + "Create", envName=ENV, nodeid=FIRST, path="/srv/customDirectory", isdir="true") == {
        "result": 4036,
        "source": "JEL",
        "error": "Path /srv/customDirectory already exists",
    }
    assert names(bot, "/srv") == ["customDirectory"]
    assert names(bot, "/srv/customDirectory") == []


def test_a_refused_call_changes_no_node(bot: Client) -> None:
    done(bot, "Write", nodeid=SECOND, path="/tmp/x", body="kept")
    assert refused(bot, "Create", nodeGroup="cp", path="/tmp/x") == (4036, "Path /tmp/x already exists")
    assert names(bot, "/tmp", FIRST) == []
    assert body(bot, "/tmp/x", SECOND) == "kept"


def test_write_and_append(bot: Client) -> None:
    assert done(bot, "Write", nodeid=FIRST, path="/etc/motd", body="Grüezi\n") == {}
    assert done(bot, "Append", nodeid=FIRST, path="/etc/motd", body="two\n") == {}
    assert done(bot, "Write", nodeid=FIRST, path="/etc/motd", body="three\n", isAppendMode="true") == {}
    assert body(bot, "/etc/motd") == "Grüezi\ntwo\nthree\n"
    done(bot, "Write", nodeid=FIRST, path="/etc/motd")
    assert body(bot, "/etc/motd") == ""
    done(bot, "Append", nodeid=FIRST, path="/etc/new", body="made")
    assert body(bot, "/etc/new") == "made"
    assert refused(bot, "Write", nodeid=FIRST, path="/etc", body="x") == (
        4047,
        "Destination directory /etc already exists",
    )
    assert refused(bot, "Write", nodeid=FIRST, path="/etc/motd/x", body="x") == (4102, "/etc/motd is not a directory")


def test_which_nodes(bot: Client) -> None:
    done(bot, "Write", nodeGroup="cp", masterOnly="true", path="/tmp/master", body="1")
    done(bot, "Write", nodeType="mysql8", path="/tmp/type", body="1")
    assert [names(bot, "/tmp", node) for node in (FIRST, SECOND, DATABASE)] == [["master"], [], ["type"]]
    done(bot, "Write", nodeid=SECOND, path="/tmp/both", body="of the second")
    done(bot, "Write", nodeid=FIRST, path="/tmp/both", body="of the master")
    assert done(bot, "Read", nodeGroup="cp", path="/tmp/both") == {"body": "of the master"}
    assert refused(bot, "Read", path="/tmp/both") == (3, "invalid parameter [nodeType]")
    assert refused(bot, "Read", nodeGroup="nope", path="/tmp/both")[1] == "node or layer [nope] not found"
    assert refused(bot, "Read", nodeid=99, path="/tmp/both")[1] == "node or layer [99] not found"


def test_delete(bot: Client) -> None:
    done(bot, "Write", nodeGroup="cp", path="/opt/app/a/one", body="1")
    done(bot, "Write", nodeGroup="cp", path="/opt/apple", body="1")
    assert done(bot, "Delete", nodeGroup="cp", path="/opt/app") == {"responses": answers(FIRST, SECOND)}
    assert [names(bot, "/opt", node) for node in (FIRST, SECOND)] == [["apple"], ["apple"]]
    done(bot, "Delete", nodeid=FIRST, path="/opt/apple")
    assert names(bot, "/opt") == []
    assert refused(bot, "Delete", nodeid=FIRST, path="/opt/apple") == (4035, "Path /opt/apple does not exist")


@pytest.mark.parametrize("path", ["/", "/etc", "/var", "/var/www", "/volume"])
def test_what_cannot_be_removed(bot: Client, path: str) -> None:
    assert refused(bot, "Delete", nodeid=FIRST, path=path) == (4037, f"Permission denied: {path}")
    assert refused(bot, "Rename", nodeid=FIRST, oldPath=path, newPath="/tmp/x") == (4037, f"Permission denied: {path}")


def test_the_directory_above_stays(bot: Client) -> None:
    done(bot, "Write", nodeid=FIRST, path="/opt/app/one", body="1")
    done(bot, "Delete", nodeid=FIRST, path="/opt/app/one")
    assert names(bot, "/opt") == ["app"]
    assert names(bot, "/opt/app") == []


def test_copy(bot: Client) -> None:
    done(bot, "Write", nodeid=FIRST, path="/opt/app/a/one", body="1")
    done(bot, "Create", nodeid=FIRST, path="/opt/app/empty", isdir="true")
    assert done(bot, "Copy", nodeid=FIRST, src="/opt/app", dest="/opt/copy") == {}
    done(bot, "Copy", nodeid=FIRST, src="/opt/app/a/one", dest="/opt/two")
    assert names(bot, "/opt") == ["app", "copy", "two"]
    assert names(bot, "/opt/copy") == ["a", "empty"]
    assert [body(bot, path) for path in ("/opt/app/a/one", "/opt/copy/a/one", "/opt/two")] == ["1", "1", "1"]
    assert refused(bot, "Copy", nodeid=FIRST, src="/opt/none", dest="/opt/x") == (
        4046,
        "Source path /opt/none does not exist",
    )
    assert refused(bot, "Copy", nodeid=FIRST, src="/opt/app", dest="/opt/two") == (
        4041,
        "Destination file /opt/two already exists",
    )
    assert refused(bot, "Copy", nodeid=FIRST, src="/opt/two", dest="/opt/copy") == (
        4047,
        "Destination directory /opt/copy already exists",
    )
    assert refused(bot, "Copy", nodeid=FIRST, src="/opt/app", dest="/opt/app/a/b") == (3, "invalid parameter [dest]")


def test_rename(bot: Client) -> None:
    done(bot, "Write", nodeGroup="cp", path="/opt/app/one", body="1")
    answer = done(bot, "Rename", nodeGroup="cp", oldPath="/opt/app", newPath="/srv/app")
    assert answer == {"responses": answers(FIRST, SECOND)}
    done(bot, "Rename", nodeid=FIRST, oldPath="/srv/app/one", newPath="two")
    assert [names(bot, path) for path in ("/opt", "/srv/app")] == [[], ["two"]]
    assert body(bot, "/srv/app/two") == "1"
    assert refused(bot, "Rename", nodeid=FIRST, oldPath="/none", newPath="/x") == (4035, "Path /none does not exist")
    done(bot, "Write", nodeid=FIRST, path="/srv/three", body="3")
    assert refused(bot, "Rename", nodeid=FIRST, oldPath="/srv/three", newPath="/srv/app/two") == (
        4041,
        "Destination file /srv/app/two already exists",
    )
    assert refused(bot, "Rename", nodeid=FIRST, oldPath="/srv/app", newPath="/srv/app/x") == (
        3,
        "invalid parameter [newPath]",
    )


def test_list(bot: Client) -> None:
    done(bot, "Write", nodeid=FIRST, path="/data/b.txt", body="ü")
    done(bot, "Create", nodeid=FIRST, path="/data/a", isdir="true")
    answer = done(bot, "GetList", nodeid=FIRST, path="/data")
    directory = {"isDir": True, "isRoot": False, "isExported": False, "length": 0, "permission": "rwxr-xr-x"}
    file = {"isDir": False, "isRoot": False, "isExported": False, "length": 2, "permission": "rw-r--r--"}
    assert answer == {
        "coreRootPath": "/",
        "keywords": {},
        "directoryPathList": [
            {"absolutePath": "/data/a", "name": "a", **directory},
            {"absolutePath": "/data/b.txt", "name": "b.txt", **file},
        ],
    }
    assert names(bot, "/data", filter="*.txt") == ["b.txt"]
    assert names(bot, "/") == done_names_of_root()
    assert [row["name"] for row in done(bot, "GetList", nodeid=FIRST)["directoryPathList"]] == done_names_of_root()
    assert refused(bot, "GetList", nodeid=FIRST, path="/none") == (4035, "Path /none does not exist")
    assert refused(bot, "GetList", nodeid=FIRST, path="/data/b.txt") == (4102, "/data/b.txt is not a directory")


def done_names_of_root() -> list[str]:
    """What every node of the layer has at the top."""
    return ["bin", "data", "etc", "home", "mnt", "opt", "root", "srv", "tmp", "usr", "var", "volume"]


@pytest.mark.parametrize(
    ("pattern", "replacement", "nth", "after"),
    [
        (r"port=\d+", "port=1", "", "port=1 port=1\nhost=a\n"),
        (r"port=\d+", "port=1", 2, "port=80 port=1\nhost=a\n"),
        (r"port=\d+", "port=1", 3, "port=80 port=81\nhost=a\n"),
        (r"^host=(\w)$", r"host=$1.\$1\\", 0, "port=80 port=81\nhost=a.$1\\\n"),
        ("none", "x", 0, "port=80 port=81\nhost=a\n"),
    ],
)
def test_replace_in_body(bot: Client, pattern: str, replacement: str, nth: Any, after: str) -> None:
    done(bot, "Write", nodeid=FIRST, path="/etc/app.conf", body="port=80 port=81\nhost=a\n")
    parameters = {"path": "/etc/app.conf", "pattern": pattern, "replacement": replacement, "nth": nth}
    assert done(bot, "ReplaceInBody", nodeid=FIRST, **parameters) == {}
    assert body(bot, "/etc/app.conf") == after


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"pattern": "("}, (3, "invalid parameter [pattern]")),
        ({"replacement": "$2"}, (3, "invalid parameter [replacement]")),
        ({"path": "/etc/none"}, (4039, "File /etc/none not found")),
    ],
)
def test_replace_in_body_refused(bot: Client, changed: dict[str, str], expected: tuple[int, str]) -> None:
    done(bot, "Write", nodeid=FIRST, path="/etc/app.conf", body="a")
    given = {"path": "/etc/app.conf", "pattern": "(a)", "replacement": "$1", **changed}
    assert refused(bot, "ReplaceInBody", nodeid=FIRST, **given) == expected
    assert body(bot, "/etc/app.conf") == "a"


def test_upload(bot: Client) -> None:
    url = "https://user:secret-word@files.example.com:8443/app/conf.zip?key=secret-word"
    answer = done(bot, "Upload", nodeGroup="cp", sourcePath=url, destPath="/opt/conf.zip")
    assert answer == {"responses": answers(FIRST, SECOND)}
    line = "content of https://files.example.com:8443/app/conf.zip\n"
    assert [body(bot, "/opt/conf.zip", node) for node in (FIRST, SECOND)] == [line, line]
    assert refused(bot, "Upload", nodeid=FIRST, sourcePath=url, destPath="/opt/conf.zip") == (
        4041,
        "Destination file /opt/conf.zip already exists",
    )
    other = "https://files.example.com/other"
    done(bot, "Upload", nodeid=FIRST, sourcePath=other, destPath="/opt/conf.zip", overwrite="true")
    assert body(bot, "/opt/conf.zip") == f"content of {other}\n"
    done(bot, "Upload", nodeid=FIRST, sourcePath=other, destPath="/tmp")
    done(bot, "Upload", nodeid=FIRST, sourcePath=other, destPath="/opt/new/")
    assert (names(bot, "/tmp"), names(bot, "/opt/new")) == (["other"], ["other"])


@pytest.mark.parametrize("url", ["/etc/passwd", "file:///etc/passwd", "http://", "http://[::1", "http://host:x/a"])
def test_upload_wants_a_url(bot: Client, url: str) -> None:
    expected = (4050, "the URL in sourcePath is not valid")
    assert refused(bot, "Upload", nodeid=FIRST, sourcePath=url, destPath="/opt/x") == expected


def test_unpack(bot: Client) -> None:
    done(bot, "Write", nodeGroup="cp", path="/tmp/app.tar.gz", body="x")
    assert done(bot, "UnpackById", nodeId=FIRST, sourcePath="/tmp/app.tar.gz", destPath="/srv") == {}
    done(bot, "UnpackByType", nodeType="docker", sourcePath="/tmp/app.tar.gz", destPath="/srv/all")
    assert [body(bot, "/srv/all/app", node) for node in (FIRST, SECOND)] == ["unpacked from /tmp/app.tar.gz\n"] * 2
    assert [names(bot, "/srv", node) for node in (FIRST, SECOND)] == [["all", "app"], ["all"]]
    assert refused(bot, "UnpackById", nodeId=FIRST, sourcePath="/tmp/none.zip", destPath="/srv") == (
        4046,
        "Source path /tmp/none.zip does not exist",
    )
    done(bot, "Write", nodeid=FIRST, path="/tmp/text", body="x")
    assert refused(bot, "UnpackById", nodeId=FIRST, sourcePath="/tmp/text", destPath="/srv") == (
        4175,
        "the format of archive /tmp/text is not supported",
    )


@pytest.mark.parametrize("path", ["", "etc/motd", "~/x"])
def test_paths_are_absolute(bot: Client, path: str) -> None:
    assert refused(bot, "Create", nodeid=FIRST, path=path) == (3, "invalid parameter [path]")


def test_paths_in_other_spellings(bot: Client) -> None:
    done(bot, "Write", nodeid=FIRST, path="//etc/./app/../.hidden/", body="x")
    assert body(bot, "/etc/.hidden") == "x"
    done(bot, "Write", nodeid=FIRST, path="/../../etc/up", body="x")
    assert names(bot, "/etc") == [".hidden", "up"]


def test_files_want_a_running_environment(bot: Client) -> None:
    done(bot, "Write", nodeid=FIRST, path="/etc/motd", body="x")
    bot.call("environment.control.StopEnv", envName=ENV)
    for method in ("Read", "Create", "Delete", "GetList"):
        code, text = refused(bot, method, nodeid=FIRST, path="/etc/motd")
        assert code == 2212 and "Required statuses [ENV_STATUS_TYPE_RUNNING]" in text
    bot.call("environment.control.StartEnv", envName=ENV)
    assert body(bot, "/etc/motd") == "x"


def test_files_of_others(bot: Client) -> None:
    assert refused(bot.with_session(OTHER_TOKEN), "Read", nodeid=FIRST, path="/etc/motd")[0] == 11
