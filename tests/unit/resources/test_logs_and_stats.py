# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log files and their lines, and what environments use: exact calls, bounds, and options that are not right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from ansible_collections.inet.elastic.plugins.module_utils._resources.log import LogInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.stats import StatsInfo
from tests.unit.resources.watched_platform import WatchedPlatform

PLACE: dict[str, Any] = {"environment": "my-shop", "node_group": "cp"}
LOG = "/var/log/app.log"


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with two environments; a node of the first has a log of five lines."""
    watched = WatchedPlatform()
    for name in ("my-shop", "my-wiki"):
        watched.run(OneEnvironment(), name=name, nodes=[{"node_group": "cp", "node_type": "tomcat"}])
    watched.run(File(), **PLACE, path=LOG, content="".join(f"line {number}\n" for number in range(1, 6)))
    yield watched
    watched.end()


@pytest.mark.parametrize(
    ("given", "lines", "first", "asked"),
    [
        ({}, [1, 2, 3, 4, 5], 1, ("0", "5")),
        ({"last": 2}, [4, 5], 4, ("3", "2")),
        ({"after_line": 3}, [4, 5], 4, ("3", "2")),
        ({"after_line": 1, "last": 2}, [4, 5], 4, ("3", "2")),
        ({"after_line": 5}, [], 6, None),
        # The file was begun anew: there is nothing after that line, and the next task begins at its end.
        ({"after_line": 900}, [], 6, None),
    ],
)
def test_lines(
    platform: WatchedPlatform, given: dict[str, Any], lines: list[int], first: int, asked: tuple[str, str] | None
) -> None:
    (found,) = platform.run(LogInfo(), **PLACE, path=LOG, **given)["logs"]
    assert found["lines"] == [f"line {number}" for number in lines]
    assert (found["first_line"], found["line_count"], found["files"]) == (first, 5, None)
    read = [(fields["from"], fields["count"]) for method, fields in platform.sent if method == "readlog"]
    assert read == [("0", "1"), *([asked] if asked else [])]


def test_files(platform: WatchedPlatform) -> None:
    (found,) = platform.run(LogInfo(), **PLACE)["logs"]
    assert platform.methods == ["getenvinfo", "getlogslist"]
    assert [(file["path"], file["size"]) for file in found["files"]] == [(LOG, 35)]
    assert found["lines"] is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"last": 0}, "last is 1 to 10000 lines"),
        ({"path": LOG, "after_line": -1}, "after_line is a number of lines, 0 or more"),
        ({"after_line": 1}, "after_line goes with path, the log file"),
        ({"path": "app.log"}, "path: 'app.log' is not an absolute path; begin it with /"),
    ],
)
def test_wrong_options(platform: WatchedPlatform, given: dict[str, Any], message: str) -> None:
    assert platform.fails(LogInfo(), **PLACE, **given)["msg"] == message
    assert platform.sent == []


def test_a_log_that_is_not_there(platform: WatchedPlatform) -> None:
    assert platform.fails(LogInfo(), **PLACE, path="/var/log/none.log")["failure"]["kind"] == "refused"


def test_use(platform: WatchedPlatform) -> None:
    platform.answers["getsumstat"] = {"result": 0, "stats": [{"cpu": 1, "mem": "2", "netInInt": 9}, {"cpu": 2}]}
    found = platform.run(StatsInfo(), hours=2)["stats"]
    assert platform.methods == ["getenvs", "getsumstat", "getsumstat"]
    assert [fields for method, fields in platform.sent if method == "getsumstat"] == [
        {"envName": name, "duration": "7200"} for name in ("my-shop", "my-wiki")
    ]
    assert found[0] == {
        **{"environment": "my-shop", "status": "running", "hours": 2, "cpu": 3, "memory": 2, "disk": 0, "idle": True},
        **{"traffic_in": 0, "traffic_out": 0, "internal_traffic_in": 9, "internal_traffic_out": 0},
    }


def test_use_of_one(platform: WatchedPlatform) -> None:
    (found,) = platform.run(StatsInfo(), name=["my-wiki"])["stats"]
    assert (found["environment"], found["idle"], platform.methods) == ("my-wiki", False, ["getenvinfo", "getsumstat"])
    assert platform.run(StatsInfo(), name=["other-*"])["stats"] == []
    assert platform.fails(StatsInfo(), hours=0)["msg"] == "hours must be above 0"
