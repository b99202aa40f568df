# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role release, interrupted after each write, and watched while two environments are exchanged."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.integration.support import Emulator, Player

Task = dict[str, Any]
MARK = "users.account.GetUserInfo"  # between two parts of the journal
URL = "https://git.example.com/shop.git"
REPOSITORY = {"release_repository": {"url": URL, "branch": "v1"}}
TAG = {"release_tag": "1.1"}
# By kind: what is released, its writes, and those of the run after an interruption at each of them.
KINDS: dict[str, tuple[dict[str, Any], list[str], list[list[str]]]] = {
    "tag": (TAG, ["RedeployContainersByGroup"], [[]]),
    # Nothing shows that an update was the last that was done, so it is done again.
    "project": (
        REPOSITORY,
        ["CreateProject", "Update", "EditProject"],
        [["Update", "EditProject"], ["Update", "EditProject"], []],
    ),
    "layers": (TAG, ["RedeployContainersByGroup"] * 2, [["RedeployContainersByGroup"], []]),
    "pair": (TAG, ["RedeployContainersByGroup", "SwapExtDomains"], [["SwapExtDomains"], []]),
    "address": (TAG, ["RedeployContainersByGroup", "SwapExtIps"], [["SwapExtIps"], []]),
    "clone": (
        {**TAG, "release_clone": True},
        ["CloneEnv", "RedeployContainersByGroup", "SwapExtDomains"],
        [["RedeployContainersByGroup", "SwapExtDomains"], ["SwapExtDomains"], []],
    ),
}
PAIRS = ("pair", "address", "clone")
# The clean run of each kind, and one for each write.
PLACES = [(kind, point) for kind, (_, writes, _) in KINDS.items() for point in range(len(writes) + 1)]
INTERRUPTED = [(kind, point) for kind, point in PLACES if point]


def where(kind: str, point: int) -> dict[str, Any]:
    """The variables that name an environment, or a pair and what its live one has."""
    name = f"{kind}-{point}"
    if kind not in PAIRS:
        return {"release_environment": name, "release_node_group": ["worker", "cp"] if kind == "layers" else "cp"}
    if kind == "address":
        entry = {"release_address": f"{{{{ address_of['{name}-blue'] }}}}"}
    else:
        entry = {"release_domain": f"{name}.example.com"}
    return {"release_pair": [f"{name}-blue", f"{name}-green"], **entry}


def release(variables: dict[str, Any], name: str = "release", *, fails: bool = False) -> Task:
    """The role with a check; one that is to fail tells so by the fact of its name."""
    checked = {"release_commands": ["echo ok"], "release_retries": 1, "release_delay": 0, **variables}
    use = {"name": name, "ansible.builtin.include_role": {"name": "inet.elastic.release"}, "vars": checked}
    keep = {"name": "keep", "ansible.builtin.set_fact": {name.replace("-", "_"): True}}
    return {"name": "interrupted", "block": [use], "rescue": [keep]} if fails else use


def mark() -> Task:
    return {"name": "mark", "inet.elastic.paas_account_info": {}}


def environments(*kinds: str) -> list[Task]:
    """All of them at tag 1.0, and the fact with the public addresses of those that have one."""
    image = {"image": "registry.example.com/shop", "tag": "1.0"}
    entries: list[dict[str, Any]] = []
    for kind, point in PLACES:
        given = where(kind, point)
        nodes = [{"node_group": group, **image} for group in (["cp", "worker"] if kind == "layers" else ["cp"])]
        names = given.get("release_pair", [given.get("release_environment")])
        first = {"name": names[0], "nodes": nodes}
        if "release_domain" in given:
            first["domains"] = [given["release_domain"]]
        if "release_address" in given:
            first["nodes"] = [{**node, "ext_ips": 1} for node in nodes]
        made = [first, *({"name": name, "nodes": nodes} for name in names[1:])]
        # The other one of a clone is made by the role.
        entries += made[:1] if kind == "clone" else made
    if kinds:
        entries = [entry for entry in entries if entry["name"].partition("-")[0] in kinds]
    pairs = "read.environments | subelements('node_list') | selectattr('1.external_ips')"
    names, first_addresses = f"{pairs} | map(attribute='0.name')", f"{pairs} | map(attribute='1.external_ips.0')"
    return [
        {"name": "environments", "inet.elastic.paas_environments": {"environments": entries}},
        {"name": "read", "inet.elastic.paas_environment_info": {"name": ["address-*"]}, "register": "read"},
        {
            "name": "keep the addresses",
            "ansible.builtin.set_fact": {"address_of": f"{{{{ dict({names} | zip({first_addresses})) }}}}"},
        },
    ]


