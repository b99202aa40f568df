# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From manifests to options: every word has an option or a reason, and no input is met with anything but one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.filter.from_manifest import LEFTOVERS, FilterModule, from_manifest
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.desired import (
    ENVIRONMENT_OPTIONS,
    NODE_OPTIONS,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._manifest import words
from ansible_collections.inet.elastic.plugins.plugin_utils._manifest.convert import ManifestError, convert

FILTERS = Path(__file__).resolve().parents[3] / "plugins" / "filter"
SECRET = "example-password-9"


def node(**entry: Any) -> dict[str, Any]:
    """What becomes of one entry."""
    (found,) = convert({"nodes": [{"nodeType": "nginx", **entry}]}).options["nodes"]
    return {name: value for name, value in found.items() if name != "node_type"}


def test_every_word_is_an_option() -> None:
    """The tables and the module's options cannot drift apart."""
    assert {option for option, _kind in words.NODE_WORDS.values()} <= set(NODE_OPTIONS)
    assert {option for option, _kind in words.ENVIRONMENT_WORDS.values()} <= set(ENVIRONMENT_OPTIONS)
    # Options that no manifest has a word for.
    assert set(NODE_OPTIONS) - {option for option, _kind in words.NODE_WORDS.values()} == {"env_public"}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"cloudlets": 8}, {"flexible_cloudlets": 8}),
        ({"cloudlets": 8, "flexibleCloudlets": "16"}, {"flexible_cloudlets": 16}),
        ({"flexibleCloudlets": 16, "cloudlets": 8}, {"flexible_cloudlets": 16}),
        ({"diskLimit": 50}, {"disk_limit": "50"}),
        ({"diskLimit": "100G"}, {"disk_limit": "100G"}),
        ({"tag": "10.50"}, {"tag": "10.50"}),
        ({"tag": 11}, {"tag": "11"}),
        ({"engine": "php8.3"}, {"engine": "php8.3"}),
        ({"flexible": 8}, {"flexible_cloudlets": 8}),
        ({"fixed": "2", "flexible": 6}, {"fixed_cloudlets": 2, "flexible_cloudlets": 6}),
        ({"flexible": 8, "cloudlets": 6}, {"flexible_cloudlets": 6}),
        ({"extip": True}, {"ext_ips": 1}),
        ({"extip": "false"}, {"ext_ips": 0}),
        ({"extip": 3, "extipv6": "2"}, {"ext_ips": 3, "ext_ips_v6": 2}),
        ({"scalingMode": "STATELESS"}, {"scaling_mode": "stateless"}),
        ({"scalingMode": "new"}, {"scaling_mode": "stateless"}),
        ({"scalingMode": "CLONE"}, {"scaling_mode": "stateful"}),
        ({"cluster": True}, {"cluster": {"enabled": True}}),
        ({"cluster": {"scheme": "master"}}, {"cluster": {"enabled": True, "settings": {"scheme": "master"}}}),
        ({"links": "sqldb:DB; cache:C"}, {"links": ["sqldb:DB", "cache:C"]}),
        ({"addons": [{"id": "one"}, "two"]}, {"addons": ["one", "two"]}),
        ({"env": {"A": "yes", "B": 8080, "C": None, "D": ""}}, {"env": {"A": "yes", "B": "8080", "D": ""}}),
        ({"env": "" or None}, {}),
        ({"cmd": ["run", "--x"]}, {"cmd": "run --x"}),
        ({"registry": "host.example.test"}, {"registry": {"url": "host.example.test"}}),
        ({"volumeMounts": {"/a": {"readOnly": "yes", "sourceNodeGroup": "cp"}}},)
        + ({"volume_mounts": {"/a": {"read_only": True, "source_node_group": "cp"}}},),
        ({"docker": {"image": "app:1", "env": {"A": 1}}, "env": {"B": 2}}, {"image": "app:1", "env": {"B": "2"}}),
        ({"docker": "app:1"}, {"image": "app:1"}),
        ({"image": "app:1", "tag": 2}, {"image": "app", "tag": "2"}),
        ({"image": "app:1", "tag": "1"}, {"image": "app:1", "tag": "1"}),
        ({"NODEGROUP": "cp"}, {"node_group": "cp"}),
        ({"dockerRunCmd": "a", "cmd": "b"}, {"cmd": "b"}),
        ({"cmd": "a", "docker": {"cmd": "b", "runCmd": "c"}}, {"cmd": "a"}),
        ({"cloudlets": 8, "docker": {"flexibleCloudlets": 4}}, {"flexible_cloudlets": 8}),
        ({"cmd": "", "docker": {"cmd": "b"}}, {"cmd": "b"}),
        ({"startServiceOnCreation": "no"}, {"start_on_creation": False}),
        ({"env": ["A=1", "B=x=y"]}, {"env": {"A": "1", "B": "x=y"}}),
    ],
)
def test_values(entry: dict[str, Any], expected: dict[str, Any]) -> None:
    assert node(**entry) == expected


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("type: install", "a manifest is a mapping; parse its text first, with from_yaml or from_json"),
        (
            {"type": "update"},
            r"nor in env, application or an install action; install an add-on with inet\.elastic\.paas_pack",
        ),
        ({"application": [{"nodes": []}]}, "the manifest has no topology"),
        ({"nodes": []}, "the manifest's nodes are empty"),
        ({"nodes": ["x"]}, r"nodes\[0\] is not a mapping"),
        ({"nodes": [{"count": 1}]}, r"nodes\[0\] says nothing of what it is: no nodeType and no image"),
        ({"nodes": [{"nodeType": "x", "count": "many"}]}, r"nodes\[0\].count is not a whole number"),
        ({"nodes": [{"nodeType": "x", "isSLBAccessEnabled": "maybe"}]}, "is neither true nor false"),
        ({"nodes": [{"nodeType": ["x"]}]}, r"nodes\[0\].nodeType is a structure where a text belongs"),
        ({"nodes": [{"nodeType": "x", "volumeMounts": {"/a": 1}}]}, r"volumeMounts\[/a\] is not a mapping"),
        (
            {"nodes": [{"nodeType": "x", "links": {"sqldb": "DB"}}]},
            r"nodes\[0\].links is not a link: give sourceNodeGroup and alias, or one text such as sqldb:DB$",
        ),
        ({"nodes": [{"nodeType": "x", "addons": [{"settings": 1}]}]}, r"nodes\[0\].addons\[0\] has no id"),
        (
            {"nodes": [{"nodeType": "x", "env": {"A\nB": [1]}}]},
            r"nodes\[0\].env.A\?B is a list, but must be a text$",
        ),
        ({"actions": {"more": {"env.control.ChangeTopology": {"nodes": [{"nodeType": "x"}]}}}}, "has no topology"),
        ({"onInstall": {"addNodes": {"nodes": [{"nodeType": "x"}]}}}, "has no topology"),
        ({"onInstall": {"install": {"jps": {"addNodes": {"nodes": [{"nodeType": "x"}]}}}}}, "has no topology"),
        ({"actions": {"more": {"forEach": {"nodes": [{"nodeType": "x"}]}}}}, "has no topology"),
    ],
)
def test_unusable(manifest: Any, message: str) -> None:
    """One line that says where."""
    with pytest.raises(AnsibleFilterError, match=f"from_manifest: .*{message}"):
        from_manifest(manifest)


