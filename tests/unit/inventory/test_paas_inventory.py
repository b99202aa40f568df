# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin in this process, as core calls it, against the emulator."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.inet.elastic.plugins.module_utils._engine.spec import CONNECTION
from ansible_collections.inet.elastic.plugins.plugin_utils._templates import as_template
from tests.integration.inventories import GET_ALL, create
from tests.integration.support import Emulator
from tests.unit.inventory.sources import InventorySource, of

EVIL = (
    "{{ lookup('ansible.builtin.pipe', 'echo hacked') }}",
    "{% raw %}",
    "#jinja2:variable_start_string:'[['\n[[ 7 ]]",
)


# -- hosts and groups -------------------------------------------------------------------------------------------------


def test_one_call_gives_all_hosts_and_groups(source: InventorySource, shop: Emulator) -> None:
    found = source.read()
    assert shop.methods == [GET_ALL]
    *ones, two = found
    assert {name.partition("-")[2] for name in ones} == {"shop-one.paas.example.com"}
    assert [name.partition("-")[0] for name in found] == [f"node{item['paas_node_id']}" for item in found.values()]
    assert source.members("environment_shop_one") == source.members("env_group_dev_team_a") == ones
    assert source.members("env_group_dev") == ones
    assert source.members("environment_shop_two") == [two]
    assert source.members("layer_cp") == source.members("type_docker") == [*ones[1:], two]
    assert source.members("layer_bl") == source.members("type_nginx") == ones[:1]
    assert source.members("status_running") == source.members("region_region_a") == [*ones, two]
    assert source.warnings == []
    assert "ansible_paas_token" not in found[two]


def test_stopped_and_broken_environments_are_listed(source: InventorySource, shop: Emulator) -> None:
    shop.call("environment.control.StopEnv", envName="shop-two")
    assert len(source.read(group_by=["status"])) == 4
    assert len(source.members("status_stopped")) == 1


