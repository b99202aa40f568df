# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of tokens: the fewest calls, and at the same time what does not depend on each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.info import TokenInfo
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import TokenSet
from tests.unit.resources.token_platform import Meeting, TokenPlatform, refusal

BASE: dict[str, Any] = {"description": "a", "api_methods": ["users.account.GetUserInfo"]}


@pytest.fixture
def platform() -> Iterator[TokenPlatform]:
    """A platform without tokens."""
    found = TokenPlatform()
    yield found
    found.end()


def test_a_catalogue_that_is_needed_in_any_case_is_read_with_the_tokens(platform: TokenPlatform) -> None:
    meeting = Meeting(2)
    platform.before = {("gettokens", ""): meeting.attend, ("gettokenapilist", ""): meeting.attend}
    pattern = {"description": "p", "api_methods": ["environment.control.Get*"]}
    platform.run(TokenSet(), tokens=[pattern], return_value=True, check=True)
    platform.before.clear()
    platform.run(TokenSet(), tokens=[pattern], return_value=True)
    result = platform.run(TokenSet(), tokens=[pattern], return_value=True)
    assert result["changed"] is False
    assert sorted(method for method, _what in platform.sent) == ["gettokenapilist", "gettokens", "signin", "signout"]


def test_methods_and_templates_are_read_at_the_same_time(platform: TokenPlatform) -> None:
    """Once the tokens have shown that both are needed; what is not needed is not read."""
    meeting = Meeting(2)
    platform.before = {("gettokentemplates", ""): meeting.attend, ("gettokenapilist", ""): meeting.attend}
    tokens = [BASE, {"description": "t", "template": "Marketplace"}]
    platform.run(TokenSet(), tokens=tokens, return_value=True)
    assert [method for method, _what in platform.sent][:2] == ["signin", "gettokens"]
    platform.run(TokenSet(), tokens=tokens, return_value=True)
    assert [method for method, _what in platform.sent] == ["signin", "gettokens", "signout"]


def test_info_reads_all_kinds_at_the_same_time(platform: TokenPlatform) -> None:
    meeting = Meeting(3)
    methods = ("gettokens", "gettokentemplates", "gettokenapilist")
    platform.before = {(method, ""): meeting.attend for method in methods}
    result = platform.run(TokenInfo(), gather=["methods", "tokens", "templates"])
    assert [kind for kind in result if kind in ("tokens", "templates", "methods")] == ["tokens", "templates", "methods"]
    assert sorted(result["api_calls"].values()) == [1] * 5


def test_a_token_whose_methods_are_not_listed_is_not_edited_without_them(platform: TokenPlatform) -> None:
    """An edit sends the whole set, so that an empty one would take everything from the token."""
    platform.run(TokenSet(), tokens=[BASE], return_value=True)
    platform.untold = "apiListItems"
    with pytest.raises(Failed, match="the platform does not list what token 'a' may do.*give template or api_methods"):
        platform.run(TokenSet(), tokens=[{"description": "a", "expires_at": "2099-01-31"}], return_value=True)
    assert [method for method, _what in platform.sent] == ["signin", "gettokens", "signout"]


@pytest.mark.parametrize("code", [8, 8202])
def test_a_refusal_to_manage_tokens_is_explained_whatever_else_is_read(platform: TokenPlatform, code: int) -> None:
    platform.before = {("gettokens", ""): refusal(code), ("gettokenapilist", ""): refusal(code)}
    with pytest.raises(Failed, match="a signed-in session"):
        platform.run(
            TokenSet(), tokens=[{"description": "p", "api_methods": ["environment.control.*"]}], return_value=True
        )
