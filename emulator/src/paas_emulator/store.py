# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the platform remembers: accounts, sessions, tokens, environments, groups. Plain data, no rules."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1
FIRST_IDS = {
    **{"uid": 1001, "node": 20001, "token": 1, "session": 1, "group": 1, "operation": 1, "ext_ip": 1},
    **{
        "rule": 1,
        "closing_rule": 900_001,
        "trigger": 1,
        "endpoint": 1,
        "public_port": 11001,
        "certificate": 1,
        "ssh_key": 1,
        "addon": 1,
        "task": 1,
        "repository": 1,
        "build_project": 1,
        "collaboration": 1,
        "shared_resource": 1,
    },
}


@dataclass
class Account:
    """`password` is a scrypt hash, `recovery_codes` are SHA-256 digests. `quotas`: values other than the defaults."""

    uid: int
    login: str
    password: str
    name: str
    otp_secret: str | None = None
    recovery_codes: list[str] = field(default_factory=list)
    ssh_keys: list[dict[str, Any]] = field(default_factory=list)
    quotas: dict[str, float] = field(default_factory=dict)


@dataclass
class Session:
    """Kept under the digest of its value. `last_access`: seconds since 1970 on the platform's clock."""

    id: int
    uid: int
    created_on: str
    last_access: float
    host: str
    user_agent: str
    restricted: bool = False
    attempts_left: int = 5


@dataclass
class Token:
    """`digest`: SHA-256 of the value. Either `template` (a name) or `methods` (names) says what it may do."""

    id: int
    uid: int
    digest: str
    description: str
    expires_at: str | None = None
    template: str | None = None
    methods: list[str] = field(default_factory=list)
    last_used: str | None = None


@dataclass(frozen=True)
class Upload:
    """A file that was sent, until the emulator ends."""

    name: str
    body: bytes


@dataclass
class Group:
    """A group of environments; `name` is the whole path `parent/child`."""

    id: int
    uid: int
    name: str
    color: str
    is_isolated: bool = False
    visibility: int = 0


@dataclass
class Node:
    """One container. `config`: what was asked for and is not shown (variables, registry, ...).

    mounts, endpoints: as GetMountPoints and GetEndpoints show them. files: path -> `body`, or null for a directory.
    attributes: path -> `mode`, `user` and `group`, where a command changed them.
    """

    id: int
    layer: str
    node_type: str
    image: str | None
    tag: str
    display_name: str | None
    fixed_cloudlets: int
    flexible_cloudlets: int
    disk_mb: int
    is_master: bool
    ext_ips: list[str] = field(default_factory=list)
    addons: list[str] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    mounts: list[dict[str, Any]] = field(default_factory=list)
    endpoints: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, str | None] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Layer:
    """A node group. `data`: further members of its answer."""

    name: str
    mission: str
    display_name: str | None
    slb_access: bool
    scaling_mode: str
    restart_delay: int
    template_type: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Running:
    """An operation in progress. `settles`: the status it ends in; None = the environment goes."""

    id: int
    method: str
    started_on: str
    settles: int | None
    action_key: str | None = None


