"""When a series meets: rules read and said, slots between two days, wall-clock time across clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerhub.core.holidays import are_known, bank_holidays, known_until
from peerhub.meetings.rules import recurrence
from peerhub.meetings.rules.recurrence import BadRule, Pattern, monthly, said, to_moment, to_wall, weekly, working_days


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("rule", "starts", "expected"),
    [
        (weekly({"TU"}), date(2025, 1, 6), ["2025-01-07", "2025-01-14", "2025-01-21", "2025-01-28"]),
        (weekly({"TU"}, 2), date(2025, 1, 7), ["2025-01-07", "2025-01-21"]),
        (weekly({"TU"}, 4), date(2025, 1, 1), ["2025-01-28"]),
        (monthly(1, "WE"), date(2024, 6, 1), ["2025-01-01"]),
        (monthly(-1, "FR"), date(2024, 6, 1), ["2025-01-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", date(2024, 11, 1), ["2025-01-31"]),
        ("FREQ=DAILY;INTERVAL=10", date(2025, 1, 1), ["2025-01-01", "2025-01-11", "2025-01-21", "2025-01-31"]),
        (recurrence.yearly(date(2024, 1, 8)), date(2020, 1, 1), ["2025-01-08"]),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=2", date(2025, 1, 6), ["2025-01-07", "2025-01-14"]),
    ],
)
def test_a_series_meets_on_the_days_its_rule_says(rule: str, starts: date, expected: list[str]) -> None:
    slots = Pattern(rule, starts, time(10)).slots(date(2025, 1, 1), date(2025, 2, 1))
    assert [slot.isoformat() for slot in slots] == [f"{day}T10:00:00" for day in expected]


def test_bank_holidays_are_left_out_where_the_series_does_so() -> None:
    easter = (date(2025, 4, 14), date(2025, 4, 26))
    daily = Pattern(working_days(), date(2025, 1, 1), time(15))
    kept = [slot.day for slot in daily.slots(*easter, bank_holidays())]
    assert kept == [14, 15, 16, 17, 22, 23, 24, 25]
    anyway = Pattern(working_days(), date(2025, 1, 1), time(15), skips_holidays=False)
    assert len(anyway.slots(*easter, bank_holidays())) == 10


def test_the_last_day_counts_and_the_day_after_does_not() -> None:
    pattern = Pattern("FREQ=DAILY", date(2025, 1, 1), time(9), ends=date(2025, 1, 3))
    assert [slot.day for slot in pattern.slots(date(2025, 1, 1), date(2026, 1, 1))] == [1, 2, 3]
    assert pattern.slots(date(2025, 1, 4), date(2026, 1, 1)) == []
    assert pattern.slots(date(2025, 1, 2), date(2025, 1, 2)) == []


@pytest.mark.parametrize(
    "rule",
    [
        "", "every Tuesday", "FREQ=SECONDLY", "FREQ=HOURLY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=1TU",
        "FREQ=WEEKLY;UNTIL=20250101", "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=105", "FREQ=WEEKLY;BYHOUR=3",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY", "FREQ=MONTHLY;BYSETPOS=4", "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=WEEKLY;FREQ=DAILY", "FREQ=WEEKLY\nRRULE:FREQ=DAILY", "FREQ=WEEKLY;COUNT=0", "FREQ=DAILY;COUNT=-1",
        "FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 200), "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=MO",
        "FREQ=MONTHLY;BYMONTHDAY=32",
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused_in_words(rule: str) -> None:
    with pytest.raises(BadRule) as refused:
        Pattern(rule, date(2025, 1, 1), time(10)).slots(date(2025, 1, 1), date(2025, 2, 1))
    assert str(refused.value)[0].isupper()


@pytest.mark.parametrize("nth", [0, 5, -2])
def test_only_weekdays_that_every_month_has_are_offered(nth: int) -> None:
    with pytest.raises(BadRule):
        monthly(nth, "MO")


def test_a_meeting_while_the_clocks_go_back_lasts_as_long_as_it_says() -> None:
    starts = to_moment(wall("2025-10-26T01:30"))
    assert starts == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert to_wall(starts + timedelta(minutes=60)).isoformat() == "2025-10-26T01:30:00"  # the hour that comes twice
    assert to_wall(starts + timedelta(minutes=120)).isoformat() == "2025-10-26T02:30:00"


def test_years_whose_bank_holidays_are_not_published_yet_are_known_to_be_unknown() -> None:
    assert are_known(known_until())
    assert not are_known(known_until() + timedelta(days=1))
    assert date(2025, 12, 25) in bank_holidays()
    assert date(2025, 11, 30) not in bank_holidays()  # Scotland's alone falls around here


days = st.dates(date(2019, 1, 1), date(2030, 1, 1))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None, fold=0))
rules = st.one_of(
    st.builds(weekly, st.sets(st.sampled_from(recurrence.WEEKDAYS), min_size=1).map(frozenset), st.integers(1, 12)),
    st.builds(
        monthly, st.sampled_from(sorted(recurrence.NTHS)), st.sampled_from(recurrence.WEEKDAYS), st.integers(1, 6)
    ),
    st.builds(recurrence.yearly, days),
    st.integers(1, 40).map(lambda every: f"FREQ=DAILY;INTERVAL={every}"),
)
patterns = st.builds(Pattern, rules, days, times, st.none() | days, st.booleans())


@given(patterns, days, st.integers(1, 400))
def test_slots_come_in_order_and_each_once_within_the_days_asked(pattern: Pattern, since: date, length: int) -> None:
    until = since + timedelta(days=length)
    slots = pattern.slots(since, until, bank_holidays())
    assert slots == sorted(set(slots))
    assert all(since <= slot.date() < until and slot.date() >= pattern.starts for slot in slots)
    assert all(pattern.ends is None or slot.date() <= pattern.ends for slot in slots)


@given(patterns, days, st.integers(1, 200), st.integers(1, 200))
def test_a_wider_horizon_only_adds(pattern: Pattern, since: date, near: int, more: int) -> None:
    until = since + timedelta(days=near)
    narrow = pattern.slots(since, until, bank_holidays())
    wide = pattern.slots(since, until + timedelta(days=more), bank_holidays())
    assert wide[: len(narrow)] == narrow
    assert wide == narrow + pattern.slots(until, until + timedelta(days=more), bank_holidays())


@given(patterns, days)
def test_the_hour_on_the_wall_holds_across_clock_changes(pattern: Pattern, since: date) -> None:
    for slot in pattern.slots(since, since + timedelta(days=400)):
        shown = to_wall(to_moment(slot))
        is_left_out = shown != slot
        assert not is_left_out or (slot.hour == 1 and shown - slot == timedelta(hours=1))


@given(patterns)
def test_every_rule_that_can_be_built_can_be_said(pattern: Pattern) -> None:
    words = said(pattern.rule, pattern.at, skips_holidays=pattern.skips_holidays)
    assert words.startswith("Every ")
    assert words.endswith("not on bank holidays") == pattern.skips_holidays
