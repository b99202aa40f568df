# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML of documents, judged as a run would judge it before its first call: plays, tasks, modules, roles, variables."""

from __future__ import annotations

import copy
import functools
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jinja2
import yaml
from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play import Play
from ansible.plugins.loader import fragment_loader, module_loader
from ansible.utils.plugin_docs import get_docstring
from ansible.vars.manager import VariableManager

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource
from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION
from ansible_collections.inet.elastic.plugins.module_utils._run import argument_spec
from tests.unit.documented_blocks import PROJECT

PLUGINS = "ansible_collections.inet.elastic.plugins"
PREFIX = "inet.elastic."
GROUP = "group/inet.elastic.paas"
MODULES = sorted(path.stem for path in (PROJECT / "plugins" / "modules").glob("*.py"))
PLAYBOOKS = sorted((PROJECT / "playbooks").glob("*.yml"))
ROLES = sorted(path.name for path in (PROJECT / "roles").glob("*") if (path / "meta" / "argument_specs.yml").exists())
# A collection that examples use and that these tests do without; of its tasks only the names are judged.
ELSEWHERE = re.compile(r"awx\.awx\.\w+$")
CORE = "ansible.builtin."
INCLUDED_ROLES = (f"{CORE}include_role", f"{CORE}import_role")
# Members of a task or a play that hold tasks.
SECTIONS = ("tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always")
# Modules of core that take any name as an option.
ANY_OPTION = {f"{CORE}set_fact", f"{CORE}add_host"}
# Variables of roles that are handed on to an option of a module, and what the role keeps for itself.
HANDED_ON = {
    "tokens_tokens": ("paas_tokens", "tokens", ()),
    "environments_environments": ("paas_environments", "environments", ("packages", "answers")),
}
# What a mapping may be that is neither a play nor a task, by its members.
DATA: dict[str, frozenset[str]] = {
    "injectors of a credential type": frozenset({"env", "file", "extra_vars"}),
    "inputs of a credential type": frozenset({"fields", "required"}),
    "fragment of the changelog": frozenset(
        {"bugfixes", "minor_changes", "breaking_changes", "security_fixes", "known_issues", "release_summary"}
    ),
    "requirements file": frozenset({"collections"}),
    "workflow of GitHub Actions": frozenset({"jobs"}),
    "inventory of hosts": frozenset({"all"}),
    "sources of a rulebook": frozenset({"sources"}),
    "definition of an execution environment": frozenset(
        {"version", "images", "dependencies", "additional_build_steps"}
    ),
}
# An inventory has options of its own, of a module for accounts, and of core.
INVENTORY = importlib.import_module(f"{PLUGINS}.inventory.paas")
DATA["source of an inventory"] = frozenset(
    {
        *yaml.safe_load(INVENTORY.DOCUMENTATION)["options"],
        *CONNECTION,
        *("compose", "groups", "keyed_groups", "strict", "cache", "cache_plugin", "cache_connection", "cache_timeout"),
    }
)
# The environment of a run gives what a task leaves out of these.
FROM_ENVIRONMENT = {"api_url": "https://app.example.com", "login": "text", "password": "text", "store": "tokens.yml"}
# What a template may stand for, by the type of its option.
PEM = "-----BEGIN {0}-----\nTUlJQ2R6\n-----END {0}-----"
PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
BY_NAME = {
    "cron": "0 0 20 ? * MON-FRI",
    "public_key": PUBLIC_KEY,
    "manifest": {"name": "text"},
    "certificate": PEM.format("CERTIFICATE"),
    "intermediate": PEM.format("CERTIFICATE"),
    "key": PEM.format("PRIVATE KEY"),
    "private_key": PEM.format("PRIVATE KEY"),
    "nodes": [{"node_type": "text"}],
    "tokens": [{"description": "text"}],
    "environments": [{"name": "some-text"}],
    **dict.fromkeys(("expires_in", "renew_before", "expiring_within", "unused_since", "require_validity"), "90d"),
}
STAND_INS: dict[str, Any] = {
    "str": "some-text",
    "path": "text",
    "int": 1,
    "float": 1.0,
    "bool": True,
    "dict": {},
    "raw": "",
}


class _Loader(yaml.CSafeLoader):
    """YAML with the tags of Ansible, as text; all documents are read, so the loader is the one in C."""


for _tag in ("!vault", "!unsafe"):
    _Loader.add_constructor(_tag, lambda loader, node: str(node.value))


def load(text: str) -> Any:
    """What a YAML text holds."""
    return yaml.load(text, Loader=_Loader)


def kind(value: Any) -> str:
    """What a block of YAML is: ``plays``, ``tasks``, ``variables``, the name of some data, or empty where unknown."""
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        plays = ["hosts" in item or f"{CORE}import_playbook" in item for item in value]
        return "plays" if all(plays) else "" if any(plays) else "tasks"
    if isinstance(value, dict) and value:
        if all(role_of(name) or name in of_playbooks() for name in value):
            return "variables"
        return next((name for name, members in DATA.items() if set(value) <= members), "")
    return ""


