# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of files in a real shell, wrapped as the platform's manual says."""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
from pathlib import Path

from ansible_collections.inet.elastic.plugins.module_utils._resources.file import commands, model
from ansible_collections.inet.elastic.plugins.module_utils._resources.nodes import Place

BYTES = bytes(range(256))
BASE64 = base64.b64encode(BYTES).decode()


def sh(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a node does."""
    return subprocess.run(["sh", "-c", f"yes | ({command})"], capture_output=True, text=True, check=False)


def wanted(path: Path) -> model.DesiredFile:
    """A content that is not text."""
    return model.DesiredFile(Place("my-shop", None, 1), str(path), "file", model.Content.of(BYTES))


def test_facts_in_a_shell(tmp_path: Path) -> None:
    path = tmp_path / "it's $HOME"
    facts = commands._FACTS.format(path=shlex.quote(str(path)))
    assert sh(facts).stdout == "absent\n"
    path.write_bytes(BYTES)
    path.chmod(0o640)
    digest, last = sh(facts).stdout.splitlines()
    assert digest.lstrip("\\").startswith(model.Content.of(BYTES).digest)
    assert last.startswith(f"regular file/640/{os.getuid()}/")
    path.unlink()
    path.mkdir(mode=0o700)
    assert sh(facts).stdout.startswith("directory/700/")


def test_decoding_in_a_shell(tmp_path: Path) -> None:
    """Mode and link of an existing file stay; a damaged content changes nothing."""
    real, path = tmp_path / "real", tmp_path / "it's $HOME"
    real.write_text("old")
    real.chmod(0o640)
    path.symlink_to(real)
    desired = wanted(path)
    assert desired.content
    part = Path(commands.part_path(desired))
    part.write_text(BASE64[:-4])
    assert sh(commands.decode_command(desired, desired.content)).returncode == 1
    assert (real.read_text(), sorted(item.name for item in tmp_path.iterdir())) == ("old", [path.name, "real"])
    part.write_text(BASE64)
    assert sh(commands.decode_command(desired, desired.content)).returncode == 0
    assert (real.read_bytes(), real.stat().st_mode & 0o777, path.is_symlink()) == (BYTES, 0o640, True)
    assert sorted(item.name for item in tmp_path.iterdir()) == [path.name, "real"]


def test_attributes_in_a_shell(tmp_path: Path) -> None:
    path = tmp_path / "it's $HOME"
    path.write_text("")
    given = {"mode": "2750", "owner": str(os.getuid()), "group": str(os.getgid())}
    assert sh(commands.attributes_command(str(path), given)).returncode == 0
    assert path.stat().st_mode & 0o7777 == 0o2750