def parts(emulator: Emulator) -> list[list[dict[str, Any]]]:
    """The journal, cut at each mark, without the sign-out of the mark itself."""
    found: list[list[dict[str, Any]]] = [[]]
    for call in emulator.journal:
        if call["method"] == MARK:
            found.append([])
        elif found[-1] or not call["method"].endswith("Signout"):
            found[-1].append(call)
    return found


def writes(part: list[dict[str, Any]]) -> list[str]:
    """The changes that were made."""
    made = [call for call in part if call["write"] and call["result"] == 0]
    return [name for call in made if (name := call["method"].rpartition(".")[2]) != "ExecCmdByGroup"]


def ends_after(part: list[dict[str, Any]], point: int) -> int:
    """How many calls there are up to a write."""
    made = [number for number, call in enumerate(part, 1) if call["write"] and "Exec" not in call["method"]]
    return made[point - 1]


def interrupted(emulator: Emulator, kind: str, point: int, calls: int) -> list[Task]:
    """A run whose calls are all refused after one of its writes, as if it were killed there, and the run after it."""
    variables = {**where(kind, point), **KINDS[kind][0]}

    def faults(body: list[dict[str, Any]]) -> Task:
        url = f"{emulator.url}/_emulator/faults"
        return {"name": "f", "ansible.builtin.uri": {"url": url, "method": "PUT", "body_format": "json", "body": body}}

    killed = {"method": "*", "kind": "inner_error", "times": 0, "after": calls}
    first = release(variables, f"{kind}-{point}", fails=True)
    return [faults([killed]), first, faults([]), mark(), release(variables), mark()]


def test_an_interruption_after_each_write(emulator: Emulator, player: Player) -> None:
    """The next run does what is left, and runs the checks; in the end there is what a clean run leaves."""
    clean = [task for kind in KINDS for task in (mark(), release({**where(kind, 0), **KINDS[kind][0]}))]
    assert player.play([*environments(), *clean]).code == 0
    _, *journals = parts(emulator)
    assert [writes(part) for part in journals] == [writes for _, writes, _ in KINDS.values()]
    counts = dict(zip(KINDS, journals, strict=True))
    emulator.forget()
    tasks = [
        task
        for kind, point in INTERRUPTED
        for task in interrupted(emulator, kind, point, ends_after(counts[kind], point))
    ]
    told = "{{ [" + ", ".join(f"{kind}_{point}" for kind, point in INTERRUPTED) + "] }}"
    addresses = environments()[1:]
    run = player.play([*addresses, *tasks, {"name": "told", "ansible.builtin.debug": {"msg": told}}])
    assert run.code == 0
    assert run.result("told")["msg"] == [True] * len(INTERRUPTED)
    found = parts(emulator)
    for (kind, point), first, second in zip(INTERRUPTED, found[:-1:2], found[1::2], strict=True):
        _, expected, left = KINDS[kind]
        assert (writes(first), writes(second)) == (expected[:point], left[point - 1]), (kind, point)
        # The run after it has checked.
        *_, last = (call["method"] for call in second if "users.authentication." not in call["method"])
        assert last.endswith("ExecCmdByGroup"), (kind, point)
    for kind, point in PLACES:
        assert state(emulator, kind, point) == state(emulator, kind, 0), (kind, point)


def state(emulator: Emulator, kind: str, point: int) -> list[Any]:
    """Tags, domains and public addresses of the environments of a place, and the repository."""
    infos = emulator.call("environment.control.GetEnvs")["infos"]
    own = [info for info in infos if info["env"]["envName"].startswith(f"{kind}-{point}")]
    own.sort(key=lambda info: str(info["env"]["envName"]))
    where = {"nodeGroup": "cp", "context": "ROOT", "envName": own[0]["env"]["envName"]}
    project = emulator.call("environment.vcs.GetProject", **where)
    tags = [[node["customitem"]["dockerTag"] for node in info["nodes"]] for info in own]
    return [
        tags,
        [len(info["env"].get("extdomains") or []) for info in own],
        [[len(node.get("extIPs") or []) for node in info["nodes"]] for info in own],
        project.get("url"),
        project.get("interval"),
    ]


@contextmanager
def watched(emulator: Emulator, entry: str) -> Iterator[list[list[tuple[str, int]]]]:
    """Of each look at the account the tag and the status of the environments that have a domain or an address."""
    seen: list[list[tuple[str, int]]] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            infos = emulator.call("environment.control.GetEnvs")["infos"]
            having = [info for info in infos if has(info, entry)]
            seen.append([(info["nodes"][0]["customitem"]["dockerTag"], info["env"]["status"]) for info in having])

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def has(info: dict[str, Any], entry: str) -> bool:
    """Whether an environment has a domain or an address."""
    return any(entry in str(found) for found in (info["env"].get("extdomains"), *_addresses(info)))


