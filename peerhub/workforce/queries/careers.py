"""A person's page: who they are, and the posts they held, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import today
from peerhub.workforce.models import Break, Person, PersonMerge, Post, Spell, Team
from peerhub.workforce.queries.people import load_person
from peerhub.workforce.queries.reach import same_post, spells_within, teams_within
from peerhub.workforce.rules.posts import Days
from peerhub.workforce.rules.words import Band, BreakKind, Contract, LeavingReason

WEEKDAYS = {
    "Mo": "Monday",
    "Tu": "Tuesday",
    "We": "Wednesday",
    "Th": "Thursday",
    "Fr": "Friday",
    "Sa": "Saturday",
    "Su": "Sunday",
}


@dataclass(frozen=True, slots=True)
class Away:
    """Time away within a spell. ``kind`` is None for whoever need not know why."""

    id: UUID
    kind: BreakKind | None
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Career:
    """One spell on a timeline."""

    id: UUID
    post_id: UUID
    post_number: str | None
    title: str
    band: Band | None
    team_id: UUID
    team: str
    service_line: str
    employer: str
    wte: Decimal
    contract: Contract
    weekdays: str
    starts: date
    ends: date | None
    leaving_reason: LeavingReason | None
    destination: str
    campaign: str
    breaks: tuple[Away, ...]
    may_edit: bool
    may_open: bool

    @property
    def days(self) -> Days:
        """Its days."""
        return Days(self.starts, self.ends)


@dataclass(frozen=True, slots=True)
class Joined:
    """Another record that was merged into this one."""

    merge_id: UUID
    staff_number: str | None
    merged_on: date


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What a viewer sees of a person."""

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
    unconfirmed_since: date | None
    has_account: bool
    is_own: bool
    sees_all_posts: bool
    career: tuple[Career, ...]
    joined: tuple[Joined, ...]

    @property
    def now(self) -> list[Career]:
        """Where they work today."""
        return [spell for spell in self.career if spell.days.covers(today())]


def person_page(viewer: Viewer, person_id: UUID) -> PersonPage:
    """A person within reach, or oneself.

    Raises:
        NotFound: there is nobody such for this viewer.
    """
    person = load_person(viewer, person_id, own=Permission.OWN_RECORD)
    is_own = person.user_id == viewer.user_id
    sees_all = is_own or viewer.reach(Permission.PEOPLE_VIEW).whole
    merges = _merges(person.id) if viewer.may(Permission.PEOPLE_MERGE) else ()
    return PersonPage(
        id=person.id,
        version=person.version,
        name=person.known_as,
        first_name=person.first_name,
        last_name=person.last_name,
        preferred_name=person.preferred_name,
        pronouns=person.pronouns,
        staff_number=person.staff_number,
        email=person.email,
        phone=person.phone,
        unconfirmed_since=person.unconfirmed_since,
        has_account=person.user_id is not None,
        is_own=is_own,
        sees_all_posts=sees_all,
        career=_career(viewer, person, sees_all=sees_all, is_own=is_own),
        joined=merges,
    )


def _career(viewer: Viewer, person: Person, *, sees_all: bool, is_own: bool) -> tuple[Career, ...]:
    statement = (
        select(Spell)
        .join(Spell.post)
        .join(Post.team)
        .join(Team.service_line)
        .options(
            contains_eager(Spell.post).contains_eager(Post.team).contains_eager(Team.service_line),
            selectinload(Spell.breaks),
        )
        .where(Spell.person_id == person.id)
        .order_by(Spell.starts.desc(), Spell.ends.is_(None).desc(), Spell.ends.desc(), Spell.id)
    )
    if not sees_all:
        statement = statement.where(spells_within(viewer.reach(Permission.PEOPLE_VIEW), today()))
    return tuple(career_of(viewer, spell, is_own=is_own) for spell in db.session.scalars(statement))


def career_of(viewer: Viewer, spell: Spell, *, is_own: bool) -> Career:
    """A spell as this viewer sees it."""
    post, team = spell.post, spell.post.team
    place = (team.service_line_id, team.id)
    sees_kind = is_own or viewer.reach(Permission.BREAKS_VIEW).covers(*place)
    return Career(
        id=spell.id,
        post_id=post.id,
        post_number=post.number,
        title=post.title,
        band=post.band,
        team_id=team.id,
        team=team.name,
        service_line=team.service_line.name,
        employer=post.employer,
        wte=spell.wte,
        contract=spell.contract,
        weekdays=said_weekdays(spell.weekdays),
        starts=spell.starts,
        ends=spell.ends,
        leaving_reason=spell.leaving_reason,
        destination=spell.destination,
        campaign=spell.campaign,
        breaks=tuple(Away(away.id, away.kind if sees_kind else None, away.starts, away.ends) for away in spell.breaks),
        may_edit=viewer.reach(Permission.SPELLS_EDIT).covers(*place),
        may_open=viewer.reach(Permission.POSTS_VIEW).covers(*place),
    )


def said_weekdays(codes: str) -> str:
    """Working days in words.

    >>> said_weekdays("MoWe")
    'Monday, Wednesday'
    """
    return ", ".join(WEEKDAYS.get(codes[at : at + 2], "") for at in range(0, len(codes), 2))


def _merges(person_id: UUID) -> tuple[Joined, ...]:
    rows = db.session.execute(
        select(PersonMerge.id, Person.staff_number, PersonMerge.merged_on)
        .join(Person, PersonMerge.merged_id == Person.id)
        .where(PersonMerge.kept_id == person_id, PersonMerge.undone_on.is_(None))
        .order_by(PersonMerge.merged_on)
    )
    return tuple(Joined(*row) for row in rows)


def load_spell(viewer: Viewer, spell_id: UUID, permission: Permission = Permission.SPELLS_EDIT) -> Spell:
    """A spell in a team within the reach of a permission, with its post, team and person.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(
        select(Spell)
        .join(Spell.post)
        .join(Post.team)
        .options(
            contains_eager(Spell.post).contains_eager(Post.team).joinedload(Team.service_line), joinedload(Spell.person)
        )
        .where(Spell.id == spell_id, teams_within(viewer.reach(permission)))
    )
    if found is None or found.person.erased_on is not None:
        raise NotFound
    return found


def load_break(viewer: Viewer, break_id: UUID) -> Break:
    """Time away within a spell that the viewer may change.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.get(Break, break_id)
    if found is None:
        raise NotFound
    load_spell(viewer, found.spell_id)
    return found


def spells_in(post_ids: Sequence[UUID], except_for: UUID | None = None) -> list[Spell]:
    """Every spell in these posts, for rules."""
    return list(
        db.session.scalars(
            select(Spell)
            .where(Spell.post_id.in_(post_ids), Spell.id != except_for if except_for else true())
            .order_by(Spell.starts)
        )
    )


def rows_of_post(post: Post) -> list[Post]:
    """The rows that are one post on different terms: of the same number and employer. Locked where the database can."""
    return list(db.session.scalars(select(Post).where(same_post(post)).order_by(Post.opens).with_for_update()))
