"""Meetings and series are moved, skipped, stopped, covered; refused where that makes no sense, in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import AuditEntry
from peerhub.core.database import db, saving
from peerhub.core.errors import Conflict, DomainError
from peerhub.meetings import signals
from peerhub.meetings.actions import arranging, recording, series
from peerhub.meetings.actions.arranging import Coming, Details
from peerhub.meetings.actions.making import horizon, make_ahead
from peerhub.meetings.models import Meeting, MeetingAction, MeetingParty, Series
from peerhub.meetings.queries.parties import party_in
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.recurrence import Pattern, to_wall
from peerhub.meetings.rules.words import Came, Correction, How, Part, State
from tests.fixtures.people import World
from tests.meetings.making import TUESDAY, a_meeting, a_series

pytestmark = pytest.mark.usefixtures("frozen", "more_kinds")
TODAY = date(2025, 5, 1)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def of(made: Series, state: State = State.PLANNED) -> list[Meeting]:
    found = select(Meeting).where(Meeting.series_id == made.id, Meeting.state == state).order_by(Meeting.starts_at)
    return list(db.session.scalars(found))


def led_by(meeting: Meeting) -> list[Party | None]:
    return [party_in(row) for row in meeting.parties if row.part is Part.FACILITATOR]


@pytest.fixture
def weekly(in_app: Flask, world: World) -> Series:
    made = a_series(world, world.priya_person)
    make_ahead(made, horizon(TODAY))
    return made


def test_a_meeting_is_arranged_with_each_person_once(in_app: Flask, world: World) -> None:
    sam, priya = Party(user_id=world.sam), Party(person_id=world.priya_person)
    made = arranging.arrange_meeting(
        Details(
            kind="meeting",
            minutes=30,
            team_id=world.willow,
            title=" Handover ",
            how=How.VIDEO,
            link="https://m.example/1",
        ),
        wall("2025-07-01T10:00"),
        Coming([sam], [priya, sam, priya]),
    )
    assert (made.title, made.starts_at) == ("Handover", datetime(2025, 7, 1, 9, tzinfo=UTC))
    assert [(party_in(row), row.part) for row in made.parties] == [(sam, Part.FACILITATOR), (priya, Part.ATTENDEE)]


@pytest.mark.parametrize("link", ["http://meet.example/1", "javascript:alert(1)", "meet.example", "https://"])
def test_a_link_that_is_none_is_refused(in_app: Flask, world: World, link: str) -> None:
    with pytest.raises(DomainError) as refused:
        arranging.arrange_meeting(Details(kind="meeting", minutes=30, link=link), wall("2025-07-01T10:00"), Coming())
    assert refused.value.field == "link"


def test_a_moved_meeting_is_kept_and_points_to_the_one_it_is_now(in_app: Flask, world: World) -> None:
    meeting = a_meeting(world, world.priya_person)
    recording.agree(meeting, Party(user_id=world.sam), "Bring the rota")
    moved = arranging.move_meeting(meeting, wall("2025-05-08T14:00"), 45)
    assert (meeting.state, meeting.moved_to_id) == (State.MOVED, moved.id)
    assert (moved.state, moved.minutes, to_wall(moved.starts_at)) == (State.PLANNED, 45, wall("2025-05-08T14:00"))
    assert (moved.uid, moved.sequence) == (meeting.uid, 1)
    assert {party_in(row) for row in moved.parties} == {Party(user_id=world.sam), Party(person_id=world.priya_person)}
    assert [
        action.what for action in db.session.scalars(select(MeetingAction).where(MeetingAction.meeting_id == moved.id))
    ] == ["Bring the rota"]
    with pytest.raises(DomainError, match="at this time already"):
        arranging.move_meeting(moved, wall("2025-05-08T14:00"))


@pytest.mark.parametrize("state", [State.HELD, State.MISSED, State.MOVED, State.CANCELLED])
def test_only_a_planned_meeting_is_moved_cancelled_or_covered(in_app: Flask, world: World, state: State) -> None:
    other = a_meeting(world)
    meeting = a_meeting(
        world, state=state, reason="leave" if state is State.MISSED else None,
        moved_to_id=other.id if state is State.MOVED else None,
    )  # fmt: skip
    for act in (
        lambda: arranging.move_meeting(meeting, wall("2025-05-08T14:00")),
        lambda: arranging.cancel_meeting(meeting),
        lambda: arranging.change_facilitator(meeting, Party(user_id=world.hana)),
        lambda: arranging.change_details(meeting, None, place="Elsewhere"),
    ):
        with pytest.raises(DomainError, match=f"This meeting was {state.value}, so it cannot be"):
            act()


def test_of_two_who_change_one_meeting_the_second_is_told(in_app: Flask, world: World) -> None:
    meeting = a_meeting(world)
    arranging.change_details(meeting, 1, place="Room 2")
    with pytest.raises(Conflict):
        arranging.cancel_meeting(meeting, version=1)


def test_all_to_come_move_into_a_series_that_follows(weekly: Series, world: World) -> None:
    arranging.move_meeting(of(weekly)[4], wall("2025-06-04T09:00"))
    before = of(weekly)
    uids = [meeting.uid for meeting in before]
    new = series.move_all(
        weekly, date(2025, 5, 20), Pattern("FREQ=WEEKLY;BYDAY=WE", date(2025, 5, 21), time(14)), minutes=45, place="Hub"
    )
    assert (new.follows_id, weekly.stopped_from) == (weekly.id, date(2025, 5, 20))
    assert [meeting.slot for meeting in of(weekly)] == ["2025-05-06T10:00", "2025-05-13T10:00"]
    after = of(new)
    assert [to_wall(meeting.starts_at) for meeting in after[:2]] == [wall("2025-05-21T14:00"), wall("2025-05-28T14:00")]
    assert {(meeting.minutes, meeting.place) for meeting in after} == {(45, "Hub")}
    assert [meeting.uid for meeting in after] == uids[2 : 2 + len(after)]
    assert all(led_by(meeting) == [Party(user_id=world.sam)] and len(meeting.parties) == 2 for meeting in after)
    assert len(before) - 2 == len(after) + len(of(weekly, State.CANCELLED))
    assert make_ahead(weekly, horizon(TODAY + timedelta(days=60))) == 0


def test_all_to_come_are_cancelled_and_no_more_are_made(weekly: Series) -> None:
    gone = series.stop_series(weekly, date(2025, 6, 1))
    assert gone == 9
    assert len(of(weekly)) == 4
    assert {meeting.sequence for meeting in of(weekly, State.CANCELLED)} == {1}
    assert make_ahead(weekly, horizon(TODAY + timedelta(days=60))) == 0
    with pytest.raises(DomainError, match="over by then"):
        series.stop_series(weekly, date(2025, 6, 1))


def test_a_cover_stands_in_once_and_says_for_whom(weekly: Series, world: World) -> None:
    first, second, *_ = of(weekly)
    (sams,) = [row for row in first.parties if row.part is Part.FACILITATOR]
    row = arranging.change_facilitator(first, Party(user_id=world.hana), covers=sams)
    assert led_by(first) == [Party(user_id=world.hana)]
    assert row.covers_user_id == world.sam
    assert led_by(second) == [Party(user_id=world.sam)]
    with pytest.raises(DomainError, match="facilitate this meeting already"):
        arranging.change_facilitator(first, Party(user_id=world.hana))


def test_somebody_who_comes_anyway_can_facilitate(weekly: Series, world: World) -> None:
    first = of(weekly)[0]
    arranging.change_facilitator(first, Party(person_id=world.priya_person))
    assert led_by(first) == [Party(person_id=world.priya_person)]
    assert len(first.parties) == 1


def test_facilitators_change_for_all_to_come_and_for_those_made_later(weekly: Series, world: World) -> None:
    series.change_facilitators(weekly, [Party(user_id=world.hana), Party(user_id=world.sam)], date(2025, 5, 13))
    turns = [led_by(meeting)[0] for meeting in of(weekly)]
    assert turns[0] == Party(user_id=world.sam)
    assert turns[1] == Party(user_id=world.hana)
    assert abs(turns.count(Party(user_id=world.hana)) - turns.count(Party(user_id=world.sam))) <= 1
    make_ahead(weekly, horizon(TODAY + timedelta(days=14)))
    later = [led_by(meeting)[0] for meeting in of(weekly)][len(turns) :]
    assert sorted(map(str, later)) == sorted(map(str, [Party(user_id=world.hana), Party(user_id=world.sam)]))


def test_two_turns_are_swapped(weekly: Series, world: World) -> None:
    first, second, third, *_ = of(weekly)
    arranging.change_facilitator(second, Party(user_id=world.hana))
    arranging.swap_turns(first, second)
    assert (led_by(first), led_by(second)) == ([Party(user_id=world.hana)], [Party(user_id=world.sam)])
    with pytest.raises(DomainError, match="two meetings of one series"):
        arranging.swap_turns(first, a_meeting(world))
    arranging.leave_out(third, next(row for row in third.parties if row.part is Part.FACILITATOR))
    with pytest.raises(DomainError, match="one facilitator each"):
        arranging.swap_turns(first, third)


def test_somebody_joins_a_series_from_a_day_on_and_leaves_it(weekly: Series, world: World) -> None:
    tom = Party(person_id=world.tom_person)
    row = series.join_series(weekly, tom, date(2025, 5, 13))
    assert [tom in map(party_in, meeting.parties) for meeting in of(weekly)[:3]] == [False, True, True]
    with pytest.raises(DomainError, match="come to this series already"):
        series.join_series(weekly, tom, date(2025, 6, 1))
    series.leave_series(weekly, row, date(2025, 5, 20))
    assert [tom in map(party_in, meeting.parties) for meeting in of(weekly)[:3]] == [False, True, False]
    make_ahead(weekly, horizon(TODAY + timedelta(days=14)))
    assert tom not in [party_in(held) for held in of(weekly)[-1].parties]


def test_nobody_is_in_a_meeting_twice_even_when_two_add_them_at_once(in_app: Flask, world: World) -> None:
    meeting = a_meeting(world, world.priya_person)
    with pytest.raises(DomainError, match="in this meeting already"):
        arranging.ask_party(meeting, Party(person_id=world.priya_person))
    with pytest.raises(DomainError, match="in this meeting already"), saving():
        db.session.add(MeetingParty(meeting_id=meeting.id, person_id=world.priya_person))


def test_a_held_meeting_has_its_register_and_themes_and_is_told(in_app: Flask, world: World) -> None:
    meeting = a_meeting(world, world.priya_person, world.tom_person, kind="quiet_talk")
    rows = {party_in(row): row.id for row in meeting.parties}
    came = {
        rows[Party(person_id=world.priya_person)]: Came.CAME,
        rows[Party(person_id=world.tom_person)]: Came.APOLOGIES,
    }
    told: list[object] = []
    hear = told.append
    signals.meeting_held.connect(hear)
    signals.meeting_missed.connect(hear)
    with time_machine.travel(TUESDAY + timedelta(hours=2), tick=False):
        recording.hold_meeting(meeting, minutes=50, themes=["boundaries", "workload"], came=came)
        recording.hold_meeting(meeting, minutes=55, came=came)
        with pytest.raises(DomainError, match="Choose why that is put right"):
            recording.miss_meeting(meeting, "leave")
        recording.miss_meeting(meeting, "leave", correction=Correction.WRONG_MEETING)
    assert told == [
        signals.MeetingHeld(meeting.id, "quiet_talk", TUESDAY),
        signals.MeetingMissed(meeting.id, "quiet_talk", TUESDAY, "leave", corrected=True),
    ]
    assert (meeting.state, meeting.reason, meeting.held_minutes, meeting.themes) == (State.MISSED, "leave", None, [])
    assert {row.came for row in meeting.parties} == {None}
    audited = db.session.scalars(select(AuditEntry.facts).where(AuditEntry.action == "meeting missed")).all()
    assert audited == [{"reason": "leave", "correction": "wrong_meeting"}]


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        ({"themes": ["astrology"]}, "themes from the list"),
        ({"minutes": 0}, "from 1 to 720 minutes"),
        ({"minutes": 721}, "from 1 to 720 minutes"),
    ],
)
def test_a_record_that_cannot_be_is_refused(
    in_app: Flask, world: World, recorded: dict[str, object], words: str
) -> None:
    meeting = a_meeting(world)
    with time_machine.travel(TUESDAY, tick=False), pytest.raises(DomainError, match=words):
        recording.hold_meeting(meeting, **recorded)  # type: ignore[arg-type]  # each case is its own


def test_a_meeting_to_come_is_recorded_as_neither(in_app: Flask, world: World) -> None:
    meeting = a_meeting(world)
    for act in (lambda: recording.hold_meeting(meeting), lambda: recording.miss_meeting(meeting, "leave")):
        with pytest.raises(DomainError, match="has not begun yet"):
            act()
    with time_machine.travel(TUESDAY, tick=False), pytest.raises(DomainError, match="Choose why it was missed"):
        recording.miss_meeting(meeting, "no idea")


def test_a_kind_that_counts_heads_keeps_a_number_and_no_names(in_app: Flask, world: World) -> None:
    meeting = a_meeting(world, kind="drop_in")
    rows = [row.id for row in meeting.parties]
    with time_machine.travel(TUESDAY, tick=False):
        recording.hold_meeting(meeting, came={rows[0]: Came.CAME}, headcount=14)
        with pytest.raises(DomainError, match="0 or more"):
            recording.hold_meeting(meeting, headcount=-1)
    assert (meeting.headcount, [row.came for row in meeting.parties]) == (14, [None])


def test_an_action_is_agreed_done_and_opened_again(in_app: Flask, world: World) -> None:
    meeting = a_meeting(world)
    action = recording.agree(meeting, Party(person_id=world.priya_person), " Ask for training ", date(2025, 6, 1))
    recording.finish_action(action, TODAY)
    recording.finish_action(action, TODAY + timedelta(days=1))
    assert (action.what, action.done_on) == ("Ask for training", TODAY)
    recording.finish_action(action, None)
    assert action.done_on is None
    for words in ("", "   ", "x" * 1001):
        with pytest.raises(DomainError) as refused:
            recording.agree(meeting, Party(user_id=world.sam), words)
        assert refused.value.field == "what"
