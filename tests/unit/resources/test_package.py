# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages: exact calls, what counts as installed, secrets of settings, and answers that get lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.waiting import Clock
from ansible_collections.inet.elastic.plugins.module_utils._resources.package import Package
from tests.unit.resources.watched_platform import WatchedPlatform

SECRET = "s3cret/of a wiki"
WIKI: dict[str, Any] = {
    "type": "install",
    "id": "wiki",
    "name": "The Wiki",
    "settings": {"fields": [{"name": "secret", "inputType": "password", "required": True}]},
    "nodes": [{"image": "wiki:2.4", "nodeGroup": "cp", "env": {"SECRET": "${settings.secret}"}}],
    "success": "**Password**: ${settings.secret}",
}
ADDON: dict[str, Any] = {"type": "update", "id": "backup", "name": "Backup", "onInstall": {"log": "hello"}}
LIST = ("getlist", {"search": "my-wiki"})


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """An empty platform."""
    watched = WatchedPlatform()
    yield watched
    watched.end()


def wiki(**options: Any) -> dict[str, Any]:
    """The options of a task that installs a package which makes its environment."""
    return {"environment": "my-wiki", "manifest": WIKI, "settings": {"secret": SECRET}, **options}


def installed(platform: WatchedPlatform) -> list[tuple[str, str]]:
    """Package and environment of each installation."""
    rows = platform.platform.store.installations.values()
    return [(row["app_id"], row["envName"]) for row in rows]


def test_install_one_that_makes_its_environment(platform: WatchedPlatform) -> None:
    more = {"region": "region-b", "display_name": "Our wiki", "env_groups": ["a / b"], "skip_node_emails": True}
    result = platform.predicts(Package(), **wiki(**more))
    assert platform.methods == ["getlist", "install", "getlist"]
    fields = platform.sent[1][1]
    assert json.loads(fields.pop("jps")) == WIKI
    assert json.loads(fields.pop("settings")) == {"secret": SECRET}
    assert fields == {
        "envName": "my-wiki",
        "region": "region-b",
        "displayName": "Our wiki",
        "envGroups": '["a/b"]',
        "skipNodeEmails": "true",
    }
    assert result["diff"] == {"before": {"installed": False}, "after": {"installed": True}}
    found = result["package"]
    assert (found["id"], found["name"], found["environment"]) == ("wiki", "The Wiki", "my-wiki")
    assert found["unique_name"] == next(iter(platform.platform.store.installations))
    assert platform.platform.store.environments["my-wiki"].region == "region-b"


def test_what_was_set_is_not_shown(platform: WatchedPlatform) -> None:
    """Neither where the package shows it, nor where the platform repeats it in an error."""
    result = platform.run(Package(), **wiki())
    assert result["package"]["success_text"] == "<strong>Password</strong>: ********"
    platform.answers["install"] = {"result": 99, "error": f"cannot use {SECRET} nor nested-value"}
    settings = {"secret": SECRET, "deep": [{"key": "nested-value"}]}
    failed = platform.fails(Package(), **wiki(environment="my-other", settings=settings))
    assert "cannot use ******** nor ********" in failed["msg"]


def test_time(platform: WatchedPlatform) -> None:
    """Installing has its own time, looking has the usual one."""
    platform.run(Package(), **wiki(wait_timeout=4000))
    assert platform.timeouts == [60, 4000, 60]


def with_shop(platform: WatchedPlatform) -> None:
    """An environment for add-ons."""
    nodes = [{"nodeGroup": "cp", "nodeType": "nginx", "flexibleCloudlets": 4}]
    platform.call("environment.control.CreateEnvironment", env={"shortdomain": "my-shop"}, nodes=nodes)
    platform.writes()


