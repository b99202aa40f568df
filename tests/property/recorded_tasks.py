# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that together read all that the collection reads, and change something of each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from paas_emulator.secrets_at_rest import digest

from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import StoreEntry
from ansible_collections.inet.elastic.plugins.module_utils._resources.account import AccountInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.api import Api
from ansible_collections.inet.elastic.plugins.module_utils._resources.deployment.resource import Deployment
from ansible_collections.inet.elastic.plugins.module_utils._resources.env_group import EnvGroup
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.info import EnvironmentInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from ansible_collections.inet.elastic.plugins.module_utils._resources.exec import Exec
from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from ansible_collections.inet.elastic.plugins.module_utils._resources.log import LogInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.package import Package
from ansible_collections.inet.elastic.plugins.module_utils._resources.scheduled_task import Scheduler
from ansible_collections.inet.elastic.plugins.module_utils._resources.session import Session
from ansible_collections.inet.elastic.plugins.module_utils._resources.ssh_key import SshKey
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.info import TokenInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken, TokenSet
from ansible_collections.inet.elastic.plugins.module_utils._resources.token_rotation.resource import TokenRotation
from tests.certificates import pem_pair
from tests.property.emulated import EmulatedPlatform
from tests.property.recorded_answers import Subject
from tests.unit.documented_tasks import resource
from tests.unit.module_examples import INFO_MODULES, first_example

