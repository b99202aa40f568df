# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person types first works as it stands in the documents."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from tests.integration.support import WORKSPACE, Emulator, Player, short
from tests.unit.documented_blocks import Block, blocks_of

README = Path("README.md")
FIRST_STEPS = Path("docs/docsite/rst/guide_first_steps.rst")


def block(path: Path, words: str) -> Block:
    """The one block of a document that has these words in it."""
    (found,) = [item for item in blocks_of(path) if words in item.text]
    return found


def free_port() -> str:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def checkout(folder: Path) -> Path:
    """A folder as ``make demo`` leaves a checkout: the collection and the programs where the README says they are."""
    shutil.copytree(WORKSPACE, folder / ".build" / "ws", symlinks=True)
    link = folder / ".build" / "ws" / "ansible_collections" / "inet" / "elastic"
    link.unlink()
    link.symlink_to((WORKSPACE / "ansible_collections" / "inet" / "elastic").resolve())
    (folder / ".build" / "venv" / "run").mkdir(parents=True)
    (folder / ".build" / "venv" / "run" / "bin").symlink_to(Path(sys.executable).parent)
    return folder


def test_the_same_by_hand(tmp_path: Path) -> None:
    """The block of the README, word for word but for the port; then the emulator is ended."""
    text = block(README, "paas-emulator --port 8080 &").text
    assert text.count("8080") == 2
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PAAS_", "ANSIBLE_"))}
    script = f"trap 'kill %1' EXIT\nset -e\n{text.replace('8080', free_port())}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=checkout(tmp_path),
        env={**environment, "HOME": str(tmp_path), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    recaps = re.findall(r"localhost +: ok=\d+ +changed=(\d+) +unreachable=0 +failed=0", done.stdout)
    assert recaps == ["2", "2"]
    assert (tmp_path / ".build" / "quickstart-tokens.yml").read_text("utf-8").startswith("$ANSIBLE_VAULT;")


def test_first_playbook(player: Player, emulator: Emulator) -> None:
    """The playbook of the guide: it makes what it says, and a second run makes nothing."""
    playbook = player.folder / "shop.yml"
    playbook.write_text(block(FIRST_STEPS, "hosts: localhost").text, encoding="utf-8")
    made = player.run(playbook)
    assert made.code == 0, [result.get("msg") for _, result in made.results if result["failed"]]
    assert short(emulator.writes) == ["CreateToken", "CreateEnvironment"]
    emulator.forget()
    again = player.run(playbook)
    assert (again.code, emulator.writes) == (0, [])
    assert not any(result.get("changed") for _, result in again.results)