def test_a_limit_below_what_is_reserved_is_raised() -> None:
    conversion = convert({"nodes": [{"nodeType": "nginx", "fixedCloudlets": 8, "cloudlets": 4}]})
    assert conversion.options["nodes"] == [{"node_type": "nginx", "fixed_cloudlets": 8, "flexible_cloudlets": 8}]
    assert conversion.left_out == ["nodes[0]: its limit of cloudlets is below what is reserved, and is raised to that"]


@pytest.mark.parametrize("path", [(), ("env", "topology"), ("application", "env", "topology"), ("topology",)])
def test_wrappers(path: tuple[str, ...]) -> None:
    manifest: dict[str, Any] = {"nodes": {"nodeType": "nginx"}, "ssl": "true", "displayName": "Mine"}
    for name in reversed(path):
        manifest = {name: manifest}
    options = convert(manifest).options
    assert options == {"nodes": [{"node_type": "nginx"}], "ssl": True, "display_name": "Mine"}


@pytest.mark.parametrize(
    ("manifest", "left_out"),
    [
        ({"onInstall": {"install": {"nodes": [{"nodeType": "nginx"}], "ssl": True}}}, []),
        ({"onInstall": [{"install": {"jps": {"type": "install", "ssl": 1, "nodes": {"nodeType": "nginx"}}}}]}, []),
        ({"actions": {"make": {"env.control.CreateEnvironment[cp]": {"env": {"ssl": True}, "nodes": []}}}}, None),
        (
            {
                "onInstall": [
                    {"log": "x"},
                    {"install": {"nodes": [{"nodeType": "nginx"}], "envName": "a"}, "cmd": "x"},
                ],
                "settings": {"ssl": False},
                "ssl": True,
            },
            ["onInstall[1].install.envName", "onInstall[1].cmd", "onInstall[0]", "settings"],
        ),
        (
            {
                "application": {
                    "name": "x",
                    "env": {"topology": {"nodes": [{"nodeType": "nginx"}], "ssl": True, "more": 1}, "ssl": False},
                    "onInstall": "x",
                },
                "topology": {"nodes": []},
                "skipNodeEmails": True,
            },
            ["application.env.topology.more", "application.env.ssl", "application.onInstall", "topology"],
        ),
        (
            {"nodes": [{"nodeType": "nginx", "x": 1}], "env": {"ssl": True, "shortdomain": "a"}, "actions": None},
            ["nodes[0].x", "env.shortdomain"],
        ),
    ],
)
def test_what_stands_around_the_topology_is_named_by_its_path(
    manifest: dict[str, Any], left_out: list[str] | None
) -> None:
    """In actions too; what an empty topology means is one line."""
    if left_out is None:
        with pytest.raises(ManifestError, match="the manifest's nodes are empty"):
            convert(manifest)
        return
    conversion = convert(manifest)
    assert conversion.options == {"nodes": [{"node_type": "nginx"}], "ssl": True}
    assert [line.partition(": ")[0] for line in conversion.left_out] == left_out


