# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the connection says when a node cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError

from ansible_collections.inet.elastic.plugins.connection.paas_exec import _as_ansible_errors
from ansible_collections.inet.elastic.plugins.module_utils._client.errors import NotSentError
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.answers import (
    NodeUnreachableError,
    read_answer,
)
from tests.unit.plugin_utils.node_shell import ShellNode

LABEL = "node 7 of environment shop"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            2212,
            f"{LABEL} does not run; start the environment, for instance by inet.elastic.paas_environment",
        ),
        (
            4110,
            f"{LABEL} does not run; start the environment, for instance by inet.elastic.paas_environment",
        ),
        (
            11,
            "environment shop does not exist, or the account of the token cannot see it; check env_name "
            "(ansible_paas_env_name) and the token",
        ),
        (
            2300,
            f"{LABEL} does not exist; check node_id (ansible_paas_node_id), or read the inventory again, because "
            "a node that was created anew has another id",
        ),
        (
            8202,
            "the token does not grant environment.control.ExecCmdById, which the connection needs; add this method to "
            "the token",
        ),
        (
            702,
            "environment.control.ExecCmdById was refused: no (result 702); the session or token is unknown, expired or "
            "revoked; give a valid token, or login and password; an expired token can be regenerated with paas_token",
        ),
    ],
)
def test_refusals(one: ShellNode, code: int, expected: str) -> None:
    one.answer = lambda answer: {"result": code, "error": "no"}
    with pytest.raises(NodeUnreachableError) as caught:
        one.channel().run(b"true")
    assert str(caught.value) == expected


def test_a_script_that_does_not_run(one: ShellNode) -> None:
    said = {"nodeid": 7, "result": 4109, "out": "", "errOut": "su: user nemo does not exist", "exitStatus": 1}
    one.answer = lambda answer: {"result": 4109, "responses": [said]}
    with pytest.raises(NodeUnreachableError) as caught:
        one.channel(user="nemo").run(b"true")
    assert str(caught.value) == (
        f"{LABEL} did not run the script of the connection: su: user nemo does not exist; /tmp of the node must "
        "be writable and have free space, and gzip, base64 and sha256sum must be installed"
    )


def test_no_way_to_the_platform(one: ShellNode) -> None:
    def refuse(number: int) -> None:
        raise NotSentError("no route for the-token")

    one.before = refuse
    with pytest.raises(NodeUnreachableError) as caught:
        one.channel().run(b"true")
    assert str(caught.value) == "node 7 of environment shop was not reached: no route for ********"
    assert len(one.scripts) == 5


def test_answers_without_sense() -> None:
    answers: list[dict[str, Any]] = [
        {},
        {"responses": []},
        {"responses": [{}]},
        {"responses": [{"out": "paas_exec y done 0"}]},
    ]
    for answer in answers:
        assert read_answer(answer, "x").word == "none"
    broken = read_answer({"responses": [{"out": "paas_exec x done 0\n%%%\npaas_exec x end"}]}, "x")
    assert broken.word == "done" and "done" not in broken.blocks


@pytest.mark.parametrize("path", ["/nowhere/file", "/dev/full"])
def test_a_file_on_the_controller(path: str) -> None:
    """A folder that is gone, and a full disk."""
    with pytest.raises(AnsibleError) as caught, _as_ansible_errors(path), Path(path).open("wb", buffering=0) as file:
        file.write(b"content")
    reason = "No such file or directory" if "nowhere" in path else "No space left on device"
    assert str(caught.value) == f"{path} on the controller cannot be used: {reason}; correct that"
