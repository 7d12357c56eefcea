"""Agreements, what a session holds besides its meeting, notes, hand-over, sickness absence and the return from it.

A session is a meeting of the engine; a row here adds what only supervision knows of it. Words and wellbeing are sealed.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerhub.core.database import Base, Keyed, Stamped, TenantOwned, Versioned, tell
from peerhub.core.sealed import Sealed
from peerhub.meetings.models import Meeting
from peerhub.supervision.rules.handovers import Consent
from peerhub.supervision.rules.words import AbsenceCategory, SupervisionKind
from peerhub.workforce.models import Person


def _words(kind: type[StrEnum], name: str) -> Enum:
    return Enum(kind, native_enum=False, length=40, name=name, values_callable=lambda k: [m.value for m in k])


class Row(Keyed, TenantOwned, Stamped, Base):
    """A row of one organisation."""

    __abstract__ = True


class SupervisionSettings(Versioned, Row):
    """What an organisation has settled for itself; without a row the usual numbers hold.

    Attributes:
        every_weeks: how often people without an agreement would be seen, and what a new agreement proposes.
        ceiling: how many people a full-time supervisor looks after.
        phased_days: the longest phased return to work.
    """

    __tablename__ = "supervision_settings"
    every_weeks: Mapped[int] = mapped_column(default=4)
    ceiling: Mapped[int] = mapped_column(default=10)
    phased_days: Mapped[int] = mapped_column(default=28)
    __table_args__ = (
        UniqueConstraint("organisation_id"),
        CheckConstraint("every_weeks BETWEEN 1 AND 26", name="every_weeks"),
        CheckConstraint("ceiling BETWEEN 1 AND 100", name="ceiling"),
        CheckConstraint("phased_days BETWEEN 0 AND 365", name="phased_days"),
    )


class SupervisionAgreement(Versioned, Row):
    """Who supervises whom, for what, how often and how long, from a first to a last day.

    Attributes:
        deputy_id: whom to go to when the supervisor is away and nobody covers.
        follows_id: the agreement that was handed over into this one.
    """

    __tablename__ = "supervision_agreement"
    kind: Mapped[SupervisionKind] = mapped_column(_words(SupervisionKind, "kind"))
    supervisor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    supervisee_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    every_weeks: Mapped[int] = mapped_column(default=4)
    minutes: Mapped[int] = mapped_column(default=60)
    starts: Mapped[date]
    ends: Mapped[date | None]
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("supervision_agreement.id"), index=True)
    supervisor: Mapped[Person] = relationship(foreign_keys=[supervisor_id])
    supervisee: Mapped[Person] = relationship(foreign_keys=[supervisee_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])
    covers: Mapped[list[SupervisionCover]] = relationship(
        back_populates="agreement", order_by="SupervisionCover.starts"
    )
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="days"),
        CheckConstraint("supervisor_id <> supervisee_id", name="two"),
        CheckConstraint("every_weeks BETWEEN 1 AND 26", name="every_weeks"),
        CheckConstraint("minutes BETWEEN 10 AND 240", name="minutes"),
        Index(None, "organisation_id", "kind", "starts"),
    )


class SupervisionCover(Row):
    """Somebody who stands in for the supervisor of an agreement from a day to a day."""

    __tablename__ = "supervision_cover"
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("supervision_agreement.id"), index=True)
    cover_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    agreement: Mapped[SupervisionAgreement] = relationship(back_populates="covers")
    cover: Mapped[Person] = relationship()
    __table_args__ = (CheckConstraint("ends IS NULL OR ends >= starts", name="days"),)


class SupervisionSession(Versioned, Row):
    """What supervision knows of a meeting.

    Attributes:
        supervisor_id: whoever held it: the supervisor of the agreement, or their cover.
        held_on: the day, once it was held; kept with the meeting's own state, so that due dates need this table alone.
        wellbeing: the supervisee's own word on a scale of 1 to 5, sealed.
        follow_up: whether the supervisee asked to be followed up.
        next_on: the day proposed for the next one.
    """

    __tablename__ = "supervision_session"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), unique=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("supervision_agreement.id"), index=True)
    kind: Mapped[SupervisionKind] = mapped_column(_words(SupervisionKind, "kind"))
    supervisor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    supervisee_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    held_on: Mapped[date | None]
    wellbeing: Mapped[str | None] = mapped_column(Sealed)
    follow_up: Mapped[bool] = mapped_column(default=False)
    next_on: Mapped[date | None]
    meeting: Mapped[Meeting] = relationship()
    agreement: Mapped[SupervisionAgreement] = relationship()
    supervisor: Mapped[Person] = relationship(foreign_keys=[supervisor_id])
    supervisee: Mapped[Person] = relationship(foreign_keys=[supervisee_id])
    notes: Mapped[list[SupervisionNote]] = relationship(back_populates="session", order_by="SupervisionNote.number")
    __table_args__ = (
        Index(None, "organisation_id", "kind", "held_on", "supervisee_id"),
        Index(None, "organisation_id", "supervisee_id", "kind", "held_on"),
    )


class SupervisionNote(Row):
    """One version of the note the two share. An amendment is a new one; what was there before stays."""

    __tablename__ = "supervision_note"
    session_id: Mapped[UUID] = mapped_column(ForeignKey("supervision_session.id"))
    number: Mapped[int]
    words: Mapped[str] = mapped_column(Sealed)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    session: Mapped[SupervisionSession] = relationship(back_populates="notes")
    by: Mapped[Person] = relationship()
    signatures: Mapped[list[SupervisionSignature]] = relationship(
        back_populates="note", order_by="SupervisionSignature.at"
    )
    __table_args__ = (UniqueConstraint("session_id", "number"), CheckConstraint("number >= 1", name="number"))


class SupervisionSignature(Row):
    """One of the two agreed to one version of a note, from their own account."""

    __tablename__ = "supervision_signature"
    note_id: Mapped[UUID] = mapped_column(ForeignKey("supervision_note.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime]
    note: Mapped[SupervisionNote] = relationship(back_populates="signatures")
    __table_args__ = (UniqueConstraint("note_id", "person_id"),)


class SupervisionMemo(Versioned, Row):
    """A supervisor's own memo of a session: theirs alone."""

    __tablename__ = "supervision_memo"
    session_id: Mapped[UUID] = mapped_column(ForeignKey("supervision_session.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str] = mapped_column(Sealed)
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)


class SupervisionHandover(Versioned, Row):
    """An agreement went from one supervisor to another on a day, and the notes with it where the supervisee agreed.

    Attributes:
        agreement_id: the agreement that ended; ``follows_id`` of the new one leads back to it.
        answered_on: the day the supervisee answered.
    """

    __tablename__ = "supervision_handover"
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("supervision_agreement.id"), unique=True)
    supervisee_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    from_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    to_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    on: Mapped[date] = mapped_column("on_day")
    consent: Mapped[Consent] = mapped_column(_words(Consent, "consent"))
    answered_on: Mapped[date | None]
    agreement: Mapped[SupervisionAgreement] = relationship()
    from_person: Mapped[Person] = relationship(foreign_keys=[from_id])
    to_person: Mapped[Person] = relationship(foreign_keys=[to_id])
    __table_args__ = (CheckConstraint("from_id <> to_id", name="two"),)


