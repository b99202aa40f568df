# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node type or tag that the platform does not offer: one line with near matches, in check mode too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from tests.unit.resources.watched_platform import WatchedPlatform

NAME = "web-store"
WEB = {"node_type": "nginx", "tag": "1.28.0"}
WRONG = [
    (
        {"node_type": "ngnix"},
        "nodes[1].node_type: ngnix does not exist on this platform; similar: nginx, nginxphp, nginx-php",
    ),
    (
        {"node_type": "cobol"},
        "nodes[1].node_type: cobol does not exist on this platform; GetTemplates lists what is available",
    ),
    (
        {"node_type": "cobol", "tag": "16.44"},
        "nodes[1].node_type: cobol does not exist on this platform; GetTemplates lists what is available",
    ),
]


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform without environments."""
    watched = WatchedPlatform()
    yield watched
    watched.end()


def similar(message: str) -> str:
    """The message up to the first name that is similar."""
    return message.split(", ")[0]


@pytest.mark.parametrize(("entry", "message"), WRONG)
@pytest.mark.parametrize("check", [True, False])
def test_a_new_environment(platform: WatchedPlatform, entry: dict[str, Any], message: str, check: bool) -> None:
    result = platform.fails(OneEnvironment(), check=check, name=NAME, nodes=[WEB, entry])
    assert similar(result["msg"]) == similar(message)
    method = None if check else "environment.control.CreateEnvironment"
    assert result["failure"]["method"] == method
    expected = ["getenvinfo", "gettemplates"] if check else ["getenvinfo", "createenvironment", "gettemplates"]
    assert platform.methods == expected


def test_a_layer_that_exists_is_not_looked_up(platform: WatchedPlatform) -> None:
    platform.run(OneEnvironment(), name=NAME, nodes=[WEB])
    platform.platform.stacks.replace({"nginx": ["1.30.0"]})
    platform.run(OneEnvironment(), check=True, name=NAME, nodes=[{**WEB, "node_group": "bl", "count": 2}])
    assert "gettemplates" not in platform.methods
    result = platform.fails(OneEnvironment(), name=NAME, nodes=[{"node_type": "nginx", "tag": "1.28.1"}])
    assert result["msg"].startswith("nodes[0].tag: nginx has no tag 1.28.1 on this platform; available: 1.30.0")


def test_another_version(platform: WatchedPlatform) -> None:
    """The platform decides. In check mode a version that it does not list is a warning, as it may accept one."""
    platform.run(OneEnvironment(), name=NAME, nodes=[WEB])
    message = "nodes[0].tag: nginx has no tag 1.27.5 on this platform; available: 1.14.2, "
    assert platform.run(OneEnvironment(), check=True, name=NAME, nodes=[{**WEB, "tag": "1.27.5"}])["changed"]
    assert [warning for warning in platform.warnings if warning.startswith(message)] == platform.warnings != []
    assert platform.run(OneEnvironment(), name=NAME, nodes=[{**WEB, "tag": "1.27.5"}])["changed"]


@pytest.mark.parametrize(("tag", "near"), [("1.28.O", "1.28.0"), ("lattest", "latest"), ("1.28.0x", "1.28.0")])
@pytest.mark.parametrize("check", [True, False])
def test_a_misspelled_tag(platform: WatchedPlatform, tag: str, near: str, check: bool) -> None:
    platform.run(OneEnvironment(), name=NAME, nodes=[WEB])
    result = platform.fails(OneEnvironment(), check=check, name=NAME, nodes=[{**WEB, "tag": tag}])
    assert similar(result["msg"]).startswith(f"nodes[0].tag: nginx has no tag {tag} on this platform; similar: {near}")


def test_containers_of_any_image_are_not_looked_up(platform: WatchedPlatform) -> None:
    platform.run(OneEnvironment(), check=True, name=NAME, nodes=[{"image": "example/app:1.2", "node_group": "cp"}])
    assert platform.methods == ["getenvinfo"]


def test_a_token_need_not_be_allowed_to_look(platform: WatchedPlatform) -> None:
    platform.answers["gettemplates"] = {"result": 8202, "error": "permission denied"}
    nodes = [{"node_type": "ngnix"}]
    assert platform.run(OneEnvironment(), check=True, name=NAME, nodes=nodes)["changed"]
    result = platform.fails(OneEnvironment(), name=NAME, nodes=nodes)
    assert result["msg"].startswith("environment.control.CreateEnvironment was refused: node type [ngnix]")


def test_a_tag_may_bring_a_further_name(platform: WatchedPlatform) -> None:
    """Documented member of GetTemplates: ``nodeTypeAlias``."""
    tags = [{"name": "11.0.2", "nodeTypeAlias": "tomcat11"}]
    platform.answers["gettemplates"] = {"result": 0, "array": [{"nodeType": "tomcat", "tags": tags}]}
    for entry in ({"node_type": "tomcat11"}, {"node_type": "tomcat", "tag": "11.0.2"}):
        assert platform.run(OneEnvironment(), check=True, name=NAME, nodes=[entry])["changed"]


def test_many_environments_are_looked_up_once(platform: WatchedPlatform) -> None:
    entries = [
        {"name": name, "nodes": [{"node_type": stack}]} for name, stack in (("shop-a", "ngnix"), ("shop-b", "nginx"))
    ]
    result = platform.fails(EnvironmentSet(), check=True, environments=entries)
    assert platform.methods.count("gettemplates") == 1
    first, second = result["environments"]
    assert first["msg"].startswith("nodes[0].node_type: ngnix does not exist on this platform; similar: nginx")
    assert "failed" not in second


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"node_type": "${settings.stack}"}, "nodes[0].node_type: ${settings.stack} holds a placeholder"),
        ({"image": "${settings.image}"}, "nodes[0].image: ${settings.image} holds a placeholder"),
        ({"image": "example/app", "tag": "${tag}"}, "nodes[0].tag: ${tag} holds a placeholder"),
        ({"node_type": "nginx", "tag": "a tag"}, "nodes[0].tag: 'a tag' is not a valid tag"),
    ],
)
def test_names_that_no_platform_has(platform: WatchedPlatform, entry: dict[str, Any], message: str) -> None:
    result = platform.fails(OneEnvironment(), check=True, name=NAME, nodes=[entry])
    advice = (
        "give its value, or fill it in by from_manifest(replace=...)"
        if "placeholder" in message
        else "use letters, digits, dots, hyphens and underscores"
    )
    separator = "; " if "placeholder" in message else ": "
    assert result["msg"] == f"{message}{separator}{advice}"
    assert platform.methods == []
