# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator of the platform for measurements: started, filled, slowed down, and asked what it was called for."""

from __future__ import annotations

import contextlib
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import requests
from paas_emulator.running import NotStartedError, running

from benchmarks.measuring import BenchError

LOGIN = "bench@example.com"


@dataclass(frozen=True)
class Account:
    """The account of the measurements, made up anew for each run.

    Attributes:
        token: the value of a token that may do everything.
    """

    login: str = LOGIN
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)
    token: str = field(default_factory=lambda: secrets.token_hex(20), repr=False)


@dataclass(frozen=True)
class Calls:
    """What an emulator was called for.

    Attributes:
        methods: number of calls by full name.
        writes: the same for those that change something, without sign-in and sign-out.
        refused: calls that did not answer success.
        server_ms: milliseconds that the emulator took for all together, delays included.
    """

    methods: Counter[str]
    writes: Counter[str]
    refused: int
    server_ms: int


class Emulator:
    """A running emulator with one account."""

    def __init__(self, url: str, account: Account) -> None:
        self.url = url
        self.account = account
        self._session = requests.Session()
        # A proxy of the user's has no part in what stays on this machine.
        self._session.trust_env = False

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """One request to the control path; BenchError where it fails."""
        return self._asked(method, f"{self.url}/_emulator/{path}", json=body)

    def call(self, method: str, **params: str) -> dict[str, Any]:
        """Call the API, with the account's token unless a session is given; BenchError for all but success."""
        namespace, service, name = method.lower().split(".")
        params = {"session": self.account.token, **params}
        answer: dict[str, Any] = self._asked("POST", f"{self.url}/1.0/{namespace}/{service}/rest/{name}", data=params)
        results = (answer["result"], (answer.get("response") or {}).get("result", 0))
        if any(results):
            raise BenchError(f"the emulator refused {method} with result {results}")
        return answer

    def _asked(self, method: str, url: str, **content: Any) -> Any:
        try:
            answer = self._session.request(method, url, timeout=60, **content)
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            raise BenchError(f"the emulator does not answer as it should ({type(error).__name__})") from None

    def slow_down(self, delay_ms: int) -> None:
        """Every call from now on is answered so much later."""
        fault = {"method": "*", "kind": "delay", "times": 0, "seconds": delay_ms / 1000}
        self.control("PUT", "faults", [fault] if delay_ms else [])

    def forget(self) -> None:
        """Empty the journal."""
        self.control("DELETE", "journal")

    def calls(self) -> Calls:
        """What the journal has."""
        entries = self.control("GET", "journal")["calls"]
        signing = ("Signin", "Signout")
        return Calls(
            methods=Counter(entry["method"] for entry in entries),
            writes=Counter(
                entry["method"] for entry in entries if entry["write"] and not entry["method"].endswith(signing)
            ),
            refused=sum(entry["result"] != 0 for entry in entries),
            server_ms=sum(entry["ms"] or 0 for entry in entries),
        )

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


@contextlib.contextmanager
def emulator(log: IO[str], *options: str) -> Iterator[Emulator]:
    """An emulator on a free port, with options of its program; ended at the end of the block, however that comes."""
    account = Account()
    try:
        with (
            running([f"{account.login}:{account.password}:{account.token}"], *options, log=log) as url,
            contextlib.closing(Emulator(url, account)) as control,
        ):
            yield control
    except NotStartedError as error:
        raise BenchError(str(error)) from None
