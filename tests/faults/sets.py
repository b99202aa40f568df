# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows for tasks that make several changes: one call in their midst is struck, and each is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.faults.harness import Harness
from tests.faults.rows import AUTHENTICATION, CONTROL, NODES, Options, Row
from tests.integration.direct import open_store

# By name, what there is of each item; equal texts are equal states.
States = dict[str, str]
GONE = "absent"
CREATE, EDIT, REGENERATE, DELETE = (
    f"{AUTHENTICATION}.{name}" for name in ("CreateToken", "EditToken", "RegenerateToken", "DeleteTokens")
)

# -- tokens -----------------------------------------------------------------------------------------------------------

# What is to become of each token, by its name.
TOKENS = {
    **dict.fromkeys(("made a", "made b"), CREATE),
    **dict.fromkeys(("edited a", "edited b"), EDIT),
    **dict.fromkeys(("renewed a", "renewed b"), REGENERATE),
    "removed": DELETE,
}
MORE: dict[str, Options] = {
    CREATE: {},
    EDIT: {"expires_at": "2099-01-31"},
    REGENERATE: {"regenerate": "always"},
    DELETE: {"state": "absent"},
}


def _token(name: str, **more: Any) -> Options:
    return {"description": name, "api_methods": ["users.account.GetUserInfo"], **more}


TOKEN_TASK = ("tokens", {"tokens": [_token(name, **MORE[method]) for name, method in TOKENS.items()]})
# The same, where a value that is there stays, and one that is lost is replaced.
_AGAIN = {"regenerate": "lost"}
TOKEN_AGAIN = (
    "tokens",
    {"tokens": [_token(name, **{**MORE[method], **_AGAIN}) for name, method in TOKENS.items()]},
)
TOKENS_BEFORE = ("tokens", {"tokens": [_token(name) for name, method in TOKENS.items() if method != CREATE]})


def token_states(harness: Harness, values: Mapping[str, str | None]) -> States:
    """Of each token its expiry, and what its entry of the store is good for; ``values``: those before the task."""
    assert harness.store is not None
    there = {token["description"]: token for token in harness.tokens(*TOKENS)}
    entries = open_store(harness.store).read()
    found = {}
    for name in TOKENS:
        entry = entries.get(name)
        if name not in there:
            found[name] = GONE
        elif entry is None or entry.pending or entry.value is None:
            found[name] = f"{there[name].get('expiresAt')}, marked" if entry and entry.pending else "no value"
        else:
            alive = harness.emulator.call("users.account.GetUserInfo", session=entry.value)["result"] == 0
            state = ("old" if entry.value == values.get(name) else "new") if alive else "dead"
            found[name] = f"{there[name].get('expiresAt')}, {state}"
    return found


def tokens_left(states: States, baseline: States) -> Counter[str]:
    """The calls that the next run makes: what is not done, and a new value for each that is lost."""
    left: Counter[str] = Counter()
    for name, method in TOKENS.items():
        there, desired = states[name], baseline[name]
        if method == CREATE and there == GONE:
            left[CREATE] += 1
        elif method == DELETE:
            left[DELETE] += there != GONE
        else:
            left[EDIT] += there.partition(",")[0] != desired.partition(",")[0]
            left[REGENERATE] += not there.endswith((", old", ", new"))
    return +left


def tokens_told(result: Mapping[str, Any]) -> set[str]:
    """The tokens that a failure says are done."""
    return {name for name in TOKENS for step in result["steps_done"] if f"'{name}'" in step and "store" not in step}


# -- environments -----------------------------------------------------------------------------------------------------

SOURCE = "set-source"
ENVIRONMENTS = {
    **dict.fromkeys(("set-made-a", "set-made-b"), f"{CONTROL}.CreateEnvironment"),
    "set-copy": f"{CONTROL}.CloneEnv",
    **dict.fromkeys(("set-down-a", "set-down-b"), f"{CONTROL}.StopEnv"),
    **dict.fromkeys(("set-named-a", "set-named-b"), f"{CONTROL}.SetEnvDisplayName"),
    **dict.fromkeys(("set-old-a", "set-old-b"), f"{CONTROL}.DeleteEnv"),
}
_MORE: dict[str, Options] = {
    "CreateEnvironment": {"nodes": NODES[:1]},
    "CloneEnv": {"clone_from": SOURCE},
    "StopEnv": {"state": "stopped"},
    "SetEnvDisplayName": {"display_name": "Named"},
}
_ENTRIES = [
    {"name": name, **_MORE[method.rpartition(".")[2]]}
    for name, method in ENVIRONMENTS.items()
    if not method.endswith("DeleteEnv")
]
CONFIRMED = {"delete_confirm": "password"}
ENVIRONMENT_TASK = (
    "environments",
    {"environments": _ENTRIES, "prune": True, "prune_pattern": "set-old-*", "defaults": CONFIRMED},
)
ENVIRONMENTS_BEFORE = (
    "environments",
    {
        "environments": [
            {"name": name, "nodes": NODES[:1]}
            for name in (SOURCE, *ENVIRONMENTS)
            if not name.startswith(("set-made", "set-copy"))
        ]
    },
)


def environment_states(harness: Harness, _values: Mapping[str, str | None]) -> States:
    """Of each environment all that does not depend on when it was made."""
    there = {str(item.pop("envName")): str(sorted(item.items())) for item in harness.snapshot()["environments"]}
    return {name: there.get(name, GONE) for name in (SOURCE, *ENVIRONMENTS)}


def environments_left(states: States, baseline: States) -> Counter[str]:
    """The calls that the next run makes."""
    return Counter(method for name, method in ENVIRONMENTS.items() if states[name] != baseline[name])


def environments_told(result: Mapping[str, Any]) -> set[str]:
    """The environments that a failure says are done, be it that they could not be read afterwards."""
    entries = {item["name"] for item in result["environments"] if item["steps"]}
    return entries | set(result["pruned"])


# -- rows -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Manner:
    """How the items of a set are looked at.

    Attributes:
        items: by name the method that changes each.
        again: the task that is run until there is nothing to do.
        alone: whether a change that fails keeps no other from being made, but for deletions by ``prune``.
    """

    items: Mapping[str, str]
    again: tuple[str, Options]
    states: Callable[[Harness, Mapping[str, str | None]], States]
    left: Callable[[States, States], Counter[str]]
    told: Callable[[Mapping[str, Any]], set[str]]
    alone: bool


MANNERS = {
    "paas_tokens": Manner(TOKENS, TOKEN_AGAIN, token_states, tokens_left, tokens_told, alone=False),
    "paas_environments": Manner(
        ENVIRONMENTS, ENVIRONMENT_TASK, environment_states, environments_left, environments_told, alone=True
    ),
}
_TRAITS = {
    CREATE: ("create", "token"),
    EDIT: ("edit", "token"),
    REGENERATE: ("regenerate", "token"),
    DELETE: ("remove", "token"),
}


def _rows(module: str, task: tuple[str, Options], before: tuple[str, Options]) -> list[Row]:
    """A row for each method; of two calls the second is struck."""
    methods = Counter(MANNERS[module].items.values())
    return [
        Row(method, task, (before,), traits=(*_TRAITS.get(method, ()), "set"), module=module, skip=number - 1)
        for method, number in methods.items()
    ]


SETS: dict[str, Row] = {
    case.row: case
    for case in (
        *_rows("paas_tokens", TOKEN_TASK, TOKENS_BEFORE),
        *_rows("paas_environments", ENVIRONMENT_TASK, ENVIRONMENTS_BEFORE),
    )
}
