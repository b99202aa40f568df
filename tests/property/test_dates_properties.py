"""Dates and lengths of time survive the way out and back, in every form, zone and year."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import (
    moment_from_answer,
    moment_to_request,
    parse_duration,
    parse_moment,
    to_text,
)
from tests.profiles import examples

UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
# Away from the ends of the calendar, where another zone's date may not exist.
INNER = st.datetimes(datetime.datetime(1, 1, 3), datetime.datetime(9999, 12, 29), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59)


@examples(200)
@given(MOMENTS)
def test_out_and_back(moment: datetime.datetime) -> None:
    assert parse_moment(moment_to_request(moment)) == moment
    assert moment_from_answer(moment_to_request(moment)) == moment
    assert parse_moment(str(to_text(moment))) == moment
    assert len(moment_to_request(moment)) == 19


@examples(200)
@given(INNER, OFFSETS, st.booleans())
def test_any_zone(moment: datetime.datetime, minutes: int, colon: bool) -> None:
    local = moment.astimezone(datetime.timezone(datetime.timedelta(minutes=minutes)))
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    shown = f"{local.year:04}-{local:%m-%dT%H:%M:%S}{sign}{size // 60:02}{':' if colon else ''}{size % 60:02}"
    assert parse_moment(shown) == moment
    assert moment_to_request(local) == moment_to_request(moment)


@given(st.dates())
def test_a_date_in_either_order_is_its_first_second(day: datetime.date) -> None:
    first = datetime.datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert parse_moment(f"{day.year:04}-{day:%m-%d}") == first
    assert parse_moment(f"{day:%d-%m}-{day.year:04}") == first


@examples(200)
@given(INNER)
def test_milliseconds(moment: datetime.datetime) -> None:
    assert (
        moment_from_answer(int((moment - datetime.datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1000) == moment
    )


@examples(300)
@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()), st.binary()))
def test_whatever_an_answer_holds(value: Any) -> None:
    moment = moment_from_answer(value)
    assert moment is None or moment.tzinfo is UTC


ODD = st.text(st.sampled_from("0123456789-:+.TtZz UC\u0660\uff12wdhms"), max_size=30)


@examples(300)
@given(st.text(max_size=80) | ODD)
def test_any_text_is_a_moment_or_refused_in_one_line(text: str) -> None:
    try:
        assert parse_moment(text).tzinfo is UTC
    except ValueError as error:
        assert "write it as 2027-01-31, " in str(error)
        assert str(error).splitlines() == [str(error)]


@examples(300)
@given(st.text(max_size=80) | ODD)
def test_any_text_is_a_length_or_refused_in_one_line(text: str) -> None:
    try:
        assert parse_duration(text) >= datetime.timedelta(0)
        assert text.isascii() or not text.strip().isascii() or text.strip() != text
    except ValueError as error:
        assert str(error).splitlines() == [str(error)]
        assert "length of time" in str(error)


@examples(200)
@given(
    st.lists(
        st.tuples(st.integers(0, 9999), st.sampled_from("wdhmsWDHMS"), st.sampled_from(["", " "])),
        min_size=1,
        max_size=6,
    )
)
def test_parts_add_up(parts: list[tuple[int, str, str]]) -> None:
    seconds = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
    text = "".join(f"{amount}{unit}{gap}" for amount, unit, gap in parts)
    expected = sum(amount * seconds[unit.lower()] for amount, unit, _gap in parts)
    assert parse_duration(text) == datetime.timedelta(seconds=expected)
