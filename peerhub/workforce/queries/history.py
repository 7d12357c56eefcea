"""Who changed a record, when, and which fields: read from the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from peerhub.access.models import AuditEntry, User
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.workforce.models import Person, Post, Spell
from peerhub.workforce.queries.reach import spells_within
from peerhub.workforce.rules.told import done

MOST = 200
WORDS = {
    "first_name": "first name", "last_name": "last name", "preferred_name": "preferred name",
    "staff_number": "staff number",
    "email": "e-mail address", "phone": "phone number", "pronouns": "pronouns", "starts": "first day",
    "ends": "last day",
    "wte": "WTE", "contract": "contract", "weekdays": "working days", "leaving_reason": "reason for leaving",
    "destination": "destination", "campaign": "campaign", "breaks": "time away", "title": "title",
    "role_kind": "kind of role",
    "band": "band", "number": "post number", "employer": "employer", "lived_experience": "lived experience",
    "peer_service": "peer service", "counted_in_numbers": "staffing numbers", "funding": "funding",
    "funding_ends": "end of funding", "opens": "opening day", "closes": "closing day", "team_id": "team",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One thing somebody did to a record."""

    at: datetime
    by: str
    what: str
    fields: str


def of_person(viewer: Viewer, person: Person) -> list[Change]:
    """What was done to a person's record and to those of their spells that the viewer sees, newest first."""
    spells = select(Spell.id).join(Spell.post).join(Post.team).where(Spell.person_id == person.id)
    if person.user_id != viewer.user_id:
        spells = spells.where(spells_within(viewer.reach(Permission.PEOPLE_EDIT), today()))
    parts = select(Person.id).where(Person.merged_into_id == person.id)
    about = (AuditEntry.subject_id == person.id, AuditEntry.subject_id.in_(spells), AuditEntry.subject_id.in_(parts))
    return _changes(or_(*about))


def of_post(post_ids: list[UUID]) -> list[Change]:
    """What was done to the rows of a post, newest first."""
    return _changes(AuditEntry.subject_id.in_(post_ids))


def _changes(about: object) -> list[Change]:
    rows = db.session.execute(
        select(AuditEntry, User.name)
        .outerjoin(User, AuditEntry.user_id == User.id)
        .where(about, AuditEntry.is_read.is_(False))  # type: ignore[arg-type]  # a condition
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(MOST)
    )
    return [Change(entry.at, name or "PeerHub itself", done(entry.action), _fields(entry)) for entry, name in rows]


def _fields(entry: AuditEntry) -> str:
    names = entry.facts.get("fields", [])
    return ", ".join(WORDS.get(name, str(name).replace("_", " ")) for name in names) if isinstance(names, list) else ""
