"""A person's wellness plan, for that person alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.workforce.models import Person, WellnessPlan
from peerhub.workforce.queries.people import own_record
from peerhub.workforce.queries.reach import listed


def load_own(viewer: Viewer, person_id: UUID) -> Person:
    """The viewer's own record by its key; nobody else's plan is ever opened.

    Raises:
        NotFound: the record is not theirs.
    """
    person = own_record(viewer)
    if person is None or person.id != person_id or not viewer.may(Permission.OWN_RECORD):
        raise NotFound
    return person


def plan_of(viewer: Viewer, person: Person) -> WellnessPlan | None:
    """One's own plan, or None where none is written by this account."""
    plan = any_plan_of(person)
    return plan if plan is not None and plan.account_id == viewer.user_id else None


def any_plan_of(person: Person) -> WellnessPlan | None:
    """The row of a person's plan, whichever account wrote it; for actions."""
    return db.session.scalar(select(WellnessPlan).where(WellnessPlan.person_id == person.id))


@dataclass(frozen=True, slots=True)
class PlanDue:
    """One's own plan is to be looked at again."""

    person_id: UUID
    since: date


def due_for(viewer: Viewer, day: date) -> list[PlanDue]:
    """The viewer's own plan where its review date has come."""
    if not viewer.may(Permission.OWN_RECORD):
        return []
    rows = db.session.execute(
        select(WellnessPlan.person_id, WellnessPlan.review_on)
        .join(Person, WellnessPlan.person_id == Person.id)
        .where(
            Person.user_id == viewer.user_id,
            WellnessPlan.account_id == viewer.user_id,
            listed(),
            WellnessPlan.review_on <= day,
        )
    )
    return [PlanDue(person_id, since) for person_id, since in rows if since is not None]
