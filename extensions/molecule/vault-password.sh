#!/bin/sh
# The vault password of the scenarios, made up once for each run. Ansible wants it before the first task, so it is made here.
set -eu
umask 077
file="$MOLECULE_EPHEMERAL_DIRECTORY/vault-password"
[ -s "$file" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$file"
cat "$file"
