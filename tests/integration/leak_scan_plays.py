# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A play in which secrets of every sort go everywhere, and ways to run it, all at the highest verbosity.

Credentials come from variables of the play, so that they go through Ansible's own hands, and not from the environment.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.certificates import pem_pair
from tests.integration.leak_scan import texts_of
from tests.integration.packages import WIKI
from tests.integration.proxy import witness
from tests.integration.scenario import load, play, warmed
from tests.integration.support import Account, Emulator, Player, Run
from tests.secrets_search import found_in

# By the name of the way, what output is written by.
CALLBACKS: dict[str, dict[str, str]] = {"default": {}, "json": {"ANSIBLE_STDOUT_CALLBACK": "whole"}}
SCENARIOS = sorted((Path(__file__).resolve().parent / "scenarios").glob("*.yml"))
GIVEN_NAMES = ("PAAS_LOGIN", "PAAS_PASSWORD", "PAAS_TOKEN", "OTHER_TOKEN", "APP_SECRET", "APP_CERTIFICATE", "APP_KEY")
STORE = "tokens.yml"
LOOKUP = "{{ lookup('inet.elastic.paas_token', 'bot a', store='tokens.yml') }}"
ELSEWHERE = {"ansible_connection": "elsewhere"}
SHOP, SEVERAL = "swept-shop", ["swept-one", "swept-two"]
MADE = 1 + len(SEVERAL)  # environments that are created before one is to be refused


def made_up() -> dict[str, str]:
    """Secrets by what they are for, with what encodings change."""
    names = ("variable", "other_variable", "registry", "file", "setting", "wrong_password")
    made = {name: f"{secrets.token_hex(6)}\"/+%'é{name}" for name in names}
    certificate, key = pem_pair()
    return {**made, "certificate": certificate, "key": key, "otp": str(secrets.randbelow(10**8) + 10**8)}


def _layer(variable: str, **more: Any) -> dict[str, Any]:
    registry = {"url": "registry.example.test", "user": "puller", "password": "{{ secret.registry }}"}
    layer = {"node_group": "cp", "image": "registry.example.test/app:1.0", "registry": registry}
    return {**layer, "count": 1, "env": {"SECRET": f"{{{{ secret.{variable} }}}}"}, **more}


def _environment(**options: Any) -> dict[str, Any]:
    return {"inet.elastic.paas_environment": {"name": SHOP, **options}}


def _tokens() -> list[dict[str, Any]]:
    """Values that are new, replaced, and used by the lookup."""
    bots = [{"description": name, "api_methods": ["environment.control.*Env*"]} for name in ("bot a", "bot b")]
    renewed = {"description": "{{ item }}", "regenerate": "always", "store": STORE}
    info = "inet.elastic.paas_environment_info"
    return [
        {"inet.elastic.paas_tokens": {"tokens": bots, "store": STORE}},
        {"inet.elastic.paas_token": renewed, "loop": ["bot a", "bot b"]},
        {info: {"name": [SHOP], "session": LOOKUP}},
        {info: {"name": [SHOP], "session": LOOKUP}, "vars": ELSEWHERE},
        {"inet.elastic.paas_token_info": {"description": ["bot*"]}},
    ]


def _work() -> list[dict[str, Any]]:
    """Variables, passwords, keys and settings, in the controller process and by modules of their own."""
    certificate = {"certificate": "{{ secret.certificate }}", "key": "{{ secret.key }}"}
    place = {"environment": SHOP, "node_group": "cp"}
    file = {**place, "path": "/etc/app.conf", "content": "{{ secret.file }}", "sensitive": True}
    package = {"environment": "swept-wiki", "manifest": WIKI, "settings": {"secret": "{{ secret.setting }}"}}
    call = {
        "method": "environment.control.GetEnvs",
        "parameters": {"note": "{{ secret.setting }}"},
        "sensitive": ["note"],
    }
    several = [{"name": name, "nodes": [_layer("variable")]} for name in SEVERAL]
    return [
        {**_environment(nodes=[_layer("variable")]), "check_mode": True},
        _environment(nodes=[_layer("variable")]),
        {**_environment(nodes=[_layer("other_variable")]), "vars": ELSEWHERE},
        _environment(ssl_certificate=certificate),
        {"inet.elastic.paas_environments": {"environments": several}},
        {"inet.elastic.paas_file": file},
        {
            "inet.elastic.paas_file": {
                **file,
                "content": "{{ secret.file | b64encode }}",
                "encoding": "base64",
                "mode": "0600",
            }
        },
        {"inet.elastic.paas_exec": {**place, "command": "echo done", "stdin": "{{ secret.file }}"}},
        {"inet.elastic.paas_package": package},
        {"inet.elastic.paas_ssh_key": {"title": "git", "private_key": "{{ secret.key }}"}},
        {"inet.elastic.paas_api": call},
    ]


