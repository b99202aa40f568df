# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains and public addresses: what is bound where, and who is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator_client import OTHER_TOKEN, PASSWORD, Client
from paas_emulator.platform import Platform
from paas_emulator.store import Store

B, C = "environment.binder.", "environment.control."
ENV, OTHER = "hello-world", "second-env"
NODES = [{"image": "example/app:1", "nodeGroup": "cp", "count": 2}, {"nodeType": "mysql8", "nodeGroup": "sqldb"}]
FIRST, SECOND, DATABASE = 20001, 20002, 20003
BUSY = {"result": 2330, "source": "JEL"}


@pytest.fixture
def bot(bot: Client) -> Client:
    bot.create(ENV, NODES)
    bot.create(OTHER)
    return bot


def call(client: Client, method: str, **parameters: Any) -> dict[str, Any]:
    return client.call(B + method, **{"envName": ENV, **parameters})


def bound(client: Client, name: str = ENV) -> list[str]:
    domains: list[str] = client.call(C + "GetEnvInfo", envName=name)["env"]["extdomains"]
    return domains


# -- external domains -----------------------------------------------------------------------------------------------


def test_bind_and_remove_one(bot: Client) -> None:
    expected = {"result": 0, "extDomain": {"domain": "www.example.org", "sslEnabled": False}}
    assert call(bot, "BindExtDomain", extdomain=" WWW.Example.org. ") == expected
    assert call(bot, "BindExtDomain", extdomain="www.example.org") == expected
    assert (bound(bot), bound(bot, OTHER)) == (["www.example.org"], [])
    assert call(bot, "RemoveExtDomain", extdomain="www.example.org") == {"result": 0}
    assert bound(bot) == []
    assert call(bot, "RemoveExtDomain", extdomain="www.example.org") == {
        "result": 5,
        "source": "JEL",
        "error": "domain [www.example.org] not found",
    }


@pytest.mark.parametrize(
    "given", ['["a.example.org", "*.example.org"]', "a.example.org,*.example.org", "a.example.org;*.example.org"]
)
def test_bind_and_remove_several(bot: Client, given: str) -> None:
    assert call(bot, "BindExtDomains", extDomains=given) == {
        "result": 0,
        "extDomains": [
            {"result": 0, "domain": "a.example.org", "sslEnabled": False},
            {"result": 0, "domain": "*.example.org", "sslEnabled": False},
        ],
    }
    assert bound(bot) == ["a.example.org", "*.example.org"]
    assert call(bot, "RemoveExtDomains", extdomain="a.example.org,b.example.org")["result"] == 5
    assert bound(bot) == ["a.example.org", "*.example.org"]
    assert call(bot, "RemoveExtDomains", extdomain=given) == {"result": 0}
    assert bound(bot) == []


def test_a_domain_belongs_to_one_environment(bot: Client) -> None:
    call(bot, "BindExtDomain", extdomain="www.example.org")
    refused = {**BUSY, "error": "domain [www.example.org] is bound to another environment"}
    assert call(bot, "BindExtDomain", envName=OTHER, extdomain="www.example.org") == refused
    assert call(bot, "BindExtDomains", envName=OTHER, extDomains="new.example.org,www.example.org") == refused
    assert bound(bot, OTHER) == []
    stranger = bot.with_session(OTHER_TOKEN)
    stranger.create("third-env")
    assert call(stranger, "BindExtDomain", envName="third-env", extdomain="www.example.org") == refused
    assert stranger.call(B + "CheckExtDomain", extdomain="www.example.org") == refused
    assert stranger.call(B + "CheckExtDomain", extdomain="free.example.org") == {"result": 0}
    assert stranger.call(B + "GetExtDomains") == {"result": 0, "extDomains": []}
    bot.call(C + "DeleteEnv", envName=ENV, password=PASSWORD)
    assert call(stranger, "BindExtDomain", envName="third-env", extdomain="www.example.org")["result"] == 0


