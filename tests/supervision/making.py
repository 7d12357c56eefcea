"""Sam supervises Priya: the agreement and the sessions that tests of supervision begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import select

from peerhub.core import scope
from peerhub.core.database import db
from peerhub.meetings.models import Meeting, MeetingParty
from peerhub.meetings.rules.words import Came, Part, State
from peerhub.supervision.models import SupervisionAgreement, SupervisionSession
from peerhub.supervision.rules.words import SupervisionKind
from peerhub.workforce.models import Person, Post, Spell
from peerhub.workforce.rules.words import Band, RoleKind
from tests.fixtures.people import World

SINCE = date(2025, 1, 6)


@dataclass(frozen=True)
class Pair:
    """Sam's record, and his agreement with Priya: every 4 weeks from 6 January 2025."""

    sam: UUID
    agreement: UUID


def supervisor(world: World, user: UUID | None, first: str, last: str, number: str, wte: str = "1") -> UUID:
    """Somebody in a supervisor's post on Willow since 2022."""
    post = Post(
        team_id=world.willow, number=number, title="Peer supervisor", role_kind=RoleKind.PEER_SUPERVISOR, band=Band.B5,
        lived_experience=True, peer_service=True, opens=date(2022, 1, 1),
    )  # fmt: skip
    person = Person(first_name=first, last_name=last, staff_number=number, user_id=user)
    db.session.add_all([post, person])
    db.session.flush()
    db.session.add(Spell(person_id=person.id, post_id=post.id, starts=date(2022, 1, 10), wte=wte))
    db.session.flush()
    return person.id


def agree(
    supervisor: UUID, supervisee: UUID, starts: date = SINCE, ends: date | None = None,
    kind: SupervisionKind = SupervisionKind.PEER, **more: object,
) -> UUID:  # fmt: skip
    """An agreement as it stands in the database."""
    made = SupervisionAgreement(
        supervisor_id=supervisor, supervisee_id=supervisee, starts=starts, ends=ends, kind=kind, **more
    )
    db.session.add(made)
    db.session.flush()
    return made.id


def hold(agreement_id: UUID, day: date, *, themes: tuple[str, ...] = (), wellbeing: str | None = None) -> UUID:
    """A session of an agreement that was held on a day at noon."""
    agreement = db.session.get_one(SupervisionAgreement, agreement_id)
    at = datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)
    meeting = Meeting(
        kind=agreement.kind.value, starts_at=at, minutes=60, held_minutes=50, state=State.HELD, themes=list(themes)
    )
    db.session.add(meeting)
    db.session.flush()
    for who, part in ((agreement.supervisor_id, Part.FACILITATOR), (agreement.supervisee_id, Part.ATTENDEE)):
        db.session.add(MeetingParty(meeting_id=meeting.id, person_id=who, part=part, came=Came.CAME))
    made = SupervisionSession(
        meeting_id=meeting.id, agreement_id=agreement.id, kind=agreement.kind, held_on=day, wellbeing=wellbeing,
        supervisor_id=agreement.supervisor_id, supervisee_id=agreement.supervisee_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made.id


def miss(agreement_id: UUID, day: date, reason: str) -> UUID:
    """A session that was not held."""
    key = hold(agreement_id, day)
    made = db.session.get_one(SupervisionSession, key)
    meeting = db.session.scalars(select(Meeting).where(Meeting.id == made.meeting_id)).one()
    meeting.state, meeting.reason, meeting.held_minutes, made.held_on = State.MISSED, reason, None, None
    db.session.flush()
    return key


def pair(world: World) -> Pair:
    """Sam has a record of his own and supervises Priya."""
    scope.enter(world.trust)
    for old in db.session.scalars(
        select(SupervisionAgreement).where(SupervisionAgreement.kind == SupervisionKind.PEER)
    ):
        old.ends = date(2024, 12, 31)
    sam = supervisor(world, world.sam, "Sam", "Sterling", "20001")
    made = Pair(sam, agree(sam, world.priya_person))
    db.session.commit()
    return made
