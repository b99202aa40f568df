"""Runs the fault matrix, and writes tests/faults/results.json and docs/faults.md.

    tools/faults.py [ARGUMENT OF PYTEST...]

Without arguments it runs every cell, the oldest results first, plays the rounds of several runs at once, and runs all
scenarios by ansible-playbook and by ansible-runner, with output of both sorts, and searches all that they leave for
secrets. Arguments choose some of the cells, or another file of these tests: `tests/hands/test_rounds.py`.

Each result that a run brings takes the place of the older one; all others stay as they are, with their dates. Ctrl-C
ends a run early. Exit code 1 if any result is not as it should be; it is written as FAILED then.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import platform
import signal
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import _project as project

sys.path.insert(0, str(project.ROOT))
sys.path.insert(0, str(project.WORKSPACE))

from tests.faults import results
from tests.faults.page import PAGE, page, scenarios, totals

# What results depend on.
CODE = ("plugins/", "emulator/src/", "tests/faults/")
INTERRUPTED = 2  # the exit code of pytest


def run(folder: str, arguments: list[str]) -> int:
    """Run the tests, which leave files of results in the folder; at Ctrl-C pytest ends, and what is left is kept."""
    more = ["tests/hands/test_rounds.py", "tests/integration/test_leak_scan.py"]
    chosen = any((project.ROOT / argument.partition("::")[0]).exists() for argument in arguments)
    files = [] if chosen else ["tests/faults", *([] if arguments else more)]
    commands = [[sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-q", *files, *arguments]]
    if not arguments:
        # In the environment that has ansible-runner, which make makes.
        commands.append(["make", "--no-print-directory", "runner", "ARGS=-q -k leak_scan"])
    signal.signal(signal.SIGINT, lambda *_: None)
    code = 0
    for command in commands:
        environment = {**os.environ, "FAULT_RESULTS": folder}
        code = subprocess.run(command, cwd=project.ROOT, env=environment, check=False).returncode or code
        if code == INTERRUPTED:
            break
    return code


def code_digest() -> str:
    """Return a digest of the files that results depend on."""
    paths = [path for path in project.files() if str(path).startswith(CODE) and path.suffix != ".json"]
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path}\n".encode() + (project.ROOT / path).read_bytes())
    return digest.hexdigest()[:12]


def main() -> int:
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M")
    code, wanted = code_digest(), scenarios()
    versions = {"Python": platform.python_version(), **{name: version(name) for name in ("ansible-core", "requests")}}
    print(f"code {code}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        ended = run(folder, sys.argv[1:])
        latest = results.MatrixRun(date, code, versions, results.read_records(Path(folder)))
    runs = results.renewed(results.load(), latest, wanted)
    results.FILE.write_text(results.text_of(runs), encoding="utf-8")
    PAGE.write_text(page(runs), encoding="utf-8")
    for name, number in totals(runs).items():
        print(f"{name:35} {number}")
    for group, name in results.stale(runs, wanted):
        print(f"not run: {group}, {name}", file=sys.stderr)
    return ended


if __name__ == "__main__":
    sys.exit(main())
