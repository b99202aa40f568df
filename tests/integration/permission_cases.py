# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks to be carried out with one token or another: those of the scenarios, and those that scenarios lack."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jinja2.nativetypes import NativeEnvironment

from ansible_collections.inet.elastic.plugins.filter.from_manifest import from_manifest
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import TABLES, Use
from tests.integration.scenario import load

FOLDER = Path(__file__).resolve().parent / "scenarios"
PREFIX = "inet.elastic."
# Stands for the number of the first node of the environment.
NODE = "the number of a node"
# Stands for a large file on the controller that is not text.
SOURCE = "a large file"
# Members of a task beside its module.
WORDS = ("name", "vars", "environment")
# Read in check mode, to find a stack that the platform does not offer; without it nothing is looked up.
LOOKED_UP = "environment.control.GetTemplates"
# Read after a refusal only, to list what there is instead; without them the platform's own text is shown.
_NAMES = frozenset({"environment.control.GetRegions", LOOKED_UP})
_ENVIRONMENTS = frozenset({"environment.control.GetEnvs"})
EXPLAINING = {
    "paas_environments": _NAMES,
    "paas_log_info": _ENVIRONMENTS,
    **dict.fromkeys(("paas_deployment", "paas_environment", "paas_exec"), _NAMES | _ENVIRONMENTS),
    **dict.fromkeys(("paas_file", "paas_package"), _NAMES | _ENVIRONMENTS),
}


@dataclass(frozen=True)
class PermissionCase:
    """One task, and what is there before it.

    Attributes:
        before: tasks in the form of a playbook's; see ``paas_environment`` and ``emulator`` in scenarios.
        lost: methods whose answers get lost on the way.
        launching: whether the environments are still being started when the task begins.
        message: a part of what it fails with, whatever the token.
    """

    name: str
    module: str
    options: dict[str, Any] = field(repr=False)
    before: tuple[dict[str, Any], ...] = field(repr=False, default=())
    lost: tuple[str, ...] = ()
    launching: bool = False
    message: str | None = None

    @property
    def use(self) -> Use:
        """The states and options that the task has."""
        table = TABLES[self.module]
        entries = self.options.get(table.entries or "")
        defaults = self.options.get("defaults") or {}
        about = [self.options] if entries is None else [{**defaults, **entry} for entry in entries]
        states = tuple(dict.fromkeys(str(one.get("state", table.states[0])) for one in about)) if table.states else None
        inner = [*about, *([defaults] if entries is not None else [])]
        beside = {name: value for name, value in self.options.items() if name not in (table.entries, "defaults")}
        given = {name for one in [*inner, beside] for name in _named(one)}
        return Use(self.module, states or None, tuple(sorted({table.options[name] for name in given})))


def _named(value: Any, prefix: str = "") -> Iterator[str]:
    """The options that arguments give, at any depth, as ``nodes.env``; not what free mappings hold."""
    for item in value if isinstance(value, list) else [value]:
        for name, inner in item.items() if isinstance(item, Mapping) else ():
            # A switch of purge that is off is not given.
            if inner is False and prefix == "purge.":
                continue
            within = list(_named(inner, f"{name}.")) if prefix + name in ("nodes", "purge") else []
            # One that stands for all that it could hold would say more than the task does.
            yield from within or [prefix + name]


# -- of the scenarios -----------------------------------------------------------------------------------------------


