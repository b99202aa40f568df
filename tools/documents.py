"""Writes what documents and modules say of the code's tables: between two marks, or at a place of its own.

    tools/documents.py [--check]

Everything else in these files is written by hand. With `--check` nothing is written; exit code 1 when a file is not
what would be written.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import _project as project

sys.path.insert(0, str(project.WORKSPACE))

from ansible_collections.inet.elastic.plugins.module_utils._client.codes import FOR_TOKENS, MEANINGS, QUOTED
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import RateLimitedError
from ansible_collections.inet.elastic.plugins.module_utils._client.replies import _STATUSES
from ansible_collections.inet.elastic.plugins.module_utils._client.request_errors import _CERTIFICATE, _HANDSHAKE
from ansible_collections.inet.elastic.plugins.module_utils._engine.permissions import Permission, Table
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import (
    COLLECTION,
    PLUGINS,
    TABLES,
    WITHOUT_TOKEN,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.method_names import documentation_url

MODULES = sorted((project.ROOT / "plugins" / "modules").glob("*.py"))


def filled(text: str, parts: Mapping[str, Iterable[str]]) -> str:
    """Return a document with lines between the marks of each part."""
    for name, lines in parts.items():
        begin, end = f"<!-- {name}: written by tools/documents.py -->\n", f"\n<!-- end of {name} -->"
        head, found, rest = text.partition(begin)
        _old, ended, tail = rest.partition(end)
        if not (found and ended):
            sys.exit(f"the marks of {name} are missing: {begin.strip()} and {end.strip()}")
        body = "\n".join(lines).strip("\n")
        text = f"{head}{found}\n{body}\n{ended}{tail}"
    return text


def table(head: str, rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Lines of a table; the names of its columns stand with commas between."""
    columns = head.split(", ")
    for row in (columns, ["---"] * len(columns), *rows):
        yield f"| {' | '.join(row)} |".replace("|  |", "| |").replace("|  |", "| |")


# -- docs/errors.md -------------------------------------------------------------------------------------------------

# What the HTTP status 429 means, for which the code has no row.
PUT_OFF = "too many calls; this one was not taken, and is sent again after a pause until the time for it is over"
# Names of options and variables, which are shown as code.
NAME = re.compile(r"(?<!`)\b([A-Za-z]+(?:_[A-Za-z]+)+)\b(?!`)")


def cell(text: str) -> str:
    """A text as a cell of a table, with a capital and a full stop."""
    text = NAME.sub(r"`\1`", text.strip().replace("|", "\\|"))
    return f"{text[:1].upper()}{text[1:]}" + ("" if not text or text.endswith(".") else ".")


def results(codes: Mapping[int, tuple[str, str]]) -> Iterator[str]:
    rows = ((str(code), cell(meaning), cell(advice)) for code, (meaning, advice) in sorted(codes.items()))
    return table("result, meaning, what to do", rows)


def statuses() -> Iterator[tuple[str, str]]:
    """HTTP status and the message."""
    for status, (_kind, words) in sorted({**_STATUSES, 429: (RateLimitedError, PUT_OFF)}.items()):
        said = words.format(method="the call", url="the address", status=status, proxy_variable="HTTPS_PROXY")
        yield str(status), cell(said.replace(f" (HTTP {status})", ""))


def certificates() -> Iterator[tuple[str, str]]:
    """What the message says of a certificate, and what to do; the same words once."""
    yield from dict.fromkeys((cell(f"the certificate {wrong}"), cell(what)) for wrong, what in _CERTIFICATE.values())
    for words in dict.fromkeys(_HANDSHAKE.values()):
        wrong, _, advice = words.partition("; ")
        yield cell(wrong), cell(advice)


def errors(text: str) -> str:
    parts = {
        "results": results(MEANINGS),
        "results of tokens": [cell("; ".join(FOR_TOKENS[8202]))],
        "results with a text": results(QUOTED),
        "statuses": table("status, meaning", statuses()),
        "certificates": table("what the message says, what to do", certificates()),
    }
    return filled(text, parts)


# -- docs/permissions.md --------------------------------------------------------------------------------------------


def method_cell(permission: Permission) -> str:
    if permission.private:
        return f"`{permission.method}` (private)"
    return f"[`{permission.method}`]({documentation_url(permission.method)})"


