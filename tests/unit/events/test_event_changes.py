# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has changed from poll to poll, as events: pure functions of what is known and what is listed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import to_text
from ansible_collections.inet.elastic.plugins.plugin_utils._events.environments import Environments
from ansible_collections.inet.elastic.plugins.plugin_utils._events.polling import Watched
from ansible_collections.inet.elastic.plugins.plugin_utils._events.tokens import Tokens

NOW = datetime.datetime(2027, 1, 1, tzinfo=datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
SHOWN = ("threshold", "status_before", "layers")


class Polls:
    """Polls of one source; the record of each change is kept, as the loop does it."""

    def __init__(self, watched: Watched, **options: Any) -> None:
        watched.configure(options)
        self._watched = watched
        self.known: dict[str, dict[str, Any]] | None = None
        self.told: list[str] = []

    def poll(self, result: Mapping[str, Any], days: float = 0.0) -> list[tuple[Any, ...]]:
        """Name and subject of each event, and what else it has of SHOWN."""
        changes = list(self._watched.changes(self.known, result, NOW + days * DAY))
        self.known = self.known or {}
        for change in changes:
            if change.record is None:
                del self.known[change.subject]
            else:
                self.known[change.subject] = change.record
        events = [change for change in changes if change.name]
        self.told += [f"{change.name} {change.subject} {change.occurrence}" for change in events]
        return [
            (change.name, change.subject, *(change.members[name] for name in SHOWN if change.members.get(name)))
            for change in events
        ]


def token(number: int, ends_in: float | None = None) -> dict[str, Any]:
    """A token of ``paas_token_info`` that ends a number of days after NOW."""
    ends = None if ends_in is None else to_text(NOW + ends_in * DAY)
    return {"id": number, "description": f"token {number}", "expires_at": ends}


def test_a_token_is_reminded_of_once_for_each_threshold() -> None:
    polls = Polls(Tokens(), thresholds=["7d", "14d", "1d"])
    listed = {"tokens": [token(1), token(2, 20), token(3, 100)]}
    days = (0, 1, 6, 6.5, 13, 13.5, 19, 19.5, 20, 21)
    found = {day: polls.poll(listed, day) for day in days}
    assert {day: events for day, events in found.items() if events} == {
        6: [("expiring", "2", "14d")],
        13: [("expiring", "2", "7d")],
        19: [("expiring", "2", "1d")],
        20: [("expired", "2")],
    }


def test_a_token_that_has_passed_several_thresholds_has_one_event() -> None:
    """At the first poll as well, where no token is new."""
    for thresholds, ends_in, expected in (
        (["14d", "7d"], 3, [("expiring", "1", "7d")]),
        (["14d", "7d"], -3, [("expired", "1")]),
        ([], 3, []),
    ):
        assert Polls(Tokens(), thresholds=thresholds).poll({"tokens": [token(1, ends_in)]}) == expected


def test_new_renewed_and_removed_tokens() -> None:
    """A token with a new end is reminded of anew, by another event."""
    polls = Polls(Tokens(), thresholds=["14d"])
    assert polls.poll({"tokens": [token(1, 10)]}) == [("expiring", "1", "14d")]
    assert polls.poll({"tokens": [token(1, 90), token(2, 5)]}) == [("new", "2"), ("expiring", "2", "14d")]
    assert polls.poll({"tokens": [token(1, 11), token(2, 5)]}) == [("expiring", "1", "14d")]
    assert polls.poll({"tokens": [token(1, 11)]}) == [("removed", "2")]
    assert polls.poll({"tokens": []}) == [("removed", "1")]
    assert (polls.known, len(set(polls.told))) == ({}, 6)


def test_all_tokens_are_known_before_the_first_event() -> None:
    """Else a source that is ended at the first poll would take the others for new tokens later."""
    watched = Tokens()
    watched.configure({"thresholds": ["14d"]})
    changes = list(watched.changes(None, {"tokens": [token(1, 5), token(2, 5)]}, NOW))
    assert [(change.subject, change.name) for change in changes] == [
        ("1", ""),
        ("2", ""),
        ("1", "expiring"),
        ("2", "expiring"),
    ]


def environment(
    name: str = "shop", status: str = "running", node_ids: tuple[int, ...] | None = (1,), **layer: Any
) -> dict[str, Any]:
    """An environment of ``paas_environment_info`` with one layer."""
    known = node_ids is not None
    fields = ("node_type", "image", "tag", "count", "fixed_cloudlets", "flexible_cloudlets")
    nodes = [{"node_group": "cp", **dict.fromkeys(fields), **layer, "env": {"A": "secret"}}]
    return {
        **{"name": name, "status": status, "domain": f"{name}.example.com", "region": None, "env_groups": []},
        "nodes": nodes if known else None,
        "node_list": [{"id": number, "node_group": "cp"} for number in node_ids or ()] if known else None,
    }


def listed(*environments: dict[str, Any]) -> dict[str, Any]:
    """The result of ``paas_environment_info``."""
    return {"environments": list(environments)}


def test_created_and_removed_environments_and_statuses() -> None:
    """None at the first poll. The same change later is another event."""
    polls = Polls(Environments())
    assert polls.poll(listed(environment())) == []
    for _ in range(2):
        assert polls.poll(listed(environment(status="stopped"))) == [("status", "shop", "running")]
        assert polls.poll(listed(environment(status="stopped"))) == []
        assert polls.poll(listed(environment(), environment("new"))) == [
            ("status", "shop", "stopped"),
            ("created", "new"),
        ]
        assert polls.poll(listed(environment())) == [("removed", "new", "running")]
    assert len({told for told in polls.told if told.startswith("status")}) == 4


def test_a_topology_is_compared_when_no_operation_runs() -> None:
    polls = Polls(Environments())
    polls.poll(listed(environment(tag="1")))
    updating = environment(status="updating", node_ids=(1, 2), tag="1")
    assert polls.poll(listed(updating)) == [("status", "shop", "running")]
    assert polls.poll(listed(environment(node_ids=None))) == [("status", "shop", "updating")]
    layer = {"node_type": None, "image": None, "tag": "2", "count": None}
    layer |= {"fixed_cloudlets": None, "flexible_cloudlets": None}
    found = polls.poll(listed(environment(node_ids=(2, 1), tag="2")))
    assert found == [("topology", "shop", {"cp": {**layer, "node_ids": [1, 2]}})]
    assert polls.poll(listed(environment(node_ids=(1, 2), tag="2"))) == []
    assert "secret" not in str(polls.known)


def test_layers_that_were_not_known_are_no_change() -> None:
    """An environment that was half made at the first poll."""
    polls = Polls(Environments())
    polls.poll(listed(environment(status="creating", node_ids=())))
    assert polls.poll(listed(environment())) == [("status", "shop", "creating")]
    assert [event[0] for event in polls.poll(listed(environment(node_ids=(2,))))] == ["topology"]
