# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people copy runs: tasks and playbooks of documents, in check mode, against the emulator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.documented_runs import RUN, TABLE, Example, ExampleRunner, examples
from tests.integration.support import Emulator, Player
from tests.unit.documented_blocks import DOCUMENTS, YAML, blocks_of
from tests.unit.documented_tasks import kind, load

# The tests of the runner run the others, as they have a double of AWX.
GROUPS = [name for name, group in TABLE["groups"].items() if not group.get("controller")]


@pytest.mark.parametrize("group", GROUPS)
def test_examples_run(group: str, emulator: Emulator, player: Player) -> None:
    """No task fails, each one is reached, and check mode changes nothing."""
    found = ExampleRunner(player, emulator, group).run()
    assert found == [], "\n".join(found)


def _example(name: str, line: int, *lines: str) -> Example:
    return Example(Path(name), line, "".join(f"{text}\n" for text in lines))


FAILING = _example(
    "failing.md",
    40,
    "- name: Pass",
    "  ansible.builtin.debug: {msg: x}",
    "- name: Fail",
    "  ansible.builtin.fail: {msg: y}",
)
# Check mode takes for granted that an earlier task makes what is missing, and warns.
WARNING = _example("warning.md", 5, "- name: A", "  inet.elastic.paas_environment: {name: nowhere, state: stopped}")
UNREACHED = _example("unreached.md", 7, "- name: A", "  hosts: nobody", "  tasks:", "    - ansible.builtin.meta: noop")
UNLOADABLE = _example("unloadable.md", 3, "- name: No module", "  ansible.builtin.nothing:")


def test_wrong_examples_are_noticed(emulator: Emulator, player: Player) -> None:
    """By document and line of the task; what comes after a failure runs all the same."""
    runner = ExampleRunner(player, emulator, GROUPS[-1])
    warning, failing, unreached = runner.complaints([WARNING, FAILING, UNREACHED])
    assert warning.startswith("warning.md:5: environment 'nowhere' does not exist")
    assert failing == "failing.md:42: failing.md-40.yml:42: y"
    assert unreached == "unreached.md:10: the task does not run"
    unloadable, *others = runner.complaints([UNLOADABLE, FAILING])
    assert unloadable.startswith("unloadable.md:3: ")
    assert "ansible.builtin.nothing" in unloadable
    assert others == [failing]


def test_every_block_is_run_or_has_a_reason() -> None:
    """The reason is by language, or by what the YAML holds."""
    blocks = [block for path in DOCUMENTS for block in blocks_of(path)]
    kinds = {block.place: kind(load(block.text)) if block.language in YAML else block.language for block in blocks}
    assert {place: what for place, what in kinds.items() if what not in (*RUN, *TABLE["validated"])} == {}
    run = {example.place for example in examples()}
    assert {place for place, what in kinds.items() if what in RUN} <= run


@pytest.mark.parametrize("entry", [*TABLE["groups"].values(), *TABLE["not_run"]], ids=str)
def test_every_pattern_finds_an_example(entry: dict[str, list[str]]) -> None:
    """Nothing in the table is about examples that are gone."""
    for pattern in entry.get("examples", ()):
        assert any(example.meets([pattern]) for example in examples()), pattern


def _environments(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the variables of every keyword `environment`, at any depth."""
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _environments(item)
    if isinstance(value, dict) and isinstance(value.get("environment"), dict):
        yield value["environment"]


def test_no_example_gives_credentials_by_the_keyword_environment() -> None:
    """Ansible would write them into command lines."""
    given = {example.place: list(_environments(load(example.text))) for example in examples()}
    assert [place for place, found in given.items() if "PAAS_" in str(found)] == []
    wrong = "- name: x\n  hosts: all\n  tasks:\n    - name: y\n      environment: {PAAS_TOKEN: z}\n"
    assert list(_environments(load(wrong))) == [{"PAAS_TOKEN": "z"}]


@pytest.mark.parametrize("member", ["variables", "files", "replaced"])
def test_the_table_holds_what_examples_need(member: str) -> None:
    """And nothing else."""
    texts = [example.text for example in examples()] + list(TABLE["environment"].values())
    assert [name for name in TABLE[member] if not any(re.search(re.escape(name), text) for text in texts)] == []
