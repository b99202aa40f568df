"""Settings of Sphinx for `make docs`; tools/docs.py lays out the pages and calls it. Nothing is fetched."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from pygments.lexers.special import TextLexer

BUILD = Path(__file__).resolve().parents[2] / ".build" / "docs"

project = "inet.elastic"
project_copyright = "2026, the inet.elastic authors"
author = "the inet.elastic authors"
title = html_title = html_short_title = "inet.elastic"

extensions = ["myst_parser", "sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
nitpicky = True
default_role = "any"
# The pages of plugins, and the Markdown files of the checkout; other files that they link to are copied beside them.
include_patterns = [
    "index.rst",
    "collection/**",
    "*.md",
    "docs/**.md",
    "playbooks/*.md",
    "roles/**.md",
    "extensions/patterns/**.md",
    "emulator/*.md",
]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
# Anchors as repositories show them: docs/environments.md#order-of-changes.
myst_heading_anchors = 3

# What antsibull-docs refers to of Ansible's own documentation; tools/docs.py writes the inventory.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", str(BUILD / "ansible.inv"))}

pygments_style = "ansible"
highlight_language = "YAML+Jinja"

html_theme = "sphinx_ansible_theme"
html_theme_options = {"topbar_links": {}, "display_version": False}
# The bar at the top leads home from every page, and has no logo of somebody else.
templates_path = ["templates"]
html_static_path = ["static"]
html_context = {"favicon": "favicon.svg"}
html_css_files = ["site.css"]
html_show_sphinx = False
html_use_index = False
html_copy_source = False
html_show_sourcelink = False


REPOSITORY = re.compile(
    r"(?:Collection links\n~+\n\n)?\.\. ansible-links::\n\n"
    r'  - title: "Repository \(Sources\)"\n    url: .*\n    external: true\n\n'
)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
# Files of a checkout that have pages at other places: guides, and playbooks.
MOVED = (
    (re.compile(r"docs/docsite/rst/(\w+\.rst)"), r"collection/docsite/\1"),
    (re.compile(r"(playbooks/\w+)\.yml"), r"\1.md"),
)


def adapted(_app: Any, page: str, source: list[str]) -> None:
    """Let links lead to the pages of guides and playbooks, and leave out the address that the repository lacks."""
    folder = Path(page).parent

    def repaired(found: re.Match[str]) -> str:
        target = os.path.normpath(folder / found[1])
        for pattern, replacement in MOVED:
            if pattern.fullmatch(target):
                return f"]({os.path.relpath(pattern.sub(replacement, target), folder)}"
        return found[0]

    source[0] = LINK.sub(repaired, REPOSITORY.sub("", source[0]))


def setup(app: Any) -> None:
    """The version of the page's head is that of the collection."""
    galaxy = (Path(__file__).resolve().parents[2] / "galaxy.yml").read_text(encoding="utf-8")
    found = re.search(r"^version: (\S+)$", galaxy, re.MULTILINE)
    # Repositories draw these diagrams. Here they are text, as the library that draws would come from another host.
    app.add_lexer("mermaid", TextLexer)
    app.add_lexer("hcl", TextLexer)  # the one of Pygments does not know `when = destroy`
    app.connect("source-read", adapted)
    app.config.version = app.config.release = found[1] if found else ""
