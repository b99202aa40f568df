"""Records `make demo` as docs/demo.svg: what a terminal shows, line by line.

    .build/venv/docs/bin/python tools/record_demo.py

Names and dates differ from run to run, so the picture is made anew only when what is shown has changed. Where pictures
do not move, all lines are there at once. Exit code 1 when the demonstration fails.
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
FIRST, PACE = 0.6, 0.2  # seconds until the first line comes, and from line to line
# What rich's picture of a terminal lacks: fonts that are there, a title, and lines that come one after the other.
FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
ELSEWHERE = re.compile(r" *@font-face \{.*?\}\n| *<!-- [^\n]*\n", re.DOTALL)
HEAD = """<title>make demo</title>
    <style>
    @keyframes come { from { opacity: 0; } }
    .demo-matrix text { animation: come 0.15s backwards; }
    @media (prefers-reduced-motion: reduce) { .demo-matrix text { animation: none; } }
"""


def run() -> list[str]:
    """Return the lines that the command prints for a terminal. Raises CalledProcessError."""
    unset = ("NO_COLOR", "MAKEFLAGS")
    environment = project.environment(TERM="xterm-256color", FORCE_COLOR="1")
    kept = {name: value for name, value in environment.items() if name not in unset}
    done = subprocess.run(COMMAND, cwd=project.ROOT, env=kept, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def picture(lines: list[str]) -> str:
    """Return the SVG of lines with the colours of a terminal, which come one after the other."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in lines:
        console.print(Text.from_ansi(line), overflow="crop", no_wrap=True, highlight=False)
    text = console.export_svg(title="make demo", unique_id="demo")
    text = ELSEWHERE.sub("", text).replace("<style>\n", HEAD, 1)
    text = text.replace("Fira Code, monospace", FONTS).replace("arial", "system-ui, 'DejaVu Sans', sans-serif")

    def delayed(found: re.Match[str]) -> str:
        return f'{found[1]} style="animation-delay: {FIRST + PACE * int(found[2]):.2f}s">'

    return re.sub(r'(<text [^>]*clip-path="url\(#demo-line-(\d+)\)")>', delayed, text)


def main() -> int:
    lines = ["$ make demo", *run()]
    PATH.write_text(picture(lines), encoding="utf-8")
    print(f"{PATH.relative_to(project.ROOT)}: {len(lines)} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
