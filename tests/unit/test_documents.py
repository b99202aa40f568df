# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people copy is right: blocks in documents, examples and playbooks are validated as a run would validate them."""

from __future__ import annotations

import importlib
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION
from tests.unit.documented_blocks import DOCUMENTS, PROJECT, YAML, Block, blocks_in, blocks_of, complaint
from tests.unit.documented_tasks import (
    MODULES,
    PLAYBOOKS,
    PLUGINS,
    PREFIX,
    ROLES,
    Lookup,
    complaints,
    kind,
    load,
    lookup_options,
    lookups_in,
    resource,
    role_complaints,
    tasks_in,
    yaml_complaints,
)

README = PROJECT / "README.md"
GUIDES = PROJECT / "docs" / "docsite" / "rst"
FILTERS = sorted(path.stem for path in (PROJECT / "plugins" / "filter").glob("*.py"))
CALLBACKS = sorted(path.stem for path in (PROJECT / "plugins" / "callback").glob("*.py"))
LOOKUPS = sorted(path.stem for path in (PROJECT / "plugins" / "lookup").glob("*.py"))
# Names and kinds of the plugins that are neither modules nor used in templates.
HOST_PLUGINS = [
    (path.stem, folder)
    for folder in ("inventory", "connection")
    for path in (PROJECT / "plugins" / folder).glob("*.py")
]
# Options of every lookup, which core takes for itself.
FROM_CORE = {"errors", "wantlist"}
# Playbooks in files of their own beside documents.
DOCUMENTED = {path.name: path.read_text(encoding="utf-8") for path in sorted((PROJECT / "docs").rglob("*.yml"))}
BLOCKS = [block for path in DOCUMENTS for block in blocks_of(path)]


def examples(folder: str, name: str) -> str:
    """EXAMPLES of a plugin."""
    return str(importlib.import_module(f"{PLUGINS}.{folder}.{name}").EXAMPLES)


def filter_examples(name: str) -> str:
    """EXAMPLES of a filter, which are in the file beside it."""
    text = (PROJECT / "plugins" / "filter" / f"{name}.yml").read_text(encoding="utf-8")
    return str(yaml.safe_load(text)["EXAMPLES"])


SOURCES = [
    *(pytest.param(examples("modules", name), id=f"examples of {name}") for name in MODULES),
    *(pytest.param(examples("lookup", name), id=f"examples of lookup {name}") for name in LOOKUPS),
    *(
        pytest.param(text, id=f"example {number} of the inventory")
        for number, text in enumerate(examples("inventory", "paas").split("---\n"))
    ),
    *(
        pytest.param(text, id=f"example {number} of the connection")
        for number, text in enumerate(examples("connection", "paas_exec").split("---\n"))
    ),
    *(pytest.param(filter_examples(name), id=f"examples of filter {name}") for name in FILTERS),
    *(pytest.param(path.read_text(encoding="utf-8"), id=f"playbook {path.stem}") for path in PLAYBOOKS),
    *(pytest.param(text, id=f"playbook {name}") for name, text in DOCUMENTED.items() if isinstance(load(text), list)),
    *(pytest.param(block.text, id=block.place) for block in BLOCKS if block.language in YAML),
]


@pytest.mark.parametrize("text", SOURCES)
def test_yaml_is_valid(text: str) -> None:
    """Plays and tasks with modules that exist and take the options, variables that a role takes, or known data."""
    assert yaml_complaints(text) == []


@pytest.mark.parametrize(
    "block", [pytest.param(block, id=block.place) for block in BLOCKS if block.language not in YAML]
)
def test_other_blocks_are_valid(block: Block) -> None:
    """Each says its language, and is what it says as far as that can be told without running it."""
    assert complaint(block) == ""


