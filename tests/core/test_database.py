"""Keys, moments, constraints and saving, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, UniqueConstraint, func, select, text, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from peerhub.access.models import Organisation, OrganisationKind, User
from peerhub.core import scope
from peerhub.core.database import Base, UtcMoment, count_anew, db, saving, words_of
from peerhub.core.errors import Conflict, DomainError, NotFound
from peerhub.core.mail import OutboxMail
from peerhub.workforce.models import Person, Post, ServiceLine, Spell
from tests.fixtures.people import World

NOBODY_BREAKS = {
    "uq_user_session_key": "drawn at random, 256 bits",
    "uq_single_use_link_digest": "a digest of what is drawn at random",
    "uq_job_run_going": "the worker takes it for an answer: another run goes on",
    "uq_job_run_day": "the worker takes it for an answer: the day's run is done",
    "uq_user_session_digest": "a digest of what is drawn at random",
    "uq_calendar_feed_digest": "a digest of what is drawn at random",
    "ck_single_use_link_owner": "links are made by our own code, with their owner",
}
"""Constraints without words, each with why no form can break it."""


def named() -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint | CheckConstraint):
                yield str(constraint.name)
        yield from (str(index.name) for index in table.indexes if index.unique)


def test_every_constraint_that_a_person_can_break_has_words() -> None:
    names = list(named())
    assert len(names) > 15
    assert [name for name in names if words_of(name) is None and name not in NOBODY_BREAKS] == []
    assert [name for name in NOBODY_BREAKS if name not in names or words_of(name)] == []


def test_every_word_is_of_a_constraint_there_is() -> None:
    from peerhub.core import database

    assert set(database._told) <= set(named())


def test_a_moment_comes_back_aware_and_in_utc(empty_outbox: None, in_app: Flask) -> None:
    summer = timezone(timedelta(hours=1))
    nine = datetime(2025, 7, 1, 9, tzinfo=summer)
    db.session.add(OutboxMail(recipient="a@example.org", subject="s", body="b", due_at=nine))
    db.session.commit()
    kept = db.session.scalars(select(OutboxMail.due_at)).one()
    assert (kept, kept.tzinfo) == (datetime(2025, 7, 1, 8, tzinfo=UTC), UTC)


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcMoment().process_bind_param(datetime(2025, 7, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001 - what is refused


def test_keys_sort_by_the_time_they_were_made(in_app: Flask) -> None:
    keys = [uuid7() for _ in range(200)]
    assert keys == sorted(keys)
    assert {key.version for key in keys} == {7}
    for number in range(20):
        db.session.add(ServiceLine(name=f"Line {number:02}", setting="community"))
        db.session.flush()
    made = select(ServiceLine.name).where(ServiceLine.name.like("Line %")).order_by(ServiceLine.id)
    assert list(db.session.scalars(made)) == [f"Line {number:02}" for number in range(20)]


def test_a_broken_unique_constraint_is_told_beside_its_field(in_app: Flask) -> None:
    with pytest.raises(DomainError) as told, saving():
        db.session.add(ServiceLine(name="Perinatal", setting="community"))
    assert (told.value.message, told.value.field) == ("There is already a service line with this name", "name")


def test_a_broken_check_is_told_beside_its_field(in_app: Flask, world: World) -> None:
    with pytest.raises(DomainError) as told, saving():
        db.session.get_one(Spell, world.priya_spell).ends = date(2001, 1, 1)
    assert told.value.field == "ends"
    with pytest.raises(DomainError) as told, saving():
        db.session.get_one(Post, world.priya_post).wte = Decimal("1.2")
    assert told.value.field == "wte"
    assert db.session.get_one(Spell, world.priya_spell).ends is None


def test_a_broken_constraint_without_words_is_a_fault(in_app: Flask, world: World) -> None:
    with pytest.raises(IntegrityError), saving():
        db.session.add(Spell(person_id=uuid7(), post_id=world.priya_post, starts=date(2025, 1, 1)))


def test_words_in_a_value_are_not_taken_for_a_constraint(in_app: Flask, world: World) -> None:
    with pytest.raises(IntegrityError), saving():
        db.session.add(
            User(
                organisation_id=world.trust, email="x@example.org", name="uq_user_email", session_key="session-of-Hana"
            )
        )


def test_what_was_saved_in_a_block_is_undone_with_what_follows_it(in_app: Flask) -> None:
    with saving():
        db.session.add(ServiceLine(name="Saved", setting="community"))
    db.session.rollback()
    assert db.session.scalar(select(func.count(ServiceLine.id)).where(ServiceLine.name == "Saved")) == 0


def put_in_and_fail(name: str) -> None:
    db.session.add(ServiceLine(name=name, setting="community"))
    db.session.flush()
    raise DomainError("no")


def test_a_refused_block_leaves_what_came_before_it(in_app: Flask) -> None:
    db.session.add(ServiceLine(name="Before", setting="community"))
    with pytest.raises(DomainError), saving():
        put_in_and_fail("Within")
    db.session.commit()
    kept = select(ServiceLine.name).where(ServiceLine.name.in_(["Before", "Within"]))
    assert list(db.session.scalars(kept)) == ["Before"]


def test_a_row_that_moved_on_since_the_form_was_opened_is_a_conflict(in_app: Flask, world: World) -> None:
    person = db.session.get_one(Person, world.priya_person)
    person.expect(None)
    person.expect(person.version)
    person.phone = "0100"
    db.session.flush()
    with pytest.raises(Conflict) as told:
        person.expect(1)
    assert told.value.current == person.version == 2


def elsewhere(app: Flask, act: object) -> None:
    """Do something in another transaction, as another process would."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with app.app_context():
                act()  # type: ignore[operator]  # a function without arguments
                db.session.commit()
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    assert failed == []


