"""What becomes of meetings when a person leaves, is merged into another record, or is erased."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.meetings.actions.series import end_part
from peerhub.meetings.models import Meeting, MeetingAction, MeetingParty, SeriesParty
from peerhub.meetings.rules.recurrence import to_moment
from peerhub.meetings.rules.words import Came, Part, State

A_DAY = timedelta(days=1)
STRENGTH = (None, Came.DID_NOT_ATTEND, Came.APOLOGIES, Came.CAME)
"""Of two records of one person in a register, the later of these counts."""


def leave_meetings(person_id: UUID, last: date) -> int:
    """Take a person out of every planned meeting and series after their last day. Gives how many meetings.

    A meeting that is left without a facilitator is flagged where its kind asks for one; so are those that a series
    makes later.
    """
    for regular in db.session.scalars(select(SeriesParty).where(SeriesParty.person_id == person_id)):
        if regular.ends is None or regular.ends > last:
            end_part(regular, last)
    after = to_moment(datetime.combine(last + A_DAY, datetime.min.time()))
    rows = list(
        db.session.scalars(
            select(MeetingParty)
            .join(MeetingParty.meeting)
            .where(MeetingParty.person_id == person_id, Meeting.state == State.PLANNED, Meeting.starts_at >= after)
        )
    )
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    led = [row for row in rows if row.part is Part.FACILITATOR]
    if rows:
        audit.wrote("leaver taken out of meetings", None, meetings=len(rows), without_facilitator=len(led))
    return len(rows)


def merge_parties(kept_id: UUID, merged_id: UUID) -> None:
    """What belonged to a merged record belongs to the one kept: places in meetings and series, and actions."""
    held = {
        row.meeting_id: row for row in db.session.scalars(select(MeetingParty).where(MeetingParty.person_id == kept_id))
    }
    for row in list(db.session.scalars(select(MeetingParty).where(MeetingParty.person_id == merged_id))):
        same = held.get(row.meeting_id)
        if same is None:
            row.person_id, row.merged_from_id = kept_id, merged_id
        else:
            _join(same, row, merged_id)
    kinds: tuple[Any, ...] = (SeriesParty, MeetingAction)
    for kind in kinds:
        for owned in db.session.scalars(select(kind).where(kind.person_id == merged_id)):
            owned.person_id, owned.merged_from_id = kept_id, merged_id
    _rename_covered(merged_id, kept_id)
    db.session.flush()


def _join(kept: MeetingParty, other: MeetingParty, merged_id: UUID) -> None:
    """Both records are in one meeting: one row remains, with the stronger word of the two."""
    kept.also_person_id = merged_id
    kept.came = max(kept.came, other.came, key=STRENGTH.index)
    if other.part is Part.FACILITATOR:
        kept.part = Part.FACILITATOR
    db.session.delete(other)


def part_parties(kept_id: UUID, merged_id: UUID) -> None:
    """A merge is undone: what moved, and is still there, moves back."""
    kinds: tuple[Any, ...] = (MeetingParty, SeriesParty, MeetingAction)
    for kind in kinds:
        moved = select(kind).where(kind.person_id == kept_id, kind.merged_from_id == merged_id)
        for row in db.session.scalars(moved):
            row.person_id, row.merged_from_id = merged_id, None
    both = select(MeetingParty).where(MeetingParty.person_id == kept_id, MeetingParty.also_person_id == merged_id)
    for row in list(db.session.scalars(both)):
        row.also_person_id = None
        db.session.add(MeetingParty(meeting_id=row.meeting_id, person_id=merged_id, part=row.part, came=row.came))
    db.session.flush()


def _rename_covered(before: UUID, after: UUID) -> None:
    for row in db.session.scalars(select(MeetingParty).where(MeetingParty.covers_person_id == before)):
        row.covers_person_id = after


def erase_parties(person_id: UUID) -> None:
    """A person is erased: their name is gone from registers with their record, and the count stays.

    They are taken out of what is to come, the words of their actions go, and what moved from other records of theirs
    is told apart no more.
    """
    leave_meetings(person_id, today() - A_DAY)
    for action in db.session.scalars(select(MeetingAction).where(MeetingAction.person_id == person_id)):
        action.what, action.merged_from_id = "", None
    for row in db.session.scalars(select(MeetingParty).where(MeetingParty.person_id == person_id)):
        row.merged_from_id = row.also_person_id = None
    for regular in db.session.scalars(select(SeriesParty).where(SeriesParty.person_id == person_id)):
        regular.merged_from_id = None
    db.session.flush()
