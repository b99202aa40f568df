#!/usr/bin/python

# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applications in contexts of a layer."""

from __future__ import annotations

DOCUMENTATION = r"""
module: paas_deployment
short_description: Deploy an application from an archive or a repository
version_added: 0.1.0
author:
  - inet.elastic authors (@inet-elastic)
description:
  - Deploys an application into a context of a layer, such as C(ROOT) of a Tomcat layer, from an archive or from a
    repository of version control, and removes it.
  - An archive is deployed if its content is not what is deployed. A repository is updated if its address or branch
    changes, or if the deployed commit is not O(repository.revision).
  - After an update the module reads what is deployed and compares it. If the platform deployed something else, the task
    fails.
  - For layers of images see O(inet.elastic.paas_environment#module:nodes[].tag), which redeploys the image.
extends_documentation_fragment:
  - inet.elastic._attributes
  - inet.elastic._connection
attributes:
  check_mode:
    description:
      - Can run in check mode and predict the changes.
      - If the environment or the layer does not exist, an earlier task of the play may be the one that creates it. In
        check mode the module then warns and reports that the application would be deployed.
    support: full
  diff_mode:
    description: Shows from which version to which, by archive, branch and commit.
    support: full
  idempotent:
    description: Not with O(update=always), which deploys on each run.
    support: partial
    details:
      - An archive of O(archive.url) without O(archive.checksum) is compared by its name only.
      - The platform does not show O(repository.password) and O(repository.key_id), so a change of these alone is not
        seen.
options:
  environment:
    description:
      - Name of the environment.
    type: str
    required: true
  node_group:
    description:
      - Name of the layer.
    type: str
    default: cp
  context:
    description:
      - Name of the context in the layer; C(ROOT) is the application at the root of the layer's address.
    type: str
    default: ROOT
  state:
    description:
      - V(present) needs O(archive) or O(repository).
      - V(absent) removes the application from the context, and the repository that the context is bound to.
    type: str
    choices: [present, absent]
    default: present
  archive:
    description:
      - The archive to deploy. If the context is bound to a repository, it is not any more.
    type: dict
    suboptions:
      src:
        description:
          - Path of the archive on the controller. It is uploaded, in blocks, to the platform's temporary storage.
          - Exactly one of it and O(archive.url).
        type: path
      url:
        description:
          - Address of the archive. The platform fetches it, so the platform must be able to reach it.
        type: str
      name:
        description:
          - Name of the archive, by default that of the file or at the end of the address.
          - The platform shows of a deployed archive only its name. So the beginning of the checksum becomes part of it,
            as in C(shop-0123456789ab.war), which tells on the next run whether the same content is deployed.
        type: str
      checksum:
        description:
          - SHA-256 of the archive, as C(sha256:) and 64 hexadecimal digits.
          - With O(archive.src), a file of another checksum is refused. With O(archive.url), it tells one version from
            another; the platform does not verify it.
        type: str
  repository:
    description:
      - The repository of version control to deploy. If the context has an archive, it is removed first.
    type: dict
    suboptions:
      url:
        description:
          - Address of the repository, without credentials.
        type: str
        required: true
      type:
        description:
          - Kind of version control.
        type: str
        choices: [git, svn]
        default: git
      branch:
        description:
          - Branch or tag to deploy. When it is left out, a new project has the platform's default, and an existing one
            keeps its branch.
        type: str
      revision:
        description:
          - Commit that must be deployed, at least 7 characters of it.
          - The platform deploys only the newest commit of a branch or tag. If that is another commit, the task fails
            after the update.
        type: str
      login:
        description:
          - Login for the repository.
        type: str
      password:
        description:
          - Password or access token for the repository. It is sent when the project is created or edited.
        type: str
      key_id:
        description:
          - Number of a private SSH key of the account, for the repository; see M(inet.elastic.paas_ssh_key).
        type: int
      auto_update:
        description:
          - Whether the platform looks for new commits by itself, and deploys them.
        type: bool
      interval:
        description:
          - Minutes between these automatic updates, V(1) for a new project.
        type: int
      resolve_conflicts:
        description:
          - Whether the platform overwrites files that were changed in the node.
        type: bool
  update:
    description:
      - V(changed) deploys what differs. V(always) deploys on each run, for instance the newest commit of a branch.
    type: str
    choices: [changed, always]
    default: changed
  zero_downtime:
    description:
      - Whether the application is replaced without downtime, where the stack of the layer can.
    type: bool
  delay:
    description:
      - Seconds between the nodes of the layer.
    type: int
  hooks:
    description:
      - Hooks that run before and after the deployment, as JSON text that the platform takes. They are not compared.
    type: str
  wait_timeout:
    description:
      - Seconds that one call may take, where it is longer than O(timeout). The platform answers when the deployment is
        done.
    type: int
    default: 1800
seealso:
  - module: inet.elastic.paas_environment
  - module: inet.elastic.paas_exec
"""

