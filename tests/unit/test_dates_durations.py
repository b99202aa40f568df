"""Lengths of time: every form that is accepted, and what each refusal says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import parse_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("45", timedelta(seconds=45)),
        (45, timedelta(seconds=45)),
        ("0", timedelta(0)),
        ("0d", timedelta(0)),
        ("007", timedelta(seconds=7)),
        ("30s", timedelta(seconds=30)),
        ("30m", timedelta(minutes=30)),
        ("12h", timedelta(hours=12)),
        ("90d", timedelta(days=90)),
        ("2w", timedelta(weeks=2)),
        ("1h30m", timedelta(minutes=90)),
        ("1H30M", timedelta(minutes=90)),
        ("1w 2d 3h 4m 5s", timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)),
        ("30m1h", timedelta(minutes=90)),
        ("1h 1h", timedelta(hours=2)),
        (" 90 d \n", timedelta(days=90)),
        ("999999999d", timedelta(days=999999999)),
    ],
)
def test_accepted(text: str | int, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "d",
        "-5d",
        "+5d",
        "-5",
        "1.5h",
        "1,5h",
        "90 days",
        "90dd",
        "1y",
        "1h30",
        "30 1h",
        "1 000s",
        "1_000s",
        "P90D",
        "1:30",
        "None",
        True,
        "\u0669\u0660d",
        "\uff19\uff10",
        "\u00b2d",
        "9\u00a0d",
        "1\u017f",
    ],
)
def test_refused(text: str | int) -> None:
    with pytest.raises(ValueError) as caught:
        parse_duration(text)
    assert str(caught.value) == (
        f"{str(text).strip()!r} is not a length of time; write a number with a unit, such as 90d, 12h or 1h30m"
    )


@pytest.mark.parametrize("text", ["1000000000d", "99999999999999999999", "999999999d 1w", "9" * 50 + "w"])
def test_too_large(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_duration(text)
    assert str(caught.value) == f"the length of time {text!r} is too large"


@pytest.mark.parametrize("text", ["9" * 5000, "1h" * 5000, "x" * 5000, "1" + " " * 100_000 + "x"])
def test_long_text_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_duration(text)
    assert str(caught.value) == (
        f"{text[:57]!r}... is not a length of time; write a number with a unit, such as 90d, 12h or 1h30m"
    )
