# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of AWX 24.6.1, each with the status and the text of its refusal. They know objects as data, and no HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

Item = dict[str, Any]

ENCRYPTED = "$encrypted$"
TEXTS = ("text", "textarea", "password")
DENIED = "You do not have permission to perform this action."
FROZEN = "Modifications to inputs are not allowed for credential types that are in use"


class RefusedError(Exception):
    """A request that AWX refuses.

    Attributes:
        status: the HTTP status.
        body: the answer, as JSON.
    """

    def __init__(self, status: HTTPStatus, body: Any) -> None:
        super().__init__(f"{int(status)} {body}")
        self.status = status
        self.body = body


def invalid(**body: Any) -> RefusedError:
    """A refusal of what a request holds."""
    return RefusedError(HTTPStatus.BAD_REQUEST, body)


def denied(detail: str = DENIED) -> RefusedError:
    """A refusal of who asks."""
    return RefusedError(HTTPStatus.FORBIDDEN, {"detail": detail})


class FileNames:
    """``tower.filename`` as templates of a credential type see it."""

    def __str__(self) -> str:
        raise TemplateError("Must define unnamed file injector in order to reference `tower.filename`.")


def check_credential_type(item: Item) -> None:
    """Check field names and injectors: no variable begins with ANSIBLE_, and a template names what exists."""
    if item.get("kind") not in ("cloud", "net"):
        raise invalid(kind=[f"Must be 'cloud' or 'net', not {item.get('kind')}"])
    fields = {field["id"]: "EXAMPLE" for field in item["inputs"]["fields"]}
    names = FileNames()
    for label in item["injectors"].get("file", {}):
        if not re.fullmatch(r"template\.[a-zA-Z_]\w*", label):
            raise invalid(injectors=[f"'{label}' does not match any of the regexes"])
        setattr(names, label.partition(".")[2], "EXAMPLE_FILENAME")
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for kind, entries in item["injectors"].items():
        for name, template in entries.items():
            if kind == "env" and name.startswith("ANSIBLE_"):
                text = "may affect Ansible configuration so its use is not allowed in credentials."
                raise invalid(injectors=[f"Environment variable {name} {text}"])
            try:
                sandbox.from_string(template).render(**fields, tower={"filename": names})
            except TemplateError as error:
                raise invalid(injectors=[f"{name} uses an undefined field ({error})"]) from None


def check_credential_type_change(before: Item, after: Item, *, in_use: bool) -> None:
    """Check a change: inputs of a type that a credential has stay as they are."""
    if in_use and before["inputs"] != after["inputs"]:
        raise denied(FROZEN)
    check_credential_type(after)


def check_credential(inputs: Item, of_type: Item, *, is_new: bool) -> None:
    """Check that inputs are fields of the type and texts. A required one may be missing; no job starts then."""
    secret = {field["id"] for field in of_type["inputs"]["fields"] if field.get("secret")}
    unknown = sorted(set(inputs) - {field["id"] for field in of_type["inputs"]["fields"]})
    if unknown:
        names = ", ".join(f"'{name}'" for name in unknown)
        verb = "was" if len(unknown) == 1 else "were"
        raise invalid(inputs=[f"Additional properties are not allowed ({names} {verb} unexpected)"])
    for name, value in inputs.items():
        if is_new and name in secret and value == ENCRYPTED:
            text = f"$encrypted$ is a reserved keyword, and cannot be used for {name}."
            raise invalid(inputs=[text])
        if not isinstance(value, (str, bool)):
            raise invalid(inputs={name: [f"{value!r} is not of type 'string'"]})


def changed_inputs(before: Item, sent: Item) -> Item:
    """The inputs after a PATCH: those that were sent and no others; a secret sent as ``$encrypted$`` is kept."""
    return {name: before.get(name, "") if value == ENCRYPTED else value for name, value in sent.items()}


def missing_inputs(credential: Item, of_type: Item) -> list[str]:
    """Required inputs that a credential does not have."""
    return sorted(name for name in of_type["inputs"].get("required", ()) if not credential["inputs"].get(name))


def why_not_started(credentials: Sequence[tuple[Item, Item]]) -> str:
    """The explanation of a job that cannot start for one of its credentials (each with its type), or nothing."""
    for credential, of_type in credentials:
        missing = missing_inputs(credential, of_type)
        if missing:
            return (
                f"Job cannot start because Credential {credential['name']} does not provide one or more required "
                f"fields ({', '.join(missing)}). Task failed pre-start check."
            )
    return ""


