"""What of meetings waits for somebody: today's, those to record, those without a facilitator, and what they agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, select

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.time import utc_now
from peerhub.meetings.models import Meeting, MeetingAction
from peerhub.meetings.queries.meetings import on_days, without_facilitator
from peerhub.meetings.queries.reach import changed_by, comes, is_own, seen
from peerhub.meetings.rules.kinds import kind_of
from peerhub.meetings.rules.states import MOST_MINUTES
from peerhub.meetings.rules.words import Part, State

A_DAY = timedelta(days=1)
SOON = timedelta(days=14)
LONG_AGO = timedelta(days=90)
MOST = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A meeting that waits: what it is called and when it is."""

    id: UUID
    name: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for one viewer on one day; meetings in order."""

    today: tuple[Waiting, ...] = ()
    to_record: tuple[Waiting, ...] = ()
    unled: int = 0
    first_unled: Waiting | None = None
    actions: int = 0
    oldest_due: date | None = None


def waits(viewer: Viewer, day: date) -> Waits:
    """What waits for the viewer. Four statements, however much there is."""
    unled = _unled(viewer, day)
    many, oldest = db.session.execute(
        select(func.count(), func.min(MeetingAction.due)).where(
            is_own(viewer, MeetingAction), MeetingAction.done_on.is_(None), MeetingAction.due <= day
        )
    ).one()
    return Waits(
        today=_meetings(comes(viewer), *on_days(day, day + A_DAY), Meeting.state == State.PLANNED),
        to_record=_to_record(viewer),
        unled=len(unled),
        first_unled=unled[0] if unled else None,
        actions=many,
        oldest_due=oldest,
    )


def _meetings(*where: object) -> tuple[Waiting, ...]:
    rows = db.session.execute(
        select(Meeting.id, Meeting.kind, Meeting.title, Meeting.starts_at)
        .where(and_(*where))  # type: ignore[arg-type]  # conditions
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST)
    )
    return tuple(Waiting(key, title or kind_of(kind).name, starts_at) for key, kind, title, starts_at in rows)


def _to_record(viewer: Viewer) -> tuple[Waiting, ...]:
    """Meetings the viewer facilitates that are over and that nobody has recorded, of the last 90 days."""
    now = utc_now()
    since = now - LONG_AGO
    rows = db.session.execute(
        select(Meeting.id, Meeting.kind, Meeting.title, Meeting.starts_at, Meeting.minutes)
        .where(
            comes(viewer, Part.FACILITATOR),
            Meeting.state == State.PLANNED,
            Meeting.starts_at.between(since, now),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST * 2)
    )
    over = (row for row in rows if row.starts_at + timedelta(minutes=min(row.minutes, MOST_MINUTES)) <= now)
    return tuple(Waiting(row.id, row.title or kind_of(row.kind).name, row.starts_at) for row in over)[:MOST]


def _unled(viewer: Viewer, day: date) -> tuple[Waiting, ...]:
    """Meetings of the next 14 days that nobody facilitates, for whoever may arrange them."""
    if not viewer.may(Permission.MEETINGS_ARRANGE):
        return ()
    return _meetings(changed_by(viewer), seen(viewer), *on_days(day, day + SOON), without_facilitator())
