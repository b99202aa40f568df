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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import _project as project

SCENARIOS = project.ROOT / "extensions" / "molecule"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# How each step of a scenario ended; molecule itself does not mind a playbook that is missing.
END = re.compile(r"^[A-Z]+ +\[(?P<scenario>\S+) > (?P<step>\S+)\] Executed: (?!Successful)(?P<how>.+)", re.MULTILINE)
SHARED = "default"  # starts and ends what the others share; by itself it shows nothing


def environment(state: Path) -> dict[str, str]:
    """What molecule runs with; its programs come from beside this Python, all that it keeps goes below STATE."""
    return project.environment(
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{project.search_path()}",
        MOLECULE_EPHEMERAL_DIRECTORY=state,
        ANSIBLE_HOME=state / "ansible",
        **dict.fromkeys(("ANSIBLE_LOCAL_TEMP", "ANSIBLE_REMOTE_TEMP"), state / "tmp"),
        XDG_CACHE_HOME=state / "cache",
        **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1"),
        **dict.fromkeys(("NO_COLOR", "ANSIBLE_NOCOLOR"), "1"),
        COLUMNS="160",
    )


def run(name: str) -> bool:
    """Run a scenario, say how it went, and return whether it passed."""
    started = time.monotonic()
    log = project.STATE / f"molecule-{name}.log"
    with tempfile.TemporaryDirectory(prefix="m") as folder, log.open("w", encoding="utf-8") as output:
        argv = [str(Path(sys.executable).parent / "molecule"), "test", "--scenario-name", name]
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT}
        try:
            code = subprocess.call(argv, cwd=project.ROOT, env=environment(Path(folder)), **pipes)
        finally:
            # An emulator that a killed run left behind.
            with contextlib.suppress(FileNotFoundError, ValueError, ProcessLookupError):
                os.kill(int((Path(folder) / "emulator.pid").read_text()), signal.SIGTERM)
    printed = COLOUR.sub("", log.read_text(encoding="utf-8"))
    wrong = [f"{found['step']}: {found['how']}" for found in END.finditer(printed) if found["scenario"] == name]
    if code and not wrong:
        wrong = [f"molecule ended with code {code}"]
    said = f"{printed}\nERROR: {name}: {'; '.join(wrong)}\n" if wrong else ""
    print(f"{said}{time.monotonic() - started:5.1f} s  {name}{' FAILED' if wrong else ''}", flush=True)
    return not wrong


def main() -> int:
    known = sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))
    parser = argparse.ArgumentParser(description="Run the molecule scenarios of the roles.")
    parser.add_argument("scenario", nargs="*", help=f"one of {', '.join(known)}")
    names = parser.parse_args().scenario
    if unknown := set(names) - set(known):
        parser.error(f"no scenario {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    with ThreadPoolExecutor(max_workers=project.PROCESSORS) as pool:
        return 0 if all(list(pool.map(run, names or [name for name in known if name != SHARED]))) else 1


if __name__ == "__main__":
    sys.exit(main())