def test_what_is_lost_in_an_entry_is_named() -> None:
    """Of two values for one option the other, and what comes beside an id."""
    conversion = convert(
        {
            "nodes": [
                {
                    "nodeType": "nginx",
                    "cmd": SECRET,
                    "docker": {"dockerRunCmd": "b", "nodeType": "nginx", "odd\nword": 1},
                    "addons": [{"id": "one", "settings": {"key": SECRET}}],
                    "metadata": {},
                    "isRedeploySupport": False,
                }
            ]
        }
    )
    assert conversion.options["nodes"] == [{"node_type": "nginx", "cmd": SECRET, "addons": ["one"]}]
    assert conversion.left_out == [
        "nodes[0].docker.odd?word: is not a key of a node",
        "nodes[0].metadata: has no meaning for the environment",
        "nodes[0].isRedeploySupport: has no option; set it with inet.elastic.paas_api, method "
        "environment.control.ApplyNodeGroupData",
        "nodes[0].docker.dockerRunCmd: nodes[0].cmd says it already, and counts",
        "nodes[0].addons[0].settings: is left out, as id alone is carried over",
    ]


def test_the_mapping_that_holds_nodes_wins_over_the_manifest_around_it() -> None:
    inner = {"nodes": [{"nodeType": "nginx"}], "engine": "php8.3"}
    options = convert({"env": {"topology": inner, "ssl": True}, "engine": "other", "ha": True}).options
    assert (options["engine"], options["ssl"], options["ha"]) == ("php8.3", True, True)