NAME = "my-shop"
VARIABLE, SETTING, SESSION = "value-of-a-variable", "value-of-a-setting", "value-of-a-session"
VALUE = "value-of-a-token"
CERTIFICATES = [pem_pair(), pem_pair()]  # each with its key
KEYS = [f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA{sign * 48}" for sign in "AB"]
NODES: list[dict[str, Any]] = [
    {"node_group": "bl", "node_type": "haproxy", "slb_access": True},
    {
        **{"node_group": "cp", "image": "registry.example.com/app", "tag": "1.0", "count": 2, "flexible_cloudlets": 4},
        **{"env": {"MODE": "production", "SECRET": VARIABLE}, "volumes": ["/data", "/logs"], "ext_ips": 1},
    },
    {"node_group": "storage", "node_type": "storage", "display_name": "Files"},
]
SHARED = {"/shared": {"source_node_group": "storage", "source_path": "/data"}}
SHOP: dict[str, Any] = {"name": NAME, "display_name": "The shop", "env_groups": ["clients/acme"], "nodes": NODES}
PARTS: dict[str, Any] = {
    "domains": ["www.example.com", "shop.example.com"],
    "endpoints": [{"name": "admin", "node_group": "cp", "private_port": 8081}],
    "firewall": [{"name": "monitoring", "node_group": "cp", "ports": "9100", "source": "192.0.2.0/24"}],
    "triggers": [
        {"name": "more", "node_group": "cp", "condition": "above", "value": 70, "action": "add_node", "limit": 4},
        {"name": "mail", "node_group": "bl", "condition": "below", "value": 5.5, "action": "notify"},
    ],
    "ssl_certificate": {"certificate": CERTIFICATES[0][0], "key": CERTIFICATES[0][1]},
}
OTHER_PARTS: dict[str, Any] = {
    "domains": ["www.example.org"],
    "endpoints": [{"name": "admin", "node_group": "cp", "private_port": 8082}],
    "firewall": [{"name": "monitoring", "node_group": "cp", "ports": "9101"}],
    "triggers": [
        {"name": "more", "node_group": "cp", "condition": "above", "value": 80, "action": "add_node", "count": 2}
    ],
    "ssl_certificate": {"certificate": CERTIFICATES[1][0], "key": CERTIFICATES[1][1]},
    "purge": dict.fromkeys(("domains", "endpoints", "firewall", "triggers"), True),
}
CHANGED_NODES: list[dict[str, Any]] = [
    {
        **{"node_group": "cp", "tag": "1.1", "flexible_cloudlets": 6, "volumes": ["/data"], "volume_mounts": SHARED},
        "env": {"MODE": "test", "SECRET": VARIABLE},
    }
]
PURGE = {"env": True, "volumes": True, "volume_mounts": True}
WIKI: dict[str, Any] = {
    "type": "install",
    **{"id": "wiki", "name": "The Wiki", "success": "Have fun", "nodes": [{"image": "wiki:2.4", "nodeGroup": "cp"}]},
}
GROUP = {"name": "acme", "color": "#5fa2dd", "isolated": True}
BOT = {"description": "bot", "api_methods": ["environment.control.*Env*"], "expires_in": "30d"}
KEEPS_NOTHING = {"return_value": True}

Prepare = Callable[[EmulatedPlatform], None]


def there(resource: Resource[Any, Any], **options: Any) -> Prepare:
    """A task that is run before."""
    return lambda platform: void(platform.perform(resource, **options))


def void(_result: object) -> None:
    """Nothing."""


def session_there(platform: EmulatedPlatform) -> None:
    """Make the session that a task signs out, under a value that is known beforehand."""
    sessions = platform.platform.store.sessions
    sessions[digest(SESSION)] = sessions[digest(platform.session)]


SHOP_THERE = there(OneEnvironment(), **SHOP)
ALL_THERE = there(OneEnvironment(), **SHOP, **PARTS)
BOT_THERE = there(OneToken(), **BOT, **KEEPS_NOTHING)
WIKI_THERE = there(Package(), environment="my-wiki", manifest=WIKI)
CP: dict[str, Any] = {"environment": NAME, "node_group": "cp"}
NIGHTLY: dict[str, Any] = {
    "name": "nightly",
    "environment": NAME,
    "method": "environment.control.StopEnv",
    "cron": "0 0 22 * * ?",
}
REPOSITORY = {"url": "https://git.example.com/shop.git", "branch": "v1"}


def deployed(platform: EmulatedPlatform) -> None:
    """The repository, in a layer of the shop."""
    SHOP_THERE(platform)
    platform.perform(Deployment(), **CP, repository=REPOSITORY)


def logged(platform: EmulatedPlatform) -> None:
    """A log of two lines, in a layer of the shop."""
    SHOP_THERE(platform)
    platform.perform(File(), **CP, path="/var/log/app.log", content="one\ntwo\n")


def scheduled(platform: EmulatedPlatform) -> None:
    """A task of the scheduler, with a parameter."""
    SHOP_THERE(platform)
    platform.perform(Scheduler(), **NIGHTLY, parameters={"nodeGroup": SETTING})


KEY = tuple(line for _certificate, key in CERTIFICATES for line in key.splitlines() if not line.startswith("-"))

SUBJECTS = [
    Subject("tokens listed", TokenInfo(), {"gather": ["tokens", "templates", "methods"]}, BOT_THERE),
    Subject("token created", OneToken(), {**BOT, **KEEPS_NOTHING}),
    Subject(
        "token changed",
        OneToken(),
        {"description": "bot", "template": "Marketplace", "regenerate": "always", **KEEPS_NOTHING},
        BOT_THERE,
    ),
    Subject("token removed", OneToken(), {"description": "bot", "state": "absent"}, BOT_THERE),
    Subject(
        "tokens pruned",
        TokenSet(),
        {"tokens": [{**BOT, "description": "other"}], "prune": True, "prune_pattern": "bo*", **KEEPS_NOTHING},
        BOT_THERE,
    ),
    Subject(
        "token rotated",
        TokenRotation(),
        {"tokens": [{"description": "bot"}], "which": "all", "store": "tokens.yml"},
        BOT_THERE,
        (VALUE,),
        stored=(StoreEntry("bot", value=VALUE, id=1, description="bot", valid_for=3600),),
    ),
    Subject("environments listed", EnvironmentInfo(), {"group": ["clients"]}, ALL_THERE),
    Subject("environment looked at", EnvironmentInfo(), {"name": [NAME]}, ALL_THERE),
    Subject("environment made", OneEnvironment(), {**SHOP, **PARTS}, secrets=(VARIABLE, *KEY)),
    Subject("parts changed", OneEnvironment(), {"name": NAME, **OTHER_PARTS}, ALL_THERE, KEY),
    Subject(
        "layers changed",
        OneEnvironment(),
        {"name": NAME, "nodes": CHANGED_NODES, "purge": PURGE},
        SHOP_THERE,
        (VARIABLE,),
    ),
    Subject("nothing to change", OneEnvironment(), {**SHOP, **PARTS}, ALL_THERE, (VARIABLE, *KEY)),
    Subject("environment stopped", OneEnvironment(), {"name": NAME, "state": "stopped"}, SHOP_THERE),
    Subject("environment cloned", OneEnvironment(), {"name": "our-copy", "clone_from": NAME}, SHOP_THERE),
    Subject(
        "environment removed",
        OneEnvironment(),
        {"name": NAME, "state": "absent", "delete_confirm": "password"},
        SHOP_THERE,
    ),
    Subject(
        "several environments",
        EnvironmentSet(),
        {"environments": [{**SHOP, "display_name": "Ours"}, {"name": "our-copy", "clone_from": NAME}]},
        SHOP_THERE,
        (VARIABLE,),
    ),
    Subject("any method that reads", Api(), {"method": "environment.control.GetEnvs"}, ALL_THERE),
    Subject(
        "any method that changes something",
        Api(),
        {
            "method": "environment.control.SetEnvDisplayName",
            "parameters": {"envName": NAME, "displayName": SETTING},
            "sensitive": ["displayName"],
        },
        SHOP_THERE,
        (SETTING,),
    ),
    Subject("account looked at", AccountInfo(), {"billing": True, "quotas": ["environment.maxcount"]}),
    Subject("session opened", Session(), {}),
    Subject("session ended", Session(), {"state": "absent", "session": SESSION}, session_there),
    Subject("group made", EnvGroup(), GROUP),
    Subject("group changed", EnvGroup(), {**GROUP, "color": "#000000", "isolated": False}, there(EnvGroup(), **GROUP)),
    Subject("group removed", EnvGroup(), {"name": GROUP["name"], "state": "absent"}, there(EnvGroup(), **GROUP)),
    Subject(
        "key replaced",
        SshKey(),
        {"title": "laptop", "public_key": KEYS[1]},
        there(SshKey(), title="laptop", public_key=KEYS[0]),
    ),
    Subject(
        "package installed",
        Package(),
        {"environment": "my-wiki", "manifest": WIKI, "settings": {"password": SETTING}},
        secrets=(SETTING,),
    ),
    Subject("package removed", Package(), {"environment": "my-wiki", "name": "wiki", "state": "absent"}, WIKI_THERE),
    Subject("log read", LogInfo(), {**CP, "path": "/var/log/app.log"}, logged),
    Subject("archive deployed", Deployment(), {**CP, "archive": {"url": "https://repo.example.com/a.war"}}, SHOP_THERE),
    Subject(
        "repository deployed",
        Deployment(),
        {**CP, "repository": {**REPOSITORY, "password": SETTING}},
        SHOP_THERE,
        (SETTING,),
    ),
    Subject("repository changed", Deployment(), {**CP, "repository": {**REPOSITORY, "branch": "v2"}}, deployed),
    Subject("application removed", Deployment(), {**CP, "state": "absent"}, deployed),
    Subject("task scheduled", Scheduler(), {**NIGHTLY, "parameters": {"nodeGroup": SETTING}}, SHOP_THERE),
    Subject("task changed", Scheduler(), {**NIGHTLY, "cron": "0 0 23 * * ?"}, scheduled),
    Subject("task removed", Scheduler(), {"name": "nightly", "environment": NAME, "state": "absent"}, scheduled),
    Subject(
        "command run",
        Exec(),
        {"environment": NAME, "node_group": "cp", "commands": ["echo done", "echo again"], "creates": "/nothing"},
        SHOP_THERE,
    ),
    Subject(
        "file written",
        File(),
        {"environment": NAME, "node_group": "cp", "path": "/data/motd", "content": "Hello", "sensitive": True},
        SHOP_THERE,
    ),
    Subject(
        "bytes written",
        File(),
        {
            "environment": NAME,
            "node_group": "cp",
            "path": "/data/in",
            "content": "AP8=",
            "encoding": "base64",
            "mode": "0600",
        },
        SHOP_THERE,
    ),
    Subject(
        "directory made",
        File(),
        {"environment": NAME, "node_group": "cp", "path": "/data/in", "state": "directory"},
        SHOP_THERE,
    ),
]
# Info modules without a task above, by their first example.
SUBJECTS += [
    Subject(f"example of {name}", resource(name), first_example(name))
    for name in INFO_MODULES
    if type(resource(name)) not in {type(subject.resource) for subject in SUBJECTS}
]