def test_domains_of_the_account(bot: Client) -> None:
    call(bot, "BindExtDomain", extdomain="a.example.org")
    call(bot, "BindExtDomain", envName=OTHER, extdomain="b.example.org")
    assert bot.call(B + "GetExtDomains")["extDomains"] == [
        {"result": 0, "domain": "a.example.org", "envName": ENV},
        {"result": 0, "domain": "b.example.org", "envName": OTHER},
    ]
    only = {"result": 0, "domain": "b.example.org", "envName": OTHER}
    assert call(bot, "GetExtDomains", envName=OTHER)["extDomains"] == [only]
    assert call(bot, "GetExtDomains", envName="none-such")["result"] == 11


@pytest.mark.parametrize(
    "domain", ["", "nodots", "a b.example.org", "-.example.org", "http://a.example.org", "a." * 130 + "org"]
)
def test_what_is_no_domain(bot: Client, domain: str) -> None:
    expected = {"result": 3, "error": "invalid parameter [extdomain]"}
    assert call(bot, "BindExtDomain", extdomain=domain) == expected
    assert bot.call(B + "CheckExtDomain", extdomain=domain) == expected


def test_an_empty_list(bot: Client) -> None:
    assert call(bot, "BindExtDomains", extDomains=" , ") == {"result": 3, "error": "invalid parameter [extDomains]"}


def test_swap(bot: Client) -> None:
    call(bot, "BindExtDomains", extDomains="a.example.org,b.example.org")
    call(bot, "BindExtDomain", envName=OTHER, extdomain="c.example.org")
    appid = bot.call(C + "GetEnvInfo", envName=OTHER)["env"]["appid"]
    assert call(bot, "SwapExtDomains", targetappid=appid) == {"result": 0}
    assert (bound(bot), bound(bot, OTHER)) == (["c.example.org"], ["a.example.org", "b.example.org"])
    assert call(bot, "SwapExtDomains", targetappid=OTHER) == {"result": 0}
    assert (bound(bot), bound(bot, OTHER)) == (["a.example.org", "b.example.org"], ["c.example.org"])
    for target in ("f" * 32, ENV):
        expected = {"result": 3, "error": "invalid parameter [targetappid]"}
        assert call(bot, "SwapExtDomains", targetappid=target) == expected


@pytest.mark.parametrize("with_address", [ENV, OTHER])
def test_public_addresses_prevent_a_swap(bot: Client, with_address: str) -> None:
    call(bot, "BindExtDomain", extdomain="a.example.org")
    layer = "cp" if with_address == ENV else "docker"
    assert call(bot, "SetExtIpCount", envName=with_address, type="ipv4", count=1, nodeGroup=layer)["result"] == 0
    text = f"domains of environment [{with_address}] cannot be swapped: it has public addresses; swap these"
    assert call(bot, "SwapExtDomains", targetappid=OTHER) == {"result": 1, "source": "JEL", "error": text}
    assert (bound(bot), bound(bot, OTHER)) == (["a.example.org"], [])


def test_check_the_name_of_an_environment(bot: Client) -> None:
    assert bot.call(B + "CheckDomain", domain="free-name") == {"result": 0}
    assert bot.call(B + "CheckDomain", domain="free-name.paas.example.com", region="region-b") == {"result": 0}
    assert bot.call(B + "CheckDomain", domain=ENV)["error"] == f"environment with name [{ENV}] already exists"
    assert bot.call(B + "CheckDomain", domain="free-name", region="none")["result"] == 2314


def test_statuses(bot: Client) -> None:
    bot.call(C + "StopEnv", envName=ENV)
    assert call(bot, "BindExtDomain", extdomain="a.example.org")["result"] == 0
    assert bound(bot) == ["a.example.org"]
    assert call(bot, "BindExtDomain", envName="none-such", extdomain="a.example.org")["result"] == 11
    assert call(bot, "BindExtDomain", envName="", extdomain="a.example.org")["error"] == "invalid parameter [envName]"


# -- additional domains ---------------------------------------------------------------------------------------------


