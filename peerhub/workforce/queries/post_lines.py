"""Posts in a list, each with how it stands today and who is in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from peerhub.access.rules import Reach
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.workforce.models import Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.queries.establishment import established
from peerhub.workforce.rules.establishment import Standing, standing
from peerhub.workforce.rules.posts import Days, vacant_days
from peerhub.workforce.rules.words import Band, RoleKind, Setting


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post in a list, who is in it today (None: nobody), and the first days to come on which nobody is."""

    id: UUID
    standing: Standing
    number: str | None
    title: str
    role_kind: RoleKind
    band: Band | None
    wte: Decimal
    team: str
    team_id: UUID
    service_line: str
    service_line_id: UUID
    setting: Setting
    employer: str
    is_peer_service: bool
    opens: date
    closes: date | None
    funding: str
    funding_ends: date | None
    holder: str | None
    holder_id: UUID | None
    next_starts: date | None
    vacant: Days | None

    @property
    def vacant_from(self) -> date | None:
        """The first day, today or later, on which nobody is in it."""
        return self.vacant.starts if self.vacant else None

    @property
    def is_open(self) -> bool:
        """Whether it is open today."""
        return Days(self.opens, self.closes).covers(today())


@dataclass(frozen=True, slots=True)
class _Holder:
    person: Person
    days: Days


def open_on(day: date) -> tuple[ColumnElement[bool], ...]:
    """Posts open on a day."""
    return (Post.opens <= day, open_from(day))


def open_from(day: date) -> ColumnElement[bool]:
    """Posts open on a day or later."""
    return or_(Post.closes.is_(None), Post.closes >= day)


def opened(person: Person) -> UUID | None:
    """The key under which a person's record can be opened; None where it no longer stands."""
    return None if person.erased_on or person.merged_into_id else person.id


def standings(*where: ColumnElement[bool]) -> dict[UUID, Standing]:
    """How posts (joined to their teams) stand today, by key. Three statements."""
    day = today()
    return {key: standing(post, day) for key, post in established(Post.team_id, *where).items()}


def post_lines(people: Reach, *where: ColumnElement[bool]) -> list[PostLine]:
    """Posts (joined to their teams) by service line, team and title. Five statements.

    Args:
        people: how far the viewer sees people; who is in a post elsewhere is not named.
    """
    stands = standings(*where)
    holders = _holders(*where)
    rows = db.session.execute(
        select(
            Post.id, Post.number, Post.title, Post.role_kind, Post.band, Post.wte, Post.employer, Post.peer_service,
            Post.opens, Post.closes, Post.funding, Post.funding_ends, Post.team_id, Team.name.label("team"),
            Team.service_line_id, ServiceLine.name.label("service_line"), ServiceLine.setting,
        )
        .join(Post.team)
        .join(Team.service_line)
        .where(*where)
        .order_by(ServiceLine.name, Team.name, Post.title, Post.number, Post.opens, Post.id)
    )  # fmt: skip
    return [
        _line(row, stands[row.id], holders[row.id], sees=people.covers(row.service_line_id, row.team_id))
        for row in rows
    ]


def _holders(*where: ColumnElement[bool]) -> dict[UUID, list[_Holder]]:
    """Who is in each post today or later, the first to start first."""
    found: dict[UUID, list[_Holder]] = defaultdict(list)
    for key, starts, ends, person in db.session.execute(
        select(Spell.post_id, Spell.starts, Spell.ends, Person)
        .join(Spell.post)
        .join(Post.team)
        .join(Spell.person)
        .where(*where, or_(Spell.ends.is_(None), Spell.ends >= today()))
        .order_by(Spell.starts)
    ):
        found[key].append(_Holder(person, Days(starts, ends)))
    return found


def _line(row: Any, stands: Standing, holders: list[_Holder], *, sees: bool) -> PostLine:
    day = today()
    there = next((holder.person for holder in holders if holder.days.covers(day)), None)
    return PostLine(
        id=row.id, standing=stands, number=row.number, title=row.title, role_kind=row.role_kind, band=row.band,
        wte=row.wte, team=row.team, team_id=row.team_id, service_line=row.service_line,
        service_line_id=row.service_line_id, setting=row.setting, employer=row.employer,
        is_peer_service=row.peer_service, opens=row.opens, closes=row.closes, funding=row.funding,
        funding_ends=row.funding_ends,
        holder=None if there is None else there.known_as if sees else "Somebody",
        holder_id=opened(there) if there is not None and sees else None,
        next_starts=next((holder.days.starts for holder in holders if holder.days.starts > day), None),
        vacant=vacant_days(Days(row.opens, row.closes), [holder.days for holder in holders], day),
    )  # fmt: skip
