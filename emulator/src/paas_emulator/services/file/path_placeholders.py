# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Placeholders in paths of files: `${SERVER_WEBROOT}/index.html`, `${nginx.SERVER_CONF_D}`.

The names are documented, for each stack some of them; so are the values but for those marked. A variable of the node
with that name goes first (inferred).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\$\{(?:[\w-]+\.)?(\w+)\}")
PATHS = {
    **{"SYSTEM_CRON": "/var/spool/cron", "SYSTEM_ETC": "/etc", "SYSTEM_KEYS": "/var/lib/jelastic/keys"},
    **{"SERVER_SCRIPTS": "/var/lib/jelastic/bin", "SERVER_BACKUP": "/var/lib/jelastic/backup"},
    **{"SERVER_CONF_D": "/etc/nginx/conf.d", "NGINX_CONF": "/etc/nginx/nginx.conf", "PHP_CONF": "/etc/php.ini"},
    **{"PHPFPM_CONF": "/etc/php-fpm.conf", "PHP_MODULES": "/usr/lib64/php/modules", "WEBROOT": "/var/www/webroot"},
    **{"POSTGRES_CONF": "/var/lib/pgsql/data", "MYSQL_CONF": "/etc", "MARIADB_CONF": "/etc"},
    "JAVA_HOME": "/usr/java/latest",
    # Inferred.
    **{
        "HOME": "/var/www",
        "WEBAPPS": "/var/www/webroot",
        "SERVER_WEBROOT": "/var/www/webroot/ROOT",
        "JAVA_LIB": "/usr/java/lib",
    },
    **{
        "SERVER_CONF": "/etc",
        "SERVER_DATA": "/var/lib/pgsql/data",
        "SERVER_MODULES": "/usr/lib64",
        "SERVER_LIBS": "/usr/lib64",
    },
}


def resolve(path: str, variables: Mapping[str, str]) -> str:
    """The path with its placeholders filled in; one that is unknown stays."""
    return _PLACEHOLDER.sub(lambda found: variables.get(found[1]) or PATHS.get(found[1]) or found[0], path)
