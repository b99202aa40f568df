"""All static checks: one line each with its time, and all that a failed one printed.

    tools/lint.py [--list] [NAME...]

Without names every check runs, as many at a time as there are processors. Exit code 1 when any failed.
The programs come from .build/venv/lint.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import _project as project

BIN = project.VENVS / "lint" / "bin"
COLLECTION = f"ansible_collections.{project.NAMESPACE}.{project.NAME}"


@dataclass(frozen=True)
class Check:
    name: str
    argv: tuple[str, ...]
    venv: str = "lint"  # the environment that must exist below .build/venv


@dataclass(frozen=True)
class Outcome:
    check: Check
    code: int
    output: str
    seconds: float


# The slowest first: the others fill the other processors beside them.
CHECKS = (
    Check(
        "sanity, ansible-core 2.16", ("python", "tools/sanity.py", "core-2.16", "--python", "default"), venv="core-2.16"
    ),
    Check("sanity, newest ansible-core", ("python", "tools/sanity.py", "lint")),
    Check("galaxy-importer", ("python", "tools/artefact.py")),
    Check("ansible-lint", ("ansible-lint", "--offline", "--strict", "--profile", "production", "--nocolor")),
    Check("docs", ("python", "tools/docs.py"), venv="docs"),
    Check("mypy, collection", ("mypy", "--package", f"{COLLECTION}.plugins")),
    Check("mypy, the rest", ("mypy", "tools", "tests", "benchmarks", "emulator/src", "emulator/tests")),
    Check(
        "antsibull-docs",
        (
            "antsibull-docs",
            "lint-collection-docs",
            "--plugin-docs",
            "--validate-collection-refs=self",
            "--skip-rstcheck",
            ".",
        ),
    ),
    Check("execution environment", ("python", "tools/execution_environment.py")),
    Check("yamllint", ("yamllint", "--strict", ".")),
    Check("antsibull-changelog", ("antsibull-changelog", "lint")),
    Check("ruff", ("ruff", "check", ".")),
    Check("ruff format", ("ruff", "format", "--check", ".")),
    Check("house rules", ("python", "tools/house_rules.py")),
)


def possible(check: Check) -> bool:
    """Make the environment of CHECK; False, and said on standard error, where this machine lacks the Python for it."""
    if project.python_for(check.venv) is None:
        print(f"!!! NOT RUN: {check.name}, as no {project.wanted(check.venv)} is here !!!", file=sys.stderr)
        return False
    subprocess.run(
        ["make", "--no-print-directory", "--silent", f".build/venv/{check.venv}.stamp"], cwd=project.ROOT, check=True
    )
    return True


def run(check: Check) -> Outcome:
    """Run one check and say in a line how it went."""
    started = time.monotonic()
    changes = {"PATH": project.program_path(BIN), "NO_COLOR": "1"}
    if check.argv[0] != "python":  # other people's programs keep logs and caches in the home directory
        changes["HOME"] = str(project.home())
    done = project.program(BIN / check.argv[0], *check.argv[1:], **changes)
    outcome = Outcome(check, done.returncode, done.stdout, time.monotonic() - started)
    print(f"{'FAILED' if outcome.code else 'ok':6} {outcome.seconds:6.1f} s  {check.name}", flush=True)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description="All static checks.")
    parser.add_argument("names", nargs="*", help="run only the checks whose name contains one of these")
    parser.add_argument("--list", action="store_true", help="only print the names")
    options = parser.parse_args()
    chosen = [check for check in CHECKS if not options.names or any(name in check.name for name in options.names)]
    if options.list:
        print(*(check.name for check in chosen), sep="\n")
        return 0
    if not chosen:
        parser.error("no check has such a name; --list shows them")
    chosen = [check for check in chosen if possible(check)]
    with ThreadPoolExecutor(max_workers=project.PROCESSORS) as pool:
        failed = [outcome for outcome in pool.map(run, chosen) if outcome.code]
    for outcome in failed:
        print(f"\n--- {outcome.check.name}: {' '.join(outcome.check.argv)}\n{outcome.output.rstrip()}")
    print(f"\nlint: {len(chosen) - len(failed)} of {len(chosen)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
