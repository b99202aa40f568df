"""Writes the lists that name every module: the action group of meta/runtime.yml, and the rows of README.md.

    tools/list_modules.py [--check]

A new module gets a row with its short description; rows that exist stay as they are. With `--check` nothing is written;
exit code 1 when a list is not what would be written.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import _project as project

MODULES = sorted((project.ROOT / "plugins" / "modules").glob("*.py"))
PREFIX = f"{project.NAMESPACE}.{project.NAME}."
ROW = re.compile(rf"\| `{re.escape(PREFIX)}(\w+)` \| .*\|\n")
GROUP = re.compile(r"(?<=\n  paas:\n)(?:    - \w+\n)*")


def action_group(text: str) -> str:
    return GROUP.sub("".join(f"    - {path.stem}\n" for path in MODULES), text)


def table_of_modules(text: str) -> str:
    """The rows of modules stand first in their table; a lookup, filter or role says so behind its name."""
    rows = list(ROW.finditer(text))
    stale = [row[0] for row in rows if row[1] not in {path.stem for path in MODULES}]
    new = [path for path in MODULES if path.stem not in {row[1] for row in rows}]
    added = "".join(f"| `{PREFIX}{path.stem}` | {short_description(path)} |\n" for path in new)
    text = text[: rows[-1].end()] + added + text[rows[-1].end() :]
    for row in stale:
        text = text.replace(row, "")
    return text


def short_description(module: Path) -> str:
    found = re.search(r"^short_description: (.+)$", module.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def main(check: bool) -> int:
    wrong = 0
    for name, made in (("meta/runtime.yml", action_group), ("README.md", table_of_modules)):
        path = project.ROOT / name
        text = path.read_text(encoding="utf-8")
        current = made(text) == text
        if check and not current:
            print(f"{name}: the list of modules is not current: run tools/list_modules.py")
            wrong = 1
        elif not current:
            path.write_text(made(text), encoding="utf-8")
    return wrong


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
