# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``paas_ssh_key``: SSH keys of an account."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._client.answers import member, required_items, text
from .._client.errors import InputError, PaasError, RefusedError, require
from .._engine.permissions import Permission, Table, rows
from .._engine.plan import Plan, Step
from .._engine.resource import Work
from .._engine.spec import with_connection
from .._engine.stepwise import Stepwise
from .pem import PRIVATE_KEY

GET = "management.account.GetSSHKeys"
ADD = "management.account.AddSSHKey"
DELETE = "management.account.DeleteSSHKey"


@dataclass(frozen=True)
class Key:
    """A key of the account. The platform shows only the title of a private key.

    Attributes:
        blob: type and binary part of a public key, without its comment.
    """

    title: str
    blob: str | None = None
    id: int | None = None
    fingerprint: str | None = None


@dataclass(frozen=True)
class DesiredKey:
    """One key.

    Attributes:
        text: the key as it is sent.
        fingerprint: identifies a key to remove, instead of the title.
    """

    title: str | None
    state: str
    private: bool
    blob: str | None = None
    text: str | None = field(repr=False, default=None)
    fingerprint: str | None = None

    @property
    def label(self) -> str:
        """The key for messages."""
        return f"the SSH key {self.title or self.fingerprint!r}"

    def names(self, key: Key) -> bool:
        """Return whether this is the key that the task names."""
        if self.fingerprint is None:
            return key.title == self.title
        return self.fingerprint in (_plain(fingerprint(key.blob)), _plain(key.fingerprint))


Found = tuple[Key, ...]


def _public(text: str) -> str | None:
    """Return type and binary part; None if the text is not a public key, whose binary part begins with its type."""
    parts = text.split()
    if len(parts) < 2:
        return None
    try:
        blob = base64.b64decode(parts[1], validate=True)
    except ValueError:  # binascii.Error, or a letter that is not ASCII
        return None
    size = int.from_bytes(blob[:4], "big")
    return f"{parts[0]} {parts[1]}" if blob[4 : 4 + size] == parts[0].encode() else None


