"""Series, meetings, who is in them, what was agreed in them, and calendar feeds.

A *party* is one human: a person of this organisation, or, for somebody with an account and no person record, a user.
Guests from outside are a name and an organisation on the row.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from peerhub.core.database import Base, Keyed, Stamped, TenantOwned, Versioned, tell
from peerhub.core.sealed import Sealed
from peerhub.meetings.rules.words import Came, How, Part, State


def _words(kind: type[StrEnum], name: str) -> Enum:
    return Enum(kind, native_enum=False, length=40, name=name, values_callable=lambda k: [m.value for m in k])


class Row(Keyed, TenantOwned, Stamped, Base):
    """A row of one organisation."""

    __abstract__ = True


class Series(Versioned, Row):
    """Meetings of one kind that repeat: for a team, a service line, or (with neither) the whole organisation.

    Attributes:
        title: public words only; empty where the kind's name says enough.
        rule: an RRULE without a first day.
        at: the time of day in London.
        made_until: the day before which its meetings have been made; None before the first are.
        stopped_from: nothing of it takes place from this day on; None while it goes on.
        follows_id: the series whose meetings to come were moved into this one.
    """

    __tablename__ = "meeting_series"
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(160), default="")
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"), index=True)
    service_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_line.id"), index=True)
    site: Mapped[str] = mapped_column(String(120), default="")
    rule: Mapped[str] = mapped_column(String(300))
    starts: Mapped[date]
    ends: Mapped[date | None]
    at: Mapped[time]
    minutes: Mapped[int]
    skips_holidays: Mapped[bool] = mapped_column(default=True)
    how: Mapped[How] = mapped_column(_words(How, "how"), default=How.IN_PERSON)
    place: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    made_until: Mapped[date | None]
    stopped_from: Mapped[date | None]
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting_series.id"), index=True)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    parties: Mapped[list[SeriesParty]] = relationship(back_populates="series", order_by="SeriesParty.position")
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="days"),
        CheckConstraint("minutes >= 1 AND minutes <= 720", name="minutes"),
        CheckConstraint("team_id IS NULL OR service_line_id IS NULL", name="place"),
        Index(None, "organisation_id", "kind"),
    )


class SeriesParty(Row):
    """Somebody who comes to the meetings of a series, from a day to a day; facilitators take turns by ``position``."""

    __tablename__ = "meeting_series_party"
    series_id: Mapped[UUID] = mapped_column(ForeignKey("meeting_series.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    part: Mapped[Part] = mapped_column(_words(Part, "part"), default=Part.ATTENDEE)
    position: Mapped[int] = mapped_column(default=0)
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    merged_from_id: Mapped[UUID | None]
    series: Mapped[Series] = relationship(back_populates="parties")
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (user_id IS NULL)", name="party"),
        CheckConstraint("starts IS NULL OR ends IS NULL OR ends >= starts", name="days"),
    )


class Meeting(Versioned, Row):
    """Something people attend.

    Attributes:
        slot: the local time of the recurrence as ``2025-07-01T09:05``, kept when it is skipped or moved: with the
            series it is unique, so that no job makes a meeting twice. None for a single meeting, or one moved to.
        starts_at: when it begins.
        reason: the code of why it was missed.
        held_minutes: how long it was, once it was held.
        headcount: how many came, where the kind's register holds numbers only.
        themes: codes of what was talked about.
        uid: what calendars know it by; a meeting that is moved hands it on.
        sequence: goes up with each change that calendars are told of.
    """

    __tablename__ = "meeting"
    kind: Mapped[str] = mapped_column(String(40))
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting_series.id"))
    slot: Mapped[str | None] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(160), default="")
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"), index=True)
    service_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_line.id"), index=True)
    site: Mapped[str] = mapped_column(String(120), default="")
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    how: Mapped[How] = mapped_column(_words(How, "how"), default=How.IN_PERSON)
    place: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[State] = mapped_column(_words(State, "state"), default=State.PLANNED)
    moved_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    reason: Mapped[str | None] = mapped_column(String(40))
    held_minutes: Mapped[int | None]
    headcount: Mapped[int | None]
    themes: Mapped[list[str]] = mapped_column(JSON, default=list)
    uid: Mapped[UUID] = mapped_column(default=uuid7)
    sequence: Mapped[int] = mapped_column(default=0)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    series: Mapped[Series | None] = relationship()
    parties: Mapped[list[MeetingParty]] = relationship(back_populates="meeting", order_by="MeetingParty.id")
    actions: Mapped[list[MeetingAction]] = relationship(back_populates="meeting", order_by="MeetingAction.due")
    __table_args__ = (
        UniqueConstraint("series_id", "slot"),
        CheckConstraint("minutes >= 1 AND minutes <= 720", name="minutes"),
        CheckConstraint("held_minutes IS NULL OR (held_minutes >= 1 AND held_minutes <= 720)", name="held_minutes"),
        CheckConstraint("headcount IS NULL OR headcount >= 0", name="headcount"),
        CheckConstraint("team_id IS NULL OR service_line_id IS NULL", name="place"),
        CheckConstraint("(state = 'missed') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("(state = 'moved') = (moved_to_id IS NOT NULL)", name="moved"),
        Index(None, "organisation_id", "kind", "starts_at"),
        Index(None, "organisation_id", "state", "starts_at"),
    )


class MeetingParty(Row):
    """Somebody in a meeting, and what its register says of them.

    Attributes:
        covers_person_id, covers_user_id: whom they stand in for.
        merged_from_id: the record this row belonged to before it was merged into the person's.
        also_person_id: a merged record that was in the same meeting.
    """

    __tablename__ = "meeting_party"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    guest_name: Mapped[str | None] = mapped_column(String(200))
    guest_organisation: Mapped[str] = mapped_column(String(200), default="")
    part: Mapped[Part] = mapped_column(_words(Part, "part"), default=Part.ATTENDEE)
    came: Mapped[Came | None] = mapped_column(_words(Came, "came"))
    covers_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    covers_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    merged_from_id: Mapped[UUID | None]
    also_person_id: Mapped[UUID | None]
    meeting: Mapped[Meeting] = relationship(back_populates="parties")
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        UniqueConstraint("meeting_id", "user_id"),
        CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN user_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN guest_name IS NULL THEN 0 ELSE 1 END) = 1",
            name="party",
        ),
    )


class MeetingAction(Versioned, Row):
    """Something agreed in a meeting: what, whose, by when, and when it was done. The words are sealed."""

    __tablename__ = "meeting_action"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    what: Mapped[str] = mapped_column(Sealed)
    due: Mapped[date | None]
    done_on: Mapped[date | None]
    merged_from_id: Mapped[UUID | None]
    meeting: Mapped[Meeting] = relationship(back_populates="actions")
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (user_id IS NULL)", name="owner"),)


class CalendarFeed(Row):
    """An address at which a calendar program reads somebody's meetings. Only a digest of its token is kept.

    Attributes:
        read_on: the last day it was read on.
    """

    __tablename__ = "calendar_feed"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    revoked_at: Mapped[datetime | None]
    read_on: Mapped[date | None]


SAME_TWICE = "They are in this meeting already"
tell("uq_meeting_series_id_slot", "This meeting of the series was made meanwhile. Open the page again")
tell("uq_meeting_party_meeting_id_person_id", SAME_TWICE, "who")
tell("uq_meeting_party_meeting_id_user_id", SAME_TWICE, "who")
tell("ck_meeting_series_days", "The last day must be the first day or later", "ends")
tell("ck_meeting_series_minutes", "A meeting takes from 1 to 720 minutes", "minutes")
tell("ck_meeting_series_place", "Choose a team or a service line, not both", "where")
tell("ck_meeting_series_party_party", "Choose a person or an account", "who")
tell("ck_meeting_series_party_days", "The last day must be the first day or later", "ends")
tell("ck_meeting_minutes", "A meeting takes from 1 to 720 minutes", "minutes")
tell("ck_meeting_held_minutes", "A meeting takes from 1 to 720 minutes", "held_minutes")
tell("ck_meeting_headcount", "How many came must be 0 or more", "headcount")
tell("ck_meeting_place", "Choose a team or a service line, not both", "where")
tell("ck_meeting_reason", "Choose why it was missed", "reason")
tell("ck_meeting_moved", "A meeting that moved says where it moved to")
tell("ck_meeting_party_party", "Choose a person, an account or a guest", "who")
tell("ck_meeting_action_owner", "Choose whose this is", "owner")
