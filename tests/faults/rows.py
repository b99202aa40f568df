# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the fault matrix: for each method that changes something, the task that calls it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._engine.resource import Resource
from ansible_collections.inet.elastic.plugins.module_utils._resources.api import Api
from ansible_collections.inet.elastic.plugins.module_utils._resources.deployment.resource import Deployment
from ansible_collections.inet.elastic.plugins.module_utils._resources.env_group import EnvGroup
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.resource import OneEnvironment
from ansible_collections.inet.elastic.plugins.module_utils._resources.environments.resource import EnvironmentSet
from ansible_collections.inet.elastic.plugins.module_utils._resources.exec import Exec
from ansible_collections.inet.elastic.plugins.module_utils._resources.file.resource import File
from ansible_collections.inet.elastic.plugins.module_utils._resources.package import Package
from ansible_collections.inet.elastic.plugins.module_utils._resources.scheduled_task import Scheduler
from ansible_collections.inet.elastic.plugins.module_utils._resources.ssh_key import SshKey
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken, TokenSet
from tests.integration.packages import WIKI
from tests.unit.resources.method_names import methods_called

Options = dict[str, Any]
NAME, SOURCE = "my-shop", "my-source"
MASTER = "the number of the master node"  # stands for it in options
SECRET = "a secret of the variables"
NODES: list[dict[str, Any]] = [
    {"node_group": "cp", "image": "app:1.0", "count": 2, "env": {"MODE": "a", "TOKEN": SECRET}, "volumes": ["/data"]},
    {"node_group": "sqldb", "node_type": "postgresql"},
]
FILE_SECRET, SETTING_SECRET = "a secret of a file", "a secret of a package"
KEY_SECRET = "Zm9yIHRlc3RzIG9ubHksIG5vIGtleSBvZiBhbnl0aGluZw=="
# Secrets that tasks of this table send; accounts, sessions and tokens come to these.
SECRETS = (SECRET, FILE_SECRET, SETTING_SECRET, KEY_SECRET)
RESOURCES: dict[str, type[Resource[Any, Any]]] = {
    "api": Api,
    "deployment": Deployment,
    "environment": OneEnvironment,
    "environments": EnvironmentSet,
    "exec": Exec,
    "file": File,
    "group": EnvGroup,
    "key": SshKey,
    "package": Package,
    "schedule": Scheduler,
    "token": OneToken,
    "tokens": TokenSet,
}


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        method: in full.
        task: resource and options of the task that calls it.
        before: tasks that make what it needs.
        again: options that the third run has in place of the task's.
        traits: what decides how faults end, see ``kinds.py``:

            ``environment`` of an environment, by ``paas_environment``
            ``operated``    a change of an environment, whose running operations are waited for
            ``retried``     sent again after an operation that was running
            ``inside``      inside an environment, whose status is not looked at
            ``outside``     not of an environment
            ``unseen``      whether it was done does not show
            ``repeated``    the task asks for it to be done each time
            ``token``       of a token; ``create`` and ``regenerate`` bring a value
            ``set``         one of several changes that the task makes
        module: where the task makes several changes, the module that it is of; see ``sets.py``.
        skip: how many calls of the method go well before the one that is struck.
        others: the writes that follow it in the same task.
        rest: the writes of the next run, if a run ends right after this one.
    """

    method: str
    task: tuple[str, Options]
    before: tuple[tuple[str, Options], ...] = ()
    again: Options = field(default_factory=dict)
    traits: tuple[str, ...] = ()
    module: str = ""
    skip: int = 0
    others: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()

    @property
    def row(self) -> str:
        """What no other row is called, for results."""
        return self.label if self.module else self.method

    @property
    def label(self) -> str:
        """The same for readers, shorter."""
        return f"{self.module}: {self.name}" if self.module else self.name

    @property
    def name(self) -> str:
        """The method without namespace and service; with the service where two have one name."""
        return self.method.rpartition(".")[2]

    @property
    def stored(self) -> bool:
        """Whether the task has a token store."""
        return "token" in self.traits


def _environment(method: str, options: Options, *first: Options, traits: tuple[str, ...] = ("operated",)) -> Row:
    """A change of an environment that is there; ``first`` makes it as the change needs it."""
    before = tuple(("environment", {"name": NAME, **item}) for item in ({"nodes": NODES}, *first))
    return Row(method, ("environment", {"name": NAME, **options}), before, traits=(*traits, "environment"))


def _layer(method: str, change: Options, *first: Options, layer: str = "cp", **more: Any) -> Row:
    """A change of one layer."""
    before = [{"nodes": [{"node_group": layer, **item}]} for item in first]
    return _environment(method, {"nodes": [{"node_group": layer, **change}], **more}, *before)


def _pair(service: str, add: str, edit: str, remove: str, part: str, item: Options, other: Options) -> Iterator[Row]:
    """One thing of an environment that is added, edited and removed."""
    yield _environment(f"{service}.{add}", {part: [item]})
    yield _environment(f"{service}.{edit}", {part: [{**item, **other}]}, {part: [item]})
    yield _environment(f"{service}.{remove}", {part: [], "purge": {part: True}}, {part: [item]})


def _inside(method: str, resource: str, options: Options, *first: Options, unseen: bool = False) -> Row:
    place = {"environment": NAME, **({} if "node_id" in options else {"node_group": "cp"})}
    before = [("environment", {"name": NAME, "nodes": NODES}), *((resource, {**place, **item}) for item in first)]
    traits = ("inside", "unseen") if unseen else ("inside",)
    return Row(method, (resource, {**place, **options}), tuple(before), traits=traits)


def _outside(method: str, resource: str, options: Options, *first: Options) -> Row:
    return Row(method, (resource, options), tuple((resource, item) for item in first), traits=("outside",))


CONTROL, BINDER, AUTHENTICATION = "environment.control", "environment.binder", "users.authentication"
ARCHIVE = {"archive": {"url": "https://repo.example.com/shop.war"}}
REPOSITORY = {"repository": {"url": "https://git.example.com/shop.git", "branch": "v1"}}
MOUNT = {"volume_mounts": {"/mnt": {"source_node_group": "sqldb"}}}
DOMAINS = ["a.example.com", "b.example.com"]
ENDPOINT = {"name": "db", "node_group": "sqldb", "private_port": 5432}
RULE = {"name": "db", "node_group": "sqldb", "ports": "5432"}
TRIGGER = {"name": "up", "node_group": "cp", "condition": "above", "value": 70, "action": "add_node", "limit": 5}
# The form of a certificate and a key is all that the emulator looks at.
_PEM = "-----BEGIN {0}-----\n{1}\n-----END {0}-----"
KEY_TEXT = _PEM.format("PRIVATE KEY", KEY_SECRET)
CERTIFICATE = {"certificate": _PEM.format("CERTIFICATE", "Zm9yIHRlc3RzIG9ubHksIG9mIG5vYm9keQ=="), "key": KEY_TEXT}
SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
KEY = {"title": "laptop", "public_key": SSH}
GROUP = {"name": "clients", "color": "#aabbcc"}
FILE = {"path": "/etc/app.conf", "content": FILE_SECRET, "sensitive": True, "master_only": True}
DIRECTORY = {"path": "/srv/data", "state": "directory", "master_only": True}
COMMAND = {"command": "touch /var/done", "creates": "/var/done"}
PACKAGE = {"environment": NAME, "manifest": WIKI, "settings": {"secret": SETTING_SECRET}}
TASK: Options = {
    **{"name": "nightly", "method": f"{CONTROL}.StopEnv", "cron": "0 0 22 * * ?"},
    "parameters": {"envName": NAME, "secret": SETTING_SECRET},
}
TOKEN: dict[str, Any] = {"description": "bot", "api_methods": ["users.account.GetUserInfo"]}
LOST = {"regenerate": "lost"}
MADE = ("outside", "environment")

_MADE = (
    Row(f"{CONTROL}.CreateEnvironment", ("environment", {"name": NAME, "nodes": NODES}), traits=MADE),
    Row(
        f"{CONTROL}.CloneEnv",
        ("environment", {"name": NAME, "clone_from": SOURCE}),
        (("environment", {"name": SOURCE, "nodes": NODES}),),
        traits=MADE,
    ),
)
_WHOLE = (
    _environment(f"{CONTROL}.DeleteEnv", {"state": "absent", "delete_confirm": "password"}),
    _environment(f"{CONTROL}.StartEnv", {"state": "started"}, {"state": "stopped"}, traits=("outside",)),
    _environment(f"{CONTROL}.StopEnv", {"state": "stopped"}),
    _environment(f"{CONTROL}.SleepEnv", {"state": "sleeping"}),
    _environment(
        f"{CONTROL}.RestartNodes",
        {"state": "restarted", "nodes": [{"node_group": "cp"}]},
        traits=("unseen", "repeated", "operated"),
    ),
    _environment(f"{CONTROL}.Migrate", {"region": "region-b"}),
    _environment(f"{CONTROL}.SetEnvDisplayName", {"display_name": "Our shop"}),
    _environment(f"{CONTROL}.AttachEnvGroup", {"env_groups": ["clients"]}),
    _environment(
        f"{CONTROL}.DetachEnvGroup", {"env_groups": [], "purge": {"env_groups": True}}, {"env_groups": ["clients"]}
    ),
)
_LAYERS = (
    _layer(f"{CONTROL}.ChangeTopology", {"count": 3}),
    _layer(f"{CONTROL}.RedeployContainersByGroup", {"tag": "2.0"}),
    _layer(f"{CONTROL}.SetNodeGroupDisplayName", {"display_name": "Front"}),
    _layer(f"{CONTROL}.SetSLBAccessEnabled", {"slb_access": False}),
    _layer(f"{CONTROL}.EditNodeGroup", {"restart_delay": 45}),
    _layer(f"{CONTROL}.AddContainerEnvVars", {"env": {"MODE": "b"}}),
    _layer(f"{CONTROL}.RemoveContainerEnvVars", {"env": {"MODE": None}}),
    _layer(f"{CONTROL}.AddContainerVolumes", {"volumes": ["/data", "/more"]}),
    _layer(f"{CONTROL}.RemoveContainerVolumes", {"volumes": []}, purge={"volumes": True}),
    _layer("environment.file.AddMountPointByGroup", MOUNT),
    _layer("environment.file.RemoveMountPointByGroup", {"volume_mounts": {}}, MOUNT, purge={"volume_mounts": True}),
)
_PARTS = (
    _environment(f"{BINDER}.BindExtDomain", {"domains": DOMAINS[:1]}),
    _environment(f"{BINDER}.BindExtDomains", {"domains": DOMAINS}),
    _environment(f"{BINDER}.RemoveExtDomain", {"domains": [], "purge": {"domains": True}}, {"domains": DOMAINS[:1]}),
    _environment(f"{BINDER}.BindSSL", {"ssl_certificate": CERTIFICATE}),
    _environment(f"{BINDER}.RemoveSSL", {"ssl_certificate": {}}, {"ssl_certificate": CERTIFICATE}),
    *_pair(CONTROL, "AddEndpoint", "EditEndpoint", "RemoveEndpoint", "endpoints", ENDPOINT, {"private_port": 5433}),
    *_pair("environment.security", "AddRule", "EditRule", "RemoveRules", "firewall", RULE, {"ports": "5433"}),
    _environment("environment.security.AddRules", {"firewall": [RULE, {**RULE, "name": "web", "ports": "80"}]}),
    *_pair("environment.trigger", "AddTrigger", "EditTrigger", "DeleteTrigger", "triggers", TRIGGER, {"value": 80}),
)
_INSIDE = (
    _inside(f"{CONTROL}.ExecCmdByGroup", "exec", COMMAND, unseen=True),
    _inside(f"{CONTROL}.ExecCmdById", "exec", {**COMMAND, "node_id": MASTER}, unseen=True),
    _inside("environment.file.Write", "file", FILE),
    _inside("environment.file.Create", "file", DIRECTORY),
    _inside("environment.file.Delete", "file", {"path": "/etc/app.conf", "state": "absent", "master_only": True}, FILE),
)
_DEPLOYMENTS = tuple(
    replace(row, traits=("retried",))
    for row in (
        _inside("environment.deployment.DeployArchive", "deployment", ARCHIVE),
        _inside("environment.deployment.Undeploy", "deployment", {"state": "absent"}, ARCHIVE),
        _inside("environment.vcs.EditProject", "deployment", {**REPOSITORY, "zero_downtime": True}, REPOSITORY),
    )
)
_VCS, _DEPLOY = "environment.vcs", "environment.deployment.DeployArchive"
_CREATE, _UPDATE, _EDIT = (f"{_VCS}.{name}" for name in ("CreateProject", "Update", "EditProject"))
_PLACE = {"environment": NAME, "node_group": "cp"}
_BOUND = {"envName": NAME, "nodeGroup": "cp", "context": "ROOT", "type": "git", "url": "https://git.example.com/a.git"}
_PROJECTS = (
    replace(
        _inside(_CREATE, "deployment", REPOSITORY),
        traits=("retried",),
        others=(_UPDATE, _EDIT),
        rest=(_UPDATE, _EDIT),
    ),
    replace(
        _inside(_UPDATE, "deployment", {**REPOSITORY, "update": "always"}, REPOSITORY),
        traits=("repeated", "retried"),
    ),
    # Bound and never updated, so nothing is deployed.
    Row(
        f"{_VCS}.DeleteProject",
        ("deployment", {**_PLACE, "state": "absent"}),
        (("environment", {"name": NAME, "nodes": NODES}), ("api", {"method": _CREATE, "parameters": _BOUND})),
        traits=("retried",),
    ),
    # Any file does. That it was uploaded does not show, and the address is known by the answer alone.
    Row(
        "storage.uploader.Upload",
        ("deployment", {**_PLACE, "archive": {"src": __file__}}),
        (("environment", {"name": NAME, "nodes": NODES}),),
        traits=("unseen", "outside"),
        others=(_DEPLOY,),
        rest=("storage.uploader.Upload", _DEPLOY),
    ),
)
_OUTSIDE = (
    _outside("environment.group.CreateGroup", "group", GROUP),
    _outside("environment.group.EditGroup", "group", {**GROUP, "color": "#000000"}, GROUP),
    _outside("environment.group.SetIsolationEnabled", "group", {**GROUP, "isolated": True}, GROUP),
    _outside("environment.group.RemoveGroup", "group", {"name": "clients", "state": "absent"}, GROUP),
    _outside("management.account.AddSSHKey", "key", KEY),
    _outside("management.account.DeleteSSHKey", "key", {"title": "laptop", "state": "absent"}, KEY),
    _outside("utils.scheduler.CreateAccountTask", "schedule", TASK),
    Row(
        "utils.scheduler.CreateEnvTask",
        ("schedule", {"environment": NAME, **TASK}),
        (("environment", {"name": NAME, "nodes": NODES}),),
        traits=("outside",),
    ),
    _outside("utils.scheduler.EditTask", "schedule", {**TASK, "cron": "0 0 23 * * ?"}, TASK),
    _outside("utils.scheduler.DeleteTasks", "schedule", {"name": "nightly", "state": "absent"}, TASK),
    _outside("marketplace.jps.Install", "package", PACKAGE),
    _outside("marketplace.jps.Uninstall", "package", {"environment": NAME, "name": "wiki", "state": "absent"}, PACKAGE),
)
_TOKENS = (
    Row(f"{AUTHENTICATION}.CreateToken", ("token", TOKEN), again=LOST, traits=("create", "token")),
    Row(
        f"{AUTHENTICATION}.EditToken",
        ("token", {"description": "bot", "expires_at": "2099-01-31"}),
        (("token", TOKEN),),
        traits=("edit", "token"),
    ),
    Row(
        f"{AUTHENTICATION}.RegenerateToken",
        ("token", {"description": "bot", "regenerate": "always"}),
        (("token", TOKEN),),
        again=LOST,
        traits=("regenerate", "token"),
    ),
    Row(
        f"{AUTHENTICATION}.DeleteTokens",
        ("token", {"description": "bot", "state": "absent"}),
        (("token", TOKEN),),
        traits=("remove", "token"),
    ),
)
CASES: dict[str, Row] = {
    case.name: case
    for case in (*_MADE, *_WHOLE, *_LAYERS, *_PARTS, *_INSIDE, *_DEPLOYMENTS, *_PROJECTS, *_OUTSIDE, *_TOKENS)
}


# Never the first write of a task; test_node_file_commands.py in tests/unit/resources has their lost answers.
WITH_OTHERS = frozenset(
    {
        "environment.file.Append",
        "environment.file.Copy",
    }
)


def writes_of_the_code() -> set[str]:
    """Every method that the code calls and that changes something, by the emulator's catalogue."""
    return {name for name, facts in methods_called().items() if facts.write} - WITH_OTHERS
