# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of a controller, who may see and change them, and what a launch makes of them. It runs no jobs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.runner.double import rules
from tests.runner.double.rules import ENCRYPTED, Item, denied, invalid

# A list, the type of its objects, and the members of an object that AWX fills in itself.
TYPES: dict[str, str] = {
    "organizations": "organization",
    "users": "user",
    "teams": "team",
    "labels": "label",
    "notification_templates": "notification_template",
    "credential_types": "credential_type",
    "credentials": "credential",
    "execution_environments": "execution_environment",
    "projects": "project",
    "project_updates": "project_update",
    "inventories": "inventory",
    "inventory_sources": "inventory_source",
    "job_templates": "job_template",
    "schedules": "schedule",
    "jobs": "job",
}
DEFAULTS: dict[str, Item] = {
    "credential_types": {"kind": "cloud", "inputs": {}, "injectors": {}, "managed": False},
    "credentials": {"description": "", "inputs": {}},
    "projects": {"scm_revision": "", "status": "never updated", "scm_type": ""},
    "inventories": {"kind": "", "host_filter": None},
    "job_templates": {"extra_vars": "", "survey_enabled": False},
    "schedules": {"extra_data": {}, "enabled": True},
}
# Types of credentials that AWX brings along: name, kind, namespace, fields (secret ones in capitals), required fields.
MANAGED = (
    ("Vault", "vault", "vault", ("VAULT_PASSWORD", "vault_id"), ("vault_password",)),
    ("Machine", "ssh", "ssh", ("username", "PASSWORD"), ()),
    (
        "Red Hat Ansible Automation Platform",
        "cloud",
        "controller",
        ("host", "username", "PASSWORD", "OAUTH_TOKEN", "verify_ssl"),
        ("host",),
    ),
)
CONTROLLER_VARIABLES = {
    "CONTROLLER_HOST": "{{host}}",
    "CONTROLLER_USERNAME": "{{username}}",
    "CONTROLLER_PASSWORD": "{{password}}",
    "CONTROLLER_VERIFY_SSL": "{{verify_ssl}}",
    "CONTROLLER_OAUTH_TOKEN": "{{oauth_token}}",
}
# Texts that AWX takes null for, and keeps as an empty one.
EMPTIED = ("kind",)
LAUNCHABLE = ("projects", "inventory_sources", "job_templates")
UNIQUE_EVERYWHERE = ("credential_types", "execution_environments", "organizations")
# Members of a project whose change starts a sync.
SYNCED_AFTER = ("scm_type", "scm_url", "scm_branch")
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


@dataclass(frozen=True)
class User:
    """Who asks: a system administrator, or an administrator of one organization."""

    name: str
    organization: int | None = None

    @property
    def is_superuser(self) -> bool:
        """Whether the user may do everything."""
        return self.organization is None


@dataclass
class Repository:
    """What a project finds when it is synced.

    Attributes:
        reachable: a sync fails if it is not.
    """

    revision: str
    playbooks: list[str]
    reachable: bool = True


@dataclass
class Launch:
    """A job that was started.

    Attributes:
        explanation: why it did not start, or nothing.
        credentials: each with its type, secrets in clear.
    """

    template: Item
    variables: Item
    ignored: Item
    explanation: str
    credentials: list[tuple[Item, Item]] = field(repr=False)