def fingerprint(blob: str | None) -> str | None:
    """Return the fingerprint as ``ssh-keygen -l`` shows it: SHA-256 in base64 without padding."""
    if blob is None:
        return None
    digest = hashlib.sha256(base64.b64decode(blob.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


class SshKey(Stepwise[DesiredKey, Found]):
    """The resource of ``paas_ssh_key``, identified by title. A different key of the same title is replaced."""

    spec = with_connection(
        {
            "title": {"type": "str"},
            "fingerprint": {"type": "str"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "public_key": {"type": "str"},
            "private_key": {"type": "str", "no_log": True},
            "private": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("public_key", "private_key"), ("title", "fingerprint")],
        required_one_of=[("title", "fingerprint")],
    )

    def desired(self, options: Mapping[str, Any]) -> DesiredKey:
        title, printed, present = options.get("title"), options.get("fingerprint"), options["state"] == "present"
        title = None if title is None else title.strip()
        require(title != "", "title is empty; give the name that the key is shown by")
        require(not (printed and present), "fingerprint names a key to remove; with state: present give its title")
        require(printed is None or _plain(printed), "fingerprint is empty; give what ssh-keygen -l shows")
        public, private = ((options.get(name) or "").strip() for name in ("public_key", "private_key"))
        require(not present or public or private, "state: present needs the key as public_key or private_key")
        require(not (public and options["private"]), "public_key is the text of a public key; leave private out")
        blob = _public(public) if public else None
        require(
            not public or blob,
            "public_key is not an SSH public key; give its text (type, key and comment), not a path, such as by "
            "lookup('ansible.builtin.file', 'id_ed25519.pub')",
        )
        require(
            not private or PRIVATE_KEY.search(private), "private_key is not a private key in PEM form; give its text"
        )
        return DesiredKey(
            title=title,
            state=options["state"],
            private=bool(private) or options["private"],
            blob=blob,
            text=public or private or None,
            fingerprint=_plain(printed),
        )

    def read(self, work: Work, desired: DesiredKey) -> Found:
        """Read all public keys, or all private keys, by one GetSSHKeys."""
        if desired.private:
            # Each line is a secret, because the platform may quote the key with other line breaks.
            work.client.redactor.add(*(desired.text or "").splitlines()[1:-1])
        answer = work.client.call(GET, isPrivate=desired.private)
        return tuple(
            Key(
                title=str(member(item, "title") or ""),
                blob=_public(str(member(item, "publicKey") or "")),
                id=int(member(item, "id")),
                fingerprint=text(member(item, "fingerPrint")),
            )
            for item in required_items(GET, answer, "keys", "array")
            if member(item, "isDeleted") is not True and str(member(item, "id") or "").isdecimal()
        )

    def plan(self, current: Found, desired: DesiredKey) -> Plan[Found]:
        """Remove a different key of the title before the new key is added: titles are unique (documented)."""
        meant = tuple(key for key in current if desired.names(key))
        if len(meant) > 1:
            raise InputError(
                f"{len(meant)} keys are {desired.label} (ids {_numbers(meant)}); remove all but one in the dashboard"
            )
        if desired.state == "absent":
            return self._plan(current, desired, meant, ())
        other = next((key for key in current if desired.blob and key.blob == desired.blob and key not in meant), None)
        if other:
            raise InputError(
                f"public_key is there already under the title {other.title!r} (id {other.id}), and a key can be there "
                "only once; remove that one first"
            )
        if meant and (desired.private or meant[0].blob == desired.blob):
            return self._plan(current, desired, (), ())
        return self._plan(current, desired, meant, (Key(str(desired.title), desired.blob),))

    def _plan(self, current: Found, desired: DesiredKey, gone: Found, come: Found) -> Plan[Found]:
        steps = []
        left = current
        for key in gone:
            left = tuple(other for other in left if other is not key)
            steps.append(Step(DELETE, {"id": key.id}, f"remove the SSH key {key.title!r}"))
        for key in come:
            left = (*left, key)
            params = {"title": key.title, "isPrivate": desired.private}
            steps.append(Step(ADD, params, f"add the SSH key {key.title!r}"))
        before, after = (_to_diff(tuple(key for key in keys if desired.names(key))) for keys in (current, left))
        return Plan(current, left, tuple(steps), before, after)

    def secrets(self, step: Step, desired: DesiredKey) -> dict[str, Any]:
        """Return the key for the call that adds it."""
        return {"sshKey": desired.text} if step.method == ADD else {}

    def apply(self, work: Work, plan: Plan[Found], desired: DesiredKey) -> Found:
        """Carry out the plan. If the platform refuses the new key, add the removed key again."""
        try:
            return super().apply(work, plan, desired)
        except RefusedError as error:
            old = next((key for key in plan.before if key.blob and key not in plan.after), None)
            if old is None or error.method != ADD:
                raise
            raise error.saying(error, self._put_back(work, old)) from error

    def _put_back(self, work: Work, key: Key) -> str:
        try:
            work.client.call(ADD, title=key.title, isPrivate=False, sshKey=key.blob)
        except PaasError as error:
            return f"the one that it was to replace could not be put back: {error}"
        work.done.append(f"put the SSH key {key.title!r} back")
        return "the one that it was to replace is there again, without its comment"

    def report(self, work: Work, plan: Plan[Found], state: Found, desired: DesiredKey) -> dict[str, Any]:
        """Return ``ssh_key``, null if the key does not exist."""
        found = next((key for key in state if desired.names(key)), None)
        return {"ssh_key": _result(found, desired) if found else None}


def _plain(printed: str | None) -> str | None:
    """Return a fingerprint without the name of its hash, for comparing."""
    text = (printed or "").strip()
    for name in ("SHA256:", "MD5:"):
        text = text[len(name) :] if text.upper().startswith(name) else text
    return text.rstrip("=") or None


def _numbers(keys: Found) -> str:
    return ", ".join(str(key.id) for key in keys)


def _to_diff(keys: Found) -> dict[str, Any]:
    return {"title": keys[0].title, "fingerprint": fingerprint(keys[0].blob)} if keys else {}


def _result(key: Key, desired: DesiredKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "title": key.title,
        "private": desired.private,
        "public_key": key.blob,
        "fingerprint": fingerprint(key.blob) or key.fingerprint,
    }


PERMISSIONS = Table(
    spec=SshKey.spec,
    permissions=rows(
        Permission(GET),
        Permission(ADD, frozenset({"present"}), private=True),
        # A key of the same title that differs is replaced.
        Permission(DELETE, private=True),
    ),
)
