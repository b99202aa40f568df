# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stacks that can be had: node types, tags, images and engines that CreateEnvironment and its kin accept.

Node types outside GetTemplates are refused (inferred) with 2372 (documented), impossible images and tags with 4081
(documented for an image that cannot be run; that it is this code is inferred). The forms are those of image references.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from paas_emulator.control_values import SettingError
from paas_emulator.errors import IMAGE_UNUSABLE, PLATFORM, STACK_UNAVAILABLE, ApiError, environment_refused
from paas_emulator.services.control.model import NodePlan
from paas_emulator.services.control.stacks import DOCKER

LATEST = "latest"  # seen in public manifests for certified stacks, too
_TAG = re.compile(r"\w[\w.-]{0,127}|sha256:[0-9a-f]{64}", re.ASCII)
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_IMAGE = re.compile(rf"(?:[A-Za-z0-9.-]+(?::\d{{1,5}})?/)?{_PART}(?:/{_PART})*")
# Words of the manual (supported stacks) and of public manifests; a version may follow, of Node.js its starter, too.
_ENGINE = re.compile(
    r"(?:(?:open|oracle|adoptopen|corretto|temurin|zulu)?jdk|zulu|openj9|dragonwell|java|graalvm"
    r"|php|python|ruby|node(?:js)?|go(?:lang)?|dotnet|mono|docker(?:engine)?)"
    r"(?:-?\d+(?:\.\d+)*)?"
    r"|nodejs\d+-(?:npm|forever|pm2|supervisor)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\d+(?:\.\d+)*(?:_\d+)?")
# What a tag may say beside versions (public manifests and images): the maker of the Java, the starter of Node.js, and
# at the end the operating system.
_JAVA = re.compile(r"(?:adopt)?open(?:jdk|j9)|(?:corretto|temurin|zulu|oracle)?jdk|dragonwell|graalvm")
_STARTER = re.compile(r"npm|pm2|forever|supervisor")
_SYSTEM = re.compile(r"-(?:almalinux|centos|debian|ubuntu)-\d+(?:\.\d+)?$")


@cache
def built_in() -> Mapping[str, list[str]]:
    """Tags by node type."""
    text = files("paas_emulator").joinpath("data/stacks.json").read_text(encoding="utf-8")
    stacks: dict[str, list[str]] = json.loads(text)["stacks"]
    return stacks


class OfferedStacks:
    """The stacks in force: those of the table, as changed through the control path."""

    def __init__(self) -> None:
        self._changes: dict[str, list[str] | None] = {}

    def replace(self, body: Any) -> None:
        """Add stacks with their tags, or take some away (null), instead of all earlier changes. Raises SettingError."""
        if not isinstance(body, Mapping):
            raise SettingError('stacks must be an object such as {"nginx": ["1.28.0"], "apache2": null}')
        for name, tags in body.items():
            listed = isinstance(tags, list) and all(isinstance(tag, str) and _TAG.fullmatch(tag) for tag in tags)
            if tags is not None and not listed:
                raise SettingError(f"stack {name!r} must be a list of tags, or null to take the stack away")
        self._changes = dict(body)

    def tags(self) -> dict[str, list[str]]:
        """Tags by node type; an empty list stands for any tag."""
        found = {**built_in(), **self._changes}
        return {name: tags for name, tags in sorted(found.items()) if tags is not None}

    def check(self, plans: Iterable[NodePlan], listed: bool) -> None:
        """Raise ApiError for what cannot be had. listed: node types, their tags and engines count, not forms alone."""
        for plan in plans:
            if "type" in plan.given or not plan.known:
                self._check_type(plan, listed)
            check_image(plan.image)
            if "tag" in plan.given:
                self.check_tag(plan.node_type, plan.image, plan.tag, listed)
            check_engine(plan.config.get("engine"))

    def _check_type(self, plan: NodePlan, listed: bool) -> None:
        name = plan.node_type
        if "${" in name or (listed and name != DOCKER and name not in self.tags()):
            raise ApiError(STACK_UNAVAILABLE, f"node type [{name}] is not available", source=PLATFORM)
        if name == DOCKER and not plan.image and not plan.known:
            raise ApiError(IMAGE_UNUSABLE, "node type [docker] needs an image", source=PLATFORM)

    def check_tag(self, node_type: str, image: str | None, tag: str, listed: bool) -> None:
        """Raise ApiError for a tag that cannot be one, or that the stack does not have.

        The tags of the built-in table are examples, so another version in their form is accepted (inferred): `16.44`
        beside `16.4`, `1.26.2-php-8.3.14` beside `1.16.1-php-7.2.28`. Tags that were put are all that there are.
        """
        check_image(image)
        tags = [] if image or not listed else self.tags().get(node_type, [])
        known = tag in (LATEST, *tags) or (node_type not in self._changes and _form(tag) in map(_form, tags))
        if not _TAG.fullmatch(tag) or (tags and not known):
            raise ApiError(IMAGE_UNUSABLE, f"tag [{tag}] of [{image or node_type}] is not available", source=PLATFORM)


def check_image(image: str | None) -> None:
    """Raise ApiError for a name that no image can have."""
    if image and not _IMAGE.fullmatch(image):
        raise ApiError(IMAGE_UNUSABLE, f"image [{image}] is not valid", source=PLATFORM)


def _form(tag: str) -> str:
    """Return a tag with a sign in place of each version, and the makers of one thing under one name."""
    return _VERSION.sub("#", _STARTER.sub("npm", _JAVA.sub("jdk", _SYSTEM.sub("", tag))))


def check_engine(engine: str | None) -> None:
    """Raise ApiError for an engine of no known kind; code and wording inferred."""
    if engine and not _ENGINE.fullmatch(engine):
        raise environment_refused(f"engine [{engine}] is not available")
