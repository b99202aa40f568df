# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmarks: what is measured, what follows from it, and that the published figures are those of the record."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks import record, writing
from benchmarks.commands import HERE, PLAYBOOKS, PROJECT, Programs
from benchmarks.emulated import Account, Calls, Emulator
from benchmarks.measuring import BenchError, Measured, Program, measure
from benchmarks.memory import descendants, parent_of, together_kib
from benchmarks.record import Record
from benchmarks.running import check, imported
from benchmarks.works import CONTENDERS, DELAYS, LETTERS, SLOPES, WORKS, Cell, cells
from benchmarks.worlds import WORLDS
from tests.unit.documented_tasks import PREFIX, complaints, tasks_in

RESULTS = PROJECT / "benchmarks" / "results.json"
# For the templates by which playbooks give lists.
ENTRIES: dict[str, dict[str, Any]] = {
    "paas_token": {"api_methods": ["environment.control.GetEnvInfo"]},
    "paas_tokens": {"tokens": [{"description": "bench-0000", "template": "Marketplace"}]},
    "paas_environments": {"environments": [{"name": "bench-0000", "state": "started"}]},
}
GET, CREATE, SIGN_IN = "environment.control.GetEnvs", "users.authentication.CreateToken", "users.authentication.Signin"


@pytest.fixture(scope="module")
def published() -> Record:
    """The record that the checkout has."""
    return record.load(RESULTS)


# What is published


def test_the_published_run_is_a_whole_one(published: Record) -> None:
    """Every cell of a full run is in it, with all its repeats."""
    assert (published.made["quick"], published.made["only"]) == (False, [])
    assert [(one.work, one.contender, one.delay_ms, one.items, len(one.seconds)) for one in published.measurements] == [
        (cell.work, cell.contender, cell.delay_ms, cell.items, cell.repeats) for cell in cells(quick=False)
    ]


@pytest.mark.parametrize("path", [writing.PAGE, writing.CHART], ids=str)
def test_what_is_published_is_made_of_the_record(published: Record, path: Path) -> None:
    """The page and the chart, sign by sign."""
    assert (PROJECT / path).read_text(encoding="utf-8") == writing.outputs(published, None)[path]


def test_the_readme_has_the_figures_of_the_record(published: Record) -> None:
    """And the text around them stays as it is."""
    readme = PROJECT / "README.md"
    assert writing.outputs(published, readme)[Path("README.md")] == readme.read_text(encoding="utf-8")


def test_a_readme_without_marks_is_refused_beforehand(tmp_path: Path) -> None:
    """Before a quarter of an hour is spent."""
    readme = tmp_path / "README.md"
    readme.write_text("# Nothing\n", encoding="utf-8")
    with pytest.raises(BenchError, match="written by make bench"):
        writing.check_marks(readme)


def test_a_record_comes_back_as_it_was_written(tmp_path: Path, published: Record) -> None:
    """Rounded once, it stays as it is."""
    record.save(published, tmp_path / "one.json")
    assert record.load(tmp_path / "one.json") == published
    assert (tmp_path / "one.json").read_text(encoding="utf-8") == RESULTS.read_text(encoding="utf-8")


# What is measured


def test_every_way_can_be_run() -> None:
    """Its contender has a title; its playbook, script and world are there."""
    for work in WORKS.values():
        assert work.world in WORLDS
        assert max(WORLDS[work.world].tokens, WORLDS[work.world].environments) >= work.items or work.writes
        for contender, way in work.ways.items():
            assert contender in CONTENDERS
            assert not way.playbook or (PLAYBOOKS / way.playbook).is_file()
            assert len(way.repeats) == len(DELAYS)
            assert any(way.repeats)


def test_ours_is_measured_wherever_another_is() -> None:
    """A ratio needs both, with the same delay."""
    for work in LETTERS:
        ours = WORKS[work].ways["set"].repeats
        for way in WORKS[work].ways.values():
            assert all(mine for mine, other in zip(ours, way.repeats, strict=True) if other), work


def test_fewer_items_are_explained() -> None:
    """A way that does less than the work says so."""
    for work in LETTERS:
        assert all(way.note for way in WORKS[work].ways.values() if way.items)