@pytest.mark.parametrize("text", SOURCES)
def test_lookups_and_filters_are_valid(text: str) -> None:
    """Each use of a lookup gives options that the lookup has, and each filter is one that there is."""
    for used in lookups_in(text):
        assert used.plugin in LOOKUPS
        assert used.options <= lookup_options(used.plugin) | FROM_CORE
    assert set(re.findall(r"\|\s*inet\.elastic\.(\w+)", text)) <= set(FILTERS)


@pytest.mark.parametrize(
    ("module", "arguments", "said"),
    [
        ("paas_token", {"description": "x", "colour": "red"}, "colour. Supported parameters include"),
        ("paas_token", {"description": "x", "regenerate": "sometimes"}, "value of regenerate must be one of"),
        ("paas_token", {"description": "x", "template": "a", "api_methods": ["b"]}, "mutually exclusive"),
        ("paas_token", {"description": "x", "expires_in": "soon"}, "expires_in"),
        ("paas_environment", {"name": "shop1", "nodes": [{"node_typ": "nginx"}]}, "nodes.node_typ. Supported"),
    ],
)
def test_a_wrong_task_is_noticed(module: str, arguments: dict[str, Any], said: str) -> None:
    """The checks above can fail."""
    assert said in " ".join(complaints(module, arguments))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- name: x\n  ansible.builtin.debgu:\n", "ansible.builtin.debgu is no module"),
        ("- name: x\n  ansible.builtin.debug: {mgs: x}\n", "ansible.builtin.debug has no option mgs"),
        ("- name: x\n  debug: {msg: x}\n", "one module by its full name"),
        ("- ansible.builtin.debug: {msg: x}\n", "a task needs a name"),
        ("- name: x\n  ansible.builtin.debug: {msg: x}\n  regsiter: y\n", "conflicting action statements"),
        ("- name: x\n  block: []\n  whne: true\n", "'whne' is not a valid attribute"),
        ("- name: x\n  hosts: all\n  gather_fact: false\n  tasks: []\n", "'gather_fact' is not a valid attribute"),
        ("- hosts: all\n  tasks: []\n", "a play needs a name"),
        ("- name: x\n  hosts: all\n  roles: [inet.elastic.nothing]\n", "there is no role nothing"),
        ("- name: x\n  inet.elastic.paas_tokens_of: {}\n", "inet.elastic.paas_tokens_of is no module"),
        ("- name: x\n  block:\n    - name: y\n      inet.elastic.paas_token: {colour: red}\n", "colour. Supported"),
        ("- name: x\n  ansible.builtin.import_playbook: inet.elastic.nothing\n", "no playbook inet.elastic.nothing"),
        ("colour: red\n", "it is neither plays nor tasks"),
        ("- [a, b]\n", "it is neither plays nor tasks"),
        ("a: b: c\n", "mapping values are not allowed"),
        (
            "- name: x\n  hosts: all\n  module_defaults:\n    group/inet.elastic.paas: {url: x}\n  tasks: []\n",
            "group/inet.elastic.paas has no option url",
        ),
    ],
)
def test_wrong_yaml_is_noticed(text: str, said: str) -> None:
    """Whatever it is meant to be."""
    assert said in " ".join(yaml_complaints(text))


@pytest.mark.parametrize("role", ROLES)
def test_a_wrong_variable_of_a_role_is_noticed(role: str) -> None:
    """By its name."""
    assert role_complaints(role, {f"{role}_colour": "red"}) == [f"{role} takes no {role}_colour"]


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("sh", "if true; then", "syntax error"),
        ("console", "if true", "no line begins with $"),
        ("console", "$ (echo \\\n  x\n", "syntax error"),
        ("python", "def f(:", "invalid syntax"),
        ("json", "{", "Expecting"),
        ("ini", "x = 1", "no section headers"),
        ("groovy", "pipeline { steps(", "( is not closed"),
        ("text", " ", "it is empty"),
        ("", "anything", "its language is not given"),
        ("mermaid", 'flowchart TB\n  a["A"]\n  a -- "x" --> b\n', "names a box that is missing"),
        ("mermaid", "flowchart TB\n  a[A\n", "'a[A' is not a statement"),
        ("mermaid", 'a["A"]\n', "it does not begin with 'flowchart'"),
        ("cobol", "anything", "its language is cobol"),
    ],
)
def test_another_wrong_block_is_noticed(language: str, text: str, said: str) -> None:
    """In each language, and where there is none."""
    assert said in complaint(Block(Path("a.md"), 1, language, text))


