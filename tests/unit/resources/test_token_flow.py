# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the flow makes of a platform that answers success and does something else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.transport import Reply
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.resource import OneToken
from tests.property.emulated import EmulatedPlatform

BASE: dict[str, Any] = {"description": "bot", "template": "Marketplace", "return_value": True}


class Pretender(EmulatedPlatform):
    """A platform that answers some methods without working on them.

    Attributes:
        pretended: the end of a method's address to what it answers.
    """

    def __init__(self) -> None:
        self.pretended: dict[str, dict[str, Any]] = {}
        super().__init__()

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """The pretended answer, or the platform's."""
        for ending, answer in self.pretended.items():
            if url.endswith(ending):
                return Reply(status=200, headers={}, body=json.dumps(answer))
        return super().post(url, fields, timeout)


@pytest.fixture
def platform() -> Iterator[Pretender]:
    """A platform with one token."""
    pretender = Pretender()
    pretender.perform(OneToken(), **BASE)
    yield pretender
    pretender.end()


@pytest.mark.parametrize("desired", [{"expires_at": "2099-01-31"}, {"template": "Maven Plugin"}], ids=str)
def test_a_change_that_is_not_taken_over_is_an_error(platform: Pretender, desired: dict[str, Any]) -> None:
    platform.pretended["/edittoken"] = {"result": 0}
    with pytest.raises(Failed) as caught:
        platform.perform(OneToken(), **{**BASE, **desired})
    assert caught.value.result["failure"]["kind"] == "unexpected_answer"
    assert "answered success, but token 'bot' is not as asked for" in caught.value.result["msg"]


def test_the_one_step_of_a_task_needs_no_name(platform: Pretender) -> None:
    platform.pretended["/edittoken"] = {"result": 99, "error": "no"}
    with pytest.raises(Failed, match="^users.authentication.EditToken was refused"):
        platform.perform(OneToken(), **BASE, expires_at="2099-01-31")


def test_an_expiry_that_is_not_cleared_is_an_error(platform: Pretender) -> None:
    """How EditToken clears an expiry is not documented, so a platform may ignore the empty value."""
    platform.perform(OneToken(), **BASE, expires_at="2099-01-31")
    platform.pretended["/edittoken"] = {"result": 0}
    with pytest.raises(Failed, match="is not as asked for"):
        platform.perform(OneToken(), **BASE, expires_at="")


@pytest.mark.parametrize("answer", [{"result": 0}, {"result": 0, "token": {"id": 1}}, {"result": 0, "token": None}])
def test_a_regeneration_without_a_value_is_an_error(platform: Pretender, answer: dict[str, Any]) -> None:
    platform.pretended["/regeneratetoken"] = answer
    with pytest.raises(Failed, match="its answer holds no value") as caught:
        platform.perform(OneToken(), **BASE, regenerate="always")
    assert caught.value.result["changed"] is False


def test_the_value_may_come_beside_other_members(platform: Pretender) -> None:
    """Members that nobody knows are no obstacle; the value is handed back whole."""
    answer = {"result": 0, "token": {"id": 1, "key": "f" * 40, "extraData": {"x": [1]}, "new": None}, "more": True}
    platform.pretended["/regeneratetoken"] = answer
    assert platform.perform(OneToken(), **BASE, regenerate="always")["value"] == "f" * 40
