"""People leave, are found to be one, are erased: meetings follow, and no count changes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.meetings.actions import recording
from peerhub.meetings.actions.making import horizon, make_ahead
from peerhub.meetings.models import Meeting, MeetingAction, MeetingParty, Series, SeriesParty
from peerhub.meetings.queries.meetings import without_facilitator
from peerhub.meetings.queries.parties import names_of, party_in
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.words import Came, Part, State
from peerhub.workforce.actions.erasing import erase_person
from peerhub.workforce.actions.merging import merge_people, undo_merge
from peerhub.workforce.actions.spells import end_spell, start_spell
from peerhub.workforce.models import LeavingReason, Person, Post, Spell
from tests.fixtures.factories import PersonFactory
from tests.fixtures.people import World
from tests.meetings.making import a_meeting, a_series

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def led_by_priya(in_app: Flask, world: World) -> Series:
    made = a_series(world, world.tom_person, facilitators=(world.sam,))
    led = select(SeriesParty).where(SeriesParty.series_id == made.id, SeriesParty.part == Part.FACILITATOR)
    row = db.session.scalars(led).one()
    row.user_id, row.person_id = None, world.priya_person
    make_ahead(made, horizon(today()))
    return made


def days_of(*where: object) -> list[date]:
    found = select(Meeting.starts_at).where(Meeting.series_id.is_not(None), *where).order_by(Meeting.starts_at)  # type: ignore[arg-type]  # conditions
    return [moment.date() for moment in db.session.scalars(found)]


def priyas(world: World, part: Part | None = None) -> int:
    rows = (
        select(func.count())
        .select_from(MeetingParty)
        .join(MeetingParty.meeting)
        .where(MeetingParty.person_id == world.priya_person, Meeting.series_id.is_not(None))
    )
    return db.session.scalar(rows.where(MeetingParty.part == part) if part else rows) or 0


def test_meetings_after_a_facilitators_last_day_need_another(led_by_priya: Series, world: World) -> None:
    assert days_of(without_facilitator()) == []
    end_spell(db.session.get_one(Spell, world.priya_spell), date(2025, 5, 27), LeavingReason.EDUCATION)
    assert days_of(without_facilitator())[0] == date(2025, 6, 3)
    assert len(days_of(without_facilitator())) == 9
    assert priyas(world) == 4  # her last day itself is hers
    make_ahead(led_by_priya, horizon(date(2025, 5, 15)))
    assert len(days_of(without_facilitator())) == 11


def test_whoever_moves_to_another_post_goes_on(led_by_priya: Series, world: World) -> None:
    person, post = db.session.get_one(Person, world.priya_person), db.session.get_one(Post, world.vacant_post)
    start_spell(person, post, date(2025, 5, 1))
    end_spell(db.session.get_one(Spell, world.priya_spell), date(2025, 5, 27), LeavingReason.PROMOTION)
    assert days_of(without_facilitator()) == []


def an_old_record(world: World) -> Person:
    made = PersonFactory(first_name="Pria", last_name="Rahman")
    assert isinstance(made, Person)
    return made


def register(meeting: Meeting) -> dict[UUID | None, Came | None]:
    rows = db.session.scalars(
        select(MeetingParty)
        .where(MeetingParty.meeting_id == meeting.id, MeetingParty.part == Part.ATTENDEE)
        .execution_options(populate_existing=True)
    )
    return {row.person_id: row.came for row in rows}


def test_meetings_of_two_records_become_those_of_one_and_of_two_again(in_app: Flask, world: World) -> None:
    priya, old = db.session.get_one(Person, world.priya_person), an_old_record(world)
    alone, both = a_meeting(world, old.id, state=State.HELD), a_meeting(world, priya.id, old.id, state=State.HELD)
    row = db.session.scalars(
        select(MeetingParty).where(MeetingParty.meeting_id == both.id, MeetingParty.person_id == old.id)
    ).one()
    row.came = Came.CAME
    action = recording.agree(alone, Party(person_id=old.id), "Bring the rota")
    db.session.flush()
    db.session.expire_all()
    merge = merge_people(priya, old)
    assert register(alone) == {priya.id: None}
    assert register(both) == {priya.id: Came.CAME}
    assert action.person_id == priya.id
    undo_merge(merge)
    assert register(alone) == {old.id: None}
    assert register(both) == {priya.id: Came.CAME, old.id: Came.CAME}
    assert action.person_id == old.id


def test_an_erased_person_is_counted_in_a_register_and_named_in_none(in_app: Flask, world: World) -> None:
    was, to_come = a_meeting(world, world.priya_person, state=State.HELD), a_meeting(world, world.priya_person)
    row = db.session.scalars(
        select(MeetingParty).where(MeetingParty.meeting_id == was.id, MeetingParty.person_id == world.priya_person)
    ).one()
    row.came = Came.CAME
    action = recording.agree(was, Party(person_id=world.priya_person), "Talk about the night shift")
    spell = db.session.get_one(Spell, world.priya_spell)
    end_spell(spell, date(2025, 4, 30), LeavingReason.EDUCATION)
    erase_person(db.session.get_one(Person, world.priya_person), "Rahman")
    assert register(was) == {world.priya_person: Came.CAME}
    assert register(to_come) == {}
    named = names_of(party_in(held) for held in db.session.scalars(select(MeetingParty)))
    assert named[Party(person_id=world.priya_person)] == "Name erased"
    assert "Rahman" not in str(named)
    db.session.expire_all()
    assert db.session.scalars(select(MeetingAction.what).where(MeetingAction.id == action.id)).one() == ""
