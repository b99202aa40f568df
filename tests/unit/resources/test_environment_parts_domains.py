# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""External domains: names in one form, one call for all that are missing, one for each that goes."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._resources.environment.parts.domains import Domains
from tests.unit.resources.environment_parts import SHOP, after, declared, from_answer, steps

PART = Domains()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("www.example.com", "www.example.com"),
        (" WWW.Example.COM. ", "www.example.com"),
        ("*.example.com", "*.example.com"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("_acme.example.com", "_acme.example.com"),
    ],
)
def test_names_have_one_form(given: str, name: str) -> None:
    assert declared(PART, [given]) == (name,)


@pytest.mark.parametrize(
    "given",
    [
        *(
            "",
            ".",
            "example",
            "https://example.com",
            "example.com/x",
            "example.com:80",
            "-a.example.com",
            "a..example.com",
        ),
        *("a b.example.com", "www.*.com", f"{'a' * 64}.example.com", ".".join(["a" * 60] * 5), "ü" * 70 + ".example"),
    ],
)
def test_what_is_no_name_is_refused(given: str) -> None:
    with pytest.raises(InputError) as caught:
        declared(PART, ["www.example.com", given])
    advice = "give one such as www.example.com, without scheme, port or path"
    assert str(caught.value) == f"domains: {given!r} is not a domain name; {advice}"


def test_names_count_once() -> None:
    assert declared(PART, ["b.example.com", "a.example.com", "B.example.com."]) == ("b.example.com", "a.example.com")


def test_nothing_declared_is_not_the_same_as_none_declared() -> None:
    assert declared(PART, []) == ()


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (None, None),
        (("WWW.example.com.", "www.example.com"), ("www.example.com",)),
        (("bücher.example",), ("xn--bcher-kva.example",)),
        (("odd name", "ü" * 70), ("odd name", "ü" * 70)),
    ],
)
def test_found_names_are_read_in_the_same_form(found: tuple[str, ...] | None, names: tuple[str, ...] | None) -> None:
    assert from_answer(PART, {"extdomains": found and list(found)}) == names


@pytest.mark.parametrize(
    ("given", "purge", "calls"),
    [
        (["a.example.com"], False, []),
        ([], False, []),
        (["b.example.com"], False, [("BindExtDomain", {"extdomain": "b.example.com"})]),
        (
            ["b.example.com", "a.example.com", "c.example.com"],
            True,
            [
                ("BindExtDomains", {"extDomains": "b.example.com,c.example.com"}),
                ("RemoveExtDomain", {"extdomain": "old.example.com"}),
            ],
        ),
        (
            [],
            True,
            [
                ("RemoveExtDomain", {"extdomain": "a.example.com"}),
                ("RemoveExtDomain", {"extdomain": "old.example.com"}),
            ],
        ),
    ],
)
def test_calls(given: list[str], purge: bool, calls: list[Any]) -> None:
    assert steps(PART, ("a.example.com", "old.example.com"), given, purge=purge) == calls


def test_each_call_says_what_is_there_after_it() -> None:
    changes = PART.plan_changes(("a.example.com",), ("b.example.com",), SHOP, purge=True)
    assert [(change.summary, change.after) for change in changes] == [
        ("bind b.example.com of environment 'shop1'", ("a.example.com", "b.example.com")),
        ("unbind a.example.com of environment 'shop1'", ("b.example.com",)),
    ]
    assert PART.to_result(changes[-1].after) == ["b.example.com"]


def test_reached_is_free_of_order_and_exact() -> None:
    assert PART.matches(("b.example", "a.example"), ("a.example", "b.example"))
    assert not PART.matches(("a.example",), ("a.example", "b.example"))
    assert not PART.matches(("a.example", "b.example"), ("a.example",))


def test_layers_come_and_go_without_domains() -> None:
    assert PART.after_layer_removal(("a.example",), ["cp", "bl"]) == ("a.example",)
    assert PART.initial_state() == ()
    assert after(PART, (), ["a.example.com"]) == ("a.example.com",)
