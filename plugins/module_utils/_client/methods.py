# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""API methods that may be retried, and API methods whose parameters were made from a read.

Every method that is not in ``READS`` is a write, and is never retried on a guess.
"""

from __future__ import annotations

from .catalogue import KNOWN_READS

# Methods that may be sent again without harm. A second Signin opens one more session and changes nothing else; a second
# Signout finds no session. A one-time code is valid only once.
READS = KNOWN_READS - {"users.authentication.Verify2FACode"}

# Writes that replace a whole object: parts that the task does not declare are sent as they were read. A change that
# others made after that read would be undone, so these are sent only after a fresh read, and never twice with the same
# parameters.
WHOLE = frozenset(
    {
        "environment.control.ChangeTopology",
        "environment.control.EditEndpoint",
        "environment.group.EditGroup",
        "environment.security.EditRule",
        "environment.trigger.EditTrigger",
        "environment.vcs.EditProject",
        "users.authentication.EditToken",
        "utils.scheduler.EditTask",
    }
)

# Writes that change several things at once, so that plans made at different times describe the same work differently.
CHANGES_SEVERAL = frozenset({"environment.control.ChangeTopology"})
