# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""API methods that may be retried, and API methods whose parameters were made from a read.

``READS`` holds the methods that only read, or that may be sent again without harm. Every other method is a write and is
never retried on a guess.
"""

from __future__ import annotations

READS = frozenset(
    {
        "billing.account.GetAccount",
        "billing.account.GetQuotas",
        "environment.binder.GetSSL",
        "environment.control.GetContainerEnvVarsByGroup",
        "environment.control.GetContainerVolumesByGroup",
        "environment.control.GetEnvInfo",
        "environment.control.GetEnvs",
        "environment.control.GetRegions",
        "environment.control.GetTemplates",
        "environment.file.GetList",
        "environment.file.GetMountPoints",
        "environment.file.Read",
        "environment.group.GetGroups",
        "environment.security.GetRules",
        "environment.trigger.GetTriggers",
        "management.account.GetSSHKeys",
        "marketplace.installation.GetList",
        "users.account.GetUserInfo",
        "users.authentication.GetTokenApiList",
        "users.authentication.GetTokenTemplates",
        "users.authentication.GetTokens",
        # A repeated Signin opens one more session and changes nothing else; a repeated Signout finds none.
        "users.authentication.Signin",
        "users.authentication.Signout",
    }
)

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
        "users.authentication.EditToken",
    }
)

# Writes that change several things at once, so that plans made at different times describe the same work differently.
CHANGES_SEVERAL = frozenset({"environment.control.ChangeTopology"})
