# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a software stack implies: its layer, its port, its template type."""

from __future__ import annotations

DOCKER = "docker"
# Documented and seen layer names; any other is a custom one.
STANDARD_LAYERS = ("bl", "cp", "cache", "sqldb", "nosqldb", "storage", "vds", "vps", "build", "extra", "docker")
# Documented for Cloud Scripting: these scale stateful unless told otherwise.
STATEFUL_LAYERS = ("bl", "cp", "vds", "vps")
FALLBACK_LAYER = "extra"

# Layer by the beginning of nodeType, for entries without nodeGroup; the longest match wins. Inferred from
# the documented layer roles.
LAYER_BY_STACK: dict[str, tuple[str, ...]] = {
    "bl": (
        *("nginx", "haproxy", "varnish", "apache-lb", "apache2-lb", "apachelb", "apache-balancer"),
        *("litespeed-adc", "litespeedadc", "lslb", "llslb"),
    ),
    "cp": (
        *("apache", "nginxphp", "nginxruby", "nginx-php", "nginx-ruby", "nginxpython", "litespeedphp", "litespeed"),
        *("lemp", "llsmp", "lamp", "tomcat", "tomee", "jetty", "glassfish", "payara", "wildfly", "jboss", "weblogic"),
        *("springboot", "javaengine", "java", "railo", "smartfox", "nodejs", "golang", "dotnet", "ruby", "python"),
        *("kubernetes", "dockerengine", "iis", "php", "jenkins"),
    ),
    "sqldb": ("mysql", "mariadb", "percona", "postgres", "mssql", "proxysql", "pgpool"),
    "nosqldb": (
        *("mongo", "redis", "valkey", "couch", "cassandra", "orientdb", "neo4j", "opensearch", "elasticsearch"),
        *("rethinkdb", "influx", "clickhouse"),
    ),
    FALLBACK_LAYER: ("opensearchdashboards", "logstash"),
    "cache": ("memcached",),
    "storage": ("storage", "nfs"),
    "build": ("maven",),
    "vds": (
        *("ubuntu", "debian", "centos", "almalinux", "rockylinux", "rocky", "oraclelinux", "fedora", "opensuse"),
        *("windows", "cloudlinux"),
    ),
    DOCKER: (DOCKER,),
}
_BY_LENGTH = sorted(
    ((stack, layer) for layer, stacks in LAYER_BY_STACK.items() for stack in stacks),
    key=lambda pair: -len(pair[0]),
)
# Main port by the layer's role (inferred; 22 for containers is recorded).
PORT_BY_MISSION = {"bl": 80, "cp": 8080, "sqldb": 3306, "nosqldb": 27017, "cache": 11211, "storage": 2049}
DEFAULT_PORT = 22
VIRTUAL_SERVERS = ("vds", "vps")


def layer_of(node_type: str) -> str:
    """Default layer of a stack: `tomcat9` -> `cp`."""
    name = node_type.lower()
    if name.endswith(("-vps", "-vds")):
        return "vds"
    return next((layer for stack, layer in _BY_LENGTH if name.startswith(stack)), FALLBACK_LAYER)


def mission_of(layer: str, node_type: str) -> str:
    """Role of a layer: its own name where that is a standard one, else what its nodes are."""
    if layer in STANDARD_LAYERS:
        return layer
    return DOCKER if node_type == DOCKER else FALLBACK_LAYER


def template_type(node_type: str, image: str | None) -> str:
    """NATIVE for containers of any image (recorded) and virtual servers, DOCKERIZED for certified stacks (inferred)."""
    native = image is not None or layer_of(node_type) in (*VIRTUAL_SERVERS, DOCKER)
    return "NATIVE" if native else "DOCKERIZED"
