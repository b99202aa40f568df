# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""environment.Control: the life of environments."""

from __future__ import annotations

from typing import Any

from paas_emulator import auth, operations
from paas_emulator.calls import Call, Operation
from paas_emulator.registry import emulates
from paas_emulator.services.collaboration import model as collaborations
from paas_emulator.services.control import creation, serializers
from paas_emulator.statuses import ANY_STATUS, DELETABLE, RUNNING, STARTABLE, Status


@emulates("environment.control.GetEnvs")
def get_envs(call: Call) -> dict[str, Any]:
    """All environments of the account; with `ownerUid` of somebody else what that account shares."""
    return _infos(call, lazy=call.flag("lazy"))


@emulates("environment.control.GetBasicEnvsInfo")
def get_basic_envs_info(call: Call) -> dict[str, Any]:
    """The same without nodes and layers (inferred)."""
    return _infos(call, lazy=True)


@emulates("environment.control.GetEnvInfo", needs=ANY_STATUS)
def get_env_info(call: Call) -> dict[str, Any]:
    """One environment, in whatever status."""
    return serializers.environment_info(call.environment, lazy=call.flag("lazy"))


@emulates("environment.control.GetRegions")
def get_regions(call: Call) -> dict[str, Any]:
    """Regions open to the caller."""
    return {"array": call.platform.regions.to_api()}


@emulates("environment.control.CreateEnvironment", scripted=True, operation=True)
def create_environment(call: Call) -> Operation:
    """Build an environment of any topology; the answer shows it."""
    environment = creation.create(call)
    operation = operations.start(call, environment, Status.CREATING, Status.RUNNING)

    def finish() -> dict[str, Any]:
        operation.finish()
        names = {"name": environment.name, "appid": environment.appid}
        return {**names, **serializers.environment_info(environment, lazy=False)}

    return Operation(finish)


@emulates("environment.control.DeleteEnv", needs=DELETABLE, operation=True)
def delete_env(call: Call) -> Operation:
    """Delete; the switch `delete_confirm` says what `password` must hold."""
    confirm = call.platform.switches["delete_confirm"]
    if confirm == "name":
        creation.check_name_confirmation(call)
    else:
        auth.check_password(call.account, call.text("password"), required=confirm == "password")
    return operations.start(call, call.environment, Status.DELETING, None)


@emulates("environment.control.StartEnv", needs=STARTABLE, operation=True)
def start_env(call: Call) -> Operation:
    """Start a stopped or sleeping environment."""
    return operations.start(call, call.environment, Status.LAUNCHING, Status.RUNNING)


@emulates("environment.control.StopEnv", needs=RUNNING, operation=True)
def stop_env(call: Call) -> Operation:
    """Stop a running environment."""
    return operations.start(call, call.environment, Status.STOPPING, Status.DOWN)


@emulates("environment.control.SleepEnv", needs=RUNNING, operation=True)
def sleep_env(call: Call) -> Operation:
    """Put a running environment to sleep."""
    return operations.start(call, call.environment, Status.GOING_TO_SLEEP, Status.SLEEP)


@emulates("environment.control.SetEnvDisplayName", needs=ANY_STATUS)
def set_env_display_name(call: Call) -> dict[str, Any]:
    """Set the alias; omitted or empty clears it (documented)."""
    call.environment.display_name = call.text("displayName") or None
    return {}


def _infos(call: Call, lazy: bool) -> dict[str, Any]:
    store, owner = call.platform.store, call.values.get("ownerUid")
    if owner is not None and collaborations.shares_with(store, call.account, owner):
        shared = store.environments_of(owner)
        environments = [item for item in shared if collaborations.roles_in(store, call.account, item)]
    else:
        environments = store.environments_of(call.own_uid())
    return {"infos": [{"result": 0, **serializers.environment_info(item, lazy)} for item in environments]}
