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
from rich.terminal_theme import TerminalTheme
from rich.text import Text

PATH = project.ROOT / "docs" / "demo.svg"
COMMAND = ("make", "--no-print-directory", "demo")
COLUMNS = 106
FIRST, PACE = 0.6, 0.2  # seconds until the first line comes, and from line to line
THEME = TerminalTheme(
    (22, 27, 34),
    (201, 209, 217),
    [(72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34), (88, 166, 255), (188, 140, 255), (57, 197, 207)]
    + [(177, 186, 196)],
)
# As rich draws a terminal, with fonts that are there and with lines that come one after the other.
FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>make demo</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace;
 font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, 'DejaVu Sans', sans-serif; }}
@keyframes come {{ from {{ opacity: 0; }} }}
.{unique_id}-matrix text {{ animation: come 0.15s backwards; }}
@media (prefers-reduced-motion: reduce) {{ .{unique_id}-matrix text {{ animation: none; }} }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
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
    text = console.export_svg(title="make demo", theme=THEME, code_format=FORMAT, unique_id="demo")

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
