# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The columns of the fault matrix: what goes wrong with a call, and how a task is to end then."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# Groups of columns, as the page shows them.
WAY, GATEWAY, PLATFORM, KILLED, DISK = (
    "On the way",
    "What a gateway answers",
    "What the platform answers",
    "Killed by SIGKILL",
    "Disk full",
)
GROUPS = (WAY, GATEWAY, PLATFORM, KILLED, DISK)
AWAY = "https://elsewhere.example.com/"
REASON = "emulated failure"
WAIT = 7  # seconds of the header Retry-After
# Words of which one stands in the message of a failure: what to do, or what cannot be known.
AGAIN = ("run the task again", "run again", "cannot be seen", "does not show")


@dataclass(frozen=True)
class End:
    """How the first run ends.

    Attributes:
        word: for the page, see :data:`LEGEND`.
        failure: kind of the failure; None where the task ends well; ``killed``.
        sent: how often the method reaches the platform; worked: how often it is carried out.
        words: one of them is in the message.
        code: the platform's number in the failure.
    """

    word: str
    failure: str | None
    sent: int
    worked: int
    words: tuple[str, ...] = ()
    code: int | None = None


LEGEND = {
    "done": "The task ends well, and the change was made once.",
    "not done": "The task fails and says so; nothing was changed. The next run makes the change, once.",
    "unknown": "The task fails, says that the answer was lost, and what to do. The next run finds out, and does "
    "only what is still to be done.",
    "resumed": "The task was ended in the midst. The next run does what is still to be done, and nothing twice.",
    "repaired": "A value was lost. The store says so, and `regenerate: lost` brings a new one.",
    "stale": "The task ends well. That somebody else has replaced the value of the task's token does not show: the "
    "value in the store is refused where it is used, and `regenerate: always` brings a new one.",
    "undone": "The task fails. A new token whose value could not be kept is deleted again.",
    "-": "Cannot happen to this method.",
}

DONE = End("done", None, 1, 1)
NOT_REACHED = End("not done", "not_reached", 0, 0, ("check api_url",))
NOT_TAKEN = End("not done", "not_reached", 1, 0, ("set api_url",))
LOST = End("not done", "answer_lost", 1, 0, AGAIN)
LOST_AND_SEEN = End("not done", "answer_lost", 1, 0, ("so it is not done, or not yet: ",))
UNKNOWN = End("unknown", "answer_lost", 1, 1, AGAIN)
RESUMED = End("resumed", "killed", 1, 1)
REPAIRED = End("repaired", "killed", 1, 1)
ROOM = ("Make room there",)


@dataclass(frozen=True)
class Fault:
    """One column.

    Attributes:
        name: of the column; what: in a few words.
        ends: by a trait of the method's case; the one of ``""`` for all others. Where there is none of these, it
            cannot happen to the method.
        fault: what the emulator is told to do to the method.
        done: whether the call that the fault strikes is carried out.
        act: what is done besides, see ``fault_case.strike``.
        only: the only methods that it can happen to; never: traits of those that it cannot happen to.
        options: what the struck task has besides.
    """

    name: str
    group: str
    what: str
    ends: dict[str, End]
    fault: dict[str, Any] | None = None
    done: bool = False
    act: str = ""
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def end(self, method: str, traits: tuple[str, ...]) -> End | None:
        """How a task whose call of a method is struck is to end; None where that cannot happen."""
        if (self.only and method not in self.only) or set(self.never) & set(traits):
            return None
        return next((self.ends[trait] for trait in (*traits, "") if trait in self.ends), None)


def _lost(name: str, group: str, what: str, fault: dict[str, Any], *, done: bool) -> Fault:
    """An answer that is lost: where the state shows whether the work was done, it is found out."""
    if done:
        # A token that is there now can be somebody else's, so its value is not replaced unless the task asks for that.
        ends = {"": DONE, "regenerate": End("done", None, 2, 2), "unseen": UNKNOWN, "create": UNKNOWN}
    else:
        ends = {"": LOST, "unseen": End("unknown", "answer_lost", 1, 0, AGAIN), "environment": LOST_AND_SEEN}
    return Fault(name, group, what, ends, fault, done=done)


def _both(name: str, what: str, fault: dict[str, Any]) -> list[Fault]:
    """The same answer in place of work, and in place of the answer to it."""
    return [
        _lost(name, GATEWAY, f"{what}, the work not done", {**fault, "after_work": False}, done=False),
        _lost(f"{name} late", GATEWAY, f"{what}, the work done", {**fault, "after_work": True}, done=True),
    ]


def _refusal(name: str, what: str, code: int, fault: dict[str, Any], **more: Any) -> Fault:
    end = End("not done", "refused", 1, 0, (REASON,), code)
    return Fault(name, PLATFORM, what, {"": end}, fault, **more)


def _killed(name: str, what: str, act: str, ends: dict[str, End], **more: Any) -> Fault:
    return Fault(name, KILLED, what, ends, done=True, act=act, **more)


# The only answer with the value is gone.
VALUE_LOST = {"create": REPAIRED, "regenerate": REPAIRED, "": RESUMED}
MAKES_VALUE = ("CreateToken", "RegenerateToken")
STORED = (*MAKES_VALUE, "EditToken", "DeleteTokens")
# Methods whose work takes long enough for a gateway to give up.
OPERATIONS = (
    *("CreateEnvironment", "CloneEnv", "DeleteEnv", "StartEnv", "StopEnv", "SleepEnv", "RestartNodes", "Migrate"),
    *("ChangeTopology", "RedeployContainersByGroup", "Install"),
)
TWICE = End("done", None, 2, 1)

