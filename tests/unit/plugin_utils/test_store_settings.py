# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of the token store: the order of their sources, and what counts as not given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible.config.manager import ConfigManager

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.settings import SOURCES, configured

BLANK = [None, "", " ", "\n"]


@pytest.fixture(autouse=True)
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value in the configuration file alone."""
    file = tmp_path / "ansible.cfg"
    file.write_text("[inet_elastic]\ntoken_store = $HOME/from-file.yml\n", encoding="utf-8")
    monkeypatch.setattr(constants, "config", ConfigManager(str(file)))
    for source in SOURCES.values():
        monkeypatch.delenv(source.environment, raising=False)


def store(given: Any = None, **variables: Any) -> str | None:
    return configured("store", given, variables, lambda value: value and value.replace("TEMPLATE", "variable"))


def test_the_option_goes_before_the_variable_the_environment_and_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert store() == "$HOME/from-file.yml"
    monkeypatch.setenv("PAAS_TOKEN_STORE", "from environment")
    assert store() == "from environment"
    assert store(paas_token_store="from TEMPLATE") == "from variable"
    assert store("from option", paas_token_store="from TEMPLATE") == "from option"


@pytest.mark.parametrize("blank", BLANK)
def test_what_is_empty_is_not_given(blank: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAAS_TOKEN_STORE", blank or "")
    assert store(blank, paas_token_store=blank) == "$HOME/from-file.yml"


@pytest.mark.parametrize("given", [["tokens.yml"], {"path": "tokens.yml"}, True, 1.5])
def test_what_is_not_a_text_is_not_made_one(given: Any) -> None:
    """A list would be the path ['tokens.yml']."""
    with pytest.raises(InputError, match=r"^store is a "):
        store(given)
    with pytest.raises(InputError, match=r"^paas_token_store is a "):
        configured("store", None, {"paas_token_store": given}, lambda value: value)
    assert store(5) == "5"


def test_a_setting_of_another_name_does_not_count() -> None:
    assert configured("store_format", None, {"paas_token_store": "x"}, str) is None
    assert configured("api_url", None, {"paas_api_url": "https://app.example.com"}, str) == "https://app.example.com"
    assert configured("api_url", None, {}, str) is None


def test_the_text_is_bare(monkeypatch: pytest.MonkeyPatch) -> None:
    class MarkedSetting(str):
        pass

    assert type(store(MarkedSetting("x"))) is str
    assert type(store()) is str
