# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each mistake ends in one line that a person can act on: non-zero, nothing lost, no trace-back, no secret."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.support import Account, Emulator, Player, Run, running

TOKEN = "inet.elastic.paas_token"
ENVIRONMENT = "inet.elastic.paas_environment"
NEW = {"description": "bot", "template": "Marketplace", "store": "tokens.yml"}


@dataclass
class BadInput:
    """A mistake.

    Attributes:
        task: the task that holds it, or that meets it.
        says: parts of the one line.
        prepare: makes the start; may change how the playbook is run.
        lookup: whether the mistake is met by the lookup, which has no ``failure`` in its result.
    """

    name: str
    task: dict[str, Any]
    says: list[str]
    prepare: Callable[[Emulator, Player], None] = lambda emulator, player: None
    before: list[dict[str, Any]] = field(default_factory=list)
    kind: str | None = None
    code: int | None = None
    lookup: bool = False


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _session(value: Callable[[Emulator], str]) -> Callable[[Emulator, Player], None]:
    """Work with a token alone, as an AWX job does."""

    def prepare(emulator: Emulator, player: Player) -> None:
        player.account = None
        player.environment["PAAS_TOKEN"] = value(emulator)

    return prepare


def _narrow_token(emulator: Emulator) -> str:
    answer = emulator.call(
        "users.authentication.CreateToken",
        session=emulator.signin(),
        description="narrow",
        apiList="environment.control.GetEnvInfo",
    )
    return str(answer["token"]["key"])


def _expired_token(emulator: Emulator) -> str:
    answer = emulator.call(
        "users.authentication.CreateToken",
        session=emulator.signin(),
        description="old",
        tokenTemplate="Extended Access",
        expiresAt="2099-01-01 00:00:00",
    )
    emulator.control("PUT", "clock", {"shift": "+80w"})
    emulator.control("PUT", "clock", {"shift": 75 * 366 * 86400})
    return str(answer["token"]["key"])


def _an_environment(emulator: Emulator) -> None:
    emulator.call(
        "environment.control.CreateEnvironment",
        env='{"shortdomain": "my-project"}',
        nodes='[{"nodeType": "nginx-dockerized", "flexibleCloudlets": 4}]',
    )


def _narrow_session(emulator: Emulator, player: Player) -> None:
    _an_environment(emulator)
    _session(_narrow_token)(emulator, player)


def _two_of_one_description(emulator: Emulator, player: Player) -> None:
    for _ in range(2):
        emulator.call(
            "users.authentication.CreateToken",
            session=emulator.signin(),
            description="bot",
            tokenTemplate="Marketplace",
        )


def _all_tokens_in_use(emulator: Emulator, player: Player) -> None:
    session = emulator.signin()
    for number in range(99):
        emulator.call(
            "users.authentication.CreateToken",
            session=session,
            description=f"token {number}",
            tokenTemplate="Marketplace",
        )


