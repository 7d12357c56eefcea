"""Agreements and sessions follow a record that is merged, taken apart again, or erased."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from peerhub.core.database import db
from peerhub.supervision.actions.notes import sign_note, write_memo, write_note
from peerhub.supervision.models import (
    SupervisionAgreement,
    SupervisionMemo,
    SupervisionNote,
    SupervisionSession,
    SupervisionSignature,
)
from peerhub.supervision.queries.due import due_on
from peerhub.workforce.actions.erasing import erase_person
from peerhub.workforce.actions.merging import merge_people, undo_merge
from peerhub.workforce.models import Person, Spell
from tests.fixtures.people import World
from tests.supervision.making import Pair, agree, hold

TODAY = date(2025, 6, 2)


@pytest.fixture
def written(in_app: Flask, world: World, sam: Pair) -> SupervisionSession:
    """A session with a note that Priya agreed to, and Sam's memo."""
    row = db.session.get_one(SupervisionSession, hold(sam.agreement, date(2025, 5, 26), wellbeing="3"))
    write_note(row, sam.sam, "Words of theirs", 0)
    sign_note(row, world.priya_person, (sam.sam, world.priya_person), 1)
    write_memo(row, sam.sam, "For me", None)
    return row


def other_record(number: str) -> Person:
    made = Person(first_name="Priya", last_name="Rahman", staff_number=number)
    db.session.add(made)
    db.session.flush()
    return made


def test_what_was_of_one_record_is_of_the_record_kept_and_goes_back(
    written: SupervisionSession, world: World, sam: Pair
) -> None:
    kept, merged = other_record("70001"), db.session.get_one(Person, world.priya_person)
    merged.user_id = None
    merge = merge_people(kept, merged)
    assert db.session.get_one(SupervisionAgreement, sam.agreement).supervisee_id == kept.id
    assert written.supervisee_id == kept.id
    assert db.session.scalars(select(SupervisionSignature.person_id)).all() == [kept.id]
    (line,) = [one for one in due_on(TODAY) if one.person.staff_number == "70001"]
    assert line.last_held == date(2025, 5, 26)
    undo_merge(merge)
    db.session.expire_all()
    assert db.session.get_one(SupervisionAgreement, sam.agreement).supervisee_id == world.priya_person
    assert db.session.scalars(select(SupervisionSignature.person_id)).all() == [world.priya_person]


def test_a_merge_makes_nobody_their_own_supervisor(in_app: Flask, world: World, sam: Pair) -> None:
    kept, merged = db.session.get_one(Person, sam.sam), other_record("70002")
    key = agree(sam.sam, merged.id)
    merge_people(kept, merged)
    held = db.session.get_one(SupervisionAgreement, key)
    assert held.supervisor_id != held.supervisee_id


def test_erasing_the_person_takes_the_words_and_leaves_the_dates(written: SupervisionSession, world: World) -> None:
    for spell in db.session.scalars(select(Spell).where(Spell.person_id == world.priya_person)):
        spell.ends = date(2025, 5, 31)
    db.session.flush()
    erase_person(db.session.get_one(Person, world.priya_person), "10001")
    db.session.expire_all()
    for kind in (SupervisionNote, SupervisionSignature, SupervisionMemo):
        assert db.session.scalars(select(kind)).all() == [], kind.__name__
    row = db.session.get_one(SupervisionSession, written.id)
    assert (row.wellbeing, row.held_on) == (None, date(2025, 5, 26))


def test_erasing_the_supervisor_leaves_the_person_their_notes(
    written: SupervisionSession, world: World, sam: Pair
) -> None:
    for spell in db.session.scalars(select(Spell).where(Spell.person_id == sam.sam)):
        spell.ends = date(2025, 5, 31)
    db.session.flush()
    erase_person(db.session.get_one(Person, sam.sam), "20001")
    db.session.expire_all()
    assert db.session.scalars(select(SupervisionMemo)).all() == []
    assert [note.words for note in db.session.scalars(select(SupervisionNote))] == ["Words of theirs"]