def _addresses(info: dict[str, Any]) -> list[Any]:
    return [node.get("extIPs") for node in info["nodes"]]


@pytest.mark.parametrize("kind", ["pair", "address"])
def test_no_moment_without_an_answer(emulator: Emulator, player: Player, kind: str) -> None:
    """At each look one running environment has the entry, with the version before or the new one; there and back."""
    given = where(kind, 0)
    assert player.play(environments(kind)).code == 0
    infos = emulator.call("environment.control.GetEnvs")["infos"]
    entry = given.get("release_domain") or next(
        address
        for info in infos
        for addresses in _addresses(info)
        for address in addresses or []
        if info["env"]["envName"] == given["release_pair"][0]
    )
    if kind == "address":
        given["release_address"] = entry
    with watched(emulator, entry) as seen:
        run = player.play([release({**given, "release_tag": tag}) for tag in ("1.1", "1.2")])
    assert run.code == 0
    versions = [look[0][0] for look in seen if len(look) == 1]
    assert len(versions) == len(seen)
    assert {status for look in seen for _, status in look} == {1}
    assert versions == sorted(versions)
    assert set(versions) == {"1.0", "1.1", "1.2"}
    infos = emulator.call("environment.control.GetEnvs")["infos"]
    assert [info["env"]["envName"] for info in infos if has(info, entry)] == [f"{kind}-0-blue"]


def test_what_a_failed_or_predicted_release_leaves(emulator: Emulator, player: Player) -> None:
    """A block in check mode; an exchange back that is refused; an address that cannot move; a password in a version."""

    def failing(name: str, variables: dict[str, Any]) -> Task:
        message = {"msg": "{{ ansible_failed_result.msg }} {{ release_report }}"}
        return {
            "name": name,
            "block": [release(variables)],
            "rescue": [{"name": name, "ansible.builtin.debug": message}],
        }

    refused = {"method": "*.SwapExtDomains", "kind": "inner_error", "after": 1}
    elsewhere = [{"node_group": "worker", "image": "registry.example.com/shop"}]
    made, *addresses = environments("clone", "pair", "address", "project")
    entries = made["inet.elastic.paas_environments"]["environments"]
    made["inet.elastic.paas_environments"]["environments"] = [entry for entry in entries if "-0" in entry["name"]]
    back = {"repository": {"url": URL, "login": "joe", "password": "hidden-password"}}
    pair, address = where("pair", 0), where("address", 0)
    live_fails = {"url": f"{emulator.url}/", "status": "{{ [200, 418][(release__base == 'public') | int] }}"}
    tasks = [
        made,
        *addresses,
        mark(),
        {"name": "b", "check_mode": True, "block": [release({**where("clone", 0), **TAG, "release_clone": True})]},
        {"name": "predicted", "ansible.builtin.debug": {"msg": "{{ release_report.steps }}"}},
        mark(),
        failing("back", {**pair, **TAG, "release_public_url": "public", "release_checks": [live_fails]}),
        {"name": "other", "inet.elastic.paas_environment": {"name": "other-0", "nodes": elsewhere}},
        failing("moved", {**address, "release_pair": ["address-0-blue", "other-0"], **TAG}),
        failing(
            "secret", {**where("project", 0), **REPOSITORY, "release_back_to": back, "release_commands": ["false"]}
        ),
    ]
    emulator.control("PUT", "faults", [refused])
    run = player.play(tasks)
    assert run.code == 0
    assert writes(parts(emulator)[1]) == []
    steps = [
        "clone environment 'clone-0-blue' as environment 'clone-0-green'",
        "redeploy layer cp of environment 'clone-0-green': tag 1.0 -> 1.1 (restarts 1 node)",
        "exchange the domains of environments 'clone-0-blue' and 'clone-0-green'",
    ]
    assert run.result("predicted")["msg"] == steps
    said = {task: result["msg"] for task, result in run.results if task in ("back", "moved", "secret")}
    assert "Status code was 200 and not [418]" in said["back"]
    assert "Exchanging pair-0-blue and pair-0-green back failed, too: environment.binder.SwapExtDomains" in said["back"]
    assert said["back"].endswith(" {}")
    assert "is at layer cp of address-0-blue in region" in said["moved"]
    assert "failed, too" in said["secret"]
    assert "hidden-password" not in run.output
