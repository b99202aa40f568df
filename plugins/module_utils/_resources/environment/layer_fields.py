# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a layer, one row each. From a row follow the option, its parsing, the member of requests, reading the
answer, the comparison, the method that changes the field, the result, the words of manifests and the permission."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Any, Callable, NamedTuple

from ..._client.answers import flag, items, member_flag, member_text, number, read_first, text, texts_in
from ..._client.errors import require
from .model import Layer
from .names import same_image, same_text
from .parts.base import LayerAnswer

NAME_LAYER = "environment.control.SetNodeGroupDisplayName"
SET_SLB = "environment.control.SetSLBAccessEnabled"
EDIT_LAYER = "environment.control.EditNodeGroup"

MB_OF_GB = 1000  # recorded: 50 GB asked for are answered as 50000
SCALING_MODES = ("stateless", "stateful")
_DISK = re.compile(r"(\d{1,12}(?:\.\d+)?)\s*([MGT]?)(?:i?B)?", re.IGNORECASE)
_DISK_UNITS = {"": MB_OF_GB, "M": 1, "G": MB_OF_GB, "T": MB_OF_GB * 1000}


class By(Enum):
    """What changes a field of a layer that exists."""

    TOPOLOGY = "ChangeTopology"
    OWN_METHOD = "a method of its own; ChangeTopology if that is called anyway"
    REDEPLOY = "RedeployContainersByGroup"
    NOTHING = "nothing; it is set when the layer is made"
    NEVER = "nothing; another value is another layer"


# -- parsing options: the value that is given, and how messages name the option ------------------------------------


def stripped(value: str, where: str = "") -> str | None:
    """Return a text without white space at its ends; None for an empty one."""
    return value.strip() or None


