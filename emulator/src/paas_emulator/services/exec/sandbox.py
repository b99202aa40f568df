# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real commands in a sandbox: one set of Linux namespaces for each node, entered for each call.

A node has the host's `/usr`, read-only, and nothing else of it; a tree of its own in memory, its own processes, and no
network. Root in it is a plain user outside, without the capabilities that mounting takes. It lives until the node stops
or the emulator ends, so that background processes outlive the call that started them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from paas_emulator.services.exec import sandbox_files
from paas_emulator.services.exec.sandbox_files import Snapshot
from paas_emulator.services.exec.shell_commands import Done
from paas_emulator.store import Node

_KEEPER = Path(__file__).with_name("sandbox_keeper.py")
FIRST_UID, UIDS = 100_000, 65_536
MANY_USERS = os.geteuid() == 0  # a plain user can be mapped to one user only
UNPACK = ("tar", "-x", "-p", *(() if MANY_USERS else ("--no-same-owner",)), "--no-overwrite-dir", "-C", "/")
ROOT = "root"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TREE_SIZE, SECONDS, MOST_OUTPUT = "256m", 300.0, 16 * 1024 * 1024
# Bytes. The agent passes a command on in base64 as one argument, and Linux takes 131,071 bytes in one (read).
LONGEST_COMMAND = 98_303
# KB of memory and 512-byte blocks of a file, for each process; processes and open files.
LIMITS = "ulimit -v 2097152; ulimit -f 524288; ulimit -u 256; ulimit -n 1024"
CAPABILITIES = "--bounding-set=-all,+chown,+dac_override,+fowner,+setuid,+setgid,+kill"
_SETUP = f"""set -e
mount --make-rprivate /
mount -t tmpfs -o size={TREE_SIZE},mode=755,nodev,nosuid tmpfs /mnt
cd /mnt
mkdir usr proc dev run old etc
for name in bin sbin lib lib64 lib32 libx32; do [ -e /usr/$name ] && ln -s usr/$name $name; done
mount --rbind /usr usr
mount -o remount,bind,ro,nosuid,nodev usr
mount -t proc proc proc
mount -t tmpfs -o size=64k,mode=755 tmpfs dev
for name in null zero full random urandom; do : >dev/$name; mount --bind /dev/$name dev/$name; done
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o size=16m,mode=755,nodev,nosuid tmpfs run
echo 0 >/proc/sys/user/max_user_namespaces
hostname "$1"
pivot_root . old
umount -l /old
rmdir /old
echo running
# The first process buries the orphans of the others, and ends with the emulator.
exec setpriv {CAPABILITIES} --inh-caps=-all /bin/bash -c 'while read -r _; do :; done' >/dev/null 2>&1
"""


class SandboxError(Exception):
    """There can be no sandbox; one line says why."""