def test_additional_domains(bot: Client) -> None:
    assert call(bot, "AddDomains", domains="api,www", subdomain="true") == {"result": 0}
    assert call(bot, "AddDomains", domains='["static"]') == {"result": 0}
    assert call(bot, "AddDomains", domains="db", nodeGroup="sqldb", subdomain="true") == {"result": 0}
    assert call(bot, "AddDomains", domains="one", nodeId=FIRST) == {"result": 0}
    base = f"{ENV}.paas.example.com"
    assert call(bot, "GetDomains") == {
        "result": 0,
        "envDomains": [f"api.{base}", f"www.{base}", f"static-{base}"],
        "nodeGroupsDomains": {"sqldb": [f"db.sqldb.{base}"]},
        "nodesDomains": {str(FIRST): [f"one-node{FIRST}-{base}"]},
    }
    assert call(bot, "GetDomains", inShort="true", nodeGroup="sqldb") == {
        "result": 0,
        "envDomains": [],
        "nodeGroupsDomains": {"sqldb": [f"db.sqldb.{ENV}"]},
        "nodesDomains": {},
    }
    assert call(bot, "RemoveDomains", domains="api,none") == {
        "result": 5,
        "source": "JEL",
        "error": "domain [none] not found",
    }
    assert call(bot, "RemoveDomains", domains="api,static") == {"result": 0}
    assert call(bot, "RemoveDomains", domains="one", nodeId=FIRST) == {"result": 0}
    assert call(bot, "GetDomains", inShort="true") == {
        "result": 0,
        "envDomains": [f"www.{ENV}"],
        "nodeGroupsDomains": {"sqldb": [f"db.sqldb.{ENV}"]},
        "nodesDomains": {},
    }


def test_additional_domains_are_unique(bot: Client) -> None:
    bot.create("api-hello-world")
    domain = f"api-{ENV}.paas.example.com"
    assert call(bot, "AddDomains", domains="new,api") == {**BUSY, "error": f"domain [{domain}] is taken"}
    assert call(bot, "GetDomains")["envDomains"] == []
    assert call(bot, "AddDomains", domains="api", subdomain="true") == {"result": 0}
    assert call(bot, "AddDomains", domains="api", subdomain="true") == {"result": 0}
    assert call(bot, "GetDomains", inShort="true")["envDomains"] == [f"api.{ENV}"]


@pytest.mark.parametrize("given", ["", "a b", "a.b", "-a"])
def test_bad_labels(bot: Client, given: str) -> None:
    assert call(bot, "AddDomains", domains=given) == {"result": 3, "error": "invalid parameter [domains]"}


def test_additional_domains_go_with_their_layer(bot: Client) -> None:
    call(bot, "AddDomains", domains="db", nodeGroup="sqldb")
    call(bot, "AddDomains", domains="two", nodeId=SECOND)
    nodes = [{"nodeGroup": "cp", "count": 1}]
    assert bot.call(C + "ChangeTopology", envName=ENV, env="{}", nodes=json.dumps(nodes))["response"]["result"] == 0
    found = {"result": 0, "envDomains": [], "nodeGroupsDomains": {}, "nodesDomains": {}}
    assert call(bot, "GetDomains") == found


def test_what_hangs_on_an_environment_survives_saving(bot: Client, platform: Platform) -> None:
    call(bot, "BindExtDomain", extdomain="a.example.org")
    call(bot, "AddDomains", domains="db", nodeGroup="sqldb")
    bot.call("environment.file.Create", envName=ENV, nodeid=FIRST, path="/tmp/d", isdir="true")
    kept = {"id": 7, "uid": 1001, "cert": "c", "intermediate": ""}
    platform.store.certificates[7] = kept
    saved = json.loads(json.dumps(platform.store.to_plain()))
    loaded = Store.from_plain(saved)
    assert loaded.to_plain() == platform.store.to_plain()
    assert loaded.certificates == {7: kept}
    assert loaded.environments[ENV].nodes[0].files == {"/tmp/d": None}


# -- public addresses -----------------------------------------------------------------------------------------------


def addresses(client: Client, name: str = ENV) -> list[list[str]]:
    nodes = client.call(C + "GetEnvInfo", envName=name)["nodes"]
    return [node.get("extIPs", []) for node in nodes]