def _two_factor(emulator: Emulator, player: Player) -> None:
    login, password = "careful@example.com", secrets.token_hex(8)
    account = {"login": login, "password": password, "otp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}
    emulator.control("PUT", "accounts", [account])
    player.account = Account(login=login, password=password, token="")


def _wrong_password(emulator: Emulator, player: Player) -> None:
    player.account = replace(emulator.account, password=secrets.token_hex(8))


def _url(value: str) -> Callable[[Emulator, Player], None]:
    def prepare(emulator: Emulator, player: Player) -> None:
        player.url = value

    return prepare


def _store(text: str) -> Callable[[Emulator, Player], None]:
    def prepare(emulator: Emulator, player: Player) -> None:
        (player.folder / "tokens.yml").write_text(text, encoding="utf-8")

    return prepare


def _no_vault(emulator: Emulator, player: Player) -> None:
    player.vault_password = ""


def _web_page(emulator: Emulator, player: Player) -> None:
    emulator.control("PUT", "faults", [{"method": "*", "kind": "html", "times": 0}])


CASES = [
    BadInput("no address", {TOKEN: NEW}, ["not a web address", "https://app.example.com"], _url("app.example.com")),
    BadInput(
        "plain http", {TOKEN: NEW}, ["plain http to app.example.com", "use https"], _url("http://app.example.com")
    ),
    BadInput(
        "password in the address",
        {TOKEN: NEW},
        ["api_url must be the bare address"],
        _url(f"https://user:{secrets.token_hex(8)}@app.example.com"),
    ),
    BadInput(
        "host down",
        {TOKEN: NEW},
        ["no connection to http://127.0.0.1:", "check api_url"],
        lambda emulator, player: setattr(player, "url", f"http://127.0.0.1:{_closed_port()}"),
        kind="not_reached",
    ),
    BadInput(
        "another web site",
        {TOKEN: NEW},
        ["is not offered at", "(HTTP 404)", "check that api_url"],
        lambda emulator, player: setattr(player, "url", f"{emulator.url}/shop"),
    ),
    BadInput("a page instead of an answer", {TOKEN: NEW}, ["not the platform's JSON", "api_url"], _web_page),
    BadInput("wrong password", {TOKEN: NEW}, ["authentication failed", "check login"], _wrong_password, code=701),
    BadInput(
        "two-factor authentication without a code",
        {TOKEN: NEW},
        ["two-factor authentication", "otp (PAAS_OTP)"],
        _two_factor,
        kind="input",
    ),
    BadInput(
        "a wrong one-time code",
        {TOKEN: {**NEW, "otp": "000000"}},
        ["the one-time code was not accepted", "give the current code as otp"],
        _two_factor,
        kind="refused",
    ),
    BadInput(
        "a token that manages tokens",
        {TOKEN: NEW},
        [
            "users.authentication.GetTokens was refused: a personal access token cannot manage tokens (result 8202); "
            "give login and password (PAAS_LOGIN, PAAS_PASSWORD), or a signed-in session"
        ],
        _session(lambda emulator: emulator.account.token),
        code=8202,
    ),
    BadInput(
        "an expired token",
        {ENVIRONMENT: {"name": "my-project", "state": "stopped"}},
        ["the session or token is unknown, expired or revoked", "regenerated with paas_token"],
        _session(_expired_token),
        code=702,
    ),
    BadInput(
        "a token of another platform",
        {ENVIRONMENT: {"name": "my-project", "state": "stopped"}},
        ["unknown, expired or revoked"],
        _session(lambda emulator: secrets.token_hex(20)),
        code=702,
    ),
    BadInput(
        "a token that lacks the method",
        {ENVIRONMENT: {"name": "my-project", "state": "stopped"}},
        [
            "environment.control.StopEnv was refused: the token in use does not grant this method (result 8202); "
            "add it to the token's permissions_for or api_methods with paas_token, or use a token that grants it"
        ],
        _narrow_session,
        code=8202,
    ),
    BadInput(
        "no credentials at all",
        {ENVIRONMENT: {"name": "my-project"}},
        ["give a token as session (PAAS_TOKEN), or login and password"],
        lambda emulator, player: setattr(player, "account", None),
    ),
    BadInput(
        "two tokens of one description",
        {TOKEN: {**NEW, "regenerate": "always"}},
        ["2 tokens have the description 'bot' (ids 3, 4)", "say which one by id"],
        _two_of_one_description,
    ),
    BadInput(
        "the token limit",
        {TOKEN: NEW},
        ["would have 101 tokens, and the platform allows 100", "remove some"],
        _all_tokens_in_use,
    ),
    BadInput(
        "a method that is none",
        {TOKEN: {"description": "bot", "api_methods": ["StopEnv"], "return_value": True}},
        ["'StopEnv'", "is not written like environment.control.StopEnv"],
    ),
    BadInput(
        "renewal longer than life",
        {TOKEN: {**NEW, "expires_in": "1d", "renew_before": "2d"}},
        ["renew_before must be shorter than expires_in"],
    ),
    BadInput(
        "a store in a folder that is not there",
        {TOKEN: {**NEW, "store": "nowhere/tokens.yml"}},
        ["nowhere"],
        kind="store",
    ),
    BadInput("a store that cannot be written", {TOKEN: {**NEW, "store": "/proc/tokens.yml"}}, ["/proc"], kind="store"),
    BadInput("a store that is none", {TOKEN: NEW}, ["tokens.yml"], _store("just some text\n"), kind="store"),
    BadInput(
        "a store cut short", {TOKEN: NEW}, ["tokens.yml"], _store("$ANSIBLE_VAULT;1.1;AES256\n3031\n"), kind="store"
    ),
    BadInput("no vault password", {TOKEN: NEW}, ["vault"], _no_vault, kind="store"),
    BadInput(
        "lookup: a token that is not stored",
        {"ansible.builtin.debug": {"msg": "{{ lookup('inet.elastic.paas_token', 'bto', store='tokens.yml') }}"}},
        ["bto", "bot"],
        before=[{TOKEN: NEW}],
        lookup=True,
    ),
    BadInput(
        "lookup: no store",
        {"ansible.builtin.debug": {"msg": "{{ lookup('inet.elastic.paas_token', 'bot') }}"}},
        ["PAAS_TOKEN_STORE"],
        lookup=True,
    ),
]


def _check(run: Run, case: BadInput, secret_values: list[str]) -> None:
    result = run.result("mistake")
    assert run.code != 0
    assert result["failed"] is True
    for part in case.says:
        assert part in result["msg"]
    if not case.lookup:
        assert "\n" not in result["msg"]
        assert set(result["failure"]) == {"kind", "code", "method"}
        assert case.kind is None or result["failure"]["kind"] == case.kind
        assert case.code is None or result["failure"]["code"] == case.code
    assert "Traceback" not in run.output
    assert [value for value in secret_values if value in run.output] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_a_mistake_is_told_in_one_line(case: BadInput, emulator: Emulator, player: Player) -> None:
    """The expectations stand in the case; no call that writes is made, apart from what the case says."""
    if case.before:
        assert player.play(case.before).code == 0
    case.prepare(emulator, player)
    before = (player.folder / "tokens.yml").read_bytes() if (player.folder / "tokens.yml").exists() else None
    emulator.forget()
    run = player.play([{"name": "mistake", **case.task}])
    known = [emulator.account.password, emulator.account.token, player.vault_password]
    known += [value for name, value in player.environment.items() if name == "PAAS_TOKEN"]
    _check(run, case, [value for value in known if value])
    assert [name for name in emulator.writes if not name.endswith(("StopEnv", "Verify2FACode", "CreateToken"))] == []
    after = (player.folder / "tokens.yml").read_bytes() if (player.folder / "tokens.yml").exists() else None
    assert after == before


def test_a_wrong_vault_password_is_told_and_the_store_stays(emulator: Emulator, player: Player) -> None:
    """Both by the module and by the lookup."""
    assert player.play([{TOKEN: NEW}]).code == 0
    content = (player.folder / "tokens.yml").read_bytes()
    player.vault_password = "not that one"
    emulator.forget()
    run = player.play([{"name": "mistake", TOKEN: {**NEW, "regenerate": "always"}}])
    _check(run, BadInput("", {}, ["vault"], kind="store"), [emulator.account.password])
    assert emulator.methods == []
    message = "{{ lookup('inet.elastic.paas_token', 'bot', store='tokens.yml') }}"
    run = player.play([{"name": "mistake", "ansible.builtin.debug": {"msg": message}}])
    _check(run, BadInput("", {}, ["vault"], lookup=True), [emulator.account.password])
    assert (player.folder / "tokens.yml").read_bytes() == content


def test_a_certificate_nobody_vouches_for_is_refused_and_ca_path_is_the_remedy(
    emulator: Emulator, player: Player, tmp_path: Path, certificate: tuple[Path, Path]
) -> None:
    """TLS is verified by default; the platform's own authority makes it pass."""
    cert, key = certificate
    with running(emulator.account, emulator.other, "--tls-cert", str(cert), "--tls-key", str(key)) as secure:
        player.url = secure.url.replace("127.0.0.1", "localhost")
        assert player.url.startswith("https://")
        run = player.play([{"name": "mistake", TOKEN: NEW}])
        _check(run, BadInput("", {}, ["certificate of https://localhost", "ca_path"], kind="not_reached"), [])
        run = player.play([{"name": "fine", TOKEN: {**NEW, "ca_path": str(cert)}}])
        assert run.code == 0, run.result("fine")["msg"]
