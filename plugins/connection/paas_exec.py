# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection ``inet.elastic.paas_exec``: run modules in a node with a token, without SSH."""

from __future__ import annotations

DOCUMENTATION = r"""
name: paas_exec
author: inet.elastic authors (@inet-elastic)
short_description: Run tasks in a node of an environment through the platform's API
version_added: 0.1.0
description:
  - Runs any module in a node by the API method C(ExecCmdById). It needs a token that grants this method and no SSH
    key.
  - The host of a task is one node. The inventory plugin P(inet.elastic.paas#inventory) sets all variables of the
    connection; in other inventories set the variables of O(env_name) and O(node_id) for each host.
  - A module is one call. The first task of a run that uses a module in a node takes some calls more, which send the
    constant part of the module to the node; the node keeps it for half an hour after its last use.
  - A command runs once, also if an answer is lost and the call is sent again. It outlives the time-out of a gateway.
  - Files are sent and read in pieces, and compared by their checksum.
options:
  api_url:
    description:
      - Address of the platform, which is the hoster's domain with C(app.) before it, such as V(https://app.example.com).
    type: str
    vars:
      - name: paas_api_url
      - name: ansible_paas_api_url
    env:
      - name: PAAS_API_URL
    ini:
      - section: paas_exec_connection
        key: api_url
  token:
    description:
      - A personal access token, or a session that is signed in already.
      - A personal access token must grant the method C(environment.control.ExecCmdById).
    type: str
    vars:
      - name: ansible_paas_token
    env:
      - name: PAAS_TOKEN
    ini:
      - section: paas_exec_connection
        key: token
  env_name:
    description:
      - Name of the environment, without the platform's domain.
    type: str
    vars:
      - name: ansible_paas_env_name
    env:
      - name: PAAS_EXEC_ENV_NAME
    ini:
      - section: paas_exec_connection
        key: env_name
  node_id:
    description:
      - Number of the node.
    type: int
    vars:
      - name: ansible_paas_node_id
    env:
      - name: PAAS_EXEC_NODE_ID
    ini:
      - section: paas_exec_connection
        key: node_id
  working_directory:
    description:
      - Directory in which commands run. By default it is the home directory of the user.
    type: str
    vars:
      - name: ansible_paas_working_directory
    env:
      - name: PAAS_EXEC_WORKING_DIRECTORY
    ini:
      - section: paas_exec_connection
        key: working_directory
  command_timeout:
    description:
      - Seconds after which a command is ended, and its task fails. Use C(async) for longer work.
    type: float
    default: 3600
    vars:
      - name: ansible_paas_command_timeout
    env:
      - name: PAAS_EXEC_COMMAND_TIMEOUT
    ini:
      - section: paas_exec_connection
        key: command_timeout
  call_timeout:
    description:
      - Seconds to wait for the answer of one call. A longer command is waited for by several calls.
    type: float
    default: 60
    vars:
      - name: ansible_paas_call_timeout
    env:
      - name: PAAS_TIMEOUT
    ini:
      - section: paas_exec_connection
        key: call_timeout
  connect_timeout:
    description:
      - Seconds to wait for a connection to the platform.
    type: float
    default: 10
    vars:
      - name: ansible_paas_connect_timeout
    env:
      - name: PAAS_EXEC_CONNECT_TIMEOUT
    ini:
      - section: paas_exec_connection
        key: connect_timeout
  ca_path:
    description:
      - File in PEM form with the certificates of the authorities that are trusted, or a directory of such files.
    type: path
    vars:
      - name: ansible_paas_ca_path
    env:
      - name: PAAS_CA_PATH
    ini:
      - section: paas_exec_connection
        key: ca_path
  validate_certs:
    description:
      - Whether the platform's TLS certificate is verified. Turn it off for tests only.
    type: bool
    default: true
    vars:
      - name: ansible_paas_validate_certs
    env:
      - name: PAAS_VALIDATE_CERTS
    ini:
      - section: paas_exec_connection
        key: validate_certs
  allow_http:
    description:
      - Allow an O(api_url) with plain C(http) to a host other than loopback, which shows every secret to the network.
    type: bool
    default: false
    vars:
      - name: ansible_paas_allow_http
    env:
      - name: PAAS_EXEC_ALLOW_HTTP
    ini:
      - section: paas_exec_connection
        key: allow_http
  pipelining:
    description:
      - Send a module as the input of Python, which takes one call. Without it a module is a file, which takes five
        calls.
    type: bool
    default: true
    vars:
      - name: ansible_pipelining
      - name: ansible_paas_pipelining
    env:
      - name: PAAS_EXEC_PIPELINING
    ini:
      - section: paas_exec_connection
        key: pipelining
notes:
  - C(remote_user) or C(ansible_user) is the user in the node, for instance V(root). If neither is set, the platform
    decides; in certified stacks this is a restricted user, in containers and virtual servers it is root.
  - C(become) works as with other connections if its program is in the node. C(remote_user=root) needs no program.
  - The agent of the platform writes every command and its output to C(/var/log/jem.log) in the node, which all users of
    the node can read. The arguments of modules, become passwords and the output are in that file in an encoding that
    is no protection. Use SSH for tasks with secrets that other users of the node must not know.
  - C(meta=reset_connection) removes what finished commands left in the node. Without it, results are removed after
    five minutes, and modules after half an hour. For C(meta=reset_connection) ansible-core 2.16 resolves no templates
    in the variables of the connection, so the token must come from E(PAAS_TOKEN) there.
  - The node needs C(sh), C(base64), C(gzip), C(sha256sum), C(mkfifo) and C(find), and Python for all modules but
    M(ansible.builtin.raw). The playbook C(inet.elastic.bootstrap_python) installs Python.
requirements:
  - requests >= 2.28 on the controller
seealso:
  - module: inet.elastic.paas_exec
  - plugin: inet.elastic.paas
    plugin_type: inventory
"""