def test_entries_of_one_layer() -> None:
    """They are one where they say the same; else the second is named."""
    entry = {"nodeType": "nginx", "nodeGroup": "cp", "count": 2}
    assert convert({"nodes": [entry, {**entry, "count": 1}]}).options["nodes"] == [
        {"node_type": "nginx", "node_group": "cp", "count": 3}
    ]
    conversion = convert({"nodes": [entry, {**entry, "cloudlets": 4}]})
    assert len(conversion.options["nodes"]) == 1
    assert conversion.left_out == ["nodes[1]: the layer cp is described before, in other words"]


def test_placeholders_are_filled_in_or_named_never_evaluated() -> None:
    manifest = {
        "nodes": [
            {"nodeType": "nginx", "cloudlets": "${settings.size}", "env": {"D": "a-${env.domain}", "E": "{{ x }}"}}
        ]
    }
    filled = convert(manifest, {"settings.size": 8, "env.domain": "x.example.com"})
    assert filled.options["nodes"] == [
        {"node_type": "nginx", "flexible_cloudlets": 8, "env": {"D": "a-x.example.com", "E": "{{ x }}"}}
    ]
    assert filled.left_out == []
    left = convert(manifest)
    assert left.options["nodes"] == [{"node_type": "nginx", "env": {"D": "a-${env.domain}", "E": "{{ x }}"}}]
    assert left.left_out == [
        "nodes[0].cloudlets: holds a placeholder; give its value by replace",
        "nodes[0].env.D: holds a placeholder, which stays as it is; give its value by replace",
    ]


@pytest.mark.parametrize(
    ("entry", "places"),
    [
        ({"volumes": ["/a", "${s.v}"]}, ["volumes[1]"]),
        ({"cmd": ["run", "${s.v}"]}, ["cmd[1]"]),
        ({"registry": {"url": "a", "password": "${s.v}"}}, ["registry.password"]),
        ({"cluster": {"scheme": "${s.v}"}}, ["cluster.scheme"]),
        ({"nodeGroupData": {"a": [{"${s.v}": "x"}]}}, ["nodeGroupData.a[0].${s.v}"]),
        (
            {"volumeMounts": {"/${s.v}": {"sourcePath": "${s.v}"}}},
            ["volumeMounts[/${s.v}]", "volumeMounts[/${s.v}].sourcePath"],
        ),
        ({"image": "app:${s.v}"}, ["image"]),
        ({"env": {"A": "$HOME ${ s.v }"}}, ["env.A"]),
        ({"volumeMounts": {"/a": "${s.v}:/data"}}, ["volumeMounts[/a]"]),
    ],
)
def test_placeholders_anywhere(entry: dict[str, Any], places: list[str]) -> None:
    """Named at their place; filled in by their name there too."""
    manifest = {"nodes": [{"nodeType": "nginx", **entry}]}
    stays = "holds a placeholder, which stays as it is; give its value by replace"
    assert convert(manifest).left_out == [f"nodes[0].{place}: {stays}" for place in places]
    filled = convert(manifest, {"s.v": True})
    assert filled.left_out == []
    assert "${" not in str(filled.options)
    assert "rue" in str(filled.options)


def test_values_of_placeholders() -> None:
    """Inside a text they are text, as YAML writes it; alone they keep their kind. What they hold is not looked at."""
    assert node_with("${a}${b}", {"a": True, "b": None}) == {"display_name": "true"}
    assert node_with("${a}", {"a": None}) == {}
    assert node_with("a ${a}", {"a": "${b}", "b": "x"}) == {"display_name": "a ${b}"}
    with pytest.raises(ManifestError, match="replace: the value of a is a structure, which cannot stand inside a text"):
        node_with("a ${a}", {"a": {"x": SECRET}})


def node_with(display_name: str, replace: dict[str, Any]) -> dict[str, Any]:
    """The other options of an entry of this name."""
    (found,) = convert({"nodes": [{"nodeType": "nginx", "displayName": display_name}]}, replace).options["nodes"]
    return {name: value for name, value in found.items() if name != "node_type"}


