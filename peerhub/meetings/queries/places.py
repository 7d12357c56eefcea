"""Whom a meeting can be for: a team, a service line, or the whole organisation, as far as a viewer reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from peerhub.access.rules import Reach, Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import today
from peerhub.meetings.queries.meetings import EVERYBODY
from peerhub.meetings.rules.kinds import MeetingKind
from peerhub.workforce.models import ServiceLine, Team

WHOLE = "everybody"


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a meeting is for. With neither key it is for the whole organisation."""

    code: str
    words: str
    team_id: UUID | None = None
    service_line_id: UUID | None = None


def places(viewer: Viewer, kind: MeetingKind) -> list[Place]:
    """The places for which a viewer may arrange a kind of meeting, the widest first. Two statements."""
    reaches = [viewer.reach(permission) for permission in kind.arranges if viewer.may(permission)]
    if not reaches:
        return []
    found = [Place(WHOLE, EVERYBODY)] if any(reach.whole for reach in reaches) else []
    lines = db.session.execute(
        select(ServiceLine.id, ServiceLine.name)
        .where(_open(ServiceLine.closed_on), or_(*(_lines(reach) for reach in reaches)))
        .order_by(func.lower(ServiceLine.name))
    )
    found += [Place(f"l{key.hex}", f"Service line: {name}", service_line_id=key) for key, name in lines]
    teams = db.session.execute(
        select(Team.id, Team.name)
        .where(_open(Team.closed_on), or_(*(_teams(reach) for reach in reaches)))
        .order_by(func.lower(Team.name))
    )
    return found + [Place(f"t{key.hex}", f"Team: {name}", team_id=key) for key, name in teams]


def _open(closed_on: InstrumentedAttribute[date | None]) -> ColumnElement[bool]:
    return or_(closed_on.is_(None), closed_on >= today())


def _lines(reach: Reach) -> ColumnElement[bool]:
    return ServiceLine.id.is_not(None) if reach.whole else ServiceLine.id.in_(reach.service_lines)


def _teams(reach: Reach) -> ColumnElement[bool]:
    if reach.whole:
        return Team.id.is_not(None)
    return or_(Team.id.in_(reach.teams), Team.service_line_id.in_(reach.service_lines))


def load_place(viewer: Viewer, kind: MeetingKind, code: str) -> Place:
    """A place for which this viewer may arrange this kind of meeting.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = next((place for place in places(viewer, kind) if place.code == code), None)
    if found is None:
        raise NotFound
    return found