def role_of(variable: str) -> str:
    """The role that takes a variable, by its name, or an empty text; those of playbooks are of no role."""
    fitting = [role for role in ROLES if variable.startswith(f"{role}_") and variable not in of_playbooks()]
    return max(fitting, key=len, default="")


@functools.cache
def of_playbooks() -> frozenset[str]:
    """The variables that the playbooks of the collection set for others to change."""
    plays = [play for path in PLAYBOOKS for play in load(path.read_text(encoding="utf-8"))]
    return frozenset(name for play in plays for name in play.get("vars", {}) if "__" not in name)


def tasks_in(value: Any) -> Iterator[dict[str, Any]]:
    """The tasks of a list of tasks or plays, at any depth; none where the text is something else."""
    if not isinstance(value, list):
        return
    for item in value:
        nested = [item[section] for section in SECTIONS if section in item]
        if not nested and "hosts" not in item and f"{CORE}import_playbook" not in item:
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
        if option.get("elements") == "dict":
            inner = option.get("options", {})
            return [{key: stand_in(value, item, key) for key, item in inner.items() if item.get("required")}]
        if option.get("type") == "list":
            return ["text"]
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
    around = {key: value for key, value in FROM_ENVIRONMENT.items() if key in spec}
    checked = ArgumentSpecValidator(spec, **subject.spec.rules).validate({**around, **given})
    if checked.error_messages:
        return list(checked.error_messages)
    try:
        subject.desired(checked.validated_parameters)
    except InputError as error:
        return [str(error)]
    return []


@functools.cache
def core_options(name: str) -> frozenset[str] | None:
    """The options of a module of Ansible's own, by its documentation; None where there is no such module."""
    found = module_loader.find_plugin(name, mod_type=".py")
    if not found:
        return None
    options = get_docstring(found, fragment_loader, collection_name="ansible.builtin", plugin_type="module")[0][
        "options"
    ]
    return frozenset(alias for key, option in options.items() for alias in (key, *option.get("aliases", ())))


def core_complaints(name: str, arguments: Any) -> list[str]:
    """What is wrong with the names in a task of Ansible's own."""
    known = core_options(name)
    if known is None:
        return [f"{name} is no module"]
    if not isinstance(arguments, dict) or name in ANY_OPTION:
        return []
    return [f"{name} has no option {option}" for option in sorted(set(arguments) - known)]


