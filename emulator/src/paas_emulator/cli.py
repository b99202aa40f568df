# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from paas_emulator import __version__
from paas_emulator.accounts import DEMO, AccountError, StartAccount, parse_account, parse_lines
from paas_emulator.control_values import SettingError
from paas_emulator.local_access import LOCAL_NAMES, is_loopback
from paas_emulator.persistence import StateError, StateFile
from paas_emulator.platform import VERSION, Platform
from paas_emulator.server import Address, Server
from paas_emulator.services.control.regions import parse_region
from paas_emulator.services.exec.sandbox import Sandbox, SandboxError
from paas_emulator.settings import DELETE_CONFIRM

ACCOUNTS_VARIABLE = "PAAS_EMULATOR_ACCOUNTS"
PROGRAM = "paas-emulator"
EPILOG = f"""\
TOKEN makes a personal access token of that value with the template Extended Access.
Without any account there is one: login {DEMO.login}, password {DEMO.password}.
Other users of the machine can see arguments: for real passwords use --accounts-file or the variable
{ACCOUNTS_VARIABLE} (one LOGIN:PASSWORD[:TOKEN] a line).
"""


class UsageError(Exception):
    """Cannot start; one line says why and what to do."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {PROGRAM} --help)")


def _parser() -> _Parser:
    parser = _Parser(
        prog=PROGRAM,
        description="Serve the HTTP API of the iNET.elastic platform (Jelastic / Virtuozzo Application Platform)"
        " on this machine,\nfor trying and testing.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port, 0 picks a free one (default: %(default)s)")
    parser.add_argument("--state", metavar="FILE", type=Path, help="keep the state in this file over restarts")
    parser.add_argument(
        "--account", metavar="LOGIN:PASSWORD[:TOKEN]", action="append", default=[], help="an account; may be repeated"
    )
    parser.add_argument("--accounts-file", metavar="FILE", help="accounts, one a line as above; - reads standard input")
    parser.add_argument(
        "--region",
        metavar="NAME[:DOMAIN]",
        action="append",
        default=[],
        help="a region, with the domain of its environments; may be repeated, the first is the default",
    )
    parser.add_argument("--platform-version", metavar="VERSION", default=VERSION, help="default: %(default)s")
    parser.add_argument(
        "--delete-confirm",
        choices=DELETE_CONFIRM,
        default=DELETE_CONFIRM[0],
        help="what deleting an environment has to be confirmed by, as hosters differ (default: %(default)s)",
    )
    parser.add_argument(
        "--exec",
        choices=("scripted", "sandbox"),
        default="scripted",
        help="commands in nodes: answers that were set and a handful of commands, or real ones in Linux namespaces"
        " (default: %(default)s)",
    )
    parser.add_argument("--tls-cert", metavar="FILE", type=Path, help="certificate (PEM): serve https")
    parser.add_argument("--tls-key", metavar="FILE", type=Path, help="its key (PEM)")
    parser.add_argument("--allow-remote", action="store_true", help="allow a --host other than loopback")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def read_accounts(arguments: argparse.Namespace) -> list[StartAccount]:
    """Accounts of the environment variable, the file, the arguments; the later wins. Raises UsageError."""
    try:
        found = parse_lines(os.environ.get(ACCOUNTS_VARIABLE, "").splitlines(), ACCOUNTS_VARIABLE)
        if arguments.accounts_file is not None:
            found += parse_lines(_lines(arguments.accounts_file), "--accounts-file")
        found += [parse_account(text, f"--account number {n}") for n, text in enumerate(arguments.account, 1)]
    except AccountError as error:
        raise UsageError(str(error)) from None
    return list({account.login.casefold(): account for account in found}.values())


def _lines(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot read --accounts-file {name}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"cannot read --accounts-file {name}: not UTF-8 text") from None
    return text.splitlines()


def read_address(arguments: argparse.Namespace) -> Address:
    """Where to listen. Raises UsageError."""
    host = arguments.host
    if not (is_loopback(host) or host.lower() in LOCAL_NAMES or arguments.allow_remote):
        raise UsageError(
            f"--host {host} would open the emulator to other machines; use 127.0.0.1, or add --allow-remote to mean it"
        )
    if not 0 <= arguments.port <= 65535:
        raise UsageError(f"--port {arguments.port} is not a port: use 0 to 65535")
    if not (arguments.tls_cert or arguments.tls_key):
        return Address(host, arguments.port)
    if not (arguments.tls_cert and arguments.tls_key):
        raise UsageError("--tls-cert and --tls-key must be given together")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(arguments.tls_cert, arguments.tls_key)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        reason = "not a matching PEM pair" if isinstance(error, ssl.SSLError) else getattr(error, "strerror", error)
        raise UsageError(
            f"cannot use --tls-cert {arguments.tls_cert} with --tls-key {arguments.tls_key}: {reason}"
        ) from None
    return Address(host, arguments.port, context)


def read_sandbox(arguments: argparse.Namespace) -> Sandbox | None:
    """Where commands in nodes run. Raises UsageError where there can be no sandbox."""
    if arguments.exec != "sandbox":
        return None
    if arguments.allow_remote:
        raise UsageError(
            "--exec sandbox and --allow-remote do not go together: others could run programs on this machine"
        )
    try:
        Sandbox.check()
    except SandboxError as error:
        raise UsageError(
            f"--exec sandbox is not possible here: {error}; it needs Linux namespaces and util-linux, leave it out"
        ) from None
    return Sandbox()


async def _serve(platform: Platform, address: Address) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    server = Server(platform)
    try:
        url = await server.start(address)
    except OSError as error:
        await server.stop()
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
        where = f"{address.host} port {address.port}"
        raise UsageError(f"cannot listen on {where}: {reason}; choose another --port") from None
    print(f"{PROGRAM} listening on {url}", flush=True)
    await stop.wait()
    await server.stop()


def main(argv: Sequence[str] | None = None) -> int:
    """Run until SIGINT or SIGTERM. Returns the exit code: 0, or 2 when it cannot start."""
    try:
        arguments = _parser().parse_args(argv)
        address = read_address(arguments)
        given = read_accounts(arguments)
        state_file = StateFile(arguments.state) if arguments.state else None
        regions = tuple(map(parse_region, arguments.region))
        platform = Platform(given, state_file, arguments.delete_confirm, regions, arguments.platform_version)
        platform.sandbox = read_sandbox(arguments)
        platform.open()
        asyncio.run(_serve(platform, address))
    except (UsageError, StateError, SettingError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2
    return 0