def test_blocks_are_found_wherever_they_are() -> None:
    """Also inside lists, without a language, and not closed; all lines of them, and nothing else."""
    markdown = "```sh\na\n```\n- x\n  ```yaml\n  b: |\n    c\n  ```\n```\nd\n```\n~~~json\ne"
    assert [(block.language, block.text) for block in blocks_in(markdown, Path("a.md"))] == [
        ("sh", "a\n"),
        ("yaml", "b: |\n  c\n"),
        ("", "d\n"),
        ("unclosed", "e\n"),
    ]
    rst = ".. code-block:: sh\n   :caption: x\n\n   a\n\n     b\n\n.. note:: y\n\nz::\n\n   c\n\n- .. x\n"
    assert [(block.line, block.language, block.text) for block in blocks_in(rst, Path("a.rst"))] == [
        (4, "sh", "a\n\n  b\n"),
        (12, "", "c\n"),
    ]


def test_no_data_is_taken_for_tasks() -> None:
    """And no tasks for data."""
    assert (kind([{"hosts": "all"}]), kind([{"name": "x"}]), kind([{"hosts": "all"}, {"name": "x"}])) == (
        "plays",
        "tasks",
        "",
    )
    assert kind({"env": {}}) == "injectors of a credential type"


def test_a_wrong_lookup_is_noticed() -> None:
    """The check above can fail, and sees every form of use."""
    text = "{{ lookup('inet.elastic.paas_token', 'a', colour='red') }} {{ query('inet.elastic.nothing') | length }}"
    assert lookups_in(text) == [Lookup("paas_token", frozenset({"colour"})), Lookup("nothing", frozenset())]
    assert not {"colour"} <= lookup_options("paas_token") | FROM_CORE


@pytest.mark.parametrize("module", MODULES)
def test_documentation_is_yaml(module: str) -> None:
    """A colon in a text would hide the whole module from ansible-doc."""
    texts = importlib.import_module(f"{PLUGINS}.modules.{module}")
    assert {type(yaml.safe_load(text)) for text in (texts.DOCUMENTATION, texts.RETURN)} == {dict}


def test_examples_are_not_empty() -> None:
    """Each plugin shows its use, and the README's first playbook is among what is validated."""
    for folder, names in (("modules", MODULES), ("lookup", LOOKUPS)):
        for name in names:
            assert any(PREFIX + name in str(task) for task in tasks_in(load(examples(folder, name)))), name
    readme = [block.text for block in blocks_of(Path("README.md")) if block.language in YAML]
    assert [len(list(tasks_in(load(text)))) for text in readme] == [2]


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
    tasks = [task for text in texts for task in tasks_in(load(text)) if PREFIX + module in task]
    used = set().union(*(named_in(task[PREFIX + module], own) for task in tasks))
    assert all_options(own) - used == set()


def test_readme_names_everything_there_is() -> None:
    """Its table has each module, plugin, playbook and role, and nothing else. A row may name several of one kind."""
    text = README.read_text(encoding="utf-8")
    named = re.findall(r"^\| `inet\.elastic\.(\w+)`( \((\w+)\))? \|", text, re.MULTILINE)
    found = [*((name, kind or "module") for name, _, kind in named)]
    for names, plural in re.findall(r"^\| (.*) \((\w+s)\) \|", text, re.MULTILINE):  # several in one row
        found += [(name, plural.removesuffix("s")) for name in re.findall(r"(\w+)`", names)]
    assert sorted(found) == sorted(
        [
            *((name, "module") for name in MODULES),
            *((name, "lookup") for name in LOOKUPS),
            *((name, "filter") for name in FILTERS),
            *((name, "callback") for name in CALLBACKS),
            *HOST_PLUGINS,
            *((path.stem, "playbook") for path in PLAYBOOKS),
            *((name, "role") for name in ROLES),
        ]
    )


