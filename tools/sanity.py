"""Run `ansible-test sanity` on the files of the artefact, with the ansible-core of one environment.

    tools/sanity.py VENV PYTHON [ARGUMENT OF ansible-test...]

VENV is lint, core-2.16, ... What ansible-test would run on each Python runs on VENV's `own`, or the `lowest` on PATH.
ansible-test wants a git tree at .../ansible_collections/NAMESPACE/NAME by real path, so the files are copied below
.build. It uses no container, and uv installs what its virtual environments need.
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
# It becomes the package `pip` of an environment. uv does the work, in a tenth of the time that pip takes.
INSTALLER = """import os, shutil, subprocess, sys, sysconfig
folder = os.path.join(sysconfig.get_path("purelib"), "pip")
if not os.path.exists(folder):
    os.mkdir(folder)
    shutil.copy(__file__, folder + "/__main__.py")
    sys.argv.insert(1, "install")
words = [word for word in sys.argv[1:] if not word.startswith(("pip==", "--disable-pip", "--no-", "-y"))]
options = ["--quiet", "--system-certs", "--cache-dir", {cache!r}, "--python", sys.executable]
sys.exit(subprocess.call([{uv!r}, "pip", *words, *options]) if len(words) > 1 else 0)
"""
# Not the program `ansible-test`: below a path with a space, or a long one, its first line does not work.
ANSIBLE_TEST = "from ansible_test._util.target.cli.ansible_test_cli_stub import main; main()"


def copy_tree(target: Path) -> None:
    """Lay the artefact's files at TARGET, as a git tree of their own."""
    shutil.rmtree(target, ignore_errors=True)
    project.copy_files(project.artefact_files(), target)
    subprocess.run(["git", "-C", str(target), "init", "--quiet"], check=True)


def provide_pip(home: Path) -> None:
    """Put the stand-in for the installer of pip where ansible-test, with HOME as home directory, looks for it."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    installer = INSTALLER.format(uv=str(project.UV), cache=str(project.BUILD / "cache" / "uv"))
    for version in INSTALLER_VERSIONS:
        (cache / f"get_pip_{version}.py").write_text(installer)


def main() -> int:
    work = project.BUILD / "sanity" / sys.argv[1]
    home = work / "home"
    tree = work / "ansible_collections" / project.NAMESPACE / project.NAME
    with project.locked("sanity-" + sys.argv[1]):
        copy_tree(tree)
        provide_pip(home)
        lowest = [name for name in ("3.9", "3.10") if sys.argv[2] == "lowest" and shutil.which(f"python{name}")]
        python = [*lowest, f"{sys.version_info.major}.{sys.version_info.minor}"][0]
        argv = [sys.executable, "-c", ANSIBLE_TEST, "sanity", "--local", "--color", "no", "--python", python]
        environment = {**os.environ, "HOME": str(home), "ANSIBLE_HOME": str(home / ".ansible")}
        return subprocess.run([*argv, *sys.argv[3:]], cwd=tree, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
