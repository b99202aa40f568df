"""Text that YAML may have changed: what is taken, what each refusal says, and when a number gets a warning."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._engine.exact_text import exact_text, inexact_number

QUOTES = "and YAML may have changed what was written: put the value in quotes"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("'3.10'", "3.10"),
        ("1.24-alpine", "1.24-alpine"),
        ("''", ""),
        ("8", "8"),
        ("-8", "-8"),
        ("8080", "8080"),
        ("2025-02-01", "2025-02-01"),
    ],
)
def test_accepted(written: str, text: str) -> None:
    assert exact_text(yaml.safe_load(written), "nodes[0].tag") == text


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("3.10", f"nodes[1].tag is a number with a fraction, {QUOTES}"),
        ("1.0", f"nodes[1].tag is a number with a fraction, {QUOTES}"),
        (".inf", f"nodes[1].tag is a number with a fraction, {QUOTES}"),
        ("yes", f"nodes[1].tag is a boolean, {QUOTES}"),
        ("false", f"nodes[1].tag is a boolean, {QUOTES}"),
        ("2025-02-01T10:00:00Z", f"nodes[1].tag is a date with a time, {QUOTES}"),
        ("[a]", "nodes[1].tag is a list, but must be a text"),
        ("{a: b}", "nodes[1].tag is a mapping, but must be a text"),
        ("", "nodes[1].tag is empty, but must be a text"),
    ],
)
def test_refused(written: str, message: str) -> None:
    with pytest.raises(InputError) as refusal:
        exact_text(yaml.safe_load(written), "nodes[1].tag")
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("written", "number"), [("0777777", 262143), ("1000", 1000), ("-1000", -1000), ("20:30:00", 73800)]
)
def test_a_number_of_more_than_three_digits_gets_a_warning(written: str, number: int) -> None:
    assert inexact_number(yaml.safe_load(written), "nodes[0].tag") == (
        f"nodes[0].tag is the number {number}; if something else was written, such as 0123456, YAML has changed it: "
        "put the value in quotes"
    )


@pytest.mark.parametrize("value", [0, 999, -999, True, "0777777", "", None, 1234.5, datetime.date(2025, 2, 1)])
def test_everything_else_gets_none(value: Any) -> None:
    assert inexact_number(value, "nodes[0].tag") is None
