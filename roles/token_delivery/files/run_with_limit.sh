#!/bin/sh
# Run a program with a time limit, and check that it reads its standard input to the end.
#
#   sh run_with_limit.sh SECONDS PROGRAM [ARGUMENT...]
#
# The exit code is that of the program. If the program is missing, is not executable, reaches the limit or leaves input
# unread, the last line of standard error is "token_delivery: WORD"; tasks/to_command.yml turns the word into a sentence.
limit="$1"
shift

tell() {
    # Ansible reports a broken pipe, and not the word, if this script ends before the value is written.
    cat >/dev/null
    echo "token_delivery: $1" >&2
    exit "$2"
}

program="$(command -v -- "$1")" || tell missing 127
case "$program" in
*/*) [ -x "$program" ] || tell not_executable 126 ;;
esac

started="$(date +%s)"
# The program timeout is missing on some systems. There the time limit of the task ends the waiting, but not the program.
if command -v timeout >/dev/null; then
    timeout -k 5 "$limit" "$@"
else
    "$@"
fi
code=$?

case "$code" in
# 124: the program was ended at the limit; 137: the program had to be killed. Programs may use these codes themselves.
124 | 137) [ "$(($(date +%s) - started))" -lt "$limit" ] || tell time_limit "$code" ;;
esac
# This shell holds the pipe open, so what the program did not read is still there.
[ "$(wc -c)" -eq 0 ] || tell unread "$code"
exit "$code"
