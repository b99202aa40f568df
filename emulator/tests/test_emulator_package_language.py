# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions, loops, packages within packages, mixins and what placeholders stand for; examples follow the manual."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator_client import LOGIN, TOKEN, Client
from emulator_packages import BASE, NODES, body, info, install, success, variables
from paas_emulator.services.marketplace.conditions import ConditionError, evaluate

URL = "https://example.com/mixins/main.jps"
SCOPES = {"a": 5, "text": "5", "nodes": {"cp": [{"nodeType": "nginx"}]}, "env": {"domain": "env-1.example.com"}}


def log(*actions: Any, **members: Any) -> dict[str, Any]:
    """A manifest whose action `note` writes what happens into a file."""
    note = {"appendFile [cp]": {"path": "/srv/log", "body": "${this}"}}
    own = {"note": note, **members.pop("actions", {})}
    return {**BASE, "onInstall": list(actions), "actions": own, **members}


# -- conditions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a == 5", True),
        ("a == '5'", True),
        ("a === '5'", False),
        ("a !== '5' && text === '5'", True),
        ("a != 5 || !(a < 4)", True),
        ("a >= 5 && a <= 5 && !(a > 5)", True),
        ("nodes.cp && nodes.cp[0].nodeType == 'nginx' && nodes.cp.length > 0", True),
        ("nodes.bl", False),
        ("nodes.bl && nodes.bl[0].nodeType == 'x'", False),
        ("/^env-/.test(env.domain)", True),
        ("/^ENV-/i.test(env.domain)", True),
        ("/^x/.test(env.domain)", False),
        ("env.domain.indexOf('example') > 0 && env.domain.includes('1')", True),
        ("'abc'.length === 3", True),
        ("a + 1 == 6 && 'x' + a == 'x5' && -a < 0", True),
        ("null", False),
        ("''", False),
    ],
)
def test_conditions(text: str, holds: bool) -> None:
    assert evaluate(text, SCOPES) is holds


@pytest.mark.parametrize(
    "text", ["", " ", "a ==", "(a", "unknown == 1", "a b", "a = 1", "f(1)", "a.x(1)", "(" * 90, "`x`"]
)
def test_conditions_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ConditionError):
        evaluate(text, SCOPES)


def test_branches(bot: Client) -> None:
    """The first that holds; `else` follows its `if`, and an invalid condition does not hold (documented)."""
    manifest = log(
        {"if (globals.a == 2)": {"note": "1"}},
        {"elif (globals.a == 1)": {"note": "2"}},
        {"elif (globals.a == 1)": {"note": "3"}},
        {"else": {"note": "4"}},
        {"if (false)": {"note": "5"}},
        {"log": "between"},
        {"else": {"note": "6"}},
        {"if ( )": {"note": "7"}},
        {"else": [{"note": "8"}, {"if ('${globals.b}' === '2')": {"note": "9"}}]},
        {"if (!${env.ssl})": {"note": "a"}, "else": {"note": "b"}},
        {"if (/(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'))": {"note": "c"}},
        globals={"a": 1, "b": 2},
    )
    assert install(bot, manifest)["result"] == 0
    assert body(bot, "/srv/log") == "289a"


def test_loops(bot: Client) -> None:
    """Over nodes, with iterators inside each other, and over external domains (documented)."""
    manifest = log(
        {"bindExtDomains": ["a.example.org", "b.example.org"]},
        {"forEach(env.extdomains)": {"note": "${@i} "}},
        {"forEach(x:nodes.cp)": {"forEach(y:env.nodes)": {"note": "${@@x}${@@y}${@}${@y.nodeGroup} "}}},
        {"forEach(nodes.nothing)": {"note": "never"}},
    )
    assert install(bot, manifest)["result"] == 0
    pairs = [f"{x}{y}{y}{group}" for x in range(2) for y, group in enumerate(("cp", "cp", "sqldb"))]
    assert body(bot, "/srv/log") == " ".join(["a.example.org", "b.example.org", *pairs, ""])


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("'${response.responses.out}' == 'test' && '${response.out}' == 'test'", None),
        (["'${response.responses[0].out}' == 'test'", "${response.result} === 0"], None),
        ([{"condition": "true != false", "message": "m"}], None),
        ("1 == 2", "ASSERT: 1 == 2"),
        ({"condition": ["true", "1 == 2"], "message": "Not so"}, "Not so"),
    ],
)
def test_assertions(bot: Client, value: Any, error: str | None) -> None:
    answer = install(bot, log({"cmd [cp]": "echo test"}, {"assert": value}))
    assert (answer["result"], answer.get("error")) == ((11041, error) if error else (0, None))


