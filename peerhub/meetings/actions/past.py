"""Meetings that took place before PeerHub knew of them, taken over in bulk from the record that was kept until then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from uuid_utils.compat import uuid7

from peerhub.access import audit
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.core.time import utc_now
from peerhub.meetings.actions.arranging import Details
from peerhub.meetings.actions.refusing import refuse_if
from peerhub.meetings.models import Meeting, MeetingParty
from peerhub.meetings.rules.kinds import kind_of
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.recurrence import to_moment
from peerhub.meetings.rules.states import record_refusal
from peerhub.meetings.rules.words import Came, Part, State


@dataclass(frozen=True, slots=True)
class Attended:
    """Who was in it, as what, and what the register said of them, if it said anything."""

    party: Party
    part: Part = Part.ATTENDEE
    came: Came | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A meeting that was.

    Attributes:
        slot: when it began, as a clock in London showed it.
        reason: the code of why it was missed; None where it was held.
    """

    details: Details
    slot: datetime
    people: Sequence[Attended]
    reason: str | None = None
    themes: tuple[str, ...] = ()
    headcount: int | None = None


def take_over(meetings: Iterable[Past]) -> list[UUID]:
    """Put past meetings in, held or missed, all or none, and give their keys in the same order.

    One audit entry tells of all of them, and no other room is told: whoever takes over keeps what goes with them.

    Raises:
        DomainError: one has not begun yet, a reason or a theme is none of its kind's, or it took too long.
    """
    now, rows, parties = utc_now(), [], []
    for past in meetings:
        row = _row(past, now)
        rows.append(row)
        parties += [_party(row, one) for one in past.people]
    for model, found in ((Meeting, rows), (MeetingParty, parties)):
        if found:
            db.session.execute(insert(model), found)
    if rows:
        audit.wrote("past meetings taken over", None, meetings=len(rows))
    return [row["id"] for row in rows]


def _row(past: Past, now: datetime) -> dict[str, Any]:
    kind, starts_at = kind_of(past.details.kind), to_moment(past.slot)
    state = State.HELD if past.reason is None else State.MISSED
    known = past.reason in dict(kind.missed_reasons)
    refuse_if(record_refusal(State.PLANNED, state, starts_at, now, has_reason=known))
    if not set(past.themes) <= {code for code, _ in kind.themes}:
        raise DomainError("Choose themes from the list", "themes")
    return {
        **past.details.columns(), "id": uuid7(), "organisation_id": scope.current(), "made_at": now, "version": 1,
        "starts_at": starts_at, "state": state, "reason": past.reason, "themes": list(past.themes), "uid": uuid7(),
        "sequence": 0, "headcount": past.headcount,
        "held_minutes": past.details.minutes if state is State.HELD else None,
    }  # fmt: skip


def _party(meeting: dict[str, Any], one: Attended) -> dict[str, Any]:
    return {
        "id": uuid7(), "organisation_id": meeting["organisation_id"], "made_at": meeting["made_at"],
        "meeting_id": meeting["id"], "person_id": one.party.person_id, "user_id": one.party.user_id,
        "guest_organisation": "", "part": one.part, "came": one.came if meeting["state"] is State.HELD else None,
    }  # fmt: skip
