# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths, verbs, parameters and answers at the level of HTTP."""

from __future__ import annotations

import pytest

from emulator_client import LOGIN, NODES, PASSWORD, TOKEN, Client

MISSING_SESSION = {"result": 3, "error": "invalid parameter [session]"}


@pytest.mark.parametrize(
    "path",
    [
        "1.0/environment/control/rest/getenvs",
        "1.0/environment/control/rest/getenvs/",
        "1.0/Environment/Control/REST/GetEnvs",
        "1.0/env/control/rest/getenvs",
        "/1.0//env/control/rest/GETENVS",
    ],
)
def test_paths_of_every_spelling(bot: Client, path: str) -> None:
    response = bot.http.post(f"{bot.url}/{path}", data={"session": TOKEN}, timeout=20)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.json() == {"result": 0, "infos": []}
    assert bot.journal()[-1]["method"] == "environment.control.GetEnvs"


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "1.0",
        "1.0/environment/control/rest",
        "1.0/environment/nothing/rest/getenvs",
        "2.0/env/control/rest/getenvs",
    ]
    + ["1.0/environment/control/soap/getenvs", "1.0/environment/control/rest/getenvs/more"],
)
def test_unknown_paths_are_html_404(bot: Client, path: str) -> None:
    response = bot.http.get(f"{bot.url}/{path}", timeout=20)
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")
    assert bot.journal() == []


def test_other_verbs_are_refused(bot: Client) -> None:
    response = bot.http.put(f"{bot.url}/1.0/env/control/rest/getenvs", timeout=20)
    assert response.status_code == 405


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("environment.control.NoSuchThing", ""),
        ("environment.export.Create", " (known to the platform, not emulated)"),
    ],
)
def test_unknown_and_not_emulated_methods(bot: Client, name: str, why: str) -> None:
    assert bot.call(name) == {
        "result": 1702,
        "response": None,
        "source": "hx-core",
        "error": f"script = {name.lower()} not found{why}",
    }


def test_not_emulated_method_is_in_the_journal_by_its_name(bot: Client) -> None:
    bot.call("environment.export.Create")
    (call,) = bot.journal()
    assert call.pop("emulated") is False
    assert call == {
        "method": "environment.export.Create",
        "http": "POST",
        "query": False,
        "write": True,
        "result": 1702,
    }


@pytest.mark.parametrize("session", [None, ""])
def test_missing_session(anonymous: Client, session: str | None) -> None:
    assert anonymous.with_session(session).call("environment.control.GetEnvs") == MISSING_SESSION


def test_missing_session_of_a_scripted_method(anonymous: Client) -> None:
    answer = anonymous.call("environment.control.CreateEnvironment", env="{}", nodes="[]")
    assert answer == {**MISSING_SESSION, "response": None}


def test_unknown_session_shows_three_characters(anonymous: Client) -> None:
    answer = anonymous.with_session("f" * 38).call("environment.control.GetEnvs")
    assert answer == {"result": 702, "source": "hx-core", "error": "session [fff...] is not authenticated"}
    answer = anonymous.with_session("short-one").call("environment.control.GetEnvs")
    assert answer["error"] == "session [...] is not authenticated"


def test_no_session_needed_for_the_time(anonymous: Client) -> None:
    answer = anonymous.call("environment.tracking.GetServerUTCTime")
    assert answer["result"] == 0 and len(answer["object"]) == 19


def test_get_with_query(bot: Client) -> None:
    bot.create("hello-world")
    assert bot.call("environment.control.StopEnv", "GET", envName="hello-world") == {"result": 0}
    assert bot.journal()[-1] == {
        "method": "environment.control.StopEnv",
        "http": "GET",
        "query": True,
        "write": True,
        "result": 0,
    }


def test_post_with_query_and_no_body(bot: Client) -> None:
    url = f"{bot.url}/1.0/environment/control/rest/getenvs?session={TOKEN}"
    assert bot.http.post(url, timeout=20).json() == {"result": 0, "infos": []}
    assert bot.journal()[-1]["query"] is True


def test_multipart(bot: Client) -> None:
    url = f"{bot.url}/1.0/environment/control/rest/getenvs"
    files = {"session": (None, TOKEN), "appid": (None, "cluster")}
    assert bot.http.post(url, files=files, timeout=20).json() == {"result": 0, "infos": []}


def test_multipart_with_charset_breaks_the_parser(bot: Client) -> None:
    url = f"{bot.url}/1.0/environment/control/rest/getenvs"
    headers = {"Content-Type": "multipart/form-data; boundary=xx; charset=UTF-8"}
    body = f'--xx\r\nContent-Disposition: form-data; name="session"\r\n\r\n{TOKEN}\r\n--xx--\r\n'
    answer = bot.http.post(url, data=body, headers=headers, timeout=20).json()
    assert answer == {"result": 99, "source": "JEL", "error": "java.lang.StringIndexOutOfBoundsException"}


