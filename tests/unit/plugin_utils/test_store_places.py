# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the token store lies: owner, mode, links, leftovers, and places that cannot be written."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store import files as _store_files
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.lock import hold_lock
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import (
    StoreError,
    TokenStore,
    resolve_store_path,
)
from tests.unit.plugin_utils.stores import ENTRY, OTHER, assert_one_line, names, put, store_at, vault


def test_wide_mode_becomes_narrow(path: Path) -> None:
    put(path, ENTRY)
    path.chmod(0o666)
    put(path, OTHER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_tight_umask_does_not_shut_the_owner_out(path: Path) -> None:
    before = os.umask(0o777)
    try:
        put(path, ENTRY)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def foreign_owner(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Give the store to another user, really as root, else for those who ask; returns the calls of fchown."""
    calls: list[tuple[int, int]] = []
    real_stat, real_fchown, root = Path.stat, os.fchown, os.geteuid() == 0
    if root:
        os.chown(path, 12345, 12346)

    def lying_stat(self: Path, **options: Any) -> os.stat_result:
        state = list(real_stat(self, **options))
        if self == path:
            state[4:6] = 12345, 12346
        return os.stat_result(state)

    def recorded_fchown(descriptor: int, uid: int, gid: int) -> None:
        calls.append((uid, gid))
        if root:
            real_fchown(descriptor, uid, gid)

    if not root:
        monkeypatch.setattr(Path, "stat", lying_stat)
    monkeypatch.setattr(os, "fchown", recorded_fchown)
    return calls


def test_owner_is_kept_and_gets_the_lock_file_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(path, ENTRY, fmt="plain")
    calls = foreign_owner(path, monkeypatch)
    draft = _store_files.StoreFileDraft(path)
    draft.publish(path.read_bytes())
    assert calls == [(12345, -1), (-1, 12346)]
    calls.clear()
    with hold_lock(path, 0, print):
        assert calls == [(12345, 12346)]


def test_a_write_that_would_change_the_owner_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(path, ENTRY)
    foreign_owner(path, monkeypatch)

    def refuse(_descriptor: int, _uid: int, _gid: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", refuse)
    with pytest.raises(StoreError) as error, store_at(path).transaction() as store:
        store.reserve()
    assert_one_line(error, str(path), "Operation not permitted", "Give the user of this run the permission")


def test_a_symbolic_link_stays_one(path: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "store.yml"
    path.symlink_to(target)
    put(path, ENTRY)
    assert path.is_symlink()
    assert store_at(target).read() == {"deploy-bot": ENTRY}
    assert names(tmp_path / "real") == {"store.yml", ".store.yml.lock"}


def test_home_is_expanded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(path.parent))
    put(Path("~/tokens.yml"), ENTRY)
    assert store_at(path).read() == {"deploy-bot": ENTRY}


def test_relative_paths_start_at_the_playbook(tmp_path: Path) -> None:
    from ansible.parsing.dataloader import DataLoader

    loader = DataLoader()
    loader.set_basedir(str(tmp_path))
    assert resolve_store_path(loader, "sub/tokens.yml") == str(tmp_path / "sub" / "tokens.yml")
    assert resolve_store_path(loader, "/srv/tokens.yml") == "/srv/tokens.yml"


@pytest.mark.parametrize(
    "text", ["~/sub/tokens.yml", "$HOME/sub/tokens.yml", "${HOME}/sub/tokens.yml", "$SUB/tokens.yml"]
)
def test_home_and_variables_are_expanded_before_the_directory_of_the_playbook_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    from ansible.parsing.dataloader import DataLoader

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SUB", f"{tmp_path}/sub")
    loader = DataLoader()
    loader.set_basedir("/srv/plays")
    assert resolve_store_path(loader, text) == str(tmp_path / "sub" / "tokens.yml")
    monkeypatch.setenv("SUB", "sub")
    assert resolve_store_path(loader, "$SUB/tokens.yml") == "/srv/plays/sub/tokens.yml"
    assert resolve_store_path(loader, "$NOT_SET/tokens.yml") == "/srv/plays/$NOT_SET/tokens.yml"


def test_leftovers_of_a_killed_run_are_removed_and_nothing_else(path: Path, tmp_path: Path) -> None:
    ours = tmp_path / ".tokens.yml.0123456789abcdef.tmp"
    theirs = {".tokens.yml.tmp", ".tokens.yml.0123456789abcdeg.tmp", ".a.yml.0123456789abcdef.tmp", "tokens.yml.swp"}
    for name in {ours.name, *theirs}:
        (tmp_path / name).write_text("x", encoding="utf-8")
    with store_at(path).transaction():
        assert not ours.exists()
    assert names(tmp_path) == {*theirs, ".tokens.yml.lock"}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("missing/tokens.yml", "Create the directory first"),
        ("file/tokens.yml", "not a directory"),
        ("directory", "Name a file"),
        ("pipe", "Name a file"),
        ("x" * 250, "Choose a shorter name"),
        ("nul\0", "Name a file"),
        ("circle", "ame a file|leads in a circle"),
        ("~nobody-of-this-name/tokens.yml", "Name a file"),
    ],
)
def test_a_place_that_cannot_be_written(tmp_path: Path, name: str, part: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "directory").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    before = names(tmp_path)
    path = name if name.startswith("~") else str(tmp_path / name)
    with pytest.raises(StoreError, match=part) as error, TokenStore(path, vault=vault()).transaction():
        pass
    assert_one_line(error)
    assert names(tmp_path) == before


@pytest.mark.parametrize("path", ["", "/proc/tokens.yml"])
def test_a_file_system_that_takes_no_files(path: str) -> None:
    with pytest.raises(StoreError) as error, TokenStore(path, vault=vault()).transaction():
        pass
    assert_one_line(error, "token store", path)


def test_a_read_only_file_is_refused_before_the_write(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(path, ENTRY)
    # Root may write all the same, so the answer of the system is set here.
    monkeypatch.setattr(os, "access", lambda *_args, **_options: False)
    with pytest.raises(StoreError) as error, store_at(path).transaction() as store:
        store.reserve()
    assert_one_line(error, str(path), "read-only")
