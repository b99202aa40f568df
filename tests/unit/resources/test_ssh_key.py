# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH keys: what is the same key, what is replaced, and what becomes of a lost answer or a refused key."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._resources.ssh_key import SshKey, fingerprint
from tests.unit.resources.watched_platform import WatchedPlatform

LIST = ("getsshkeys", {"isPrivate": "false"})
LIST_PRIVATE = ("getsshkeys", {"isPrivate": "true"})


def public(number: int, kind: str = "ssh-ed25519") -> str:
    """A public key in the form of OpenSSH, without a comment."""
    parts = (kind.encode(), bytes([number]) * 32)
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"{kind} {base64.b64encode(blob).decode()}"


def private(number: int) -> str:
    """A private key by its form."""
    body = base64.b64encode(bytes([number]) * 40).decode()
    return f"-----BEGIN OPENSSH PRIVATE KEY-----\n{body}\n-----END OPENSSH PRIVATE KEY-----"


ONE, TWO = public(1), public(2)


@pytest.fixture
def platform() -> Iterator[WatchedPlatform]:
    """A platform with one public key."""
    watched = WatchedPlatform()
    watched.run(SshKey(), title="laptop", public_key=f"{ONE} me@laptop")
    watched.writes()
    yield watched
    watched.end()


def stored(platform: WatchedPlatform) -> list[tuple[str, str | None]]:
    """Titles and texts of the account's keys."""
    (account,) = platform.platform.store.accounts.values()
    return [(row["title"], row["publicKey"]) for row in account.ssh_keys]


def test_add(platform: WatchedPlatform) -> None:
    result = platform.predicts(SshKey(), title=" new ", public_key=f"{TWO}  me@new\n")
    assert platform.sent == [
        LIST,
        ("addsshkey", {"title": "new", "isPrivate": "false", "sshKey": f"{TWO}  me@new"}),
        LIST,
    ]
    assert result["ssh_key"] == {
        "id": 2,
        "title": "new",
        "private": False,
        "public_key": TWO,
        "fingerprint": fingerprint(TWO),
    }
    assert result["diff"] == {"before": {}, "after": {"title": "new", "fingerprint": fingerprint(TWO)}}


def test_a_fingerprint_is_that_of_openssh() -> None:
    """The value is what ssh-keygen prints for this key."""
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
    assert key == ONE
    assert fingerprint(key) == "SHA256:RXm/ruZ0eTzRXKwi1AQEDynB0VgHQ2ac9KPSFdf/YnA"
    assert fingerprint(None) is None


@pytest.mark.parametrize("comment", ["", " me@laptop", " another comment of it"])
def test_the_comment_does_not_count(platform: WatchedPlatform, comment: str) -> None:
    result = platform.run(SshKey(), title="laptop", public_key=ONE + comment)
    assert (result["changed"], platform.sent) == (False, [LIST])


def test_replace(platform: WatchedPlatform) -> None:
    """The title has to be free first."""
    result = platform.predicts(SshKey(), title="laptop", public_key=TWO)
    assert platform.methods == ["getsshkeys", "deletesshkey", "addsshkey", "getsshkeys"]
    assert platform.sent[1] == ("deletesshkey", {"id": "1"})
    assert stored(platform) == [("laptop", TWO)]
    assert result["diff"]["before"]["fingerprint"] == fingerprint(ONE)
    assert result["diff"]["after"]["fingerprint"] == fingerprint(TWO)


def test_a_refused_key_brings_the_old_one_back(platform: WatchedPlatform) -> None:
    platform.refuse_once["addsshkey"] = {"result": 6000, "error": "SSH key is invalid"}
    result = platform.fails(SshKey(), title="laptop", public_key=TWO)
    assert result["msg"] == (
        "management.account.AddSSHKey was refused: SSH key is invalid (result 6000); give the whole line of the "
        ".pub file; the one that it was to replace is there again, without its comment"
    )
    assert result["steps_done"] == ["remove the SSH key 'laptop'", "put the SSH key 'laptop' back"]
    assert stored(platform) == [("laptop", ONE)]


def test_an_old_key_that_cannot_be_put_back_is_named(platform: WatchedPlatform) -> None:
    platform.answers["addsshkey"] = {"result": 8, "error": "permission denied"}
    result = platform.fails(SshKey(), title="laptop", public_key=TWO)
    assert "the one that it was to replace could not be put back: management.account.AddSSHKey was" in result["msg"]
    assert result["steps_done"] == ["remove the SSH key 'laptop'"]


def test_a_key_of_another_title(platform: WatchedPlatform) -> None:
    """It can be there only once, so the write would be refused."""
    result = platform.fails(SshKey(), title="new", public_key=ONE)
    assert "already under the title 'laptop' (id 1)" in result["msg"]
    assert platform.sent == [LIST]


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_of_one_title(platform: WatchedPlatform, state: str) -> None:
    """The platform keeps titles unique; where it did not, nothing is guessed."""
    keys = [{"id": number, "title": "laptop", "publicKey": ONE} for number in (4, 7)]
    platform.answers["getsshkeys"] = {"result": 0, "keys": keys}
    result = platform.fails(SshKey(), title="laptop", public_key=TWO, state=state)
    assert result["failure"]["kind"] == "input"
    assert "2 keys are the SSH key 'laptop' (ids 4, 7)" in result["msg"]


