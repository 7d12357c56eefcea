"""Everything meetings hold of one person, in words, for that person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from peerhub.core.database import db
from peerhub.core.feature import Held, Subject
from peerhub.meetings.models import CalendarFeed, Meeting, MeetingAction, MeetingParty, Series, SeriesParty
from peerhub.meetings.rules.kinds import kind_of
from peerhub.meetings.rules.recurrence import said

Row = dict[str, Any]


def personal_data(subject: Subject) -> Held:
    """What meetings hold of a person or an account, by title. The caller has made sure that it is theirs to read."""
    return {
        "Meetings you were asked to": list(_meetings(subject)),
        "Series of meetings you come to": list(_series(subject)),
        "What you agreed to do in meetings": list(_actions(subject)),
        "Your calendar addresses": list(_feeds(subject)),
    }


def _theirs(subject: Subject, row: Any) -> ColumnElement[bool]:
    return or_(
        row.person_id == subject.person_id if subject.person_id else row.id.is_(None),
        row.user_id == subject.user_id if subject.user_id else row.id.is_(None),
    )


def _meetings(subject: Subject) -> Iterator[Row]:
    rows = db.session.scalars(
        select(MeetingParty)
        .join(MeetingParty.meeting)
        .where(_theirs(subject, MeetingParty))
        .options(joinedload(MeetingParty.meeting))
        .order_by(Meeting.starts_at.desc(), Meeting.id)
    )
    for row in rows:
        held, kind = row.meeting, kind_of(row.meeting.kind)
        yield {
            "Kind": kind.name,
            "Title": held.title,
            "When": held.starts_at,
            "Minutes": held.held_minutes or held.minutes,
            "Your part": row.part.label,
            "State": held.state.label,
            "Why it was missed": kind.words_of_reason(held.reason) if held.reason else "",
            "Themes": ", ".join(kind.words_of_themes(held.themes)),
            "What the register says of you": row.came.label if row.came else "",
        }


def _series(subject: Subject) -> Iterator[Row]:
    rows = db.session.execute(
        select(SeriesParty, Series)
        .join(SeriesParty.series)
        .where(_theirs(subject, SeriesParty))
        .order_by(Series.starts, SeriesParty.id)
    )
    for party, series in rows:
        yield {
            "Kind": kind_of(series.kind).name,
            "Title": series.title,
            "When": said(series.rule, series.at, skips_holidays=series.skips_holidays),
            "Your part": party.part.label,
            "From": party.starts or series.starts,
            "To": party.ends,
        }


def _actions(subject: Subject) -> Iterator[Row]:
    rows = db.session.scalars(
        select(MeetingAction)
        .where(_theirs(subject, MeetingAction))
        .options(joinedload(MeetingAction.meeting))
        .order_by(MeetingAction.id)
    )
    for row in rows:
        yield {"What": row.what, "Agreed on": row.meeting.starts_at, "By": row.due, "Done": row.done_on}


def _feeds(subject: Subject) -> Iterator[Row]:
    if subject.user_id is None:
        return
    rows = db.session.scalars(
        select(CalendarFeed).where(CalendarFeed.user_id == subject.user_id).order_by(CalendarFeed.made_at)
    )
    for row in rows:
        yield {"Made": row.made_at, "Stopped": row.revoked_at, "Last read": row.read_on}