KINDS: tuple[Fault, ...] = (
    Fault("refused", WAY, "no connection at the time of the call", {"": NOT_REACHED}, act="unreachable"),
    _lost("cut", WAY, "connection cut, the work not done", {"kind": "cut_before"}, done=False),
    _lost("cut late", WAY, "connection cut, the work done", {"kind": "cut_after"}, done=True),
    _lost("half", WAY, "half of an answer, the work not done", {"kind": "truncated", "after_work": False}, done=False),
    _lost("half late", WAY, "half of the answer, the work done", {"kind": "truncated"}, done=True),
    Fault(
        "too late",
        WAY,
        "the work is done after the time limit for the answer",
        {"": UNKNOWN},
        done=True,
        act="impatient",
    ),
    Fault("429", GATEWAY, "HTTP 429 once", {"": TWICE}, {"kind": "429"}),
    Fault("429 wait", GATEWAY, "HTTP 429 once, with Retry-After", {"": TWICE}, {"kind": "429", "retry_after": WAIT}),
    Fault(
        "429 always",
        GATEWAY,
        "HTTP 429 to each attempt",
        {"": End("not done", "busy", 5, 0, ("try again later",))},
        {"kind": "429", "times": 0},
    ),
    *(
        kind
        for status in (500, 502, 503, 504)
        for kind in _both(str(status), f"HTTP {status}", {"kind": "5xx", "status": status})
    ),
    Fault(
        "504 goes on",
        GATEWAY,
        "HTTP 504 while the operation goes on",
        {"": DONE},
        done=True,
        act="slow",
        only=OPERATIONS,
    ),
    Fault(
        "504 too long",
        GATEWAY,
        "HTTP 504, and the operation goes on for longer than the task waits",
        {"": End("unknown", "wait_timeout", 1, 1, ("raise wait_timeout or look again later",))},
        done=True,
        act="slow",
        only=("CreateEnvironment", "CloneEnv", "ChangeTopology", "DeleteEnv"),
        never=("set",),
        options={"wait_timeout": 0},
    ),
    *_both("page", "a page with HTTP 200", {"kind": "html"}),
    *_both("empty", "nothing with HTTP 200", {"kind": "empty"}),
    *_both("no JSON", "a text that is no JSON", {"kind": "bad_json"}),
    Fault("redirect", GATEWAY, "a redirect to another host", {"": NOT_TAKEN}, {"kind": "redirect", "location": AWAY}),
    _refusal(
        "error",
        "an error in the answer, which repeats the secrets of the call",
        99,
        {"kind": "inner_error", "code": 99, "error": REASON},
    ),
    _refusal(
        "layer failed",
        "a layer fails, and the answer repeats the secrets of the call",
        4099,
        {"kind": "layer_failed", "error": REASON},
        only=("CreateEnvironment", "ChangeTopology"),
    ),
    Fault(
        "status changed",
        PLATFORM,
        "somebody began an operation after the environment was read (2212)",
        {"": TWICE},
        {"kind": "inner_error", "code": 2212},
        never=("token", "outside"),
    ),
    Fault(
        "busy",
        PLATFORM,
        "somebody's operation is running when the task begins",
        # What looks at no status is refused by the platform, and waits then: before its first look, or its write.
        {"operated": DONE, "retried": TWICE, "inside": DONE},
        act="busy",
    ),
    Fault(
        "session ends", PLATFORM, "the task's session ends (702)", {"": TWICE}, {"kind": "session_lost"}, act="login"
    ),
    Fault(
        "token replaced",
        PLATFORM,
        "somebody regenerates the token in use (702)",
        {"": End("not done", "refused", 1, 0, ("give a valid token",), 702)},
        act="replaced",
        never=("token",),
    ),
    Fault(
        "own replaced",
        PLATFORM,
        "somebody regenerates the token that the task is about",
        {"edit": End("stale", None, 1, 1), "": DONE},
        act="own replaced",
        only=("EditToken", "RegenerateToken", "DeleteTokens"),
        never=("set",),
    ),
    _killed("before call", "before the call is sent", "kill before", {"": End("resumed", "killed", 0, 0)}),
    _killed(
        "in call",
        "while the platform works on the call",
        "kill within",
        VALUE_LOST,
        fault={"kind": "delay", "seconds": 0.3},
    ),
    _killed("after call", "when the answer has come", "kill after", VALUE_LOST),
    _killed(
        "before mark",
        "before the mark in the store is renamed into its place",
        "kill mark",
        {"": End("resumed", "killed", 0, 0)},
        only=MAKES_VALUE,
    ),
    _killed(
        "after mark",
        "after the mark in the store is in its place",
        "kill marked",
        {"": End("resumed", "killed", 0, 0)},
        only=MAKES_VALUE,
    ),
    _killed(
        "before rename",
        "between the answer and the rename of the store",
        "kill rename",
        VALUE_LOST,
        only=STORED,
    ),
    _killed("after rename", "after the rename of the store", "kill renamed", {"": RESUMED}, only=STORED),
    Fault(
        "before",
        DISK,
        "before the call",
        {"": End("not done", "store", 0, 0, ROOM)},
        act="disk full",
        only=MAKES_VALUE,
    ),
    Fault(
        "after",
        DISK,
        "when the answer has come",
        {
            "create": End("undone", "store", 1, 1, ROOM),
            "regenerate": End("repaired", "store", 1, 1, ROOM),
            "": End("resumed", "store", 1, 1, ROOM),
        },
        act="disk fills",
        only=STORED,
    ),
)
