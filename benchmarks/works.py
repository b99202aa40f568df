# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured, as data: works, the ways to do each, and how often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

DELAYS = (0, 20, 100)
# The one that the README and the chart show.
TYPICAL = 20
# Environments that paas_environments and the bare script start at a time.
CONCURRENCY = 10
# What the bare script has under way together in other works.
BARE_AT_A_TIME = 4


@dataclass(frozen=True)
class Contender:
    """A way to do a work.

    Attributes:
        title: for tables.
        process: whether modules run in processes of their own, with our action plugins out of the way.
    """

    title: str
    process: bool = False


CONTENDERS: Mapping[str, Contender] = {
    "set": Contender("one task of ours"),
    "loop": Contender("a loop of ours"),
    "tasks": Contender("separate tasks of ours"),
    "set_process": Contender("one task of ours as a module process", process=True),
    "loop_process": Contender("a loop of ours as module processes", process=True),
    "tasks_process": Contender("separate tasks of ours as module processes", process=True),
    "uri_once": Contender("one uri task, compared in a template"),
    "uri_loop": Contender("a loop of uri"),
    "uri_tasks": Contender("separate tasks of uri"),
    "echo": Contender("a loop of an action that gives back as much"),
    "echo_tasks": Contender("separate tasks of an action that gives back as much"),
    "echo_once": Contender("one task of an action that gives back as much"),
    "jelapi": Contender("jelapi"),
    "jelastic_client": Contender("jelastic-client"),
    "curl": Contender("a shell script with curl"),
    "bare": Contender("bare requests script"),
    "without": Contender("collection not installed"),
    "with": Contender("collection installed"),
}


@dataclass(frozen=True)
class Way:
    """How a contender does a work.

    Attributes:
        repeats: how often for each of DELAYS; 0 leaves it out.
        playbook: one of ``playbooks``; without one the contender is a script of ``peers``, or ``arguments`` say.
        separate: the playbook's only task is written out once for each item.
        items: how many instead of the work's.
        note: what a reader has to know.
        kept: the playbook whose result it gives back, which shows what ansible-core alone takes for such results.
    """

    repeats: tuple[int, int, int]
    playbook: str = ""
    separate: bool = False
    items: int = 0
    arguments: tuple[str, ...] = ()
    note: str = ""
    kept: str = ""


@dataclass(frozen=True)
class Work:
    """A piece of work that several contenders do.

    Attributes:
        title: for tables.
        world: what the account has, see ``worlds``.
        items: how many tokens or environments.
        writes: the method that is called once for each item; "" for a work that changes nothing.
        tokens: whether it manages tokens, and so signs in.
        at_a_time: calls that the bare script has under way together, where their order does not matter.
    """

    title: str
    world: str
    items: int
    ways: Mapping[str, Way]
    writes: str = ""
    tokens: bool = False
    at_a_time: int = BARE_AT_A_TIME


# Repeats at the delays: of quick ways, of those with a call for each item, of those with a process for each item.
FAST, CALLING, SLOW = (3, 3, 1), (1, 3, 1), (0, 1, 0)
DIRECT = "no methods for tokens; the call that takes any API method does the work."
ONE_BY_ONE = "one after the other, and 6 of the 50; the ratio compares seconds for each."

