"""Meetings are made ahead: to the horizon, each once, however often and by however many processes at once."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.meetings import jobs
from peerhub.meetings.actions.arranging import Coming, Details, cancel_meeting, move_meeting
from peerhub.meetings.actions.making import horizon, make_ahead
from peerhub.meetings.actions.series import start_series
from peerhub.meetings.models import Meeting, MeetingParty, Series
from peerhub.meetings.queries.parties import party_in
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.recurrence import Pattern, working_days
from peerhub.meetings.rules.words import Part, State
from peerhub.workforce.models import Break, BreakKind, Spell
from tests.fixtures.people import World
from tests.meetings.making import a_series

pytestmark = pytest.mark.usefixtures("frozen")
TODAY = date(2025, 5, 1)
TUESDAYS = [date(2025, 5, 6) + timedelta(days=7 * week) for week in range(13)]


def slots(series: Series) -> list[str]:
    found = select(Meeting.slot).where(Meeting.series_id == series.id, Meeting.slot.is_not(None)).order_by(Meeting.slot)
    return [str(slot) for slot in db.session.scalars(found)]


def meetings(series: Series) -> list[Meeting]:
    found = select(Meeting).where(Meeting.series_id == series.id).order_by(Meeting.starts_at)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def leading(meeting: Meeting) -> list[Party | None]:
    return [party_in(row) for row in meeting.parties if row.part is Part.FACILITATOR]


def test_a_series_is_made_to_the_horizon_on_its_days(in_app: Flask, world: World) -> None:
    series = a_series(world, world.priya_person)
    assert make_ahead(series, horizon(TODAY)) == 13
    assert slots(series) == [f"{day}T10:00" for day in TUESDAYS]
    first = meetings(series)[0]
    assert first.starts_at.isoformat() == "2025-05-06T09:00:00+00:00"
    assert (first.kind, first.team_id, first.minutes, first.state) == ("meeting", world.willow, 60, State.PLANNED)
    assert sorted(map(party_in, first.parties), key=str) == sorted(
        [Party(user_id=world.sam), Party(person_id=world.priya_person)], key=str
    )
    assert series.made_until == date(2025, 7, 30)


def test_making_again_makes_nothing_and_a_later_horizon_only_adds(in_app: Flask, world: World) -> None:
    series = a_series(world)
    make_ahead(series, horizon(TODAY))
    before = slots(series)
    assert make_ahead(series, horizon(TODAY)) == 0
    assert make_ahead(series, horizon(TODAY + timedelta(days=7))) == 1
    assert slots(series) == [*before, "2025-08-05T10:00"]


def test_what_was_skipped_or_moved_is_not_made_again(in_app: Flask, world: World) -> None:
    series = a_series(world)
    make_ahead(series, horizon(TODAY))
    first, second, *_ = meetings(series)
    cancel_meeting(first)
    move_meeting(second, datetime.fromisoformat("2025-05-14T15:00"))
    series.made_until = None
    db.session.flush()
    assert make_ahead(series, horizon(TODAY)) == 0
    assert len(slots(series)) == 13
    assert Counter(meeting.state for meeting in meetings(series)) == {
        State.PLANNED: 12, State.CANCELLED: 1, State.MOVED: 1
    }  # fmt: skip


def test_a_series_with_no_end_is_made_to_the_horizon_and_no_further(in_app: Flask, world: World) -> None:
    series = start_series(
        Details(kind="meeting", minutes=15, team_id=world.willow),
        Pattern(working_days(), TODAY, time(15)),
        Coming([Party(user_id=world.sam)]),
    )
    assert max(slots(series)) == "2025-07-29T15:00"
    assert "2025-05-05T15:00" not in slots(series)  # a bank holiday
    assert len(slots(series)) == 62


@pytest.mark.parametrize(
    ("pattern", "field"),
    [
        (Pattern("FREQ=WEEKLY;BYDAY=TU", date(2025, 5, 6), time(10), date(2025, 5, 5)), "ends"),
        (Pattern("FREQ=WEEKLY;BYDAY=TU", date(2025, 5, 7), time(10), date(2025, 5, 8)), "ends"),
        (Pattern("FREQ=SECONDLY", date(2025, 5, 6), time(10)), "repeats"),
        (Pattern(working_days(), date(2025, 5, 5), time(10), date(2025, 5, 5)), "ends"),
    ],
)
def test_a_series_that_never_meets_is_refused(in_app: Flask, world: World, pattern: Pattern, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        start_series(Details(kind="meeting", minutes=15, team_id=world.willow), pattern, Coming())
    assert refused.value.field == field
    assert db.session.scalars(select(Series.id)).all() == [world.series]


def test_a_series_that_overlaps_another_of_its_kind_and_team_is_told_and_may_be_meant(
    in_app: Flask, world: World
) -> None:
    a_series(world)
    details = Details(kind="meeting", minutes=30, team_id=world.willow)
    at_the_same_time = Pattern("FREQ=WEEKLY;INTERVAL=4;BYDAY=TU", TODAY, time(10, 45))
    with pytest.raises(DomainError, match="at the same time already: Every week on Tuesday at 10am") as refused:
        start_series(details, at_the_same_time, Coming())
    assert refused.value.field == "overlap_is_meant"
    start_series(details, Pattern("FREQ=WEEKLY;BYDAY=TU", TODAY, time(11)), Coming())
    start_series(Details(kind="meeting", minutes=30, team_id=world.harbour), at_the_same_time, Coming())
    start_series(details, at_the_same_time, Coming(), overlap_is_meant=True)
    assert len(db.session.scalars(select(Series.id).where(Series.id != world.series)).all()) == 4


def test_turns_are_shared_out_fairly_on_days_each_works_and_is_there(in_app: Flask, world: World) -> None:
    spell = db.session.get_one(Spell, world.priya_spell)
    spell.weekdays = "MoTuWe"
    db.session.add(
        Break(spell_id=spell.id, kind=BreakKind.CAREER_BREAK, starts=date(2025, 6, 2), ends=date(2025, 6, 8))
    )
    db.session.flush()
    series = start_series(
        Details(kind="meeting", minutes=15, team_id=world.willow),
        Pattern(working_days(), TODAY, time(15)),
        Coming([Party(person_id=world.priya_person), Party(user_id=world.sam)]),
    )
    by_priya = [m.starts_at.date() for m in meetings(series) if leading(m) == [Party(person_id=world.priya_person)]]
    assert {day.weekday() for day in by_priya} <= {0, 1, 2}
    assert not [day for day in by_priya if date(2025, 6, 2) <= day <= date(2025, 6, 8)]
    assert all(len(leading(meeting)) == 1 for meeting in meetings(series))
    assert abs(len(by_priya) - (62 - len(by_priya))) <= 4  # she catches up after being away


def test_the_job_makes_what_is_due_in_every_organisation_and_may_run_again(app: Flask, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        keys = [a_series(world).id, a_series(world, at=time(12)).id]
        db.session.commit()
        scope.enter(world.other_trust)
        keys.append(a_series(world, team_id=world.rook, facilitators=(world.stig,)).id)
        db.session.commit()
        scope.enter(None)
        for _ in range(2):
            jobs.make_meetings()
            assert made(keys) == dict.fromkeys(keys, 13)
        with time_machine.travel(datetime(2025, 6, 5, tzinfo=UTC), tick=False):  # it was off for weeks
            jobs.make_meetings()
        assert made(keys) == dict.fromkeys(keys, 18)


def made(keys: list[UUID]) -> dict[UUID, int]:
    with scope.across("a test counts"):
        found = db.session.execute(
            select(Meeting.series_id, func.count()).where(Meeting.series_id.in_(keys)).group_by(Meeting.series_id)
        )
        return {row[0]: row[1] for row in found}


def test_two_processes_at_once_make_each_meeting_once(app: Flask, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        keys = [a_series(world, world.priya_person, at=time(hour)).id for hour in range(8, 16)]
        db.session.commit()
        db.session.remove()
    begin, failed = threading.Barrier(2), list[BaseException]()

    def work() -> None:
        with app.app_context():
            begin.wait()
            try:
                jobs.make_meetings()
            except BaseException as error:  # noqa: BLE001 - told by the test below
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with app.app_context():
        scope.enter(world.trust)
        assert made(keys) == dict.fromkeys(keys, 13)
        people = select(func.count()).join(MeetingParty.meeting).where(Meeting.series_id.in_(keys))
        assert db.session.scalar(people) == 8 * 13 * 2


@pytest.fixture
def stopped_meanwhile(in_app: Flask, world: World) -> Series:
    series = a_series(world)
    db.session.commit()
    return series


def test_nothing_is_made_of_a_series_that_was_changed_since_it_was_read(
    stopped_meanwhile: Series, app: Flask, world: World
) -> None:
    series = stopped_meanwhile
    assert series.version == 1  # read
    with app.app_context():
        scope.enter(world.trust)
        other = db.session.get_one(Series, series.id)
        other.stopped_from = date(2025, 5, 6)
        db.session.commit()
        db.session.remove()
    assert make_ahead(series, horizon(TODAY)) == 0
    assert slots(series) == []
