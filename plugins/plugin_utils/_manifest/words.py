# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a manifest can say of an environment and its layers, and which option each word is. Tables."""

from __future__ import annotations

from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.layer_fields import LAYER_FIELDS
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.table import LAYER_PARTS, PARTS
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.settings import SETTINGS
from ansible_collections.inet.elastic.plugins.plugin_utils._manifest.old_words import OLD_WORDS

# Words of a node entry, in lower case: the option and the kind of its value.
# If an entry has two words for one option, the one that stands first here counts.
_NEW_WORDS: dict[str, tuple[str, str]] = {
    "nodegroup": ("node_group", "text"),
    "nodemission": ("node_group", "text"),  # the older word, of published manifests
    "registry": ("registry", "registry"),
    **{word: meaning for row in LAYER_FIELDS for word, meaning in row.manifest_words.items()},
    **{word: meaning for part in LAYER_PARTS for word, meaning in part.words.items()},
}
NODE_WORDS = {**_NEW_WORDS, **{old: _NEW_WORDS[new] for old, new in OLD_WORDS.items()}}
# Words that are understood and have no option, with the reason.
NODE_LEFT_OUT = {
    **dict.fromkeys(
        ("adminurl", "isclustersupport", "isredeploysupport", "isdeploysupport", "isresetservicepassword"),
        "has no option; set it with inet.elastic.paas_api, method environment.control.ApplyNodeGroupData",
    ),
    "docker": "is neither a mapping nor an image",
    "password": "a password for the node is set by the platform, which mails it",
    "metadata": "has no meaning for the environment",
    "validation": "limits a form of the dashboard",
    "mission": "the layer's role follows from its name and kind",
    "order": "layers are shown in the platform's order",
    "skip": "conditions are not evaluated",
}
# Words of a node that say nothing of what it is; CreateEnvironment has no parameter for mails.
NODE_DESCRIBING = frozenset({"skipnodeemails"})
# Words of the environment itself.
ENVIRONMENT_WORDS: dict[str, tuple[str, str]] = {
    **{word: (row.name, row.kind) for row in SETTINGS for word in row.words},
    **{word: (part.name, kind) for part in PARTS for word, kind in part.words.items()},
}
# Scripts that run before the installation, and may give or change its nodes (manual, Events).
SCRIPTS = ("onbeforeinit", "onbeforeinstall")
ENVIRONMENT_LEFT_OUT = {
    **dict.fromkeys(
        SCRIPTS,
        "a script may make or change nodes, and only the platform runs it; compare the environment with the options",
    ),
    "shortdomain": "the name of the environment is the option name",
    "envname": "the name of the environment is the option name",
    "nodegroupalias": "layers are named by node_group alone",
    "targetregions": "a region is chosen by the option region",
    "regions": "a region is chosen by the option region",
    "env": "is not a mapping",
    "nodes": "is another topology; convert it by itself",
    "topology": "is another topology; convert it by itself",
}
# Words of a manifest that describe it, and those of a file that holds one topology beside where it comes from.
DESCRIBING = frozenset(
    {
        *("type", "jpstype", "jpsversion", "version", "name", "id", "description", "logo", "homepage", "categories"),
        *("baseurl", "appversion", "startpage", "success", "successtext", "text", "permissions", "skipnodeemails"),
        *("source", "wrapper", "nodes_given_as", "literalised", "placeholders"),
    }
)
BEHAVIOUR = "what a manifest does is not carried over; install the manifest with inet.elastic.paas_package for that"
