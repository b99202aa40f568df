# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH keys, money and limits of an account."""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import Any

import pytest

from emulator_client import OTHER_TOKEN, Client


def public_key(seed: int, comment: str = "me@laptop") -> str:
    """A key of the right form."""
    kind = b"ssh-ed25519"
    blob = struct.pack(">I", len(kind)) + kind + struct.pack(">I", 32) + bytes([seed]) * 32
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} {comment}"


PRIVATE = "-----BEGIN PRIVATE KEY-----\nTUlJQ2R6\n-----END PRIVATE KEY-----"


def add(bot: Client, title: str, text: str, private: str = "false", service: str = "management") -> dict[str, Any]:
    return bot.call(f"{service}.account.AddSSHKey", title=title, sshKey=text, isPrivate=private)


@pytest.mark.parametrize("service", ["management", "users"])
def test_ssh_keys(bot: Client, service: str) -> None:
    """Added, listed without the private part, removed."""
    assert add(bot, "laptop", public_key(1), service=service)["result"] == 0
    assert add(bot, "git", PRIVATE, "true", service=service)["result"] == 0
    (key,) = bot.call(f"{service}.account.GetSSHKeys", isPrivate="false")["keys"]
    assert (key["title"], key["publicKey"], key["isDeleted"]) == ("laptop", public_key(1), False)
    digest = hashlib.md5(base64.b64decode(public_key(1).split()[1])).hexdigest()
    assert (key["hash"], key["fingerPrint"].replace(":", "")) == (digest, digest)
    assert len(key["fingerPrint"].split(":")) == 16
    (private,) = bot.call(f"{service}.account.GetSSHKeys", isPrivate="true")["keys"]
    assert private["title"] == "git"
    assert PRIVATE not in str(private)
    assert bot.call(f"{service}.account.DeleteSSHKey", id=key["id"])["result"] == 0
    assert bot.call(f"{service}.account.GetSSHKeys", isPrivate="false")["keys"] == []
    assert bot.call(f"{service}.account.DeleteSSHKey", id=key["id"])["result"] == 5


@pytest.mark.parametrize(
    ("title", "text", "private", "code"),
    [
        ("other", public_key(1, "other comment"), "false", 6001),
        ("laptop", public_key(2), "false", 6002),
        ("other", "ssh-ed25519 AAAA", "false", 6000),
        ("other", public_key(2).replace("ssh-ed25519 ", "ssh-rsa ", 1), "false", 6000),
        ("other", "no key at all", "false", 6000),
        ("other", "ssh-ed25519 ключ", "false", 6000),
        ("other", f"{public_key(2)}\n{public_key(3)}", "false", 6000),
        ("other", PRIVATE, "false", 6000),
        ("other", PRIVATE.partition("-----END")[0], "true", 6000),
        (" ", public_key(2), "false", 3),
        ("other", public_key(2), "true", 6000),
    ],
)
def test_ssh_keys_that_are_refused(bot: Client, title: str, text: str, private: str, code: int) -> None:
    assert add(bot, "laptop", public_key(1))["result"] == 0
    assert add(bot, title, text, private)["result"] == code


def test_money_and_limits(bot: Client) -> None:
    account = bot.call("billing.account.GetAccount")
    assert (account["result"], account["balance"], account["status"]) == (0, 100.0, "ACTIVE")
    assert (account["uid"], account["email"]) == (1001, "user@example.com")
    answer = bot.call("billing.account.GetQuotas", quotasnames="environment.maxcount;no.such")
    assert answer["array"] == [{"quota": {"name": "environment.maxcount"}, "value": 2000}]
    assert len(bot.call("billing.account.GetQuotas")["array"]) > 3


def test_keys_of_another_account_are_not_seen(bot: Client, anonymous: Client) -> None:
    assert add(bot, "laptop", public_key(1))["result"] == 0
    other = anonymous.with_session(OTHER_TOKEN)
    assert other.call("management.account.GetSSHKeys", isPrivate="false")["keys"] == []
    assert add(other, "laptop", public_key(1))["result"] == 0


def test_public_and_private_keys_by_their_own_methods(bot: Client) -> None:
    """A title may be used once for each kind."""
    assert bot.call("management.account.AddPublicSSHKey", title="x", sshKey=public_key(1))["result"] == 0
    assert bot.call("management.account.AddPrivateSSHKey", title="x", sshKey=PRIVATE)["result"] == 0
    keys = bot.call("management.account.GetSSHKeys")["keys"]
    assert [key.get("publicKey") for key in keys] == [public_key(1), None]