# -- placeholders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${settings.envName} ${settings.jelastic_email} ${user.name}", f"my-wiki {LOGIN} {LOGIN}"),
        ("${nodes.cp.length} ${nodes.cp[1].nodeGroup} ${nodes.mysql.first.nodeType}", "2 cp mysql"),
        ("${baseUrl}/logo.png", "https://example.com/wiki/logo.png"),
        ("${none:default} ${none:[settings.envName]} ${none:}.", "default my-wiki ."),
        (
            "${globals.t.toBase64()} ${globals.t.md5()} ${none.toBase64()}.",
            "dGVzdA== 098f6bcd4621d373cade4e832627b4f6 .",
        ),
        ("${globals.coded.fromBase64()} ${engine} ${fn.compareEngine(1.5)}", "test 8.3 1"),
        ("${fn.compare(5.4.1, 5.4.2)} ${fn.compare(5.5, 5.4.2)} ${fn.compare(5.4.0, 5.4.0.0)}", "-1 1 0"),
        ("${quota.environment.maxnodescount} ${unknown.thing}", "100 ${unknown.thing}"),
    ],
)
def test_placeholders(bot: Client, text: str, expected: str) -> None:
    members = {"baseUrl": "https://example.com/wiki", "globals": {"t": "test", "coded": "dGVzdA=="}}
    assert success(bot, text, **members) == expected


def test_passwords_of_nodes(bot: Client) -> None:
    """As public clients fetch them: from the success text; they stay what they are."""
    first, second = success(bot, "${nodes.sqldb.password} ${nodes.cp[1].password}").split()
    assert first != second and len(first) == 10
    again = install(bot, {"type": "update", "name": "x", "success": "${nodes.sqldb.master.password}"})
    assert again["successText"] == first


def test_a_success_text_from_a_file(bot: Client) -> None:
    """A relative link is fetched (documented), from what the control path was given."""
    bot.control("PUT", "manifests", {"https://example.com/wiki/text/done.md": "**${env.name}**"})
    members = {"baseUrl": "https://example.com/wiki/"}
    assert success(bot, "text/done.md", **members) == "<strong>my-wiki</strong>"
    missing = install(bot, {**BASE, "success": "other.md"}, envName="my-other")
    assert (missing["result"], missing["error"]) == (
        11041,
        "[other.md] cannot be fetched; give its text by PUT /_emulator/manifests",
    )
    assert info(bot, "my-other")["result"] == 11


# -- packages within packages, mixins -------------------------------------------------------------------------------


def test_packages_within_a_package(bot: Client) -> None:
    addon = {"type": "update", "name": "Add-on", "onInstall": {"addContainerEnvVars [cp]": {"FROM": "${settings.x}"}}}
    bot.control("PUT", "manifests", {"https://example.com/a.jps": json.dumps(addon)})
    inner = {"jps": {**BASE, "id": "second", "name": "Second"}, "envName": "my-second"}
    manifest = log(
        {"install": {"jps": "https://example.com/a.jps", "settings": {"x": "outer"}}},
        {"install": inner},
        {"cmd [cp]": "echo after > /srv/after"},
    )
    assert install(bot, manifest)["result"] == 0
    assert (variables(bot)["FROM"], body(bot, "/srv/after"), info(bot, "my-second")["env"]["status"]) == (
        "outer",
        "after\n",
        1,
    )
    assert info(bot)["env"]["status"] == 1
    rows = bot.call("marketplace.installation.GetList")["apps"]
    assert [(row["name"], row["envName"]) for row in rows] == [
        ("Add-on", "my-wiki"),
        ("Second", "my-second"),
        ("wiki", "my-wiki"),
    ]


def test_a_failure_takes_inner_packages_back(bot: Client) -> None:
    inner = {"jps": {**BASE, "envGroups": "new"}, "envName": "my-second"}
    assert install(bot, log({"install": inner}, "unknown"))["result"] == 11041
    assert bot.call("environment.control.GetEnvs")["infos"] == []
    assert bot.call("marketplace.installation.GetList")["apps"] == []
    assert bot.call("environment.group.GetGroups")["array"] == []
    endless = {"type": "update", "name": "e", "onInstall": {"install": "https://example.com/e.jps"}}
    bot.control("PUT", "manifests", {"https://example.com/e.jps": json.dumps(endless)})
    refused = install(bot, log({"install": "https://example.com/e.jps"}))
    assert refused["error"] == "packages are installed within each other without an end"


