# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a manifest can say of an environment and its layers, and which option each word is. Tables."""

from __future__ import annotations

# Words of a node entry, in lower case: the option and the kind of its value.
# Where an entry has two words for one option, the one that stands first here counts.
NODE_WORDS: dict[str, tuple[str, str]] = {
    "nodegroup": ("node_group", "text"),
    "nodetype": ("node_type", "text"),
    "image": ("image", "exact"),
    "tag": ("tag", "tag"),
    "registry": ("registry", "registry"),
    "count": ("count", "number"),
    "fixedcloudlets": ("fixed_cloudlets", "number"),
    "flexiblecloudlets": ("flexible_cloudlets", "number"),
    "cloudlets": ("flexible_cloudlets", "number"),
    "flexible": ("flexible_cloudlets", "number"),
    "fixed": ("fixed_cloudlets", "number"),
    "disklimit": ("disk_limit", "text"),
    "displayname": ("display_name", "text"),
    "extip": ("ext_ips", "addresses"),
    "extipv6": ("ext_ips_v6", "addresses"),
    "isslbaccessenabled": ("slb_access", "flag"),
    "scalingmode": ("scaling_mode", "scaling"),
    "restartdelay": ("restart_delay", "number"),
    "env": ("env", "variables"),
    "volumes": ("volumes", "texts"),
    "volumemounts": ("volume_mounts", "mounts"),
    "volumemount": ("volume_mounts", "mounts"),
    "volumesfrom": ("volumes_from", "sources"),
    "links": ("links", "links"),
    "addons": ("addons", "texts"),
    "cluster": ("cluster", "cluster"),
    "cmd": ("cmd", "command"),
    "dockerruncmd": ("cmd", "command"),
    "runcmd": ("cmd", "command"),
    "entrypoint": ("entrypoint", "command"),
    "startservice": ("start_on_creation", "flag"),
    "startserviceoncreation": ("start_on_creation", "flag"),
    "engine": ("engine", "exact"),
    "distribution": ("distribution", "mapping"),
    "nodegroupdata": ("node_group_data", "mapping"),
}
# Words that are understood and have no option, with the reason.
NODE_LEFT_OUT = {
    "docker": "is neither a mapping nor an image",
    "password": "a password for the node is set by the platform, which mails it",
    "metadata": "has no meaning for the environment",
    "validation": "limits a form of the dashboard",
    "skipnodeemails": "mails are sent as the platform does by default",
    "mission": "the layer's role follows from its name and kind",
    "order": "layers are shown in the platform's order",
    "skip": "conditions are not evaluated",
}
MOUNT_WORDS = {
    "sourcepath": ("source_path", "text"),
    "sourcenodegroup": ("source_node_group", "text"),
    "sourcenodeid": ("source_node_id", "number"),
    "sourcehost": ("source_host", "text"),
    "protocol": ("protocol", "text"),
    "readonly": ("read_only", "flag"),
}
# Words of the environment itself.
ENVIRONMENT_WORDS: dict[str, tuple[str, str]] = {
    "ssl": ("ssl", "flag"),
    "sslstate": ("ssl", "flag"),
    "ha": ("ha", "flag"),
    "ishaenabled": ("ha", "flag"),
    "engine": ("engine", "exact"),
    "displayname": ("display_name", "text"),
    "envgroups": ("env_groups", "texts"),
    "region": ("region", "text"),
}
ENVIRONMENT_LEFT_OUT = {
    "skipnodeemails": NODE_LEFT_OUT["skipnodeemails"],
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
        *("baseurl", "appversion", "startpage", "success", "successtext", "text", "permissions"),
        *("source", "wrapper", "nodes_given_as", "literalised", "placeholders"),
    }
)
BEHAVIOUR = "what a manifest does is not carried over; install the manifest with inet.elastic.paas_package for that"
