# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people copy is right: tasks in documents, examples and playbooks are validated as a run would validate them."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.loader import module_loader

from ansible_collections.inet.elastic.plugins.module_utils._flow import Resource
from ansible_collections.inet.elastic.plugins.module_utils._options import CONNECTION
from ansible_collections.inet.elastic.plugins.module_utils._platform.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec

PROJECT = Path(__file__).resolve().parent.parent.parent
PLUGINS = "ansible_collections.inet.elastic.plugins"
PREFIX = "inet.elastic."
MODULES = sorted(path.stem for path in (PROJECT / "plugins" / "modules").glob("*.py"))
FILTERS = sorted(path.stem for path in (PROJECT / "plugins" / "filter").glob("*.py"))
CALLBACKS = sorted(path.stem for path in (PROJECT / "plugins" / "callback").glob("*.py"))
LOOKUPS = sorted(path.stem for path in (PROJECT / "plugins" / "lookup").glob("*.py"))
PLAYBOOKS = sorted((PROJECT / "playbooks").glob("*.yml"))
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "docs").rglob("*.rst")])
# Members of a task or a play that hold tasks.
SECTIONS = ("tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always")
# Options of every lookup, which core takes for itself.
FROM_CORE = {"errors", "wantlist"}
# The environment of a run gives what a task leaves out of these.
FROM_ENVIRONMENT = {"api_url": "https://app.example.com", "login": "text", "password": "text"}
# What a template may stand for, by the type of its option.
PEM = "-----BEGIN {0}-----\nTUlJQ2R6\n-----END {0}-----"
PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
BY_NAME = {
    "public_key": PUBLIC_KEY,
    "manifest": {"name": "text"},
    "certificate": PEM.format("CERTIFICATE"),
    "intermediate": PEM.format("CERTIFICATE"),
    "key": PEM.format("PRIVATE KEY"),
    "private_key": PEM.format("PRIVATE KEY"),
}
STAND_INS: dict[str, Any] = {"str": "text", "path": "text", "int": 1, "float": 1.0, "bool": True}


def blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of a Markdown file in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def examples(kind: str, name: str) -> str:
    """EXAMPLES of a plugin."""
    return str(importlib.import_module(f"{PLUGINS}.{kind}.{name}").EXAMPLES)


def filter_examples(name: str) -> str:
    """EXAMPLES of a filter, which are in the file beside it."""
    text = (PROJECT / "plugins" / "filter" / f"{name}.yml").read_text(encoding="utf-8")
    return str(yaml.safe_load(text)["EXAMPLES"])


SOURCES = [
    *(pytest.param(examples("modules", name), id=f"examples of {name}") for name in MODULES),
    *(pytest.param(examples("lookup", name), id=f"examples of lookup {name}") for name in LOOKUPS),
    *(pytest.param(filter_examples(name), id=f"examples of filter {name}") for name in FILTERS),
    *(pytest.param(path.read_text(encoding="utf-8"), id=f"playbook {path.stem}") for path in PLAYBOOKS),
    *(
        pytest.param(block, id=f"{path.relative_to(PROJECT)} block {number}")
        for path in DOCUMENTS
        for number, block in enumerate(blocks(path, "yaml"), 1)
    ),
]


def tasks_in(value: Any) -> Iterator[dict[str, Any]]:
    """The tasks of a list of tasks or plays, at any depth; none where the text is something else."""
    if not isinstance(value, list):
        return
    for item in value:
        nested = [item[section] for section in SECTIONS if section in item]
        if not nested and "hosts" not in item:
            yield item
        for section in nested:
            yield from tasks_in(section)


def calls_in(task: dict[str, Any]) -> list[str]:
    """The modules that a task names; it must be exactly one, by its full name."""
    return [name for name in task if name.count(".") >= 2]


