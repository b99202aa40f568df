"""Internal to tools/: documents that a tool writes, and a check says whether they are current."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import _project as project


def main(tool: str, path: Path, made: Callable[[], str]) -> int:
    """Write the document, or with `--check` only say whether it is current; the exit code.

    Args:
        tool: the tool's own path, for the message.
        made: gives the document.
    """
    shown = path.relative_to(project.ROOT)
    parser = argparse.ArgumentParser(description=f"Writes {shown}.")
    parser.add_argument("--check", action="store_true", help="only say whether it is current")
    options = parser.parse_args()
    text = made()
    if not options.check:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        print(f"{shown} is not current: run tools/{Path(tool).name}")
        return 1
    return 0
