# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Short and long forms of the manual, and values that YAML may have changed before the filter sees them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display

from ansible_collections.inet.elastic.plugins.filter.from_manifest import from_manifest
from ansible_collections.inet.elastic.plugins.plugin_utils._manifest.convert import convert
from tests.unit.filter.test_from_manifest import node


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (
            {"links": [{"sourceNodeGroup": "nosqldb", "alias": "STORE"}, "cache:C"]},
            {"links": ["nosqldb:STORE", "cache:C"]},
        ),
        ({"links": {"ALIAS": " STORE", "sourcenodegroup": "nosqldb"}}, {"links": ["nosqldb:STORE"]}),
        ({"volumesFrom": "storage"}, {"volumes_from": ["storage"]}),
        (
            {"volumesFrom": [71, "storage:ro", {"sourceNodeId": 72}, {"sourceNodeGroup": "bl", "readOnly": "true"}]},
            {"volumes_from": ["71", "storage:ro", "72", "bl:ro"]},
        ),
        ({"volumesFrom": {"sourceNodeGroup": "bl", "readOnly": False}}, {"volumes_from": ["bl"]}),
        (
            {
                "volumeMounts": {
                    "/a": "files.example.test",
                    "/b": "files.example.test;ro",
                    "/c": "files.example.test:ro",
                    "/d": "192.0.2.7:/srv/data",
                    "/e": " 192.0.2.7:/srv/data:ro ",
                    "/f": "[2001:db8::7]:/srv:ro",
                    "/g": {"sourceHost": "files.example.test", "readOnly": True},
                }
            },
            {
                "volume_mounts": {
                    "/a": {"source_host": "files.example.test"},
                    "/b": {"source_host": "files.example.test", "read_only": True},
                    "/c": {"source_host": "files.example.test", "read_only": True},
                    "/d": {"source_host": "192.0.2.7", "source_path": "/srv/data"},
                    "/e": {"source_host": "192.0.2.7", "source_path": "/srv/data", "read_only": True},
                    "/f": {"source_host": "[2001:db8::7]", "source_path": "/srv", "read_only": True},
                    "/g": {"source_host": "files.example.test", "read_only": True},
                }
            },
        ),
        (
            {"volumeMounts": [{"sourceNodeGroup": "storage", "volumes": ["/a", "/b"], "readOnly": True}]},
            {
                "volume_mounts": {
                    "/a": {"source_node_group": "storage", "read_only": True},
                    "/b": {"source_node_group": "storage", "read_only": True},
                }
            },
        ),
        ({"volumeMount": {"/a": "host"}}, {"volume_mounts": {"/a": {"source_host": "host"}}}),
        ({"docker": {"nodeMission": "web"}}, {"node_group": "web"}),
    ],
)
def test_forms(entry: dict[str, Any], expected: dict[str, Any]) -> None:
    assert node(**entry) == expected


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (
            {"nodes": [{"nodeType": "x", "links": ["a:B", {"sourceNodeGroup": "db"}]}]},
            r"nodes\[0\].links\[1\] is not a link: give sourceNodeGroup and alias, or one text such as sqldb:DB$",
        ),
        (
            {"nodes": [{"nodeType": "x", "volumesFrom": [{"readOnly": True}]}]},
            r"nodes\[0\].volumesFrom\[0\] names no source: give sourceNodeGroup or sourceNodeId$",
        ),
        (
            {"nodes": [{"nodeType": "x", "volumeMounts": {"/a": "host:relative"}}]},
            r"nodes\[0\].volumeMounts\[/a\] is not written as host, host:/path or host:/path:ro$",
        ),
        (
            {"nodes": [{"nodeType": "x", "volumeMounts": ["/a"]}]},
            r"nodes\[0\].volumeMounts\[0\] is not a mapping with volumes, a list of paths$",
        ),
    ],
)
def test_other_forms(manifest: Any, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=f"^from_manifest: {message}"):
        from_manifest(manifest)


LOST = "and YAML may have changed what was written: put the value in quotes"


@pytest.mark.parametrize("value", [4.10, True, False])
@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ({"tag": ...}, "tag"),
        ({"image": ...}, "image"),
        ({"docker": {"image": ...}}, "docker.image"),
        ({"engine": ...}, "engine"),
        ({"env": {"VERSION": ...}}, "env.VERSION"),
        ({"docker": {"env": {"VERSION": ...}}}, "docker.env.VERSION"),
    ],
)
def test_numbers_and_booleans_for_text(
    entry: dict[str, Any], place: str, value: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is lost: a warning, and the value that the platform would read; refused where asked for."""
    shown: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda self, message, *more, **rest: shown.append(message))
    text = yaml.safe_dump({"nodes": [{"nodeType": "nginx", **with_value(entry, value)}]})
    kind = "a boolean" if isinstance(value, bool) else "a number with a fraction"
    with pytest.raises(AnsibleFilterError) as refusal:
        from_manifest(yaml.safe_load(text), leftovers="fail")
    taken = from_manifest(yaml.safe_load(text), leftovers="ignore")["nodes"][0]
    assert {"True": "true", "False": "false"}.get(str(value), "4.1") in str(taken)
    assert shown == [str(refusal.value)]
    assert str(refusal.value) == f"from_manifest: nodes[0].{place} is {kind}, {LOST}"


def with_value(entry: Any, value: object) -> Any:
    """The entry with the value in place of each `...`."""
    if isinstance(entry, dict):
        return {name: with_value(item, value) for name, item in entry.items()}
    return value if entry is ... else entry


def test_a_long_number_for_a_tag_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, whatever becomes of leftovers; a port of a variable is no tag."""
    shown: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda self, message, *more, **rest: shown.append(message))
    manifest = yaml.safe_load("nodes: {image: acme/web, tag: 0777777, env: {PORT: 8080}}")
    assert from_manifest(manifest, leftovers="fail") == {
        "nodes": [{"image": "acme/web", "tag": "262143", "env": {"PORT": "8080"}}]
    }
    assert shown == [
        "from_manifest: nodes[0].tag is the number 262143; if something else was written, such as 0123456, YAML has "
        "changed it: put the value in quotes"
    ]


