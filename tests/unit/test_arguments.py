# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of the wrong kind are refused with the path of the option, over every specification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._engine.arguments import checked
from tests.unit.documented_tasks import MODULES, resource

OPTIONS: dict[str, dict[str, Any]] = {
    "description": {"type": "str", "aliases": ["name"]},
    "tag": {"type": "str", "exact": True},
    "size": {"type": "str", "fraction": True},
    "state": {"type": "str", "choices": ["started", "stopped", "absent"]},
    "protocol": {"type": "str", "choices": ["tcp", "udp"], "any_case": True},
    "content": {"type": "str", "structure": "json"},
    "command": {"type": "str", "structure": "argv"},
    "source": {"type": "str", "structure": "commas"},
    "groups": {"type": "list", "elements": "str"},
    "ids": {"type": "list", "elements": "int"},
    "anything": {"type": "list", "elements": "raw"},
    "count": {"type": "int"},
    "seconds": {"type": "float"},
    "wait": {"type": "bool"},
    "env": {"type": "dict", "hidden": True, "values": {"type": "str"}, "example": "{A: b}"},
    "free": {"type": "dict"},
    "rules": {
        "type": "list",
        "elements": "dict",
        "example": "[{name: web}]",
        "options": {"name": {"type": "str", "required": True}, "ports": {"type": "str"}},
    },
    "purge": {"type": "dict", "options": {"domains": {"type": "bool"}}, "example": "{domains: true}"},
}
QUOTES = "and YAML may have changed what was written: put the value in quotes"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"description": {"en": "a"}}, "description must be text, not a mapping"),
        ({"name": ["a"]}, "name must be text, not a list"),
        ({"description": True}, f"description is a boolean, {QUOTES}"),
        ({"description": 1.5}, f"description is a number with a fraction, {QUOTES}"),
        ({"tag": 16.10}, f"tag is a number with a fraction, {QUOTES}"),
        (
            {"env": {"A": 1.10, "B": True}},
            f"env[A] is a number with a fraction, {QUOTES}; env[B] is a boolean, {QUOTES}",
        ),
        ({"env": {"A": [1]}}, "env[A] must be text, not a list"),
        ({"env": ["A=1"]}, "env must be a mapping, not a list, such as env: {A: b}"),
        ({"env": 5}, "env must be a mapping, not a number, such as env: {A: b}"),
        ({"command": [["a"]]}, "command must be text, not a list"),
        ({"command": []}, "command must be text, not a list"),
        ({"command": {"a": 1}}, "command must be text, not a mapping"),
        ({"source": [{"a": 1}]}, "source must be text, not a list"),
        ({"groups": {"a": 1}}, "groups must be a list, not a mapping"),
        ({"groups": True}, "groups must be a list, not a boolean"),
        ({"groups": ["a", None]}, "groups[1] is empty (null): leave the entry out, or give a value"),
        ({"groups": ["a", ["b"]]}, "groups[1] must be text, not a list"),
        ({"ids": [True]}, "ids[0] must be a whole number, not a boolean"),
        ({"count": True}, "count must be a whole number, not a boolean"),
        ({"count": [1]}, "count must be a whole number, not a list"),
        *(
            (value, f"{path} holds characters that are not valid Unicode; correct it")
            for path, value in (
                ("description", {"description": "a\ud800"}),
                ("env[A]", {"env": {"A": "\udcff"}}),
                ("a name in free", {"free": {"\ud800": 1}}),
                ("free[a][0]", {"free": {"a": ["\ud800"]}}),
                ("anything[0]", {"anything": ["\ud800"]}),
                ("groups[0]", {"groups": ["\ud800"]}),
                ("count", {"count": "\ud800"}),
            )
        ),
        ({"a\nb": 1}, "a b is not an option; available: " + ", ".join(sorted(OPTIONS))),
        ({"state": "x" * 9999}, ("state must be one of started, stopped, absent, not '" + "x" * 9999)[:3997] + "..."),
        ({"ids": float("inf")}, "ids is out of range; give a finite number below 2^63"),
        ({"ids": "1,inf"}, "ids is out of range; give a finite number below 2^63"),
        *(
            ({name: value}, f"{name} is out of range; give a finite number below 2^63")
            for name in ("count", "seconds")
            for value in (10**400, -(10**20), float("nan"), "nan", "-inf", "1e400")
        ),
        ({"ids": [1, 10**20]}, "ids[1] is out of range; give a finite number below 2^63"),
        ({"wait": {}}, "wait must be true or false, not a mapping"),
        ({"wait": "maybe"}, "wait must be true or false, not text"),
        ({"count": "five"}, "count must be a whole number, not text"),
        ({"ids": ["-0.0", "2.5"]}, "ids[1] must be a whole number, not text"),
        ({"ids": [1.5]}, "ids[0] must be a whole number, not a number with a fraction"),
        ({"wait": 0.5}, "wait must be true or false, not a number with a fraction"),
        ({"seconds": ""}, "seconds must be a number, not text"),
        ({"ids": ["1", "two"]}, "ids[1] must be a whole number, not text"),
        ({"ids": "1,two"}, "ids must be a whole number, not text"),
        ({"free": "text"}, "free must be a mapping, not text"),
        ({"free": {"a": [{True: 1}]}}, f"the name True in free[a][0] is a boolean, {QUOTES}"),
        ({"free": {None: 1}}, "the name None in free is empty, but must be a text"),
        ({"env": {1.5: "a", "B": "b"}}, f"the name 1.5 in env is a number with a fraction, {QUOTES}"),
        ({"rules": [443]}, "rules[0] must be a mapping, not a number, such as {name: web}"),
        ({"rules": ["web"]}, "rules[0] must be a mapping, not text, such as {name: web}"),
        ({"rules": [None]}, "rules[0] is empty (null): leave the entry out, or give a value"),
        ({"rules": [[1]]}, "rules[0] must be a mapping, not a list, such as {name: web}"),
        ({"rules": "web"}, "rules must be a list, not text, such as rules: [{name: web}]"),
        ({"rules": {"name": "web"}}, "rules must be a list, not a mapping, such as rules: [{name: web}]"),
        ({"rules": 443}, "rules must be a list, not a number, such as rules: [{name: web}]"),
        ({"rules": [{"ports": "1"}]}, "rules[0].name is missing"),
        ({"rules": [{"name": None}]}, "rules[0].name is missing"),
        ({"rules": [{"name": "a", "ports": [1.5]}]}, "rules[0].ports must be text, not a list"),
        ({"purge": True}, "purge must be a mapping, not a boolean, such as purge: {domains: true}"),
        ({"purge": "domains"}, "purge must be a mapping, not text, such as purge: {domains: true}"),
        ({"purge": ["domains"]}, "purge must be a mapping, not a list, such as purge: {domains: true}"),
        ({"purge": {"domans": True}}, "purge.domans is not an option; did you mean domains?"),
        ({"purge": {"url": True}}, "purge.url is not an option; available: domains"),
        ({"rules": [{"name": "a", "prots": "1"}]}, "rules[0].prots is not an option; did you mean ports?"),
        ({"nmae": "a"}, "nmae is not an option; did you mean name?"),
        (
            {"stateX": "a", "cont": 1},
            "stateX is not an option; did you mean state?; cont is not an option; did you mean count?",
        ),
        ({"state": "running"}, "state must be one of started, stopped, absent, not 'running'; did you mean started?"),
        ({"state": "stoped"}, "state must be one of started, stopped, absent, not 'stoped'; did you mean stopped?"),
        ({"state": "zzz"}, "state must be one of started, stopped, absent, not 'zzz'"),
        ({"protocol": "sctp"}, "protocol must be one of tcp, udp, not 'sctp'"),
    ],
)
def test_refused(given: dict[str, Any], says: str) -> None:
    """One line that says where, and what is right."""
    with pytest.raises(InputError) as caught:
        checked(given, OPTIONS)
    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"description": 2026}, {"description": 2026}),
        ({"tag": 16}, {"tag": 16}),
        ({"size": 1.5}, {"size": 1.5}),
        ({"content": {"debug": True, "list": [None]}}, {"content": '{"debug": true, "list": [null]}'}),
        ({"content": []}, {"content": "[]"}),
        ({"command": ["ls", "-l", "a b", 5]}, {"command": "ls -l 'a b' 5"}),
        ({"source": ["192.0.2.0/24", "198.51.100.0/24"]}, {"source": "192.0.2.0/24,198.51.100.0/24"}),
        ({"protocol": "TCP"}, {"protocol": "tcp"}),
        ({"groups": "a,b"}, {"groups": "a,b"}),
        ({"groups": 2026}, {"groups": 2026}),
        ({"rules": "name=web"}, {"rules": "name=web"}),
        ({"purge": '{"domains": true}'}, {"purge": '{"domains": true}'}),
        ({"free": {"a": [1.5, {}]}, "anything": [None, 1.5, {"a": []}]},) * 2,
        ({"description": None, "rules": None, "purge": None, "name": "a"}, {"name": "a"}),
        ({"rules": [{"name": "a", "ports": None}]}, {"rules": [{"name": "a"}]}),
        ({"env": {"A": None, "B": 8080}},) * 2,
        ({"env": {8080: "a"}, "free": {"a": {5: [{6: 7}]}}}, {"env": {"8080": "a"}, "free": {"a": {"5": [{"6": 7}]}}}),
        ({"wait": "yes", "count": "5", "ids": "1,2"},) * 2,
        ({"wait": 1.0, "count": "1_000.0", "seconds": 0.5, "ids": [2.0]},) * 2,
        ({"count": 2**63 - 1, "seconds": "-0.5", "ids": [-(2**63 - 1)]},) * 2,
        *(({"wait": word, "count": " 5 ", "seconds": "1e3"},) * 2 for word in ("Yes", " off ", "1", "F")),
    ],
)
def test_taken(given: dict[str, Any], taken: dict[str, Any]) -> None:
    """What has one clear meaning, and what Ansible converts by itself."""
    assert checked(given, OPTIONS) == (taken, [])