WORKS: Mapping[str, Work] = {
    "nothing": Work("ansible-playbook with a play without tasks", "empty", 0, {"loop": Way((7, 0, 0), "nothing.yml")}),
    "tokens_unchanged": Work(
        "50 tokens, nothing to change",
        "tokens",
        50,
        {
            "set": Way(FAST, "tokens_set.yml"),
            "loop": Way(CALLING, "tokens_loop.yml"),
            "set_process": Way(FAST, "tokens_set.yml"),
            "loop_process": Way((0, 2, 0), "tokens_loop.yml"),
            "uri_once": Way(FAST, "tokens_uri_once.yml"),
            "uri_loop": Way((0, 2, 0), "tokens_uri_unchanged.yml"),
            "jelapi": Way(FAST, note=DIRECT),
            "jelastic_client": Way(FAST, note=DIRECT),
            "bare": Way(FAST),
        },
        tokens=True,
    ),
    "tokens_created": Work(
        "50 tokens created",
        "empty",
        50,
        {
            "set": Way(FAST, "tokens_set.yml"),
            "loop": Way(CALLING, "tokens_loop.yml"),
            "set_process": Way(FAST, "tokens_set.yml"),
            "loop_process": Way(SLOW, "tokens_loop.yml"),
            "uri_loop": Way(SLOW, "tokens_uri_created.yml"),
            "jelapi": Way(CALLING, note=DIRECT),
            "jelastic_client": Way(CALLING, note=DIRECT),
            "bare": Way(FAST),
        },
        writes="users.authentication.CreateToken",
        tokens=True,
    ),
    "environments_unchanged": Work(
        "100 environments, nothing to change",
        "environments",
        100,
        {
            "set": Way(FAST, "environments_set.yml"),
            "loop": Way(CALLING, "environments_loop.yml"),
            "set_process": Way(FAST, "environments_set.yml"),
            "loop_process": Way(SLOW, "environments_loop.yml"),
            "uri_once": Way(FAST, "environments_uri_once.yml"),
            "uri_loop": Way(SLOW, "environments_uri_unchanged.yml"),
            "jelapi": Way(FAST),
            "jelastic_client": Way(CALLING, note="its own method reads one environment by its name."),
            "bare": Way(FAST),
        },
    ),
    "environments_started": Work(
        "start of 50 stopped environments of 2 s each",
        "stopped",
        50,
        {
            "set": Way((0, 3, 0), "environments_set.yml"),
            "loop": Way(SLOW, "environments_loop.yml", items=6, note=ONE_BY_ONE),
            "set_process": Way(SLOW, "environments_set.yml"),
            "loop_process": Way(SLOW, "environments_loop.yml", items=6, note=ONE_BY_ONE),
            "uri_loop": Way(SLOW, "environments_uri_started.yml", items=6, note=ONE_BY_ONE),
            "jelapi": Way(SLOW, items=6, note=ONE_BY_ONE),
            "jelastic_client": Way(SLOW, items=6, note=ONE_BY_ONE),
            "bare": Way((0, 3, 0)),
        },
        writes="environment.control.StartEnv",
        at_a_time=CONCURRENCY,
    ),
    "environments_read": Work(
        "1,000 environments read",
        "many",
        1000,
        {
            "set": Way(FAST, "environments_info.yml"),
            "set_process": Way(FAST, "environments_info.yml"),
            "echo_once": Way(FAST, "echo_once.yml", kept="keep_environments.yml"),
            "uri_once": Way(FAST, "environments_uri_once.yml"),
            "jelapi": Way(FAST),
            "jelastic_client": Way(
                FAST, note="no method that lists environments; the call that takes any API method does."
            ),
            "bare": Way(FAST),
        },
    ),
    "tag_released": Work(
        "a new tag in 20 environments, redeployed in 2 s each",
        "tagged",
        20,
        {
            "set": Way((0, 3, 0), "environments_tag_set.yml"),
            "loop": Way(SLOW, "environments_tag_loop.yml"),
            "uri_loop": Way(SLOW, "environments_tag_uri.yml", note="redeploys without a look at what is there."),
            "curl": Way(SLOW, note="redeploys without a look at what is there."),
            "bare": Way((0, 3, 0)),
        },
        writes="environment.control.RedeployContainersByGroup",
        at_a_time=CONCURRENCY,
    ),
    "each_environment": Work(
        "one environment more, nothing to change",
        "environments",
        100,
        {
            "loop": Way((5, 0, 0), "environments_loop.yml"),
            "tasks": Way((5, 0, 0), "environments_loop.yml", separate=True),
            "echo": Way((5, 0, 0), "echo_loop.yml", kept="keep_environment.yml"),
            "echo_tasks": Way((5, 0, 0), "echo_loop.yml", separate=True, kept="keep_environment.yml"),
            "loop_process": Way((2, 0, 0), "environments_loop.yml", items=15),
            "tasks_process": Way((2, 0, 0), "environments_loop.yml", separate=True, items=15),
            "uri_loop": Way((2, 0, 0), "environments_uri_unchanged.yml", items=15),
            "uri_tasks": Way((2, 0, 0), "environments_uri_unchanged.yml", separate=True, items=15),
            "bare": Way((5, 0, 0)),
        },
    ),
    "each_token": Work(
        "one token more, nothing to change",
        "tokens",
        50,
        {
            "loop": Way((5, 0, 0), "tokens_loop.yml"),
            "tasks": Way((5, 0, 0), "tokens_loop.yml", separate=True),
            "echo": Way((5, 0, 0), "echo_loop.yml", kept="keep_token.yml"),
            "echo_tasks": Way((5, 0, 0), "echo_loop.yml", separate=True, kept="keep_token.yml"),
            "loop_process": Way((2, 0, 0), "tokens_loop.yml", items=15),
            "tasks_process": Way((2, 0, 0), "tokens_loop.yml", separate=True, items=15),
            "bare": Way((5, 0, 0)),
        },
        tokens=True,
    ),
    "start_play": Work(
        "a play that does not use the collection",
        "empty",
        0,
        {
            "without": Way((9, 0, 0), "loaded.yml"),
            "with": Way((9, 0, 0), "loaded.yml"),
        },
    ),
    "start_doc": Work(
        "ansible-doc ansible.builtin.uri",
        "empty",
        0,
        {
            "without": Way((7, 0, 0), arguments=("ansible-doc", "ansible.builtin.uri")),
            "with": Way((7, 0, 0), arguments=("ansible-doc", "ansible.builtin.uri")),
        },
    ),
    "start_list": Work(
        "ansible-doc -l",
        "empty",
        0,
        {
            "without": Way((5, 0, 0), arguments=("ansible-doc", "-l")),
            "with": Way((5, 0, 0), arguments=("ansible-doc", "-l")),
        },
    ),
}

# The letters by which the documents call the works.
LETTERS = {
    "tokens_unchanged": "a",
    "tokens_created": "b",
    "environments_unchanged": "c",
    "environments_started": "d",
    "environments_read": "e",
    "tag_released": "f",
}
# Works of which the cost of one item more is wanted: each way runs with one item, too.
SLOPES = ("each_environment", "each_token")


@dataclass(frozen=True)
class Cell:
    """What is repeated and gives one median."""

    work: str
    contender: str
    delay_ms: int
    items: int
    repeats: int

    @property
    def way(self) -> Way:
        """How it is done."""
        return WORKS[self.work].ways[self.contender]


def cells(*, quick: bool, only: tuple[str, ...] = ()) -> Iterator[Cell]:
    """All that is measured, by work and delay.

    Args:
        quick: a tenth of the items, one repeat, one delay.
        only: names of works; all where it is empty.
    """
    for name, work in WORKS.items():
        if only and name not in only:
            continue
        for contender, way in work.ways.items():
            items = way.items or work.items
            for delay, repeats in zip(DELAYS, way.repeats, strict=True):
                if not repeats or (quick and delay not in (0, TYPICAL)) or (quick and not delay and way.repeats[1]):
                    continue
                wanted = max(min(items, 3), items // 10) if quick else items
                cell = Cell(name, contender, delay, wanted, repeats=1 if quick else repeats)
                yield cell
                if name in SLOPES and contender != "bare":
                    yield replace(cell, items=1)
