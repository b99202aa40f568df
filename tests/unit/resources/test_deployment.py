# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deployments: exact calls, versions that are compared, interruptions, and answers that get lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import NotSentError
from ansible_collections.inet.elastic.plugins.module_utils._resources.deployment.resource import Deployment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from tests.unit.resources.watched_platform import WatchedPlatform

SHOP: dict[str, Any] = {"environment": "my-shop", "node_group": "cp"}
URL = "https://git.example.com/shop.git"
READ = ["getdeployments", "getproject"]
WHERE = {"envName": "my-shop", "nodeGroup": "cp", "context": "ROOT"}
EDITED = {
    **{"envName": "my-shop", "nodeGroup": "cp", "oldcontext": "ROOT", "newcontext": "ROOT", "type": "git", "url": URL},
    **{"autoupdate": "false", "autoResolveConflict": "false", "zdt": "false"},
}


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with one environment of one layer."""
    watched = WatchedPlatform()
    watched.run(OneEnvironment(), name="my-shop", nodes=[{"node_group": "cp", "node_type": "tomcat"}])
    watched.writes()
    yield watched
    watched.end()


@pytest.fixture
def war(tmp_path: Path) -> Path:
    path = tmp_path / "shop.war"
    path.write_bytes(b"PK one")
    return path


def named(content: bytes) -> str:
    return f"shop-{hashlib.sha256(content).hexdigest()[:12]}.war"


def contexts(platform: WatchedPlatform) -> list[tuple[str, str]]:
    (environment,) = platform.platform.store.environments.values()
    return [(row["context"], row["archivename"]) for row in environment.deployments]


def sent(platform: WatchedPlatform, method: str) -> list[dict[str, str]]:
    return [fields for name, fields in platform.sent if name == method]


def repository(**given: Any) -> dict[str, Any]:
    return {**SHOP, "repository": {"url": URL, **given}}


# -- archives -------------------------------------------------------------------------------------------------------


def test_an_archive_of_the_controller(platform: WatchedPlatform, war: Path) -> None:
    result = platform.predicts(Deployment(), **SHOP, archive={"src": str(war)})
    assert platform.methods == [*READ, "upload", "deployarchive", *READ]
    (deployed,) = sent(platform, "deployarchive")
    name = named(b"PK one")
    assert deployed.pop("fileUrl").startswith("http")
    assert deployed == {**WHERE, "fileName": name}
    assert contexts(platform) == [("ROOT", name)]
    assert (result["deployment"]["source"], result["deployment"]["archive"]) == ("archive", name)
    where = "context ROOT of layer cp of environment 'my-shop'"
    assert result["steps"] == [f"upload {name}", f"deploy {name} to {where}"]


def test_another_content_under_the_same_name(platform: WatchedPlatform, war: Path) -> None:
    platform.run(Deployment(), **SHOP, archive={"src": str(war)})
    war.write_bytes(b"PK two")
    result = platform.predicts(Deployment(), **SHOP, archive={"src": str(war)})
    assert result["diff"]["before"]["archive"] == named(b"PK one")
    assert contexts(platform) == [("ROOT", named(b"PK two"))]
    assert result["steps"][1].endswith(f"in place of {named(b'PK one')}")


def test_an_archive_of_an_address(platform: WatchedPlatform) -> None:
    """Without a checksum, the name alone tells one version from another."""
    given = {"url": "https://repo.example.com/shop%201.tar.gz?key=s3cret"}
    platform.predicts(Deployment(), **SHOP, archive=given, delay=30, zero_downtime=True, context="shop")
    (deployed,) = sent(platform, "deployarchive")
    assert deployed == {
        **{**WHERE, "context": "shop", "fileName": "shop 1.tar.gz", "fileUrl": given["url"]},
        **{"delay": "30", "zdt": "true"},
    }
    result = platform.predicts(Deployment(), **SHOP, archive={**given, "checksum": "a" * 64}, context="shop")
    assert result["deployment"]["archive"] == "shop 1-aaaaaaaaaaaa.tar.gz"


@pytest.mark.parametrize(
    ("archive", "message"),
    [
        ({"src": "/nowhere/shop.war"}, "archive.src: /nowhere/shop.war cannot be read: No such file or directory"),
        ({"url": "shop.war"}, "archive.url is not a web address"),
        ({"url": "https://h/a.war", "checksum": "md5:1"}, "archive.checksum is written as sha256:"),
        ({"url": "https://h/"}, "archive.name: give the name of a file"),
        *(({"url": "https://h/a.war", "name": name}, "archive.name: give") for name in ("..", "a/b", "a\nb.war")),
        ({"url": "http://[h/a.war"}, "archive.url is not a web address"),
        ({"src": "shop\0.war"}, "archive.src contains a zero byte; remove it"),
        ({"src": ""}, "archive.src and archive.url are empty; give one of them"),
    ],
)
def test_archives_that_cannot_be(platform: WatchedPlatform, archive: dict[str, Any], message: str) -> None:
    assert message in platform.fails(Deployment(), **SHOP, archive=archive)["msg"]
    assert platform.sent == []


def test_an_environment_that_is_stopped(platform: WatchedPlatform, war: Path) -> None:
    """The archive is sent once, and the task does not try for ever."""
    platform.run(OneEnvironment(), name="my-shop", state="stopped")
    failed = platform.fails(Deployment(), **SHOP, archive={"src": str(war)})
    assert (failed["failure"]["code"], platform.methods.count("upload")) == (2212, 1)
    assert platform.methods.count("deployarchive") == 2
    assert failed["steps_done"] == [f"upload {named(b'PK one')}"]


def test_a_checksum_that_is_not_that_of_the_file(platform: WatchedPlatform, war: Path) -> None:
    failed = platform.fails(Deployment(), **SHOP, archive={"src": str(war), "checksum": "0" * 64})
    assert "and not archive.checksum; correct one of them" in failed["msg"] and platform.sent == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_archive_whose_answer_is_lost(platform: WatchedPlatform, war: Path, when: str) -> None:
    platform.cuts["deployarchive"] = when
    if when == "after":
        assert platform.run(Deployment(), **SHOP, archive={"src": str(war)})["changed"]
    else:
        failed = platform.fails(Deployment(), **SHOP, archive={"src": str(war)})
        assert "it is not done, or not yet: deploy shop-" in failed["msg"]
    assert platform.methods.count("deployarchive") == 1


# -- repositories ---------------------------------------------------------------------------------------------------


def test_a_repository(platform: WatchedPlatform) -> None:
    """It is marked as unfinished until what it deployed was looked at."""
    result = platform.predicts(Deployment(), **repository(branch="v1", login="me", password="s3cret-word", key_id=7))
    assert platform.methods == [*READ, "createproject", "update", "getproject", "editproject", *READ]
    (created,) = sent(platform, "createproject")
    (edited,) = sent(platform, "editproject")
    hidden = {"password": "s3cret-word", "keyId": "7", "login": "me", "branch": "v1"}
    given = {name: value for name, value in EDITED.items() if "context" not in name}
    assert created == {**WHERE, **given, **hidden, "interval": "525600"}
    assert edited == {**EDITED, **hidden, "interval": "1"}
    assert sent(platform, "update") == [WHERE]
    shown = result["deployment"]
    assert (shown["url"], shown["branch"], len(shown["revision"])) == (URL, "v1", 40)
    assert "s3cret-word" not in str(result)


def test_another_branch(platform: WatchedPlatform) -> None:
    platform.run(Deployment(), **repository(branch="v1", login="me", auto_update=True, interval=5))
    before = contexts(platform)
    result = platform.predicts(Deployment(), **repository(branch="v2"))
    assert platform.methods == [*READ, "editproject", "update", "getproject", "editproject", *READ]
    kept = {**EDITED, "branch": "v2", "login": "me", "autoupdate": "true"}
    assert sent(platform, "editproject") == [{**kept, "interval": "525600"}, {**kept, "interval": "5"}]
    assert (before, contexts(platform)) == ([("ROOT", f"{URL}#v1")], [("ROOT", f"{URL}#v2")])
    assert result["steps"][0].endswith(f"{URL} at v1 -> {URL} at v2")


def test_settings_alone_deploy_nothing(platform: WatchedPlatform) -> None:
    platform.run(Deployment(), **repository(branch="v1"))
    platform.predicts(Deployment(), **repository(branch="v1", auto_update=True, interval=60))
    assert platform.methods == [*READ, "editproject", *READ]


def test_an_update_that_deploys_another_commit_fails(platform: WatchedPlatform) -> None:
    """A branch given without its commit would roll nothing back, and Update would report success."""
    platform.run(Deployment(), **repository(branch="main"))
    old = platform.run(Deployment(), **repository(branch="main"))["deployment"]["revision"]
    assert platform.run(Deployment(), **repository(branch="main", revision=old[:9]))["changed"] is False
    platform.run(Deployment(), **repository(branch="main"), update="always")
    failed = platform.fails(Deployment(), **repository(branch="main", revision=old))
    assert f"and not {old[:12]}: it takes the newest commit of main; give a branch or tag" in failed["msg"]
    assert [step.partition(" context")[0] for step in failed["steps_done"]] == ["update"]
    # And it fails again: that nothing was left to edit does not make it right.
    assert platform.fails(Deployment(), **repository(branch="main", revision=old))["msg"].startswith(
        "the update deploy"
    )


def test_a_project_that_somebody_else_changes_meanwhile(platform: WatchedPlatform) -> None:
    def change() -> None:
        (environment,) = platform.platform.store.environments.values()
        environment.projects[0]["branch"] = "theirs"

    platform.after["update"] = change
    failed = platform.fails(Deployment(), **repository(branch="v1"))
    assert f"is bound to {URL} at theirs and not to {URL} at v1" in failed["msg"]


def test_a_run_that_ends_between_edit_and_update(platform: WatchedPlatform) -> None:
    """The next run finds the branch changed, and the old commit running."""
    platform.run(Deployment(), **repository(branch="v1"))
    platform.answers["update"] = {"result": 99, "error": "out of order"}
    platform.fails(Deployment(), **repository(branch="v2"))
    assert contexts(platform) == [("ROOT", f"{URL}#v1")]
    platform.answers.clear()
    platform.predicts(Deployment(), **repository(branch="v2"))
    assert platform.methods == [*READ, "update", "getproject", "editproject", *READ]
    assert contexts(platform) == [("ROOT", f"{URL}#v2")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", ["createproject", "update", "editproject"])
def test_answers_that_are_lost(platform: WatchedPlatform, method: str, when: str) -> None:
    """Nothing is sent twice on a guess; run again, the task ends what was begun."""
    platform.cuts[method] = when
    if when == "after":
        assert platform.run(Deployment(), **repository(branch="v1"))["changed"]
    else:
        platform.fails(Deployment(), **repository(branch="v1"))
    assert platform.methods.count(method) == 1
    platform.run(Deployment(), **repository(branch="v1"))
    assert platform.run(Deployment(), **repository(branch="v1"))["changed"] is False
    assert contexts(platform) == [("ROOT", f"{URL}#v1")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"url": " "}, "repository.url is empty"),
        ({"url": "https://me:s3cret@git.example.com/x"}, "repository.url holds credentials"),
        ({"url": "https://me:s3cret@[git.example.com/x"}, "repository.url is not an address; correct it"),
        ({"revision": "abc"}, "repository.revision must have at least 7 characters"),
        ({"interval": 0}, "repository.interval is 1 to 525599"),
    ],
)
def test_repositories_that_cannot_be(platform: WatchedPlatform, given: dict[str, Any], message: str) -> None:
    failed = platform.fails(Deployment(), **repository(**given))
    assert message in failed["msg"] and "s3cret" not in failed["msg"] and platform.sent == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", ["upload", "deleteproject"])
def test_answers_that_are_lost_before_an_archive(platform: WatchedPlatform, war: Path, method: str, when: str) -> None:
    """An uploaded file is not deployed by itself, so it is uploaded again by the next run."""
    platform.run(Deployment(), **repository(branch="v1"))
    platform.cuts[method] = when
    if (method, when) == ("deleteproject", "after"):
        assert platform.run(Deployment(), **SHOP, archive={"src": str(war)})["changed"]
    else:
        failed = platform.fails(Deployment(), **SHOP, archive={"src": str(war)})
        assert "it is not done, or not yet: " in failed["msg"] and failed["msg"].endswith("run the task again")
    assert platform.methods.count(method) == 1
    platform.run(Deployment(), **SHOP, archive={"src": str(war)})
    assert contexts(platform) == [("ROOT", named(b"PK one"))]


# -- from one to the other, and away --------------------------------------------------------------------------------


def test_an_archive_in_place_of_a_repository_and_back(platform: WatchedPlatform, war: Path) -> None:
    platform.run(Deployment(), **repository(branch="v1"))
    platform.predicts(Deployment(), **SHOP, archive={"src": str(war)})
    assert platform.methods == [*READ, "upload", "deleteproject", "deployarchive", *READ]
    platform.predicts(Deployment(), **repository(branch="v1"))
    assert platform.methods == [*READ, "undeploy", "createproject", "update", "getproject", "editproject", *READ]


def test_nothing_in_the_context(platform: WatchedPlatform, war: Path) -> None:
    platform.run(Deployment(), **SHOP, archive={"src": str(war)})
    result = platform.predicts(Deployment(), **SHOP, state="absent")
    assert (platform.methods, result["deployment"]) == ([*READ, "undeploy", *READ], None)
    platform.run(Deployment(), **repository())
    platform.predicts(Deployment(), **SHOP, state="absent")
    assert platform.methods == [*READ, "undeploy", "deleteproject", *READ]
    assert platform.run(Deployment(), environment="no-such", state="absent")["changed"] is False


def test_an_environment_that_does_not_exist_yet(platform: WatchedPlatform) -> None:
    given = {**repository(branch="v1"), "environment": "not-yet"}
    assert platform.run(Deployment(), check=True, **given)["changed"]
    assert "not-yet" in platform.warnings[0]
    assert platform.fails(Deployment(), **given)["failure"]["kind"] == "refused"


def test_a_layer_that_does_not_exist(platform: WatchedPlatform) -> None:
    failed = platform.fails(Deployment(), **{**repository(), "node_group": "pc"})
    assert failed["msg"] == "layer pc does not exist in environment my-shop; layers: cp"


def test_not_sent(platform: WatchedPlatform, war: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upload that fails deploys nothing."""
    post = platform.post

    def cut(url: str, fields: Any, timeout: Any) -> Any:
        if url.endswith("/upload"):
            raise NotSentError("the connection was refused")
        return post(url, fields, timeout)

    monkeypatch.setattr(platform, "post", cut)
    assert "the connection was refused" in platform.fails(Deployment(), **SHOP, archive={"src": str(war)})["msg"]
    assert contexts(platform) == []
