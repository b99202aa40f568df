# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever value an option has, a task ends in a result or in one readable line. The platform answers as it does."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._client.refusals import LONGEST_LINE
from ansible_collections.inet.elastic.plugins.module_utils._engine.arguments import checked
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed, execute
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Task
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec, make_client
from tests.profiles import THOROUGH
from tests.property.emulated import LOGIN, PASSWORD, URL
from tests.property.recorded_answers import NoTime, Recording, Replay, StoreInMemory, record
from tests.property.recorded_tasks import SUBJECTS

BY_NAME = {subject.name: subject for subject in SUBJECTS}
ROUNDS = 5 if THOROUGH else 1
Path = tuple[str | int, ...]
HOSTILE: list[Any] = [
    *(None, True, False, 0, -1, 1, 5, 1.5, 10**30, 10**400, math.nan, math.inf),
    *("", " ", "a\0b", "a\nb", "/a\nb", "/a/../b", "..", "/", "\u202eü", "\ud800", "/\ud800", "x" * 9999, "9" * 5000),
    *(
        "{{ x }}",
        "-1",
        "1-2",
        "nan",
        "1e400",
        "²",
        "٣",
        "{",
        "[]",
        "{}",
        "null",
        "=",
        "a=b",
        "a:b",
        "a,,b",
        ",",
        "*",
        "[",
    ),
    *("http://[x", "http://x:99999/", "ssh://[/", "git@[x", "https://example.com/a\nb"),
    *("0d", "9999999999999999d", "0001-01-01", "9999-12-31T23:59:59-14:00", "31-02-2027", "99 99 99 99 99 ? 1"),
    *([], {}, [[]], [None], [{}], ["a\nb"], ["\ud800"], ["a", "a"], ["x"] * 300),
    *({"a": None}, {"": ""}, {5: "a"}, {None: "a"}, {True: "a", "b": {5: 1, "a": 2}}, {"\ud800": 1}, {"a\nb": "c\nd"}),
]


def paths(options: Mapping[str, Any], start: Path = ()) -> Iterator[Path]:
    """The options of a specification at any depth; of a list, those of the first entry."""
    for name, option in options.items():
        yield (*start, name)
        inner = (*start, name, 0) if option.get("type") == "list" else (*start, name)
        yield from paths(option.get("options", {}), inner)


def with_value(options: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The options with another value at a path."""
    place: Any = {"root": copy.deepcopy(dict(options))}
    root, steps = place, ("root", *path)
    for step, following in zip(steps, steps[1:], strict=False):
        if not isinstance(step, int) and not place.get(step):
            place[step] = [{}] if isinstance(following, int) else {}
        place = place[step]
    place[path[-1]] = value
    changed: dict[str, Any] = root["root"]
    return changed


def result_of(found: Recording, options: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    """The result of the task, or a line of its failure as ``msg``. Any other error ends the test."""
    subject = found.subject
    spec = subject.resource.spec
    try:
        arguments, _warnings = checked({"api_url": URL, "login": LOGIN, "password": PASSWORD, **options}, spec.options)
        validated = ArgumentSpecValidator(argument_spec(spec.options), **spec.rules).validate(arguments)
        if validated.error_messages:
            return {}
        client = make_client(validated.validated_parameters, Replay(found.answers, {}))
        client.clock = NoTime()
        store = None if subject.stored is None else StoreInMemory(subject.stored)
        return execute(subject.resource, Task(validated.validated_parameters, client, check_mode=check, store=store))
    except InputError as error:
        return {"msg": str(error)}
    except Failed as failure:
        return failure.result


@pytest.mark.parametrize("name", BY_NAME)
def test_an_option_of_any_value_ends_in_a_result_or_in_one_line(name: str) -> None:
    found = record(BY_NAME[name])
    places = list(paths(found.subject.resource.spec.options))
    for number in range(ROUNDS * max(len(places), len(HOSTILE))):
        # Each value has its turn, with other options for each task.
        path = places[(number * (1 + list(BY_NAME).index(name))) % len(places)]
        value, check = HOSTILE[(number + number // len(HOSTILE)) % len(HOSTILE)], number % 2 == 0
        result = result_of(found, with_value(found.subject.options, path, value), check=check)
        line = result.get("msg", "fine")
        assert line.isprintable() and 0 < len(line.strip()) <= LONGEST_LINE, (path, value)
        # What ansible-core makes of it: JSON, by the standard and in UTF-8.
        json.dumps(result, allow_nan=False, ensure_ascii=False).encode()