def _stripped_items(values: list[str], where: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def _positive(value: int, where: str) -> int:
    require(value > 0, f"{where} must be 1 or more")
    return value


def _not_negative(value: int, where: str) -> int:
    require(value >= 0, f"{where} must not be negative")
    return value


def _scaling_mode(value: str, where: str) -> str | None:
    """In lower case. What a result shows as null may be given back, so core does not check the choices."""
    mode = value.strip().lower()
    require(not mode or mode in SCALING_MODES, f"{where} must be {' or '.join(SCALING_MODES)}")
    return mode or None


def _disk(value: str, where: str) -> int:
    """MB of ``50`` (GB), ``50G``, ``500M`` or ``1T``; a GB has 1000 MB, as the platform counts (recorded)."""
    match = _DISK.fullmatch(value.strip())
    require(match, f"{where} {value!r} is not a size; give GB as a number, or a size such as 50G or 500M")
    size = round(float(match[1]) * _DISK_UNITS[match[2].upper()]) if match else 0
    require(size > 0, f"{where} must be above 0")
    return size


def _links(values: list[str], where: str) -> tuple[str, ...]:
    links = _stripped_items(values, where)
    for link in links:
        source, _colon, alias = link.partition(":")
        valid = source.strip() and alias.strip()
        require(valid, f"{where.rpartition(':')[0]}: the link {link!r} is not written as layer:ALIAS")
    return links


# -- reading answers ------------------------------------------------------------------------------------------------


class Members(NamedTuple):
    """What reads a field, and its places: each a source of :class:`LayerAnswer` with a member; the first one counts."""

    read: Callable[[Any], Any]
    places: tuple[tuple[str, str], ...]


Reader = Callable[[LayerAnswer], Any]


def _at(read: Callable[[Any], Any], **sources: str) -> Members:
    """Return the places of a field; a source may have several members, with blanks between."""
    return Members(read, tuple((source, sent) for source, all_sent in sources.items() for sent in all_sent.split()))


def _count_addresses(answer: LayerAnswer, *, v6: bool) -> int | None:
    return None if answer.addresses is None else sum((":" in address) is v6 for address in answer.addresses)


def _read_cluster(found: Any) -> bool | None:
    """Whether the layer is a cluster: a free member of the layer (seen in a recorded request), so often missing."""
    return member_flag(found, "enabled") if isinstance(found, Mapping) else flag(found)


def _read_links(answer: LayerAnswer) -> tuple[str, ...] | None:
    """``layer:ALIAS`` of the links into a container; None for a node that is not a container."""
    if answer.custom is None:
        return None
    found = []
    for link in items(answer.custom, "dockerLinks"):
        source, alias = member_text(link, "sourceNodeGroup"), member_text(link, "alias")
        if source and alias and member_text(link, "type") in (None, "IN"):
            found.append(f"{source}:{alias}")
    return tuple(dict.fromkeys(found))


# -- comparing, requests and results --------------------------------------------------------------------------------


def same_value(current: Any, desired: Any) -> bool:
    """Compare; nothing and an empty text are the same."""
    return bool(current == desired) or (current in (None, "") and desired in (None, ""))


def _has_all(current: Any, desired: Any) -> bool:
    return {str(item).casefold() for item in desired or ()} <= {str(item).casefold() for item in current or ()}


def _disk_to_request(megabytes: int) -> Any:
    """GB (recorded); a part of one needs its unit."""
    return f"{megabytes}M" if megabytes % MB_OF_GB else megabytes // MB_OF_GB


def disk_text(megabytes: int) -> str:
    """Return a disk limit as the option takes it: ``50G``, or ``500M`` if it is not a whole number of GB."""
    return f"{megabytes}M" if megabytes % MB_OF_GB else f"{megabytes // MB_OF_GB}G"


# -- the table ------------------------------------------------------------------------------------------------------

INT, BOOL, TEXT, EXACT = {"type": "int"}, {"type": "bool"}, {"type": "str"}, {"type": "str", "exact": True}
LIST, DICT = {"type": "list", "elements": "str"}, {"type": "dict"}
COMMAND = {"type": "str", "structure": "argv"}
CLUSTER = {
    "type": "dict",
    "example": "{enabled: true}",
    "options": {
        "enabled": {"type": "bool", "default": True},
        "settings": {"type": "dict", "hidden": True, "example": "{scheme: galera}"},
    },
}
# Kinds of the values of manifests by the type of the option, see ``plugin_utils/_manifest``.
_KINDS = {"int": "number", "bool": "flag", "str": "text", "list": "texts", "dict": "mapping"}


@dataclass(frozen=True)
class LayerField:
    """One field of a layer.

    Attributes:
        name: of the option, and of the attribute of :class:`Layer`.
        option: its specification.
        member: of requests (documented for CreateEnvironment or Cloud Scripting).
        changed_by: what changes it on a layer that exists.
        from_answer: its places in answers, or what reads it; None for an option that no answer shows.
        parse: makes the value from the option, if that is given; None: as it is.
        same: compares the current value with the desired one.
        shrinks: whether a lower value is a loss that has to be allowed.
        seen_as_none: whether an answer without a value shows that a layer has none; else the value is not known.
        to_request, to_result: make the value of a request and of a result; None: as it is.
        words: words of manifests beside ``member``, in lower case; the first one that an entry gives counts.
        kind: of the values of those words; empty: by the type of the option.
        own_method, own_params: the method of its own, and its parameters from the layer's name and the value.
    """

    name: str
    option: Mapping[str, Any]
    member: str
    changed_by: By = By.NOTHING
    from_answer: Members | Reader | None = None
    parse: Callable[[Any, str], Any] | None = None
    same: Callable[[Any, Any], bool] = same_value
    shrinks: bool = False
    seen_as_none: Callable[[Layer], bool] = lambda layer: False
    to_request: Callable[[Any], Any] | None = None
    to_result: Callable[[Any], Any] | None = None
    words: tuple[str, ...] = ()
    kind: str = ""
    own_method: str | None = None
    own_params: Callable[[str | None, Any], Mapping[str, Any]] = lambda layer, value: {}

    @property
    def manifest_words(self) -> dict[str, tuple[str, str]]:
        """The words of manifests, with the option and the kind of the value."""
        return dict.fromkeys((self.member.lower(), *self.words), (self.name, self.kind or _KINDS[self.option["type"]]))

    def result_value(self, value: Any) -> Any:
        """Return a value for results; None: not known."""
        return value if value is None or self.to_result is None else self.to_result(value)


def _limit(name: str, member: str, from_answer: Members | Reader, **more: Any) -> LayerField:
    """Return the row of a number that ChangeTopology sets, and that must not be lowered without being allowed to."""
    row = {"option": INT, "parse": _not_negative, "shrinks": True, **more}
    return LayerField(name=name, member=member, changed_by=By.TOPOLOGY, from_answer=from_answer, **row)


def _list(name: str, from_answer: Members | Reader, parse: Callable[..., Any], kind: str = "") -> LayerField:
    """Return the row of a list of texts that is set when the layer is made."""
    row = LayerField(name, LIST, name, By.NOTHING, from_answer, parse, _has_all, kind=kind)
    return replace(row, to_request=lambda value: list(value) or None, to_result=list)


LAYER_FIELDS: tuple[LayerField, ...] = (
    # Layers are paired by their names, so a name never differs.
    LayerField("node_group", TEXT, "nodeGroup", By.NEVER, lambda answer: answer.name, stripped, lambda *names: True),
    LayerField("node_type", EXACT, "nodeType", By.NEVER, _at(text, node="nodeType"), stripped, same_text),
    _limit("count", "count", lambda answer: answer.size, parse=_positive),
    _limit("fixed_cloudlets", "fixedCloudlets", _at(number, node="fixedCloudlets"), words=("fixed",)),
    _limit(
        *("flexible_cloudlets", "flexibleCloudlets", _at(number, node="flexibleCloudlets maxchanks")),
        option={"type": "int", "aliases": ["cloudlets"]},
        words=("cloudlets", "flexible"),
    ),
    _limit(
        *("disk_limit", "diskLimit", _at(number, node="diskLimit")),
        option={"type": "str", "fraction": True},
        parse=_disk,
        to_request=_disk_to_request,
        to_result=disk_text,
    ),
    LayerField(
        *("tag", EXACT, "tag", By.REDEPLOY),
        _at(text, custom="dockerTag", node="version"),
        stripped,
        kind="tag",
    ),
    LayerField(
        *("image", EXACT, "image", By.TOPOLOGY, _at(text, custom="dockerName"), stripped, same_image),
        seen_as_none=lambda layer: layer.node_type is not None,  # a stack that runs no image
        kind="exact",
    ),
    LayerField(
        *("display_name", TEXT, "displayName", By.OWN_METHOD),
        _at(text, group="displayName", node="displayName"),
        lambda value, where: value.strip(),  # an empty one clears it
        seen_as_none=lambda layer: True,
        own_method=NAME_LAYER,
        own_params=lambda layer, value: {"nodeGroup": layer, "displayName": value or None},  # omitted clears it
    ),
    _limit("ext_ips", "extip", partial(_count_addresses, v6=False), kind="addresses"),
    _limit("ext_ips_v6", "extipv6", partial(_count_addresses, v6=True), kind="addresses"),
    LayerField(
        *("slb_access", BOOL, "isSLBAccessEnabled", By.OWN_METHOD, _at(flag, group="isSLBAccessEnabled")),
        own_method=SET_SLB,
        own_params=lambda layer, value: {"nodeGroup": layer, "enabled": value},
    ),
    LayerField(
        *("scaling_mode", TEXT, "scalingMode", By.TOPOLOGY),
        _at(lambda value: str(value).strip().lower() or None, group="scalingMode"),
        _scaling_mode,
        same_text,
        to_request=str.upper,
        kind="scaling",
    ),
    LayerField(
        *("restart_delay", INT, "restartDelay", By.OWN_METHOD, _at(number, group="restartNodeDelay")),
        _not_negative,
        own_method=EDIT_LAYER,
        own_params=lambda layer, value: {"nodeGroup": {"name": layer, "restartNodeDelay": value}},
    ),
    LayerField(
        *(
            "cluster",
            CLUSTER,
            "cluster",
            By.NOTHING,
            _at(_read_cluster, group="cluster", data="cluster"),
            lambda value, where: value["enabled"],
        ),
        to_result=lambda value: {"enabled": value},
        kind="cluster",
    ),
    _list("links", _read_links, _links, "links"),
    _list("addons", _at(partial(texts_in, names=("id", "name")), node="addons"), _stripped_items),
    # Options that are handed on as they are when a layer is made, and that no answer shows.
    LayerField("cmd", {**COMMAND, "hidden": True}, "cmd", words=("dockerruncmd", "runcmd"), kind="command"),
    LayerField("entrypoint", COMMAND, "entrypoint", kind="command"),
    LayerField("volumes_from", LIST, "volumesFrom", kind="sources"),
    LayerField("start_on_creation", BOOL, "startServiceOnCreation", words=("startservice",)),
    LayerField("engine", EXACT, "engine", kind="exact"),
    LayerField("distribution", DICT, "distribution"),
    LayerField("node_group_data", DICT, "nodeGroupData"),
)
# The fields that answers show, and those that ChangeTopology can set on a layer that exists.
SHOWN_FIELDS = tuple(row for row in LAYER_FIELDS if row.from_answer is not None)
_MEMBERS = {row.name: row.from_answer for row in SHOWN_FIELDS if isinstance(row.from_answer, Members)}
_READERS = {row.name: row.from_answer for row in SHOWN_FIELDS if callable(row.from_answer)}
TOPOLOGY_FIELDS = tuple(row for row in LAYER_FIELDS if row.changed_by in (By.TOPOLOGY, By.OWN_METHOD))


# -- what is done with all of them ----------------------------------------------------------------------------------


def parsed_fields(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the attributes of the layer that an entry of ``nodes`` declares; InputError for what cannot be."""
    values: dict[str, Any] = {}
    creation: dict[str, Any] = {}
    for row in LAYER_FIELDS:
        if entry.get(row.name) is None:
            continue
        value = entry[row.name] if row.parse is None else row.parse(entry[row.name], f"{where}: {row.name}")
        if row.from_answer is not None:
            values[row.name] = value
        elif value not in ("", [], {}):
            creation[row.member] = value
    return {**values, "creation": creation}


def fields_from_answer(answer: LayerAnswer) -> dict[str, Any]:
    """Return the attributes of a layer that an answer shows."""
    return {**read_first(answer._asdict(), _MEMBERS), **{name: read(answer) for name, read in _READERS.items()}}


def request_members(layer: Layer, rows: Iterable[LayerField]) -> dict[str, Any]:
    """Return fields of a layer as members of a request, apart from those that are not known."""
    values = ((row, getattr(layer, row.name)) for row in rows)
    sent = {
        row.member: value if row.to_request is None else row.to_request(value)
        for row, value in values
        if value is not None
    }
    return {member: value for member, value in sent.items() if value is not None}


def fields_to_result(layer: Layer) -> dict[str, Any]:
    """Return the fields of a layer for results."""
    return {row.name: row.result_value(getattr(layer, row.name)) for row in SHOWN_FIELDS}


@dataclass(frozen=True)
class FieldDifference:
    """One field of a layer that is not as declared."""

    layer: Layer
    row: LayerField
    current: Any
    desired: Any

    @property
    def after(self) -> Any:
        """The value once it is changed; an empty text clears it."""
        return None if self.desired == "" else self.desired

    @property
    def shrinks(self) -> bool:
        """Whether something gets smaller that must not without being allowed to."""
        return self.row.shrinks and bool(self.desired < self.current)

    @property
    def change(self) -> str:
        """The change in words, for steps."""
        current, desired = (_in_words(self.row.result_value(value)) for value in (self.current, self.after))
        return f"{self.row.name} {current} -> {desired}"

    def __str__(self) -> str:
        current, desired = self.row.result_value(self.current), self.row.result_value(self.desired)
        return f"{self.layer.label}: {self.row.name} is {current!r}, not {desired!r}"


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "unset" if value is None else str(value)


def differences(current: Layer, desired: Layer) -> list[FieldDifference]:
    """Return the fields that are not as declared; what the platform does not show is taken to be as declared."""
    found = []
    for row in SHOWN_FIELDS:
        have, want = getattr(current, row.name), getattr(desired, row.name)
        seen = have is not None or row.seen_as_none(current)
        if want is not None and seen and not row.same(have, want):
            found.append(FieldDifference(current, row, have, want))
    return found
