# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the tasks and playbooks of documents: what the documents presuppose is in ``documented_runs.yml``.

Every example becomes a file of its own whose lines have the numbers that they have in the document. A playbook imports
many of them, and runs in one process. If an example fails, the ones after it run in another process.
"""

from __future__ import annotations

import functools
import getpass
import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
import yaml

from tests.certificates import make
from tests.integration.support import PROJECT, Emulator, Player
from tests.unit.documented_blocks import DOCUMENTS, YAML, blocks_of
from tests.unit.documented_tasks import CORE, SECTIONS, kind, load

TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
RUN = ("tasks", "plays")
# Sections whose tasks a run without failures may leave out.
UNREACHED = ("rescue", "handlers")
# Commands that only read count as writes, because the platform cannot tell them from others.
LOOKS = ("environment.control.ExecCmdById",)
# Files that are playbooks, beside documents.
PLAYBOOKS = ("playbooks/*.yml", "docs/**/*.yml", "extensions/patterns/*/playbooks/*.yml")
PYTHON_EXAMPLES = re.compile(r'^EXAMPLES = r"""\n(.*?)^"""$', re.MULTILINE | re.DOTALL)
YAML_EXAMPLES = re.compile(r"^EXAMPLES: \|\n(.*?)^(?=\S)", re.MULTILINE | re.DOTALL)


PLUGINS = {"modules/*.py": PYTHON_EXAMPLES, "lookup/*.py": PYTHON_EXAMPLES, "filter/*.yml": YAML_EXAMPLES}
# What Ansible says after the failure of an item.
LOOP_FAILED = "One or more items failed"


@dataclass(frozen=True)
class Example:
    """Tasks or plays of a document.

    Attributes:
        path: of the document, relative to the project.
        line: its first line there.
        whole: whether it is a file of its own, which is run where it is.
    """

    path: Path
    line: int
    text: str = field(repr=False)
    whole: bool = False

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.path}:{self.line}"

    @property
    def file(self) -> str:
        """Name of the file that is run."""
        return str(PROJECT / self.path) if self.whole else f"{str(self.path).replace('/', '-')}-{self.line}.yml"

    @property
    def host(self) -> str:
        """Name of the host that plays run on: one for each document, which sees no variables of the others."""
        return "localhost" if self.whole else re.sub(r"\W+", "-", str(self.path))

    def meets(self, patterns: Iterable[str]) -> bool:
        """Return whether one of the patterns is in the name of the document or in the text."""
        return any(re.search(pattern, f"{self.path}\n{self.text}") for pattern in patterns)

    @property
    def group(self) -> str:
        """Name of the group that the example runs in; empty if it cannot be run."""
        if any(self.meets(entry["examples"]) for entry in TABLE["not_run"]):
            return ""
        return next(str(name) for name, group in TABLE["groups"].items() if self.meets(group.get("examples", [""])))

    def tasks(self) -> set[int]:
        """Return the lines of the tasks that a run without failures has to reach."""
        return {line + self.line for line in _task_lines(yaml.compose(self.text))}


def _task_lines(node: yaml.Node | None) -> Iterator[int]:
    """Yield the lines of tasks, from 0, at any depth; tasks of ``rescue`` are for failures."""
    if not isinstance(node, yaml.SequenceNode):
        return
    for item in node.value:
        members = {key.value: value for key, value in item.value} if isinstance(item, yaml.MappingNode) else {}
        inner = [members[section] for section in SECTIONS if section in members and section not in UNREACHED]
        if not inner and "hosts" not in members and f"{CORE}import_playbook" not in members:
            yield item.start_mark.line
        for section in inner:
            yield from _task_lines(section)


@functools.cache
def examples() -> list[Example]:
    """Return all examples of all documents that are tasks or plays."""
    found = [Example(block.path, block.line, block.text) for path in DOCUMENTS for block in _yaml_blocks(path)]
    for folder, pattern in PLUGINS.items():
        found += [_plugin_examples(path, pattern) for path in sorted((PROJECT / "plugins").glob(folder))]
    paths = sorted({path for pattern in PLAYBOOKS for path in PROJECT.glob(pattern)})
    found += [Example(path.relative_to(PROJECT), 1, path.read_text(encoding="utf-8"), whole=True) for path in paths]
    return [example for example in found if kind(load(example.text)) in RUN]


def _yaml_blocks(path: Path) -> Iterator[Any]:
    return (block for block in blocks_of(path) if block.language in YAML)


def _plugin_examples(path: Path, pattern: re.Pattern[str]) -> Example:
    text = path.read_text(encoding="utf-8")
    match = pattern.search(text)
    assert match, f"{path} has no EXAMPLES"
    line = text.count("\n", 0, match.start(1)) + 1
    return Example(path.relative_to(PROJECT), line, textwrap.dedent(match[1]))


@dataclass(frozen=True)
class Event:
    """What a run told by the callback ``places`` while an example ran.

    Attributes:
        line: of the last task of the document that has started; 0 before the first.
        kind: ``play``, ``task``, ``warning`` or ``failure``.
    """

    example: Example
    line: int
    kind: str
    text: str

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.example.path}:{self.line or self.example.line}"


@dataclass
class ExampleRunner:
    """A folder with everything that examples of a group presuppose, and the player that runs them.

    Attributes:
        more: what stands in the table in braces, beside ``names``.
        connection: of the hosts that examples run on.
    """

    player: Player
    emulator: Emulator
    group: str
    more: Mapping[str, str] = field(repr=False, default_factory=dict)
    connection: str = "local"

    def __post_init__(self) -> None:
        folder = self.player.folder
        made = make(folder, "made-up", host="shop.example.com", days=(-1, 30))
        self._otp_secret = pyotp.random_base32()
        self.names = {
            "url": self.emulator.url,
            "folder": str(folder),
            "login": self.emulator.account.login,
            "password": self.emulator.account.password,
            "owner": getpass.getuser(),
            "certificate": made.path.read_text(encoding="utf-8"),
            "key": made.path.with_suffix(".key").read_text(encoding="utf-8"),
            **self.more,
        }
        for name, text in TABLE["files"].items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(self._filled(text), encoding="utf-8")
        self.player.verbosity = 0
        self.player.environment |= {
            "ANSIBLE_CALLBACKS_ENABLED": "places",
            "PLACES_FILE": str(folder / "places"),
            **{name: self._filled(text) for name, text in TABLE["environment"].items()},
        }

    def _write_variables(self) -> None:
        """Write the variables of a run; a one-time code does not serve for long."""
        self.names["code"] = pyotp.TOTP(self._otp_secret).now()
        (self.player.folder / "group_vars").mkdir(exist_ok=True)
        for name, member in (("group_vars/all.yml", "variables"), ("extra_variables.yml", "extra_variables")):
            variables = {key: self._filled(value) for key, value in TABLE[member].items()}
            (self.player.folder / name).write_text(yaml.safe_dump(variables), encoding="utf-8")

    def _filled(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = value
        for name, meant in self.names.items():
            text = text.replace(f"{{{name}}}", meant)
        return text

    def set_up(self) -> None:
        """Make what the account has to have, for real."""
        options = TABLE["groups"][self.group]
        kinds = options.get("account", TABLE["account"])
        tasks = [task for kind_ in kinds for task in TABLE["account"][kind_]]
        ended = self.player.play(tasks)
        assert ended.code == 0, ended.output
        if options.get("second_factor"):
            account = {"login": self.names["login"], "password": self.names["password"]}
            self.emulator.control("PUT", "accounts", [{**account, "otp_secret": self._otp_secret}])
        self.emulator.forget()

    def run(self) -> list[str]:
        """Run the examples of the group: a line for each one that fails, and for each write of check mode."""
        self.set_up()
        found = self.complaints([example for example in examples() if example.group == self.group])
        real = TABLE["groups"][self.group].get("real", False)
        writes = [] if real else [method for method in self.emulator.writes if method not in LOOKS]
        return found + [f"check mode calls {method}" for method in writes]

    def write(self, example: Example) -> None:
        """Write the file of an example, with addresses and paths that exist here."""
        if example.whole:
            return
        text = example.text
        for written, meant in TABLE["replaced"].items():
            text = text.replace(written, self._filled(meant))
        text = re.sub(r"^(- |  )hosts: localhost$", rf"\1hosts: {example.host}", text, flags=re.MULTILINE)
        (self.player.folder / example.file).write_text("\n" * (example.line - 1) + text, encoding="utf-8")

    def complaints(self, chosen: list[Example]) -> list[str]:
        """Run examples in order; return a line for each one that fails or that a run does not reach in whole."""
        for example in chosen:
            self.write(example)
        found: list[str] = []
        rest = list(chosen)
        while rest:
            done, said = self._run(rest)
            found += said
            rest = rest[done:]
        return found

    def _run(self, chosen: list[Example]) -> tuple[int, list[str]]:
        """Run examples in one process: how many are done with, and what is wrong with them."""
        failed = self._played(chosen)
        events = list(self._events(chosen))
        if failed and not events and len(chosen) > 1:  # one of them cannot be loaded, so each is loaded by itself
            return len(chosen), [line for example in chosen for line in self._run([example])[1]]
        last = events[-1] if events else Event(chosen[0], 0, "failure", "")
        done = chosen.index(last.example) if failed else len(chosen)
        found = [f"{event.place}: {event.text}" for event in events if event.kind == "warning"]
        for example in chosen[:done]:
            reached = {event.line for event in events if event.example == example}
            found += [f"{example.path}:{line}: the task does not run" for line in sorted(example.tasks() - reached)]
        if not failed:
            return done, found
        return done + 1, [*found, f"{last.place}: {_failure(events) or failed}"]

    def _played(self, chosen: list[Example]) -> str:
        """Run examples in one process; return the output if it fails."""
        folder = self.player.folder
        (folder / "places").unlink(missing_ok=True)
        self._write_variables()
        plays = [play for example in chosen for play in _plays(example)]
        hosts = {example.host: {"ansible_connection": self.connection} for example in chosen}
        (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
        (folder / "examples.yml").write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")
        arguments = ["--inventory", str(folder / "hosts.yml"), "--extra-vars", f"@{folder / 'extra_variables.yml'}"]
        arguments += [] if TABLE["groups"][self.group].get("real") else ["--check"]
        ended = self.player.run(folder / "examples.yml", *arguments)
        return ended.output if ended.code else ""

    def _events(self, chosen: list[Example]) -> Iterator[Event]:
        """Yield what the callback has written, for the example and the line of it that was run then."""
        places = self.player.folder / "places"
        examples_by_name = {example.place: example for example in chosen}
        files = {str(self.player.folder / example.file) for example in chosen}
        example, line_number = None, 0
        for text in places.read_text(encoding="utf-8").splitlines() if places.exists() else ():
            ((kind_, value),) = json.loads(text).items()
            file, _, line = value.rpartition(":")
            if kind_ == "play" and value in examples_by_name:
                example, line_number = examples_by_name[value], 0
            elif kind_ == "task" and file in files:
                line_number = int(line)
            if example:
                yield Event(example, line_number, kind_, value)


def _failure(events: Iterable[Event]) -> str:
    """Return the place of the last task, which may be one of a role, and the message of the last failure."""
    failures = [event.text for event in events if event.kind == "failure" and event.text != LOOP_FAILED]
    tasks = [event.text.rpartition("/")[2] for event in events if event.kind == "task"]
    return f"{tasks[-1]}: {failures[-1]}" if tasks and failures else ""


def _plays(example: Example) -> list[dict[str, Any]]:
    """Return the plays that run an example; the first one has its place as name."""
    play = {"name": example.place, "hosts": example.host, "gather_facts": False}
    if kind(load(example.text)) == "plays":
        return [play, {f"{CORE}import_playbook": example.file}]
    return [{**play, "tasks": [{"name": example.place, f"{CORE}import_tasks": example.file}]}]
