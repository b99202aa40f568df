"""The words of a refusal: the platform's text, our meaning, and what to do, each once."""

from __future__ import annotations

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import PaasError, WaitTimeoutError, joined
from tests.unit.client.test_answers import METHOD, failure

ADD_METHOD = "add it to the token's permissions_for or api_methods with paas_token, or use a token that grants it"


@pytest.mark.parametrize("name", [METHOD, METHOD.lower(), f"[{METHOD}]"])
def test_a_missing_permission_names_the_method_once_and_the_remedy(name: str) -> None:
    text = str(failure({"result": 8202, "error": f"permission denied: the access token lacks the permission {name}"}))
    assert text == f"{METHOD} was refused: the token in use does not grant this method (result 8202); {ADD_METHOD}"
    assert text.count("StopEnv") == 1


@pytest.mark.parametrize("said", ["access denied", "the access token lacks the permission [a.b.Other]"])
def test_other_words_for_a_missing_permission_are_quoted(said: str) -> None:
    assert str(failure({"result": 8202, "error": said})) == (
        f"{METHOD} was refused: {said} (result 8202); the token in use does not grant this method; {ADD_METHOD}"
    )


SIGN_IN = "give login and password (PAAS_LOGIN, PAAS_PASSWORD), or a signed-in session"


@pytest.mark.parametrize("method", ["users.authentication.GetTokens", "users.authentication.CreateToken"])
@pytest.mark.parametrize(
    ("code", "said", "text"),
    [
        (8202, "the token lacks [{}]", f"a personal access token cannot manage tokens (result 8202); {SIGN_IN}"),
        (8202, "no", f"no (result 8202); a personal access token cannot manage tokens; {SIGN_IN}"),
        (8, "no", f"no (result 8); permission denied; if session is a personal access token, {SIGN_IN}"),
    ],
)
def test_a_token_that_manages_tokens_is_told_to_sign_in(method: str, code: int, said: str, text: str) -> None:
    """And not to be granted the method, which is impossible."""
    assert str(failure({"result": code, "error": said.format(method)}, method)) == f"{method} was refused: {text}"


@pytest.mark.parametrize(
    ("code", "said", "text"),
    [
        (
            2330,
            "domain [a.example.org] is bound to another environment",
            "domain [a.example.org] is bound to another environment (result 2330); remove it there first",
        ),
        (2330, "", "the domain is bound to another environment (result 2330); remove it there first"),
        (
            4109,
            "The operation could not be performed",
            "The operation could not be performed (result 4109); run it with paas_exec to see its output",
        ),
        (
            6001,
            "SSH key already exists",
            "SSH key already exists (result 6001); use the title that it has, or remove it",
        ),
        (
            2300,
            "node or layer [x] not found",
            "node or layer [x] not found (result 2300); check node_group or node_id; paas_environment_info lists both",
        ),
        (4102, "/etc/x is not a directory.", "/etc/x is not a directory (result 4102); check the path"),
        (4242, "Half done...", "Half done... (result 4242)"),
    ],
)
def test_a_clear_text_of_the_platform_is_followed_by_the_advice_alone(code: int, said: str, text: str) -> None:
    assert str(failure({"result": code, "error": said})) == f"{METHOD} was refused: {text}"


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (("It broke.", "run it again"), "It broke; run it again"),
        (("It broke. Look.", "", "run it again."), "It broke. Look; run it again."),
        (("It broke...", "run it again"), "It broke...; run it again"),
        ((PaasError("It broke."), "wait."), "It broke; wait."),
        (("", "alone."), "alone."),
    ],
)
def test_parts_of_a_message_are_joined_without_a_stop_before_a_semicolon(parts: tuple[object, ...], line: str) -> None:
    assert joined(*parts) == line


def test_a_message_in_a_longer_one_has_no_full_stop() -> None:
    assert (PaasError("The store is full.").clause, PaasError("so far...").clause) == ("The store is full", "so far...")


def test_an_error_that_says_more_stays_what_it_is() -> None:
    first = WaitTimeoutError("it is still starting.", last="starting", method="a.b.C")
    first.details = {"name": "shop"}
    more = first.saying(first, "", "run the task again")
    assert (str(more), str(first)) == ("it is still starting; run the task again", "it is still starting.")
    assert isinstance(more, WaitTimeoutError)
    assert (more.last, more.details, more.failure()) == ("starting", {"name": "shop"}, first.failure())
