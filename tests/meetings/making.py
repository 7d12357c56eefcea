"""Meetings and series as tests need them, put straight into the tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from peerhub.core.database import db
from peerhub.meetings.models import Meeting, MeetingParty, Series, SeriesParty
from peerhub.meetings.rules.words import Part
from tests.fixtures.people import World

TUESDAY = datetime(2025, 5, 6, 9, tzinfo=UTC)
"""10am in London."""


def a_meeting(world: World, *persons: UUID, facilitator: UUID | None = None, **more: Any) -> Meeting:
    """A meeting on Willow ward with these people, facilitated by Sam unless another account is named."""
    told: dict[str, Any] = {"kind": "meeting", "team_id": world.willow, "starts_at": TUESDAY, "minutes": 60} | more
    made = Meeting(**told)
    db.session.add(made)
    db.session.flush()
    db.session.add(MeetingParty(meeting_id=made.id, user_id=facilitator or world.sam, part=Part.FACILITATOR))
    db.session.add_all(MeetingParty(meeting_id=made.id, person_id=person) for person in persons)
    db.session.flush()
    return made


def a_series(world: World, *persons: UUID, facilitators: tuple[UUID, ...] = (), **more: Any) -> Series:
    """A series on Willow ward, every Tuesday at 10am from 6 May 2025, facilitated by Sam unless others are named."""
    told: dict[str, Any] = {
        "kind": "meeting", "team_id": world.willow, "rule": "FREQ=WEEKLY;BYDAY=TU", "starts": date(2025, 5, 6),
        "at": time(10), "minutes": 60,
    } | more  # fmt: skip
    made = Series(**told)
    db.session.add(made)
    db.session.flush()
    for position, user in enumerate(facilitators or (world.sam,)):
        db.session.add(SeriesParty(series_id=made.id, user_id=user, part=Part.FACILITATOR, position=position))
    db.session.add_all(SeriesParty(series_id=made.id, person_id=person) for person in persons)
    db.session.flush()
    return made
