# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in refusals and in large files, end to end: nothing is shown, and the search costs little."""

from __future__ import annotations

import json
import time

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from tests.integration.direct import Failed, perform
from tests.integration.support import Emulator

VALUE = json.dumps({f"name{number}": f"value & {number}" for number in range(11)})
LARGE = "".join(f"{number * 7919 % 10007:05d} = some words of a line\n" for number in range(6700))
NODES = [{"node_group": "cp", "image": "app:1.0"}]


@pytest.mark.parametrize("levels", [1, 2])
def test_a_shortened_repeat_of_a_value_as_json_ends_promptly_and_shows_nothing(emulator: Emulator, levels: int) -> None:
    assert len(VALUE) > 200
    repeated = VALUE
    for _level in range(levels):
        repeated = json.dumps(repeated)
    error = f"wrong value: {repeated[:200]}"
    emulator.control(
        "PUT", "faults", [{"method": "CreateEnvironment", "kind": "inner_error", "error": error, "times": 0}]
    )
    begun = time.process_time()
    with pytest.raises(Failed) as caught:
        perform(OneEnvironment(), emulator, name="my-project", nodes=[{**NODES[0], "env": {"APP_CONFIG": VALUE}}])
    assert time.process_time() - begun < 5
    text = json.dumps(caught.value.result)
    assert "******** (result 99)" in text
    assert "name1" not in text
    assert "value &" not in text


def test_the_first_write_of_a_large_sensitive_file_costs_little_more_than_of_another(emulator: Emulator) -> None:
    perform(OneEnvironment(), emulator, name="my-project", nodes=NODES)

    def seconds(sensitive: bool, number: int) -> float:
        path = f"/tmp/{sensitive}-{number}"
        begun = time.process_time()
        result = perform(
            File(), emulator, environment="my-project", node_group="cp", path=path, content=LARGE, sensitive=sensitive
        )
        assert result["changed"]
        return time.process_time() - begun

    plain, hidden = (min(seconds(sensitive, number) for number in range(3)) for sensitive in (False, True))
    print(f"plain {plain:.3f} s, sensitive {hidden:.3f} s, ratio {hidden / plain:.1f}")
    assert hidden < plain + 0.6  # a tenth of it on a quiet machine; by a regular expression, half a minute
