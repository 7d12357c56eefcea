"""Calendar addresses: made, revoked, and noted as read. The address is shown once and kept nowhere."""

from __future__ import annotations

import secrets
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from peerhub.access import audit
from peerhub.access.actions.links import digest_of
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.core.time import utc_now
from peerhub.meetings.models import CalendarFeed

MOST_FEEDS = 5


def make_feed(user_id: UUID) -> str:
    """Make a calendar address for an account, and give the token in it, which is kept nowhere.

    Raises:
        DomainError: the account has five already.
    """
    held = select(func.count()).where(CalendarFeed.user_id == user_id, CalendarFeed.revoked_at.is_(None))
    if (db.session.scalar(held) or 0) >= MOST_FEEDS:
        raise DomainError(f"You have {MOST_FEEDS} calendar addresses already. Stop one you no longer use first")
    token = secrets.token_urlsafe(32)
    made = CalendarFeed(user_id=user_id, digest=digest_of(token))
    db.session.add(made)
    db.session.flush()
    audit.wrote("calendar address made", made)
    return token


def revoke_feed(feed: CalendarFeed) -> None:
    """A calendar address works no more. Doing it again changes nothing."""
    if feed.revoked_at is None:
        feed.revoked_at = utc_now()
        db.session.flush()
        audit.wrote("calendar address stopped", feed)


def note_read(feed_id: UUID, day: date) -> None:
    """Note the day on which a calendar program last read an address."""
    row = db.session.get(CalendarFeed, feed_id)
    if row is not None and row.read_on != day:
        row.read_on = day
