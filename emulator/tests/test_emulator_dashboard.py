# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the dashboard gets from the server: its files, and changes. The pages themselves are tested in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import requests

import paas_emulator
from emulator_client import LOGIN, PASSWORD, TIMEOUT, Client
from paas_emulator import journal
from paas_emulator.faults import KINDS
from paas_emulator.journal import Entry, Journal
from paas_emulator.settings import DELETE_CONFIRM

STATIC = Path(paas_emulator.__file__).parent / "dashboard" / "static"
FILES = sorted(path.name for path in STATIC.iterdir())
MOST_BYTES = 100 * 1024
TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def get(url: str, path: str) -> requests.Response:
    """One file, without a session and without proxies of the machine."""
    return Client(url).http.get(url + path, timeout=TIMEOUT)


@pytest.mark.parametrize("path", ["/", *(f"/_dashboard/{name}" for name in FILES)])
def test_files(server: str, path: str) -> None:
    response = get(server, path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == TYPES[path.rpartition(".")[2] if path != "/" else "html"]
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "<script>" not in response.text and " style=" not in response.text


def test_weight(server: str) -> None:
    assert sum(len(get(server, f"/_dashboard/{name}").content) for name in FILES) <= MOST_BYTES


@pytest.mark.parametrize("name", ["nothing.js", "..%2fpages.py", "%2e%2e/pages.py", ""])
def test_other_files_are_not_served(server: str, name: str) -> None:
    assert get(server, f"/_dashboard/{name}").status_code == 404


def test_only_the_documentation_is_elsewhere() -> None:
    text = "".join((STATIC / name).read_text(encoding="utf-8") for name in FILES)
    assert set(re.findall(r"https?:/*[\w.-]+", text)) == {"https://docs.jelastic.com"}


def test_choices_are_those_of_the_emulator(server: str) -> None:
    lists = re.findall(r"<select[^>]*>((?:<option>[^<]*</option>)+)</select>", get(server, "/").text)
    expected = [[kind for kind in KINDS if kind != "redirect"], list(DELETE_CONFIRM)]
    assert [re.findall(r"<option>([^<]*)", options) for options in lists] == expected


def changes(client: Client, since: object) -> dict[str, Any]:
    """The answer to a page that knows a revision."""
    answer: dict[str, Any] = client.control("GET", f"changes?since={since}")
    return answer


def named(answer: dict[str, Any]) -> list[tuple[int, str, int | None]]:
    """Number, method and result of the calls in an answer."""
    return [(row["number"], row["method"].rpartition(".")[2], row["result"]) for row in answer["calls"]]


def test_changes(client: Client) -> None:
    first = changes(client, 0)
    assert named(first) == [(1, "Signin", 0)] and first["first"] == 1
    assert first["clock"]["shift"] == 0 and first["switches"]["no_writes"] is False and first["faults"] == []
    assert LOGIN not in str(first) and PASSWORD not in str(first)
    client.call("environment.control.GetEnvs")
    second = changes(client, first["revision"])
    assert named(second) == [(2, "GetEnvs", 0)]
    assert named(changes(client, second["revision"])) == []
    client.control("PUT", "faults", {"method": "GetEnvs", "kind": "html"})
    assert changes(client, second["revision"])["faults"][0]["kind"] == "html"


@pytest.mark.parametrize("since", ["", "-1", "x", "²", "99999999"])
def test_an_unknown_revision_gives_all(client: Client, since: str) -> None:
    assert named(changes(client, since)) == [(1, "Signin", 0)]


def test_a_reset_removes_the_calls(client: Client) -> None:
    known = changes(client, 0)
    client.control("DELETE", "journal")
    after = changes(client, known["revision"])
    assert after["calls"] == [] and after["first"] == 2 and after["revision"] > known["revision"]


def test_changes_are_for_this_machine_and_this_page(server: str) -> None:
    foreign = Client(server).http.get(
        f"{server}/_emulator/changes", headers={"Origin": "http://evil.test"}, timeout=TIMEOUT
    )
    assert foreign.status_code == 403


def test_a_call_that_ends_is_a_change() -> None:
    kept = Journal()
    calls = [kept.open(Entry(name, "POST", query=False, write=False)) for name in ("a", "b", "c")]
    known = kept.revision
    calls[2].close(0)
    calls[0].close(5)
    assert named(kept.changes(known)) == [(1, "a", 5), (3, "c", 0)]
    kept.clear()
    calls[1].close(0)
    assert named(kept.changes(known)) == []
    kept.open(Entry("d", "POST", query=False, write=False))
    assert named(kept.changes(known)) == [(4, "d", None)]


def test_an_answer_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_CHANGES", 2)
    kept = Journal()
    for name in "abc":
        kept.open(Entry(name, "POST", query=False, write=False))
    assert named(kept.changes(0)) == [(2, "b", None), (3, "c", None)]