def test_single_volumes_of_a_source_are_named() -> None:
    entry = {"nodeType": "nginx", "volumesFrom": [{"sourceNodeGroup": "bl", "volumes": ["/a"]}]}
    conversion = convert({"nodes": [entry]})
    assert conversion.options["nodes"] == [{"node_type": "nginx", "volumes_from": ["bl"]}]
    assert conversion.left_out == [
        "nodes[0].volumesFrom[0].volumes: all volumes are taken over; name single ones by volumeMounts"
    ]


OLD: dict[str, Any] = {
    "jpsVersion": "0.3",
    "jpsType": "install",
    "application": {
        "name": "Wordpress",
        "type": "php",
        "env": {
            "topology": {
                "ha": False,
                "nodes": [
                    {
                        **{"nodeType": "docker", "extip": False, "count": 1, "fixedCloudlets": 1, "fakeId": -1},
                        **{"dockerName": "acme/web", "dockerTag": "latest", "dockerEnvVars": {"MODE": "a"}},
                        "dockerLinks": [{"sourceNodeId": -1, "targetNodeId": "-2", "alias": "DB"}, "cache:C"],
                        **{"dockerVolumes": ["/data"], "metadata": {"layer": "cp"}, "skipNodeEmails": True},
                    },
                    {
                        **{"nodeType": "docker", "fakeId": -2, "dockerName": "acme/db", "image": "acme/new-db"},
                        "metadata": {"layer": "storage", "more": 1},
                    },
                    {"nodeType": "nginx", "nodeGroup": "bl", "fakeId": -3, "metadata": {"layer": "other"}},
                ],
            }
        },
    },
}


def test_version_0_3() -> None:
    """Containers with their own words, layers in metadata, and links by made-up numbers."""
    conversion = convert(OLD)
    assert conversion.options == {
        "ha": False,
        "nodes": [
            {
                "node_group": "cp",
                "image": "acme/web",
                "tag": "latest",
                "ext_ips": 0,
                "count": 1,
                "fixed_cloudlets": 1,
                "env": {"MODE": "a"},
                "links": ["storage:DB", "cache:C"],
                "volumes": ["/data"],
            },
            {"node_group": "storage", "image": "acme/new-db"},
            {"node_type": "nginx", "node_group": "bl"},
        ],
    }
    place = "application.env.topology.nodes[1]"
    assert conversion.left_out == [
        f"{place}.metadata: has no meaning for the environment",
        f"{place}.dockerName: {place}.image says it already, and counts",
    ]


def test_a_link_to_a_number_that_no_node_has() -> None:
    nodes = [{"fakeId": -1, "dockerName": "a", "dockerLinks": [{"targetNodeId": -9, "alias": "DB"}]}]
    with pytest.raises(AnsibleFilterError, match=r"nodes\[0\].dockerLinks\[0\] is not a link"):
        from_manifest({"nodes": nodes})


@pytest.mark.parametrize("script", ["onBeforeInit", "onBeforeInstall"])
def test_nodes_made_by_a_script(script: str) -> None:
    """Without other nodes an error that says so, beside others a leftover."""
    for manifest in ({script: "make.js", "type": "install"}, {"application": {script: "make.js"}}):
        with pytest.raises(
            AnsibleFilterError,
            match=f"^from_manifest: the manifest has no topology, as the script {script} makes its nodes, and only the",
        ):
            from_manifest(manifest)
    conversion = convert({script: "make.js", "nodes": {"nodeType": "nginx"}})
    assert conversion.options == {"nodes": [{"node_type": "nginx"}]}
    assert conversion.left_out == [
        f"{script}: a script may make or change nodes, and only the platform runs it; compare the environment with the "
        "options"
    ]


def test_mails_are_no_leftover() -> None:
    """They say nothing of what the environment is."""
    conversion = convert({"skipNodeEmails": True, "nodes": {"nodeType": "nginx", "skipNodeEmails": True}})
    assert (conversion.options, conversion.left_out) == ({"nodes": [{"node_type": "nginx"}]}, [])
