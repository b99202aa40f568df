"""Internal to tools/docs.py: Markdown files of the checkout as pages of the site, with the files that they link to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import _project as project

# Folders and files of the checkout whose Markdown files become pages, at the same place below the site.
SHOWN = (
    "README.md",
    "docs",
    "roles",
    "extensions/patterns",
    "emulator/README.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)
# Words of the first page that stand for all pages of a folder.
LISTS = {"ROLES": "roles", "PATTERNS": "extensions"}
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?!https?:|#|mailto:)(?P<path>[^)#\s]+)(?P<anchor>(?:#[^)\s]*)?)\)")
FENCE = re.compile(r"^ *```")


class PageError(Exception):
    """A page that cannot be; the text is one line that says why."""


def lay_out(index: Path, source: Path, *, keep: Path) -> bool:
    """Put the first page, all Markdown pages and the pictures below the folder that Sphinx reads.

    Files that have not changed are left untouched, so that Sphinx need not read them again.

    Args:
        keep: a folder below it that others fill.

    Returns:
        Whether a page is gone that was there before.

    Raises:
        PageError: where a page links to what is not there.
    """
    pages = [path for path in project.files() if path.suffix == ".md" and _shown(path)]
    wanted = set(pages)
    texts = {page: "".join(_lines(page, wanted)).encode() for page in pages}
    texts[Path("index.rst")] = _first(index, pages).encode()
    pictures = [path.relative_to(project.ROOT) for path in (project.ROOT / "docs").rglob("*.svg")]
    texts |= {path: (project.ROOT / path).read_bytes() for path in {*wanted, *pictures} - set(pages)}
    there = {path for path in source.rglob("*") if path.is_file() and not path.is_relative_to(keep)}
    gone = there - {source / path for path in texts}
    for path in gone:
        path.unlink()
    for path, content in texts.items():
        _put(source / path, content)
    return bool(gone)


def _first(index: Path, pages: list[Path]) -> str:
    """The first page, with its lists."""
    text = index.read_text(encoding="utf-8")
    for word, folder in LISTS.items():
        listed = "\n".join(f"   {page.with_suffix('')}" for page in pages if page.parts[0] == folder)
        text = text.replace(f"   {word}", listed)
    return text


def _shown(path: Path) -> bool:
    return any(str(path) == name or str(path).startswith(f"{name}/") for name in SHOWN)


def _put(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _lines(page: Path, wanted: set[Path]) -> Iterator[str]:
    """The lines of a page, with its links made good; what they lead to is added to what is wanted."""

    def repaired(found: re.Match[str]) -> str:
        link = _target(page, found["path"])
        if link is None:
            return found["text"]
        wanted.add(_inside(page, link))
        return f"[{found['text']}]({link}{found['anchor']})"

    fenced = False
    for line in (project.ROOT / page).read_text(encoding="utf-8").splitlines(keepends=True):
        fenced ^= bool(FENCE.match(line))
        yield line if fenced else LINK.sub(repaired, line)


def _inside(page: Path, link: str) -> Path:
    """What a link of a page leads to, relative to the checkout."""
    return (project.ROOT / page.parent / link).resolve().relative_to(project.ROOT)


def _target(page: Path, link: str) -> str | None:
    """A link of a page; one to a folder leads to its README on the site, and is none where the folder has none."""
    path = (project.ROOT / page.parent / link).resolve()
    if not path.exists() or not path.is_relative_to(project.ROOT):
        raise PageError(f"{page} links to {link}, which is not there")
    if not path.is_dir():
        return link
    return f"{link.rstrip('/')}/README.md" if (path / "README.md").is_file() else None
