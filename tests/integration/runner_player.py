# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks run by ansible-runner, whose artefacts lie in the folder of the run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.integration.support import Player

PROGRAMS = Path(sys.executable).parent


class RunnerPlayer(Player):
    """As ``Player``, with the programs of the environment that has ansible-runner."""

    def _command(self, playbook: Path | str, *arguments: str) -> list[str]:
        more = super()._command(playbook, *arguments)[2:]
        private = self.folder / "private"
        private.mkdir(exist_ok=True)
        places = ["--project-dir", str(self.folder), "--artifact-dir", str(self.folder / "artifacts")]
        command = [str(PROGRAMS / "ansible-runner"), "run", str(private), "--playbook", str(playbook), *places]
        return [*command, "--ident", "run", f"--cmdline={' '.join(more)}"]

    def _ended(self, command: list[str]) -> tuple[int, str]:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.full_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=self.timeout,
            check=False,
        )
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def full_environment(self) -> dict[str, str]:
        """See ``Player``; it finds ``ansible-playbook`` by itself."""
        environment = super().full_environment()
        return {**environment, "PATH": f"{PROGRAMS}{os.pathsep}{environment['PATH']}"}