def test_count_of_addresses(bot: Client) -> None:
    answer = call(bot, "SetExtIpCount", type="ipv4", count=2, nodeGroup="cp")
    one, two, three, four = (f"198.18.0.{number}" for number in (11, 12, 13, 14))
    assert answer == {
        "result": 0,
        "ipAddresses": {
            str(FIRST): [{"address": one}, {"address": two}],
            str(SECOND): [{"address": three}, {"address": four}],
        },
    }
    assert addresses(bot) == [[one, two], [three, four], []]
    call(bot, "SetExtIpCount", type="IPv6", count=1, nodeId=FIRST)
    call(bot, "SetExtIpCount", type="ipv4", count=1, nodeId=FIRST)
    assert addresses(bot) == [[one, "2001:db8::15"], [three, four], []]
    call(bot, "SetExtIpCount", type="ipv4", count=2, nodeId=FIRST)
    assert addresses(bot)[0] == [one, "198.18.0.16", "2001:db8::15"]
    call(bot, "SetExtIpCount", type="ipv4", count=0, nodeGroup="cp")
    assert addresses(bot) == [["2001:db8::15"], [], []]


@pytest.mark.parametrize(
    ("changed", "parameter"),
    [({"count": -1}, "count"), ({"count": 101}, "count"), ({"type": "ipv5"}, "type"), ({"nodeGroup": ""}, "nodeGroup")],
)
def test_bad_counts(bot: Client, changed: dict[str, Any], parameter: str) -> None:
    given = {"type": "ipv4", "count": 1, "nodeGroup": "cp", **changed}
    assert call(bot, "SetExtIpCount", **given) == {"result": 3, "error": f"invalid parameter [{parameter}]"}
    assert addresses(bot) == [[], [], []]


def test_attach_and_detach(bot: Client) -> None:
    assert call(bot, "AttachExtIp", nodeid=FIRST) == {"result": 0, "object": "198.18.0.11"}
    assert call(bot, "AttachExtIp", nodeid=FIRST, type="ipv6") == {"result": 0, "object": "2001:db8::12"}
    assert call(bot, "AttachExtIp", nodeid=FIRST, type="ipv4") == {"result": 0, "object": "198.18.0.13"}
    assert addresses(bot)[0] == ["198.18.0.11", "198.18.0.13", "2001:db8::12"]
    text = f"address [198.18.0.11] is the primary one of node [{FIRST}]; detach the others first"
    primary = {"result": 1, "source": "JEL", "error": text}
    assert call(bot, "DetachExtIp", nodeid=FIRST, ip="198.18.0.11") == primary
    refused = call(bot, "DetachExtIp", nodeid=SECOND, ip="198.18.0.13")
    assert refused == {"result": 3, "error": "invalid parameter [ip]"}
    for address, left in (("198.18.0.13", ["198.18.0.11", "2001:db8::12"]), ("198.18.0.11", ["2001:db8::12"])):
        assert call(bot, "DetachExtIp", nodeid=FIRST, ip=address) == {"result": 0}
        assert addresses(bot)[0] == left


@pytest.mark.parametrize(
    ("method", "given", "shared"),
    [
        ("SetExtIpCount", {"type": "ipv4", "count": 1, "nodeGroup": "cp"}, [False, True]),
        ("SetExtIpCount", {"type": "ipv6", "count": 1, "nodeGroup": "cp"}, [True, True]),
        ("AttachExtIp", {"nodeid": DATABASE}, [True, False]),
        ("AttachExtIp", {"nodeid": DATABASE, "type": "ipv6"}, [True, True]),
    ],
)
def test_the_first_address_closes_the_shared_load_balancer(
    bot: Client, method: str, given: dict[str, Any], shared: list[bool]
) -> None:
    def access() -> list[bool]:
        return [layer["isSLBAccessEnabled"] for layer in bot.call(C + "GetEnvInfo", envName=ENV)["nodeGroups"]]

    assert call(bot, method, **given)["result"] == 0
    assert access() == shared
    for layer in ("cp", "sqldb"):
        bot.call(C + "SetSLBAccessEnabled", envName=ENV, nodeGroup=layer, enabled="true")
    assert call(bot, method, **{**given, **({"count": 2} if "count" in given else {})})["result"] == 0
    assert access() == [True, True]