def stand_in(value: Any, option: dict[str, Any], name: str = "") -> Any:
    """An option's value with something of its type in place of a template."""
    if isinstance(value, str) and "{{" in value:
        if name in BY_NAME:
            return BY_NAME[name]
        if option.get("choices"):
            return option["choices"][0]
        if option.get("type") == "list":
            return [{"node_type": "text"}] if option.get("elements") == "dict" else ["text"]
        return STAND_INS[option.get("type", "str")]
    if isinstance(value, list):
        return [stand_in(item, {"type": option.get("elements"), **option.get("options", {})}) for item in value]
    if isinstance(value, dict):
        inner = option.get("options", option)
        return {name: stand_in(item, inner.get(name, {}), name) for name, item in value.items()}
    return value


def resource(name: str) -> Resource[Any, Any]:
    """What a module runs."""
    found: Resource[Any, Any] = importlib.import_module(f"{PLUGINS}.action.{name}").ActionModule.resource
    return found


def complaints(name: str, arguments: dict[str, Any]) -> list[str]:
    """What a run would say about the arguments of a module of this collection before its first call."""
    subject = resource(name)
    spec = argument_spec(subject.spec.options)
    named = {alias: option for option in spec.values() for alias in option.get("aliases", [])} | spec
    given = {key: stand_in(value, named.get(key, {}), key) for key, value in arguments.items()}
    checked = ArgumentSpecValidator(spec, **subject.spec.rules).validate({**FROM_ENVIRONMENT, **given})
    if checked.error_messages:
        return list(checked.error_messages)
    try:
        subject.desired(checked.validated_parameters)
    except InputError as error:
        return [str(error)]
    return []


@dataclass(frozen=True)
class Lookup:
    """A use of a lookup in a template."""

    plugin: str
    options: frozenset[str]


def lookups_in(text: str) -> list[Lookup]:
    """Uses of this collection's lookups in a text with templates."""
    found = []
    # Filters and tests of Ansible's own are unknown to plain Jinja, which parses them all the same.
    for node in jinja2.Environment(autoescape=True).parse(text).find_all(jinja2.nodes.Call):
        name = node.node.name if isinstance(node.node, jinja2.nodes.Name) else ""
        first = node.args[0].as_const() if node.args and isinstance(node.args[0], jinja2.nodes.Const) else ""
        if name in ("lookup", "query", "q") and str(first).startswith(PREFIX):
            found.append(Lookup(str(first).removeprefix(PREFIX), frozenset(item.key for item in node.kwargs)))
    return found


def lookup_options(name: str) -> set[str]:
    """The options of a lookup of this collection, by its documentation."""
    module = importlib.import_module(f"{PLUGINS}.lookup.{name}")
    return set(yaml.safe_load(module.DOCUMENTATION)["options"]) - {"_terms"}


@pytest.mark.parametrize("text", SOURCES)
def test_tasks_are_valid(text: str) -> None:
    """Each task names one module that exists, with options that it takes."""
    for task in tasks_in(yaml.safe_load(text)):
        called = calls_in(task)
        assert len(called) == 1, task
        assert "name" in task, task
        if called[0].startswith(PREFIX):
            assert called[0].removeprefix(PREFIX) in MODULES
            assert complaints(called[0].removeprefix(PREFIX), task[called[0]]) == [], task
        else:
            assert module_loader.find_plugin(called[0]), called[0]


@pytest.mark.parametrize("text", SOURCES)
def test_lookups_are_valid(text: str) -> None:
    """Each use of a lookup gives options that the lookup has."""
    for used in lookups_in(text):
        assert used.plugin in LOOKUPS
        assert used.options <= lookup_options(used.plugin) | FROM_CORE


@pytest.mark.parametrize(
    ("module", "arguments", "complaint"),
    [
        ("paas_token", {"description": "x", "colour": "red"}, "colour. Supported parameters include"),
        ("paas_token", {"description": "x", "regenerate": "sometimes"}, "value of regenerate must be one of"),
        ("paas_token", {"description": "x", "template": "a", "api_methods": ["b"]}, "mutually exclusive"),
        ("paas_token", {"description": "x", "expires_in": "soon"}, "expires_in"),
        ("paas_environment", {"name": "shop1", "nodes": [{"node_typ": "nginx"}]}, "nodes.node_typ. Supported"),
    ],
)
def test_a_wrong_task_is_noticed(module: str, arguments: dict[str, Any], complaint: str) -> None:
    """The checks above can fail."""
    assert complaint in " ".join(complaints(module, arguments))