def _sessions() -> list[dict[str, Any]]:
    """A session that tasks share, in the controller process and by modules of their own."""
    session = {"session": "{{ signed_in.session }}"}
    return [
        task
        for way in ({}, ELSEWHERE)
        for task in (
            {"inet.elastic.paas_session": {}, "register": "signed_in", "vars": way},
            {"inet.elastic.paas_account_info": session, "vars": way},
            {"inet.elastic.paas_session": {**session, "state": "absent"}, "vars": way},
        )
    ]


def _failures() -> list[dict[str, Any]]:
    """Refused by the options, by the platform in words that repeat the secrets, and by what is on the way."""
    wrong = {"login": "{{ login }}", "password": "{{ secret.wrong_password }}", "otp": "{{ secret.otp }}"}
    slips = {"session": "{{ secret.variable }}", "sesion": "{{ secret.variable }}"}
    nested = _layer("variable", env="{{ secret.other_variable }}")
    struck: list[dict[str, Any]] = [
        {"inet.elastic.paas_account_info": wrong},
        {"inet.elastic.paas_environment": {"name": "swept-refused", "nodes": [_layer("variable")]}},
        _environment(state="stopped"),
    ]
    return [
        *({**task, "vars": way} for task in struck for way in ({}, ELSEWHERE)),
        {"inet.elastic.paas_account_info": slips},
        _environment(nodes=[nested]),
        {**_environment(display_name="{{ item }}"), "loop": ["One", "Two"]},
    ]


def _faults(account: Account, secret: dict[str, str]) -> list[dict[str, Any]]:
    """What strikes the calls of the failures: each one's method, by a fault of its own."""
    told = ", ".join([account.password, secret["variable"], secret["registry"]])
    return [
        {"method": "CreateEnvironment", "kind": "inner_error", "code": 99, "error": told, "times": 0, "after": MADE},
        {"method": "StopEnv", "kind": "html", "times": 0},
        {"method": "SetEnvDisplayName", "kind": "cut_before", "times": 0},
    ]


def tasks() -> list[dict[str, Any]]:
    """All of them; a failure does not end the run."""
    numbered = enumerate([*_work(), *_sessions(), *_tokens(), *_failures()])
    return [{"name": f"task {number}", **task, "diff": True, "ignore_errors": True} for number, task in numbered]


@dataclass
class LeakScan:
    """What a run left, and how it was searched.

    Attributes:
        leaks: names of texts with a secret in them.
    """

    run: Run
    texts: int
    secrets: int
    leaks: list[str]

    def numbers(self) -> dict[str, int]:
        """Return the numbers, for the totals."""
        return {"texts": self.texts, "secrets": self.secrets, "leaks": len(self.leaks)}


def scan_play(player: Player, emulator: Emulator, callback: str) -> LeakScan:
    """Run the play, and search all that it leaves."""
    account, secret = emulator.account, made_up()
    known = {account.password, account.token, *(secret[name] for name in secret if name not in ("certificate", "key"))}
    known.update(secret["key"].splitlines()[1:-1])
    variables = {"secret": secret, "login": account.login, "password": account.password}
    (player.folder / "secrets.yml").write_text(yaml.safe_dump(variables, allow_unicode=True), encoding="utf-8")
    emulator.control("PUT", "faults", _faults(account, secret))
    player.account = None
    with witness(player.url) as seen, warmed(player):
        player.url = seen.url
        player.environment |= CALLBACKS[callback]
        defaults = {"group/inet.elastic.paas": {"login": "{{ login }}", "password": "{{ password }}"}}
        run = player.play(tasks(), vars_files=["secrets.yml"], module_defaults=defaults)
    assert {account.password, secret["wrong_password"]} <= seen.secrets
    return searched(player, run, seen.secrets | known | {player.vault_password})


def scan_scenarios(player: Player, emulator: Emulator, callback: str, path: Path) -> LeakScan:
    """Run all scenarios of a file, and search all that they leave."""
    certificate, key = pem_pair()
    secret = made_up()["variable"]
    with witness(player.url) as seen, warmed(player):
        player.url = seen.url
        player.environment |= {"PAAS_TOKEN": emulator.account.token, "OTHER_TOKEN": emulator.other.token}
        player.environment |= {"APP_SECRET": secret, "APP_CERTIFICATE": certificate, "APP_KEY": key}
        player.environment |= CALLBACKS[callback]
        run = play(player, load(path))
    given = {player.vault_password, secret, key.splitlines()[1]}
    return searched(player, run, (seen.secrets - asked_for(run)) | given)


def asked_for(run: Run) -> set[str]:
    """Values of tasks with ``return_value``, which are in the output because the user wants them there."""
    results = [result for _, result in run.results if "value" in result or "token_values" in result]
    assert all(result["invocation"]["module_args"]["return_value"] is True for result in results)
    values = [value for result in results for value in [result.get("value"), *result.get("token_values", {}).values()]]
    return {value for value in values if value}


def searched(player: Player, run: Run, known: set[str]) -> LeakScan:
    """The texts of a run, searched for secrets that are known to have been in play."""
    texts = texts_of(run, player.folder, GIVEN_NAMES)
    return LeakScan(run, len(texts), len(known), found_in(texts, known))
