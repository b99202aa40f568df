# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A double of AWX's REST API, for tests of the role ``controller``: it keeps objects and runs no jobs.

    python controller_double.py    reads a token from standard input, prints its address, serves until it is ended

It knows as much as the modules of awx.awx ask for: lists with filters by equality, objects, associations, surveys. What
AWX refuses and a mistake of ours could cause is refused here too: see ``checks``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

Item = dict[str, Any]

# What a list is called, and the type of what is in it; the members of an object that AWX fills in itself.
TYPES: dict[str, str] = {
    "organizations": "organization",
    "credential_types": "credential_type",
    "credentials": "credential",
    "execution_environments": "execution_environment",
    "projects": "project",
    "inventories": "inventory",
    "inventory_sources": "inventory_source",
    "job_templates": "job_template",
    "schedules": "schedule",
}
DEFAULTS: dict[str, Item] = {"projects": {"scm_revision": ""}, "inventories": {"kind": "", "host_filter": None}}
# Texts that AWX takes null for, and keeps as an empty one.
EMPTIED = ("kind",)
LAUNCHABLE = ("projects", "inventory_sources", "job_templates")
# Members that are numbers of other objects, and the list that those are in.
REFERENCES: dict[str, str] = {
    "organization": "organizations",
    "credential_type": "credential_types",
    "credential": "credentials",
    "execution_environment": "execution_environments",
    "project": "projects",
    "source_project": "projects",
    "inventory": "inventories",
    "unified_job_template": "job_templates",
}
ENCRYPTED = "$encrypted$"
SCHEDULE = re.compile(
    r"DTSTART;TZID=[\w/+-]+:\d{8}T([01]\d|2[0-3])[0-5]\d00 RRULE:FREQ=(DAILY|WEEKLY|MONTHLY)(;[A-Z]+=[\w,]+)*"
)


class RefusedError(Exception):
    """A request that AWX refuses; the text says why."""


class FileNames:
    """``tower.filename`` as templates of a credential type see it."""


def check_credential_type(item: Item, _store: Store) -> None:
    """Environment variables must not begin with ANSIBLE_, and a template may name what is there only."""
    fields = {field["id"]: "EXAMPLE" for field in item["inputs"]["fields"]}
    names = FileNames()
    for label in item["injectors"].get("file", {}):
        if not re.fullmatch(r"template\.[a-zA-Z_]\w*", label):
            raise RefusedError(f"{label} is no name of a file")
        setattr(names, label.partition(".")[2], "EXAMPLE")
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for kind, entries in item["injectors"].items():
        for name, template in entries.items():
            if kind == "env" and name.upper().startswith("ANSIBLE_"):
                raise RefusedError(f"Environment variable {name} may affect Ansible configuration")
            try:
                sandbox.from_string(template).render(**fields, tower={"filename": names})
            except TemplateError as error:
                raise RefusedError(f"{name}: {error}") from None


def check_credential(item: Item, store: Store) -> None:
    """Inputs are fields of the type, and those that it requires are there."""
    inputs = store.find("credential_types", item["credential_type"])["inputs"]
    known = {field["id"] for field in inputs["fields"]}
    unknown, missing = set(item["inputs"]) - known, set(inputs.get("required", ())) - set(item["inputs"])
    if unknown or missing:
        raise RefusedError(f"unknown inputs {sorted(unknown)}, missing inputs {sorted(missing)}")


def check_schedule(item: Item, store: Store) -> None:
    """The rule can be read, and every required question without a default has an answer."""
    if not SCHEDULE.fullmatch(item["rrule"]):
        raise RefusedError(f"rrule {item['rrule']} cannot be read")
    questions = store.surveys.get(item["unified_job_template"], {}).get("spec", [])
    given = item.get("extra_data") or {}
    unasked = set(given) - {question["variable"] for question in questions}
    missing = [
        q["variable"] for q in questions if q["required"] and q["default"] == "" and not given.get(q["variable"])
    ]
    if unasked or missing:
        raise RefusedError(f"variables not asked for {sorted(unasked)}, variables needed to start {missing}")


CHECKS = {"credential_types": check_credential_type, "credentials": check_credential, "schedules": check_schedule}


