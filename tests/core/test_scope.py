"""A session sees and writes one organisation's rows: every shape of statement, every way around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Select, delete, exists, func, insert, literal, select, union_all, update
from sqlalchemy.orm import aliased, joinedload, selectinload

from peerhub.access.models import Organisation, User
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import Person, Post, ServiceLine, Spell, Team
from tests.fixtures.people import World

other_person = aliased(Person)

SHAPES: dict[str, Callable[[], Select[Any]]] = {
    "entities": lambda: select(Person.last_name),
    "aliased": lambda: select(other_person.last_name),
    "joined": lambda: select(Person.last_name).join(Spell).join(Post).join(Team),
    "joined from a table of nobody's": lambda: (
        select(Person.last_name).select_from(Organisation).join(Person, Person.organisation_id == Organisation.id)
    ),
    "in a subquery": lambda: select(select(Person.last_name).subquery().c.last_name),
    "in a CTE": lambda: select(select(Person.last_name).cte().c.last_name),
    "in a scalar subquery": lambda: select(
        select(func.max(Person.last_name)).where(Person.last_name == "Stranger").scalar_subquery()
    ),
    "in a union": lambda: select(union_all(select(Person.last_name), select(Person.last_name)).subquery().c.last_name),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_select_of_any_shape_sees_our_rows_alone(shape: str, in_app: Flask) -> None:
    seen = set(db.session.scalars(SHAPES[shape]()))
    assert "Stranger" not in seen
    with scope.across("a test of the walls"):
        assert "Stranger" in set(db.session.scalars(SHAPES[shape]()))


@pytest.mark.parametrize("shape", SHAPES)
def test_without_an_organisation_nothing_is_read(shape: str, in_app: Flask) -> None:
    scope.enter(None)
    with pytest.raises(scope.ScopeMissing):
        db.session.scalars(SHAPES[shape]()).all()


def test_counting_and_asking_whether_there_is_one_stay_inside_too(in_app: Flask, world: World) -> None:
    counted = select(func.count(Person.id))
    there = select(exists().where(Person.id == world.stranger_person))
    users = select(User.name).where(exists(select(Person.id).where(Person.organisation_id == world.other_trust)))
    with scope.across("a test of the walls"):
        ours = db.session.scalar(counted.where(Person.organisation_id == world.trust))
        assert db.session.scalar(counted) != ours
    assert (db.session.scalar(counted), db.session.scalar(there)) == (ours, False)
    assert db.session.scalars(users).all() == []
    scope.enter(None)
    for statement in (counted, there, users):
        with pytest.raises(scope.ScopeMissing):
            db.session.execute(statement)


def test_what_belongs_to_no_organisation_is_read_by_anybody(in_app: Flask) -> None:
    scope.enter(None)
    assert db.session.scalar(select(func.count(Organisation.id))) == 3
    assert db.session.scalar(select(literal(1))) == 1


def test_get_does_not_find_another_organisations_row(in_app: Flask, world: World) -> None:
    assert db.session.get(Person, world.priya_person) is not None
    assert db.session.get(Person, world.stranger_person) is None


def test_get_does_not_find_it_either_once_it_was_read_across(in_app: Flask, world: World) -> None:
    with scope.across("a test of the walls"):
        held = db.session.get(Person, world.stranger_person)
    assert held is not None
    assert db.session.get(Person, world.stranger_person) is None


def their_post_on_our_team(world: World) -> UUID:
    """A row that should not be: the other trust's post pointing at our ward."""
    with scope.within(world.other_trust):
        post = db.session.get_one(Post, world.stranger_post)
        post.team_id = world.willow
    db.session.expunge_all()
    return world.stranger_post


@pytest.mark.parametrize("way", [None, selectinload(Team.posts), joinedload(Team.posts)])
def test_a_relationship_loads_our_rows_alone(way: Any, in_app: Flask, world: World) -> None:
    theirs = their_post_on_our_team(world)
    statement = select(Team).where(Team.id == world.willow)
    team = db.session.scalars(statement.options(way) if way is not None else statement).unique().one()
    assert {post.id for post in team.posts} == {world.priya_post, world.vacant_post}
    assert theirs not in {post.id for post in team.posts}


def test_update_and_delete_reach_our_rows_alone(in_app: Flask, world: World) -> None:
    for whose in (world.trust, world.other_trust):
        with scope.within(whose):
            db.session.add(ServiceLine(name="Short-lived", setting="community"))
    lines = select(ServiceLine.organisation_id).where(ServiceLine.name.in_(["Short-lived", "Changed"]))
    db.session.execute(update(ServiceLine).where(ServiceLine.name == "Short-lived").values(name="Changed"))
    with scope.across("a test of the walls"):
        renamed = set(db.session.scalars(lines.where(ServiceLine.name == "Changed")))
        assert renamed == {world.trust}
    db.session.execute(delete(ServiceLine).where(ServiceLine.name.in_(["Short-lived", "Changed"])))
    with scope.across("a test of the walls"):
        assert list(db.session.scalars(lines)) == [world.other_trust]


def test_update_cannot_give_rows_away(in_app: Flask, world: World) -> None:
    with pytest.raises(scope.OtherOrganisation):
        db.session.execute(update(Person).values(organisation_id=world.other_trust))
    with pytest.raises(scope.OtherOrganisation):
        db.session.execute(update(Person).values({Person.organisation_id: world.other_trust}))


