# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cache of the inventory: what has an entry of its own, when it is asked, and what it never holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.integration.inventories import GET_ALL, NGINX, create
from tests.integration.support import Emulator
from tests.secrets_search import found_in
from tests.unit.inventory.sources import InventorySource, of


def test_the_cache_answers_before_any_call(source: InventorySource, shop: Emulator, cached: dict[str, Any]) -> None:
    """Groups, too; a refresh calls again and renews the cache."""
    cold = source.read(**cached)
    groups = {name: source.members(name) for name in source.data.groups}
    create(shop, "later-env", [NGINX])
    shop.forget()
    assert source.read(**cached) == cold
    assert {name: source.members(name) for name in source.data.groups} == groups
    assert shop.methods == []
    renewed = source.read(use_cache=False, **cached)
    assert len(renewed) == len(cold) + 1
    assert source.read(**cached) == renewed
    assert shop.methods == [GET_ALL]


def test_other_options_and_accounts_have_entries_of_their_own(
    source: InventorySource, shop: Emulator, cached: dict[str, Any]
) -> None:
    """What only changes the hosts made of an entry has not."""
    for options in (
        {},
        {"session": shop.other.token},
        {"api_url": shop.url.replace("127.0.0.1", "localhost")},
        {"include": ["shop-*"]},
        {"exclude": ["shop-*"]},
        {"login": shop.account.login, "password": shop.account.password},
    ):
        shop.forget()
        source.read(**cached, **options)
        assert shop.methods.count(GET_ALL) == 1, options
        shop.forget()
        source.read(**cached, **options)
        assert shop.methods == [], options
    source.read(**cached, group_by=["layer"], connection="ssh", hostname="{{ paas_node_id }}")
    assert shop.methods == []


def test_the_cache_has_no_secret(
    source: InventorySource, shop: Emulator, cached: dict[str, Any], tmp_path: Path
) -> None:
    source.read(**cached, login=shop.account.login, password=shop.account.password)
    source.read(**cached, accounts=[of(shop, "first"), of(shop, "second")], connection="none")
    texts = {str(path): path.read_text(encoding="utf-8") for path in (tmp_path / "cache").iterdir()}
    assert len(texts) == 3
    secrets = [shop.account.token, shop.other.token, shop.account.password]
    assert found_in({**texts, "names": " ".join(texts)}, secrets) == []


def test_a_failing_account_is_not_in_the_cache(source: InventorySource, shop: Emulator, cached: dict[str, Any]) -> None:
    shop.control("PUT", "faults", [{"method": "GetEnvs", "kind": "inner_error", "code": 8202, "times": 1}])
    accounts = [of(shop, "first"), of(shop, "second")]
    assert len(source.read(**cached, accounts=accounts, connection="none", on_failure="warn")) == 1
    shop.forget()
    assert len(source.read(**cached, accounts=accounts, connection="none")) == 5
    assert shop.methods == [GET_ALL]
