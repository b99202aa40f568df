# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop of the event sources: restarts, failures, a full queue, and memory. The platform is a script."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.client import PlatformClient, Retry
from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import utc_now
from ansible_collections.inet.elastic.plugins.module_utils._engine.execute import Failed
from ansible_collections.inet.elastic.plugins.plugin_utils._events import polling
from ansible_collections.inet.elastic.plugins.plugin_utils._events.environments import Environments
from ansible_collections.inet.elastic.plugins.plugin_utils._events.polling import Source, SourceError
from ansible_collections.inet.elastic.plugins.plugin_utils._events.tokens import Tokens
from tests.unit.client.fakes import URL, Answer, FakeTransport, cut, fake_client

TOKEN = "t0ken-of-the-account"
GIVEN = {"api_url": URL, "session": TOKEN}
Event = dict[str, Any]


class ScriptedPlatform:
    """What GetEnvs answers; each poll has a client of its own."""

    def __init__(self) -> None:
        self.transport = FakeTransport().on("environment.control.getenvs", lambda call: self.answer)
        self.answer: Answer = {}
        self.has(shop=1)

    def has(self, **statuses: int) -> None:
        """Set the environments, each with a node."""
        node = {"id": 7, "nodeGroup": "cp", "nodeType": "nginxphp", "status": 1}
        infos = [{"env": {"envName": name, "status": number}, "nodes": [node]} for name, number in statuses.items()]
        self.answer = {"result": 0, "infos": infos}

    def client(self, options: Any) -> PlatformClient:
        """See ``make_client``."""
        client = fake_client(self.transport, retry=Retry(attempts=1))
        client.redactor.add(options["session"])
        return client


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> ScriptedPlatform:
    """The platform of all sources of a test, with an environment that runs."""
    made = ScriptedPlatform()
    monkeypatch.setattr(polling, "make_client", made.client)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A state file that does not exist yet."""
    return tmp_path / "state.json"


def source(path: Path | None = None, **options: Any) -> Source:
    """A source of environments."""
    return Source(Environments(), {**GIVEN, **({"state_file": str(path)} if path else {}), **options})


def polled(watching: Source, size: int = 0) -> list[Event]:
    """The events of one poll. A queue of a size is full after as many, and the source is ended while it waits."""
    queue: asyncio.Queue[Event] = asyncio.Queue(maxsize=size)

    async def run() -> None:
        if not size:
            await watching.poll(queue)
            return
        task = asyncio.create_task(watching.run(queue))
        while not queue.full():
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    return [queue.get_nowait() for _ in range(queue.qsize())]


def names(events: list[Event]) -> list[str]:
    """The change and the environment of each event."""
    return [f"{event['paas']['change']} {event['paas']['environment']['name']}" for event in events]


def test_an_event(platform: ScriptedPlatform) -> None:
    """Its members, and an id that the same event has again."""
    found = []
    for _ in range(2):
        watching = source()
        platform.has(shop=1)
        assert polled(watching) == []
        platform.has(shop=2)
        found.append(polled(watching))
    ((event,), again) = found
    shown = {"name": "shop", "status": "stopped", "domain": None, "region": None, "env_groups": None}
    head = {"source": "environments", "change": "status", "api_url": URL, "account": None}
    assert event["paas"] == {**head, "environment": shown, "status_before": "running"}
    assert again == [event] and list(event["meta"]) == ["uuid"]


def test_no_event_comes_twice_after_a_restart(platform: ScriptedPlatform, path: Path) -> None:
    """What changed meanwhile is an event; the file is for its owner alone, and has no secret."""
    assert polled(source(path)) == []
    seen = []
    for number, expected in ((2, ["status shop"]), (1, ["status shop"]), (2, ["created new", "status shop"])):
        platform.has(shop=number, **({"new": 1} if len(expected) > 1 else {}))
        events = polled(source(path))
        assert names(events) == expected
        assert polled(source(path)) == []
        seen += events
    assert len({event["meta"]["uuid"] for event in seen}) == len(seen) == 4
    assert path.stat().st_mode & 0o777 == 0o600
    assert TOKEN not in path.read_text(encoding="utf-8")
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_source_that_is_ended_while_the_queue_is_full(platform: ScriptedPlatform, path: Path, size: int) -> None:
    """Each event comes once: before the end or after the restart."""
    polled(source(path))
    platform.has(one=1, two=1, three=1)
    before = polled(source(path), size)
    after = polled(source(path))
    assert len(before) == size
    assert sorted(names(before + after)) == ["created one", "created three", "created two", "removed shop"]


def test_a_failure_is_told_once_and_polls_become_rare(platform: ScriptedPlatform) -> None:
    """The pause doubles up to an hour, and is the interval again after the next success."""
    watching = source(interval=1000)
    polled(watching)
    found, pauses = [], [watching.pause]
    for answer in (cut(), cut(), cut(), {"result": 99, "error": f"odd {TOKEN}"}):
        platform.answer = answer
        found += [event["paas"] for event in polled(watching)]
        pauses.append(watching.pause)
    assert [event["change"] for event in found] == ["failed", "failed"]
    assert pauses == [1000, 2000, 3600, 3600, 3600]
    assert found[0]["failure"] == {"kind": "answer_lost", "code": None, "method": "environment.control.GetEnvs"}
    assert "odd ********" in found[1]["message"]
    platform.has(shop=2)
    events = polled(watching)
    assert [event["paas"]["change"] for event in events] == ["recovered", "status"]
    assert (events[0]["paas"]["message"], watching.pause) == (found[1]["message"], 1000)
    platform.answer = cut()
    assert len(polled(watching)) == 1


@pytest.mark.parametrize(
    ("code", "word"), [(702, "unknown, expired or revoked"), (8202, "does not grant"), (8, "permission")]
)
def test_wrong_credentials_end_the_source_with_one_line(platform: ScriptedPlatform, code: int, word: str) -> None:
    """Without another attempt, also if they were right before."""
    watching = source()
    polled(watching)
    platform.answer = {"result": code, "error": f"no {TOKEN}"}

    async def run() -> None:
        await asyncio.wait_for(watching.run(asyncio.Queue()), 10)

    with pytest.raises(SourceError, match=word) as caught:
        asyncio.run(run())
    assert len(platform.transport.calls) == 2
    assert "\n" not in str(caught.value) and TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"api_url": ""}, "api_url is missing: give it, or set PAAS_API_URL"),
        ({"interval": 0}, "interval must be a number of seconds above 0"),
        ({"interval": "often"}, "interval must be a number, not text"),
        ({"intervall": 5}, "intervall is not an option"),
        ({"thresholds": ["14d", "soon"]}, "thresholds[1]: 'soon' is not a length of time"),
        ({"thresholds": ["0d"]}, "thresholds[0] must be longer than no time; expired is an event of its own"),
    ],
)
def test_an_option_that_is_not_valid(options: dict[str, Any], message: str) -> None:
    with pytest.raises(SourceError) as caught:
        Source(Tokens(), {**GIVEN, **options})
    assert message in str(caught.value)


def test_options_come_from_the_environment(platform: ScriptedPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no token stands in a rulebook."""
    monkeypatch.setenv("PAAS_API_URL", f"{URL}/")
    monkeypatch.setenv("PAAS_TOKEN", "another")
    polled(Source(Environments(), {}))
    assert [(call.url.partition("/1.0")[0], call.fields["session"]) for call in platform.transport.calls] == [
        (URL, "another")
    ]