class Store:
    """All objects, by list and number; numbers are never given twice."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[int, Item]] = {name: {} for name in TYPES}
        self.associated: dict[str, list[int]] = {}
        self.surveys: dict[int, Item] = {}
        self.add("organizations", {"name": "Default"})
        vault = {
            "fields": [{"id": "vault_password", "secret": True}, {"id": "vault_id"}],
            "required": ["vault_password"],
        }
        self.objects["credential_types"][2] = self._filled("credential_types", 2, {"name": "Vault", "inputs": vault})

    def _filled(self, kind: str, number: int, item: Item) -> Item:
        url = f"/api/v2/{kind}/{number}/"
        own = {"id": number, "type": TYPES[kind], "url": url, "summary_fields": {}}
        return {**DEFAULTS.get(kind, {}), **item, **own, "related": {"survey_spec": f"{url}survey_spec/"}}

    def find(self, kind: str, number: int) -> Item:
        """One object; KeyError where it is not there."""
        return self.objects[kind][number]

    def add(self, kind: str, item: Item) -> Item:
        """A new object."""
        number = 1 + max([9, *(other for items in self.objects.values() for other in items)])
        return self.put(kind, number, self._filled(kind, number, item))

    def put(self, kind: str, number: int, item: Item) -> Item:
        """Keep an object as it is now; RefusedError where AWX would not."""
        item = {name: "" if value is None and name in EMPTIED else value for name, value in item.items()}
        if kind in CHECKS and item.get("name") != "Vault":
            CHECKS[kind](item, self)
        self.objects[kind][number] = item
        return item

    def listed(self, kind: str, wanted: dict[str, str]) -> list[Item]:
        """Objects whose members have these values."""
        kinds: Iterable[str] = LAUNCHABLE if kind == "unified_job_templates" else [kind]
        items = [item for name in kinds for item in self.objects[name].values()]
        return [item for item in items if all(str(item.get(name)) == value for name, value in wanted.items())]

    def shown(self, item: Item) -> Item:
        """An object without its secrets."""
        if item["type"] != "credential":
            return item
        fields = self.find("credential_types", item["credential_type"])["inputs"]["fields"]
        secret = {field["id"] for field in fields if field.get("secret")}
        return {**item, "inputs": {k: ENCRYPTED if k in secret else v for k, v in item["inputs"].items()}}

    def overview(self) -> dict[str, dict[str, Item]]:
        """For tests: what was sent, by list and name, with names in place of numbers, and what is attached."""
        seen: dict[str, dict[str, Item]] = {}
        for kind, items in self.objects.items():
            for number, item in items.items():
                own = {
                    key: value for key, value in self.shown(item).items() if key not in ("id", "type", "url", "related")
                }
                named = {key: self.find(REFERENCES[key], own[key])["name"] for key in own if key in REFERENCES}
                for path, numbers in self.associated.items():
                    of, owner, what = path.split("/")
                    if (of, owner) == (kind, str(number)):
                        named[what] = sorted(self.find(what, other)["name"] for other in numbers)
                survey = {"survey_spec": self.surveys[number]} if number in self.surveys else {}
                seen.setdefault(kind, {})[item["name"]] = {**own, **named, **survey}
        return seen


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    # One packet for each answer, which else waits for the acknowledgement of its header.
    wbufsize = -1
    store: Store
    token: str

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def answer(self, status: HTTPStatus, content: Any = None) -> None:
        """Send an answer."""
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self) -> None:
        """Any request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Authorization") != f"Bearer {self.token}":
            self.answer(HTTPStatus.UNAUTHORIZED, {"detail": "Authentication credentials were not provided."})
            return
        address = urlsplit(self.path)
        parts = address.path.removeprefix("/api/v2/").strip("/").split("/")
        try:
            self.answer(*self.result(parts, dict(parse_qsl(address.query)), json.loads(body or b"{}")))
        except KeyError:
            self.answer(HTTPStatus.NOT_FOUND, {"detail": "Not found."})
        except RefusedError as error:
            self.answer(HTTPStatus.BAD_REQUEST, {"__all__": [str(error)]})

    do_GET = do_POST = do_PATCH = do_DELETE = serve

    def result(self, parts: list[str], query: dict[str, str], content: Item) -> tuple[HTTPStatus, Any]:
        """What an address answers; KeyError where there is none."""
        kind = parts[0]
        if kind == "overview":
            return HTTPStatus.OK, self.store.overview()
        if len(parts) == 1 and self.command == "POST":
            return HTTPStatus.CREATED, self.store.shown(self.store.add(kind, content))
        if len(parts) == 1:
            return HTTPStatus.OK, self.page(self.store.listed(kind, query))
        item = self.store.find(kind, int(parts[1]))
        if len(parts) == 3 and parts[2] == "survey_spec":
            return self.survey(item, content)
        if len(parts) == 3:
            return self.association(parts, content)
        if self.command == "PATCH":
            if "inputs" in content:
                kept = {
                    name: item["inputs"].get(name) for name, value in content["inputs"].items() if value == ENCRYPTED
                }
                content = {**content, "inputs": content["inputs"] | kept}
            item = self.store.put(kind, item["id"], {**item, **content})
        elif self.command == "DELETE":
            del self.store.objects[kind][item["id"]]
            return HTTPStatus.NO_CONTENT, None
        return HTTPStatus.OK, self.store.shown(item)

    def page(self, items: list[Item]) -> Item:
        """A list, all on one page."""
        return {
            "count": len(items),
            "next": None,
            "previous": None,
            "results": [self.store.shown(item) for item in items],
        }

    def survey(self, item: Item, content: Item) -> tuple[HTTPStatus, Any]:
        """The survey of a job template."""
        if self.command == "POST":
            self.store.surveys[item["id"]] = content
        return HTTPStatus.OK, self.store.surveys.get(item["id"], {})

    def association(self, parts: list[str], content: Item) -> tuple[HTTPStatus, Any]:
        """What is attached to an object, such as the credentials of a job template."""
        attached = self.store.associated.setdefault("/".join(parts), [])
        if self.command == "GET":
            return HTTPStatus.OK, self.page([self.store.find(parts[2], number) for number in attached])
        if content.get("disassociate"):
            attached.remove(content["id"])
        else:
            attached.append(self.store.find(parts[2], content["id"])["id"])
        return HTTPStatus.NO_CONTENT, None


def serving(token: str) -> ThreadingHTTPServer:
    """A double on a free port, for whoever has the token; ``serve_forever`` makes it answer."""
    return ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"store": Store(), "token": token}))


if __name__ == "__main__":
    server = serving(sys.stdin.readline().strip())
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