def test_a_long_number_for_a_name_is_told_of() -> None:
    """What was written is lost, so it is only a warning."""
    given, warnings = checked(yaml.safe_load("{tag: 0123456, description: 0123456}"), OPTIONS)
    assert given == {"tag": 42798, "description": 42798}
    assert warnings == [
        "tag is the number 42798; if something else was written, such as 0123456, YAML has changed it: put the value "
        "in quotes"
    ]


WRONG: dict[str, list[Any]] = {
    "str": [{"a": 1}, [[1]], True, 1.5],
    "path": [{"a": 1}, ["a"], True, 1.5],
    "int": [{"a": 1}, [1], True],
    "float": [{"a": 1}, [1.5], True],
    "bool": [{"a": 1}, [True]],
    "dict": [[1], "text", 5, True],
    "list": [{"a": 1}, True],
}


def places(options: dict[str, Any], path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Every option of a specification at any depth, with the way to it."""
    for name, option in options.items():
        here = (*path, name)
        yield here, option
        if "options" in option:
            yield from places(option["options"], (*here, 0) if option["type"] == "list" else here)


def nested(path: tuple[Any, ...], value: Any) -> Any:
    """Arguments in which a value stands at a place."""
    for part in reversed(path):
        value = [value] if part == 0 else {part: value}
    return value


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_option_of_every_module(module: str) -> None:
    """Each wrong kind is refused with its path; structures that are taken are told by the option itself."""
    options = resource(module).spec.options
    tried = 0
    for path, option in places(options):
        written = "".join(f"[{part}]" if part == 0 else f".{part}" for part in path).lstrip(".")
        for value in WRONG.get(option.get("type", "str"), []):
            if (
                option.get("fraction")
                and value == 1.5
                or option.get("structure") == "json"
                and not isinstance(value, (bool, float))
            ):
                continue
            with pytest.raises(InputError) as caught:
                checked(nested(path, value), options)
            assert f"{written} " in str(caught.value), (path, value)
            tried += 1
    assert tried > 30


@pytest.mark.parametrize("module", sorted(MODULES))
def test_structured_options_have_examples_that_are_right(module: str) -> None:
    """A message shows one."""
    for _path, option in places(resource(module).spec.options):
        if "options" not in option and "values" not in option:
            continue
        example = yaml.safe_load(option["example"])
        checked({"x": example}, {"x": option})
        assert option["type"] != "list" or len(example) == 1
