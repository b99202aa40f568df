#!/bin/sh
# Ansible runs this to get the password of the token store: a secret of the CI system, which stays out of every file.
printf '%s\n' "${PIPELINE_VAULT_PASSWORD:?is not set: make it a secret of the CI system, with any long random text}"
