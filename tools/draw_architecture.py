"""Draws docs/architecture.svg, the parts of the collection and what passes between them, from the tables below.

    tools/draw_architecture.py [--check]

With `--check` nothing is written; exit code 1 when the picture is not what would be drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import _generated
import _project as project

PATH = project.ROOT / "docs" / "architecture.svg"
WIDTH, HEIGHT = 1010, 560
FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
INK, SOFT, LINE, PAPER = "#1f2933", "#52606d", "#7b8794", "#ffffff"
# Fill and border of each sort of box.
SORTS = {
    "user": ("#e6f0fa", "#3b78b5"),
    "code": ("#eef7ee", "#4a8c4f"),
    "secret": ("#fdf0dc", "#c07a1c"),
    "outside": ("#f1ecf8", "#7a5aa6"),
}
TITLE_SIZE, TEXT_SIZE, LABEL_SIZE, LEADING = 15, 12.5, 11.5, 18


@dataclass(frozen=True)
class Box:
    """A part: its place, and what stands in it."""

    x: int
    y: int
    width: int
    height: int
    sort: str
    title: str
    lines: tuple[str, ...] = ()

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Arrow:
    """From point to point, with corners between; the label stands at a place of its own."""

    points: tuple[tuple[float, float], ...]
    label: str = ""
    at: tuple[float, float] = (0, 0)
    dashed: bool = False
    anchor: str = "start"


@dataclass(frozen=True)
class Frame:
    """What holds several parts."""

    x: int
    y: int
    width: int
    height: int
    title: str


def counted(folder: str, what: str) -> str:
    """How many plugins of a kind there are, in words for the picture."""
    number = len(list((project.ROOT / "plugins" / folder).glob("*.py")))
    return f"{number} {what}"


FRAMES = (
    Frame(16, 24, 636, 520, "Controller: the process of Ansible"),
    Frame(762, 278, 232, 266, "Over the network"),
)
BOXES = (
    Box(
        40, 60, 588, 66, "user", "Playbooks, roles, AWX job templates, CI", ("what is to be there, and who may do it",)
    ),
    Box(
        40,
        178,
        250,
        84,
        "code",
        "Modules",
        (f"{counted('modules', 'of them')}, each an action plugin", "that runs in this process"),
    ),
    Box(366, 178, 262, 84, "code", "Lookup", ("a value out of the store,", "as the session of a task")),
    Box(40, 314, 250, 84, "code", "The flow", ("read, plan, carry out, read back;", "check mode ends after the plan")),
    Box(366, 314, 262, 84, "secret", "Token store", ("one YAML file, mode 0600,", "encrypted with Ansible Vault")),
    Box(40, 450, 250, 76, "code", "Client", ("one connection; TLS verified;", "no write is sent on a guess")),
    Box(780, 450, 196, 76, "outside", "Platform", ("the API of your hoster",)),
    Box(780, 314, 196, 84, "outside", "Emulator", ("the same API on loopback,", "with faults on demand")),
)
ARROWS = (
    Arrow(((165, 126), (165, 176)), "options", (174, 156)),
    Arrow(((165, 262), (165, 312)), "wanted state", (174, 292)),
    Arrow(((165, 398), (165, 448)), "as few calls as it takes", (174, 428)),
    Arrow(((290, 356), (364, 356)), "new values", (327, 348), anchor="middle"),
    Arrow(((497, 312), (497, 264)), "value", (506, 292)),
    Arrow(((497, 176), (497, 128)), "session", (506, 156)),
    Arrow(((290, 488), (778, 488)), "POST /1.0/..., secrets in the body only", (465, 480), anchor="middle"),
    Arrow(((712, 488), (712, 356), (778, 356)), "in tests", (704, 426), dashed=True, anchor="end"),
)


def text(x: float, y: float, words: str, *, size: float, anchor: str, bold: bool = False, soft: bool = True) -> str:
    look = f'font-size="{size:g}" font-weight="{600 if bold else 400}" fill="{SOFT if soft else INK}"'
    return f'<text x="{x:g}" y="{y:g}" {look} text-anchor="{anchor}">{escape(words, quote=False)}</text>'


def frame(item: Frame) -> Iterator[str]:
    yield (
        f'<rect x="{item.x}" y="{item.y}" width="{item.width}" height="{item.height}" rx="12" fill="none" '
        f'stroke="{LINE}" stroke-width="1" stroke-dasharray="2 4"/>'
    )
    yield text(item.x + 16, item.y + 22, item.title, size=LABEL_SIZE, bold=True, anchor="start")


def box(item: Box) -> Iterator[str]:
    fill, border = SORTS[item.sort]
    yield (
        f'<rect x="{item.x}" y="{item.y}" width="{item.width}" height="{item.height}" rx="8" fill="{fill}" '
        f'stroke="{border}" stroke-width="1.5"/>'
    )
    top = item.y + (item.height - LEADING * (len(item.lines) + 1)) / 2 + TITLE_SIZE - 1
    yield text(item.middle, top, item.title, size=TITLE_SIZE, bold=True, soft=False, anchor="middle")
    for number, line in enumerate(item.lines, 1):
        yield text(item.middle, top + number * LEADING, line, size=TEXT_SIZE, anchor="middle")


def arrow(item: Arrow) -> Iterator[str]:
    points = " ".join(f"{x:g},{y:g}" for x, y in item.points)
    dashes = ' stroke-dasharray="5 4"' if item.dashed else ""
    yield f'<polyline points="{points}" fill="none" stroke="{SOFT}" stroke-width="1.5"{dashes} marker-end="url(#tip)"/>'
    if item.label:
        yield text(*item.at, item.label, size=LABEL_SIZE, anchor=item.anchor)


def drawing() -> str:
    """The picture as a text."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="{FONT}" role="img" aria-labelledby="title">',
        '<title id="title">Parts of the collection, and what passes between them</title>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        f'<path d="M0,0 L8,4 L0,8 z" fill="{SOFT}"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="{PAPER}"/>',
    ]
    lines += [line for item in FRAMES for line in frame(item)]
    lines += [line for arrows in ARROWS for line in arrow(arrows)]
    lines += [line for item in BOXES for line in box(item)]
    return "\n".join([*lines, "</svg>"]) + "\n"


if __name__ == "__main__":
    sys.exit(_generated.main(__file__, PATH, drawing))
