# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a run leaves, searched for secrets."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path

from tests.integration.support import Run
from tests.secrets_search import forms, found_in

# The user's own files, and the files that are there to hold values (they are encrypted).
NOT_SEARCHED = ("vault-password", "secrets.yml")


def texts_of(run: Run, folder: Path, given: Collection[str] = ()) -> dict[str, str]:
    """Output, results of tasks and files, by a name for each.

    Args:
        given: names of environment variables that the test gave. ansible-runner writes its whole environment into the
            file ``command``, which whoever runs it has to hide; the rest of that file is searched.
    """
    texts = {"output": run.output}
    texts |= {
        f"result {number} of {name!r}": json.dumps(result, ensure_ascii=False)
        for number, (name, result) in enumerate(run.results)
    }
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in NOT_SEARCHED:
            text = path.read_bytes().decode("utf-8", "replace")
            if path.name == "command" and given:
                command = json.loads(text)
                command["env"] = {name: value for name, value in command["env"].items() if name not in given}
                text = json.dumps(command, ensure_ascii=False)
            texts[f"file {path.relative_to(folder)}"] = text
    return texts


def leaks(run: Run, folder: Path, secrets: Iterable[str]) -> list[str]:
    """Where secrets of a run are to be found. The secrets are not named."""
    return found_in(texts_of(run, folder), secrets)


__all__ = ["forms", "leaks", "texts_of"]
