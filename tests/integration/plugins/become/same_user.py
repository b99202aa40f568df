# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aid: becoming the user that one already is, which needs no rights and no program.

Each command adds a line to the file that PROCESS_FILE names.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: same_user
short_description: become the same user
description: Runs commands as they are.
options:
  become_user:
    description: Of no meaning.
    vars: [{name: ansible_become_user}]
  become_exe:
    description: Of no meaning.
  become_flags:
    description: Of no meaning.
  become_pass:
    description: Of no meaning.
"""


class BecomeModule(BecomeBase):
    """See above."""

    name = "same_user"

    def build_become_command(self, cmd: str, shell: Any) -> str:
        """The command itself, behind the word that tells that becoming has worked."""
        super().build_become_command(cmd, shell)
        with Path(os.environ["PROCESS_FILE"]).open("a", encoding="utf-8") as file:
            file.write("one\n")
        built: str = self._build_success_command(cmd, shell)
        return built
