"""Records `make demo` as docs/demo.svg, a picture of a terminal.

    .build/venv/docs/bin/python tools/record_demo.py

Names and dates differ from run to run, so the picture is made anew only when what is shown has changed.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys

import _project as project
from rich.console import Console
from rich.text import Text

PATH = project.ROOT / "docs" / "demo.svg"
COMMAND = ("make", "--no-print-directory", "demo")
COLUMNS = 110
# What rich's picture of a terminal lacks: fonts that are there, and a title.
FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
ELSEWHERE = re.compile(r" *@font-face \{.*?\}\n| *<!-- [^\n]*\n", re.DOTALL)


def run() -> list[str]:
    """Return the lines that the command prints for a terminal. Raises CalledProcessError."""
    unset = ("NO_COLOR", "MAKEFLAGS")
    environment = project.environment(TERM="xterm-256color", FORCE_COLOR="1")
    kept = {name: value for name, value in environment.items() if name not in unset}
    done = subprocess.run(COMMAND, cwd=project.ROOT, env=kept, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def picture(lines: list[str]) -> str:
    """Return the SVG of lines with the colours of a terminal."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in lines:
        console.print(Text.from_ansi(line), overflow="crop", no_wrap=True, highlight=False)
    text = console.export_svg(title="make demo", unique_id="demo")
    text = ELSEWHERE.sub("", text).replace("<style>\n", "<title>make demo</title>\n    <style>\n", 1)
    return text.replace("Fira Code, monospace", FONTS).replace("arial", "system-ui, 'DejaVu Sans', sans-serif")


def main() -> int:
    lines = ["$ make demo", *run()]
    PATH.write_text(picture(lines), encoding="utf-8")
    print(f"{PATH.relative_to(project.ROOT)}: {len(lines)} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
