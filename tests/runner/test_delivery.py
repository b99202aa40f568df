# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Token values in jobs: delivered into credentials that jobs then run with, and never lost with a job's files."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.support import Emulator, Player, short
from tests.runner.awx import CONTROLLER_TYPE, PREFIX, ROOT, Controller
from tests.runner.double.server import serving
from tests.runner.resources import make_environments, make_token, statuses

OAUTH = secrets.token_hex(16)
TARGET = {
    "type": "awx_credential",
    "credential": f"{PREFIX} fresh",
    "credential_type": f"{PREFIX} token",
    "organization": "Default",
}


@pytest.fixture
def delivering(controller: Controller) -> Iterator[Controller]:
    """A controller without a token store, whose rotation delivers the token nightly into a credential."""
    with serving(controller.store, {OAUTH: ROOT}) as server:
        controller.inputs("account").pop("paas_token_store")
        controller.detach("rotate_tokens", "token store")
        controller.credential("delivery", CONTROLLER_TYPE, {"host": server.url, "oauth_token": OAUTH})
        controller.attach("rotate_tokens", "delivery")
        controller.declare("rotate_tokens", rotate_tokens_declared=[{"description": "nightly", "deliver": [TARGET]}])
        yield controller


def _writes(emulator: Emulator) -> list[str]:
    return [name for name in short(emulator.writes) if name not in ("Signin", "Signout")]


def test_a_job_runs_with_the_credential_that_the_rotation_delivered(
    emulator: Emulator, delivering: Controller, tmp_path: Path
) -> None:
    """There is no store and no vault password. What somebody set in the credential stays, secrets too."""
    kept = {"paas_api_url": emulator.url, "paas_ca_path": ""}
    delivering.credential("fresh", f"{PREFIX} token", kept)
    make_token(emulator, "nightly", days=80)
    make_environments(emulator, "dev", "devone")
    job = delivering.launch("rotate_tokens")
    assert job.status == "successful", job.message()
    delivered = [f"awx_credential {PREFIX} fresh"]
    assert job.artifacts()["rotate_tokens"] == [
        {"token": "nightly", "rotated": True, "delivered": delivered, "failed": []}
    ]
    value = delivering.inputs("fresh")["paas_token"]
    assert delivering.inputs("fresh") == {**kept, "paas_token": value}
    assert job.leaks(value, OAUTH) == []
    assert _writes(emulator) == ["RegenerateToken", "EditToken"]

    delivering.detach("stop_environments", "token")
    delivering.attach("stop_environments", "fresh")
    assert delivering.launch("stop_environments", {"environments_power_groups": "dev"}).status == "successful"
    assert statuses(emulator) == {"devone": 2}

    emulator.forget()
    again = delivering.launch("rotate_tokens")
    assert again.artifacts()["rotate_tokens"] == [{"token": "nightly", "rotated": False, "delivered": [], "failed": []}]
    assert (again.changed, _writes(emulator), delivering.inputs("fresh")["paas_token"]) == (0, [], value)
    assert not list(tmp_path.rglob("tokens.yml"))


def test_a_credential_that_no_job_could_use_is_refused_before_a_value_is_replaced(
    emulator: Emulator, delivering: Controller
) -> None:
    make_token(emulator, "nightly", days=1)
    job = delivering.launch("rotate_tokens")
    assert (job.status, job.message()) == (
        "failed",
        f"the token nightly cannot be put into the credential {PREFIX} fresh: a job with the credential does not start "
        "without paas_api_url. Set it in the credential, or in inputs of the target.",
    )
    assert emulator.methods == []


@pytest.mark.parametrize(
    ("store", "reason"),
    [
        (None, "there is no token store"),
        ("job-1/project/tokens.yml", "the token store {} is in the file system of the job"),
    ],
)
def test_a_rotation_whose_values_would_be_lost_is_refused(
    emulator: Emulator, controller: Controller, store: str | None, reason: str
) -> None:
    """Before the first call, with what to set."""
    controller.inputs("account").pop("paas_token_store")
    if store:
        controller.inputs("account")["paas_token_store"] = f"{controller.folder}/{store}"
    job = controller.launch("rotate_tokens", {"rotate_tokens_descriptions": "nightly"})
    assert (job.status, job.message()) == (
        "failed",
        f"the values of nightly would be lost when this job ends, as {reason.format(f'{controller.folder}/{store}')}. "
        "Set paas_token_store in the account credential to a path that outlives jobs, or declare the tokens in "
        "rotate_tokens_declared with a target in deliver, such as awx_credential.",
    )
    assert emulator.methods == []


def test_overlapping_needs_a_store(emulator: Emulator, delivering: Controller) -> None:
    job = delivering.launch("rotate_tokens", {"rotate_tokens_mode": "overlapping"})
    assert job.message() == (
        "rotate_tokens_mode is overlapping, which needs a token store that outlives the job: choose in_place, or set "
        "paas_token_store in the account credential to a path that outlives jobs"
    )
    assert emulator.methods == []


def _task(emulator: Emulator, folder: Path, *tasks: dict[str, Any]) -> tuple[int, str]:
    """Exit code and last message of tasks in a job."""
    environment = {"AWX_PRIVATE_DATA_DIR": str(folder), "JOB_ID": "1"}
    player = Player(folder, emulator.url, emulator.account, secrets.token_hex(8), 0, environment)
    ended = player.play(list(tasks))
    return ended.code, str(ended.results[-1][1].get("msg", ""))


def test_a_token_task_with_a_store_that_ends_with_the_job_is_refused(emulator: Emulator, tmp_path: Path) -> None:
    """In modules and roles; a role lets values through that all have a target outside of the job."""
    store = str(tmp_path / "tokens.yml")
    token: dict[str, Any] = {"description": "ci", "store": store, "template": "Extended Access"}
    code, message = _task(emulator, tmp_path, {"inet.elastic.paas_token": token})
    assert (code, message.partition(", which")[0]) == (2, f"store: {store} is in the file system of this job")
    role = {"name": "inet.elastic.tokens"}
    variables = {"tokens_store": store, "tokens_tokens": [{"description": "ci", "template": "Extended Access"}]}
    code, message = _task(emulator, tmp_path, {"ansible.builtin.include_role": role, "vars": variables})
    assert (code, message.partition(", which")[0]) == (2, f"store: {store} is in the file system of this job")
    role = {"name": "inet.elastic.token_rotation"}
    variables = {"token_rotation_store": store, "token_rotation_tokens": [{"description": "ci"}]}
    code, message = _task(emulator, tmp_path, {"ansible.builtin.include_role": role, "vars": variables})
    assert (code, emulator.methods) == (2, [])
    delivered = {"tokens_deliver": [{"token": "ci", "to": [{"type": "command", "argv": ["cat"]}]}]}
    variables = {"tokens_store": store, "tokens_tokens": [{"description": "ci", "template": "Extended Access"}]}
    role = {"name": "inet.elastic.tokens"}
    code, message = _task(
        emulator, tmp_path, {"ansible.builtin.include_role": role, "vars": {**variables, **delivered}}
    )
    assert (code, _writes(emulator)) == (0, ["CreateToken"])
