"""Everything supervision holds of one person, in words, for that person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from peerhub.core.database import db
from peerhub.core.feature import Held, Subject
from peerhub.supervision.models import (
    ReturnPlan,
    SicknessAbsence,
    SupervisionAgreement,
    SupervisionHandover,
    SupervisionMemo,
    SupervisionNote,
    SupervisionSession,
)
from peerhub.supervision.rules.kinds import REASONS, THEMES

Row = dict[str, Any]


def personal_data(subject: Subject) -> Held:
    """What supervision holds of a person, by title. The caller has made sure that it is theirs to read.

    Nobody else is named. A supervisor's own memo is told as one that there is: it is that supervisor's, and is asked
    for from the organisation, which looks first whether it speaks of others.
    """
    if subject.person_id is None:
        return {}
    sessions = _sessions(subject.person_id)
    return {
        "Your supervision agreements": list(_agreements(subject.person_id)),
        "Your supervision sessions": [_session(row) for row in sessions],
        "Notes you share with a supervisor": [note for row in sessions for note in _notes(row)],
        "Memos a supervisor keeps about your sessions": list(_memos(subject.person_id)),
        "Your supervision notes and a new supervisor": list(_handovers(subject.person_id)),
        "Your sickness absence": list(_absences(subject.person_id)),
    }


def _agreements(person_id: UUID) -> Iterator[Row]:
    rows = db.session.scalars(
        select(SupervisionAgreement)
        .where(or_(SupervisionAgreement.supervisee_id == person_id, SupervisionAgreement.supervisor_id == person_id))
        .order_by(SupervisionAgreement.starts, SupervisionAgreement.id)
    )
    for row in rows:
        yield {
            "What for": row.kind.label,
            "You are": "supervised" if row.supervisee_id == person_id else "the supervisor",
            "Every so many weeks": row.every_weeks,
            "Minutes": row.minutes,
            "First day": row.starts,
            "Last day": row.ends,
        }


def _sessions(person_id: UUID) -> list[SupervisionSession]:
    return list(
        db.session.scalars(
            select(SupervisionSession)
            .options(
                joinedload(SupervisionSession.meeting),
                selectinload(SupervisionSession.notes).selectinload(SupervisionNote.signatures),
            )
            .where(SupervisionSession.supervisee_id == person_id)
            .order_by(SupervisionSession.id)
        )
    )


def _session(row: SupervisionSession) -> Row:
    meeting = row.meeting
    return {
        "What for": row.kind.label,
        "When": meeting.starts_at,
        "State": meeting.state.label,
        "Why it was missed": dict(REASONS).get(meeting.reason or "", ""),
        "Minutes": meeting.held_minutes,
        "How": meeting.how.label,
        "Themes": ", ".join(words for code, words in THEMES if code in meeting.themes),
        "Your wellbeing, from 1 to 5": row.wellbeing,
        "You asked to be followed up": row.follow_up,
        "Next one proposed for": row.next_on,
    }


def _notes(row: SupervisionSession) -> Iterator[Row]:
    for note in row.notes:
        yield {
            "Session": row.meeting.starts_at,
            "Version": note.number,
            "Note": note.words,
            "Written by": "You" if note.by_id == row.supervisee_id else "Your supervisor",
            "Written": note.at,
            "Agreed to by": len(note.signatures),
        }


def _memos(person_id: UUID) -> Iterator[Row]:
    many = db.session.scalar(
        select(func.count(SupervisionMemo.id))
        .join(SupervisionSession, SupervisionMemo.session_id == SupervisionSession.id)
        .where(SupervisionSession.supervisee_id == person_id)
    )
    if many:
        yield {"How many": many, "How to see them": "Ask your organisation for them"}


def _handovers(person_id: UUID) -> Iterator[Row]:
    rows = db.session.scalars(
        select(SupervisionHandover)
        .where(SupervisionHandover.supervisee_id == person_id)
        .order_by(SupervisionHandover.on)
    ).all()
    for row in rows:
        yield {
            "First day with the new supervisor": row.on, "Notes": row.consent.label, "Answered": row.answered_on,
        }  # fmt: skip


def _absences(person_id: UUID) -> Iterator[Row]:
    rows = db.session.execute(
        select(SicknessAbsence, ReturnPlan.returns, ReturnPlan.full_from, ReturnPlan.review_on)
        .outerjoin(ReturnPlan, ReturnPlan.absence_id == SicknessAbsence.id)
        .where(SicknessAbsence.person_id == person_id)
        .order_by(SicknessAbsence.starts)
    )
    for absence, returns, full_from, review_on in rows:
        yield {
            "First day": absence.starts, "Last day": absence.ends, "Sort": absence.category.label,
            "Back on": returns, "Usual hours from": full_from, "Looked at again": review_on,
        }  # fmt: skip
