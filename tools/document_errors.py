"""Writes docs/errors.md, what each failure means and what to do, from the tables beside the code.

    tools/document_errors.py [--check]

With `--check` nothing is written; exit code 1 when the document is not what would be written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping

import _project as project

sys.path.insert(0, str(project.WORKSPACE))

from ansible_collections.inet.elastic.plugins.module_utils._client.codes import (
    FOR_TOKENS,
    MEANINGS,
    QUOTED,
    TOKEN_SERVICE,
)
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import RateLimitedError
from ansible_collections.inet.elastic.plugins.module_utils._client.replies import _STATUSES
from ansible_collections.inet.elastic.plugins.module_utils._client.request_errors import _CERTIFICATE, _HANDSHAKE

PATH = project.ROOT / "docs" / "errors.md"
INTRODUCTION = """\
# Errors, and what to do

<!-- Written by tools/document_errors.py from the tables beside the code; changes made here are overwritten. -->

A task that fails says in `msg`, in one line, what is wrong and what to do. Its result has `failure`, with `kind`,
`code` (the platform's result, where it gave one) and `method`; `steps_done` has what was done before.
ansible-core 2.19 and newer show the text twice, once in a line of their own that begins with `[ERROR]`. A playbook can
tell failures apart by these:

```yaml
- name: A preview, where the account has room for one
  block:
    - name: The preview exists
      inet.elastic.paas_environment:
        name: preview-17
        nodes:
          - {node_group: cp, image: registry.example.com/shop:17}
  rescue:
    - name: The account is full, and nothing else is wrong
      ansible.builtin.assert:
        that: ansible_failed_result.failure.code == 2360
        fail_msg: "{{ ansible_failed_result.msg }}"
```
"""
# Each kind of failure: what has happened, and what to do.
KINDS: dict[str, tuple[str, str]] = {
    "input": ("What the task asks for cannot be. Nothing was changed.", "Correct the option that the message names."),
    "refused": ("The platform answered, and the answer is no.", "Look for its result in the next table."),
    "status": (
        "The status of the environment does not allow it. Nothing was sent.",
        "Start, stop or wake the environment first; a broken one is the hoster's to repair.",
    ),
    "not_reached": (
        "The call did not get through, so nothing was done.",
        "Check `api_url`, network, proxy and certificate, see below. A second run is safe.",
    ),
    "busy": (
        "The platform put off calls (HTTP 429) for as long as was waited.",
        "Run again later, with a lower `concurrency` or fewer forks.",
    ),
    "answer_lost": (
        "A call was sent and no usable answer came, and what is there does not show whether it was carried out.",
        "Run again: the task reads first and does what is missing. Look yourself first after commands and restarts.",
    ),
    "unexpected_answer": (
        "The platform answered success, but a member of the answer is missing, or things are not as asked for.",
        "Run again. If it stays, tell the hoster the method and the time.",
    ),
    "concurrent": (
        "Others worked on the same things for as long as was waited, or made the same thing at the same moment.",
        "Let them finish, and run again. Raise `lock_timeout` where another run on this machine takes that long.",
    ),
    "interrupted": (
        "This part was not begun, or not waited for, as another one failed or the run was stopped.",
        "See to the other failure, and run again.",
    ),
    "wait_timeout": (
        "What was waited for did not come within `wait_timeout`. The platform may still be at work.",
        "Run again: the task waits for what is going on. Raise `wait_timeout` where it takes that long.",
    ),
    "not_ready": (
        "A token does not have what `paas_token_info` was told to require. Nothing was changed.",
        "Add the methods that the message names to the token, or renew it.",
    ),
    "store": (
        "The token store cannot be read, decrypted, locked or written.",
        "The message names the file and the problem: the vault password, a directory, rights, room, or the lock.",
    ),
    "error": ("Any other expected failure.", "Do what the message says."),
}
# What the HTTP status 429 means, for which the code has no row.
PUT_OFF = "too many calls; this one was not taken, and is sent again after a pause until the time for it is over"
# Names of options and variables, which are shown as code.
NAME = re.compile(r"(?<!`)\b([A-Za-z]+(?:_[A-Za-z]+)+)\b(?!`)")


def cell(text: str) -> str:
    """A text as a cell of a table, with a capital and a full stop."""
    text = NAME.sub(r"`\1`", text.strip().replace("|", "\\|"))
    return f"{text[:1].upper()}{text[1:]}" + ("" if not text or text.endswith(".") else ".")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Lines of a table, and an empty one."""
    columns = list(head)
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---' for _ in columns)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def results(table_of_codes: Mapping[int, tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield result, meaning and what to do."""
    for code, (meaning, advice) in sorted(table_of_codes.items()):
        yield str(code), cell(meaning), cell(advice)


def statuses() -> Iterator[tuple[str, str]]:
    """HTTP status and the message."""
    for status, (_kind, words) in sorted({**_STATUSES, 429: (RateLimitedError, PUT_OFF)}.items()):
        said = words.format(method="the call", url="the address", status=status, proxy_variable="HTTPS_PROXY").replace(
            f" (HTTP {status})", ""
        )
        yield str(status), cell(said)


def certificates() -> Iterator[tuple[str, str]]:
    """What the message says of a certificate, and what to do; the same words once."""
    yield from dict.fromkeys(
        (cell(f"the certificate {wrong}"), cell(advice)) for wrong, advice in _CERTIFICATE.values()
    )
    for words in dict.fromkeys(_HANDSHAKE.values()):
        wrong, _, advice = words.partition("; ")
        yield cell(wrong), cell(advice)


def document() -> str:
    """All of it."""
    lines = [INTRODUCTION, "## Kinds of failure", ""]
    lines += table(("kind", "what has happened", "what to do"), ((f"`{kind}`", *KINDS[kind]) for kind in KINDS))
    lines += ["## Results of the platform", "", "The number stands in `failure.code`, and in the message.", ""]
    lines += table(("result", "meaning", "what to do"), results(MEANINGS))
    lines += [f"In calls of `{TOKEN_SERVICE}` the last result means: {cell('; '.join(FOR_TOKENS[8202]))}", ""]
    lines += ["The platform's own text says what these results mean, and the message quotes that text:", ""]
    lines += table(("result", "meaning", "what to do"), results(QUOTED))
    lines += ["## HTTP statuses", "", "Where something on the way answers in the platform's place:", ""]
    lines += table(("status", "meaning"), statuses())
    lines += ["## TLS", "", "Seen before a password or token is sent:", ""]
    lines += table(("what the message says", "what to do"), certificates())
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(project.write_or_check(__file__, PATH, document()))