def test_a_slope_needs_one_item_too() -> None:
    """Each way of these works but the bare script."""
    found = Counter((cell.work, cell.contender) for cell in cells(quick=False, only=SLOPES))
    assert found == {
        (work, contender): 1 if contender == "bare" else 2 for work in SLOPES for contender in WORKS[work].ways
    }


def test_a_quick_run_has_every_way_once() -> None:
    """With a tenth of the items, once, at one delay."""
    quick, full = list(cells(quick=True)), list(cells(quick=False))
    assert {(cell.work, cell.contender) for cell in quick} == {(cell.work, cell.contender) for cell in full}
    assert {cell.repeats for cell in quick} == {1}
    assert max(cell.items for cell in quick) == 100
    assert len(quick) == len({(cell.work, cell.contender, cell.items) for cell in quick})


@pytest.mark.parametrize("path", sorted(PLAYBOOKS.glob("*.yml")), ids=lambda path: path.stem)
def test_playbooks_use_options_that_there_are(path: Path) -> None:
    """As the validation of a run sees them."""
    plays = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert any(path.name in (way.playbook, way.kept) for work in WORKS.values() for way in work.ways.values())
    for task in tasks_in(plays):
        for module in [name.removeprefix(PREFIX) for name in task if name.startswith(PREFIX)]:
            given = task[PREFIX + module] or {}
            assert list(complaints(module, given | ENTRIES.get(module, {}))) == []


