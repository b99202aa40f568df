# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Targets of the role ``token_delivery`` on other servers: each gets the value once, and keeps what it had."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.delivering import REMEDY, Deliveries, message
from tests.integration.support import Emulator, Player
from tests.runner.receivers import Receivers, receiving

SECRET = secrets.token_hex(16)
DESCRIPTIONS = [
    "hashi_vault ci/paas",
    "kubernetes_secret shop paas",
    "github_secret shop/site PAAS_TOKEN",
    "gitlab_variable shop/site PAAS_TOKEN",
]


@pytest.fixture
def receivers() -> Receivers:
    return Receivers(SECRET)


@pytest.fixture
def url(receivers: Receivers) -> Iterator[str]:
    with receiving(receivers) as address:
        yield address


@pytest.fixture
def deliveries(emulator: Emulator, player: Player, url: str) -> Deliveries:
    """One stored token, and the credentials of all servers in the environment."""
    player.environment |= {
        "VAULT_ADDR": url,
        "VAULT_TOKEN": SECRET,
        "K8S_AUTH_HOST": url,
        "K8S_AUTH_API_KEY": SECRET,
        "GITHUB_TOKEN": SECRET,
        "GITLAB_TOKEN": SECRET,
    }
    made = Deliveries(emulator, player)
    made.create("bot")
    return made


def _targets(url: str) -> list[dict[str, Any]]:
    return [
        {"type": "hashi_vault", "secret": "ci/paas", "key": "value"},
        {"type": "kubernetes_secret", "namespace": "shop", "secret": "paas"},
        {"type": "github_secret", "repository": "shop/site", "secret": "PAAS_TOKEN", "url": url},
        {"type": "gitlab_variable", "project": "shop/site", "variable": "PAAS_TOKEN", "url": url},
    ]


def _held(receivers: Receivers) -> list[Any]:
    """The value that each server holds."""
    encoded = receivers.secrets["shop/paas"]["token"]
    return [
        receivers.vault["secret/ci/paas"][-1]["value"],
        base64.b64decode(encoded).decode(),
        receivers.github["shop/site PAAS_TOKEN"],
        receivers.gitlab["shop/site", "PAAS_TOKEN", "*"]["value"],
    ]


def _changed(run: Any) -> list[str]:
    """Names of the tasks that changed something."""
    return [name for name, result in run.results if result.get("changed")]


def test_check_mode_then_a_delivery_then_nothing_to_do_then_a_new_value(
    deliveries: Deliveries, receivers: Receivers, url: str
) -> None:
    """What the servers held beside the value is still there at the end."""
    receivers.vault["secret/ci/paas"] = [{"address": "https://app.example.com"}]
    receivers.secrets["shop/paas"] = {"address": "eA=="}
    variables = {"token_delivery_token": "bot", "token_delivery_to": _targets(url)}
    shown = [{"ansible.builtin.debug": {"msg": "{{ token_delivery_changed }}"}}]

    check = deliveries.run("token_delivery", "--check", keywords={"post_tasks": shown}, **variables)
    assert (check.code, receivers.writes, check.results[-1][1]["msg"]) == (0, [], DESCRIPTIONS)

    run = deliveries.run("token_delivery", keywords={"post_tasks": shown}, **variables)
    assert (run.code, run.results[-1][1]["msg"]) == (0, DESCRIPTIONS)
    value = deliveries.value("bot")
    assert _held(receivers) == [value] * 4
    assert receivers.variables == {"shop/site PAAS_TOKEN_DIGEST": hashlib.sha256(value.encode()).hexdigest()[:12]}
    created = receivers.gitlab["shop/site", "PAAS_TOKEN", "*"]
    assert (created["masked"], created["raw"]) == (True, True)

    receivers.writes.clear()
    again = deliveries.run("token_delivery", keywords={"post_tasks": shown}, **variables)
    assert (again.code, _changed(again), receivers.writes, again.results[-1][1]["msg"]) == (0, [], [], [])

    created["masked"] = False
    deliveries.renew("bot")
    renewed = deliveries.run("token_delivery", keywords={"post_tasks": shown}, **variables)
    assert renewed.results[-1][1]["msg"] == DESCRIPTIONS
    assert deliveries.value("bot") != value
    assert _held(receivers) == [deliveries.value("bot")] * 4
    assert created["masked"] is False
    assert receivers.vault["secret/ci/paas"][-1]["address"] == "https://app.example.com"
    assert receivers.secrets["shop/paas"]["address"] == "eA=="


def test_each_failure_tells_its_reason(deliveries: Deliveries, receivers: Receivers, url: str) -> None:
    """Vault was written by somebody else in between, whose keys stay; the others refuse."""
    receivers.between = lambda: receivers.vault.update({"secret/ci/paas": [{"other": "text"}]})
    deliveries.player.environment["K8S_AUTH_API_KEY"] = "wrong"
    targets = _targets(url)
    targets[2]["repository"] = targets[3]["project"] = "shop/gone"
    run = deliveries.deliver(*targets)
    told = message(run).removesuffix(REMEDY).split(" | ")
    assert [line.partition(": ")[0].removeprefix("token bot was not delivered to ") for line in told] == [
        *DESCRIPTIONS[:2],
        "github_secret shop/gone PAAS_TOKEN",
        "gitlab_variable shop/gone PAAS_TOKEN",
    ]
    for line, words in zip(told, ("the secret was changed at the same time", "401", "404", "404"), strict=True):
        assert words in line
    assert receivers.vault["secret/ci/paas"] == [{"other": "text"}]
    assert (receivers.secrets, receivers.github, receivers.gitlab) == ({}, {}, {})


def test_a_target_without_its_credential_is_refused_before_anything_is_delivered(
    deliveries: Deliveries, receivers: Receivers, url: str
) -> None:
    for name in ("GITHUB_TOKEN", "GITLAB_TOKEN"):
        deliveries.player.environment[name] = ""
    run = deliveries.deliver(*_targets(url))
    assert message(run) == (
        "token_delivery_to: a target of type github_secret needs the environment variable GITHUB_TOKEN, "
        "a target of type gitlab_variable needs the environment variable GITLAB_TOKEN"
    )
    assert (receivers.writes, receivers.vault) == ([], {})
