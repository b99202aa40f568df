"""Build the documentation site from the plugins, the guides and the Markdown files, below .build/docs/html.

    tools/docs.py

Run by `make docs`. antsibull-docs writes the pages of plugins and roles, Sphinx does the rest; a warning is an error.
Nothing is fetched. Exit code 1, with what the program said, when a page is wrong.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import _project as project

BIN = project.VENVS / "docs" / "bin"
SITE = project.ROOT / "tools" / "_docs_site"
BUILD = project.BUILD / "docs"
SOURCE, HTML = BUILD / "source", BUILD / "html"
COLLECTION = f"{project.NAMESPACE}.{project.NAME}"
CACHE = "ANSIBLE_CACHE_PLUGIN"
CORE, BUILTIN = "collections/ansible/builtin", "ansible_collections.ansible.builtin"
CONFIG = "reference_appendices/config.html"
# What the pages of plugins refer to in Ansible's own documentation: kind, name, page and title.
OF_ANSIBLE = (
    ("label", "common_return_values", "reference_appendices/common_return_values.html", "Common Return Values"),
    ("label", "ansible_configuration_settings", CONFIG, "Ansible Configuration Settings"),
    ("label", "action_plugins", "plugins/action.html", "Action plugins"),
    ("label", "callback_plugins", "plugins/callback.html", "Callback plugins"),
    *(("label", f"{BUILTIN}.{name}_module", f"{CORE}/{name}_module.html", name) for name in ("copy", "meta", "raw")),
    ("envvar", "ANSIBLE_CALLBACKS_ENABLED", CONFIG, "ANSIBLE_CALLBACKS_ENABLED"),
    ("envvar", "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", CONFIG, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"),
    *(("envvar", f"{CACHE}{end}", CONFIG, f"{CACHE}{end}") for end in ("", "_CONNECTION", "_PREFIX", "_TIMEOUT")),
)
# Sphinx makes millions of objects that live to its end; looking for dead ones among them takes a third of its time.
SPHINX = "import gc, sys; gc.disable(); from sphinx.cmd.build import main; sys.exit(main(sys.argv[1:]))"
# Links of a page of the site, without those to other hosts and those to places of the page itself.
HREF = re.compile(r'(?:href|src)="(?!https?:|mailto:|data:|#)([^"#?]+)')


def inventory() -> bytes:
    """An inventory of Sphinx (version 2) with the labels of OF_ANSIBLE."""
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: \n# The rest is compressed with zlib.\n"
    lines = "".join(f"{name} std:{kind} -1 {page}#{name} {title}\n" for kind, name, page, title in OF_ANSIBLE)
    return head.encode() + zlib.compress(lines.encode())


def playbook_page(name: str, text: str) -> str:
    """Return the page of a playbook: the comment at its beginning, and the playbook."""
    lines = text.removeprefix("---\n").splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    # Commands are indented by three spaces in the comment, and code by four in Markdown.
    comment = [line.replace("#   ", "#     ", 1).removeprefix("#").removeprefix(" ") for line in lines[:end]]
    more = f"[Variables of this playbook](README.md#{name.replace('_', '-')})"
    return "\n".join([f"# {name}: playbook", "", *comment, "", more, "", "```yaml", *lines, "```", ""])


def dead_links(site: Path) -> list[str]:
    """Return the links of the pages of a site, also those of its frame, that lead to no file of the site."""
    return sorted(
        f"{page.relative_to(site)} links to {link}, which is not there"
        for page in site.rglob("*.html")
        for link in set(HREF.findall(page.read_text(encoding="utf-8")))
        if not (page.parent / html.unescape(link)).exists()
    )


def run(*argv: str | Path) -> None:
    """A program of the environment `docs`, quiet unless it fails."""
    env = project.environment(HOME=project.HOME, ANSIBLE_COLLECTIONS_PATH=project.WORKSPACE, NO_COLOR="1")
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    argv = (BIN / argv[0], *argv[1:])
    done = subprocess.run(argv, cwd=project.ROOT, env=env, text=True, errors="replace", check=False, **pipes)
    if done.returncode:
        sys.exit(f"docs: {done.stdout.rstrip()}\n{argv[0]} failed with exit code {done.returncode}")


def build() -> Path:
    """Build the site anew and return its first page. Raise SystemExit if a page is wrong."""
    shutil.rmtree(BUILD, ignore_errors=True)
    pages = SOURCE / "collection"
    pages.mkdir(parents=True)
    (BUILD / "ansible.inv").write_bytes(inventory())
    what = ("--fail-on-error", "--use-current", "--squash-hierarchy", "--cleanup", "everything", "--dest-dir", pages)
    run("antsibull-docs", "--config-file", SITE / "antsibull-docs.cfg", "collection", *what, COLLECTION)
    # The checkout as Sphinx reads it: pages and what they link to at the same places, and the first page beside them.
    project.copy_files(project.files(), SOURCE)
    shutil.copy(SITE / "index.rst", SOURCE)
    for playbook in (SOURCE / "playbooks").glob("*.yml"):
        page = playbook_page(playbook.stem, playbook.read_text(encoding="utf-8"))
        playbook.with_suffix(".md").write_text(page, encoding="utf-8")
    run("python", "-c", SPHINX, "-b", "html", "-c", SITE, "-W", "--keep-going", "-q", "-j", "auto", SOURCE, HTML)
    if dead := dead_links(HTML):
        sys.exit("docs: " + "\n".join(dead))
    return HTML / "index.html"


if __name__ == "__main__":
    with project.locked("docs"):
        print(f"the site begins at {build().relative_to(project.ROOT)}")
