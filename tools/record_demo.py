"""Records `make demo` as docs/demo.svg: what a terminal shows, line by line at the pace of the run.

    .build/venv/docs/bin/python tools/record_demo.py

Names and dates differ from run to run, so the picture is made anew only when what is shown has changed. Where pictures
do not move, all lines are there at once. Exit code 1 when the demonstration fails.
"""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import _project as project
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

PATH = project.ROOT / "docs" / "demo.svg"
COMMAND = ("make", "--no-print-directory", "demo")
COLUMNS = 106
LONGEST_PAUSE = 1.2  # seconds of the picture; the run's own are longer
FIRST = 0.6  # seconds until the first line comes
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


class RecordError(Exception):
    """The demonstration did not do what it shows."""


def run() -> Iterator[tuple[float, str]]:
    """Each line of the command as a terminal gets it, and seconds since its start."""
    ours, its = pty.openpty()
    started = time.monotonic()
    changes = {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    unset = {
        name: value for name, value in project.environment(**changes).items() if name not in ("NO_COLOR", "MAKEFLAGS")
    }
    with subprocess.Popen(COMMAND, cwd=project.ROOT, env=unset, stdin=its, stdout=its, stderr=its) as process:
        os.close(its)
        with os.fdopen(ours, encoding="utf-8", errors="replace", newline="") as stream, suppress(OSError):
            # Reading ends with an error when the other side of a terminal is closed.
            while line := stream.readline():
                yield time.monotonic() - started, line.rstrip("\r\n")
    if process.returncode:
        raise RecordError(f"make demo failed with exit code {process.returncode}")


def paced(times: list[float]) -> list[float]:
    """Seconds of the run as those of the picture, with long pauses cut."""
    at, before, shown = FIRST, times[0] if times else 0.0, []
    for moment in times:
        at += min(moment - before, LONGEST_PAUSE)
        before = moment
        shown.append(at)
    return shown


def picture(lines: list[str], times: list[float]) -> str:
    """The SVG of lines with the colours of a terminal, each to come at its time."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in lines:
        console.print(Text.from_ansi(line), overflow="crop", no_wrap=True, highlight=False)
    text = console.export_svg(title="make demo", theme=THEME, code_format=FORMAT, unique_id="demo")

    def delayed(found: re.Match[str]) -> str:
        number = int(found[2])
        delay = f' style="animation-delay: {times[number]:.2f}s"' if number < len(times) else ""
        return found[1] + delay + ">"

    return re.sub(r'(<text [^>]*clip-path="url\(#demo-line-(\d+)\)")>', delayed, text)


def main() -> int:
    try:
        recorded = [(0.0, "$ make demo"), *run()]
    except RecordError as error:
        print(f"record: {error}", file=sys.stderr)
        return 1
    times = [0.0, *paced([moment for moment, _line in recorded[1:]])]
    PATH.write_text(picture([line for _moment, line in recorded], times), encoding="utf-8")
    print(f"{PATH.relative_to(project.ROOT)}: {len(recorded)} lines, {times[-1]:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
