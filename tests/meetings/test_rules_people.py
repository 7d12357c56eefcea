"""Who is busy when, when everybody is free, and whose turn it is."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from peerhub.core.feature import Feature
from peerhub.meetings.manifest import gather_kinds
from peerhub.meetings.rules import kinds
from peerhub.meetings.rules.clashes import Clash, Diary, Search, Span, clashes, free_times, lasting
from peerhub.meetings.rules.kinds import DeclaredTwice, MeetingKind
from peerhub.meetings.rules.recurrence import to_moment
from peerhub.meetings.rules.rota import rota, swapped

TUESDAY = date(2025, 5, 6)


def span(hours: str, day: date = TUESDAY) -> Span:
    first, last = (to_moment(datetime.combine(day, time.fromisoformat(part))) for part in hours.split("-"))
    return Span(first, last)


@pytest.mark.parametrize(
    ("diary", "why"),
    [
        (Diary("Priya", busy=[span("10:30-11:30")]), "busy"),
        (Diary("Priya", busy=[span("11:00-12:00"), span("09:00-10:00")]), None),
        (Diary("Priya", away=[(TUESDAY, None)]), "away"),
        (Diary("Priya", away=[(date(2025, 5, 1), TUESDAY)]), "away"),
        (Diary("Priya", away=[(date(2025, 5, 1), date(2025, 5, 5)), (date(2025, 5, 7), None)]), None),
        (Diary("Priya", weekdays={0, 2}), "not_working"),
        (Diary("Priya", weekdays={1}), None),
        (Diary("Priya", busy=[span("10:00-11:00")], away=[(TUESDAY, None)]), "busy"),
    ],
)
def test_who_cannot_come_is_told_with_one_reason(diary: Diary[str], why: str | None) -> None:
    wanted = span("10:00-11:00")
    found = list(clashes(wanted, TUESDAY, [diary]))
    assert found == ([Clash("Priya", why, wanted.starts)] if why else [])


def test_free_times_are_the_nearest_at_which_everybody_is_free() -> None:
    diaries = [
        Diary("Priya", busy=[span("10:00-11:00")]),
        Diary("Sam", busy=[span("08:00-10:00"), span("11:30-12:00")]),
    ]
    search = Search(datetime.fromisoformat("2025-05-06T10:00"), 60, datetime(2025, 5, 6, 0, tzinfo=UTC), days=0)
    assert [slot.isoformat()[11:16] for slot in free_times(search, diaries)] == [
        "12:00",
        "12:30",
        "13:00",
        "13:30",
        "14:00",
    ]


def test_free_times_leave_out_weekends_bank_holidays_the_past_and_days_away() -> None:
    search = Search(
        datetime.fromisoformat("2025-05-02T17:00"), 60, datetime(2025, 5, 2, 17, tzinfo=UTC), days=5, most=100
    )
    holiday, away = date(2025, 5, 5), (date(2025, 5, 6), date(2025, 5, 6))
    found = free_times(search, [Diary("Priya", away=[away])], {holiday})
    assert {slot.date() for slot in found} == {date(2025, 5, 7)}
    assert {slot.time() for slot in found} >= {time(8), time(17)}
    assert time(17, 30) not in {slot.time() for slot in found}


spans = st.builds(
    lambda start, minutes: lasting(datetime(2025, 5, 5, tzinfo=UTC) + timedelta(minutes=15 * start), minutes),
    st.integers(0, 4 * 24 * 5),
    st.integers(15, 300),
)


@given(
    st.lists(st.lists(spans, max_size=12).map(lambda busy: Diary(len(busy), busy=busy)), max_size=4),
    st.integers(15, 240),
)
def test_a_time_that_is_proposed_clashes_with_nobody(diaries: list[Diary[int]], minutes: int) -> None:
    search = Search(datetime.fromisoformat("2025-05-07T10:00"), minutes, datetime(2025, 5, 5, tzinfo=UTC), days=3)
    for slot in free_times(search, diaries):
        assert list(clashes(lasting(to_moment(slot), minutes), slot.date(), diaries)) == []


slots = [datetime.combine(date(2025, 5, 5) + timedelta(days=n), time(15)) for n in range(20)]
able = st.lists(st.sets(st.integers(0, 6)).map(frozenset), min_size=1, max_size=5).map(
    lambda weekdays: [Diary(n, weekdays=days) for n, days in enumerate(weekdays)]
)


@given(able)
def test_everybody_facilitates_on_their_own_days_alone_and_every_time_the_same(facilitators: list[Diary[int]]) -> None:
    turns = rota(slots, facilitators)
    assert turns == rota(slots, facilitators)
    for slot, who in zip(slots, turns, strict=True):
        if who is None:
            assert not any(diary.works(slot.date()) for diary in facilitators)
        else:
            assert facilitators[who].works(slot.date())


@given(st.integers(1, 6), st.integers(0, 20))
def test_those_who_can_always_come_take_equally_many_turns(people: int, many: int) -> None:
    turns = rota(slots[:many], [Diary(n) for n in range(people)])
    counts = [Counter(turns)[n] for n in range(people)]
    assert max(counts) - min(counts) <= 1


def test_whoever_has_done_fewest_so_far_is_next() -> None:
    assert rota(slots[:3], [Diary("Ann"), Diary("Bo")], {"Ann": 2}) == ["Bo", "Bo", "Ann"]


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=9), st.data())
def test_a_swap_leaves_everybody_as_many_turns(turns: list[str], data: st.DataObject) -> None:
    one, other = (data.draw(st.integers(0, len(turns) - 1)) for _ in range(2))
    assert Counter(swapped(turns, one, other)) == Counter(turns)
    assert swapped(swapped(turns, one, other), one, other) == turns


def test_a_kind_that_is_declared_twice_stops_the_start() -> None:
    before = kinds.all_kinds()
    with pytest.raises(DeclaredTwice):
        kinds.know([MeetingKind(code="meeting", name="Another")])
    assert kinds.all_kinds() == before


def test_a_kind_nobody_declares_any_more_is_said_neutrally_and_opened_to_nobody() -> None:
    gone = kinds.kind_of("seance")
    assert (gone.name, gone.calendar_title, gone.arranges, gone.oversees) == ("Meeting", "Meeting", (), ())


def test_kinds_that_rooms_declare_are_known_once_the_application_stands(app: Flask) -> None:
    own = MeetingKind(code="seance", name="Seance")
    room = Feature(name="spirits", meeting_kinds=(own,))
    try:
        gather_kinds([*app.extensions["rooms"], room])
        assert kinds.kind_of("seance") is own
    finally:
        gather_kinds(app.extensions["rooms"])
    assert kinds.kind_of("seance").arranges == ()
