"""What a calendar may show of somebody's meetings: when and where, under a neutral title. No words, no reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from sqlalchemy import select

from peerhub.access.models import User
from peerhub.access.permissions import Permission
from peerhub.access.queries.accounts import viewer_of
from peerhub.access.rules import Viewer
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import utc_now
from peerhub.meetings.models import CalendarFeed, Meeting
from peerhub.meetings.queries.reach import comes
from peerhub.meetings.rules.kinds import kind_of
from peerhub.meetings.rules.words import State

BACK = timedelta(days=90)
MOST_ENTRIES = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting as a calendar holds it. Every entry has every field, so that nothing shows by its absence."""

    meeting_id: UUID
    uid: UUID
    sequence: int
    title: str
    location: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A calendar address of the viewer's: when it was made and last read, never what it is."""

    id: UUID
    made_at: datetime
    read_on: date | None


@dataclass(frozen=True, slots=True)
class OpenFeed:
    """A calendar address that works, and whose meetings it shows."""

    id: UUID
    viewer: Viewer
    read_on: date | None


def entries(viewer: Viewer) -> list[Entry]:
    """The viewer's own meetings from 90 days ago on, cancelled ones too. One statement.

    A meeting that moved is there once, where it is now.
    """
    rows = db.session.execute(
        select(
            Meeting.id, Meeting.uid, Meeting.sequence, Meeting.kind, Meeting.how, Meeting.place, Meeting.starts_at,
            Meeting.minutes, Meeting.made_at, Meeting.state,
        )
        .where(comes(viewer), Meeting.state != State.MOVED, Meeting.starts_at >= utc_now() - BACK)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST_ENTRIES)
    )  # fmt: skip
    return [entry_of(row) for row in rows]


def entry_of(row: Any) -> Entry:
    """One meeting, loaded by somebody who is in it, as a calendar holds it; or a row with the same columns."""
    return Entry(
        meeting_id=row.id,
        uid=row.uid,
        sequence=row.sequence,
        title=kind_of(row.kind).calendar_title,
        location=row.place or row.how.label,
        starts_at=row.starts_at,
        ends_at=row.starts_at + timedelta(minutes=row.minutes),
        made_at=row.made_at,
        is_cancelled=row.state is State.CANCELLED,
    )


def feeds(viewer: Viewer) -> Sequence[FeedLine]:
    """The viewer's calendar addresses that work, the newest first."""
    rows = db.session.scalars(
        select(CalendarFeed)
        .where(CalendarFeed.user_id == viewer.user_id, CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.made_at.desc())
    )
    return [FeedLine(row.id, row.made_at, row.read_on) for row in rows]


def load_feed(viewer: Viewer, feed_id: UUID) -> CalendarFeed:
    """A calendar address of the viewer's own.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(
        select(CalendarFeed).where(CalendarFeed.id == feed_id, CalendarFeed.user_id == viewer.user_id)
    )
    if found is None:
        raise NotFound
    return found


def open_feed(digest: str) -> OpenFeed:
    """Whose calendar an address shows; from here on the session is about their organisation.

    Raises:
        NotFound: it never worked or was revoked, or the account is closed or has no meetings here any more.
    """
    with scope.across("whose calendar address this is"):
        row = db.session.scalar(
            select(CalendarFeed).where(CalendarFeed.digest == digest, CalendarFeed.revoked_at.is_(None))
        )
    if row is None or not compare_digest(row.digest, digest):
        raise NotFound
    user = db.session.get(User, row.user_id)
    if user is None or not user.is_active:
        raise NotFound
    scope.enter(row.organisation_id)
    found = viewer_of(user, row.organisation_id)
    if found.organisation_id != row.organisation_id or not found.may(Permission.MEETINGS_OWN):
        raise NotFound
    return OpenFeed(row.id, found, row.read_on)