class SicknessAbsence(Versioned, Row):
    """A sickness absence: its days and its category. Never an illness.

    Attributes:
        meeting_id: the meeting of the three that it opened.
    """

    __tablename__ = "sickness_absence"
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    starts: Mapped[date]
    ends: Mapped[date | None]
    category: Mapped[AbsenceCategory] = mapped_column(_words(AbsenceCategory, "category"))
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    person: Mapped[Person] = relationship()
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="days"),
        Index(None, "organisation_id", "starts"),
    )


class ReturnPlan(Versioned, Row):
    """How somebody comes back: hours week by week until usual hours, and the day adjustments are looked at again.

    Attributes:
        full_from: the first day on usual hours.
        hours: the hours of each week of a phased return, in order.
    """

    __tablename__ = "return_plan"
    absence_id: Mapped[UUID] = mapped_column(ForeignKey("sickness_absence.id"), unique=True)
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    returns: Mapped[date]
    full_from: Mapped[date]
    hours: Mapped[list[float]] = mapped_column(JSON, default=list)
    review_on: Mapped[date]
    reviewed_on: Mapped[date | None]
    absence: Mapped[SicknessAbsence] = relationship()
    __table_args__ = (CheckConstraint("full_from >= returns", name="full_from"),)


class SupervisionMove(Row):
    """Rows that went to the record kept when two were found to be one person, so that they can go back."""

    __tablename__ = "supervision_move"
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    merged_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    moved: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


LAST_BEFORE_FIRST = "The last day must be the first day or later"
MEANWHILE = "This was done in another window. Open the page again"
tell("uq_supervision_settings_organisation_id", MEANWHILE)
tell("ck_supervision_settings_every_weeks", "Weeks between sessions must be from 1 to 26", "every_weeks")
tell("ck_supervision_settings_ceiling", "People a supervisor must be from 1 to 100", "ceiling")
tell("ck_supervision_settings_phased_days", "Days of a phased return must be from 0 to 365", "phased_days")
tell("ck_supervision_agreement_days", LAST_BEFORE_FIRST, "ends")
tell("ck_supervision_agreement_two", "Nobody can be their own supervisor. Choose somebody else", "supervisor_id")
tell("ck_supervision_agreement_every_weeks", "Weeks between sessions must be from 1 to 26", "every_weeks")
tell("ck_supervision_agreement_minutes", "Minutes must be from 10 to 240", "minutes")
tell("ck_supervision_cover_days", LAST_BEFORE_FIRST, "ends")
tell("uq_supervision_session_meeting_id", MEANWHILE)
tell("uq_supervision_note_session_id_number", "The note was changed meanwhile. Read it again, then change it")
tell("ck_supervision_note_number", "A note's versions are counted from 1")
tell("uq_supervision_signature_note_id_person_id", "You have agreed to this note already")
tell("uq_supervision_memo_session_id_person_id", MEANWHILE)
tell("uq_supervision_handover_agreement_id", "This agreement was handed over already")
tell("ck_supervision_handover_two", "Choose another supervisor", "supervisor_id")
tell("ck_sickness_absence_days", LAST_BEFORE_FIRST, "ends")
tell("uq_return_plan_absence_id", MEANWHILE)
tell("ck_return_plan_full_from", "The first day on usual hours must be the day of return or later", "full_from")