def states_cell(states: Collection[str], of: Table) -> str:
    """The shorter of the two ways to say it."""
    others = [state for state in of.states if state not in states]
    if len(states) > len(others) > 0:
        return f"all but {listed(others)}"
    return listed([state for state in of.states if state in states])


def listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def methods(of: Table, permissions: Collection[Permission]) -> Iterator[str]:
    """The lines of a module's table; the column of states only for a module that has some."""
    rows = []
    for permission in sorted(permissions, key=lambda item: item.method):
        states = [states_cell(permission.states, of)] if of.states else []
        marked = f"{method_cell(permission)}, *not running*" if permission.waking else method_cell(permission)
        rows.append([marked, *states, listed(sorted(permission.options))])
    return table("method, states, options" if of.states else "method, options", rows)


def contained(of: Table) -> str | None:
    """The module all of whose rows another one's table has beside its own."""
    own = set(of.permissions)
    return next(
        (name for name, other in TABLES.items() if len(other.permissions) > 1 and set(other.permissions) < own), None
    )


def section(module: str, of: Table) -> Iterator[str]:
    yield from (f"## {COLLECTION}{module}", "")
    base = contained(of)
    if base:
        yield from (f"All methods of `{COLLECTION}{base}`, for the same states and options, and these:", "")
    inherited = TABLES[base].permissions if base else ()
    yield from methods(of, [row for row in of.permissions if row not in inherited])
    yield ""
    if any(permission.private for permission in of.permissions):
        yield "Methods marked as private are listed by the platform only on request, and have no page of their own.\n"


def permissions(text: str) -> str:
    tables = [(name, of) for group in (TABLES, PLUGINS) for name, of in sorted(group.items())]
    sections = [line for name, of in tables for line in section(name, of)]
    without = [listed([f"{COLLECTION}{name}" for name in WITHOUT_TOKEN])]
    return filled(text, {"modules": sections, "modules without a token": without})


# -- lists of all modules, and the end of RETURN ----------------------------------------------------------------------

ROW = re.compile(rf"\| `{re.escape(COLLECTION)}(\w+)` \| .*\|\n")
GROUP = re.compile(r"(?<=\n  paas:\n)(?:    - \w+\n)*")
BLOCK = re.compile(r'(?<=\n)(api_calls:\n(?:  .*\n)*?  sample: )(\{.*\})(\n(?:.*\n)*?)(?=""")')


def action_group(text: str) -> str:
    return GROUP.sub("".join(f"    - {path.stem}\n" for path in MODULES), text)


def readme(text: str) -> str:
    """The rows of modules stand first in their table; a new one has the module's short description."""
    rows = list(ROW.finditer(text))
    new = [path for path in MODULES if path.stem not in {row[1] for row in rows}]
    added = "".join(f"| `{COLLECTION}{path.stem}` | {short_description(path)} |\n" for path in new)
    text = text[: rows[-1].end()] + added + text[rows[-1].end() :]
    for row in (row[0] for row in rows if row[1] not in {path.stem for path in MODULES}):
        text = text.replace(row, "")
    return text


def short_description(module: Path) -> str:
    found = re.search(r"^short_description: (.+)$", module.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def returns(text: str) -> str:
    """From `api_calls` on, RETURN is that of the first module, with a sample of its own: it knows no fragments."""
    model, own = BLOCK.search(MODULES[0].read_text(encoding="utf-8")), BLOCK.findall(text)
    if model is None or len(own) != 1:
        sys.exit("RETURN of a module must end with api_calls and its sample, see tools/documents.py")
    (theirs,), (mine,) = ([*json.loads(sample)][:1] for sample in (model[2], own[0][1]))
    return BLOCK.sub(lambda found: model[1] + found[2] + model[3].replace(f'"{theirs}"', f'"{mine}"'), text)


TARGETS: dict[str, Callable[[str], str]] = {
    "docs/errors.md": errors,
    "docs/permissions.md": permissions,
    "meta/runtime.yml": action_group,
    "README.md": readme,
    **{str(path.relative_to(project.ROOT)): returns for path in MODULES},
}


def main(check: bool) -> int:
    stale = []
    for name, made in TARGETS.items():
        text = (project.ROOT / name).read_text(encoding="utf-8")
        new = made(text)
        if check and new != text:
            stale.append(name)
        elif new != text:
            (project.ROOT / name).write_text(new, encoding="utf-8")
    print(*(f"{name} is not current: run tools/documents.py" for name in stale), sep="\n", end="\n" if stale else "")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
