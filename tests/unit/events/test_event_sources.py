# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files in extensions/eda: sources as ansible-rulebook loads them, their documentation, and rulebooks."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION
from ansible_collections.inet.elastic.plugins.plugin_utils._events import polling
from ansible_collections.inet.elastic.plugins.plugin_utils._events.environments import Environments
from ansible_collections.inet.elastic.plugins.plugin_utils._events.polling import COMMON, SourceError
from ansible_collections.inet.elastic.plugins.plugin_utils._events.tokens import Tokens
from tests.unit.client.fakes import URL, FakeTransport, fake_client
from tests.unit.documented_blocks import PROJECT, blocks_of

EDA = PROJECT / ".build" / "ws" / "ansible_collections" / "inet" / "elastic" / "extensions" / "eda"
WATCHED: dict[str, type[Tokens | Environments]] = {"paas_tokens": Tokens, "paas_environments": Environments}
RULEBOOKS = sorted((PROJECT / "extensions" / "eda" / "rulebooks").glob("*.yml"))
GUIDE = Path("docs/docsite/rst/guide_events.rst")
CHANGES = ("new", "removed", "expiring", "expired", "created", "status", "topology", "failed", "recovered")
JSON_TYPES = {"str": "string", "path": "string", "bool": "boolean", "float": "number", "list": "array"}


def loaded(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of a source, run by its path, as runpy does where Ansible's importer is not."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    path = EDA / "plugins" / "event_source" / f"{name}.py"
    found: dict[str, Any] = {"__file__": str(path), "__name__": "<run_path>"}
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), found)
    assert sys.path[-1] == str(PROJECT / ".build" / "ws")
    return found


@pytest.mark.parametrize("name", WATCHED)
def test_options_are_documented_and_in_the_schema(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = loaded(name, monkeypatch)
    documented = yaml.safe_load(found["DOCUMENTATION"])["options"]
    options = {**WATCHED[name].options, **COMMON, **CONNECTION}
    facts = ("type", "elements", "required", "aliases")
    assert {key: {fact: item.get(fact) for fact in facts} for key, item in documented.items()} == {
        key: {fact: item.get(fact) for fact in facts} for key, item in options.items()
    }
    assert {key: item.get("default") for key, item in documented.items()} == {
        key: item.get("default") for key, item in options.items()
    }
    schema = json.loads((EDA / "plugins" / "event_source" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    spellings = {alias: key for key, item in options.items() for alias in (key, *item.get("aliases", ()))}
    assert {key: item["type"] for key, item in schema["properties"].items()} == {
        alias: JSON_TYPES[options[key]["type"]] for alias, key in spellings.items()
    }
    (example,) = yaml.safe_load(found["EXAMPLES"])
    assert set(example[f"inet.elastic.{name}"]) <= options.keys()


def test_a_source_puts_its_events_and_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """As ansible-rulebook calls it, until the task is cancelled; wrong credentials end it."""
    infos: list[Any] = [{"env": {"envName": "shop", "status": 1}}]
    transport = FakeTransport({"result": 0, "infos": infos}, {"result": 0, "infos": []}, {"result": 702})
    monkeypatch.setattr(polling, "make_client", lambda options: fake_client(transport))
    main = loaded("paas_environments", monkeypatch)["main"]
    queue: asyncio.Queue[Any] = asyncio.Queue()
    arguments = {"api_url": URL, "session": "t0ken", "interval": 0.01, "eda_feedback_queue": queue}
    with pytest.raises(SourceError, match="702"):
        asyncio.run(asyncio.wait_for(main(queue, arguments), 10))
    assert [queue.get_nowait()["paas"]["change"] for _ in range(queue.qsize())] == ["removed"]


def check_sources(sources: list[dict[str, Any]]) -> None:
    """Each is a source of the collection, with options that it takes."""
    for entry in sources:
        ((name, options),) = ((key, value) for key, value in entry.items() if key != "name")
        assert set(options) <= {**WATCHED[name.removeprefix("inet.elastic.")].options, **COMMON, **CONNECTION}.keys()


def test_the_guide_names_options_and_changes_that_there_are() -> None:
    """Its example of a source, and the changes of its table."""
    blocks = [block.text for block in blocks_of(GUIDE) if block.language == "yaml"]
    (sources,) = [yaml.safe_load(text)["sources"] for text in blocks]
    check_sources(sources)
    table = (PROJECT / GUIDE).read_text(encoding="utf-8").partition("Events\n------")[2].partition("Options\n---")[0]
    listed = {
        word
        for row in re.findall(r"^     - (``\w+``.*)$", table, re.MULTILINE)
        for word in CHANGES
        if f"``{word}``" in row
    }
    assert listed == set(CHANGES)


@pytest.mark.parametrize("path", RULEBOOKS, ids=lambda path: str(path.stem))
def test_rulebooks_name_what_there_is(path: Path) -> None:
    """Sources with their options, playbooks with their variables; the command in the head names the file."""
    text = path.read_text(encoding="utf-8")
    assert f"--rulebook inet.elastic.{path.stem} " in text
    for ruleset in yaml.safe_load(text):
        check_sources(ruleset["sources"])
        for rule in ruleset["rules"]:
            action = rule["action"].get("run_playbook")
            if action:
                playbook = PROJECT / "playbooks" / f"{action['name'].removeprefix('inet.elastic.')}.yml"
                (play,) = yaml.safe_load(playbook.read_text(encoding="utf-8"))
                assert set(action["extra_vars"]) <= play["vars"].keys()