EXAMPLES = r"""
- name: Deploy the archive that the build made
  inet.elastic.paas_deployment:
    api_url: https://app.example.com
    session: "{{ lookup('inet.elastic.paas_token', 'deploy-bot') }}"
    environment: acme-shop
    archive:
      src: target/shop.war

- name: Deploy an archive of a repository manager, node by node
  inet.elastic.paas_deployment:
    environment: acme-shop
    context: shop
    archive:
      url: https://repo.example.com/releases/shop-1.4.0.war
      checksum: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
      name: shop.war
    delay: 30
    zero_downtime: true
    hooks: "{{ lookup('file', 'hooks.json') }}"
    wait_timeout: 3600

- name: Deploy a release from version control, and know that it is this commit
  inet.elastic.paas_deployment:
    environment: acme-site
    repository:
      url: https://git.example.com/acme/site.git
      branch: v1.4.0
      revision: 3f2a9c1
      login: deploy
      password: "{{ repository_token }}"

- name: Deploy from a repository that an SSH key opens, and let the platform look for new commits every five minutes
  inet.elastic.paas_deployment:
    environment: acme-site
    node_group: cp
    repository:
      url: git@git.example.com:acme/site.git
      type: git
      branch: main
      key_id: 17
      auto_update: true
      interval: 5
      resolve_conflicts: true

- name: Deploy the newest commit
  inet.elastic.paas_deployment:
    environment: acme-site
    repository:
      url: https://git.example.com/acme/site.git
      branch: main
    update: always

- name: Take the application away
  inet.elastic.paas_deployment:
    environment: acme-shop
    context: shop
    state: absent
"""

RETURN = r"""
deployment:
  description: What the context has, as after the task; null if it has nothing. In check mode, as predicted.
  returned: success
  type: dict
  contains:
    context:
      description: Name of the context.
      type: str
    source:
      description: V(archive) or V(repository).
      type: str
    archive:
      description: Name of the deployed archive; null for a repository.
      type: str
    type:
      description: Kind of version control; this and the following members are null for an archive.
      type: str
    url:
      description: Address of the repository.
      type: str
    branch:
      description: Branch or tag.
      type: str
    revision:
      description: The deployed commit; null if it is not known.
      type: str
    auto_update:
      description: Whether the platform updates by itself.
      type: bool
    interval:
      description: Minutes between automatic updates.
      type: str
    resolve_conflicts:
      description: Whether changed files are overwritten.
      type: bool
    zero_downtime:
      description: Whether updates are without downtime.
      type: bool
api_calls:
  description: Number of calls of each API method.
  returned: always
  type: dict
  sample: {"environment.deployment.GetDeployments": 2, "environment.vcs.GetProject": 2}
api_retries:
  description: How many of these calls were retried, after a transport error or an expired session.
  returned: always
  type: dict
  sample: {}
api_seconds:
  description: Time that the calls of each API method took, in seconds.
  returned: always
  type: dict
  sample: {"environment.deployment.GetDeployments": 0.12}
steps:
  description: The changes in words, in their order; in check mode the changes that a run would make.
  returned: success
  type: list
  elements: str
failure:
  description: The failure, for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description:
        - Kind of failure, such as V(input), V(refused), V(not_reached), V(answer_lost), V(wait_timeout) or V(store).
      type: str
    code:
      description: Result code of the platform; null without one.
      type: int
    method:
      description: API method that failed; null if no call failed.
      type: str
steps_done:
  description: The changes that were made before the failure.
  returned: failure
  type: list
  elements: str
msg:
  description: What is wrong and what to do, in one line.
  returned: failure
  type: str
"""

from ansible_collections.inet.elastic.plugins.module_utils._resources.deployment.resource import Deployment
from ansible_collections.inet.elastic.plugins.module_utils._run import main as run


def main() -> None:
    """Run the module."""
    run(Deployment())


if __name__ == "__main__":
    main()
