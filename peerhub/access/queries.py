"""Reads of access: who signs in, what they hold, what was done. Loading is checking."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from peerhub.access.models import Organisation, OrganisationKind, RoleGrant, SignInAttempt, User
from peerhub.access.rules import Viewer, holdings_on
from peerhub.core.database import db
from peerhub.core.time import today


def user_by_session_key(session_key: str) -> User | None:
    """The active account that a session cookie belongs to, with its roles."""
    return db.session.scalar(
        select(User)
        .where(User.session_key == session_key, User.is_active)
        .options(joinedload(User.organisation), selectinload(User.grants).joinedload(RoleGrant.organisation))
    )


def user_by_email(email: str) -> User | None:
    """The account with this address, in any organisation; for signing in."""
    return db.session.scalar(select(User).where(User.email == email.strip().casefold()))


def tries(email_digest: str, since: datetime) -> list[tuple[datetime, bool]]:
    """The tries to sign in with an address since a moment: when, and whether each succeeded."""
    found = select(SignInAttempt.at, SignInAttempt.succeeded).where(
        SignInAttempt.email_digest == email_digest, SignInAttempt.at > since
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
    """The account as a viewer in the organisation they chose and hold a role in, or else in their own."""
    organisation = _organisation_of(user, chosen)
    held = tuple(grant.holding for grant in user.grants)
    return Viewer(
        user_id=user.id,
        name=user.name,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        holdings=holdings_on(held, organisation.id, today()),
    )


def _organisation_of(user: User, chosen: UUID | None) -> Organisation:
    for grant in user.grants:
        if chosen is not None and grant.organisation_id == chosen and grant.holding.on(today()):
            return grant.organisation
    return user.organisation


def organisations_by_name() -> dict[str, UUID]:
    """The organisations that employ people, by name: for commands at the server's own keyboard."""
    found = select(Organisation.name, Organisation.id).where(Organisation.kind != OrganisationKind.PROGRAMME)
    return {row.name: row.id for row in db.session.execute(found.order_by(Organisation.name))}
