# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shell scripts that run commands in a node and transfer files. Pure: each function returns the text of a script.

The platform runs a script as one argument of a shell. A script runs in any POSIX shell, sets nothing for the command
(no umask, no variable), and may be sent again: a command with an id starts once. The input of a command and its results
are in a private directory of its user:

- ``c-ID.PID``: the files of a command. ``c-ID``: a link to that directory, which claims the id. The link stays after
  the directory is removed, so that a call which arrives late cannot run the command again.
- ``u-ID``: the pieces of data that is too long for one call. ``k-HASH``: the constant part of a module.
- ``z``: the process that removes all of these after some time.

Files of a command: ``c`` command, ``n`` input, ``q`` become password, ``o`` and ``e`` output, ``g`` process group,
``s`` exit status, ``f`` a FIFO that is open for writing as long as the command runs.
"""

from __future__ import annotations

import base64
import gzip
import re
from dataclasses import dataclass

# The platform's agent encodes a script to base64 and passes it as one argument, which Linux limits to 131,071 bytes.
LONGEST_SCRIPT = 96_000
PIECE = 66_000  # bytes of data in one call, so that the piece in base64 and the script fit
READ_PIECE = 1024 * 1024  # bytes of a file that one call reads
_MODULE = re.compile(rb"UEsDB[A-Za-z0-9+/=]{20000,}")

# Minutes after which what a call left is removed: finished commands, data, claims.
_SWEEP = """\
find "$b" -maxdepth 1 -name 'c-*.*' -mmin +5 | while read -r x; do
g=$(cat "$x/g" 2>/dev/null)
[ -e "$x/s" ] || [ -z "$g" ] || ! kill -0 "$g" 2>/dev/null && rm -rf "$x"; done
find "$b" -maxdepth 1 \\( -name 'k-*' -o -name 'u-*' \\) -mmin +30 -exec rm -rf {} +
find "$b" -maxdepth 1 -type l -mmin +60 -exec rm -f {} +
"""
_SWEEPER = f"""\
b=$1
while sleep 60; do
[ -d "$b/z" ] && touch "$b/z" || exit
{_SWEEP}[ "$(ls "$b")" = z ] || continue
rmdir "$b/z" && rmdir "$b" && exit
mkdir "$b/z" || exit
done
"""
_SAY = """\
say() {{ printf '%s\\n' "paas_exec {ident} $*"; }}
"""
_DIRECTORY = (
    _SAY
    + """\
b=/tmp/.paas_exec-$(id -u)
mkdir -m 700 "$b" 2>/dev/null
[ -d "$b" ] && [ ! -L "$b" ] && [ -O "$b" ] || {{ say foreign "$b"; exit 0; }}
"""
)
# Started in a session of its own, so that neither the end of the call nor a time-out of the platform ends it.
# The loop looks for the prompt of become in the output; a shell has no other means to wait for a text in a file.
_RUN = """\
p=$1
echo $$ >"$p/g"
exec 5<"$p/n"
rm -f "$p/n"
if [ -e "$p/q" ]; then
mkfifo "$p/i"
sh "$p/c" <"$p/i" >"$p/o" 2>"$p/e" 5<&- 9>&- &
exec 6>"$p/i"
sent=
while kill -0 $! 2>/dev/null; do
grep -q "$2" "$p/o" && { cat <&5 >&6; break; }
if [ -n "$(tail -c 1 "$p/o"; tail -c 1 "$p/e")" ]; then
n=$(cat "$p/o" "$p/e" | wc -c)
if [ -z "$sent" ]; then sent=$n; cat "$p/q" >&6; rm -f "$p/q"
elif [ "$n" != "$sent" ] && ! grep -q "$2" "$p/o"; then break
fi
fi
sleep 0.05
done
exec 6>&-
wait $!
else
sh "$p/c" <&5 >"$p/o" 2>"$p/e" 5<&- 9>&-
fi
echo $? >"$p/t"
rm -f "$p/c" "$p/q"
mv "$p/t" "$p/s"
"""
# Replaces the shell whose arguments hold the script, so that process lists show no data while the command runs.
_WAIT = """\
say() { echo "paas_exec $1"; }
d=$1/c-$2
[ -d "$d" ] || { say "$2 gone"; exit 0; }
exec 8<>"$d/f" 7<"$d/f" 8>&-
if command -v timeout >/dev/null; then timeout "$3" cat <&7 >/dev/null; else cat <&7 >/dev/null; fi
ended=$?
if [ -e "$d/s" ]; then
say "$2 done $(cat "$d/s") $d"
gzip -c <"$d/o" | base64
say "$2 errors"
gzip -c <"$d/e" | base64
say "$2 end"
elif [ $ended = 0 ]; then say "$2 killed"
else say "$2 running"
fi
"""


@dataclass(frozen=True)
class NodeData:
    """Data for a node: inline in the script, or in pieces that were sent before.

    Attributes:
        inline: the data in base64, compressed.
        staged: the id of the pieces; None for inline data.
        count: the number of pieces.
    """

    inline: str = ""
    staged: str | None = None
    count: int = 0

    @property
    def shell(self) -> str:
        """A command that prints the data."""
        if self.staged is None:
            return f"printf %s {self.inline} | base64 -d | gzip -dc"
        return f"{_pieces(self.staged, self.count)} | gzip -dc"


@dataclass(frozen=True)
class Command:
    """A command and its input.

    Attributes:
        text: the command for ``sh``.
        given: the input, in order.
        kept: the hash of a constant part in the node, which follows the first source of ``given``.
        password: the become password, in base64, and the word that tells that no password is needed any more.
    """

    text: NodeData
    given: tuple[NodeData, ...] = ()
    kept: str | None = None
    password: tuple[str, str] | None = None


def inline(data: bytes) -> NodeData:
    """Return data as a part of a script."""
    return NodeData(encoded(gzip.compress(data, mtime=0)))


def encoded(data: bytes) -> str:
    """Return data in base64, which needs no quotes in a shell."""
    return base64.b64encode(data).decode()


def split_module(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands before the archive of a module, the archive, and what stands after it.

    The archive is the same for each task of a run that uses the module. Arguments of the task are not part of it.
    """
    found = _MODULE.search(data)
    return (data[: found.start()], found[0], data[found.end() :]) if found else (data, b"", b"")


