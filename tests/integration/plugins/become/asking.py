# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aid: becoming a user by the program ``/srv/asking`` of a node, which asks for a password if there is one."""

from __future__ import annotations

from typing import Any

from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: asking
short_description: become by a program that asks
description: Runs commands by /srv/asking.
options:
  become_user:
    description: The user.
    default: nobody
    keyword: [{name: become_user}]
    vars: [{name: ansible_become_user}]
  become_exe:
    description: Of no meaning.
  become_flags:
    description: Of no meaning.
  become_pass:
    description: The password.
    vars: [{name: ansible_become_password}]
"""
PROGRAM = """\
#!/bin/sh
user=$1
shift
if [ -e /srv/word ]; then
  printf '[asking] word: ' >&2
  read -r word
  [ "$word" = "$(cat /srv/word)" ] || { echo Sorry. >&2; exit 1; }
fi
exec setpriv --reuid="$user" --clear-groups "$@"
"""


class BecomeModule(BecomeBase):
    """See above."""

    name = "asking"
    prompt = "[asking] word: "

    def build_become_command(self, cmd: str, shell: Any) -> str:
        """The command by the program."""
        super().build_become_command(cmd, shell)
        return f"/srv/asking {self.get_option('become_user')} {self._build_success_command(cmd, shell)}"
