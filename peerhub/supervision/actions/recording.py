"""Keeping what supervision knows of a meeting in step with the meeting, wherever that was recorded."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from peerhub.core.database import db
from peerhub.core.time import LONDON
from peerhub.meetings.models import Meeting
from peerhub.meetings.rules.words import Part
from peerhub.supervision.actions.sessions import session_of
from peerhub.supervision.models import SupervisionAgreement, SupervisionCover, SupervisionSession
from peerhub.supervision.rules.words import SupervisionKind


def note_held(meeting_id: UUID) -> None:
    """A meeting of a kind of supervision was held: a session of the agreement of the two in it, if there is one."""
    meeting = db.session.get_one(Meeting, meeting_id)
    day = meeting.starts_at.astimezone(LONDON).date()
    found = db.session.scalar(select(SupervisionSession).where(SupervisionSession.meeting_id == meeting_id))
    if found is None:
        found = _of_agreement(meeting, day)
    if found is not None:
        found.held_on = day
        db.session.flush()


def note_missed(meeting_id: UUID) -> None:
    """A meeting of a kind of supervision was not held after all."""
    found = db.session.scalar(select(SupervisionSession).where(SupervisionSession.meeting_id == meeting_id))
    if found is not None and found.held_on is not None:
        found.held_on = None
        db.session.flush()


def _of_agreement(meeting: Meeting, day: date) -> SupervisionSession | None:
    leads = [row.person_id for row in meeting.parties if row.part is Part.FACILITATOR and row.person_id]
    others = [row.person_id for row in meeting.parties if row.part is Part.ATTENDEE and row.person_id]
    if len(leads) != 1 or len(others) != 1:
        return None
    kind = next(kind for kind in SupervisionKind if kind.value == meeting.kind)
    covered = select(SupervisionCover.agreement_id).where(
        SupervisionCover.cover_id == leads[0],
        SupervisionCover.starts <= day,
        or_(SupervisionCover.ends.is_(None), SupervisionCover.ends >= day),
    )
    agreement = db.session.scalar(
        select(SupervisionAgreement).where(
            SupervisionAgreement.kind == kind,
            SupervisionAgreement.supervisee_id == others[0],
            SupervisionAgreement.starts <= day,
            or_(SupervisionAgreement.ends.is_(None), SupervisionAgreement.ends >= day),
            or_(
                SupervisionAgreement.supervisor_id == leads[0],
                SupervisionAgreement.deputy_id == leads[0],
                SupervisionAgreement.id.in_(covered),
            ),
        )
    )
    return None if agreement is None else session_of(agreement, leads[0], meeting)
