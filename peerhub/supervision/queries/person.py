"""One person's supervision: peer, management and reflective side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import today
from peerhub.supervision.models import SupervisionAgreement, SupervisionHandover
from peerhub.supervision.queries.agreements import FROM_ABOVE, own_key, running, stands_in, within
from peerhub.supervision.queries.facts import load_facts, settled
from peerhub.supervision.queries.people import Who, names, own_id
from peerhub.supervision.queries.sessions import SessionLine, session_lines
from peerhub.supervision.rules.due import Due, listed, standings
from peerhub.supervision.rules.handovers import Consent
from peerhub.supervision.rules.words import SupervisionKind
from peerhub.workforce.models import Person
from peerhub.workforce.queries.reach import listed as whose_record_stands
from peerhub.workforce.queries.reach import seen_people


@dataclass(frozen=True, slots=True)
class Strand:
    """One kind of supervision of a person: the agreement of today, when it is due, what was held."""

    kind: SupervisionKind
    agreement_id: UUID | None
    supervisor: str
    every_weeks: int | None
    since: date | None
    due: Due | None
    sessions: tuple[SessionLine, ...]
    sees_sessions: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A hand-over whose notes wait for the person's answer."""

    id: UUID
    from_name: str
    to_name: str
    on: date
    consent: Consent


@dataclass(frozen=True, slots=True)
class PersonSupervision:
    """A person's supervision as this viewer sees it."""

    person: Who
    is_own: bool
    strands: tuple[Strand, ...]
    asked: tuple[Asked, ...]
    may_arrange: bool


def load_supervised(viewer: Viewer, person_id: UUID) -> Person:
    """Somebody whose supervision the viewer may look at: themselves, one of their caseload, or within reach.

    Raises:
        NotFound: there is nobody such for this viewer.
    """
    day, own = today(), own_key(viewer)
    mine = select(SupervisionAgreement.supervisee_id).where(
        or_(SupervisionAgreement.supervisor_id == own, stands_in(viewer, day))
    )
    reached = [seen_people(viewer, permission) for permission in FROM_ABOVE if viewer.may(permission)]
    found = db.session.scalar(
        select(Person).where(
            Person.id == person_id,
            whose_record_stands(),
            or_(Person.user_id == viewer.user_id, Person.id.in_(mine), *reached),
        )
    )
    if found is None:
        raise NotFound
    return found


def person_supervision(viewer: Viewer, person: Person) -> PersonSupervision:
    """A person loaded with :func:`load_supervised`. A fixed number of statements."""
    day = today()
    is_own = person.user_id is not None and person.user_id == viewer.user_id
    sees_all = is_own or is_within(viewer, person.id, Permission.SUPERVISION_DATES)
    agreements = _agreements(viewer, person.id, day, everything=sees_all)
    lines = session_lines(viewer, person.id, only_own=not sees_all)
    dues = _dues(person.id, day)
    own = own_id(viewer)
    given = {kind for kind, row in agreements.items() if row.supervisor_id == own}
    known = names({person.id, *(row.supervisor_id for row in agreements.values())})
    return PersonSupervision(
        person=known[person.id],
        is_own=is_own,
        strands=tuple(
            _strand(kind, agreements.get(kind), dues.get(kind), lines, known, sees=sees_all or kind in given)
            for kind in SupervisionKind
            if sees_all or kind in agreements or any(line.kind is kind for line in lines)
        ),
        asked=_asked(person.id) if is_own else (),
        may_arrange=not is_own and is_within(viewer, person.id, Permission.SUPERVISION_ARRANGE),
    )


def is_within(viewer: Viewer, person_id: UUID, permission: Permission) -> bool:
    """Whether a permission reaches this person today."""
    if not viewer.may(permission):
        return False
    reached = select(Person.id).where(Person.id == person_id, seen_people(viewer, permission))
    return db.session.scalar(reached) is not None


def _agreements(
    viewer: Viewer, person_id: UUID, day: date, *, everything: bool
) -> dict[SupervisionKind, SupervisionAgreement]:
    wanted = select(SupervisionAgreement).where(SupervisionAgreement.supervisee_id == person_id, running(day))
    if not everything:
        own = own_id(viewer)
        reached = within(viewer, *FROM_ABOVE)
        wanted = wanted.where(or_(SupervisionAgreement.supervisor_id == own, stands_in(viewer, day), reached))
    return {row.kind: row for row in db.session.scalars(wanted.order_by(SupervisionAgreement.starts))}


def _dues(person_id: UUID, day: date) -> dict[SupervisionKind, Due]:
    told, found = settled(), {}
    for kind in SupervisionKind:
        facts = load_facts(day, day, told, kind=kind, people=[person_id])
        for due in listed(facts, standings(facts, day, told.every_weeks)):
            found[kind] = due
    return found


def _strand(
    kind: SupervisionKind,
    row: SupervisionAgreement | None,
    due: Due | None,
    lines: Sequence[SessionLine],
    known: dict[UUID, Who],
    *,
    sees: bool,
) -> Strand:
    return Strand(
        kind=kind,
        agreement_id=row.id if row else None,
        supervisor=known[row.supervisor_id].name if row else "",
        every_weeks=row.every_weeks if row else None,
        since=row.starts if row else None,
        due=due if row else None,
        sessions=tuple(line for line in lines if line.kind is kind),
        sees_sessions=sees or any(line.kind is kind for line in lines),
    )


def _asked(person_id: UUID) -> tuple[Asked, ...]:
    rows = db.session.scalars(
        select(SupervisionHandover)
        .join(SupervisionHandover.agreement)
        .options(contains_eager(SupervisionHandover.agreement))
        .where(
            SupervisionHandover.supervisee_id == person_id,
            SupervisionHandover.consent.in_((Consent.WAITING, Consent.REFUSED)),
        )
        .order_by(SupervisionHandover.on)
    ).all()
    known = names({key for row in rows for key in (row.from_id, row.to_id)}) if rows else {}
    return tuple(Asked(row.id, known[row.from_id].name, known[row.to_id].name, row.on, row.consent) for row in rows)
