"""Run `ansible-test sanity` on the files of the artefact, with the ansible-core of one environment.

    tools/sanity.py VENV [ARGUMENT OF ansible-test...]        (VENV: lint, core-2.16, ...)

ansible-test wants a git tree at .../ansible_collections/NAMESPACE/NAME by real path, so the files are copied below
.build. No container is used: its own virtual environments are made of the interpreters on PATH, of which it skips those
that are not there, and their pip comes from the package index, by way of uv, instead of a download host of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import _project as project

# ansible-test looks for its pip installer under these versions (one per ansible-core) before it would download it.
INSTALLER_VERSIONS = ("23_1_2", "24_2", "25_2")
INSTALLER = '''"""Install pip with the pip at {pip}."""
import runpy, sys

sys.path.insert(0, {pip!r})
wanted = [arg for arg in sys.argv[1:] if arg not in ("--no-setuptools", "--no-wheel")]
sys.argv = ["pip", "install", "--upgrade", "--force-reinstall", *wanted]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
'''
# Not the program `ansible-test`: below a path with a space, or a long one, its first line does not work.
ANSIBLE_TEST = "from ansible_test._util.target.cli.ansible_test_cli_stub import main; main()"


def copy_tree(target: Path) -> None:
    """Lay the artefact's files at TARGET, as a git tree of their own."""
    shutil.rmtree(target, ignore_errors=True)
    project.copy_files(project.artefact_files(), target)
    subprocess.run(["git", "-C", str(target), "init", "--quiet"], check=True)


def provide_pip(home: Path) -> None:
    """Put the stand-in for the installer of pip where ansible-test, with HOME as home directory, looks for it."""
    pip = project.BUILD / "sanity" / "pip"
    argv = [str(project.UV), "pip", "install", "--quiet", "--target", str(pip)]
    argv += ["--constraints", "requirements/setup.txt", "pip"]
    with project.locked("sanity-pip"):
        subprocess.run(argv, cwd=project.ROOT, check=True)
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in INSTALLER_VERSIONS:
        (cache / f"get_pip_{version}.py").write_text(INSTALLER.format(pip=str(pip)))


def main() -> int:
    work = project.BUILD / "sanity" / sys.argv[1]
    home = work / "home"
    tree = work / "ansible_collections" / project.NAMESPACE / project.NAME
    with project.locked("sanity-" + sys.argv[1]):
        copy_tree(tree)
        provide_pip(home)
        argv = [sys.executable, "-c", ANSIBLE_TEST, "sanity", "--local", "--color", "no", *sys.argv[2:]]
        environment = {**os.environ, "HOME": str(home), "ANSIBLE_HOME": str(home / ".ansible")}
        return subprocess.run(argv, cwd=tree, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
