# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say which environment is meant and what becomes of it, written once."""

from __future__ import annotations


class ModuleDocFragment:
    """Name, state, waiting, and how a deletion is confirmed."""

    DOCUMENTATION = r"""
options:
  name:
    description:
      - Name of the environment, which is the first part of its domain; upper and lower case are the same.
    type: str
    required: true
  state:
    description:
      - V(present) makes sure that the environment exists, whatever its status. A new one runs. One that has to be
        started for a change goes back to its status.
      - V(started), V(stopped) and V(sleeping) create it where it does not exist, and bring it to that status.
        A change between V(stopped) and V(sleeping) starts it in between, as the platform knows no shorter way.
      - V(restarted) starts it, or restarts the nodes of the layers that O(nodes) names, or of all, where it runs.
        V(redeployed) starts it and makes the containers of those layers anew, from their version or the one declared.
        Both change something on each run; a version that differs is redeployed in any state but V(absent).
      - V(absent) deletes it with everything in it. Deleting an environment that does not exist is not an error.
      - An environment that is broken, suspended or in an unknown status is only reported, with V(present), or deleted;
        the other values fail.
    type: str
    choices: [present, started, stopped, sleeping, restarted, redeployed, absent]
    default: present
  wait:
    description:
      - Whether to wait for running operations, before a change and where the answer of a change gets lost.
      - Without waiting, the answer of a change is waited for as long as O(timeout) says; where the operation is still
        running then, its status is returned.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds that one operation may take. With O(wait=true) the answer of an operation is waited for as long as
        this, where it is longer than O(timeout).
    type: int
    default: 600
  lock_timeout:
    description:
      - Seconds to wait for another task that works on the same environment.
      - The tasks of one user on one machine work on an environment one after the other, be they of other hosts of the
        play or of other runs. Each holds the lock of the environment from its first read to the end of its changes.
        With C(-v) a task that waits says for whom it waits.
      - Tasks on other machines, and people in the dashboard, do not know of this lock. Check mode does not wait.
    type: int
    default: 600
  delete_confirm:
    description:
      - What a deletion is confirmed by, as some hosters demand it.
      - V(password) sends O(password), V(name) sends the environment's name, V(none) sends nothing.
    type: str
    choices: [password, name, none]
    default: none
"""