TEXTS = {
    "yaml": "# id: comment\ntype: update\nid: backup  # its identifier\nname: 'Backup'\nonInstall:\n  log: hello\n",
    "quoted": 'jpsType: update\nid: "backup"\nonInstall: {log: hello}\n',
    "name only": "type: update\nname: Backup\nonInstall:\n  log:\n    id: other\n",
    "json": json.dumps(ADDON),
    "application": (
        "jpsType: update\napplication:   # all of it\n\n  type: php\n  env: {}\n  nested:\n    id: other\n"
        "  name: Backup  # its name\n  onInstall: {log: hello}\nversion: 0.3\n"
    ),
    "application in JSON": json.dumps({"jpsType": "update", "application": ADDON}),
    "both": "type: update\nid: backup\napplication:\n  id: inner\nonInstall: {log: hello}\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_tells_its_name(platform: WatchedPlatform, text: str) -> None:
    """So that the second run finds it."""
    with_shop(platform)
    platform.predicts(Package(), environment="my-shop", manifest=text, node_group="cp")
    assert platform.sent[1] == ("install", {"envName": "my-shop", "nodeGroup": "cp", "jps": text})


def test_a_text_that_does_not_tell_its_name(platform: WatchedPlatform) -> None:
    for text in (
        "type: update\n",
        "application:\n  env:\n    id: inner\n",
        "application: []\n",
        "id: {}\nname: |\n  long\n",
        "[]",
        '{"id": null}',
    ):
        result = platform.fails(Package(), environment="my-shop", manifest=text)
        assert "name is missing: give the id or name of the package" in result["msg"]
        assert platform.sent == []


ACCOUNT: dict[str, Any] = {"type": "install", "id": "greet", "name": "Greeting", "onInstall": {"log": "hello"}}


def test_a_package_that_needs_no_environment(platform: WatchedPlatform) -> None:
    """Only an installation without an environment counts."""
    with_shop(platform)
    platform.run(Package(), environment="my-shop", manifest=ACCOUNT)
    result = platform.predicts(Package(), manifest=ACCOUNT)
    assert platform.sent == [("getlist", {}), ("install", {"jps": json.dumps(ACCOUNT)}), ("getlist", {})]
    assert result["steps"] == ["install package greet"]
    assert (result["package"]["environment"], result["package"]["name"]) == (None, "Greeting")
    platform.cuts["uninstall"] = "after"
    platform.predicts(Package(), name="greet", state="absent")
    assert "getenvinfo" not in platform.methods
    assert installed(platform) == [("greet", "my-shop")]


def test_a_package_that_makes_an_environment_without_its_name(platform: WatchedPlatform) -> None:
    failed = platform.fails(Package(), manifest=WIKI, settings={"secret": SECRET})
    assert "marketplace.jps.Install was refused: invalid parameter [envName]" in failed["msg"]
    for name in ("node_group", "region", "display_name"):
        failed = platform.fails(Package(), manifest=ACCOUNT, **{name: "x"})
        assert failed["msg"] == f"{name} goes with environment; give the environment"


@pytest.mark.parametrize("name", ["backup", "BACKUP", " Backup "])
def test_an_address(platform: WatchedPlatform, name: str) -> None:
    """Of what is behind it only the platform knows."""
    with_shop(platform)
    platform.platform.manifests = {"https://example.com/backup.yml": json.dumps(ADDON)}
    platform.predicts(Package(), environment="my-shop", name=name, url="https://example.com/backup.yml")
    assert platform.sent[1] == ("install", {"envName": "my-shop", "jps": "https://example.com/backup.yml"})
    assert installed(platform) == [("backup", "my-shop")]


def test_the_same_package_elsewhere(platform: WatchedPlatform) -> None:
    """An environment whose name holds the other's is another one."""
    platform.run(Package(), **wiki(environment="my-wiki-2"))
    assert platform.run(Package(), check=True, **wiki())["changed"] is True
    assert platform.run(Package(), check=True, **wiki(environment="my-wiki-2"))["changed"] is False


def test_a_name_that_the_package_does_not_have(platform: WatchedPlatform) -> None:
    """It would be installed on each run."""
    with_shop(platform)
    result = platform.fails(Package(), environment="my-shop", name="other", manifest=ADDON)
    assert result["msg"] == (
        "install other in environment 'my-shop': done, but the platform lists no package named 'other' in that "
        "environment; set name to the id or name in the manifest of the package"
    )
    assert (result["changed"], installed(platform)) == (True, [("backup", "my-shop")])


def test_uninstall(platform: WatchedPlatform) -> None:
    """Each of several installations; the environment stays."""
    with_shop(platform)
    for _ in range(2):
        platform.call("marketplace.jps.Install", jps=ADDON, envName="my-shop")
    platform.call("marketplace.jps.Install", jps={**ADDON, "id": "other", "name": "Other"}, envName="my-shop")
    first, second, _other = platform.platform.store.installations
    platform.writes()
    result = platform.predicts(Package(), environment="my-shop", name="backup", state="absent")
    assert platform.sent == [
        ("getlist", {"search": "my-shop"}),
        ("uninstall", {"appUniqueName": first}),
        ("uninstall", {"appUniqueName": second}),
        ("getlist", {"search": "my-shop"}),
    ]
    assert (result["package"], installed(platform)) == (None, [("other", "my-shop")])
    assert "my-shop" in platform.platform.store.environments


def test_uninstall_by_force(platform: WatchedPlatform) -> None:
    platform.run(Package(), **wiki())
    platform.run(Package(), environment="my-wiki", name="wiki", state="absent", force=True)
    assert platform.sent[1][1]["force"] == "true"


def test_an_installation_without_a_name(platform: WatchedPlatform) -> None:
    platform.answers["getlist"] = {"result": 0, "apps": [{"app_id": "wiki", "envName": "my-wiki"}]}
    result = platform.fails(Package(), environment="my-wiki", name="wiki", state="absent")
    assert (result["failure"]["kind"], platform.sent) == ("unexpected_answer", [LIST])


def test_a_refused_installation(platform: WatchedPlatform) -> None:
    result = platform.fails(Package(), **wiki(settings={}))
    assert "setting [secret] is required" in result["msg"]
    assert (result["changed"], installed(platform)) == (False, [])


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_lost_answer_of_the_installation(platform: WatchedPlatform, cut: str) -> None:
    """The environment and the installations are read; it is never sent again."""
    platform.cuts["install"] = cut
    if cut == "after":
        result = platform.run(Package(), **wiki())
        assert (result["changed"], result["package"]["success_text"]) == (True, None)
        assert platform.methods == ["getlist", "install", "getenvinfo", "getlist", "getlist"]
    else:
        result = platform.fails(Package(), **wiki())
        assert (result["failure"]["kind"], result["changed"]) == ("answer_lost", False)
        assert "it is not done, or still going on: install wiki in environment 'my-wiki'" in result["msg"]
        assert platform.methods == ["getlist", "install", "getenvinfo", "getlist"]
    assert installed(platform) == ([("wiki", "my-wiki")] if cut == "after" else [])


class Hourglass:
    """A clock that moves when someone pauses on it, and what happens at the pauses."""

    def __init__(self, *events: Any) -> None:
        self.now = 0.0
        self.events = list(events)

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        if self.events:
            self.events.pop(0)()

    @property
    def clock(self) -> Clock:
        """For the client."""
        return Clock(monotonic=lambda: self.now, pause=self.pause)


CREATING = {"result": 0, "env": {"envName": "my-wiki", "status": 6}}


def test_an_installation_that_goes_on(platform: WatchedPlatform) -> None:
    """It is waited for while the environment is at work."""
    glass = Hourglass(lambda: None, platform.answers.clear)
    platform.cuts["install"] = "after"
    platform.answers["getenvinfo"] = CREATING
    platform.time = glass.clock
    result = platform.run(Package(), **wiki())
    assert (result["changed"], result["package"]["id"]) == (True, "wiki")
    assert platform.methods == ["getlist", "install", *["getenvinfo"] * 3, "getlist", "getlist"]


def test_an_installation_that_does_not_end_in_time(platform: WatchedPlatform) -> None:
    platform.cuts["install"] = "after"
    platform.answers["getenvinfo"] = CREATING
    platform.time = Hourglass().clock
    result = platform.fails(Package(), **wiki(wait_timeout=20))
    assert result["failure"]["kind"] == "wait_timeout"
    assert result["msg"] == (
        "environment 'my-wiki' is still creating after 20 seconds; raise wait_timeout or look again later"
    )
    assert result["steps_done"] == ["install wiki in environment 'my-wiki' (still going on)"]


def test_a_lost_answer_and_no_way_to_look(platform: WatchedPlatform) -> None:
    platform.cuts["install"] = "after"
    platform.answers["getenvinfo"] = {"result": 8, "error": "permission denied"}
    result = platform.fails(Package(), **wiki())
    assert "whether the change was made could not be seen: environment.control.GetEnvInfo was refused" in result["msg"]


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_lost_answer_of_the_removal(platform: WatchedPlatform, cut: str) -> None:
    """Of several installations, each is looked for by its own name."""
    with_shop(platform)
    for _ in range(2):
        platform.call("marketplace.jps.Install", jps=ADDON, envName="my-shop")
    task: dict[str, Any] = {"environment": "my-shop", "name": "backup", "state": "absent"}
    platform.cuts["uninstall"] = cut
    if cut == "after":
        assert platform.run(Package(), **task)["package"] is None
        assert platform.methods.count("uninstall") == 2
    else:
        result = platform.fails(Package(), **task)
        assert "it is not done, or still going on: uninstall backup" in result["msg"]
        assert platform.methods.count("uninstall") == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "state: present needs the package as manifest or url"),
        ({"manifest": ["a"]}, "manifest must be the text of a manifest, or a mapping"),
        ({"url": "https://example.com/x"}, "name is missing: give the id or name of the package"),
        ({"state": "absent"}, "name is missing: give the id or name of the package"),
        ({"manifest": WIKI, "environment": "a b c d e"}, "is not a valid environment name"),
        ({"manifest": WIKI, "wait_timeout": 0}, "wait_timeout must be above 0"),
    ],
)
def test_bad_input(platform: WatchedPlatform, given: dict[str, Any], says: str) -> None:
    """Refused before any call."""
    result = platform.fails(Package(), **{"environment": "my-wiki", **given})
    assert says in result["msg"]
    assert (result["failure"]["kind"], platform.sent) == ("input", [])