SESSION = 'Content-Disposition: form-data; name="session"\r\n'
BROKEN = {
    "cut in a header": "--xx\r\nfoo",
    "cut in the value": f"--xx\r\n{SESSION}\r\n{TOKEN}",
    "cut in the boundary": f"--xx\r\n{SESSION}\r\n{TOKEN}\r\n--x",
    "empty": "",
    "another boundary": f"--yy\r\n{SESSION}\r\n{TOKEN}\r\n--yy--\r\n",
    "no name": f"--xx\r\nContent-Disposition: form-data\r\n\r\n{TOKEN}\r\n--xx--\r\n",
    "no headers": f"--xx\r\n\r\n{TOKEN}\r\n--xx--\r\n",
    "unknown charset": f"--xx\r\n{SESSION}Content-Type: text/plain; charset=klingon\r\n\r\na\r\n--xx--\r\n",
    "unknown default charset": '--xx\r\nContent-Disposition: form-data; name="_charset_"\r\n\r\nklingon\r\n--xx\r\n',
    "not in its charset": f"--xx\r\n{SESSION}\r\n\udcff\udcfe\r\n--xx--\r\n",
    "unknown encoding": f"--xx\r\n{SESSION}Content-Transfer-Encoding: zip\r\n\r\na\r\n--xx--\r\n",
    "not in its encoding": f"--xx\r\n{SESSION}Content-Transfer-Encoding: base64\r\n\r\na\r\n--xx--\r\n",
    "huge header": f"--xx\r\nA: {'a' * 200_000}\r\n\r\na\r\n--xx--\r\n",
    "many headers": "--xx\r\n" + "A: a\r\n" * 20_000 + "\r\na\r\n--xx--\r\n",
    "no colon": f"--xx\r\n{SESSION}a b\r\n\r\na\r\n--xx--\r\n",
    "zero byte in a header": "--xx\r\n\0: a\r\n\r\na\r\n--xx--\r\n",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_multipart_body(bot: Client, body: str) -> None:
    """As a web server refuses it; not a call."""
    url = f"{bot.url}/1.0/environment/control/rest/getenvs"
    headers = {"Content-Type": "multipart/form-data; boundary=xx"}
    response = bot.http.post(url, data=body.encode(errors="surrogateescape"), headers=headers, timeout=20)
    assert (response.status_code, response.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "The body of the request cannot be read." in response.text
    assert bot.journal() == []


@pytest.mark.parametrize("content_type", ["multipart/form-data", 'multipart/form-data; boundary="'])
def test_a_multipart_body_without_boundary(bot: Client, content_type: str) -> None:
    url = f"{bot.url}/1.0/environment/control/rest/getenvs"
    assert bot.http.post(url, data=b"--", headers={"Content-Type": content_type}, timeout=20).status_code == 400


@pytest.mark.parametrize("path", ["1.0/environment/control/rest/getenvs", "_emulator/reset"])
def test_a_body_that_is_not_compressed_as_it_says(bot: Client, path: str) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
    assert bot.http.post(f"{bot.url}/{path}", data=b"abc", headers=headers, timeout=20).status_code == 400


def test_parameter_names_in_any_case_and_ignored_ones(bot: Client) -> None:
    bot.create("hello-world")
    extra = {"appid": "1dd8d191d38fff45e62564fcf67fdcd6", "ruk": "x", "charset": "UTF-8", "hx_lang": "fr"}
    answer = bot.call("environment.control.GetEnvInfo", ENVNAME="hello-world", **extra)
    assert answer["env"]["envName"] == "hello-world"


@pytest.mark.parametrize("name", ["users.authentication.Signin", "users.account.ChangePassword"])
def test_get_is_refused_where_passwords_travel(anonymous: Client, name: str) -> None:
    answer = anonymous.call(name, "GET", login=LOGIN, password=PASSWORD)
    assert answer == {
        "result": 8,
        "source": "hx-core",
        "error": f"GET is not allowed for [{name.lower()}], use POST",
    }


def test_get_url_has_a_limit(bot: Client) -> None:
    base = len(f"{bot.url}/1.0/environment/control/rest/getenvs?session={TOKEN}&ruk=")
    response = bot.response("environment.control.GetEnvs", "GET", session=TOKEN, ruk="x" * (2048 - base))
    assert response.status_code == 200
    response = bot.response("environment.control.GetEnvs", "GET", session=TOKEN, ruk="x" * (2049 - base))
    assert response.status_code == 414
    assert bot.journal()[-1]["result"] is None


def test_post_has_no_such_limit(bot: Client) -> None:
    nodes = [{**NODES[0], "env": {"BIG": "x" * 200_000}}]
    assert bot.create("hello-world", nodes)["result"] == 0


@pytest.mark.parametrize(("text", "full"), [("true", False), ("TRUE", False), ("false", True), ("", True)])
def test_booleans_are_texts(bot: Client, text: str, full: bool) -> None:
    bot.create("hello-world")
    answer = bot.call("environment.control.GetEnvInfo", envName="hello-world", lazy=text)
    assert ("nodes" in answer) is full


def test_malformed_and_missing_parameters(bot: Client) -> None:
    bot.create("hello-world")
    answer = bot.call("environment.control.GetEnvInfo", envName="hello-world", lazy="maybe")
    assert answer == {"result": 3, "error": "invalid parameter [lazy]"}
    assert bot.call("environment.control.GetEnvInfo") == {"result": 3, "error": "invalid parameter [envName]"}
    answer = bot.call("environment.control.GetEnvs", ownerUid="me")
    assert answer == {"result": 3, "error": "invalid parameter [ownerUid]"}


def test_debug_member(bot: Client) -> None:
    bot.control("PUT", "switches", {"debug": True})
    debug = bot.call("environment.control.GetEnvs")["debug"]
    assert set(debug) == {"time", "cpu"} and set(debug["cpu"]) == {"usage", "time"}
    bot.control("PUT", "switches", {"debug": False})
    assert "debug" not in bot.call("environment.control.GetEnvs")


def test_text_is_utf_8(bot: Client) -> None:
    bot.create("hello-world", displayName="Zürich ✓")
    assert bot.call("environment.control.GetEnvInfo", envName="hello-world")["env"]["displayName"] == "Zürich ✓"
