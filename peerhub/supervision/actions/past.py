"""Sessions that took place before PeerHub knew of them, taken over in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import insert
from uuid_utils.compat import uuid7

from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.time import utc_now
from peerhub.meetings.actions.arranging import Details
from peerhub.meetings.actions.past import Attended, Past, take_over
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.words import Came, How, Part
from peerhub.supervision.models import SupervisionAgreement, SupervisionSession
from peerhub.supervision.rules.sessions import outside_refusal
from peerhub.supervision.rules.words import MissedReason
from peerhub.workforce.actions.refusing import refuse_if


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSession:
    """A session that was: held, or missed where ``reason`` says why. ``team_id`` is where the supervisee worked."""

    agreement: SupervisionAgreement
    day: date
    at: time
    team_id: UUID | None
    how: How = How.IN_PERSON
    reason: MissedReason | None = None
    themes: tuple[str, ...] = ()
    next_on: date | None = None


def take_over_sessions(sessions: Sequence[PastSession]) -> None:
    """Put past sessions in, all or none. What was said in them stays where it was written down.

    Raises:
        DomainError: one is outside its agreement's days, has not been yet, or has a theme that is none.
    """
    for one in sessions:
        refuse_if(outside_refusal(one.day, one.agreement.starts, one.agreement.ends))
    keys = take_over(_meeting(one) for one in sessions)
    now, organisation = utc_now(), scope.current()
    rows = [
        {
            "id": uuid7(), "organisation_id": organisation, "made_at": now, "meeting_id": key, "version": 1,
            "agreement_id": one.agreement.id, "kind": one.agreement.kind,
            "supervisor_id": one.agreement.supervisor_id, "supervisee_id": one.agreement.supervisee_id,
            "held_on": None if one.reason else one.day, "next_on": one.next_on, "follow_up": False,
        }
        for one, key in zip(sessions, keys, strict=True)
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(SupervisionSession), rows)


def _meeting(one: PastSession) -> Past:
    agreement = one.agreement
    came = None if one.reason else Came.CAME
    return Past(
        details=Details(kind=agreement.kind.value, minutes=agreement.minutes, team_id=one.team_id, how=one.how),
        slot=datetime.combine(one.day, one.at),
        people=(
            Attended(Party(person_id=agreement.supervisor_id), Part.FACILITATOR, came),
            Attended(Party(person_id=agreement.supervisee_id), Part.ATTENDEE, came),
        ),
        reason=one.reason.value if one.reason else None,
        themes=one.themes,
    )
