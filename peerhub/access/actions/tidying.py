"""Removing what has had its time: tries to sign in, links that ran out, settled invitations, sessions that ended."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import CursorResult, Delete, delete, or_, select

from peerhub.access import audit
from peerhub.access.models import Invitation, SignInAttempt, SingleUseLink, UserSession
from peerhub.core.database import db
from peerhub.core.time import utc_now

TRIES_KEPT = timedelta(days=2)
LINKS_KEPT = timedelta(days=1)
"""After they ran out: long enough to count how many an account was sent within the hour."""
INVITATIONS_KEPT = timedelta(days=30)
"""After they were accepted, cancelled or ran out; the audit log keeps that they were."""


def tidy(session_lasts: timedelta) -> int:
    """Remove it and give the number of rows. Run again, it finds nothing.

    Args:
        session_lasts: how long a session lasts that nobody ends.
    """
    now = utc_now()
    old = now - INVITATIONS_KEPT
    settled = or_(Invitation.accepted_at < old, Invitation.cancelled_at < old, Invitation.expires_at < old)
    removed = {
        "tries": _gone(delete(SignInAttempt).where(SignInAttempt.at < now - TRIES_KEPT)),
        "links": _gone(
            delete(SingleUseLink).where(
                or_(
                    SingleUseLink.expires_at < now - LINKS_KEPT,
                    SingleUseLink.invitation_id.in_(select(Invitation.id).where(settled)),
                )
            )
        ),
        "invitations": _gone(delete(Invitation).where(settled)),
        "sessions": _gone(
            delete(UserSession).where(
                or_(UserSession.ended_at.is_not(None), UserSession.made_at <= now - session_lasts)
            )
        ),
    }
    if any(removed.values()):
        audit.wrote("old sign-in records removed", None, rows=removed)
    return sum(removed.values())


def _gone(statement: Delete) -> int:
    done = db.session.execute(statement.execution_options(synchronize_session=False))
    return done.rowcount if isinstance(done, CursorResult) else 0