def test_a_row_that_somebody_saves_at_the_same_moment_is_a_conflict_too(in_app: Flask, world: World) -> None:
    person = db.session.get_one(Person, world.priya_person)

    def other() -> None:
        scope.enter(world.trust)
        db.session.get_one(Person, world.priya_person).phone = "0200"

    elsewhere(in_app, other)
    with pytest.raises(Conflict) as told, saving():
        person.phone = "0100"
    assert told.value.current == 2
    assert person.phone == "0200"


def test_a_row_that_somebody_deletes_at_the_same_moment_is_not_found(in_app: Flask, world: World) -> None:
    line = ServiceLine(name="Short-lived", setting="community")
    db.session.add(line)
    db.session.commit()
    scope.enter(world.trust)
    key: UUID = line.id

    def other() -> None:
        scope.enter(world.trust)
        db.session.delete(db.session.get_one(ServiceLine, key))

    elsewhere(in_app, other)
    with pytest.raises(NotFound), saving():
        line.name = "Longer-lived"


def test_a_writer_waits_for_another_instead_of_failing(in_app: Flask, world: World) -> None:
    """Both have read before; on SQLite a transaction that began with its reading could no longer write."""
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with in_app.app_context():
            db.session.scalars(select(User.name)).all()
            db.session.execute(update(User).where(User.id == world.hana).values(name="Slow"))
            begun.set()
            go_on.wait(10)
            db.session.commit()

    db.session.scalars(select(User.name)).all()
    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(10)
    threading.Timer(0.2, go_on.set).start()
    with saving():
        db.session.execute(update(User).where(User.id == world.hugo).values(name="Quick"))
    db.session.commit()
    thread.join(10)
    names = select(User.name).where(User.id.in_([world.hana, world.hugo])).order_by(User.name)
    assert list(db.session.scalars(names)) == ["Quick", "Slow"]


def test_a_key_that_leads_nowhere_is_refused_by_the_database(in_app: Flask) -> None:
    db.session.add(User(organisation_id=uuid7(), email="y@example.org", name="Y", session_key="y"))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_an_organisations_settings_are_told_beside_their_fields(in_app: Flask) -> None:
    for field, value in (("small_number", 1), ("least_denominator", 0), ("gap_days", -1)):
        with pytest.raises(DomainError) as told, saving():
            db.session.add(Organisation(name=f"With {field}", kind=OrganisationKind.ICB, **{field: value}))
        assert told.value.field == field


def test_sqlite_knows_how_many_rows_there_are_once_they_are_counted(in_app: Flask) -> None:
    count_anew()
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        counted = db.session.execute(text("SELECT tbl FROM sqlite_stat1")).scalars().all()
        assert {"person", "spell", "post"} <= {*counted}
