# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be wrong with an environment. A rule returns a sentence, or None if nothing is wrong or it is not known."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator

from ansible_collections.inet.elastic.plugins.module_utils._client.answers import flag, member, member_text
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.query import and_parents

from .model import AuditFacts, AuditRule, AuditSettings, Entry

# A part of the name of a stack or an image, and the port on which the database listens.
DATABASES = {
    "mysql": 3306,
    "mariadb": 3306,
    "percona": 3306,
    "postgres": 5432,
    "mongo": 27017,
    "redis": 6379,
    "memcached": 11211,
    "couchdb": 5984,
    "cassandra": 9042,
    "elasticsearch": 9200,
    "opensearch": 9200,
}
BROKEN = ("broken", "suspended", "not_existing")
SAVING_METHODS = ("stopenv", "sleepenv")
ANY_ADDRESS = ("", "ALL", "0.0.0.0/0", "::/0")


def database_layers(environment: Entry) -> Iterator[tuple[Entry, int]]:
    """Yield the layers that run a database, with its port."""
    for layer in environment["nodes"] or ():
        software = f"{layer['node_type'] or ''} {layer['image'] or ''}".casefold()
        port = next((port for word, port in DATABASES.items() if word in software), None)
        if port:
            yield layer, port


def _has_port(ports: str, port: int) -> bool:
    """Whether a port is among those of a firewall rule, such as 80,8000-8010; no ports or ALL means all ports."""
    if ports.strip().upper() in ("", "ALL"):
        return True
    ranges = (part.partition("-") for part in ports.replace(" ", "").split(","))
    return any(int(first) <= port <= int(last or first) for first, _dash, last in ranges if (first + last).isdigit())


def _lets_everybody_in(rule: Entry) -> bool:
    return (
        (member_text(rule, "direction") or "INPUT").upper() in ("INPUT", "BIDIRECTIONAL")
        and (member_text(rule, "action") or "").upper() == "ALLOW"
        and (member_text(rule, "src") or "").upper() in ANY_ADDRESS
        and (member(rule, "isEnabled") is None or flag(member(rule, "isEnabled")))
    )


def _broken(environment: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    return f"has the status {environment['status']}" if environment["status"] in BROKEN else None


def _published(environment: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    ports = {layer["node_group"]: port for layer, port in database_layers(environment)}
    found = [
        f"{item['name']} (port {item['private_port']} of layer {item['node_group']})"
        for item in environment["endpoints"] or ()
        if ports.get(item["node_group"]) == item["private_port"]
    ]
    return f"publishes a database by the endpoint {', '.join(found)}" if found else None


def _open(environment: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    """A layer without public addresses is reached by other environments only, so its rules are no finding."""
    found = [
        f"rule {member_text(rule, 'name')!r} of layer {layer['node_group']} (port {port})"
        for layer, port in database_layers(environment)
        if layer["ext_ips"] or layer["ext_ips_v6"]
        for rule in facts.firewall.get(environment["name"], ())
        if member_text(rule, "softNodeGroup", "nodeGroup") == layer["node_group"]
        and _lets_everybody_in(rule)
        and _has_port(member_text(rule, "ports") or "", port)
    ]
    return f"lets every address connect to a database with a public address: {', '.join(found)}" if found else None


def _public_address(environment: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    found = [
        layer["node_group"] for layer, _port in database_layers(environment) if layer["ext_ips"] or layer["ext_ips_v6"]
    ]
    return f"has public addresses in the database layer {', '.join(found)}" if found else None


def _without_certificate(environment: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    if facts.certificates.get(environment["name"], True):
        return None
    built_in = "the built-in certificate does not cover them" if environment["ssl"] else "SSL is off"
    return f"has external domains and no certificate of its own ({built_in}): {', '.join(environment['domains'])}"


def _idle(environment: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    use = facts.stats.get(environment["name"])
    is_idle = environment["status"] == "running" and use is not None and use["idle"]
    return f"runs, and had no traffic from or to the outside for {use['hours']} hours" if use and is_idle else None


def is_in_group(environment: Entry, patterns: tuple[str, ...]) -> bool:
    """Whether an environment is in one of the groups, or in a group within one of them."""
    above = {path for group in environment["env_groups"] or () for path in and_parents(group)}
    return any(fnmatch.fnmatchcase(path, pattern) for path in above for pattern in patterns)


def _no_auto_stop(environment: Entry, facts: AuditFacts, settings: AuditSettings) -> str | None:
    if facts.tasks is None or not is_in_group(environment, settings.auto_stop_groups):
        return None
    stopped = any(
        (member_text(task, "envName") or "").casefold() == environment["name"]
        and (member_text(task, "script") or "").casefold().endswith(SAVING_METHODS)
        for task in facts.tasks
    )
    return None if stopped else "is in a group of environments that must stop, and no scheduled task stops it"


Check = Callable[[Entry, AuditFacts, AuditSettings], "str | None"]
RULES: tuple[tuple[AuditRule, Check], ...] = (
    (AuditRule("environment_broken", "high", "Look into the environment, or ask the hoster."), _broken),
    (
        AuditRule("database_published", "high", "Remove the endpoint, and connect through the internal network."),
        _published,
    ),
    (AuditRule("database_open", "high", "Limit the firewall rule to the addresses that need the database."), _open),
    (AuditRule("database_public_address", "medium", "Set ext_ips and ext_ips_v6 of the layer to 0."), _public_address),
    (
        AuditRule("domain_without_certificate", "medium", "Set ssl_certificate, or install Let's Encrypt."),
        _without_certificate,
    ),
    (AuditRule("environment_idle", "medium", "Stop the environment, or put it to sleep."), _idle),
    (
        AuditRule("environment_no_auto_stop", "low", "Declare a paas_scheduled_task that stops the environment."),
        _no_auto_stop,
    ),
)
