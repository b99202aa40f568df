#!/bin/sh
# Install Ansible and the collection for this job, into folders of the checkout. Needs Python with venv, and git.
set -eu
cd "$(dirname "$0")/.."
python3 -m venv .venv
.venv/bin/pip install --quiet --requirement ci/requirements.txt
ANSIBLE_CONFIG=ci/ansible.cfg .venv/bin/ansible-galaxy collection install --requirements-file ci/requirements.yml
# Some uploads remove this permission. Ansible would then use the text of the script as the password.
chmod +x ci/vault-password.sh
