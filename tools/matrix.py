"""Run the tests with several ansible-core versions, one after the other; stop at the first failure.

    tools/matrix.py [--instead VERSION] [--again FOLDER]... VERSION...

A version whose Python is missing on this machine is reported and left out, or replaced by the one of `--instead`.
The first version runs all tests, the others those below the folders of `--again` where such are named: what else there
is uses nothing of ansible-core that differs.
The tests run in the profile `ci`, unless the environment variable TEST_PROFILE names another.
Each run ends with the closing line of pytest, and nothing is printed after the last.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

import _project as project


def plan(versions: list[str], instead: str | None) -> list[str]:
    """The versions to run, in order; says on standard error what this machine cannot run."""
    chosen: list[str] = []
    for version in versions:
        name = f"core-{version}"
        runs = version
        if project.python_for(name) is None:
            what = f"ansible-core {instead} is tested instead" if instead else "NOT TESTED"
            print(f"!!! ansible-core {version}: {what}, as no {project.wanted(name)} is here !!!", file=sys.stderr)
            runs = instead or ""
        if runs and runs not in chosen:
            chosen.append(runs)
    return chosen


def main() -> int:
    known = [name.removeprefix("core-") for name in project.PYTHONS if name.startswith("core-")]
    parser = argparse.ArgumentParser(description="Run the tests with several ansible-core versions.")
    parser.add_argument("versions", nargs="+", choices=known)
    parser.add_argument("--instead", choices=known)
    parser.add_argument("--again", action="append", default=[], metavar="FOLDER")
    options = parser.parse_args()
    chosen = plan(options.versions, options.instead)
    if not chosen:
        print("ERROR: no version could be tested", file=sys.stderr)
        return 2
    for version in chosen:
        print(f"\n=== ansible-core {version} ===", flush=True)
        folders = options.again if version != chosen[0] else []
        if folders:
            print(f"{' and '.join(folders)}; the rest is the same for every ansible-core, and run above.", flush=True)
        command = ["make", "--no-print-directory", "test", f"CORE={version}", f"ARGS={' '.join(folders)}"]
        environment = {"TEST_PROFILE": "ci", **os.environ}
        done = subprocess.run(command, cwd=project.ROOT, env=environment, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
