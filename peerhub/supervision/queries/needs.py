"""What of supervision waits for a viewer today; a fixed number of statements each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.supervision.models import (
    SupervisionHandover,
    SupervisionNote,
    SupervisionSession,
    SupervisionSignature,
)
from peerhub.supervision.queries.agreements import own_key
from peerhub.supervision.queries.caseload import CaseLine, caseload
from peerhub.supervision.queries.unsupervised import gaps
from peerhub.supervision.rules.handovers import Consent
from peerhub.supervision.rules.words import DueState


def waiting_cases(viewer: Viewer, day: date) -> list[CaseLine]:
    """People of the viewer's own caseload who are due within a week, or overdue."""
    if not viewer.may(Permission.SUPERVISION_GIVE):
        return []
    wanted = {DueState.DUE_SOON, DueState.OVERDUE}
    return [line for line in caseload(viewer, day).lines if line.state in wanted and not line.stands_in_for]


@dataclass(frozen=True, slots=True)
class Unsigned:
    """Notes that wait for the viewer's own agreement, and the first of them."""

    many: int
    first: UUID


def unsigned(viewer: Viewer) -> Unsigned | None:
    """Notes of the viewer's sessions whose latest version they have not agreed to. One statement."""
    own = own_key(viewer)
    latest = (
        select(SupervisionNote.session_id, func.max(SupervisionNote.number).label("number"))
        .group_by(SupervisionNote.session_id)
        .subquery()
    )
    signed = select(SupervisionSignature.note_id).where(SupervisionSignature.person_id == own)
    rows = db.session.scalars(
        select(SupervisionSession.id)
        .join(latest, latest.c.session_id == SupervisionSession.id)
        .join(
            SupervisionNote,
            (SupervisionNote.session_id == latest.c.session_id) & (SupervisionNote.number == latest.c.number),
        )
        .where(
            (SupervisionSession.supervisee_id == own) | (SupervisionSession.supervisor_id == own),
            SupervisionNote.id.not_in(signed),
        )
        .order_by(SupervisionSession.id)
    ).all()
    return Unsigned(len(rows), rows[0]) if rows else None


def asked_about_notes(viewer: Viewer) -> int:
    """How many hand-overs wait for the viewer's answer about their notes. One statement."""
    counted = select(func.count(SupervisionHandover.id)).where(
        SupervisionHandover.supervisee_id == own_key(viewer), SupervisionHandover.consent == Consent.WAITING
    )
    return db.session.scalar(counted) or 0


def without_anybody(viewer: Viewer, day: date) -> int:
    """How many people have nobody to go to today, for whoever oversees supervision."""
    return len(gaps(viewer, day).people) if viewer.may(Permission.SUPERVISION_OVERSEE) else 0