def test_keys_that_are_deleted_already(platform: WatchedPlatform) -> None:
    """The platform may go on listing them."""
    platform.answers["getsshkeys"] = {
        "result": 0,
        "keys": [{"id": 1, "title": "laptop", "publicKey": ONE, "isDeleted": True}],
    }
    assert platform.run(SshKey(), title="laptop", state="absent")["changed"] is False
    assert platform.run(SshKey(), check=True, title="laptop", public_key=ONE)["changed"] is True


def test_remove(platform: WatchedPlatform) -> None:
    result = platform.predicts(SshKey(), title="laptop", state="absent")
    assert platform.sent == [LIST, ("deletesshkey", {"id": "1"}), LIST]
    assert result["ssh_key"] is None
    assert result["diff"]["after"] == {}
    assert stored(platform) == []


@pytest.mark.parametrize("form", ["SHA256:{0}", "{0}", " sha256:{0}= ", "md5:{1}", "{1}"])
def test_remove_by_fingerprint(platform: WatchedPlatform, form: str) -> None:
    (account,) = platform.platform.store.accounts.values()
    given = form.format(str(fingerprint(ONE)).removeprefix("SHA256:"), account.ssh_keys[0]["fingerPrint"])
    platform.predicts(SshKey(), fingerprint=given, state="absent")
    assert platform.sent == [LIST, ("deletesshkey", {"id": "1"}), LIST]


def test_a_private_key(platform: WatchedPlatform) -> None:
    """Its title is one of its own; it is never shown."""
    result = platform.predicts(SshKey(), title="laptop", private_key=private(1))
    assert platform.methods == ["getsshkeys", "addsshkey", "getsshkeys"]
    assert platform.sent[0] == LIST_PRIVATE
    assert platform.sent[1][1] == {"title": "laptop", "isPrivate": "true", "sshKey": private(1)}
    assert private(1).splitlines()[1] not in str(result)
    assert result["ssh_key"]["public_key"] is None
    # It is not read back, so another one of the same title is taken to be the same.
    assert platform.run(SshKey(), title="laptop", private_key=private(2))["changed"] is False
    platform.predicts(SshKey(), title="laptop", private=True, state="absent")
    assert stored(platform) == [("laptop", f"{ONE} me@laptop")]


def test_a_private_key_that_a_refusal_repeats(platform: WatchedPlatform) -> None:
    body = private(1).splitlines()[1]
    platform.answers["addsshkey"] = {"result": 6000, "error": f"not a key: {private(1)} or {body}"}
    result = platform.fails(SshKey(), title="git", private_key=private(1))
    assert "refused: " in result["msg"]
    assert body not in str(result)


@pytest.mark.parametrize(("cut", "method", "done"), [("before", "addsshkey", False), ("after", "addsshkey", True)])
def test_a_lost_answer_of_the_addition(platform: WatchedPlatform, cut: str, method: str, done: bool) -> None:
    """It is looked for, and never sent again."""
    platform.cuts[method] = cut
    if done:
        assert platform.run(SshKey(), title="new", public_key=TWO)["ssh_key"]["id"] == 2
    else:
        result = platform.fails(SshKey(), title="new", public_key=TWO)
        assert result["failure"]["kind"] == "answer_lost"
        assert "it is not done, or not yet: add the SSH key 'new'; run the task again" in result["msg"]
    assert platform.methods.count(method) == 1
    assert (("new", TWO) in stored(platform)) is done


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_lost_answer_of_the_removal(platform: WatchedPlatform, cut: str) -> None:
    platform.cuts["deletesshkey"] = cut
    if cut == "after":
        assert platform.run(SshKey(), title="laptop", state="absent")["changed"] is True
    else:
        assert "it is not done, or not yet: " in platform.fails(SshKey(), title="laptop", state="absent")["msg"]
    assert platform.methods.count("deletesshkey") == 1


def test_success_that_is_none(platform: WatchedPlatform) -> None:
    platform.answers["addsshkey"] = {"result": 0}
    result = platform.fails(SshKey(), title="new", public_key=TWO)
    assert result["failure"]["kind"] == "unexpected_answer"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"title": " ", "public_key": ONE}, "title is empty"),
        ({"title": "a"}, "needs the key as public_key or private_key"),
        ({"title": "a", "public_key": "~/.ssh/id_ed25519.pub"}, "public_key is not an SSH public key; give its text"),
        ({"title": "a", "public_key": "ssh-rsa " + ONE.split()[1]}, "public_key is not an SSH public key"),
        ({"title": "a", "public_key": "ssh-rsa !!"}, "public_key is not an SSH public key"),
        ({"title": "a", "private_key": ONE}, "private_key is not a private key in PEM form"),
        ({"title": "a", "public_key": ONE, "private": True}, "leave private out"),
        ({"fingerprint": "SHA256:abc", "public_key": ONE}, "fingerprint names a key to remove"),
        ({"fingerprint": "SHA256:", "state": "absent"}, "fingerprint is empty"),
    ],
)
def test_bad_input(platform: WatchedPlatform, given: dict[str, Any], says: str) -> None:
    """Refused before any call."""
    result = platform.fails(SshKey(), **given)
    assert says in result["msg"]
    assert (result["failure"]["kind"], platform.sent) == ("input", [])
