# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double of a controller refuses what AWX 24.6.1 refuses, with its status and text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.runner.double.rules import FROZEN
from tests.runner.double.server import DoubleServer, serving
from tests.runner.double.store import Store, User

FIELDS: dict[str, Any] = {
    "fields": [{"id": "address", "type": "string"}, {"id": "secret", "type": "string", "secret": True}]
}
TYPE = {"name": "own", "kind": "cloud", "inputs": {**FIELDS, "required": ["address"]}, "injectors": {}}
QUESTION = {"question_name": "q", "type": "text", "variable": "which", "required": True, "default": "due"}
RULE = "DTSTART;TZID=UTC:20260101T030000 RRULE:FREQ=DAILY;INTERVAL=1"


class Client:
    """Requests as one user."""

    def __init__(self, server: DoubleServer, token: str) -> None:
        self._url = server.url
        self._headers = {"Authorization": f"Bearer {token}"}

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and answer of a request."""
        address = f"{self._url}/api/v2/{path.replace('?', '/?') if '?' in path else path + '/'}"
        answer = requests.request(method, address, json=body, headers=self._headers, timeout=10)
        return answer.status_code, answer.json() if answer.content else None

    def made(self, path: str, **body: Any) -> int:
        """The number of an object that is made."""
        status, answer = self.send("POST", path, body)
        assert status == 201, answer
        return int(answer["id"])


@pytest.fixture
def store() -> Store:
    return Store(["playbooks/a.yml"])


@pytest.fixture
def server(store: Store) -> Iterator[DoubleServer]:
    with serving(store, {"root": User("root"), "org": User("org", organization=store.organization)}) as started:
        yield started


@pytest.fixture
def client(server: DoubleServer) -> Client:
    return Client(server, "root")


def _template(client: Client, store: Store, *questions: dict[str, Any], **members: Any) -> int:
    """A job template with a survey."""
    project = client.made("projects", name="p", organization=store.organization, scm_type="git", scm_url="x")
    number = client.made(
        "job_templates", name="t", project=project, playbook="playbooks/a.yml", survey_enabled=True, **members
    )
    spec = {"name": "s", "description": "", "spec": list(questions)}
    assert client.send("POST", f"job_templates/{number}/survey_spec", spec)[0] == 200
    return number


@pytest.mark.parametrize(
    ("rrule", "texts"),
    [
        (RULE, None),
        (
            RULE.replace("DAILY;INTERVAL=1", "WEEKLY;BYDAY=MO"),
            ["INTERVAL required in rrule: RULE:FREQ=WEEKLY;BYDAY=MO"],
        ),
        (
            "RRULE:FREQ=DAILY;INTERVAL=1",
            [
                "Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ",
                "rrule parsing failed validation: unknown string format",
            ],
        ),
        (RULE.replace("DAILY", "SECONDLY"), ["SECONDLY is not supported: RULE:FREQ=SECONDLY;INTERVAL=1"]),
        (RULE.replace("T03", "T25"), ["rrule parsing failed validation: unknown string format"]),
    ],
)
def test_a_schedule_rule_needs_an_interval(client: Client, store: Store, rrule: str, texts: list[str] | None) -> None:
    template = _template(client, store, {**QUESTION, "required": False})
    body = {"name": "s", "unified_job_template": template, "rrule": rrule}
    status, answer = client.send("POST", "schedules", body)
    assert (status, answer if texts else None) == ((400, {"rrule": texts}) if texts else (201, None))


def test_a_required_question_needs_an_answer_although_it_has_a_default(client: Client, store: Store) -> None:
    """In a schedule and in a launch by API; the web form fills the default in."""
    number = _template(client, store, QUESTION)
    refused = (400, {"variables_needed_to_start": ["'which' value missing"]})
    assert client.send("POST", "schedules", {"name": "s", "unified_job_template": number, "rrule": RULE}) == refused
    assert client.send("POST", f"job_templates/{number}/launch", {}) == refused
    template = store.find("job_templates", number)
    assert store.launch(template, {}, form=True).variables == {"which": "due"}
    assert client.send("POST", f"job_templates/{number}/launch", {"extra_vars": {"which": "all"}})[0] == 201


def test_awx_fills_in_the_default_of_a_question_that_is_not_required(client: Client, store: Store) -> None:
    """An empty default is handed over as an empty text; without the key ``default`` the variable is left out."""
    optional = {**QUESTION, "required": False}
    empty = {**optional, "variable": "empty", "default": ""}
    without = {name: optional[name] for name in ("question_name", "type", "required")} | {"variable": "without"}
    number = _template(client, store, optional, empty, without, extra_vars='{"own": 1}')
    status, job = client.send("POST", f"job_templates/{number}/launch", {})
    assert (status, job["extra_vars"]) == (201, '{"own": 1, "which": "due", "empty": ""}')


def test_an_empty_text_answers_a_required_question_without_a_minimum(client: Client, store: Store) -> None:
    number = _template(client, store, QUESTION, {**QUESTION, "variable": "name", "min": 5})
    answers = {"which": "", "name": ""}
    status, answer = client.send("POST", f"job_templates/{number}/launch", {"extra_vars": answers})
    text = "'name' value  is too small (length is 0 must be at least 5)."
    assert (status, answer) == (400, {"variables_needed_to_start": [text]})
    assert client.send("POST", f"job_templates/{number}/launch", {"extra_vars": {**answers, "name": "shops"}})[0] == 201


def test_answers_have_the_type_of_the_question(client: Client, store: Store) -> None:
    choice = {**QUESTION, "variable": "choice", "type": "multiplechoice", "choices": ["a", "b"], "default": "a"}
    number = _template(client, store, QUESTION, choice)
    status, answer = client.send(
        "POST", f"job_templates/{number}/launch", {"extra_vars": {"which": 2026, "choice": ""}}
    )
    texts = ["Value 2026 for 'which' expected to be a string.", "Value  for 'choice' expected to be one of ['a', 'b']."]
    assert (status, answer) == (400, {"variables_needed_to_start": texts})


def test_unknown_variables_are_ignored_at_launch_and_refused_in_a_schedule(client: Client, store: Store) -> None:
    number = _template(client, store, QUESTION)
    given = {"which": "all", "other": "x"}
    status, job = client.send("POST", f"job_templates/{number}/launch", {"extra_vars": given})
    assert (status, job["ignored_fields"], job["extra_vars"]) == (
        201,
        {"extra_vars": {"other": "x"}},
        '{"which": "all"}',
    )
    body = {"name": "s", "unified_job_template": number, "rrule": RULE, "extra_data": given}
    text = (
        "Variables other are not allowed on launch. Check the Prompt on Launch setting on the Job Template to include"
    )
    assert client.send("POST", "schedules", body) == (400, {"extra_data": [f"{text} Extra Variables."]})


def test_inputs_of_a_credential_type_in_use_do_not_change(client: Client, store: Store) -> None:
    """Not even a help text, not by a superuser; injectors do, and so do inputs of a type that no credential has."""
    number = client.made("credential_types", **TYPE)
    helped = {**FIELDS, "required": ["address"]}
    helped["fields"] = [{**FIELDS["fields"][0], "help_text": "New."}, FIELDS["fields"][1]]
    assert client.send("PATCH", f"credential_types/{number}", {"inputs": helped})[0] == 200
    client.made("credentials", name="c", organization=store.organization, credential_type=number, inputs={})
    assert client.send("PATCH", f"credential_types/{number}", {"inputs": TYPE["inputs"]}) == (403, {"detail": FROZEN})
    injectors = {"injectors": {"env": {"ADDRESS": "{{ address }}"}}}
    assert client.send("PATCH", f"credential_types/{number}", injectors)[0] == 200


def test_a_change_of_inputs_replaces_all_of_them(client: Client, store: Store) -> None:
    """What is not sent is gone; ``$encrypted$`` keeps a secret, and is no value for a new one."""
    of_type = client.made("credential_types", **TYPE)
    inputs = {"address": "https://a", "secret": "hidden"}
    own = {"name": "c", "organization": store.organization, "credential_type": of_type}
    number = client.made("credentials", **own, inputs=inputs)
    shown = {"address": "https://a", "secret": "$encrypted$"}
    assert client.send("GET", f"credentials/{number}")[1]["inputs"] == shown
    assert client.send("PATCH", f"credentials/{number}", {"inputs": shown})[0] == 200
    assert store.find("credentials", number)["inputs"] == inputs
    assert client.send("PATCH", f"credentials/{number}", {"inputs": {"secret": "new"}})[0] == 200
    assert store.find("credentials", number)["inputs"] == {"secret": "new"}
    refused = "$encrypted$ is a reserved keyword, and cannot be used for secret."
    assert client.send("POST", "credentials", {**own, "name": "d", "inputs": shown}) == (400, {"inputs": [refused]})
    unknown = {"inputs": {"more": "x"}}
    refused = "Additional properties are not allowed ('more' was unexpected)"
    assert client.send("PATCH", f"credentials/{number}", unknown) == (400, {"inputs": [refused]})


def test_a_job_does_not_start_with_a_credential_that_lacks_a_required_input(client: Client, store: Store) -> None:
    """The credential is saved all the same."""
    of_type = client.made("credential_types", **TYPE)
    inputs = {"secret": "hidden"}
    credential = client.made("credentials", name="c", organization=10**9, credential_type=of_type, inputs=inputs)
    number = _template(client, store)
    assert client.send("POST", f"job_templates/{number}/credentials", {"id": credential})[0] == 204
    job = client.send("POST", f"job_templates/{number}/launch", {})[1]
    assert (job["status"], job["job_explanation"]) == (
        "failed",
        "Job cannot start because Credential c does not provide one or more required fields (address). "
        "Task failed pre-start check.",
    )


def test_names(client: Client, store: Store) -> None:
    """Those of execution environments are unique in all of AWX, those of credentials within organization and type."""
    other = client.made("organizations", name="Other")
    client.made("execution_environments", name="ee", organization=store.organization, image="a")
    assert client.send("POST", "execution_environments", {"name": "ee", "organization": other, "image": "a"}) == (
        400,
        {"name": ["Execution environment with this Name already exists."]},
    )
    of_type = client.made("credential_types", **TYPE)
    for organization in (store.organization, other):
        client.made("credentials", name="c", organization=organization, credential_type=of_type)
    assert client.send("GET", "credentials?name=c")[1]["count"] == 2
    again = {"name": "c", "organization": other, "credential_type": of_type}
    text = "Credential with this (organization, name, credential_type) combination already exists."
    assert client.send("POST", "credentials", again) == (400, {"__all__": [text]})


def test_an_administrator_of_an_organization(server: DoubleServer, client: Client, store: Store) -> None:
    """Makes what belongs to the organization, makes no credential type, and sees nothing of other organizations."""
    own = Client(server, "org")
    denied = (403, {"detail": "You do not have permission to perform this action."})
    assert own.send("POST", "credential_types", TYPE) == denied
    of_type = client.made("credential_types", **TYPE)
    assert own.send("PATCH", f"credential_types/{of_type}", {"injectors": {}}) == denied
    other = client.made("organizations", name="Other")
    mine = own.made("credentials", name="c", organization=store.organization, credential_type=of_type)
    theirs = client.made("credentials", name="c", organization=other, credential_type=of_type)
    assert own.send("POST", "credentials", {"name": "d", "organization": other, "credential_type": of_type}) == denied
    assert own.send("GET", f"credentials/{theirs}") == (404, {"detail": "Not found."})
    assert [each["id"] for each in own.send("GET", "credentials")[1]["results"]] == [mine]
    assert own.send("GET", "me")[1]["results"][0]["is_superuser"] is False


def test_a_playbook_exists_in_the_synced_project(client: Client, store: Store) -> None:
    """A new one arrives with the next sync; a sync that fails leaves what there was."""
    project = client.made("projects", name="p", organization=store.organization, scm_type="git", scm_url="x")
    store.repository.playbooks.append("playbooks/b.yml")
    store.repository.revision = "1" * 40
    body = {"name": "t", "project": project, "playbook": "playbooks/b.yml"}
    refused = (400, {"playbook": ["Playbook not found for project."]})
    assert client.send("POST", "job_templates", body) == refused
    store.repository.reachable = False
    assert client.send("POST", f"projects/{project}/update")[1]["failed"] is True
    assert client.send("POST", "job_templates", body) == refused
    store.repository.reachable = True
    update = client.send("POST", f"projects/{project}/update")
    assert (update[0], update[1]["scm_revision"]) == (202, "1" * 40)
    assert client.send("POST", "job_templates", body)[0] == 201


def test_one_credential_of_a_type_on_a_job_template(client: Client, store: Store) -> None:
    """Vault is the exception, by its id."""
    number = _template(client, store)
    path = f"job_templates/{number}/credentials"
    of_type, vault = client.made("credential_types", **TYPE), store.named("credential_types", "Vault")["id"]
    own = [client.made("credentials", name=name, organization=1, credential_type=of_type) for name in "ab"]
    assert client.send("POST", path, {"id": own[0]})[0] == 204
    assert client.send("POST", path, {"id": own[1]}) == (400, {"error": "Cannot assign multiple own credentials."})
    for name, inputs in (("v", {"vault_password": "x"}), ("w", {"vault_password": "x", "vault_id": "w"})):
        each = client.made("credentials", name=name, organization=1, credential_type=vault, inputs=inputs)
        assert client.send("POST", path, {"id": each})[0] == 204


@pytest.mark.parametrize(
    ("injectors", "text"),
    [
        (
            {"env": {"ANSIBLE_CONFIG": "{{ address }}"}},
            "Environment variable ANSIBLE_CONFIG may affect Ansible configuration so its use is not allowed in "
            "credentials.",
        ),
        ({"env": {"X": "{{ other }}"}}, "X uses an undefined field ('other' is undefined)"),
        ({"file": {"ca": ""}}, "'ca' does not match any of the regexes"),
    ],
)
def test_injectors(client: Client, injectors: dict[str, Any], text: str) -> None:
    """No variable of Ansible's own, no undefined field, files by AWX's names."""
    assert client.send("POST", "credential_types", {**TYPE, "injectors": injectors}) == (400, {"injectors": [text]})


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            {"type": "multiplechoice", "choices": ["a"], "default": "b"},
            "Default choice must be answered from the choices listed.",
        ),
        ({"default": 3}, "Default value 3 in survey question 0 expected to be string."),
        ({"required": "yes"}, "'required' in survey question 0 expected to be boolean."),
    ],
)
def test_surveys(client: Client, store: Store, question: dict[str, Any], text: str) -> None:
    number = _template(client, store, QUESTION)
    spec = {"name": "s", "description": "", "spec": [{**QUESTION, **question}]}
    assert client.send("POST", f"job_templates/{number}/survey_spec", spec) == (400, {"error": text})


def test_rights(server: DoubleServer, client: Client, store: Store) -> None:
    """Nobody is let in without a token, and a team gets the right to launch by the role of the job template."""
    assert Client(server, "none").send("GET", "me")[0] == 401
    number = _template(client, store)
    team = client.made("teams", name="ops", organization=store.organization)
    role = client.send("GET", f"job_templates/{number}")[1]["summary_fields"]["object_roles"]["execute_role"]["id"]
    assert client.send("POST", f"roles/{role}/teams", {"id": team})[0] == 204
    assert [each["name"] for each in client.send("GET", f"roles/{role}/teams")[1]["results"]] == ["ops"]