def test_swap_and_move(bot: Client) -> None:
    call(bot, "SetExtIpCount", type="ipv4", count=2, nodeId=FIRST)
    call(bot, "SetExtIpCount", type="ipv4", count=1, nodeId=DATABASE)
    call(bot, "SetExtIpCount", type="ipv6", count=1, nodeId=FIRST)
    one, two, three, six = "198.18.0.11", "198.18.0.12", "198.18.0.13", "2001:db8::14"
    pair = {"sourceNodeId": FIRST, "targetNodeId": DATABASE}
    assert call(bot, "SwapExtIps", **pair) == {
        "result": 0,
        "nodes": [{"id": FIRST, "extIPs": [three, six]}, {"id": DATABASE, "extIPs": [one, two]}],
    }
    assert call(bot, "SwapExtIps", **pair, sourceIp=three, targetIp=two)["nodes"] == [
        {"id": FIRST, "extIPs": [two, six]},
        {"id": DATABASE, "extIPs": [three, one]},
    ]
    assert call(bot, "MoveExtIps", **pair, ips=f"{six},{two}") == {
        "result": 0,
        "nodes": [{"id": FIRST, "extIPs": []}, {"id": DATABASE, "extIPs": [three, one, two, six]}],
    }
    assert addresses(bot) == [[], [], [three, one, two, six]]


def test_swap_with_another_environment(bot: Client) -> None:
    """There and back, as in a release with two environments; with one address on one side only it moves."""
    [node] = bot.call(C + "GetEnvInfo", envName=OTHER)["nodes"]
    other = node["id"]
    call(bot, "SetExtIpCount", type="ipv4", count=1, nodeId=FIRST)
    one, pair = "198.18.0.11", {"sourceNodeId": FIRST, "targetNodeId": other}
    moved = {"result": 0, "nodes": [{"id": FIRST, "extIPs": []}, {"id": other, "extIPs": [one]}]}
    assert call(bot, "SwapExtIps", **pair) == moved
    assert addresses(bot) == [[], [], []]
    call(bot, "SetExtIpCount", type="ipv4", count=1, nodeId=FIRST)
    two = "198.18.0.12"
    assert call(bot, "SwapExtIps", **pair)["nodes"] == [{"id": FIRST, "extIPs": [one]}, {"id": other, "extIPs": [two]}]
    # As a public client moves one address.
    named = call(bot, "SwapExtIps", **pair, sourceIp=one, targetIp=one)
    assert named["nodes"] == [{"id": FIRST, "extIPs": []}, {"id": other, "extIPs": [one, two]}]


@pytest.mark.parametrize("stopped", [ENV, OTHER])
def test_both_environments_of_a_swap_must_run(bot: Client, stopped: str) -> None:
    [node] = bot.call(C + "GetEnvInfo", envName=OTHER)["nodes"]
    call(bot, "SetExtIpCount", type="ipv4", count=1, nodeId=FIRST)
    bot.call(C + "StopEnv", envName=stopped)
    answer = call(bot, "SwapExtIps", sourceNodeId=FIRST, targetNodeId=node["id"])
    text = "[ENV_STATUS_TYPE_DOWN]. Required statuses [ENV_STATUS_TYPE_RUNNING]"
    assert (answer["result"], answer["error"].partition("Environment status ")[2]) == (2212, text)
    assert addresses(bot)[0] == ["198.18.0.11"]


@pytest.mark.parametrize(
    ("method", "changed", "parameter"),
    [
        ("SwapExtIps", {"sourceIp": "198.18.0.99"}, "sourceIp"),
        ("SwapExtIps", {"targetIp": "198.18.0.11"}, "targetIp"),
        ("SwapExtIps", {"sourceNodeId": 99}, "sourceNodeId"),
        ("SwapExtIps", {"targetNodeId": FIRST}, "targetNodeId"),
        ("MoveExtIps", {"ips": "198.18.0.11,198.18.0.99"}, "ips"),
        ("MoveExtIps", {"ips": ";"}, "ips"),
    ],
)
def test_bad_swaps(bot: Client, method: str, changed: dict[str, Any], parameter: str) -> None:
    call(bot, "SetExtIpCount", type="ipv4", count=1, nodeId=FIRST)
    given = {"sourceNodeId": FIRST, "targetNodeId": DATABASE, **changed}
    assert call(bot, method, **given) == {"result": 3, "error": f"invalid parameter [{parameter}]"}
    assert addresses(bot) == [["198.18.0.11"], [], []]
