# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Regular expressions of callers: one that takes exponential time ends, and no other call waits for it."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from emulator_client import Client

FILE, ENV, FIRST = "environment.file.", "hello-world", 20001
PATH = "/etc/app.conf"
TIMED_OUT = {"result": 4132, "source": "JEL", "error": "execution timed out"}


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV)
    return bot


def write(client: Client, body: str) -> None:
    assert client.call(FILE + "Write", envName=ENV, nodeid=FIRST, path=PATH, body=body) == {"result": 0}


def read(client: Client) -> str:
    body: str = client.call(FILE + "Read", envName=ENV, nodeid=FIRST, path=PATH)["body"]
    return body


def replace(client: Client, pattern: str, replacement: str = "x", **more: Any) -> dict[str, Any]:
    where: dict[str, Any] = {"envName": ENV, "nodeid": FIRST, "path": PATH}
    return client.call(FILE + "ReplaceInBody", **where, pattern=pattern, replacement=replacement, **more)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(?:a*)*b", r"(.*)(.*)(.*)(.*)(.*)(.*)(.*)\7!c"])
def test_a_pattern_that_takes_exponential_time(bot: Client, pattern: str) -> None:
    body = "a" * 400 + "!"
    write(bot, body)
    assert replace(bot, pattern) == TIMED_OUT
    assert read(bot) == body
    assert replace(bot, "!$") == {"result": 0}
    assert read(bot) == "a" * 400 + "x"


def test_other_calls_are_served_meanwhile(bot: Client) -> None:
    """Many of them, before the answer of the slow one is there."""
    write(bot, "a" * 40 + "!")
    answers: list[dict[str, Any]] = []
    slow = Client(bot.url, bot.session)
    thread = threading.Thread(target=lambda: answers.append(replace(slow, "(a+)+$")))
    thread.start()
    served = 0
    while thread.is_alive():
        assert bot.call("environment.control.GetEnvs", lazy="true")["result"] == 0
        served += not answers
    thread.join()
    assert answers == [TIMED_OUT]
    assert served > 5


def test_patterns_as_the_platform_takes_them(bot: Client) -> None:
    """Look-around and back references, as Java has them; a library for linear time would refuse them."""
    write(bot, "port=80\nhost=80 port=81 aa\n")
    assert replace(bot, r"(?<=port=)\d+(?!\d)", "90") == {"result": 0}
    assert replace(bot, r"(a)\1", "$1\\$") == {"result": 0}
    assert read(bot) == "port=90\nhost=80 port=90 a$\n"


@pytest.mark.parametrize("pattern", ["(", "a{3,2}", "*", "(?P<a", "a{99999999999999999999}"])
def test_what_is_not_a_pattern(bot: Client, pattern: str) -> None:
    write(bot, "a")
    assert replace(bot, pattern) == {"result": 3, "error": "invalid parameter [pattern]"}
    assert read(bot) == "a"


def test_a_body_that_would_fill_the_memory(bot: Client) -> None:
    write(bot, "a" * 10_000)
    refused = {"result": 3, "error": "invalid parameter [replacement]"}
    assert replace(bot, "a", "b" * 10_000) == refused
    assert read(bot) == "a" * 10_000


def test_a_shared_file_is_changed_once(bot: Client) -> None:
    """Two nodes that see one file by a mount."""
    nodes = [{"nodeType": "nginx", "nodeGroup": "cp", "count": 2}, {"nodeType": "storage", "nodeGroup": "storage"}]
    storage = next(node["id"] for node in bot.create("other-one", nodes)["nodes"] if node["nodeGroup"] == "storage")
    mount = {"path": "/srv/shared", "sourcePath": "/data", "sourceNodeId": storage}
    assert bot.call(FILE + "AddMountPointByGroup", envName="other-one", nodeGroup="cp", **mount) == {"result": 0}
    bot.call(FILE + "Write", envName="other-one", nodeid=storage, path="/data/x", body="a")
    where = {"envName": "other-one", "nodeGroup": "cp", "path": "/srv/shared/x"}
    assert bot.call(FILE + "ReplaceInBody", **where, pattern="a", replacement="aa") == {"result": 0}
    assert bot.call(FILE + "Read", envName="other-one", nodeid=storage, path="/data/x")["body"] == "aa"


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("(((.+)+)+)+!", "the regions of the manifest take too long"),
        ("moon", "no region is among those of the package"),
        ("[", "the regions of the manifest are not regular expressions"),
    ],
)
def test_regions_of_a_manifest(bot: Client, pattern: str, error: str) -> None:
    manifest = {"type": "install", "name": "one", "targetRegions": {"name": pattern}, "nodes": [{"nodeType": "nginx"}]}
    answer = bot.call("marketplace.jps.Install", jps=json.dumps(manifest), envName="from-manifest")
    inner = answer.get("response") or answer
    assert (inner["result"], inner["error"]) == (11041, error)
    assert bot.call("environment.control.GetEnvInfo", envName="from-manifest")["result"] == 11


def test_inside_a_package(bot: Client) -> None:
    """Where it is an action like others."""
    action = {
        "api": [{"method": FILE + "ReplaceInBody", "nodeId": FIRST, "path": PATH, "pattern": "a", "replacement": "b"}]
    }
    answer = bot.call(
        "marketplace.jps.Install", jps=json.dumps({"type": "update", "name": "one", "onInstall": action}), envName=ENV
    )
    assert answer["result"] == 4039, answer
    bot.call(FILE + "Write", envName=ENV, nodeid=FIRST, path=PATH, body="banana")
    text = json.dumps({"type": "update", "name": "one", "onInstall": action})
    assert bot.call("marketplace.jps.Install", jps=text, envName=ENV)["result"] == 0
    assert bot.call(FILE + "Read", envName=ENV, nodeid=FIRST, path=PATH)["body"] == "bbnbnb"


KEY_START, CERTIFICATE_START = "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("method", "parameters", "result"),
    [
        ("management.account.AddSSHKey", {"title": "a", "isPrivate": "true", "sshKey": KEY_START * 10_000}, 6000),
        ("environment.binder.AddSSLCert", {"key": KEY_START * 10_000, "cert": "a"}, 3),
        ("environment.binder.AddSSLCert", {"key": "a", "cert": CERTIFICATE_START * 10_000}, 3),
        *(
            ("marketplace.jps.Install", {"jps": json.dumps({"type": "install", "name": "a", "success": text})}, 0)
            for text in ("[" * 300_000, "[a](x" * 60_000, " " * 300_000 + "a")
        ),
    ],
    ids=["private key", "key", "certificate", "brackets", "links", "blanks"],
)
def test_long_texts_take_linear_time(bot: Client, method: str, parameters: dict[str, str], result: int) -> None:
    """The patterns of the emulator itself; the client waits some seconds only."""
    answer = bot.call(method, **parameters)
    assert (answer.get("response") or answer)["result"] == result