def stage(ident: str, staged: str, number: int, piece: bytes, kept: str | None = None) -> str:
    """Return a script that stores a piece of data.

    Args:
        kept: the hash of the constant part that the pieces make; if the node has it, nothing is stored.
    """
    known = f'if [ -s "$b/k-{kept}" ]; then touch "$b/k-{kept}"; say kept; exit 0; fi\n' if kept else ""
    return (
        f"{_DIRECTORY.format(ident=ident)}{known}"
        f'if (umask 077; mkdir -p "$b/u-{staged}" && {_store_piece(staged, number, piece)}); then say staged; '
        "else say broken; fi"
    )


def keep(staged: str, number: int, piece: bytes, kept: str) -> str:
    """Return the beginning of a start script that stores the last piece of a constant part, and then the part."""
    return f"""\
if [ ! -s "$b/k-{kept}" ]; then
(umask 077; mkdir -p "$b/u-{staged}" && {_store_piece(staged, number, piece)} &&
{_pieces(staged, number + 1)} | gzip -dc >"$b/k-{kept}.$$" &&
mv "$b/k-{kept}.$$" "$b/k-{kept}") || {{ rm -f "$b/k-{kept}.$$"; say broken; exit 0; }}
rm -rf "$b/u-{staged}"
fi
"""


def start(ident: str, command: Command, window: float, *, first: str = "", done: str | None = None) -> str:
    """Return a script that starts a command, waits some seconds for its end, and prints the result.

    Args:
        first: see :func:`keep`.
        done: the id of a command whose result was received.
    """
    kept = f'"$b/k-{command.kept}"'
    checked = f"[ -s {kept} ] || {{ say missing; exit 0; }}\ntouch {kept}\n" if command.kept else ""
    between = [f"cat {kept}"] if command.kept else []
    given = [source.shell for source in command.given]
    given[1:1] = between
    password, success = command.password or ("", "")
    files = [
        f'{{ echo "rm -f $p/c"; {command.text.shell}; }} >c',
        f"{{ {'; '.join([*given, ':'])}; }} >n",
        *([f"printf %s {password} | base64 -d >q"] if command.password else []),
    ]
    staged = [f'"$b/u-{source.staged}"' for source in (command.text, *command.given) if source.staged]
    removed = f"rm -rf {' '.join(staged)}\n" if staged else ""
    return f"""\
{_DIRECTORY.format(ident=ident)}{_acknowledged(done)}{first}{checked}p=$b/c-{ident}.$$
r=
if (umask 077; mkdir "$p" && cd "$p" && mkfifo f && {" && ".join(files)}); then exec 8<>"$p/f" 9>"$p/f"; r=1; fi
if [ "$r" ] && ln -sn "c-{ident}.$$" "$b/c-{ident}" 2>/dev/null; then
{removed}s=; command -v setsid >/dev/null && s=setsid
$s sh -c {quoted(_RUN)} sh "$p" {quoted(success)} </dev/null >/dev/null 2>&1 8>&- &
if mkdir "$b/z" 2>/dev/null || [ -n "$(find "$b/z" -prune -mmin +5)" ]; then
touch "$b/z"
$s sh -c {quoted(_SWEEPER)} sh "$b" </dev/null >/dev/null 2>&1 8>&- 9>&- &
fi
else rm -rf "$p"; fi
exec 8>&- 9>&-
[ -L "$b/c-{ident}" ] || {{ say broken; exit 0; }}
{_wait(ident, window)}"""