def test_update_of_many_by_their_keys_is_refused_as_no_filter_reaches_it(in_app: Flask, world: World) -> None:
    with pytest.raises(scope.OtherOrganisation):
        db.session.execute(update(Person), [{"id": world.stranger_person, "phone": "0100"}])


@pytest.mark.parametrize("statement", [update(Person).values(phone="0100"), delete(Person)])
def test_nothing_is_written_without_an_organisation_nor_across(statement: Any, in_app: Flask) -> None:
    scope.enter(None)
    with pytest.raises(scope.ScopeMissing):
        db.session.execute(statement)
    with scope.across("a test of the walls"), pytest.raises(scope.ScopeMissing):
        db.session.execute(statement)


def row(organisation_id: UUID) -> dict[str, Any]:
    return {"id": uuid4(), "organisation_id": organisation_id, "name": f"Line {uuid4()}", "setting": "community"}


def test_many_of_our_rows_can_be_put_in_at_once(in_app: Flask, world: World) -> None:
    db.session.execute(insert(ServiceLine), [row(world.trust), row(world.trust)])
    db.session.execute(insert(ServiceLine).values(**row(world.trust)))
    assert db.session.scalar(select(func.count(ServiceLine.id)).where(ServiceLine.name.like("Line %"))) == 3


def test_no_insert_reaches_another_organisation(in_app: Flask, world: World) -> None:
    theirs, ours = row(world.other_trust), row(world.trust)
    nobodys = {key: value for key, value in ours.items() if key != "organisation_id"}
    for statement, rows in (
        (insert(ServiceLine), [ours, theirs]),
        (insert(ServiceLine), theirs),
        (insert(ServiceLine), nobodys),
        (insert(ServiceLine).values(**theirs), None),
        (insert(ServiceLine).values([ours, theirs]), None),
        (insert(ServiceLine).values(**nobodys), None),
        (insert(ServiceLine).from_select(["name"], select(literal("x"))), None),
    ):
        with pytest.raises(scope.OtherOrganisation):
            db.session.execute(statement, rows)


def test_a_new_row_is_ours_unless_it_says_otherwise_and_then_it_is_refused(in_app: Flask, world: World) -> None:
    made = Person(first_name="Ann", last_name="Other")
    db.session.add(made)
    db.session.flush()
    assert made.organisation_id == world.trust
    db.session.add(Person(first_name="Ann", last_name="Other", organisation_id=world.other_trust))
    with pytest.raises(scope.OtherOrganisation):
        db.session.flush()


def across_person(world: World) -> Person:
    with scope.across("a test of the walls"):
        return db.session.scalars(select(Person).where(Person.id == world.stranger_person)).one()


def change(person: Person, _world: World) -> None:
    person.phone = "0100"


def take(person: Person, world: World) -> None:
    person.organisation_id = world.trust


def remove(person: Person, _world: World) -> None:
    db.session.delete(person)


@pytest.mark.parametrize("harm", [change, take, remove])
def test_a_row_read_across_cannot_be_changed_taken_or_deleted(
    harm: Callable[[Person, World], None], in_app: Flask, world: World
) -> None:
    harm(across_person(world), world)
    with pytest.raises(scope.OtherOrganisation):
        db.session.flush()


def test_our_row_cannot_be_given_away(in_app: Flask, world: World) -> None:
    db.session.get_one(Person, world.priya_person).organisation_id = world.other_trust
    with pytest.raises(scope.OtherOrganisation):
        db.session.flush()


def test_within_is_about_one_organisation_and_then_about_the_one_before(in_app: Flask, world: World) -> None:
    with scope.within(world.other_trust):
        assert scope.current() == world.other_trust
        assert {"Stranger"} == set(db.session.scalars(select(Person.last_name))) & {"Stranger", "Rahman"}
        db.session.add(Person(first_name="Una", last_name="There"))
    assert scope.current() == world.trust
    db.session.flush()
    with scope.across("a test of the walls"):
        there = select(Person.organisation_id).where(Person.last_name == "There")
        assert db.session.scalar(there) == world.other_trust


def test_within_inside_across_is_about_one_organisation(in_app: Flask, world: World) -> None:
    with scope.across("a test of the walls"):
        with scope.within(world.other_trust):
            assert {"Stranger"} == set(db.session.scalars(select(Person.last_name))) & {"Stranger", "Rahman"}
        assert {"Stranger", "Rahman"} <= set(db.session.scalars(select(Person.last_name)))


def test_a_failure_within_is_told_as_it_is_and_the_organisation_before_is_back(in_app: Flask, world: World) -> None:
    misplaced = Person(first_name="Una", last_name="There", organisation_id=world.trust)
    with pytest.raises(KeyError), scope.within(world.other_trust):
        raise KeyError(db.session.add(misplaced))
    db.session.expunge(misplaced)
    assert scope.current() == world.trust
    with pytest.raises(KeyError), scope.across("a test of the walls"):
        raise KeyError
    assert set(db.session.scalars(select(Person.last_name).where(Person.last_name == "Stranger"))) == set()


def test_asking_whose_rows_they_are_before_saying_so_fails(in_app: Flask) -> None:
    scope.enter(None)
    with pytest.raises(scope.ScopeMissing):
        scope.current()
