"""Writes docs/permissions.md, the API methods that each module calls, from the tables beside the code.

    tools/document_permissions.py [--check]

With `--check` nothing is written; exit code 1 when the document is not what would be written.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence

import _project as project

sys.path.insert(0, str(project.WORKSPACE))

from ansible_collections.inet.elastic.plugins.module_utils._engine.permissions import Permission, Table
from ansible_collections.inet.elastic.plugins.module_utils._resources.permissions_for import (
    COLLECTION,
    PLUGINS,
    TABLES,
    WITHOUT_TOKEN,
)
from ansible_collections.inet.elastic.plugins.module_utils._resources.token.method_names import documentation_url

PATH = project.ROOT / "docs" / "permissions.md"
INTRODUCTION = """\
# What a token needs

<!-- Written by tools/document_permissions.py from the tables beside the code; changes made here are overwritten. -->

A token should be able to do what a playbook does, and nothing else. `permissions_for` of `inet.elastic.paas_token` and
`inet.elastic.paas_tokens` takes names of modules and grants exactly the API methods of this page; the filter
`inet.elastic.api_methods_for` returns them as a list.

```yaml
- name: A token that starts and stops environments, and keeps their domains and variables
  inet.elastic.paas_token:
    description: night-shift
    permissions_for:
      - inet.elastic.paas_region_info
      - module: inet.elastic.paas_environment
        states: [started, stopped]
        options: [domains, nodes.env]
    store: tokens.yml
```

- The name of a module alone stands for all that the module can do.
- `states` are the values of `state` that tasks have. Left out beside `options`, it is that of a task that gives none.
- `options` are the other options that tasks give. One that holds others stands for all of them: `nodes` for `nodes.env`
  and the rest, `purge` for the kinds of which the options are given. Left out beside `states`, tasks give none.
- Of options of which a task must give one, such as `node_group` and `node_id`, any may be given unless one is named.
- A row counts where one of its states and one of its options fit; where a column is empty it counts for all.
- Check mode needs no more than the run.
- A plugin, such as the inventory `inet.elastic.paas`, is named like a module.

The tests carry out each module's tasks with tokens of exactly these methods, and take each method away to see that a
task then fails with result 8202 and the method's name.
"""
ANY = """\
## inet.elastic.paas_api

A task of this module calls the method that it names, so `permissions_for` takes the methods:

```yaml
- name: Create a token that can stop environments and list regions
  inet.elastic.paas_token:
    description: any-method
    permissions_for:
      - {module: inet.elastic.paas_api, methods: [environment.control.StopEnv, environment.control.GetRegions]}
    store: tokens.yml
```
"""
PRIVATE = "Methods marked as private are listed by the platform only on request, and have no page of their own."
NO_TOKEN = "need login and password: the platform lets no token manage tokens, or sign in and out."


def method_cell(permission: Permission) -> str:
    if permission.private:
        return f"`{permission.method}` (private)"
    return f"[`{permission.method}`]({documentation_url(permission.method)})"


def states_cell(states: Collection[str], table: Table) -> str:
    """The shorter of the two ways to say it."""
    others = [state for state in table.states if state not in states]
    if len(states) > len(others) > 0:
        return f"all but {listed(others)}"
    return listed([state for state in table.states if state in states])


def listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def rows(table: Table, permissions: Collection[Permission]) -> Iterator[str]:
    """The lines of a module's table; the column of states only for a module that has some."""
    columns = ["method", *(["states"] if table.states else []), "options"]
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---' for _ in columns)} |"
    for permission in sorted(permissions, key=lambda item: item.method):
        states = [states_cell(permission.states, table)] if table.states else []
        cells = [method_cell(permission), *states, listed(sorted(permission.options))]
        yield f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def contained(table: Table) -> str | None:
    """The module all of whose rows another one's table has beside its own."""
    own = set(table.permissions)
    return next(
        (name for name, other in TABLES.items() if len(other.permissions) > 1 and set(other.permissions) < own), None
    )


def section(module: str, table: Table) -> str:
    lines = [f"## {COLLECTION}{module}", ""]
    base = contained(table)
    if base:
        lines += [f"Entries take the states and options of `{COLLECTION}{base}`. All of its methods, and these:", ""]
    inherited = TABLES[base].permissions if base else ()
    lines += rows(table, [row for row in table.permissions if row not in inherited])
    if any(permission.private for permission in table.permissions):
        lines += ["", PRIVATE]
    return "\n".join(lines) + "\n"


def document() -> str:
    """All of it."""
    without = ", ".join(f"`{COLLECTION}{name}`" for name in WITHOUT_TOKEN)
    sections = (section(module, TABLES[module]) for module in sorted(TABLES))
    plugins = (section(name, table) for name, table in sorted(PLUGINS.items()))
    return "\n".join(
        [INTRODUCTION, *sections, *plugins, ANY, "## Modules without a token\n", f"{without} {NO_TOKEN}\n"]
    )


if __name__ == "__main__":
    sys.exit(project.write_or_check(__file__, PATH, document()))
