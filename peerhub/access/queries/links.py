"""Single-use links, as whoever holds one finds them."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from peerhub.access.models import Invitation, SingleUseLink
from peerhub.core.database import db
from peerhub.core.time import utc_now


def open_link(digest: str) -> SingleUseLink | None:
    """The link with this digest, while it works: unused, in time, its account active, its invitation waiting."""
    link = db.session.scalar(
        select(SingleUseLink)
        .where(SingleUseLink.digest == digest, SingleUseLink.used_at.is_(None), SingleUseLink.expires_at > utc_now())
        .options(
            joinedload(SingleUseLink.user),
            joinedload(SingleUseLink.invitation).joinedload(Invitation.organisation),
        )
    )
    if link is None or not compare_digest(link.digest, digest):
        return None
    if link.user is not None:
        return link if link.user.is_active else None
    waits = link.invitation is not None and link.invitation.accepted_at is link.invitation.cancelled_at is None
    return link if waits else None


def made_since(user_id: UUID | None, since: datetime) -> int:
    """How many links to a new password were made for an account since a moment; asked for nobody, the same work."""
    counted = select(func.count()).where(
        SingleUseLink.user_id == user_id if user_id else SingleUseLink.user_id.is_(None),
        SingleUseLink.made_at > since,
    )
    return db.session.scalar(counted) or 0
