"""Invitations as an administrator may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from peerhub.access.models import Invitation, User
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth, Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.tables import Page, View
from peerhub.core.time import utc_now

SORTED = ("name", "email", "sent", "until")
WAITING, RUN_OUT, ACCEPTED, CANCELLED = "Waiting", "Link ran out", "Accepted", "Cancelled"


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation and where it stands."""

    id: UUID
    name: str
    email: str
    role: Role
    breadth: Breadth
    place_id: UUID | None
    starts: date
    ends: date | None
    sent_at: datetime
    expires_at: datetime
    invited_by: str
    state: str

    @property
    def is_open(self) -> bool:
        """Whether it can be sent again or cancelled."""
        return self.state in {WAITING, RUN_OUT}


def invitations(viewer: Viewer, view: View) -> Page[InvitationLine]:
    """The invitations of the viewer's organisation, in order, a page of them. Two statements."""
    total = db.session.scalar(select(func.count(Invitation.id)).where(_ours(viewer))) or 0
    columns = {"name": func.lower(Invitation.name), "email": Invitation.email, "until": Invitation.expires_at}
    chosen = columns.get(view.sort, Invitation.sent_at)
    ordered = _lines(viewer).order_by(chosen.desc() if view.descending else chosen.asc(), Invitation.id)
    rows = db.session.execute(ordered.limit(view.size).offset(view.start))
    return Page([_line(row, name) for row, name in rows], total)


def waiting(viewer: Viewer) -> int:
    """How many invitations nobody answered yet."""
    counted = select(func.count(Invitation.id)).where(
        _ours(viewer), Invitation.accepted_at.is_(None), Invitation.cancelled_at.is_(None)
    )
    return db.session.scalar(counted) or 0


def waiting_for(organisation_id: UUID, address: str) -> Select[Any]:
    """The invitations of an address that nobody answered yet."""
    return select(Invitation).where(
        Invitation.organisation_id == organisation_id,
        Invitation.email == address,
        Invitation.accepted_at.is_(None),
        Invitation.cancelled_at.is_(None),
    )


def invitation(viewer: Viewer, invitation_id: UUID) -> InvitationLine:
    """One invitation of the viewer's organisation.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.execute(_lines(viewer).where(Invitation.id == invitation_id)).one_or_none()
    if found is None:
        raise NotFound
    return _line(*found)


def load_invitation(viewer: Viewer, invitation_id: UUID) -> Invitation:
    """One invitation of the viewer's organisation, to change it.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(select(Invitation).where(Invitation.id == invitation_id, _ours(viewer)))
    if found is None:
        raise NotFound
    return found


def _ours(viewer: Viewer) -> ColumnElement[bool]:
    return Invitation.organisation_id == viewer.organisation_id


def _lines(viewer: Viewer) -> Any:
    return select(Invitation, User.name).outerjoin(User, Invitation.invited_by_id == User.id).where(_ours(viewer))


def _line(row: Invitation, invited_by: str | None) -> InvitationLine:
    return InvitationLine(
        id=row.id, name=row.name, email=row.email, role=row.role, breadth=row.breadth, place_id=row.place_id,
        starts=row.starts, ends=row.ends, sent_at=row.sent_at, expires_at=row.expires_at,
        invited_by=invited_by or "The command line", state=_state(row),
    )  # fmt: skip


def _state(row: Invitation) -> str:
    if row.accepted_at:
        return ACCEPTED
    if row.cancelled_at:
        return CANCELLED
    return WAITING if row.expires_at > utc_now() else RUN_OUT
