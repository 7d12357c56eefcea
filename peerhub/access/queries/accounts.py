"""Accounts as they sign in: whose a session or an address is, what was tried, and who that is today."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from peerhub.access.models import Organisation, RoleGrant, SignInAttempt, User, UserSession
from peerhub.access.rules import Viewer, holdings_on
from peerhub.core.database import db
from peerhub.core.time import today


def user_in_session(session_key: str, digest: str, since: datetime) -> User | None:
    """The active account that a session cookie belongs to, with its roles, while the browser's own session goes on.

    Args:
        digest: of what only that browser holds.
        since: sessions that began at this moment or before have lasted long enough.
    """
    return db.session.scalar(
        select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            User.session_key == session_key,
            User.is_active,
            UserSession.digest == digest,
            UserSession.ended_at.is_(None),
            UserSession.made_at > since,
        )
        .options(joinedload(User.organisation), selectinload(User.grants).joinedload(RoleGrant.organisation))
    )


def user_by_email(email: str) -> User | None:
    """The account with this address, in any organisation; for signing in."""
    return db.session.scalar(select(User).where(User.email == email.strip().casefold()))


def tries(counted: str, address: str, since: datetime) -> list[tuple[datetime, bool]]:
    """The tries to sign in that count since a moment: when, and whether each succeeded.

    Args:
        counted: the digest the tries are counted under.
        address: the digest of the address alone. Its successes wipe the slate of every browser; its failures, which
            may be a stranger's, count for no other.
    """
    found = select(SignInAttempt.at, SignInAttempt.succeeded).where(
        SignInAttempt.email_digest.in_({counted, address}),
        SignInAttempt.at > since,
        or_(SignInAttempt.email_digest == counted, SignInAttempt.succeeded),
    )
    return [(at, succeeded) for at, succeeded in db.session.execute(found)]


def failures_from(source_digest: str, since: datetime) -> int:
    """How many tries from one network failed since a moment."""
    counted = select(func.count()).where(
        SignInAttempt.source_digest == source_digest, SignInAttempt.at > since, SignInAttempt.succeeded.is_(False)
    )
    return db.session.scalar(counted) or 0


def own_account(viewer: Viewer) -> User:
    """The viewer's own account."""
    return db.session.get_one(User, viewer.user_id)


def viewer_of(user: User, chosen: UUID | None) -> Viewer:
    """The account as a viewer in the organisation they chose and hold a role in.

    Without such a choice it is their own organisation, or else, when they hold nothing there, one where they do.
    """
    day = today()
    held = tuple(grant.holding for grant in user.grants)
    open_to = _organisations(user, day)
    organisation = next((row for row in open_to if row.id == chosen), open_to[0] if open_to else user.organisation)
    return Viewer(
        user_id=user.id,
        name=user.name,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        holdings=holdings_on(held, organisation.id, day),
        is_elsewhere_too=any(row.id != organisation.id for row in open_to),
    )


def organisations_of(viewer: Viewer) -> list[tuple[UUID, str]]:
    """The organisations in which the viewer holds a role today: key and name, their own first."""
    return [(row.id, row.name) for row in _organisations(own_account(viewer), today())]


def _organisations(user: User, day: date) -> list[Organisation]:
    """Where an account holds a role on a day, its own organisation first, then by name."""
    found = {grant.organisation_id: grant.organisation for grant in user.grants if grant.holding.on(day)}
    return sorted(found.values(), key=lambda row: (row.id != user.organisation_id, row.name))
