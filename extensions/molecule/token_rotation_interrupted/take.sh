#!/bin/sh
# A target that keeps what it gets by standard input in the file $1; it takes it where $2 is "take".
set -eu
umask 077
value="$(cat)"
[ "$2" = take ]
if [ -f "$1" ] && [ "$(cat "$1")" = "$value" ]; then
    echo held
else
    printf %s "$value" >"$1"
    echo taken
fi