def test_mixins(bot: Client) -> None:
    """Relative ones too; the manifest's own names go first (documented)."""
    texts = {
        URL: json.dumps(log("mine", "theirs", "deep", mixins=["one.jps", "one.jps"], actions={"mine": {"note": "m"}})),
        "https://example.com/mixins/one.jps": json.dumps(
            {
                "mixins": ["https://example.com/two.jps"],
                "actions": {"mine": {"note": "x"}, "theirs": {"note": "t${globals.g}"}},
                "globals": {"g": "1"},
            }
        ),
        "https://example.com/two.jps": json.dumps({"mixins": "one.jps", "actions": {"deep": {"note": "d"}}}),
    }
    bot.control("PUT", "manifests", texts)
    assert install(bot, URL)["result"] == 0
    assert body(bot, "/srv/log") == "mt1d"


# -- other forms of published manifests -----------------------------------------------------------------------------


def test_forms(bot: Client) -> None:
    manifest = log(
        {"api [cp]": "env.control.AddContainerEnvVars", "vars": {"A": "1"}},
        {"jelastic.environment.control.AddContainerEnvVars [cp]": {"vars": {"B": "2"}}},
        {"createFile [cp]": {"path": "/srv/made"}},
        {"writeFile [cp]": {"path": "${SERVER_WEBROOT}/greeting.txt", "body": "hi"}},
        "billing.account.GetQuotas",
        # An own action of the name of a built-in one calls the built-in one.
        actions={"createFile": {"createFile [cp]": {"path": "${this.path}.own"}}},
        onBeforeInit="return settings",
        settings={"fields": [{"name": "title", "default": "T"}]},
    )
    assert install(bot, manifest, settings="null")["result"] == 0
    assert (variables(bot), body(bot, "/srv/made.own")) == ({"A": "1", "B": "2"}, "")
    assert body(bot, "/var/www/webroot/ROOT/greeting.txt") == "hi"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"jpsType": "install", "application": {"type": "php", "nodes": NODES}}),
        "type: install\t\nnodes:\n\t- {image: 'wiki:2.4', nodeGroup: cp}\n",
    ],
    ids=["jpsType", "tabs"],
)
def test_published_manifests(bot: Client, text: str) -> None:
    assert install(bot, text)["result"] == 0


# -- packages that end as they are told to --------------------------------------------------------------------------


def test_packages_as_told(bot: Client) -> None:
    """By address, name or identifier; their actions are not carried out."""
    told = {
        "https://example.com/any.jps": {"id": "any", "name": "Any", "success": "**Fine**"},
        "Let's Encrypt": {"result": 11039, "error": "no domain"},
        "wiki": {"success": "Made"},
    }
    assert bot.control("PUT", "packages", told) == {"packages": told} == bot.control("GET", "packages")
    made = install(bot, {**BASE, "onInstall": {"script": "return 1"}, "onBeforeInstall": "x"})
    assert (made["result"], made["successText"], len(info(bot)["nodes"])) == (0, "Made", 3)
    assert install(bot, "https://example.com/any.jps")["successText"] == "<strong>Fine</strong>"
    refused = install(bot, {"type": "update", "name": "Let's Encrypt", "onInstall": {"script": "x"}})
    assert (refused["result"], refused["error"]) == (11039, "no domain")
    rows = bot.call("marketplace.installation.GetList")["apps"]
    assert [(row["app_id"], row["name"], row["envName"]) for row in rows] == [
        ("wiki", "wiki", "my-wiki"),
        ("any", "Any", "my-wiki"),
    ]


@pytest.mark.parametrize(
    ("body_sent", "text"),
    [
        ({"a": 1}, "package 'a' must be an object with result, error, success, id, name, type"),
        ({"a": {"result": "0"}}, "package 'a': result must be a number from 0"),
        ({"a": {"success": 1}}, "package 'a': all but result must be texts"),
    ],
)
def test_packages_that_cannot_be_told(bot: Client, body_sent: Any, text: str) -> None:
    response = bot.raw_control("PUT", "packages", body_sent)
    assert (response.status_code, response.json()) == (400, {"error": text})


def test_failures_take_nothing_from_others(bot: Client) -> None:
    """Packages that fail and groups that are made at the same time: none of the latter is lost."""
    manifest = log({"cmd [cp]": "true"}, {"if (/x/.test('x'))": {"note": "1"}}, "unknown", envGroups="mine")

    def fail(number: int) -> int:
        return int(install(Client(bot.url, TOKEN), manifest, envName=f"failing-{number}")["result"])

    def group(number: int) -> int:
        call = Client(bot.url, TOKEN).call
        return int(call("environment.group.CreateGroup", envGroup=f"kept-{number}")["result"])

    with ThreadPoolExecutor(8) as pool:
        failed, made = [pool.submit(fail, n) for n in range(6)], [pool.submit(group, n) for n in range(12)]
        assert {job.result() for job in failed} == {11041} and {job.result() for job in made} == {0}
    names = [row["name"] for row in bot.call("environment.group.GetGroups")["array"]]
    assert sorted(names) == sorted(f"kept-{n}" for n in range(12))