class Store:
    """All objects, by list and number; numbers are never given twice."""

    def __init__(self, playbooks: Iterable[str] = ()) -> None:
        self.objects: dict[str, dict[int, Item]] = {name: {} for name in TYPES}
        self.associated: dict[str, list[int]] = {}
        self.surveys: dict[int, Item] = {}
        self.repository = Repository("0" * 40, list(playbooks))
        for name, kind, namespace, fields, required in MANAGED:
            kinds = {"verify_ssl": "boolean"}
            inputs = [
                {"id": each.lower(), "type": kinds.get(each, "string"), "secret": each.isupper()} for each in fields
            ]
            item = {
                "name": name,
                "kind": kind,
                "namespace": namespace,
                "inputs": {"fields": inputs, "required": list(required)},
            }
            injectors = {"env": CONTROLLER_VARIABLES} if "host" in required else {}
            self._keep("credential_types", {**item, "injectors": injectors, "managed": True})
        self.organization = self._keep("organizations", {"name": "Default"})["id"]

    def _keep(self, kind: str, item: Item) -> Item:
        number = 1 + max([9, *(other for items in self.objects.values() for other in items)])
        url = f"/api/v2/{kind}/{number}/"
        own: Item = {"id": number, "type": TYPES[kind], "url": url, "summary_fields": {}}
        if kind == "job_templates":
            own["summary_fields"] = {"object_roles": {"execute_role": {"id": number, "name": "Execute"}}}
        related = {"survey_spec": f"{url}survey_spec/", "update": f"{url}update/"}
        kept = {**DEFAULTS.get(kind, {}), **item, **own, "related": related}
        self.objects[kind][number] = kept
        return kept

    def find(self, kind: str, number: int) -> Item:
        """One object; KeyError if it does not exist."""
        return self.objects[kind][number]

    def named(self, kind: str, name: str, organization: int | None = None) -> Item:
        """The only object of a name, in an organization if one is given."""
        found = [item for item in self.objects[kind].values() if item["name"] == name]
        (item,) = [each for each in found if organization in (None, each.get("organization"))]
        return item

    def add(self, kind: str, item: Item, user: User) -> Item:
        """Make an object.

        Raises:
            RefusedError: AWX would refuse it.
        """
        item = _emptied(item)
        self._check_rights(kind, item, user)
        self._check_name(kind, item)
        self._check(kind, {**DEFAULTS.get(kind, {}), **item}, None)
        kept = self._keep(kind, item)
        if kind == "job_templates":
            kept["organization"] = self.find("projects", kept["project"]).get("organization")
        if kind == "projects" and kept["scm_type"]:
            self.sync(kept)
        return kept

    def change(self, kind: str, number: int, changes: Item, user: User) -> Item:
        """Change members of an object; RefusedError as with ``add``."""
        before = self.find(kind, number)
        if kind == "credentials" and "inputs" in changes:
            changes = {**changes, "inputs": rules.changed_inputs(before["inputs"], changes["inputs"])}
        after = {**before, **_emptied(changes)}
        self._check_rights(kind, before, user)
        self._check_rights(kind, after, user)
        self._check_name(kind, after)
        self._check(kind, after, before)
        self.objects[kind][number] = after
        if kind == "projects" and any(after.get(name) != before.get(name) for name in SYNCED_AFTER):
            self.sync(after)
        return after

    def _check_rights(self, kind: str, item: Item, user: User) -> None:
        if not user.is_superuser and user.organization != self.organization_of(kind, item):
            raise denied()

    def organization_of(self, kind: str, item: Item) -> int | None:
        """The organization that an object belongs to, if any."""
        if kind == "schedules":
            return self.organization_of("job_templates", self.find("job_templates", item["unified_job_template"]))
        if kind == "inventory_sources":
            return self.organization_of("inventories", self.find("inventories", item["inventory"]))
        if kind == "job_templates":
            return self.organization_of("projects", self.find("projects", item["project"]))
        if kind == "organizations":
            return item.get("id")
        organization: int | None = item.get("organization")
        return organization

    def _check_name(self, kind: str, item: Item) -> None:
        """Names are unique in all of AWX for some lists; credentials differ by organization, type and name."""
        others = [each for each in self.objects[kind].values() if each["id"] != item.get("id")]
        same = [each for each in others if each["name"] == item["name"]]
        if kind in UNIQUE_EVERYWHERE and same:
            title = TYPES[kind].replace("_", " ").capitalize()
            raise invalid(name=[f"{title} with this Name already exists."])
        keys = ("organization", "credential_type", "name")
        if kind == "credentials" and any(all(each.get(key) == item.get(key) for key in keys) for each in same):
            text = "Credential with this (organization, name, credential_type) combination already exists."
            raise invalid(__all__=[text])

    def _check(self, kind: str, item: Item, before: Item | None) -> None:
        if kind == "credential_types" and before is None:
            rules.check_credential_type(item)
        elif kind == "credential_types" and before is not None:
            in_use = any(each["credential_type"] == item["id"] for each in self.objects["credentials"].values())
            rules.check_credential_type_change(before, item, in_use=in_use)
        elif kind == "credentials":
            rules.check_credential(item["inputs"], self.type_of(item), is_new=before is None)
        elif kind == "job_templates":
            project = self.find("projects", item["project"])
            if item.get("playbook") not in project.get("playbooks", ()):
                raise invalid(playbook=["Playbook not found for project."])
        elif kind == "schedules":
            rules.check_rrule(item["rrule"])
            template = self.find("job_templates", item["unified_job_template"])
            rules.check_answers(template, self.survey(template), item["extra_data"], schedule=True)

    def type_of(self, credential: Item) -> Item:
        """The type of a credential."""
        return self.find("credential_types", credential["credential_type"])

    def survey(self, template: Item) -> Item:
        """The survey of a job template; empty if there is none."""
        return self.surveys.get(template["id"], {})

    def set_survey(self, template: Item, survey: Item) -> None:
        """Set the survey of a job template."""
        rules.check_survey(survey)
        self.surveys[template["id"]] = survey

    def members(self, path: str) -> list[Item]:
        """What is attached at a path, such as ``job_templates/12/credentials``."""
        kind = path.rpartition("/")[2]
        kind = "notification_templates" if kind.startswith("notification_templates") else kind
        return [self.find(kind, number) for number in self.associated.get(path, [])]

    def attach(self, path: str, number: int) -> None:
        """Attach an object; two credentials of one type are refused."""
        if path.endswith("/credentials"):
            new = self.find("credentials", number)
            taken = {rules.slot(each, self.type_of(each)) for each in self.members(path)}
            if rules.slot(new, self.type_of(new)) in taken:
                raise invalid(error=f"Cannot assign multiple {rules.slot(new, self.type_of(new))} credentials.")
        self.associated.setdefault(path, []).append(number)

    def detach(self, path: str, number: int) -> None:
        """Detach an object."""
        self.associated.get(path, []).remove(number)

    def sync(self, project: Item) -> Item:
        """Sync a project: an update that has ended, and what it found in the project."""
        found = self.repository
        ended = "successful" if found.reachable else "failed"
        project["status"] = ended
        if found.reachable:
            project |= {"scm_revision": found.revision, "playbooks": list(found.playbooks)}
        content = {"name": project["name"], "status": ended, "failed": not found.reachable, "finished": "now"}
        return self._keep("project_updates", {**content, "scm_revision": project["scm_revision"]})

    def listed(self, kind: str, desired: Mapping[str, str], user: User) -> list[Item]:
        """Objects whose members have these values, as far as the user can see them."""
        kinds: Iterable[str] = LAUNCHABLE if kind == "unified_job_templates" else [kind]
        items = [(name, item) for name in kinds for item in self.objects[name].values()]
        own = [item for name, item in items if self.visible(name, item, user)]
        either = {name.removeprefix("or__"): value for name, value in desired.items() if name.startswith("or__")}
        exact = {name: value for name, value in desired.items() if not name.startswith("or__") and name != "page_size"}
        return [
            item
            for item in own
            if all(str(item.get(name)) == value for name, value in exact.items())
            and (not either or any(str(item.get(name)) == value for name, value in either.items()))
        ]

    def visible(self, kind: str, item: Item, user: User) -> bool:
        """Whether a user sees an object: those of the organization, and those of none."""
        return user.is_superuser or self.organization_of(kind, item) in (None, user.organization)

    def shown(self, item: Item) -> Item:
        """An object without its secrets."""
        if item["type"] != "credential":
            return item
        secret = {entry["id"] for entry in self.type_of(item)["inputs"]["fields"] if entry.get("secret")}
        return {**item, "inputs": {k: ENCRYPTED if k in secret and v else v for k, v in item["inputs"].items()}}

    def launch(self, template: Item, answers: Item, *, form: bool = False) -> Launch:
        """Start a job by API, or by the web form, which fills defaults in.

        Raises:
            RefusedError: an answer is missing or not valid.
        """
        survey = self.survey(template)
        given = rules.form_answers(survey, answers) if form else answers
        taken, ignored = rules.check_answers(template, survey, given)
        attached = self.members(f"job_templates/{template['id']}/credentials")
        credentials = [(each, self.type_of(each)) for each in attached]
        explanation = rules.why_not_started(credentials)
        return Launch(template, rules.job_variables(template, survey, taken), ignored, explanation, credentials)

    def overview(self, organization: str = "Default") -> dict[str, dict[str, Item]]:
        """For tests: the objects of an organization, with names in place of numbers, and what is attached."""
        seen: dict[str, dict[str, Item]] = {}
        home = self.named("organizations", organization)["id"]
        for kind, items in self.objects.items():
            for number, item in items.items():
                if self.organization_of(kind, item) not in (None, home):
                    continue
                hidden = ("id", "type", "url", "related", "summary_fields")
                own = {key: value for key, value in self.shown(item).items() if key not in hidden}
                named = {
                    key: self.find(REFERENCES[key], own[key])["name"] for key in own if own[key] and key in REFERENCES
                }
                paths = [path for path in self.associated if path.startswith(f"{kind}/{number}/")]
                named |= {
                    path.rpartition("/")[2]: sorted(each["name"] for each in self.members(path)) for path in paths
                }
                survey = {"survey_spec": self.surveys[number]} if number in self.surveys else {}
                seen.setdefault(kind, {})[item["name"]] = {**own, **named, **survey}
        return seen


def _emptied(item: Item) -> Item:
    return {name: "" if value is None and name in EMPTIED else value for name, value in item.items()}
