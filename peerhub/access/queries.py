"""Reads of access: who signs in, what they hold, what was done. Loading is checking."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from peerhub.access.models import Organisation, RoleGrant, User
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


def viewer_of(user: User, chosen: UUID | None) -> Viewer | None:
    """The account as a viewer in the organisation they chose, or their own; None where they chose one they may not enter."""
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
