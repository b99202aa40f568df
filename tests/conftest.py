"""Ansible's own importer finds the collection, as in a real run: else its plugin loaders refuse what tests imported.

Examples of hypothesis have no deadline: how long one takes says how busy the machine is, and nothing of the code.
"""

from __future__ import annotations

from pathlib import Path

from ansible.plugins.loader import init_plugin_loader
from hypothesis import settings

WORKSPACE = Path(__file__).resolve().parent.parent / ".build" / "ws"

init_plugin_loader([str(WORKSPACE)])

settings.register_profile("project", deadline=None)
settings.load_profile("project")
