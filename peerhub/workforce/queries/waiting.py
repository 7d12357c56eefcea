"""What waits for those who look after people: fixed terms that end soon, people the staff record leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.workforce.models import Person, Post, Spell, Team
from peerhub.workforce.queries.reach import ends_soon, listed, seen_people, spells_within


@dataclass(frozen=True, slots=True)
class Ending:
    """A fixed term that ends soon."""

    person_id: UUID
    name: str
    ends: date


def fixed_terms(viewer: Viewer, day: date) -> list[Ending]:
    """Fixed terms that end soon, of people whose spells the viewer may change; the first to end first."""
    if not viewer.may(Permission.SPELLS_EDIT):
        return []
    rows = db.session.execute(
        select(Person, Spell.ends)
        .join(Person.spells)
        .join(Post, Spell.post_id == Post.id)
        .join(Team, Post.team_id == Team.id)
        .where(listed(), ends_soon(day), spells_within(viewer.reach(Permission.SPELLS_EDIT), day))
        .order_by(Spell.ends, Person.id)
    )
    return [Ending(person.id, person.known_as, ends) for person, ends in rows if ends is not None]


def unconfirmed(viewer: Viewer) -> int:
    """How many people the latest staff record leaves out, of those whose spells the viewer may change."""
    if not viewer.may(Permission.SPELLS_EDIT):
        return 0
    counted = select(func.count(Person.id)).where(
        Person.unconfirmed_since.is_not(None), seen_people(viewer, Permission.SPELLS_EDIT)
    )
    return db.session.scalar(counted) or 0
