# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a token store outlives the run, or is lost with the file system of an automation controller's job."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError

# AWX sets it for every job, to a path of the machine that starts the job's container.
JOB_FOLDER = "AWX_PRIVATE_DATA_DIR"
# Where the container has that folder.
CONTAINER_FOLDER = Path("/runner")


def lost_with_job(path: str, variables: Mapping[str, str]) -> bool:
    """Return whether a file is removed when the job of an automation controller ends; False outside of such a job.

    Args:
        path: the file; it may not exist yet.
        variables: the environment of the run.
    """
    if not variables.get(JOB_FOLDER):
        return False
    file, folder = Path(path).expanduser().resolve(), Path(variables[JOB_FOLDER]).resolve()
    if folder.is_dir():
        return file.is_relative_to(folder)
    # In a container, only what was mounted into it stays.
    mount = next(parent for parent in file.parents if os.path.ismount(parent))
    return mount == Path("/") or mount.is_relative_to(CONTAINER_FOLDER)


def check_store_lifetime(path: str, variables: Mapping[str, str]) -> None:
    """Check that a store outlives the run.

    Raises:
        InputError: it does not; values written to it would be lost.
    """
    if lost_with_job(path, variables):
        raise InputError(
            f"store: {path} is in the file system of this job, which the automation controller removes when the job "
            "ends, and a token value is shown only once. Set PAAS_TOKEN_STORE to a path that outlives jobs (input "
            "paas_token_store of the account credential), or deliver every value elsewhere and set "
            "store_ephemeral: true"
        )