def test_no_argument_has_a_secret_and_no_setting_of_the_user_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs get the account by their environment; files of a run have neither password nor token."""
    monkeypatch.setenv("ANSIBLE_FORKS", "50")
    monkeypatch.setenv("PAAS_LOGIN", "somebody@example.com")
    account = Account()
    emulator = Emulator("http://127.0.0.1:1", account)
    programs = Programs(tmp_path, tmp_path)
    for cell in cells(quick=False):
        program = programs.of(cell, emulator)
        texts = [*program.argv, *(path.read_text() for path in tmp_path.iterdir() if path.is_file())]
        assert not any(secret in text for text in texts for secret in (account.password, account.token))
        assert "ANSIBLE_FORKS" not in program.environment
        assert program.environment.get("PAAS_LOGIN") in (None, account.login)
        assert ("PAAS_PASSWORD" in program.environment) is WORKS[cell.work].tokens
    assert account.password not in repr(account)


def test_separate_tasks_are_written_out(tmp_path: Path) -> None:
    """One task for each item, none of which loops."""
    program = Programs(tmp_path, tmp_path).of(
        Cell("each_environment", "tasks", 0, items=3, repeats=1), Emulator("http://127.0.0.1:1", Account())
    )
    (play,) = yaml.safe_load(Path(program.argv[3]).read_text(encoding="utf-8"))
    assert [task["vars"]["item"]["name"] for task in play["tasks"]] == ["bench-0000", "bench-0001", "bench-0002"]
    assert not any("loop" in task for task in play["tasks"])


def test_modules_run_in_processes_of_their_own_only_where_they_should(tmp_path: Path) -> None:
    """By the inventory that the program is given."""
    programs, emulator = Programs(tmp_path, tmp_path), Emulator("http://127.0.0.1:1", Account())
    for contender, connection in (("set", "local"), ("set_process", "own_process")):
        argv = programs.of(Cell("tokens_unchanged", contender, 0, 1, 1), emulator).argv
        assert f"ansible_connection={connection} " in Path(argv[2]).read_text(encoding="utf-8")


def test_only_this_collection_is_measured(tmp_path: Path) -> None:
    """The one that the role for AWX needs lies elsewhere; where none is installed, there is none."""
    programs, emulator = Programs(tmp_path, tmp_path), Emulator("http://127.0.0.1:1", Account())
    for installed, names in ((True, ["inet", "inet/elastic"]), (False, [])):
        path = programs.environment(emulator, tokens=False, installed=installed)["ANSIBLE_COLLECTIONS_PATH"]
        root = Path(path) / "ansible_collections"
        found = sorted(str(one.relative_to(root)) for pattern in ("*", "*/*") for one in root.glob(pattern))
        assert found == names
        assert not installed or (root / "inet" / "elastic" / "galaxy.yml").samefile(PROJECT / "galaxy.yml")


# Whether a run did its work


def calls(methods: dict[str, int], writes: dict[str, int] | None = None, refused: int = 0) -> Calls:
    """What a journal has."""
    return Calls(Counter(methods), Counter(writes or {}), refused, server_ms=1)


@pytest.mark.parametrize(
    ("work", "seen", "complaint"),
    [
        ("tokens_created", calls({CREATE: 3}, {CREATE: 3}), ""),
        ("tokens_created", calls({CREATE: 2}, {CREATE: 2}), "not {'users.authentication.CreateToken': 3}"),
        ("tokens_created", calls({SIGN_IN: 1}), "it wrote nothing"),
        ("environments_read", calls({GET: 1}), ""),
        ("environments_read", calls({GET: 1, CREATE: 1}, {CREATE: 1}), "not nothing"),
        ("environments_read", calls({GET: 1}, refused=1), "1 calls were refused"),
        ("environments_read", calls({}), "it made 0 calls"),
    ],
)
def test_a_run_that_did_something_else_is_no_measurement(work: str, seen: Calls, complaint: str) -> None:
    """The journal tells."""
    cell = Cell(work, "set", 0, items=3, repeats=1)
    if complaint:
        with pytest.raises(BenchError) as caught:
            check(cell, seen)
        assert complaint in str(caught.value)
    else:
        check(cell, seen)


def test_a_program_is_measured(tmp_path: Path) -> None:
    """Time and memory of the largest of its processes, and what it printed."""
    log = (tmp_path / "log").open("w", encoding="utf-8")
    with log:
        measured = measure(Program(["sh", "-c", "echo out; echo err >&2"], {}, tmp_path), log, sample_memory=True)
    assert measured.output == "out\n"
    assert 0 < measured.seconds < 60
    assert 0.1 < measured.peak_mb < 50
    assert (tmp_path / "log").read_text(encoding="utf-8") == "err\n"


def test_a_program_that_fails_is_said_with_its_code(tmp_path: Path) -> None:
    """And what it printed is in the log, not in the message."""
    with (tmp_path / "log").open("w", encoding="utf-8") as log, pytest.raises(BenchError) as caught:
        measure(Program(["sh", "-c", "echo why; exit 3"], {}, tmp_path), log)
    assert str(caught.value).endswith("ended with code 3")
    assert "why" in (tmp_path / "log").read_text(encoding="utf-8")


def test_memory_counts_shared_pages_once(tmp_path: Path) -> None:
    """Own pages are added, those of program files count for one process; the program itself and others are left out."""
    for pid, parent, own, files in ((10, 1, 5000, 900), (12, 10, 100, 70), (11, 12, 30, 80), (13, 1, 7000, 9000)):
        folder = tmp_path / str(pid)
        folder.mkdir()
        (folder / "stat").write_text(f"{pid} (a ) name) S {parent} {pid} {pid} 0", encoding="utf-8")
        (folder / "smaps_rollup").write_text(f"Rss: 1 kB\nPss_Anon:   {own} kB\n", encoding="utf-8")
        (folder / "status").write_text(f"Name:\tx\nRssFile:\t{files} kB\n", encoding="utf-8")
    (tmp_path / "14").mkdir()
    (tmp_path / "version").write_text("", encoding="utf-8")
    assert parent_of((tmp_path / "11" / "stat").read_text(encoding="utf-8")) == 12
    assert descendants(10, tmp_path) == [12, 11]
    assert together_kib(10, tmp_path) == 100 + 30 + 80


def test_what_is_imported_is_read_from_the_interpreter() -> None:
    """And nothing at all is an error, as then nothing was seen."""
    lines = "import time:  10 |  20 |   ansible.constants\nimport time:  1 |  2 | requests\nother | text\n"
    assert imported(Measured(1, 1, 1, None, lines)) == ["ansible.constants", "requests"]
    with pytest.raises(BenchError, match="cannot be seen"):
        imported(Measured(1, 1, 1, None, "usage: ansible-doc"))


def test_scripts_know_all_works_that_they_are_run_for() -> None:
    """By the tables at their ends."""
    for work, subject in WORKS.items():
        for contender in subject.ways.keys() & {"bare", "jelapi", "jelastic_client"}:
            name = contender if contender == "bare" else f"with_{contender}"
            script = (HERE / "peers" / f"{name}.py").read_text(encoding="utf-8")
            assert f'    "{work}": {work},' in script
