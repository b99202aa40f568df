# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the README say what the program does; the modules hold together."""

from __future__ import annotations

import re
from pathlib import Path

from paas_emulator import control, faults, methods, settings
from paas_emulator.accounts import DEMO
from paas_emulator.cli import _parser
from paas_emulator.methods import emulated
from paas_emulator.services.authentication import templates

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def first_column(heading: str, head: str) -> list[str]:
    """Cells of the first column of the table under a heading whose first column has that head."""
    section = re.split(r"(?m)^#+ ", README.partition(f"# {heading}\n")[2])[0]
    table = section.partition(f"\n| {head} |")[2].partition("\n\n")[0]
    return [line.split("|")[1].strip() for line in table.splitlines()[2:]]


def test_methods() -> None:
    listed = first_column("What is emulated", "Method")
    assert sorted(listed) == sorted(method.facts.name for method in emulated().values())
    assert len(listed) == len(set(listed)) > 27


def test_switches() -> None:
    assert sorted(first_column("Switches", "Switch")) == sorted(settings.SWITCHES)


def test_fault_kinds() -> None:
    assert sorted(first_column("Faults", "Kind")) == sorted(faults.KINDS)


def test_control_requests() -> None:
    known = {f"`{http} {control.PREFIX}{name}`" for http, name in control.ROUTES}
    assert set(first_column("Control", "Request")) == known


def test_options() -> None:
    described = set(re.findall(r"--[a-z-]+", " ".join(first_column("Command line", "Option"))))
    options = {text for action in _parser()._actions for text in action.option_strings if text.startswith("--")}
    assert described == options - {"--help", "--version"}


def test_demo_account() -> None:
    text = f"there is the login `{DEMO.login}` with the password `{DEMO.password}`"
    assert text in " ".join(README.split())


def test_modules_are_named() -> None:
    source = Path(__file__).resolve().parents[1] / "src" / "paas_emulator"
    described = README.partition("## Where things are\n")[2].partition("\n## ")[0]
    hidden = {"__init__", "__main__", "calls", "platform", "secrets_at_rest", "model"}
    modules = {path.stem for path in source.rglob("*.py") if "emulates(" not in path.read_text(encoding="utf-8")}
    modules |= {path.parent.name for path in source.glob("services/*/__init__.py")}
    modules = modules - hidden | {"registry"}
    assert {name for name in modules if f"`{name}`" not in described} == set()


def test_services_have_the_same_file_names() -> None:
    """What can be called is in `methods.py`, and in no file of another kind of name."""
    services = Path(methods.__file__).parent / "services"
    calls = {path for path in services.rglob("*.py") if "emulates(" in path.read_text(encoding="utf-8")}
    assert {path.parent.name for path in calls if path.name == "methods.py"} == {
        path.parent.name for path in services.glob("*/__init__.py")
    }
    assert {path.stem for path in calls if path.stem.rpartition("_")[2] != "methods"} == set()


def test_every_template_can_be_listed() -> None:
    assert [len(templates.methods_of(name)) > 0 for name in templates.TEMPLATES] == [True, True, True, False]