def test_readme_is_short() -> None:
    """Two hundred lines are read, and more are not."""
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 200


def test_readme_leads_to_every_guide() -> None:
    """In the order of the site, which has each guide, too."""
    guides = {path.stem for path in GUIDES.glob("*.rst")}
    readme = re.findall(
        r"^\| \[[^]]*\]\(docs/docsite/rst/(\w+)\.rst\)", README.read_text(encoding="utf-8"), re.MULTILINE
    )
    index = (PROJECT / "tools" / "_docs_site" / "index.rst").read_text(encoding="utf-8")
    assert re.findall(r"^   collection/docsite/(\w+)$", index, re.MULTILINE) == readme
    assert (
        set(re.findall(r"^      - (\w+)$", (GUIDES.parent / "extra-docs.yml").read_text("utf-8"), re.MULTILINE))
        == guides
    )
    assert set(readme) == guides
    assert len(readme) == len(guides)


@pytest.mark.parametrize(
    "word",
    ["Install", "Two-factor authentication (2FA", "MFA", "TOTP", "Troubleshooting", "SSH into nodes", "Rotate tokens"],
)
def test_headings_have_the_words_that_people_search_for(word: str) -> None:
    """The search of the site lists pages with the word in a heading first."""
    headings = [
        line
        for path in GUIDES.glob("*.rst")
        for line, below in itertools.pairwise(path.read_text(encoding="utf-8").splitlines())
        if re.fullmatch(r"[=-]{4,}", below)
    ]
    assert any(word in heading for heading in headings)


def test_documents_name_the_archive_of_this_version() -> None:
    """Whoever copies the command finds the file that the command before has built."""
    version = yaml.safe_load((PROJECT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    settings = (PROJECT / "tools" / "_docs_site" / "antsibull-docs.cfg").read_text(encoding="utf-8")
    texts = [settings.replace("{namespace}-{name}", "inet-elastic"), *(block.text for block in BLOCKS)]
    archives = {name for text in texts for name in re.findall(r"inet-elastic-[\w.]+\.tar\.gz", text)}
    assert archives == {f"inet-elastic-{version}.tar.gz"}


def test_the_guide_names_the_environment_variables_of_the_options() -> None:
    """Its table has the variables that the modules read, and those alone."""
    text = (GUIDES / "guide_authentication.rst").read_text(encoding="utf-8")
    table = text.partition("Environment variables\n----")[2].partition("\n----")[0]
    rows = re.findall(r"^   \* - (.*)$", table, re.MULTILINE)
    assert set(re.findall(r"``(PAAS_\w+)``", "\n".join(rows))) == {
        option["env"] for name in MODULES for option in resource(name).spec.options.values() if "env" in option
    }


def test_four_lines_change_for_a_real_account() -> None:
    """The guide sets the same four variables for a real account as the README for the emulator."""
    emulator, real = (
        re.findall(r"export ((?:PAAS|ANSIBLE_VAULT)\w+)", block.text)
        for path in ("README.md", "docs/docsite/rst/guide_install.rst")
        for block in blocks_of(Path(path))
        if block.language == "sh" and "PAAS_API_URL" in block.text
    )
    assert emulator == real
    assert len(real) == 4


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_links_lead_to_files(path: Path) -> None:
    """Relative links of documents exist."""
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", (PROJECT / path).read_text(encoding="utf-8"))
    assert [link for link in links if not (PROJECT / path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_make_targets_exist(path: Path) -> None:
    """Each `make TARGET` in a document is one that the Makefile has."""
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    text = (PROJECT / path).read_text(encoding="utf-8")
    named = re.findall(r"(?:`|^)make ([a-z][a-z-]*)", text, re.MULTILINE)
    assert set(named) <= targets
