"""Everything access holds of one account, in words, for whoever it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from peerhub.access.models import AuditEntry, Invitation, RoleGrant, User, UserSession
from peerhub.access.queries.told import sentence, teller
from peerhub.access.rules import Breadth
from peerhub.core.database import db
from peerhub.core.feature import Held, Subject
from peerhub.core.mail import OutboxMail

Row = dict[str, Any]
FOR = {
    Breadth.ORGANISATION: "The whole organisation",
    Breadth.SERVICE_LINE: "A service line",
    Breadth.TEAM: "A team",
}


def personal_data(subject: Subject) -> Held:
    """What access holds of an account, by title. The caller has made sure that it is theirs to read.

    Passwords and the digests of tries to sign in can be read by nobody and stay out; so do the words of messages, which
    may hold a link that signs somebody in.
    """
    if subject.user_id is None:
        return {}
    user = db.session.scalar(
        select(User)
        .where(User.id == subject.user_id)
        .options(joinedload(User.organisation), selectinload(User.grants).joinedload(RoleGrant.organisation))
    )
    if user is None:
        return {}
    return {
        "Your account": [_account(user)],
        "Roles you hold or held": [_role(grant) for grant in user.grants],
        "Invitations to you": list(_invitations(user)),
        "Messages sent to you": list(_messages(user)),
        "When you signed in lately": list(_sessions(user)),
        "What you did, and what was done with your account": list(_trail(user)),
    }


def _account(user: User) -> Row:
    return {
        "Name": user.name,
        "E-mail address": user.email,
        "Organisation": user.organisation.name,
        "Has a password": user.password_hash is not None,
        "Can sign in": user.is_active,
        "Opened": user.made_at,
    }


def _role(grant: RoleGrant) -> Row:
    return {
        "Role": grant.role.label,
        "Organisation": grant.organisation.name,
        "For": FOR[grant.breadth],
        "First day": grant.starts,
        "Last day": grant.ends,
    }


def _invitations(user: User) -> Iterator[Row]:
    rows = db.session.scalars(
        select(Invitation)
        .where(func.lower(Invitation.email) == user.email.casefold())
        .options(joinedload(Invitation.organisation))
        .order_by(Invitation.sent_at)
    )
    for row in rows:
        yield {
            "Role": row.role.label,
            "Organisation": row.organisation.name,
            "Sent": row.sent_at,
            "Accepted": row.accepted_at,
            "Taken back": row.cancelled_at,
        }


def _messages(user: User) -> Iterator[Row]:
    rows = db.session.scalars(
        select(OutboxMail)
        .where(func.lower(OutboxMail.recipient) == user.email.casefold())
        .order_by(OutboxMail.made_at.desc())
    )
    for row in rows:
        yield {"About": row.subject, "Written": row.made_at, "Sent": row.sent_at}


def _sessions(user: User) -> Iterator[Row]:
    rows = db.session.scalars(
        select(UserSession).where(UserSession.user_id == user.id).order_by(UserSession.made_at.desc())
    )
    for row in rows:
        yield {"Signed in": row.made_at, "Ended": row.ended_at}


def _trail(user: User) -> Iterator[Row]:
    rows = db.session.scalars(
        select(AuditEntry)
        .where(or_(AuditEntry.user_id == user.id, AuditEntry.subject_id == user.id))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    ).all()
    by = teller(rows, user.id)
    for entry in rows:
        is_own = entry.user_id == user.id
        yield {
            "When": entry.at,
            "What": sentence(entry.action),
            "By": by(entry),
            "Network address": entry.source if is_own else "",
        }