@dataclass
class Room:
    """The namespaces of one node. `process`: keeps them. `pid`: of their first process, as seen from outside."""

    process: subprocess.Popen[bytes]
    pid: int
    snapshot: Snapshot = field(default_factory=Snapshot)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def root(self) -> str:
        """The node's tree as seen from outside."""
        return f"/proc/{self.pid}/root"

    def command(self, user: str, *words: str) -> list[str]:
        """A command line that runs inside."""
        ids = ("-S", "0", "-G", "0") if MANY_USERS else ("--preserve-credentials",)
        enter = ("-U", "-m", "-p", "-i", "-u", "-n", "-r", "-w", *ids)
        who = () if user == ROOT or not MANY_USERS else (f"--reuid={user}", f"--regid={user}", "--clear-groups")
        drop = ("setpriv", *who, CAPABILITIES, "--inh-caps=-all")
        return ["/usr/bin/nsenter", "-t", str(self.pid), *enter, *drop, *words]

    def end(self) -> None:
        """End all its processes."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def open_room(host: str) -> Room:
    """Make the namespaces of a node. Raises SandboxError."""
    command = [sys.executable, "-I", "-S", str(_KEEPER), _SETUP, "sh", host]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PATH": PATH}, cwd="/"
        )
    except OSError as error:
        raise SandboxError(str(error.strerror)) from None
    assert process.stdin and process.stdout and process.stderr
    said = process.stdout.readline().strip()
    if said == b"ready":
        _map_users(process.pid)
        process.stdin.write(b"\n")
        process.stdin.flush()
        said = process.stdout.readline().strip()
    if said != b"running":
        process.kill()
        reason = process.stderr.read().decode(errors="replace").strip().splitlines()
        process.wait()
        raise SandboxError(reason[-1] if reason else said.decode(errors="replace") or "namespaces are refused")
    process.stderr.close()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    return Room(process, int(children[0]))


def _map_users(pid: int) -> None:
    """As root, a range of users that nobody has; else the one user there is."""
    first, count = (FIRST_UID, UIDS) if MANY_USERS else (os.geteuid(), 1)
    folder = Path(f"/proc/{pid}")
    if count == 1:
        (folder / "setgroups").write_text("deny", encoding="ascii")
    (folder / "uid_map").write_text(f"0 {first} {count}", encoding="ascii")
    group = first if count > 1 else os.getegid()
    (folder / "gid_map").write_text(f"0 {group} {count}", encoding="ascii")


class Sandbox:
    """The rooms of the nodes in which commands were run."""

    def __init__(self) -> None:
        self._rooms: dict[int, Room] = {}
        self._opening = asyncio.Lock()

    @staticmethod
    def check() -> None:
        """Raises SandboxError where there can be none."""
        room = open_room("check")
        try:
            done = subprocess.run(
                room.command(ROOT, "tar", "--version"), capture_output=True, env={"PATH": PATH}, check=False
            )
            if done.returncode:
                raise SandboxError((done.stderr.decode(errors="replace").strip().splitlines() or ["no tar"])[-1])
        finally:
            room.end()

    async def run(
        self,
        node: Node,
        host: str,
        hosts: str,
        variables: Mapping[str, str],
        script: str,
        user: str = ROOT,
        seconds: float = SECONDS,
    ) -> Done:
        """Run a script in the node's room; the first script makes the room. Raises SandboxError.

        The node's files are copied into the room before, and back to the node after the script.
        """
        if len(script.encode()) > LONGEST_COMMAND:
            return Done("", "sh: argument list too long", 126)
        async with self._opening:
            room = self._living(node)
            if room is None:
                room = await asyncio.to_thread(open_room, host)
                await self._inside(room, UNPACK, sandbox_files.system_archive(hosts))
                self._rooms[node.id] = room
        await self._push(room, node)
        home = "/root" if user == ROOT else f"/home/{user}"
        environment = {"PATH": PATH, "HOME": home, "USER": user, "LANG": "C.UTF-8", **variables}
        done = await _output(
            room.command(user, "/bin/bash", "-c", f'{LIMITS}; exec "$@"', "sh", "/bin/bash", "-c", script),
            environment,
            seconds,
        )
        if done.error.startswith("setpriv: failed to parse"):
            done = Done("", f"su: user {user} does not exist", 1)
        log = f"{script}\n{done.out}\n{done.error}\n".encode(errors="replace")
        await self._inside(room, ("/bin/sh", "-c", f"umask 0; cat >>{sandbox_files.LOG}"), log)
        await self._pull(room, node)
        return done

    async def pull(self, nodes: Sequence[Node]) -> None:
        """Bring the files of nodes up to date with their rooms."""
        for node in nodes:
            room = self._living(node)
            if room:
                await self._pull(room, node)

    async def push(self, nodes: Sequence[Node]) -> None:
        """The reverse."""
        for node in nodes:
            room = self._living(node)
            if room:
                await self._push(room, node)

    async def end(self, nodes: Sequence[Node]) -> None:
        """End the rooms of nodes that stop; their files stay."""
        await self.pull(nodes)
        for node in nodes:
            room = self._rooms.pop(node.id, None)
            if room:
                await asyncio.to_thread(room.end)

    def end_all(self, but: frozenset[int] = frozenset()) -> None:
        """End the rooms of all nodes but these."""
        for number in [number for number in self._rooms if number not in but]:
            self._rooms.pop(number).end()

    def _living(self, node: Node) -> Room | None:
        """The room of a node; one that was killed is forgotten, and the files stay as they were last seen."""
        room = self._rooms.get(node.id)
        if room and not Path(room.root, "etc").is_dir():
            self._rooms.pop(node.id).end()
            return None
        return room

    async def _push(self, room: Room, node: Node) -> None:
        async with room.lock:
            archive, gone = sandbox_files.changes(node.files, room.snapshot.files)
            if gone:
                await self._inside(room, ("xargs", "-0", "rm", "-rf", "--"), "\0".join(gone).encode())
            if archive.strip(b"\0"):
                await self._inside(room, UNPACK, archive)
            room.snapshot = Snapshot(dict(node.files))

    async def _pull(self, room: Room, node: Node) -> None:
        async with room.lock:
            found = await asyncio.to_thread(sandbox_files.collect, room.root, room.snapshot)
            if not Path(room.root, "etc").is_dir():  # it ended meanwhile
                return
            room.snapshot = found
            node.files.clear()
            node.files.update(room.snapshot.files)

    @staticmethod
    async def _inside(room: Room, words: Sequence[str], given: bytes) -> None:
        process = await asyncio.create_subprocess_exec(
            *room.command(ROOT, *words),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": PATH},
        )
        await process.communicate(given)


async def _output(command: list[str], environment: Mapping[str, str], seconds: float) -> Done:
    """What a command line prints, up to a limit, and how it ends."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environment),
        start_new_session=True,
    )
    assert process.stdout and process.stderr
    try:
        out, wrong, _ = await asyncio.wait_for(
            asyncio.gather(_limited(process.stdout), _limited(process.stderr), process.wait()), seconds
        )
    except asyncio.TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        return Done("", "execution timed out", TIMED_OUT, timed_out=True)
    status = process.returncode or 0
    return Done(out, wrong, status if status >= 0 else 128 - status)


TIMED_OUT = 124


async def _limited(stream: asyncio.StreamReader) -> str:
    """All of a stream is read, and its beginning kept. Line ends at the end and NUL get lost, as on the platform."""
    kept = bytearray()
    while piece := await stream.read(65_536):
        kept += piece[: MOST_OUTPUT - len(kept)]
    return kept.replace(b"\0", b"").decode("utf-8", "replace").rstrip("\n")