EXAMPLES = r"""
# fmt: code
# hosts.yml, an inventory without the inventory plugin; the address and the token are in PAAS_API_URL and PAAS_TOKEN
all:
  hosts:
    web1:
      ansible_paas_node_id: 1001
    web2:
      ansible_paas_node_id: 1002
  vars:
    ansible_connection: inet.elastic.paas_exec
    ansible_paas_env_name: my-shop
    ansible_user: root

---
# site.yml, a playbook for these hosts
- name: Configure the web servers
  hosts: all
  tasks:
    - name: Write the configuration
      ansible.builtin.copy:
        content: "workers = 4\n"
        dest: /etc/shop.conf
        mode: "0644"
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleConnectionFailure, AnsibleError, AnsibleFileNotFound
from ansible.module_utils.common.text.converters import to_bytes
from ansible.plugins.connection import ConnectionBase
from ansible.utils.display import Display

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import PaasError
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.answers import (
    Completed,
    NodeFailureError,
    NodeUnreachableError,
)
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.channel import NodeChannel
from ansible_collections.inet.elastic.plugins.plugin_utils._node_commands.opening import OPTIONS, open_channel
from ansible_collections.inet.elastic.plugins.plugin_utils._untagged import untagged

NOT_FOUND = 127


class Connection(ConnectionBase):
    """One node."""

    transport = "inet.elastic.paas_exec"
    has_pipelining = True
    has_tty = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._channel: NodeChannel | None = None

    def _connect(self) -> Connection:
        """Prepare the calls; the first call opens the HTTP connection."""
        if self._channel is None:
            options = {name: untagged(self.get_option(name)) for name in OPTIONS}
            user = untagged(self._play_context.remote_user)
            with _as_ansible_errors():
                self._channel = open_channel(options, user, constants.DEFAULT_LOCAL_TMP)
        self._connected = True
        return self

    def exec_command(self, cmd: str, in_data: bytes | None = None, sudoable: bool = True) -> tuple[int, bytes, bytes]:
        """Run a command: exit status, output, error output."""
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        password = self._password(cmd) if sudoable else None
        command = to_bytes(cmd, errors="surrogateescape")
        given = to_bytes(in_data or b"", errors="surrogateescape")
        # The command is not shown, because the environment of a task is a part of it.
        self._tell(f"RUN a command of {len(command)} bytes with an input of {len(given)} bytes")
        with _as_ansible_errors():
            done = self._open_channel.run(command, given, password)
        become = self.become
        if done.status == NOT_FOUND and become and become.success in cmd and become.success.encode() not in done.out:
            program = become.get_option("become_exe") or become.name
            raise AnsibleError(
                f"{self._open_channel.label} does not have the program of become, {program}; install the program, or "
                "set ansible_user to root and leave out become"
            )
        if in_data and done.status == NOT_FOUND:
            raise AnsibleError(
                f"{self._open_channel.label} has no Python at the path that ansible_python_interpreter names; install "
                "Python by the playbook inet.elastic.bootstrap_python, or correct the path"
            )
        return self._without_prompt(done, password is not None)

    def put_file(self, in_path: str, out_path: str) -> None:
        """Write a file in the node."""
        super().put_file(in_path, out_path)
        if not Path(in_path).exists():
            raise AnsibleFileNotFound(f"file or module does not exist: {in_path}")
        self._tell(f"PUT {in_path} TO {out_path}")
        with _as_ansible_errors(in_path), Path(in_path).open("rb") as stream:
            self._open_channel.put(stream, to_bytes(out_path, errors="surrogateescape"))

    def fetch_file(self, in_path: str, out_path: str) -> None:
        """Read a file in the node."""
        super().fetch_file(in_path, out_path)
        self._tell(f"FETCH {in_path} TO {out_path}")
        with _as_ansible_errors(out_path), Path(out_path).open("wb") as stream:
            self._open_channel.fetch(to_bytes(in_path, errors="surrogateescape"), stream)

    def reset(self) -> None:
        """Remove what finished commands left in the node, and close the HTTP connection."""
        try:
            self._connect()
            self._open_channel.clear()
        except (AnsibleConnectionFailure, NodeUnreachableError, NodeFailureError) as error:
            Display().warning(f"reset_connection removed nothing: {error}")
        self.close()

    def close(self) -> None:
        """Close the HTTP connection."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._connected = False

    @property
    def _open_channel(self) -> NodeChannel:
        if self._channel is None:
            raise AnsibleConnectionFailure("the connection is closed")
        return self._channel

    def _tell(self, what: str) -> None:
        Display().vvv(f"{what} in {self._open_channel.label}", host=self._play_context.remote_addr)

    def _password(self, command: str) -> tuple[bytes, str] | None:
        """Return the become password for a command that may ask for it, and the word that the command prints then."""
        become = self.become
        if not become or not become.success or become.success not in command:
            return None
        password = become.get_option("become_pass")
        return (to_bytes(password, errors="surrogateescape"), become.success) if password else None

    def _without_prompt(self, done: Completed, asked: bool) -> tuple[int, bytes, bytes]:
        """Return the result of a command without the prompt of become; raise the error of a refused password."""
        become, error = self.become, done.error
        if asked and become:
            if become.success.encode() not in done.out:
                raise AnsibleError(f"become by {become.name} was refused; check become_pass (ansible_become_password)")
            if isinstance(become.prompt, str):
                error = error.replace(become.prompt.encode(), b"", 1)
        elif become and done.status and self._lacks_password(done):
            raise AnsibleError(f"become by {become.name} needs a password; set ansible_become_password")
        return done.status, done.out, error

    def _lacks_password(self, done: Completed) -> bool:
        """Return whether a become program asked for a password that it was not given."""
        become = self.become
        asked = become.success.encode() not in done.out and become.check_password_prompt(done.error)
        return bool(asked or become.check_missing_password(done.error))


@contextmanager
def _as_ansible_errors(path: str = constants.DEFAULT_LOCAL_TMP) -> Iterator[None]:
    """Raise errors of ansible-core; ``path`` is the file on the controller that is read or written."""
    try:
        yield
    except (NodeUnreachableError, PaasError) as error:
        raise AnsibleConnectionFailure(str(error)) from None
    except NodeFailureError as error:
        raise AnsibleError(str(error)) from None
    except OSError as error:
        raise AnsibleError(
            f"{path} on the controller cannot be used: {error.strerror or error}; correct that"
        ) from None