def check_rrule(rrule: str) -> None:
    """Check the rule of a schedule."""
    errors = []
    if not re.search(r"DTSTART(;[^:]+)?:[0-9]+T[0-9]+Z?", rrule):
        errors.append("Valid DTSTART required in rrule. Value should start with: DTSTART:YYYYMMDDTHHMMSSZ")
    if "rrule:" not in rrule.lower():
        errors.append("One or more rule required in rrule.")
    for rule in re.findall(r".*?(RULE\:[^\s]*)", rrule):
        if "interval" not in rule.lower():
            errors.append(f"INTERVAL required in rrule: {rule}")
        elif "secondly" in rule.lower():
            errors.append(f"SECONDLY is not supported: {rule}")
        if not re.fullmatch(r"RULE:([A-Z]+=[\w,-]+;?)+", rule) or not re.search(r"FREQ=[A-Z]+LY", rule):
            errors.append(f"rrule parsing failed validation: {rule}")
    if not re.search(r"T([01]\d|2[0-3])[0-5]\d[0-5]\dZ?(\s|$)", rrule):
        errors.append("rrule parsing failed validation: unknown string format")
    if errors:
        raise invalid(rrule=errors)


def _answer_errors(question: Item, answers: Mapping[str, Any]) -> list[str]:
    """The errors of one answer. A default is not an answer, and an empty text is one unless there is a ``min``."""
    name = question["variable"]
    if name not in answers:
        return [f"'{name}' value missing"] if question["required"] else []
    value = answers[name]
    if question["type"] in TEXTS:
        if not isinstance(value, str):
            return [f"Value {value} for '{name}' expected to be a string."]
        if question.get("min") not in ("", None) and len(value) < question["min"]:
            length = f"(length is {len(value)} must be at least {question['min']})"
            return [f"'{name}' value {value} is too small {length}."]
        if question.get("max") not in ("", None) and len(value) > question["max"]:
            return [f"'{name}' value {value} is too large (must be no more than {question['max']})."]
    elif question["type"] == "multiplechoice" and value not in question["choices"]:
        return [f"Value {value} for '{name}' expected to be one of {question['choices']}."]
    return []


def own_variables(template: Item) -> Item:
    """The variables of a job template, which keeps them as a text."""
    variables: Item = json.loads(template.get("extra_vars") or "{}")
    return variables


def check_answers(template: Item, survey: Item, answers: Item, *, schedule: bool = False) -> tuple[Item, Item]:
    """Check the answers of a launch by API or of a schedule.

    Returns:
        the answers that are taken, and those that are ignored as no question asks for them. A schedule ignores none.
    """
    questions = survey.get("spec", []) if template.get("survey_enabled") else []
    errors = [error for question in questions for error in _answer_errors(question, answers)]
    asked = {question["variable"] for question in questions}
    own = own_variables(template)
    ignored = {k: v for k, v in answers.items() if k not in asked and (k not in own or own[k] != v)}
    body: Item = {"variables_needed_to_start": errors} if errors else {}
    if schedule and ignored:
        text = "are not allowed on launch. Check the Prompt on Launch setting on the Job Template to include"
        body["extra_data"] = [f"Variables {', '.join(ignored)} {text} Extra Variables."]
    if body:
        raise invalid(**body)
    return {name: answers[name] for name in answers if name in asked}, ignored


def job_variables(template: Item, survey: Item, answers: Item) -> Item:
    """Extra variables of a job: those of the job template, valid defaults of the survey, answers."""
    questions = survey.get("spec", []) if template.get("survey_enabled") else []
    defaults = {
        question["variable"]: question["default"]
        for question in questions
        if question.get("default") is not None
        and not _answer_errors(question, {question["variable"]: question["default"]})
    }
    return {**own_variables(template), **defaults, **answers}


def form_answers(survey: Item, answers: Item) -> Item:
    """What the web form sends: the answers, and for all other questions that have a default, the default."""
    return {**{q["variable"]: q["default"] for q in survey["spec"] if q.get("default")}, **answers}


def _question_error(number: int, question: Item, known: set[str]) -> str:
    for name, kind, label in [
        *((name, str, "string") for name in ("type", "question_name", "variable")),
        ("required", bool, "boolean"),
    ]:
        if name not in question:
            return f"'{name}' missing from survey question {number}"
        if not isinstance(question[name], kind):
            return f"'{name}' in survey question {number} expected to be {label}."
    if question["variable"] in known:
        return f"'variable' '{question['variable']}' duplicated in survey question {number}."
    known.add(question["variable"])
    default = question.get("default", "")
    if not isinstance(default, str):
        return f"Default value {default} in survey question {number} expected to be string."
    if question["type"] == "multiplechoice":
        if "choices" not in question:
            return f"Survey question {number} of type multiplechoice must specify choices."
        if "default" in question and default not in question["choices"]:
            return "Default choice must be answered from the choices listed."
    return ""


def check_survey(survey: Item) -> None:
    """Check a survey as a whole; these refusals are texts under ``error``."""
    for name, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(survey.get(name), kind):
            raise invalid(error=f"Field '{name}' is missing from survey spec.")
    known: set[str] = set()
    for number, question in enumerate(survey["spec"]):
        error = _question_error(number, question, known)
        if error:
            raise invalid(error=error)


def slot(credential: Item, of_type: Item) -> str:
    """What a job template can have one of: a type, and for Vault a type with an id."""
    vault_id = credential["inputs"].get("vault_id") if of_type["kind"] == "vault" else ""
    return f"{of_type['name']} (id={vault_id})" if vault_id else str(of_type["name"])
