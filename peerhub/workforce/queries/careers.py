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
from peerhub.workforce.queries.reach import same_post, spells_within
from peerhub.workforce.rules.posts import Days
from peerhub.workforce.rules.timeline import gap_before, gaps, shared
from peerhub.workforce.rules.words import Band, BreakKind, Contract, LeavingReason, said_weekdays


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

    @property
    def is_now(self) -> bool:
        """Whether they are in it today."""
        return self.days.covers(today())

    @property
    def is_to_come(self) -> bool:
        """Whether it has yet to begin."""
        return self.starts > today()

    @property
    def away_now(self) -> Away | None:
        """The time away that covers today."""
        return next((away for away in self.breaks if Days(away.starts, away.ends).covers(today())), None)


@dataclass(frozen=True, slots=True)
class Together:
    """Days on which somebody was in two posts at once."""

    other: str
    days: Days
    wte: Decimal


@dataclass(frozen=True, slots=True)
class Moment:
    """A spell on the timeline, with the days in no post before it and those shared with spells told before."""

    spell: Career
    gap: Days | None
    together: tuple[Together, ...]


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
        return [spell for spell in self.career if spell.is_now]

    @property
    def to_come(self) -> list[Career]:
        """What has yet to begin, the next first."""
        return [spell for spell in reversed(self.career) if spell.is_to_come]

    @property
    def left_on(self) -> date | None:
        """The last day of the last post, for somebody who is in none now and has none to come."""
        ends = [spell.days.last for spell in self.career]
        return max(ends) if ends and max(ends) < today() else None

    @property
    def open_spells(self) -> list[Career]:
        """Where somebody may be working, now or later, that the viewer may change."""
        return [spell for spell in self.career if spell.may_edit and spell.days.last >= today()]

    @property
    def timeline(self) -> list[Moment]:
        """The posts, oldest first. Whoever sees some of them alone is told of no gaps: the others may fill them."""
        told: list[Moment] = []
        between = gaps(spell.days for spell in self.career) if self.sees_all_posts else []
        for spell in reversed(self.career):
            together = [
                Together(f"{other.spell.title}, {other.spell.team}", days, spell.wte + other.spell.wte)
                for other in told
                if (days := shared(spell.days, other.spell.days))
            ]
            told.append(Moment(spell, gap_before(spell.days, between), tuple(together)))
        return told


def person_page(viewer: Viewer, person: Person) -> PersonPage:
    """A person as this viewer sees them; loaded with :func:`~peerhub.workforce.queries.people.load_person`."""
    is_own = person.user_id == viewer.user_id
    sees_all = is_own or viewer.reach(Permission.PEOPLE_VIEW).whole
    merges = _merges(person.id) if viewer.reach(Permission.PEOPLE_MERGE).whole else ()
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
    """A spell as this viewer sees it. Why it ended, and where to, is for themselves and those who may end it."""
    post, team = spell.post, spell.post.team
    place = (team.service_line_id, team.id)
    may_edit = viewer.reach(Permission.SPELLS_EDIT).covers(*place)
    sees_why = is_own or may_edit
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
        leaving_reason=spell.leaving_reason if sees_why else None,
        destination=spell.destination if sees_why else "",
        campaign=spell.campaign,
        breaks=tuple(Away(away.id, away.kind if sees_kind else None, away.starts, away.ends) for away in spell.breaks),
        may_edit=may_edit,
        may_open=viewer.reach(Permission.POSTS_VIEW).covers(*place),
    )


def _merges(person_id: UUID) -> tuple[Joined, ...]:
    rows = db.session.execute(
        select(PersonMerge.id, Person.staff_number, PersonMerge.merged_on)
        .join(Person, PersonMerge.merged_id == Person.id)
        .where(PersonMerge.kept_id == person_id, PersonMerge.undone_on.is_(None))
        .order_by(PersonMerge.merged_on)
    )
    return tuple(Joined(*row) for row in rows)


def load_spell(viewer: Viewer, spell_id: UUID, permission: Permission = Permission.SPELLS_EDIT) -> Spell:
    """A spell that a permission reaches, with its post, team and person; one that is over needs whole reach.

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
        .where(Spell.id == spell_id, spells_within(viewer.reach(permission), today()))
    )
    if found is None or found.person.erased_on is not None:
        raise NotFound
    return found


def load_break(viewer: Viewer, break_id: UUID) -> Break:
    """Time away within a spell that the viewer may change.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(select(Break).where(Break.id == break_id))
    if found is None:
        raise NotFound
    load_spell(viewer, found.spell_id)
    load_spell(viewer, found.spell_id, Permission.BREAKS_VIEW)
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
