"""Check the files of pipelines with public tools; prints what a tool says, with exit code 1 if one complains.

Run by `make lint`, with the programs of its environment first on PATH. The schemas are in check-jsonschema.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tree_sitter_groovy
import yaml
from tree_sitter import Language, Parser

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ("check-jsonschema", "--builtin-schema")
WORKFLOWS = (*sorted(ROOT.glob(".github/workflows/*.yml")), *sorted(ROOT.glob("docs/**/github-*.yml")))
GITLAB = [ROOT / ".gitlab-ci.yml", *sorted(ROOT.glob("docs/**/gitlab-*.yml"))]
FORMS = sorted(path for path in ROOT.glob(".github/ISSUE_TEMPLATE/*.yml") if path.stem != "config")
CHECKS: tuple[tuple[str | Path, ...], ...] = (
    (*SCHEMA, "vendor.github-workflows", *WORKFLOWS),
    # Actions by commit, no credentials left in the checkout, no text of others in scripts, least permissions.
    ("zizmor", "--offline", "--no-progress", *WORKFLOWS),
    (*SCHEMA, "vendor.renovate", ROOT / "renovate.json"),
    (*SCHEMA, "vendor.github-issue-forms", *FORMS),
    (*SCHEMA, "vendor.github-issue-config", ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"),
)


def whole(path: Path, folder: Path) -> Path:
    """Write a file for GitLab with whole jobs: the schema does not look at what other jobs extend."""
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, job in jobs.items():
        if isinstance(job, dict) and "extends" in job:
            base = jobs[job.pop("extends")]
            variables = {**base.get("variables", {}), **job.get("variables", {})}
            jobs[name] = {**base, **job, **({"variables": variables} if variables else {})}
    target = folder / f"{path.name}.json"
    target.write_text(json.dumps({name: job for name, job in jobs.items() if name[0] != "."}), encoding="utf-8")
    return target


def scripts() -> list[Path]:
    """Return the shell scripts that git knows."""
    argv = ["git", "-C", str(ROOT), "grep", "-lE", "^#!.*(/|env )(ba)?sh$"]
    found = subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout.split()
    return [ROOT / name for name in found if (ROOT / name).read_text(encoding="utf-8").startswith("#!")]


def wrong_groovy() -> list[str]:
    """Return a line for each Jenkinsfile that Groovy's grammar does not take."""
    parser = Parser(Language(tree_sitter_groovy.language()))
    files = sorted(ROOT.glob("docs/**/Jenkinsfile"))
    wrong = [path for path in files if parser.parse(path.read_bytes()).root_node.has_error]
    return [f"{path.relative_to(ROOT)}: not valid Groovy" for path in wrong]


def complaint(command: tuple[str | Path, ...]) -> str:
    """Return what a tool says if it fails."""
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run([str(word) for word in command], check=False, **pipes)
    return f"{command[0]}: {done.stdout.strip()}" if done.returncode else ""


def main() -> int:
    """Run all checks, also after one that complains."""
    with ThreadPoolExecutor() as pool, TemporaryDirectory() as folder:
        gitlab = (*SCHEMA, "vendor.gitlab-ci", *(whole(path, Path(folder)) for path in GITLAB))
        commands = [*CHECKS, gitlab, ("shellcheck", *scripts())]
        complaints = [*filter(None, pool.map(complaint, commands)), *wrong_groovy()]
    print(*complaints, sep="\n", end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