@dataclass
class Environment:
    """`display_name` None = none set.

    ext_domains: domain -> id of its certificate, or null. certificate: the custom one of the environment itself.
    domains: additional ones of the platform: `name`, `separator`, and `nodeGroup` or `nodeId` unless of the whole.
    domain: that its own name stands before. region_name: the region for people.
    projects: of version control. build_projects: of build nodes. deployments: what runs in a context, with its layer.
    firewall, triggers: as their answers show them, each with its id. properties: of Get-, Add- and ApplyEnvProperty.
    """

    name: str
    appid: str
    uid: int
    creator_uid: int
    created_on: str
    region: str
    status: int
    domain: str = "paas.example.com"
    region_name: str = ""
    display_name: str | None = None
    ssl: bool = False
    ha: bool = False
    engine: str | None = None
    groups: list[str] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    running: Running | None = None
    ext_domains: dict[str, int | None] = field(default_factory=dict)
    domains: list[dict[str, Any]] = field(default_factory=list)
    certificate: dict[str, Any] | None = None
    firewall: list[dict[str, Any]] = field(default_factory=list)
    firewall_enabled: bool = True
    triggers: list[dict[str, Any]] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    projects: list[dict[str, Any]] = field(default_factory=list)
    build_projects: list[dict[str, Any]] = field(default_factory=list)
    deployments: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Store:
    """All of it. `sessions` by digest, `environments` by name, the rest by id; `seeded`: digests of start-up tokens.

    certificates, tasks, repositories: of all accounts, each with its `uid`. console: text by account.
    collaborations: each with its resources.
    installations: packages by their unique name.
    """

    accounts: dict[int, Account] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    tokens: dict[int, Token] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    certificates: dict[int, dict[str, Any]] = field(default_factory=dict)
    installations: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[int, dict[str, Any]] = field(default_factory=dict)
    repositories: dict[int, dict[str, Any]] = field(default_factory=dict)
    collaborations: dict[int, dict[str, Any]] = field(default_factory=dict)
    console: dict[int, str] = field(default_factory=dict)
    seeded: list[str] = field(default_factory=list)
    next_ids: dict[str, int] = field(default_factory=lambda: dict(FIRST_IDS))

    def next_id(self, kind: str) -> int:
        """A number never given before."""
        number = self.next_ids[kind]
        self.next_ids[kind] = number + 1
        return number

    def account_of(self, login: str) -> Account | None:
        """By login, without regard to case."""
        wanted = login.strip().casefold()
        return next((item for item in self.accounts.values() if item.login.casefold() == wanted), None)

    def tokens_of(self, uid: int) -> list[Token]:
        """In the order of creation."""
        return [token for token in self.tokens.values() if token.uid == uid]

    def environments_of(self, uid: int) -> list[Environment]:
        """In the order of creation."""
        return [item for item in self.environments.values() if item.uid == uid]

    def to_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Store:
        """The reverse. Raises KeyError, TypeError or ValueError for anything else than `to_plain` wrote."""
        if plain["format"] != FORMAT:
            raise ValueError("unknown format")
        store = cls(
            accounts={int(key): Account(**row) for key, row in plain["accounts"].items()},
            sessions={key: Session(**row) for key, row in plain["sessions"].items()},
            tokens={int(key): Token(**row) for key, row in plain["tokens"].items()},
            environments={key: _environment(row) for key, row in plain["environments"].items()},
            groups={int(key): Group(**row) for key, row in plain["groups"].items()},
            certificates={int(key): dict(row) for key, row in plain.get("certificates", {}).items()},
            installations={str(key): dict(row) for key, row in plain.get("installations", {}).items()},
            tasks={int(key): dict(row) for key, row in plain.get("tasks", {}).items()},
            repositories={int(key): dict(row) for key, row in plain.get("repositories", {}).items()},
            collaborations={int(key): dict(row) for key, row in plain.get("collaborations", {}).items()},
            console={int(key): str(text) for key, text in plain.get("console", {}).items()},
            seeded=[str(item) for item in plain["seeded"]],
            next_ids={**FIRST_IDS, **{key: int(value) for key, value in plain["next_ids"].items()}},
        )
        store.finish_interrupted()
        return store

    def finish_interrupted(self) -> None:
        """Finish operations that a stop of the emulator interrupted, as the platform would have."""
        for environment in list(self.environments.values()):
            if environment.running:
                if environment.running.settles is None:
                    del self.environments[environment.name]
                else:
                    environment.status = environment.running.settles
                    environment.running = None


def _environment(row: dict[str, Any]) -> Environment:
    running = row["running"]
    parts = {
        "layers": [Layer(**layer) for layer in row["layers"]],
        "nodes": [Node(**node) for node in row["nodes"]],
        "running": Running(**running) if running else None,
    }
    return Environment(**{**row, **parts})
