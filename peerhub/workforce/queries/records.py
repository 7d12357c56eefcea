"""Records that may be of one person: chosen, put side by side, merged, parted again, erased."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound, Refused
from peerhub.workforce.models import Person, PersonMerge, Post, Spell
from peerhub.workforce.queries.people import matches, namesakes
from peerhub.workforce.queries.reach import seen_people
from peerhub.workforce.rules.posts import Days
from peerhub.workforce.rules.records import Standing
from peerhub.workforce.rules.timeline import shared

MOST = 20


@dataclass(frozen=True, slots=True)
class Other:
    """A record to choose."""

    id: UUID
    name: str
    staff_number: str | None
    email: str
    posts: int


@dataclass(frozen=True, slots=True)
class Held:
    """A post held, as one line."""

    title: str
    team: str
    days: Days


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records beside each other."""

    id: UUID
    version: int
    name: str
    first_name: str
    last_name: str
    preferred_name: str
    pronouns: str
    staff_number: str | None
    email: str
    phone: str
    has_account: bool
    posts: tuple[Held, ...]
    standing: Standing


def load_record(viewer: Viewer, person_id: UUID, permission: Permission) -> Person:
    """Any record of the organisation, merged and erased ones too: the rules say in words what may not be done.

    Raises:
        NotFound: there is no such record here.
        Refused: the viewer holds the permission for a part of the organisation alone.
    """
    found = db.session.scalar(select(Person).where(Person.id == person_id))
    if found is None:
        raise NotFound
    if not viewer.reach(permission).whole:
        raise Refused("a record is merged and erased by those who see all of it")
    return found


def load_merge(viewer: Viewer, merge_id: UUID) -> PersonMerge:
    """A merge of two records, with both.

    Raises:
        NotFound: there is none such here.
        Refused: the viewer holds the permission for a part of the organisation alone.
    """
    found = db.session.scalar(
        select(PersonMerge)
        .where(PersonMerge.id == merge_id)
        .options(joinedload(PersonMerge.kept), joinedload(PersonMerge.merged))
    )
    if found is None:
        raise NotFound
    if not viewer.reach(Permission.PEOPLE_MERGE).whole:
        raise Refused("a record is parted by those who see all of it")
    return found


def stands_for(viewer: Viewer, person_id: UUID) -> UUID | None:
    """The record that a merged one is part of now, where this viewer may see it."""
    part_of = select(Person.merged_into_id).where(Person.id == person_id).scalar_subquery()
    return db.session.scalar(select(Person.id).where(Person.id == part_of, seen_people(viewer)))


def others(viewer: Viewer, person: Person, words: str) -> list[Other]:
    """Records that may be the same person's: those that hold the words, or without words those of the same name."""
    if not words:
        keys = [row.id for row in namesakes(viewer, person)]
        return _others(viewer, Person.id.in_(keys)) if keys else []
    return _others(viewer, Person.id != person.id, *matches(words))


def _others(viewer: Viewer, *where: ColumnElement[bool]) -> list[Other]:
    held = select(func.count(Spell.id)).where(Spell.person_id == Person.id).scalar_subquery()
    rows = db.session.execute(
        select(Person, held)
        .where(seen_people(viewer), *where)
        .order_by(func.lower(Person.last_name), func.lower(Person.first_name), Person.id)
        .limit(MOST)
    )
    return [Other(row.id, row.known_as, row.staff_number, row.email, posts) for row, posts in rows]


def side(person: Person) -> Side:
    """A record as one of two. One statement."""
    spells = db.session.scalars(
        select(Spell)
        .where(Spell.person_id == person.id)
        .options(joinedload(Spell.post).joinedload(Post.team))
        .order_by(Spell.starts, Spell.id)
    )
    return Side(
        id=person.id, version=person.version, name=person.known_as,
        first_name=person.first_name, last_name=person.last_name, preferred_name=person.preferred_name,
        pronouns=person.pronouns, staff_number=person.staff_number, email=person.email, phone=person.phone,
        has_account=person.user_id is not None,
        posts=tuple(Held(row.post.title, row.post.team.name, Days(row.starts, row.ends)) for row in spells),
        standing=standing_of(person),
    )  # fmt: skip


def standing_of(person: Person) -> Standing:
    """How a record stands for whoever acts now."""
    has_account = person.user_id is not None
    return Standing(
        is_merged=person.merged_into_id is not None,
        is_erased=person.erased_on is not None,
        has_account=has_account,
        is_own=has_account and person.user_id == audit.actor().user_id,
    )


def at_once(one: Side, other: Side) -> list[Days]:
    """The days on which the two records hold posts at the same time."""
    pairs = ((mine.days, theirs.days) for mine in one.posts for theirs in other.posts)
    return [days for mine, theirs in pairs if (days := shared(mine, theirs))]


def parts_of(person: Person) -> list[Person]:
    """The records that were merged into this one, and into those."""
    found: dict[UUID, Person] = {}
    newest = [person.id]
    while newest:
        below = db.session.scalars(select(Person).where(Person.merged_into_id.in_(newest)))
        new = {row.id: row for row in below if row.id != person.id and row.id not in found}
        found |= new
        newest = list(new)
    return list(found.values())


def days_of(person: Person) -> list[Days]:
    """When this person holds posts."""
    rows = db.session.execute(select(Spell.starts, Spell.ends).where(Spell.person_id == person.id))
    return [Days(*row) for row in rows]
