# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup paas_token, called as core calls it."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar
from ansible.utils.display import Display

from ansible_collections.inet.elastic.plugins.lookup import paas_token
from ansible_collections.inet.elastic.plugins.module_utils._engine.store_entry import PREDICTED_TOKEN
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store import content as _store_content
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.files import read_content
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.settings import SECTION, SOURCES
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreEntry, TokenStore
from tests.unit.plugin_utils.stores import SECRETS, count_opened

VALUES = {"deploy": "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00", "backup": "{{ 7 * 6 }}", "soon": "0123"}
ENTRIES = [
    StoreEntry("deploy", VALUES["deploy"], 1, "deploy bot", "https://app.example.com", "user@example.com"),
    StoreEntry("backup", VALUES["backup"], 2, "twice", "https://app.example.net", "other"),
    StoreEntry("soon", VALUES["soon"], 3, "twice", expires_at="2026-11-24T13:00:00Z"),
    StoreEntry("old", "expired value", 4, "old", expires_at="2026-11-24T11:59:59Z"),
    StoreEntry("lost", None, 5, "lost bot"),
    StoreEntry("begun", "doubtful value", 6, "begun", pending="regenerate"),
]
NAMES = ["PAAS_TOKEN", "PAAS_API_URL"] + [
    f"PAAS_TOKEN_{name}" for name in ("STORE", "STORE_FORMAT", "ON_MISSING", "MIN_VALIDITY")
]