def test_a_wrong_lookup_is_noticed() -> None:
    """The check above can fail, and sees every form of use."""
    text = "{{ lookup('inet.elastic.paas_token', 'a', colour='red') }} {{ query('inet.elastic.nothing') | length }}"
    assert lookups_in(text) == [Lookup("paas_token", frozenset({"colour"})), Lookup("nothing", frozenset())]
    assert not {"colour"} <= lookup_options("paas_token") | FROM_CORE


def test_examples_are_not_empty() -> None:
    """Each plugin shows its use, and the README's block for store and lookup is among what is validated."""
    for kind, names in (("modules", MODULES), ("lookup", LOOKUPS)):
        for name in names:
            assert any(PREFIX + name in str(task) for task in tasks_in(yaml.safe_load(examples(kind, name)))), name
    assert [len(list(tasks_in(yaml.safe_load(block)))) for block in blocks(PROJECT / "README.md", "yaml")] == [2, 2, 0]


def named_in(value: Any, options: dict[str, Any], prefix: str = "") -> set[str]:
    """The options that arguments use, at any depth, by their names."""
    if isinstance(value, list):
        return set().union(*(named_in(item, options, prefix) for item in value))
    if not isinstance(value, dict):
        return set()
    aliases = {alias: name for name, option in options.items() for alias in option.get("aliases", ())}
    found: set[str] = set()
    for given, inner in value.items():
        name = str(aliases.get(given, given))
        found |= {prefix + name} | named_in(inner, options.get(name, {}).get("options", {}), f"{prefix}{name}.")
    return found


def all_options(options: dict[str, Any], prefix: str = "") -> set[str]:
    """Every option, at any depth."""
    nested = [
        all_options(option["options"], f"{prefix}{name}.") for name, option in options.items() if "options" in option
    ]
    return {prefix + name for name in options}.union(*nested)


@pytest.mark.parametrize("module", MODULES)
def test_every_option_has_an_example(module: str) -> None:
    """In the module's own, or in a document; all of them are validated above."""
    own = {name: option for name, option in resource(module).spec.options.items() if name not in CONNECTION}
    texts = [str(source.values[0]) for source in SOURCES]
    tasks = [task for text in texts for task in tasks_in(yaml.safe_load(text)) if PREFIX + module in task]
    used = set().union(*(named_in(task[PREFIX + module], own) for task in tasks))
    assert all_options(own) - used == set()


def test_readme_names_everything_there_is() -> None:
    """Its table has each module, lookup, filter, callback and playbook, and nothing else."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `inet\.elastic\.(\w+)`( \((\w+)\))? \|", text, re.MULTILINE)
    assert sorted((name, kind or "module") for name, _, kind in named) == sorted(
        [
            *((name, "module") for name in MODULES),
            *((name, "lookup") for name in LOOKUPS),
            *((name, "filter") for name in FILTERS),
            *((name, "callback") for name in CALLBACKS),
            *((path.stem, "playbook") for path in PLAYBOOKS),
        ]
    )


def test_readme_names_the_environment_variables_of_the_options() -> None:
    """Its table has the variables that the modules read, and those alone."""
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    table = text.partition("## Environment variables")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`(PAAS_\w+)`", "\n".join(row.split("|")[1] for row in rows))) == {
        option["env"] for name in MODULES for option in resource(name).spec.options.values() if "env" in option
    }


def test_four_lines_change_for_a_real_account() -> None:
    """The block for a real account sets the same four variables as the one for the emulator."""
    emulator, real = (
        re.findall(r"export ((?:PAAS|ANSIBLE_VAULT)\w+)", block)
        for block in blocks(PROJECT / "README.md", "sh")
        if "PAAS_API_URL" in block
    )
    assert emulator == real
    assert len(real) == 4


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_lead_to_files(path: Path) -> None:
    """Relative links of documents exist."""
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_make_targets_exist(path: Path) -> None:
    """Each `make TARGET` in a document is one that the Makefile has."""
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text, re.MULTILINE)
    assert set(named) <= targets
