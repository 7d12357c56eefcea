"""Writing one's own wellness plan."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import delete

from peerhub.access import audit
from peerhub.core.database import db, saving
from peerhub.core.errors import DomainError
from peerhub.core.time import today
from peerhub.workforce.actions.refusing import trimmed
from peerhub.workforce.models import Person, WellnessPlan
from peerhub.workforce.queries.wellness import any_plan_of


def save(
    person: Person, version: int | None, *, content: str, review_on: date | None, shared_with: str
) -> WellnessPlan:
    """Write a person's own plan.

    Raises:
        DomainError: nothing is written, or the review date is not to come.
        Conflict: it was saved in another window first.
    """
    if not trimmed(content):
        raise DomainError("Write something in your plan, or go back without saving", "content")
    plan = any_plan_of(person)
    if plan is not None and plan.account_id != audit.actor().user_id:
        remove(person)  # unread: another account wrote it
        plan = None
    if plan is not None:
        plan.expect(version)
    is_moved = plan is None or review_on != plan.review_on
    if review_on is not None and is_moved and review_on <= today():
        raise DomainError("The day to look at it again must be after today", "review_on")
    with saving():
        if plan is None:
            plan = WellnessPlan(person_id=person.id, account_id=audit.actor().user_id)
            db.session.add(plan)
        plan.content, plan.review_on, plan.shared_with = trimmed(content), review_on, trimmed(shared_with)
    audit.wrote("wellness plan saved", plan)
    return plan


def remove(person: Person) -> None:
    """Delete a person's own plan."""
    plan = any_plan_of(person)
    if plan is not None:
        audit.wrote("wellness plan deleted", plan)
        db.session.delete(plan)
        db.session.flush()


def erase(person_id: UUID) -> None:
    """Delete a person's plan, as part of erasing the person."""
    db.session.execute(delete(WellnessPlan).where(WellnessPlan.person_id == person_id))