@functools.cache
def role_options(role: str, entry: str = "main") -> dict[str, Any]:
    """The options of a role's entry point; empty where it has none of that name."""
    specs = yaml.safe_load((PROJECT / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    return dict(specs["argument_specs"].get(entry, {}).get("options", {}))


def role_complaints(role: str, given: dict[str, Any], entry: str = "main", *, whole: bool = True) -> list[str]:
    """What a role would say about variables, or of them alone where others may be set elsewhere (WHOLE is false)."""
    if role not in ROLES:
        return [f"there is no role {role}"]
    options = role_options(role, entry)
    if not options:
        return [f"{role} has no entry point {entry}"]
    unknown = [f"{role} takes no {name}" for name in sorted(set(given) - set(options))]
    if unknown:
        return unknown
    spec = {name: option if whole else {**option, "required": False} for name, option in options.items()}
    values = {name: stand_in(value, spec[name], name) for name, value in given.items()}
    found = list(ArgumentSpecValidator(spec).validate(values).error_messages)
    return found or [text for name, value in values.items() for text in handed_complaints(name, value)]


def handed_complaints(variable: str, value: Any) -> list[str]:
    """What a module would say about a role's variable that the role hands on to it."""
    if variable not in HANDED_ON or not isinstance(value, list):
        return []
    module, option, own = HANDED_ON[variable]
    plain = [{name: item for name, item in entry.items() if name not in own} for entry in value]
    found = complaints(module, {option: plain})
    for entry in value:
        for package in entry.get("packages", ()):
            found += complaints("paas_package", {"environment": "text", **package})
    return found


def included_complaints(task: dict[str, Any], play_vars: dict[str, Any]) -> list[str]:
    """What a role of this collection would say that a task includes."""
    name = next((task[module].get("name", "") for module in INCLUDED_ROLES if module in task), "")
    if not str(name).startswith(PREFIX):
        return []
    role = str(name).removeprefix(PREFIX)
    entry = next(task[module].get("tasks_from", "main") for module in INCLUDED_ROLES if module in task)
    given = {key: value for key, value in {**play_vars, **task.get("vars", {})}.items() if role_of(key) == role}
    return role_complaints(role, given, str(entry).removesuffix(".yml"), whole=bool(given))


def task_complaints(task: dict[str, Any], play_vars: dict[str, Any] | None = None) -> list[str]:
    """What is wrong with one task."""
    called = calls_in(task)
    if len(called) != 1 or "name" not in task:
        return [f"a task needs a name and one module by its full name: {sorted(task)}"]
    module, arguments = called[0], task[called[0]]
    if module.startswith(PREFIX):
        name = module.removeprefix(PREFIX)
        return complaints(name, arguments or {}) if name in MODULES else [f"{module} is no module"]
    if ELSEWHERE.match(module):
        return []
    return core_complaints(module, arguments) + included_complaints(task, play_vars or {})


def play_complaints(play: dict[str, Any]) -> list[str]:
    """What is wrong with a play beside its tasks: keywords, roles with their variables, defaults of modules."""
    imported = play.get(f"{CORE}import_playbook")
    if imported is not None:
        known = [PREFIX + path.stem for path in PLAYBOOKS]
        return [] if imported in known or not imported.startswith(PREFIX) else [f"there is no playbook {imported}"]
    found = [] if play.get("name") else ["a play needs a name"]
    variables = dict(play.get("vars", {}))
    for item in play.get("roles", ()):
        entry = item if isinstance(item, dict) else {"role": item}
        name = str(entry.get("role", entry.get("name", "")))
        role = name.removeprefix(PREFIX)
        given = {**variables, **entry.get("vars", {}), **entry}
        own = {key: value for key, value in given.items() if role_of(key) == role}
        found += (
            role_complaints(role, own, whole=bool(own)) if name.startswith(PREFIX) else [f"{name} is of no collection"]
        )
    spec = argument_spec(CONNECTION)
    for group, options in play.get("module_defaults", {}).items():
        if group == GROUP:
            found += [f"{GROUP} has no option {name}" for name in sorted(set(options) - set(spec))]
    return found + syntax_complaints(play)


def syntax_complaints(play: dict[str, Any]) -> list[str]:
    """What Ansible says about keywords of a play and its tasks; nothing is run."""
    try:
        loader = DataLoader()
        variables = VariableManager(loader=loader, inventory=InventoryManager(loader, sources="localhost,"))
        Play.load(copy.deepcopy(_without_elsewhere(play)), variable_manager=variables, loader=loader)
    except AnsibleError as error:
        return [str(error).splitlines()[0]]
    return []


def _without_elsewhere(value: Any) -> Any:
    """The same with a module of core in place of those that are not installed."""
    if isinstance(value, list):
        return [_without_elsewhere(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        f"{CORE}set_fact" if ELSEWHERE.match(str(key)) else key: _without_elsewhere(item) for key, item in value.items()
    }


def yaml_complaints(text: str) -> list[str]:
    """What is wrong with a block of YAML, whatever it is."""
    try:
        value = load(text)
    except yaml.YAMLError as error:
        return [str(error)]
    what = kind(value)
    if what == "tasks":
        return [
            *(text for task in tasks_in(value) for text in task_complaints(task)),
            *syntax_complaints(_played(value)),
        ]
    if what == "plays":
        inner = [
            text for play in value for task in tasks_in([play]) for text in task_complaints(task, play.get("vars"))
        ]
        return [*inner, *(text for play in value for text in play_complaints(play))]
    if what == "variables":
        return _variable_complaints(value)
    return [] if what else ["it is neither plays nor tasks nor variables of a role nor known data (DATA)"]


def _played(tasks: list[Any]) -> dict[str, Any]:
    return {"name": "Tasks", "hosts": "localhost", "gather_facts": False, "tasks": tasks}


def _variable_complaints(value: dict[str, Any]) -> list[str]:
    roles = sorted({role_of(name) for name in value} - {""})
    return [
        text
        for role in roles
        for text in role_complaints(
            role, {name: item for name, item in value.items() if role_of(name) == role}, whole=False
        )
    ]


@dataclass(frozen=True)
class Lookup:
    """A use of a lookup in a template."""

    plugin: str
    options: frozenset[str]


def lookups_in(text: str) -> list[Lookup]:
    """Uses of this collection's lookups in a text with templates."""
    found = []
    # Filters and tests of Ansible's own are unknown to plain Jinja, which parses them all the same. Ansible leaves
    # backslashes in templates as they are.
    for node in jinja2.Environment(autoescape=True).parse(text.replace("\\", "\\\\")).find_all(jinja2.nodes.Call):
        name = node.node.name if isinstance(node.node, jinja2.nodes.Name) else ""
        first = node.args[0].as_const() if node.args and isinstance(node.args[0], jinja2.nodes.Const) else ""
        if name in ("lookup", "query", "q") and str(first).startswith(PREFIX):
            found.append(Lookup(str(first).removeprefix(PREFIX), frozenset(item.key for item in node.kwargs)))
    return found


def lookup_options(name: str) -> set[str]:
    """The options of a lookup of this collection, by its documentation."""
    module = importlib.import_module(f"{PLUGINS}.lookup.{name}")
    return set(yaml.safe_load(module.DOCUMENTATION)["options"]) - {"_terms"}