@pytest.fixture(autouse=True)
def clean_room(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    now = datetime.datetime(2026, 11, 24, 12, 0, 0, tzinfo=datetime.timezone.utc)
    module = type(lookup_loader.get("inet.elastic.paas_token")).run.__globals__
    monkeypatch.setitem(module, "utc_now", lambda: now)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.yml"
    with TokenStore(path, vault=VaultLib(SECRETS)).transaction() as store:
        for entry in ENTRIES:
            store.put(entry)
    return path


def ask(*terms: Any, variables: dict[str, Any] | None = None, basedir: Path | None = None, **options: Any) -> list[str]:
    loader = DataLoader()
    loader.set_vault_secrets(SECRETS)
    if basedir:
        loader.set_basedir(str(basedir))
    templar = Templar(loader=loader, variables=variables or {})
    lookup = lookup_loader.get("inet.elastic.paas_token", loader=loader, templar=templar)
    found = lookup.run(list(terms), variables=variables or {}, **options)
    assert isinstance(found, list)
    return found


def refused(*terms: Any, **options: Any) -> str:
    with pytest.raises(AnsibleLookupError) as error:
        ask(*terms, **options)
    message = str(error.value)
    assert "\n" not in message
    for entry in ENTRIES:
        assert entry.value is None or entry.value not in message
    assert error.value.__cause__ is None
    assert error.value.__context__ is None or error.value.__suppress_context__
    return message


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of what was decrypted."""
    return count_opened(monkeypatch)


def test_many_terms_open_the_store_once(path: Path, opened: list[int]) -> None:
    found = ask("backup", "deploy bot", ["soon", "deploy"], store=str(path))
    assert found == [VALUES["backup"], VALUES["deploy"], VALUES["soon"], VALUES["deploy"]]
    assert {type(value) for value in found} == {str}
    assert len(opened) == 1


def test_a_hundred_terms_are_one_reading(tmp_path: Path, opened: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "many.yml"
    entries = [StoreEntry(f"bot-{number}", f"value {number}", number, f"the {number}.") for number in range(100)]
    with TokenStore(path, vault=VaultLib(SECRETS)).transaction() as store:
        store.put(*entries)
    read: list[Path] = []

    def counted(place: Path) -> Any:
        read.append(place)
        return read_content(place)

    monkeypatch.setattr(_store_content, "read_content", counted)
    terms = [entry.key if number % 2 else entry.description for number, entry in enumerate(entries)]
    assert ask(*terms, store=str(path)) == [entry.value for entry in entries]
    assert (len(opened), read) == (1, [path])


def test_items_of_a_loop_open_the_store_once_until_it_is_written_again(path: Path, opened: list[int]) -> None:
    """Each item evaluates the lookup anew, and has to see what an item before it has brought."""
    assert [ask("deploy", store=str(path)) for _item in range(5)] == [[VALUES["deploy"]]] * 5
    assert len(opened) == 1
    with TokenStore(path, vault=VaultLib(SECRETS)).transaction() as store:
        store.put(replace(ENTRIES[0], value="f" * 40))
    assert [ask("deploy", store=str(path)) for _item in range(5)] == [["f" * 40]] * 5
    assert len(opened) == 2


def test_store_by_environment_variable(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAAS_TOKEN_STORE", str(path))
    monkeypatch.setenv("PAAS_TOKEN", "not this one")
    assert ask("deploy") == [VALUES["deploy"]]
    assert ask("deploy", store="") == [VALUES["deploy"]]
    monkeypatch.setenv("PAAS_TOKEN_STORE", "/nowhere/tokens.yml")
    assert ask("deploy", store=str(path)) == [VALUES["deploy"]]


def template(text: str) -> Any:
    """A text that core takes for a template."""
    try:
        from ansible.template import trust_as_template
    except ImportError:
        from ansible.parsing.yaml.objects import AnsibleUnicode

        return AnsibleUnicode(text)
    return trust_as_template(text)


def test_store_by_variable_that_is_a_template(path: Path) -> None:
    variables = {"where": str(path.parent), "paas_token_store": template("{{ where }}/tokens.yml")}
    assert ask("deploy", variables=variables) == [VALUES["deploy"]]


def test_a_relative_store_starts_at_the_playbook(path: Path) -> None:
    assert ask("deploy", store="tokens.yml", basedir=path.parent) == [VALUES["deploy"]]


@pytest.mark.parametrize("terms", [[], ["any name"], [[]]])
def test_the_environment_variable_answers_without_a_store(terms: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAAS_TOKEN", " injected\n")
    assert ask(*terms) == ["injected"]
    assert ask(*terms, store="", min_validity="7d") == ["injected"]


def test_the_environment_variable_holds_one_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAAS_TOKEN", "injected")
    assert refused("a", "b").startswith("PAAS_TOKEN holds one token")


def test_no_store_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, message, **_options: warnings.append(message))
    message = refused("a")
    assert message.startswith("No token store is set. Set store, PAAS_TOKEN_STORE, or token_store")
    assert ask("a", on_missing="skip") == []
    assert warnings == []
    assert ask("a", on_missing="warn") == []
    assert warnings == [message]


def test_a_named_store_without_a_named_token(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAAS_TOKEN", "not this one")
    assert refused(store=str(path)).startswith("The name of a token is missing.")


def test_a_named_store_that_does_not_exist_is_not_replaced_by_the_environment_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAAS_TOKEN", "not this one")
    assert "tokens.yml has no token 'a'" in refused("a", store=str(tmp_path / "tokens.yml"))


def test_missing_tokens(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, message, **_options: warnings.append(message))
    message = refused("deploy", "deplo", store=str(path))
    assert message.startswith(
        f"The token store {path} has no token 'deplo'. Did you mean 'deploy'? Create the token with"
    )
    assert ask("deplo", "deploy", store=str(path), on_missing="skip") == [VALUES["deploy"]]
    assert warnings == []
    monkeypatch.setenv("PAAS_TOKEN_ON_MISSING", "warn")
    assert ask("deplo", "deploy", store=str(path)) == [VALUES["deploy"]]
    assert warnings == [message]


@pytest.mark.parametrize("on_missing", ["error", "warn", "skip"])
@pytest.mark.parametrize(
    ("term", "part"),
    [
        ("lost", "the store has no value for it. Run inet.elastic.paas_token with description: lost bot"),
        ("begun", "a new value was asked for, and the answer of the platform has not been stored"),
        ("old", "The token 'old' expired on 2026-11-24T11:59:59Z"),
        ("twice", "several tokens of the description 'twice'. Ask for one of the keys 'backup', 'soon'"),
    ],
)
def test_tokens_that_cannot_be_used_are_errors_whatever_is_missing(
    path: Path, term: str, part: str, on_missing: str
) -> None:
    assert part in refused(term, store=str(path), on_missing=on_missing)


@pytest.mark.parametrize("margin", ["1h", "60m", "3600", 3600])
def test_min_validity(path: Path, margin: str | int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("soon", "deploy", store=str(path), min_validity=margin) == [VALUES["soon"], VALUES["deploy"]]
    assert "sooner than min_validity allows" in refused("soon", store=str(path), min_validity="3601")
    monkeypatch.setenv("PAAS_TOKEN_MIN_VALIDITY", "2h")
    assert "sooner than min_validity allows" in refused("soon", store=str(path))
    assert ask("soon", store=str(path), min_validity=0) == [VALUES["soon"]]


def test_bad_min_validity(path: Path) -> None:
    assert refused("deploy", store=str(path), min_validity="soon").startswith("Invalid min_validity: 'soon' is not")


def test_tokens_of_one_account(path: Path) -> None:
    assert ask("twice", store=str(path), account="OTHER") == [VALUES["backup"]]
    assert "holds none that could be meant" in refused("deploy", store=str(path), account="nobody")


def test_a_value_is_not_given_to_another_platform(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option goes before the variable, and the variable before the environment variable; empty is not given."""
    mine, other = "HTTPS://app.example.com:443/", "https://app.example.net"
    assert ask("deploy", store=str(path)) == [VALUES["deploy"]]
    for on_missing in ("error", "warn", "skip"):
        message = refused("deploy", store=str(path), api_url=other, on_missing=on_missing)
        assert "'deploy'" in message
        assert (
            "the platform at 'https://app.example.com', and the address in use is 'https://app.example.net'" in message
        )
    monkeypatch.setenv("PAAS_API_URL", other)
    assert "the address in use is 'https://app.example.net'" in refused("deploy", store=str(path))
    assert ask("deploy", store=str(path), variables={"paas_api_url": mine}) == [VALUES["deploy"]]
    assert ask("deploy", store=str(path), api_url=mine) == [VALUES["deploy"]]
    assert ask("deploy", store=str(path), api_url=mine, variables={"paas_api_url": other}) == [VALUES["deploy"]]
    for blank in ("", " ", None):
        assert "address in use" in refused("deploy", store=str(path), api_url=blank, variables={"paas_api_url": blank})
    monkeypatch.setenv("PAAS_API_URL", "")
    assert "address in use" in refused("deploy", store=str(path), variables={"paas_api_url": other})
    assert ask("deploy", store=str(path)) == [VALUES["deploy"]]
    # The store does not know the address of this one.
    assert ask("soon", store=str(path), api_url=other) == [VALUES["soon"]]
    assert "is not a web address" in refused("deploy", store=str(path), api_url="app.example.com")


def test_the_address_is_a_template_in_a_variable(path: Path) -> None:
    variables = {"domain": "example.net", "paas_api_url": template("https://app.{{ domain }}")}
    assert "address in use is 'https://app.example.net'" in refused("deploy", store=str(path), variables=variables)


@pytest.mark.parametrize("text", ["~/tokens.yml", "$HOME/tokens.yml", "${HOME}/tokens.yml"])
def test_the_path_is_expanded(path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(path.parent))
    assert ask("deploy", store=text, basedir=Path("/")) == [VALUES["deploy"]]
    monkeypatch.setenv("PAAS_TOKEN_STORE", text)
    assert ask("deploy", basedir=Path("/")) == [VALUES["deploy"]]


CHECKING = {"ansible_check_mode": True}


@pytest.mark.parametrize("place", ["tokens.yml", "new.yml", "new directory/deeper/tokens.yml"])
def test_in_check_mode_a_placeholder_stands_for_what_is_not_there_yet(
    path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, message, **_options: warnings.append(message))
    store = path.parent / place
    assert ask("nightly", store=str(store), variables=CHECKING) == [PREDICTED_TOKEN]
    assert warnings == [
        f"Check mode: the token store {store} has no token 'nightly' yet. A placeholder stands for its value, and a "
        "task that uses it as its session is skipped."
    ]
    for off in (False, "no", None):
        assert "token store" in refused("nightly", store=str(store), variables={"ansible_check_mode": off})
    assert ask("nightly", store=str(store), variables=CHECKING, on_missing="skip") == []
    assert not (path.parent / "new directory").exists()


def test_check_mode_answers_what_there_is_and_hides_no_mistake(path: Path) -> None:
    asked = ask("deploy", "nightly", store=str(path), variables=CHECKING)
    assert asked == [VALUES["deploy"], PREDICTED_TOKEN]
    assert "expired on" in refused("old", store=str(path), variables=CHECKING)
    assert "address in use" in refused("deploy", store=str(path), api_url="https://a.example", variables=CHECKING)
    assert "No token store is set" in refused("nightly", variables=CHECKING)


def test_a_missing_directory_is_an_error_without_check_mode(path: Path) -> None:
    assert "Create the directory first" in refused("deploy", store=str(path.parent / "none" / "tokens.yml"))


def test_plain_store(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = tmp_path / "plain.yml"
    with TokenStore(plain, fmt="plain").transaction() as store:
        store.put(ENTRIES[0])
    assert "is not encrypted" in refused("deploy", store=str(plain))
    assert "store_format is plain" in refused("deploy", store=str(path), store_format="plain")
    assert ask("deploy", store=str(plain), store_format="plain") == [VALUES["deploy"]]
    monkeypatch.setenv("PAAS_TOKEN_STORE_FORMAT", "plain")
    assert ask("deploy", store=str(plain)) == [VALUES["deploy"]]


def test_unknown_options_are_not_ignored(path: Path) -> None:
    message = refused("deploy", store=str(path), on_mising="skip")
    assert message == (
        "Unknown option of this lookup: on_mising. "
        "Available: account, api_url, min_validity, on_missing, store, store_format."
    )
    # A loop hands this one through.
    assert ask("deploy", store=str(path), wantlist=True) == [VALUES["deploy"]]


@pytest.mark.parametrize(
    ("term", "options", "message"),
    [
        ("deploy", {"store": ["tokens.yml"]}, "store is a list, but must be a text"),
        ("deploy", {"variables": {"paas_token_store": {"a": 1}}}, "paas_token_store is a mapping, but must be a text"),
        ("deploy", {"store": "a\0b"}, "'a\\x00b' cannot be the path of a token store. Name a file."),
        ({"name": "deploy"}, {"store": "tokens.yml"}, "the name of the token is a mapping, but must be a text"),
        (None, {"store": "tokens.yml"}, "the name of the token is empty, but must be a text"),
    ],
)
def test_what_is_not_a_text(term: Any, options: dict[str, Any], message: str) -> None:
    """A list is not the path ['tokens.yml'], and null is not the token None."""
    assert refused(term, **options) == message


def test_unknown_choice(path: Path) -> None:
    with pytest.raises(AnsibleError, match="(?i)invalid value .?perhaps"):
        ask("deploy", store=str(path), on_missing="perhaps")


def test_options_are_documented_with_all_their_sources() -> None:
    options = yaml.safe_load(paas_token.DOCUMENTATION)["options"]
    kinds = [("env", "name"), ("ini", "section"), ("ini", "key"), ("vars", "name")]
    sources = {
        name: tuple(next(iter(option[kind]))[what] for kind, what in kinds if kind in option)
        for name, option in options.items()
        if "env" in option
    }
    for name, source in SOURCES.items():
        ini = (SECTION, source.key) if source.key else ()
        assert sources[name] == (source.environment, *ini, source.variable)
    assert sources == {
        "api_url": ("PAAS_API_URL", "paas_api_url"),
        "store": ("PAAS_TOKEN_STORE", "inet_elastic", "token_store", "paas_token_store"),
        "store_format": (
            "PAAS_TOKEN_STORE_FORMAT",
            "inet_elastic",
            "token_store_format",
            "paas_token_store_format",
        ),
        "on_missing": ("PAAS_TOKEN_ON_MISSING", "inet_elastic", "token_on_missing", "paas_token_on_missing"),
        "min_validity": ("PAAS_TOKEN_MIN_VALIDITY", "inet_elastic", "token_min_validity", "paas_token_min_validity"),
    }
    assert {source[0] for source in sources.values()} == set(NAMES) - {"PAAS_TOKEN"}