def resume(ident: str, window: float) -> str:
    """Return a script that waits some more seconds for the end of a command, and prints the result."""
    return f"{_DIRECTORY.format(ident=ident)}{_wait(ident, window)}"


def end(ident: str, signal: str = "KILL") -> str:
    """Return a script that ends a command with all its processes."""
    return (
        f'{_DIRECTORY.format(ident=ident)}g=$(cat "$b/c-{ident}/g")\n'
        f'kill -{signal} "-$g" 2>/dev/null || kill -{signal} "$g" 2>/dev/null\n{_acknowledged(ident)}say ended'
    )


def clear(ident: str) -> str:
    """Return a script that removes the results of all finished commands and the kept parts of the user."""
    return f"""\
{_DIRECTORY.format(ident=ident)}\
for x in "$b"/c-*.*; do [ ! -e "$x/s" ] || rm -rf "$x"; done
for x in "$b"/k-*; do rm -f "$x"; done
for x in "$b"/c-*; do [ -e "$x" ] || rm -f "$x"; done
rmdir "$b" 2>/dev/null
say cleared"""


def sweep(ident: str) -> str:
    """Return a script that removes what is old, which otherwise a process in the node does."""
    return f"{_DIRECTORY.format(ident=ident)}{_SWEEP}say swept"


def store(ident: str, source: NodeData, path: bytes, checksum: str) -> str:
    """Return a script that writes a file and checks its content.

    The owner is the user that runs it, the mode comes from the user's umask, or stays if the file exists.
    """
    removed = f'rm -rf "$b/u-{source.staged}"\n' if source.staged else ""
    return f"""\
{(_DIRECTORY if source.staged else _SAY).format(ident=ident)}{_path(path)}
if ! {_has_sum(checksum, '"$d"')}; then
m=$( (exec 2>&1; {source.shell} >"$d") | tr '\\n' ' ')
fi
if {_has_sum(checksum, '"$d"')}; then
{removed}say stored
else say refused "$m"; fi"""


def read(ident: str, path: bytes, number: int) -> str:
    """Return a script that prints a piece of a file, and before the first piece the size and checksum of the file."""
    facts = 's=$(wc -c <"$d") && h=$(sha256sum <"$d") && say size $s "${h%% *}" && ' if number == 0 else ""
    return f"""\
{_SAY.format(ident=ident)}{_path(path)}
m=$( (exec 2>&1 3<"$d") ) && [ ! -d "$d" ] || {{ say refused "${{m:-is a directory}}"; exit 0; }}
{facts}say data
dd if="$d" bs={READ_PIECE} skip={number} count=1 2>/dev/null | gzip -c | base64
say end"""


def quoted(text: str) -> str:
    """Return a text as one word of a shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _wait(ident: str, window: float) -> str:
    return f'exec sh -c {quoted(_WAIT)} sh "$b" {ident} {window:g}'


def _acknowledged(ident: str | None) -> str:
    return f'rm -rf "$b/c-{ident}".*\n' if ident else ""


def _path(path: bytes) -> str:
    """Return an assignment of a path, which may be any bytes, also line ends at the end."""
    return f"d=$(printf %s {encoded(path)} | base64 -d; echo .); d=${{d%.}}"


def _has_sum(checksum: str, path: str) -> str:
    return f'[ "$( (sha256sum <{path}) 2>/dev/null | cut -c -64)" = {checksum} ]'


def _store_piece(staged: str, number: int, piece: bytes) -> str:
    place = f'"$b/u-{staged}/{number}"'
    return f"printf %s {encoded(piece)} | base64 -d >{place}.$$ && mv {place}.$$ {place}"


def _pieces(staged: str, count: int) -> str:
    return f'(n=0; while [ $n -lt {count} ]; do cat "$b/u-{staged}/$n" || exit 1; n=$((n+1)); done)'
