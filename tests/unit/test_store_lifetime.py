# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which token stores outlive a job of an automation controller."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.filter.store_lasts import store_lasts
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.lifetime import (
    JOB_FOLDER,
    check_store_lifetime,
    lost_with_job,
)


@pytest.mark.parametrize(
    ("path", "lost"),
    [
        ("job/tokens.yml", True),
        ("job/project/deep/tokens.yml", True),
        ("job-2/tokens.yml", False),
        ("tokens.yml", False),
    ],
)
def test_the_folder_of_a_job(tmp_path: Path, path: str, lost: bool) -> None:
    """A link and ``..`` do not hide that a store is in it."""
    (tmp_path / "job").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "job")
    variables = {JOB_FOLDER: str(tmp_path / "link")}
    assert lost_with_job(str(tmp_path / path), variables) is lost
    assert lost_with_job(str(tmp_path / "other" / ".." / path), variables) is lost
    assert not lost_with_job(str(tmp_path / path), {})


@pytest.mark.parametrize(
    ("path", "lost"),
    [
        ("/var/lib/paas/tokens.yml", False),
        ("/var/lib/paas/deep/tokens.yml", False),
        ("/var/lib/tokens.yml", True),
        ("/runner/project/tokens.yml", True),
    ],
)
def test_in_a_container_only_what_is_mounted_stays(monkeypatch: pytest.MonkeyPatch, path: str, lost: bool) -> None:
    """The folder that AWX names is on the machine that starts the container, which has it as /runner."""
    monkeypatch.setattr(os.path, "ismount", lambda each: str(each) in ("/", "/var/lib/paas", "/runner"))
    assert lost_with_job(path, {JOB_FOLDER: "/tmp/awx_1_none"}) is lost


def test_the_message_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        check_store_lifetime(str(tmp_path / "tokens.yml"), {JOB_FOLDER: str(tmp_path)})
    assert str(refused.value) == (
        f"store: {tmp_path}/tokens.yml is in the file system of this job, which the automation controller removes when "
        "the job ends, and a token value is shown only once. Set PAAS_TOKEN_STORE to a path that outlives jobs (input "
        "paas_token_store of the account credential), or deliver every value elsewhere and set store_ephemeral: true"
    )


def test_the_filter_answers_for_this_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(JOB_FOLDER, str(tmp_path / "job"))
    (tmp_path / "job").mkdir()
    paths = (tmp_path / "tokens.yml", tmp_path / "job" / "tokens.yml", "")
    assert [store_lasts(str(path)) for path in paths] == [True, False, False]