RECORDS: list[Any] = [[], 5, None, {"shop": []}, {"shop": {"status": "running"}}, {"shop": {"description": "bot"}}]


@pytest.mark.parametrize("text", ["{", "[]", "[" * 100_000, *map(json.dumps, RECORDS), None])
def test_a_state_file_that_cannot_be_used(platform: ScriptedPlatform, path: Path, text: str | None) -> None:
    polled(source(path))
    if text:
        whole = json.loads(path.read_text(encoding="utf-8"))
        records = {"records": json.loads(text)} if text in map(json.dumps, RECORDS) else None
        path.write_text(json.dumps({**whole, **records}) if records else text, encoding="utf-8")
    said = "is not a state file" if text else "belongs to another source or account"
    with pytest.raises(SourceError) as caught:
        source(path, **({} if text else {"api_url": "https://app.example.net"}))
    assert str(caught.value) == f"state_file: {path} {said}; name another file, or remove this one to start anew"


def test_certificates_that_cannot_be_read_end_the_source_with_one_line() -> None:
    """The client is made at each poll, and not before."""
    with pytest.raises(SourceError) as caught:
        polled(Source(Environments(), {**GIVEN, "ca_path": "/nowhere"}))
    assert str(caught.value) == (
        "ca_path /nowhere cannot be read: No such file or directory; name a file with certificates"
    )


def test_a_state_file_that_cannot_be_written(platform: ScriptedPlatform, path: Path) -> None:
    with pytest.raises(SourceError, match="none/state.json cannot be written: No such file or directory"):
        polled(source(path.parent / "none" / "state.json"))


class Counter:
    """A queue that only counts."""

    events = 0

    async def put(self, event: Event, /) -> None:
        """Count an event."""
        self.events += 1


@pytest.mark.parametrize("polls", [300, 10_000], ids=["with the client", "ten thousand"])
def test_polls_keep_memory_flat(
    platform: ScriptedPlatform, path: Path, monkeypatch: pytest.MonkeyPatch, polls: int
) -> None:
    """Environments come, change and go all the time, and every tenth poll fails; nothing of this stays.

    Ten thousand polls are too many for the test if each of them has a client and writes the state file.
    """
    plain = {**dict.fromkeys(("domain", "region", "env_groups", "nodes", "node_list")), "status": "running"}
    watching, queue, objects = source(None if polls > 300 else path), Counter(), []

    def listed(number: int) -> None:
        platform.has(**{f"shop{number % 7}-{number}": 1, "stays": 1 + number % 2})
        if number % 10 == 0:
            platform.answer = cut()

    async def at_once(work: Any) -> Any:
        return work()

    def read() -> Any:
        if isinstance(platform.answer, Mapping):
            found = [{**plain, "name": item["env"]["envName"]} for item in platform.answer["infos"]]
            return {"environments": found}, utc_now()
        raise Failed({"msg": "the connection was cut", "failure": {"kind": "answer_lost", "code": None}})

    async def poll(numbers: range) -> None:
        for number in numbers:
            listed(number)
            await watching.poll(queue)
            platform.transport.calls.clear()

    # A thread for each poll would take most of the time.
    monkeypatch.setattr(asyncio, "to_thread", at_once)
    if polls > 300:
        monkeypatch.setattr(watching, "_read", read)
    for numbers in (range(1, 100), range(100, polls)):
        asyncio.run(poll(numbers))
        gc.collect()
        objects.append(len(gc.get_objects()))
    assert objects[1] - objects[0] < 200
    assert queue.events > 1.8 * polls
    assert polls > 300 or path.stat().st_size < 2_000