def test_a_manifest_that_contains_itself() -> None:
    """YAML can write that."""
    manifest = yaml.safe_load("&m {nodes: [{nodeType: nginx}], more: *m}")
    with pytest.raises(AnsibleFilterError, match="from_manifest: the manifest contains itself, or is nested"):
        from_manifest(manifest)


def test_leftovers(monkeypatch: pytest.MonkeyPatch) -> None:
    """One warning, a failure, or silence; and never a value."""
    shown: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda self, message, *more, **rest: shown.append(message))
    manifest = {"nodes": [{"nodeType": "nginx", "password": SECRET, "x": SECRET}], "onInstall": SECRET}
    options = {"nodes": [{"node_type": "nginx"}]}
    assert from_manifest(manifest) == options
    (warning,) = shown
    assert [part.partition(": ")[0] for part in warning.partition("over: ")[2].split("; ")][:2] == [
        "nodes[0].password",
        "nodes[0].x",
    ]
    assert "onInstall: what a manifest does is not carried over" in warning
    with pytest.raises(AnsibleFilterError) as caught:
        from_manifest(manifest, leftovers="fail")
    assert SECRET not in warning + str(caught.value)
    assert from_manifest(manifest, leftovers="ignore") == options
    assert len(shown) == 1
    with pytest.raises(AnsibleFilterError, match="leftovers must be one of warn, fail, ignore"):
        from_manifest(manifest, leftovers="show")
    with pytest.raises(AnsibleFilterError, match="replace must be a mapping"):
        from_manifest(manifest, replace="x")  # type: ignore[arg-type]  # what a playbook may give


def test_documentation_agrees() -> None:
    """The file beside the filter names its parameters, and what leftovers may be."""
    documented = yaml.safe_load((FILTERS / "from_manifest.yml").read_text(encoding="utf-8"))["DOCUMENTATION"]
    assert set(documented["options"]) == {"_input", "replace", "leftovers"}
    assert list(documented["options"]["leftovers"]["choices"]) == list(LEFTOVERS)
    assert FilterModule().filters() == {"from_manifest": from_manifest}


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
plain = st.recursive(
    scalars | st.sampled_from(["${settings.x}", "a ${settings.y}", "8", "true", "a:b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
spelled = st.sampled_from([*words.NODE_WORDS, *words.NODE_LEFT_OUT, *words.ENVIRONMENT_WORDS, "docker", "onInstall"])
members = st.dictionaries(spelled | st.text(max_size=5), plain, max_size=6)
# Entries that say what they are, so that most of them get as far as their values.
entries = st.builds(lambda entry, docker: {"image": "app", **entry, "docker": docker}, members, members | plain)
wrapped = st.recursive(
    st.builds(lambda given, nodes: {**given, "nodes": nodes}, members, st.lists(entries, max_size=3) | entries | plain),
    lambda inner: st.builds(
        lambda given, name, item: {**given, name: item},
        members,
        st.sampled_from(["env", "application", "topology", "onInstall", "install", "actions", "createEnvironment"]),
        inner | st.lists(inner | plain, max_size=2),
    ),
    max_leaves=3,
)


@given(wrapped | members | plain, st.none() | st.dictionaries(st.sampled_from(["settings.x", "settings.y"]), plain))
def test_any_input(manifest: Any, replace: dict[str, Any] | None) -> None:
    """Options of the module, or one line; the same each time."""
    try:
        first = from_manifest(manifest, replace, leftovers="ignore")
    except AnsibleFilterError as error:
        assert str(error).startswith("from_manifest: ")
        assert "\n" not in str(error)
        return
    conversion = convert(manifest, replace)
    assert repr(conversion.options) == repr(first)
    assert all(line.isprintable() for line in conversion.left_out)
    assert set(first) <= set(ENVIRONMENT_OPTIONS)
    for entry in first["nodes"]:
        assert set(entry) <= set(NODE_OPTIONS)
        assert {"node_type", "image"} & set(entry)
