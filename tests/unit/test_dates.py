"""Moments in time: every form that is accepted, what each refusal says, and the forms that go out."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._engine.dates import (
    moment_from_answer,
    moment_to_request,
    parse_moment,
    to_text,
    utc_now,
)

UTC = datetime.timezone.utc
FORMS = "2027-01-31, 2027-01-31 18:00:00, 2027-01-31T18:00:00+02:00 or 31-01-2027"


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime.datetime:
    return datetime.datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-01-31", at(2027, 1, 31)),
        ("31-01-2027", at(2027, 1, 31)),
        ("02-03-2027", at(2027, 3, 2)),
        ("31-01-2027 18:30:15", at(2027, 1, 31, 18, 30, 15)),
        ("31-01-2027T18:30+02:00", at(2027, 1, 31, 16, 30)),
        ("2027-01-31 18:30", at(2027, 1, 31, 18, 30)),
        ("2027-01-31 18:30:15", at(2027, 1, 31, 18, 30, 15)),
        ("2027-01-31T18:30:15", at(2027, 1, 31, 18, 30, 15)),
        ("2027-01-31t18:30:15z", at(2027, 1, 31, 18, 30, 15)),
        ("2027-01-31T18:30:15Z", at(2027, 1, 31, 18, 30, 15)),
        ("2027-01-31 18:30:15 UTC", at(2027, 1, 31, 18, 30, 15)),
        ("2027-01-31T18:30:15.999Z", at(2027, 1, 31, 18, 30, 15)),
        ("2027-01-31T18:30:15.123456+00:00", at(2027, 1, 31, 18, 30, 15)),
        ("2027-01-31T18:00:00+02:00", at(2027, 1, 31, 16)),
        ("2027-01-31T18:00:00+0200", at(2027, 1, 31, 16)),
        ("2027-01-31T18:00:00 -05:30", at(2027, 1, 31, 23, 30)),
        ("2027-01-01T00:30:00+14:00", at(2026, 12, 31, 10, 30)),
        ("2027-12-31T23:30:00-12:00", at(2028, 1, 1, 11, 30)),
        ("2027-01-31T18:00:00-00:00", at(2027, 1, 31, 18)),
        ("2028-02-29", at(2028, 2, 29)),
        ("29-02-2028", at(2028, 2, 29)),
        ("2000-02-29", at(2000, 2, 29)),
        ("0001-01-01", at(1, 1, 1)),
        ("9999-12-31 23:59:59", at(9999, 12, 31, 23, 59, 59)),
        (" 2027-01-31\n", at(2027, 1, 31)),
    ],
)
def test_accepted(text: str, moment: datetime.datetime) -> None:
    assert parse_moment(text) == moment
    assert parse_moment(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2027",
        "2027-01",
        "2027-1-31",
        "27-01-31",
        "2027/01/31",
        "31.01.2027",
        "20270131",
        "2027-01-31 18",
        "2027-01-31 6:00",
        "2027-01-31 18:00:00 CET",
        "2027-01-31 18:00:00 Europe/Zurich",
        "2027-01-31 6:00 PM",
        "2027-01-31 18:00:00+2",
        "2027-01-31+02:00",
        "2027-01-31  18:00:00",
        "2027-01-31 18:00:00.",
        "31-01-2027x",
        "1801418400",
        "\u0662\u0660\u0662\u0667-01-31",
        "\uff12\uff10\uff12\uff17-01-31",
        "2027-01-31\u00a018:00:00",
        "2027\u201101\u201131",
    ],
)
def test_no_date(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_moment(text)
    assert str(caught.value) == f"{text!r} is not a date; write it as {FORMS}"


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-29",
        "2100-02-29",
        "29-02-2027",
        "2027-04-31",
        "31-04-2027",
        "01-31-2027",
        "2027-00-10",
        "2027-13-10",
        "2027-01-00",
        "0000-01-01",
        "2027-01-31 24:00:00",
        "2027-01-31 18:60:00",
        "2027-01-31 23:59:60",
        "2027-01-31T18:00:00+24:00",
        "2027-01-31T18:00:00+02:60",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_no_date_of_the_calendar(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_moment(text)
    assert str(caught.value) == f"{text!r} is not a calendar date; write it as {FORMS}"


def test_long_text_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValueError) as caught:
        parse_moment("2" * 100_000)
    assert str(caught.value) == f"'{'2' * 57}'... is not a date; write it as {FORMS}"


@pytest.mark.parametrize("zone", ["UTC", "Europe/Zurich", "America/St_Johns", "Pacific/Apia"])
@pytest.mark.parametrize("text", ["2027-03-28 02:30:00", "2027-10-31 02:30:00", "2027-07-01"])
def test_the_zone_of_the_machine_and_its_summer_time_do_not_matter(
    monkeypatch: pytest.MonkeyPatch, zone: str, text: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        moment = parse_moment(text)
        assert moment_to_request(moment) == text + ("" if " " in text else " 00:00:00")
        assert moment_from_answer(text) == moment
        assert moment_from_answer(int(moment.timestamp()) * 1000) == moment
        assert abs(utc_now() - datetime.datetime.now(UTC)) < datetime.timedelta(seconds=5)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2027-01-31 18:00:00", at(2027, 1, 31, 18)),
        ("2027-01-31T18:00:00+02:00", at(2027, 1, 31, 16)),
        (1801418400000, at(2027, 1, 31, 18)),
        (1801418400999, at(2027, 1, 31, 18)),
        (1801418400000.0, at(2027, 1, 31, 18)),
        (0, at(1970, 1, 1)),
        (-1000, at(1969, 12, 31, 23, 59, 59)),
        (None, None),
        ("", None),
        (True, None),
        (False, None),
        ("never", None),
        (float("nan"), None),
        (float("inf"), None),
        (10**30, None),
        (-(10**30), None),
        ([], None),
        ({"time": 1}, None),
        ("2027-02-30", None),
    ],
)
def test_what_answers_hold(value: Any, moment: datetime.datetime | None) -> None:
    assert moment_from_answer(value) == moment


@pytest.mark.parametrize(
    ("moment", "wire"),
    [
        (at(2027, 1, 31, 18), "2027-01-31 18:00:00"),
        (at(1, 1, 1), "0001-01-01 00:00:00"),
        (at(999, 12, 31, 23, 59, 59), "0999-12-31 23:59:59"),
        (
            datetime.datetime(2027, 1, 31, 18, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
            "2027-01-31 16:00:00",
        ),
        (datetime.datetime(2027, 1, 31, 18, 0, 0, 999999, tzinfo=UTC), "2027-01-31 18:00:00"),
    ],
)
def test_the_forms_that_go_out(moment: datetime.datetime, wire: str) -> None:
    assert moment_to_request(moment) == wire
    assert to_text(moment) == wire.replace(" ", "T") + "Z"


def test_no_moment_is_no_text() -> None:
    assert to_text(None) is None


def test_the_present_moment_is_in_whole_seconds_of_utc() -> None:
    now = utc_now()
    assert now.microsecond == 0
    assert now.tzinfo is UTC