def test_include_exclude_and_group_by_from_the_environment(
    source: InventorySource, shop: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(source.read(include=["shop-*"], exclude=["*-one"]))[0].endswith("shop-two.paas.example.com")
    monkeypatch.setenv("PAAS_INVENTORY_INCLUDE", "shop-one,nothing-*")
    monkeypatch.setenv("PAAS_INVENTORY_EXCLUDE", "x")
    monkeypatch.setenv("PAAS_INVENTORY_GROUP_BY", "layer")
    monkeypatch.setenv("PAAS_INVENTORY_CONNECTION", "none")
    monkeypatch.setenv("PAAS_INVENTORY_HOSTNAME", "{{ paas_node_group }}{{ paas_node_id }}")
    found = source.read()
    assert sorted(name[:2] for name in found) == ["bl", "cp", "cp"]
    assert set(source.data.groups) == {"all", "ungrouped", "layer_bl", "layer_cp"}
    assert not [name for name in next(iter(found.values())) if name.startswith("ansible_")]


def test_constructed_features_beside_native_groups(source: InventorySource, shop: Emulator) -> None:
    found = source.read(
        strict=True,
        include=["shop-one"],
        compose={"my_address": "paas_environment ~ '.' ~ paas_node_group"},
        groups={"masters": "paas_is_master"},
        keyed_groups=[
            {"key": "paas_node_id", "prefix": "id"},
            {"key": "paas_is_master", "prefix": "master"},
            {"key": "[paas_flexible_cloudlets, paas_node_group]", "prefix": "mixed"},
        ],
    )
    first = next(iter(found))
    assert found[first]["my_address"] == "shop-one.bl"
    assert len(source.members("masters")) == 2
    assert source.members(f"id_{found[first]['paas_node_id']}") == [first]
    assert len(source.members("master_False")) == 1
    assert source.members("mixed_bl") == [first]
    assert len(source.members("mixed_8")) == 3
    assert source.members("layer_bl") == [first]


def test_strict_refuses_a_wrong_expression(source: InventorySource, shop: Emulator) -> None:
    assert len(source.read(compose={"x": "no_such_variable"})) == 4
    with pytest.raises(Exception, match="Could not set x for host node"):
        source.read(compose={"x": "no_such_variable"}, strict=True)


def test_a_duplicate_warns_and_names_both(source: InventorySource, shop: Emulator) -> None:
    found = source.read(include=["shop-one"], hostname="{{ paas_node_group }}")
    assert list(found) == ["bl", "cp"]
    (warning,) = source.warnings
    first, second = found["cp"]["paas_node_id"], found["cp"]["paas_node_id"] + 1
    account = f"of environment 'shop-one' (the account at {shop.url})"
    assert warning == (
        f"node {first} {account} and node {second} {account} have the same host name cp; the second is left out: give "
        "hostname a template that tells them apart"
    )


def test_what_the_platform_answers_is_never_a_template(source: InventorySource, emulator: Emulator) -> None:
    layers = [{"nodeType": "docker", "nodeGroup": "cp", "image": "nginx:1", "displayName": text} for text in EVIL[:1]]
    create(emulator, "evil-env", layers, groups=list(EVIL))
    (variables,) = source.read(keyed_groups=[{"key": "paas_env_groups", "prefix": "g"}], strict=True).values()
    templar = Templar(loader=DataLoader(), variables=variables)
    assert variables["paas_display_name"] == EVIL[0]
    assert templar.template(as_template("{{ paas_display_name }}")) == EVIL[0]
    shown = templar.template(as_template("{{ paas_env_groups | join('|') }}"))
    assert shown == "|".join(variables["paas_env_groups"])
    assert "{{ lookup(" in shown
    assert not [name for name in source.data.groups if "{" in name]


def test_a_harmless_text_has_no_mark_in_the_output(source: InventorySource, shop: Emulator) -> None:
    """Core would show a marked one as a mapping, which automation controllers then take for the value."""
    from ansible.parsing.ajson import AnsibleJSONEncoder

    found = json.loads(json.dumps(source.read(), cls=AnsibleJSONEncoder, preprocess_unsafe=True))
    assert "__ansible_unsafe" not in json.dumps(found)


# -- options ----------------------------------------------------------------------------------------------------------


def test_options_are_templates_before_their_types_are_checked(source: InventorySource, shop: Emulator) -> None:
    template = "{{ lookup('ansible.builtin.env', 'PAAS_TOKEN') }}"
    found = source.read(
        api_url="{{ address }}/",
        token=template,
        validate_certs="{{ 1 == 1 }}",
        timeout="{{ 2 + 3 }}",
        include=["{{ prefix }}-two"],
        connection="{{ 'ssh' if away | default(false) else 'api' }}",
        extra={"address": shop.url, "prefix": "shop"},
    )
    ((name, variables),) = found.items()
    assert "shop-two" in name
    assert variables["ansible_paas_token"] == template
    assert variables["paas_api_url"] == variables["ansible_paas_api_url"] == shop.url
    assert "ansible_paas_validate_certs" not in variables


def test_a_plain_token_stays_out_of_the_hosts(source: InventorySource, shop: Emulator) -> None:
    found = source.read(session=shop.account.token)
    assert shop.account.token not in str(found)
    assert source.warnings == [
        f"the account at {shop.url}: session is plain text, so it is not passed to the hosts; write it as a template "
        "such as {{ lookup('ansible.builtin.env', 'NAME') }}, encrypt it with Ansible Vault, or set PAAS_TOKEN"
    ]
    source.read(session=shop.account.token, connection="ssh")
    assert source.warnings == []


def test_signing_in_ends_the_session(source: InventorySource, shop: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login of the source is not replaced by PAAS_TOKEN; the environment completes it by the password."""
    monkeypatch.setenv("PAAS_PASSWORD", shop.account.password)
    assert len(source.read(login=shop.account.login)) == 4
    assert [method.rpartition(".")[2] for method in shop.methods] == ["Signin", "GetEnvs", "Signout"]


def test_the_connection_reads_what_hosts_have(source: InventorySource, shop: Emulator) -> None:
    token = "{{ lookup('ansible.builtin.env', 'PAAS_TOKEN') }}"
    found, *_others = source.read(session=token, validate_certs=False, allow_http=True, ca_path="/ca.pem").values()
    plugin = importlib.import_module("ansible_collections.inet.elastic.plugins.connection.paas_exec")
    definitions = yaml.safe_load(plugin.DOCUMENTATION)["options"].values()
    read = {entry["name"] for definition in definitions for entry in definition.get("vars", ())}
    given = {name for name in found if name.startswith("ansible_paas_")}
    assert len(given) == 7
    assert given <= read


def test_tls_options_reach_the_hosts(source: InventorySource, shop: Emulator) -> None:
    variables = next(iter(source.read(validate_certs=False, allow_http=True, ca_path="~/ca.pem").values()))
    assert variables["ansible_paas_validate_certs"] is False
    assert variables["ansible_paas_allow_http"] is True
    assert variables["ansible_paas_ca_path"] == str(Path("~/ca.pem").expanduser())


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"includes": ["a"]},
            "includes is not an option of inet.elastic.paas; did you mean include?",
        ),
        ({"include": ["my shop"]}, "include[0]: 'my shop' is not a valid environment name: use letters, digits and"),
        ({"api_url": "app.example.com"}, "the account: api_url is not a web address; write it as https://app"),
        ({"session": "{{ nothing }}"}, "session: the template cannot be rendered: 'nothing' is undefined"),
        ({"timeout": "soon"}, "timeout"),
        ({"group_by": ["colour"]}, "colour"),
        ({"hostname": "{{ nothing }}"}, "hostname: the template cannot be rendered for node "),
        ({"hostname": "{{ '' }}"}, "hostname is empty for node "),
    ],
)
def test_bad_options_give_one_line(
    source: InventorySource, shop: Emulator, options: dict[str, Any], expected: str
) -> None:
    with pytest.raises(Exception) as error:
        source.read(**options)
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_token_is_said(source: InventorySource, monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    monkeypatch.setenv("PAAS_TOKEN", " ")
    assert source.refused() == (
        f"the account at {emulator.url}: give a token as session (PAAS_TOKEN), or login and password (PAAS_LOGIN, "
        "PAAS_PASSWORD)"
    )
    monkeypatch.delenv("PAAS_API_URL")
    assert "api_url is missing: give it, or set PAAS_API_URL" in source.refused(session="x" * 20)


# -- accounts ---------------------------------------------------------------------------------------------------------


def test_the_documented_options_of_an_account_are_those_of_modules() -> None:
    """With the same types, defaults and environment variables, which the code takes from the specification."""
    fragment = importlib.import_module("ansible_collections.inet.elastic.plugins.doc_fragments._inventory_account")
    options = yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]
    described = {
        name: (option["type"], option.get("default"), [entry["name"] for entry in option.get("env", [])])
        for name, option in options.items()
    }
    assert described == {
        name: (option["type"], option.get("default"), [option["env"]] if "env" in option else [])
        for name, option in CONNECTION.items()
    }


def test_two_accounts(source: InventorySource, shop: Emulator) -> None:
    found = source.read(accounts=[of(shop, "first"), of(shop, "second")], connection="none")
    assert [variables["paas_account"] for variables in found.values()] == ["first"] * 4 + ["second"]
    assert shop.methods == [GET_ALL] * 2


def test_a_failing_account_is_an_error_or_a_warning(
    source: InventorySource, shop: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the other account is listed by an error, as nobody would see that hosts are missing."""
    accounts = [of(shop, "first"), of(shop, "second", session="0123456789" * 4)]
    message = source.refused(accounts=accounts, connection="none")
    assert message.startswith(f"account 'second' at {shop.url}: {GET_ALL} was refused: ")
    assert "0123456789" not in message
    monkeypatch.setenv("PAAS_INVENTORY_ON_FAILURE", "warn")
    assert len(source.read(accounts=accounts, connection="none")) == 4
    assert source.warnings == [f"{message}; its hosts are missing (on_failure: warn)"]


def test_no_token_reaches_the_platform_of_another_account(source: InventorySource, shop: Emulator) -> None:
    """The environment and the options beside the accounts have a token, and an entry without one takes neither."""
    without = {"name": "second", "session": "{{ lookup('ansible.builtin.env', 'NOTHING') }}"}
    assert source.refused(accounts=[of(shop, "first"), without]) == (
        f"accounts[1] (account 'second' at {shop.url}): give session, or login and password, of this account; "
        "environment variables add none to an entry of accounts"
    )
    assert source.refused(accounts=[of(shop, "first", api_url=shop.url)], token=shop.account.token) == (
        f"accounts[0] (account 'first' at {shop.url}): token beside accounts is not used; give it in the entries of "
        "accounts"
    )
    assert "accounts[0] (account 'first' at" in source.refused(accounts=[of(shop, "first", colour="red")])


@pytest.mark.parametrize("accounts", ["name=production", [None]])
def test_accounts_that_are_not_a_list_of_mappings(source: InventorySource, accounts: Any) -> None:
    """Core reads a mapping from a text."""
    assert "accounts" in source.refused(accounts=accounts)


@pytest.mark.parametrize(("url", "kind"), [(True, "a boolean"), (["https://a.example"], "a list")])
def test_an_address_that_is_not_a_text(source: InventorySource, url: Any, kind: str) -> None:
    message = source.refused(accounts=[{"name": "first", "session": "0" * 40, "api_url": url}])
    assert message.startswith("accounts[0] (account 'first'): api_url ") and kind in message


def test_accounts_that_are_one_template(source: InventorySource, shop: Emulator) -> None:
    """The tokens are not passed to the hosts, as no reference to one is left."""
    found = source.read(accounts="{{ mine }}", extra={"mine": [of(shop, "first")]})
    assert len(found) == 4 and not any("ansible_paas_token" in variables for variables in found.values())
    assert [warning.partition(": ")[2][:21] for warning in source.warnings] == ["session is plain text"]
