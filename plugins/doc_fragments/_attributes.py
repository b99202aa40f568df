# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The promises that modules make, written once."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes of all modules, and of those that change or only read."""

    DOCUMENTATION = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/inet.elastic.paas) in C(module_defaults) to set options of all modules at once.
    support: full
    membership:
      - inet.elastic.paas
  platform:
    description: Where the module runs. It needs nothing but Python and the C(requests) library.
    support: full
    platforms: posix
  async:
    description: Supports being used with the C(async) keyword.
    support: full
"""

    CHANGES = r"""
options: {}
attributes:
  check_mode:
    description:
      - Can run in check mode and report what would be changed, without changing it.
      - If something that the task needs does not exist, such as the environment, an earlier task of the play may be the
        one that creates it. In check mode the module then warns and predicts the result. Otherwise the task fails.
    support: full
  diff_mode:
    description: Returns the differences between before and after in the words of the options, never with a secret.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
"""

    READS = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode; the module changes nothing in any case.
    support: full
  diff_mode:
    description: Nothing is changed, so there are no differences to show.
    support: N/A
  idempotent:
    description: The module changes nothing.
    support: full
"""
