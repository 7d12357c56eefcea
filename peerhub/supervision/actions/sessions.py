"""Logging a session after the fact, held or missed, through the engine of meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.time import LONDON, utc_now
from peerhub.meetings.actions.arranging import Coming, Details, arrange_meeting
from peerhub.meetings.actions.recording import agree, hold_meeting, miss_meeting
from peerhub.meetings.models import Meeting, MeetingParty
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.words import Came, How, Part, State
from peerhub.supervision.models import SupervisionAgreement, SupervisionSession
from peerhub.supervision.rules.sessions import Logged, log_refusal
from peerhub.supervision.rules.words import MissedReason
from peerhub.workforce.actions.refusing import refuse_if
from peerhub.workforce.models import Post, Spell


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is logged of a session that was held. Wellbeing is the supervisee's own word, and may be left out."""

    day: date
    at: time
    minutes: int
    how: How = How.IN_PERSON
    themes: tuple[str, ...] = ()
    wellbeing: int | None = None
    follow_up: bool = False
    next_on: date | None = None


def log_session(agreement: SupervisionAgreement, supervisor_id: UUID, facts: Facts) -> SupervisionSession:
    """Log a session that was held. One that was planned for that day is recorded; else its meeting is made.

    Args:
        supervisor_id: whoever held it: the supervisor of the agreement, or a stand-in.

    Raises:
        DomainError: it has not begun, or is outside the agreement's days.
    """
    logged = Logged(_moment(facts.day, facts.at), facts.minutes, facts.wellbeing, facts.next_on)
    refuse_if(log_refusal(logged, agreement.starts, agreement.ends, utc_now().astimezone(LONDON)))
    meeting = _meeting(agreement, supervisor_id, facts)
    held = session_of(agreement, supervisor_id, meeting)
    held.wellbeing = None if facts.wellbeing is None else str(facts.wellbeing)
    held.follow_up, held.next_on, held.held_on = facts.follow_up, facts.next_on, facts.day
    hold_meeting(
        meeting,
        minutes=facts.minutes,
        themes=facts.themes,
        came={row.id: Came.CAME for row in meeting.parties},
    )
    db.session.flush()
    audit.wrote("session logged", held)
    return held


def log_missed(
    agreement: SupervisionAgreement, supervisor_id: UUID, day: date, at: time, reason: MissedReason
) -> SupervisionSession:
    """Log a session that was to be and was not held, and why.

    Raises:
        DomainError: its time has not come, or is outside the agreement's days.
    """
    moment = _moment(day, at)
    refuse_if(
        log_refusal(Logged(moment, agreement.minutes), agreement.starts, agreement.ends, utc_now().astimezone(LONDON))
    )
    facts = Facts(day=day, at=at, minutes=agreement.minutes)
    meeting = _meeting(agreement, supervisor_id, facts)
    missed = session_of(agreement, supervisor_id, meeting)
    miss_meeting(meeting, reason.value)
    db.session.flush()
    audit.wrote("missed session logged", missed)
    return missed


def note_action(session: SupervisionSession, owner: UUID, what: str, due: date | None) -> None:
    """Note what one of the two is to do.

    Raises:
        DomainError: there are no words, or too many.
    """
    agree(session.meeting, Party(person_id=owner), what, due)


def session_of(agreement: SupervisionAgreement, supervisor_id: UUID, meeting: Meeting) -> SupervisionSession:
    """What supervision knows of a meeting: the row that is there, or a new one."""
    found = db.session.scalar(select(SupervisionSession).where(SupervisionSession.meeting_id == meeting.id))
    if found is None:
        found = SupervisionSession(
            meeting_id=meeting.id, agreement_id=agreement.id, kind=agreement.kind, supervisor_id=supervisor_id,
            supervisee_id=agreement.supervisee_id,
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
    return found


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON)


def _meeting(agreement: SupervisionAgreement, supervisor_id: UUID, facts: Facts) -> Meeting:
    """The meeting that was planned between the two for that day, or one made now."""
    begins = _moment(facts.day, time.min)
    for meeting in db.session.scalars(
        select(Meeting)
        .join(MeetingParty, MeetingParty.meeting_id == Meeting.id)
        .where(
            Meeting.kind == agreement.kind.value,
            Meeting.state == State.PLANNED,
            Meeting.starts_at >= begins,
            Meeting.starts_at < begins + timedelta(days=1),
            Meeting.starts_at <= utc_now(),
            MeetingParty.person_id == agreement.supervisee_id,
        )
        .order_by(Meeting.starts_at)
    ):
        if any(row.person_id == supervisor_id and row.part is Part.FACILITATOR for row in meeting.parties):
            return meeting
    details = Details(
        kind=agreement.kind.value, minutes=facts.minutes, how=facts.how,
        team_id=_team_of(agreement.supervisee_id, facts.day), made_by_id=None,
    )  # fmt: skip
    coming = Coming((Party(person_id=supervisor_id),), (Party(person_id=agreement.supervisee_id),))
    return arrange_meeting(details, datetime.combine(facts.day, facts.at), coming)


def _team_of(person_id: UUID, day: date) -> UUID | None:
    """The team somebody works in on a day, for those who oversee it."""
    return db.session.scalar(
        select(Post.team_id)
        .join(Spell, Spell.post_id == Post.id)
        .where(Spell.person_id == person_id, Spell.starts <= day)
        .order_by(Post.peer_service.desc(), Spell.starts.desc())
        .limit(1)
    )
