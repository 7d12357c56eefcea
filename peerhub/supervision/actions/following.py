"""What of supervision follows a record: where two become one, and where a person is erased."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from peerhub.core.database import db
from peerhub.supervision.models import (
    SicknessAbsence,
    SupervisionAgreement,
    SupervisionCover,
    SupervisionHandover,
    SupervisionMemo,
    SupervisionMove,
    SupervisionNote,
    SupervisionSession,
    SupervisionSignature,
)

PARTS: tuple[tuple[Any, str, str | None], ...] = (
    (SupervisionAgreement, "supervisor_id", "supervisee_id"),
    (SupervisionAgreement, "supervisee_id", "supervisor_id"),
    (SupervisionAgreement, "deputy_id", None),
    (SupervisionCover, "cover_id", None),
    (SupervisionSession, "supervisor_id", None),
    (SupervisionSession, "supervisee_id", None),
    (SupervisionNote, "by_id", None),
    (SupervisionSignature, "person_id", None),
    (SupervisionMemo, "person_id", None),
    (SupervisionHandover, "supervisee_id", None),
    (SupervisionHandover, "from_id", "to_id"),
    (SupervisionHandover, "to_id", "from_id"),
    (SicknessAbsence, "person_id", None),
)
"""Every column that names a person, and the one beside it that must name another."""


def move_to(kept_id: UUID, merged_id: UUID) -> None:
    """Everything of one record belongs to another from now on. What would make somebody their own supervisor stays."""
    moved: dict[str, list[str]] = {}
    for model, name, other in PARTS:
        column = getattr(model, name)
        wanted = select(model).where(column == merged_id)
        if other is not None:
            wanted = wanted.where(getattr(model, other) != kept_id)
        rows = [row for row in db.session.scalars(wanted) if not _is_twice(model, row, kept_id)]
        for row in rows:
            setattr(row, name, kept_id)
        db.session.flush()
        if rows:
            moved[f"{model.__tablename__}.{name}"] = [str(row.id) for row in rows]
    db.session.add(SupervisionMove(kept_id=kept_id, merged_id=merged_id, moved=moved))
    db.session.flush()


def _is_twice(model: Any, row: Any, kept_id: UUID) -> bool:
    """Whether the record kept has a signature or a memo of the same already: each has one at most."""
    if model is SupervisionSignature:
        return _is_there(select(model.id).where(model.note_id == row.note_id, model.person_id == kept_id))
    if model is SupervisionMemo:
        return _is_there(select(model.id).where(model.session_id == row.session_id, model.person_id == kept_id))
    return False


def _is_there(wanted: Any) -> bool:
    return db.session.scalar(wanted) is not None


def move_back(kept_id: UUID, merged_id: UUID) -> None:
    """What went to another record, and is there still, comes back."""
    noted = db.session.scalar(
        select(SupervisionMove)
        .where(SupervisionMove.kept_id == kept_id, SupervisionMove.merged_id == merged_id)
        .order_by(SupervisionMove.id.desc())
        .limit(1)
    )
    if noted is None:
        return
    for model, name, _ in PARTS:
        keys = [UUID(key) for key in noted.moved.get(f"{model.__tablename__}.{name}", [])]
        for row in db.session.scalars(select(model).where(model.id.in_(keys), getattr(model, name) == kept_id)):
            setattr(row, name, merged_id)
    db.session.delete(noted)
    db.session.flush()


def erase(person_id: UUID) -> None:
    """The words of somebody's own sessions go, with how they were, and the memos they wrote of others.

    That and when sessions were stays, so that counts are true; the notes of those they supervised stay with these.
    """
    theirs = select(SupervisionSession.id).where(SupervisionSession.supervisee_id == person_id)
    notes = select(SupervisionNote.id).where(SupervisionNote.session_id.in_(theirs))
    db.session.execute(delete(SupervisionSignature).where(SupervisionSignature.note_id.in_(notes)))
    db.session.execute(delete(SupervisionNote).where(SupervisionNote.session_id.in_(theirs)))
    db.session.execute(
        delete(SupervisionMemo).where(
            or_(SupervisionMemo.session_id.in_(theirs), SupervisionMemo.person_id == person_id)
        )
    )
    db.session.execute(
        update(SupervisionSession).where(SupervisionSession.supervisee_id == person_id).values(wellbeing=None)
    )