def rendered(value: Any, variables: Mapping[str, Any]) -> Any:
    """A task with its templates filled in, as far as scenarios of environments use them."""
    if isinstance(value, Mapping):
        return {key: rendered(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [rendered(item, variables) for item in value]
    if not (isinstance(value, str) and "{{" in value):
        return value
    jinja = NativeEnvironment(keep_trailing_newline=True)
    jinja.filters["inet.elastic.from_manifest"] = from_manifest
    jinja.globals["lookup"] = lambda _kind, name: os.environ[name]
    return jinja.from_string(value).render(variables)


def module_of(task: Mapping[str, Any]) -> str | None:
    """The short name of the collection's module that a task names."""
    return next((name.removeprefix(PREFIX) for name in task if name.startswith(PREFIX)), None)


def from_scenarios() -> list[PermissionCase]:
    """Every scenario of a module that a token can be used for, but those that are refused before any call."""
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        for item in (scenario.data for scenario in load(path)):
            module = module_of(item["task"])
            if module not in TABLES or ("message" in item and not item.get("writes")):
                continue
            found.append(
                PermissionCase(
                    name=f"{path.stem}: {item['name']}",
                    module=str(module),
                    options=item["task"][PREFIX + str(module)],
                    before=({"vars": item["task"].get("vars", {})}, *item.get("before", [])),
                    message=item.get("message"),
                )
            )
    return found


# -- what scenarios lack --------------------------------------------------------------------------------------------

APP = {
    "node_group": "app",
    "image": "registry.example.test/app:1.0",
    "count": 2,
    "flexible_cloudlets": 8,
    "env": {"MODE": "production", "PORT": "80"},
    "volumes": ["/data", "/more"],
    "volume_mounts": {"/mnt/share": {"source_node_group": "sqldb", "source_path": "/srv"}},
}
DATABASE = {"node_group": "sqldb", "node_type": "postgresql", "tag": "16.4"}
WHOLE: dict[str, Any] = {
    "name": "my-project",
    "env_groups": ["clients"],
    "nodes": [APP, DATABASE],
    "domains": ["shop.example.com"],
    "endpoints": [{"name": "db", "node_group": "sqldb", "private_port": 5432}],
    "firewall": [{"name": "web", "node_group": "app", "ports": "80"}],
    "triggers": [{"name": "more", "node_group": "app", "condition": "above", "value": 70, "action": "notify"}],
}
CERTIFICATE = {"certificate": "{{ lookup('env', 'APP_CERTIFICATE') }}", "key": "{{ lookup('env', 'APP_KEY') }}"}
ONE = "paas_environment"


def _task(module: str, **options: Any) -> dict[str, Any]:
    return {PREFIX + module: options}


MADE = _task(ONE, **WHOLE)


def _in_state(state: str) -> tuple[dict[str, Any], ...]:
    """The whole environment, in that state."""
    return (MADE, _task(ONE, name="my-project", state=state))


def _layers(name: str, app: Any, database: Any) -> dict[str, Any]:
    """A field of both layers, so that no call of its own serves."""
    return {"nodes": [{"node_group": "app", name: app}, {"node_group": "sqldb", name: database}]}


# Changes of the topology, each by one option alone (beside the name of the layer).
TOPOLOGY: dict[str, dict[str, Any]] = {
    "ssl": {"ssl": True},
    "ha": {"ha": True},
    "engine": {"engine": "php8.3"},
    "a new layer by its type": {"nodes": [{"node_type": "redis", "node_group": "cache"}]},
    "a new layer by its image": {"nodes": [{"image": "cache:1", "node_group": "cache"}]},
    "count": _layers("count", 3, 2),
    "fixed_cloudlets": _layers("fixed_cloudlets", 2, 2),
    "flexible_cloudlets": _layers("flexible_cloudlets", 20, 20),
    "disk_limit": _layers("disk_limit", "200G", "200G"),
    "ext_ips": _layers("ext_ips", 1, 1),
    "ext_ips_v6": _layers("ext_ips_v6", 1, 1),
    "scaling_mode": _layers("scaling_mode", "stateful", "stateful"),
    "display_name": _layers("display_name", "Front", "Data"),
    "slb_access": _layers("slb_access", False, False),
    "restart_delay": _layers("restart_delay", 7, 7),
    "purge of layers": {"nodes": [{"node_group": "app"}], "purge": {"nodes": True}},
}
# Further changes that wake a sleeping environment, by one option alone.
WAKING: dict[str, dict[str, Any]] = {
    "region": {"region": "region-b"},
    "volumes": {"nodes": [{"node_group": "app", "volumes": ["/data", "/other"]}]},
}
# Changes that start a stopped environment, by one option alone.
STARTING: dict[str, dict[str, Any]] = {
    "tag": {"nodes": [{"node_group": "app", "tag": "2.0"}]},
    "image": {"nodes": [{"node_group": "app", "image": "registry.example.test/app:2.0"}]},
    "mounts": {"nodes": [{"node_group": "app", "volume_mounts": {"/mnt/o": {"source_node_group": "sqldb"}}}]},
}
# Changes of an environment that runs.
CHANGES: dict[str, dict[str, Any]] = {
    "one name of a layer": {"nodes": [{"node_group": "app", "display_name": "Front"}]},
    "access by the load balancer": {"nodes": [{"node_group": "app", "slb_access": False}]},
    "a delay": {"nodes": [{"node_group": "app", "restart_delay": 7}]},
    "variables": {"nodes": [{"node_group": "app", "env": {"MODE": "test", "PORT": None}}]},
    "volumes of a stack": {"nodes": [{"node_group": "sqldb", "volumes": ["/extra"]}]},
    "purge of volumes": {"nodes": [{"node_group": "app", "volumes": ["/data"]}], "purge": {"volumes": True}},
    "purge of mounts": {"nodes": [{"node_group": "app", "volume_mounts": {}}], "purge": {"volume_mounts": True}},
    "a mount that differs": {
        "nodes": [{"node_group": "app", "volume_mounts": {"/mnt/share": {"source_node_group": "sqldb"}}}]
    },
    "another group": {"env_groups": ["others"]},
    "no group": {"env_groups": [], "purge": {"env_groups": True}},
    "a domain": {"domains": ["www.example.com"]},
    "domains": {"domains": ["www.example.com", "cdn.example.com"]},
    "no domain": {"domains": [], "purge": {"domains": True}},
    "an endpoint": {"endpoints": [{"name": "ssh", "node_group": "app", "private_port": 22}]},
    "another endpoint": {"endpoints": [{"name": "db", "node_group": "sqldb", "private_port": 5433}]},
    "no endpoint": {"endpoints": [], "purge": {"endpoints": True}},
    "a rule": {"firewall": [{"name": "new", "node_group": "app", "ports": "81"}]},
    "rules": {"firewall": [{"name": name, "node_group": "app", "ports": "81"} for name in ("new", "newer")]},
    "another rule": {"firewall": [{"name": "web", "node_group": "app", "ports": "8080"}]},
    "no rule": {"firewall": [], "purge": {"firewall": True}},
    "a trigger": {"triggers": [{**WHOLE["triggers"][0], "name": "less"}]},
    "another trigger": {"triggers": [{**WHOLE["triggers"][0], "value": 80}]},
    "no trigger": {"triggers": [], "purge": {"triggers": True}},
    "a certificate": {"ssl_certificate": CERTIFICATE},
    "clone": {"name": "my-copy", "clone_from": "my-project"},
    "clone in other groups": {"name": "my-copy", "clone_from": "my-project", "env_groups": []},
    "name": {"display_name": "Ours"},
}
# What an environment is in before it is brought to a state.
FROM = ("started", "stopped", "sleeping")


def _changes(
    names: Mapping[str, dict[str, Any]], before: tuple[dict[str, Any], ...], where: str
) -> Iterator[PermissionCase]:
    for name, options in names.items():
        yield PermissionCase(f"{where}: {name}", ONE, {"name": "my-project", **options}, before)


def _as_entry(case: PermissionCase) -> PermissionCase:
    """The same by the module for many environments."""
    return replace(
        case,
        name=f"{case.name}, as an entry",
        module="paas_environments",
        options={"environments": [case.options]},
    )


def of_environments() -> Iterator[PermissionCase]:
    """Each change by itself, and each state from each status."""
    running = (MADE,)
    yield from _changes({**TOPOLOGY, **WAKING, **STARTING}, _in_state("sleeping"), "sleeping")
    yield from _changes(STARTING, _in_state("stopped"), "stopped")
    yield from _changes(CHANGES, running, "running")
    certified = (MADE, _task(ONE, name="my-project", ssl_certificate=CERTIFICATE))
    yield PermissionCase("no certificate", ONE, {"name": "my-project", "ssl_certificate": {}}, certified)
    for new in ({"node_type": "nginx"}, {"image": "app:1"}):
        yield PermissionCase(f"from {next(iter(new))}", ONE, {"name": "my-project", "nodes": [new]})
    for state in TABLES[ONE].states:
        for start in FROM:
            options = {"name": "my-project", "state": state}
            yield PermissionCase(f"{state} from {start}", ONE, options, _in_state(start))
    yield PermissionCase("present, and being started", ONE, {"name": "my-project"}, running, launching=True)


def of_other_modules() -> Iterator[PermissionCase]:
    """What the small modules can do beside their scenarios."""
    there = (MADE,)
    at = {"environment": "my-project", "node_id": NODE}
    yield PermissionCase("a command in a node", "paas_exec", {**at, "command": "echo done"}, there)
    command = {**at, "command": "echo done"}
    yield PermissionCase("a command in a busy environment", "paas_exec", command, there, launching=True)
    yield PermissionCase("a command, if a path exists", "paas_exec", {**at, "command": "true", "removes": "/x"}, there)
    for name, more in {"old_name": {}, "color": {"color": "#000000"}, "visibility": {"visibility": "hide"}}.items():
        group = {"name": "b", "old_name": "a"} if name == "old_name" else {"name": "a", **more}
        yield PermissionCase(f"a group: {name}", "paas_env_group", group, (_task("paas_env_group", name="a"),))
    yield PermissionCase("a new group", "paas_env_group", {"name": "a"})
    yield PermissionCase("the account", "paas_account_info", {})
    wiki = {"environment": "my-wiki", "manifest": {"type": "install", "id": "wiki", "nodes": [{"nodeType": "nginx"}]}}
    yield PermissionCase("a package whose answer gets lost", "paas_package", wiki, lost=("marketplace.jps.Install",))
    gone = {"environment": "my-wiki", "name": "wiki", "state": "absent"}
    uninstall = ("marketplace.jps.Uninstall",)
    yield PermissionCase(
        "no package, whose answer gets lost", "paas_package", gone, (_task("paas_package", **wiki),), uninstall
    )


def of_scheduled_tasks() -> Iterator[PermissionCase]:
    """A task of the account that is changed, and two that do the same, of which one goes."""
    task = {"name": "evening", "method": "environment.control.StopEnv", "cron": "0 0 22 * * ?"}
    sent = {"script": task["method"], "trigger": f"cron:{task['cron']}", "description": task["name"]}
    one = _task("paas_api", method="utils.scheduler.CreateAccountTask", parameters=sent)
    later = {**task, "cron": "0 0 23 * * ?"}
    yield PermissionCase("a task at another time", "paas_scheduled_task", later, (one,))
    yield PermissionCase("two tasks that do the same", "paas_scheduled_task", task, (one, one))


def of_deployments() -> Iterator[PermissionCase]:
    """Deployments into an environment that is still being started, and the use of one environment."""
    place = {"environment": "my-project", "node_group": "app"}
    archive = {**place, "archive": {"url": "https://repo.example.com/shop.war"}}
    deployed = (MADE, _task("paas_deployment", **archive))
    yield PermissionCase("an archive in a busy environment", "paas_deployment", archive, (MADE,), launching=True)
    gone = {**place, "state": "absent"}
    yield PermissionCase("no archive in a busy environment", "paas_deployment", gone, deployed, launching=True)
    yield PermissionCase("the use of one environment", "paas_stats_info", {"name": ["my-project"]}, (MADE,))


def of_files() -> Iterator[PermissionCase]:
    """What paas_file can do beside its scenarios."""
    there = (MADE,)
    path = {"environment": "my-project", "node_id": NODE, "path": "/etc/x"}
    yield PermissionCase("a file in a node", "paas_file", {**path, "content": "x"}, there)
    yield PermissionCase("a file in a busy environment", "paas_file", {**path, "content": "x"}, there, launching=True)
    large = base64.b64encode(bytes(400_000)).decode()
    yield PermissionCase("a large file", "paas_file", {**path, "content": large, "encoding": "base64"}, there)
    yield PermissionCase("a large source", "paas_file", {**path, "src": SOURCE}, there)
    folder = {**path, "path": "/srv/x", "state": "directory"}
    for name, value in {"mode": "0700", "owner": "root", "group": "root"}.items():
        yield PermissionCase(f"a directory with {name}", "paas_file", {**folder, name: value}, there)
    bytes_of = {"environment": "my-project", "node_group": "app", "path": "/etc/x", "content": "AP8="}
    read = {**path, "state": "read"}
    yield PermissionCase(
        "bytes that are read", "paas_file", read, (*there, _task("paas_file", **bytes_of, encoding="base64"))
    )
    yield PermissionCase("a file that is missing", "paas_file", read, there, message="does not exist in node")
    yield PermissionCase("a busy environment, read", "paas_file", read, there, launching=True, message="does not exist")


def all_cases() -> list[PermissionCase]:
    """Every case; those of one environment also as entries of a task for many."""
    single = list(of_environments())
    others = [*of_other_modules(), *of_scheduled_tasks(), *of_deployments(), *of_files()]
    return [*from_scenarios(), *single, *map(_as_entry, single), *others]


def with_node(value: Any, number: int | None) -> Any:
    """Options with the number of a node in place of what stands for it."""
    if isinstance(value, Mapping):
        return {key: with_node(item, number) for key, item in value.items()}
    return number if value == NODE else value
