"""Sessions of nox: the environments below .build/venv, tests, checks and documents. `make` is the door to them.

    .build/venv/nox/bin/python -m nox --list

A session says in which environment its programs run. An environment is made when it is first needed, from the pins in
requirements/, and made anew when they, the interpreter or the place of the checkout have changed.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).resolve().parent / "tools"))

import _project as project

# The ansible-core of `make test` if no other is named, and of what depends on none.
CORE = "2.19"
# The Pythons that each environment can be made with, best first. The pins hold for the lowest and all above.
PYTHONS = {
    "core-2.16": ("3.11", "3.12", "3.10"),
    "core-2.19": ("3.11", "3.12", "3.13"),
    "core-2.21": ("3.13", "3.12", "3.14"),
    "core-2.22": ("3.13", "3.14"),
    "run": ("3.13", "3.12", "3.11", "3.14"),
    "lint": ("3.13", "3.12", "3.11", "3.14"),
    "docs": ("3.13", "3.12", "3.11", "3.14"),
    "molecule": ("3.11", "3.12", "3.13"),
    "runner": ("3.11", "3.12", "3.13"),
    "browser": ("3.11", "3.12", "3.13"),
    "rulebook": ("3.11", "3.12", "3.13"),
    "bench": ("3.11", "3.12", "3.13"),
    "bench-peers": ("3.11", "3.12", "3.13"),
}
CORES = [name.removeprefix("core-") for name in PYTHONS if name.startswith("core-")]
# The test runs of `make check`: the ansible-core (the first whose Python is here), the profile (tests/profiles.py) and
# what runs, all by default: with newer versions what depends on Ansible itself. `make test-matrix` runs all with each.
NEWEST = (project.ROOT / "tests" / "depends_on_ansible.txt").read_text(encoding="utf-8").split()
CHECKED = (
    (("2.16", CORE), "ci", ()),
    (("2.22",), "dev", ("tests/integration/test_quickstart.py", "tests/unit/lookup", "tests/unit/filter")),
    (("2.21", CORE), "dev", NEWEST),
)
# Pins without the requirements of the emulator: their lowest Python, and more options of `uv pip compile`.
ALONE = {"setup": ["3.11"], "awx": ["3.11", "--no-deps"]}
SETUP = "requirements/setup.txt"
COLLECTIONS = ("awx/awx", "community/hashi_vault", "kubernetes/core")  # of others, that roles and tests need
COLLECTION = f"ansible_collections.{project.NAMESPACE}.{project.NAME}"
# Tests wait for half of their time.
PYTEST = f"-m pytest -c pyproject.toml --numprocesses={project.PROCESSORS + 1}"
SECONDS_TO_END = 30.0  # for a program that was interrupted: it ends what it started

nox.options.default_venv_backend = "none"
nox.options.sessions = []
# Only what goes wrong is said: the last line of a run is that of the program.
logging.getLogger("nox").setLevel(logging.WARNING)
project.prepare()


def python_for(name: str) -> str | None:
    """Return the interpreter to make an environment with, or None if this machine has none."""
    path = project.search_path()
    return next((found for version in PYTHONS[name] if (found := shutil.which(f"python{version}", path=path))), None)


def missing(name: str) -> str:
    """Say what an environment needs."""
    return f"Python {' or '.join(PYTHONS[name])} is not on this machine"


def environment(session: nox.Session, name: str) -> Path:
    """Make `.build/venv/NAME` if it is not as it should be, and return its folder of programs.

    Skip the session, with a warning, if the Python for it is missing.
    """
    python = python_for(name) or session.skip(f"!!! NOT RUN: {missing(name)} !!!")
    folder = project.VENVS / name
    sources = (f"requirements/{name}.txt", SETUP, "emulator/pyproject.toml")
    made_from = "\n".join([str(project.ROOT), python, *((project.ROOT / path).read_text() for path in sources)])
    stamp = folder / "made-from.txt"
    with project.locked(f"venv-{name}"):
        if stamp.is_file() and stamp.read_text() == made_from and (folder / "bin" / "python").exists():
            return folder / "bin"
        print(f"setting up .build/venv/{name} ({python})", flush=True)
        install = [str(project.UV), "pip", "install", "-b", SETUP, "-p", str(folder / "bin" / "python")]
        session.run(str(project.UV), "venv", "--clear", "--no-python-downloads", "-p", python, str(folder), silent=True)
        session.run(*install, "--require-hashes", "-r", f"requirements/{name}.txt", silent=True)
        # A folder has no hash, so the emulator is installed by itself; its requirements are in the file above.
        session.run(*install, "--no-deps", "--editable", "emulator", silent=True)
        stamp.write_text(made_from)
    return folder / "bin"


def run(session: nox.Session, name: str, *argv: str, silent: bool = False, **changes: str) -> None:
    """Run a program of an environment, with all of its programs on PATH; CHANGES are to the environment variables."""
    programs = environment(session, name)
    changes["PATH"] = os.pathsep.join([str(programs), changes.get("PATH", os.environ["PATH"])])
    session.run(str(programs / argv[0]), *argv[1:], env=changes, silent=silent, interrupt_timeout=SECONDS_TO_END)


def run_tests(session: nox.Session, name: str, *argv: str, **changes: str) -> None:
    """Run Python with a short folder for temporary files: Ansible puts a socket there, whose path has a limit."""
    if " " in str(project.ROOT):
        session.error("Ansible cannot run a module with a Python below a path with a space: move the checkout")
    with tempfile.TemporaryDirectory(prefix="test.", dir="/tmp") as short:
        run(session, name, "python", *argv, silent=False, TMPDIR=short, **changes)


def provide_collections(session: nox.Session) -> None:
    """Put COLLECTIONS beside this one. They are not on PyPI, but in the pinned wheel of `ansible`, with many others."""
    made_from = (project.ROOT / "requirements" / "awx.txt").read_text() + " ".join(COLLECTIONS)
    stamp = project.WORKSPACE / "ansible_collections" / "pins.txt"
    with project.locked("awx"), tempfile.TemporaryDirectory() as folder:
        if stamp.is_file() and stamp.read_text() == made_from:
            return
        print(f"taking {', '.join(COLLECTIONS)} out of {made_from.split()[0]}", flush=True)
        download = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--dest", folder]
        session.run(*download, "--require-hashes", "-r", "requirements/awx.txt", silent=True)
        folders = tuple(f"ansible_collections/{name}/" for name in COLLECTIONS)
        for name in folders:
            shutil.rmtree(project.WORKSPACE / name, ignore_errors=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            wheel.extractall(project.WORKSPACE, [name for name in wheel.namelist() if name.startswith(folders)])
        stamp.write_text(made_from)


@nox.session
def demo(session: nox.Session) -> None:
    """The quick start, run against an emulator."""
    run(session, "run", "python", "tools/demo.py", *session.posargs)


for version in CORES:

    @nox.session(name=f"test-{version}", tags=["matrix"])
    def test(session: nox.Session, core: str = version) -> None:
        """Unit, property and integration tests with one ansible-core."""
        run_tests(session, f"core-{core}", *PYTEST.split(), *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """All tests with the oldest ansible-core, and what may differ with newer ones."""
    for cores, profile, folders in CHECKED:
        core = next((core for core in cores if python_for(f"core-{core}")), None)
        if core != cores[0]:
            instead = f"ansible-core {core} is tested instead" if core else "NOT TESTED"
            session.warn(f"!!! ansible-core {cores[0]}: {instead}, as {missing(f'core-{cores[0]}')} !!!")
        if core:
            print(f"\n=== ansible-core {core}: {'what depends on Ansible' if folders else 'all tests'} ===", flush=True)
            run_tests(session, f"core-{core}", *PYTEST.split(), *folders, *session.posargs, TEST_PROFILE=profile)


@nox.session
def faults(session: nox.Session) -> None:
    """Every API call that changes something x every fault; writes docs/faults.md."""
    run_tests(session, f"core-{CORE}", "tools/faults.py", *session.posargs)


# What `make check` runs beside the static checks, each in the environment of its name.
BESIDE = {
    "molecule": "tools/molecule.py",
    "runner": f"{PYTEST} tests/runner",
    "browser": f"{PYTEST} -n0 emulator/tests/browser",
    "rulebook": f"{PYTEST} -n2 tests/rulebook",
}
for run_name, run_words in BESIDE.items():

    @nox.session(name=run_name, tags=["check"], allow_parallel=True)
    def beside(session: nox.Session, name: str = run_name, command: str = run_words) -> None:
        """The scenarios of the roles; job templates by ansible-runner; the dashboard in Chromium; rulebooks."""
        if name == "rulebook" and not shutil.which("java"):
            session.skip("!!! NOT RUN: java is not on this machine !!!")
        if name in ("molecule", "runner"):
            provide_collections(session)
        if name == "runner":
            environment(session, "core-2.16")
        run_tests(session, name, *command.split(), *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """The speed beside other ways; writes docs/performance.md."""
    environment(session, "bench-peers")
    run(session, "bench", "python", "-m", "benchmarks", *session.posargs)


@nox.session
def pins(session: nox.Session) -> None:
    """Renew requirements/*.txt: exact versions and hashes of all that requirements/in and the emulator ask for."""
    lowest = {name: [min(found, key=lambda text: int(text.partition(".")[2]))] for name, found in PYTHONS.items()}
    for name, (python, *more) in (lowest | ALONE).items():
        if session.posargs and name not in session.posargs:
            continue
        inputs = [f"requirements/in/{name}.in", *([] if name in ALONE else ["emulator/pyproject.toml"])]
        argv = [str(project.UV), "pip", "compile", "--quiet", "--upgrade", "--universal", "--python-version", python]
        argv += ["--generate-hashes", "--no-header", "--no-annotate", *more]
        session.run(*argv, "--output-file", f"requirements/{name}.txt", *inputs, silent=True)
        print(f"requirements/{name}.txt", flush=True)


OF_PLUGINS = "--plugin-docs --validate-collection-refs=self"
# Sanity tests that are linters of the same files with each ansible-core.
NOT_OF_CORE = "--skip-test changelog --skip-test pep8 --skip-test pylint --skip-test yamllint"
# The static checks: the environment of each, and its command. The slowest first: the others run beside them.
# Sanity runs with the lowest and the newest Python: those between have what both have.
CHECKS = {
    "sanity_newest": ("lint", "python tools/sanity.py lint own"),
    "sanity_oldest": ("core-2.16", f"python tools/sanity.py core-2.16 lowest {NOT_OF_CORE}"),
    "artefact": ("lint", "python tools/artefact.py"),
    "ansible_lint": ("lint", "ansible-lint --offline --strict --profile production --nocolor"),
    "docs": ("docs", "python tools/docs.py"),
    "mypy_collection": ("lint", f"mypy --package {COLLECTION}.plugins"),
    "mypy": ("lint", "mypy noxfile.py .ci tools tests benchmarks emulator/src emulator/tests extensions"),
    "pipelines": ("lint", "python .ci/check_pipelines.py"),
    "antsibull_docs": ("lint", f"antsibull-docs lint-collection-docs {OF_PLUGINS} --skip-rstcheck ."),
    "reuse": ("lint", "reuse lint --quiet"),
    "yamllint": ("lint", "yamllint --strict ."),
    "antsibull_changelog": ("lint", "antsibull-changelog lint"),
    "ruff": ("lint", "ruff check ."),
    "ruff_format": ("lint", "ruff format --check ."),
    "house_rules": ("lint", "python tools/house_rules.py"),
    "documents": ("lint", "python tools/documents.py --check"),
}


# They print nothing unless they fail. Words of a name are joined by `_`.
for check_name, (env_name, words) in CHECKS.items():

    @nox.session(name=check_name, tags=["lint", "check"], allow_parallel=True)
    def check(session: nox.Session, name: str = check_name, env: str = env_name, command: str = words) -> None:
        """One of the static checks."""
        if env == "lint":
            provide_collections(session)
        changes = {"PATH": project.search_path(), "NO_COLOR": "1"}
        if not command.startswith("python"):  # other people's programs keep logs and caches in the home directory
            changes["HOME"] = str(project.HOME)
        run(session, env, *command.split(), silent=name != "docs", **changes)
