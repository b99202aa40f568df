"""Run the molecule scenarios of the roles: a line for each, and all that was printed where one fails.

    tools/molecule.py [SCENARIO...]

Without names all of them run, as many at a time as there are processors, each with an emulator of its own. What a
scenario keeps lies in a folder of its own below the temporary directory, so that none disturbs another. The whole
output is in .build/state/molecule-SCENARIO.log.
Exit code 1 when a scenario fails, or lacks a playbook of its sequence; 2 when there is no scenario of a name.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import _project as project

SCENARIOS = project.ROOT / "extensions" / "molecule"
STEP = re.compile(r"^INFO +\[(?P<scenario>\S+) > (?P<step>\S+)\] Executing")
END = re.compile(r"^[A-Z]+ +\[(?P<scenario>\S+) > (?P<step>\S+)\] Executed: (?P<how>.+)")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SUCCESSFUL = "Successful"
SHARED = "default"  # starts and ends what the others share; by itself it shows nothing


class Progress:
    """What is said of the scenarios while they run."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self._scenario = ""
        self._steps: list[str] = []
        self._started = time.monotonic()
        self._kept: list[str] = []

    def line(self, text: str) -> None:
        """Take one line of molecule's output; a step that ends badly shows all that it printed."""
        if started := STEP.match(text):
            if started["scenario"] != self._scenario:
                self.close()
                self._scenario, self._steps, self._started = started["scenario"], [], time.monotonic()
            self._kept = []
        self._kept.append(text)
        ended = END.match(text)
        if ended and ended["scenario"] == self._scenario:
            self._steps.append(ended["step"])
            if ended["how"] != SUCCESSFUL:
                self.wrong.append(f"{self._scenario}: {ended['step']}: {ended['how']}")
                print("".join(self._kept), flush=True)

    def close(self) -> None:
        """Say how the scenario went that is over."""
        if self._scenario and self._scenario != SHARED:
            seconds = time.monotonic() - self._started
            print(f"{seconds:5.1f} s  {self._scenario:<28} {' '.join(self._steps)}", flush=True)
        self._scenario = ""


def environment(state: Path) -> dict[str, str]:
    """What molecule runs with; its programs come from beside this Python, all that it keeps goes below STATE."""
    return project.environment(
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{project.search_path()}",
        MOLECULE_EPHEMERAL_DIRECTORY=str(state),
        ANSIBLE_HOME=str(state / "ansible"),
        ANSIBLE_LOCAL_TEMP=str(state / "tmp"),
        ANSIBLE_REMOTE_TEMP=str(state / "tmp"),
        XDG_CACHE_HOME=str(state / "cache"),
        NO_PROXY="127.0.0.1",
        no_proxy="127.0.0.1",
        NO_COLOR="1",
        ANSIBLE_NOCOLOR="1",
        COLUMNS="160",
    )


@contextlib.contextmanager
def state_folder() -> Iterator[Path]:
    """A folder for one run, which no one else may read; an emulator that a killed run left behind is ended."""
    with tempfile.TemporaryDirectory(prefix="m") as name:
        folder = Path(name)
        try:
            yield folder
        finally:
            with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
                os.kill(int((folder / "emulator.pid").read_text()), signal.SIGTERM)


def run(name: str) -> list[str]:
    """Run a scenario, and give a line for each thing that went wrong."""
    progress = Progress()
    project.STATE.mkdir(parents=True, exist_ok=True)
    output = project.STATE / f"molecule-{name}.log"
    with state_folder() as state, output.open("w", encoding="utf-8") as log:
        argv = [str(Path(sys.executable).parent / "molecule"), "test", "--scenario-name", name]
        with subprocess.Popen(
            argv,
            cwd=project.ROOT,
            env=environment(state),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        ) as process:
            assert process.stdout
            for text in process.stdout:
                log.write(text)
                progress.line(COLOUR.sub("", text))
        progress.close()
    if process.returncode and not progress.wrong:
        progress.wrong.append(f"{name}: molecule ended with code {process.returncode}; its output is in {output}")
    return progress.wrong


def main() -> int:
    known = sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))
    parser = argparse.ArgumentParser(description="Run the molecule scenarios of the roles.")
    parser.add_argument("scenario", nargs="*", help=f"one of {', '.join(known)}")
    names = parser.parse_args().scenario
    unknown = sorted(set(names) - set(known))
    if unknown:
        print(f"ERROR: no scenario {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=project.PROCESSORS) as pool:
        wrong = [line for lines in pool.map(run, names or [name for name in known if name != SHARED]) for line in lines]
    for line in wrong:
        print(f"ERROR: {line}", file=sys.stderr)
    print(f"{'failed' if wrong else 'all scenarios passed'} after {time.monotonic() - started:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
