"""Agreements as a viewer may see them: one's own, one's caseload, and those that a permission reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import today
from peerhub.supervision.models import SupervisionAgreement, SupervisionCover, SupervisionHandover
from peerhub.supervision.queries.due import DueLine, dues_of, line_of, team_names
from peerhub.supervision.queries.facts import load_facts, settled
from peerhub.supervision.queries.people import Who, names
from peerhub.supervision.rules.due import listed, standings
from peerhub.supervision.rules.handovers import Consent
from peerhub.supervision.rules.words import SupervisionKind
from peerhub.workforce.models import Person
from peerhub.workforce.queries.reach import listed as whose_record_stands
from peerhub.workforce.queries.reach import seen_people

FROM_ABOVE = (Permission.SUPERVISION_ARRANGE, Permission.SUPERVISION_DATES)


def own_people(viewer: Viewer) -> ColumnElement[bool]:
    """The viewer's own record."""
    return and_(Person.user_id == viewer.user_id, whose_record_stands())


def own_key(viewer: Viewer) -> ColumnElement[UUID]:
    """The key of the viewer's own record, as part of a statement."""
    return select(Person.id).where(own_people(viewer)).scalar_subquery()


def within(viewer: Viewer, *permissions: Permission) -> ColumnElement[bool]:
    """Agreements of people whom any of these permissions reaches."""
    held = [permission for permission in permissions if viewer.may(permission)]
    if not held:
        return false()
    found = [select(Person.id).where(seen_people(viewer, permission)) for permission in held]
    return or_(*(SupervisionAgreement.supervisee_id.in_(keys) for keys in found))


def of_own(viewer: Viewer) -> ColumnElement[bool]:
    """Agreements in which the viewer is one of the two."""
    own = own_key(viewer)
    return or_(SupervisionAgreement.supervisor_id == own, SupervisionAgreement.supervisee_id == own)


def stands_in(viewer: Viewer, day: date) -> ColumnElement[bool]:
    """Agreements for whose supervisor the viewer stands in on a day."""
    own = own_key(viewer)
    covered = select(SupervisionCover.agreement_id).where(
        SupervisionCover.cover_id == own,
        SupervisionCover.starts <= day,
        or_(SupervisionCover.ends.is_(None), SupervisionCover.ends >= day),
    )
    return or_(SupervisionAgreement.deputy_id == own, SupervisionAgreement.id.in_(covered))


def running(day: date) -> ColumnElement[bool]:
    """Agreements of a day."""
    return and_(
        SupervisionAgreement.starts <= day,
        or_(SupervisionAgreement.ends.is_(None), SupervisionAgreement.ends >= day),
    )


def load_agreement(viewer: Viewer, agreement_id: UUID) -> SupervisionAgreement:
    """An agreement the viewer may see: one of the two, a stand-in, or within reach of somebody who arranges them.

    Raises:
        NotFound: there is none such for this viewer.
    """
    seen = or_(of_own(viewer), stands_in(viewer, today()), within(viewer, *FROM_ABOVE))
    return _loaded(agreement_id, seen)


def load_to_arrange(viewer: Viewer, agreement_id: UUID) -> SupervisionAgreement:
    """An agreement the viewer may change: one they supervise, or of somebody within their reach; never their own.

    Raises:
        NotFound: there is none such for this viewer.
    """
    own = own_key(viewer)
    theirs = or_(SupervisionAgreement.supervisor_id == own, within(viewer, Permission.SUPERVISION_ARRANGE))
    return _loaded(agreement_id, and_(theirs, SupervisionAgreement.supervisee_id.is_distinct_from(own)))


def load_to_log(viewer: Viewer, agreement_id: UUID) -> SupervisionAgreement:
    """An agreement whose sessions the viewer may log: as supervisor, as a stand-in, or, facts alone, for whoever is.

    Raises:
        NotFound: there is none such for this viewer.
    """
    own = own_key(viewer)
    gives = or_(SupervisionAgreement.supervisor_id == own, stands_in(viewer, today()))
    return _loaded(agreement_id, or_(gives, within(viewer, Permission.SUPERVISION_OVERSEE)))


def _loaded(agreement_id: UUID, seen: ColumnElement[bool]) -> SupervisionAgreement:
    found = db.session.scalar(
        select(SupervisionAgreement)
        .options(
            joinedload(SupervisionAgreement.supervisor),
            joinedload(SupervisionAgreement.supervisee),
            joinedload(SupervisionAgreement.deputy),
            selectinload(SupervisionAgreement.covers).joinedload(SupervisionCover.cover),
        )
        .where(SupervisionAgreement.id == agreement_id, seen)
    )
    if found is None:
        raise NotFound
    return found


def load_cover(viewer: Viewer, cover_id: UUID) -> SupervisionCover:
    """A stand-in of an agreement the viewer may change.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.get(SupervisionCover, cover_id)
    if found is None:
        raise NotFound
    load_to_arrange(viewer, found.agreement_id)
    return found


def load_handover(viewer: Viewer, handover_id: UUID) -> SupervisionHandover:
    """A hand-over that the viewer is asked about: their own notes would go.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(
        select(SupervisionHandover).where(
            SupervisionHandover.id == handover_id, SupervisionHandover.supervisee_id == own_key(viewer)
        )
    )
    if found is None:
        raise NotFound
    return found


def load_subject(viewer: Viewer, person_id: UUID, *permissions: Permission) -> Person:
    """Somebody whose supervision may be arranged, or looked at, by the reach of any of these permissions.

    Raises:
        NotFound: there is nobody such for this viewer.
    """
    reached = [seen_people(viewer, permission) for permission in permissions if viewer.may(permission)]
    found = db.session.scalar(select(Person).where(Person.id == person_id, or_(false(), *reached)))
    if found is None:
        raise NotFound
    return found


def subjects(viewer: Viewer) -> list[tuple[UUID, str]]:
    """People for whom the viewer may make an agreement, by name; not themselves."""
    rows = db.session.scalars(
        select(Person)
        .where(seen_people(viewer, Permission.SUPERVISION_ARRANGE), Person.user_id.is_distinct_from(viewer.user_id))
        .order_by(Person.last_name, Person.first_name, Person.id)
    )
    return [(row.id, f"{row.known_as} ({row.staff_number})" if row.staff_number else row.known_as) for row in rows]


def of_supervisor(viewer: Viewer, supervisor_id: UUID, cover_id: UUID, day: date) -> list[SupervisionAgreement]:
    """Every agreement of a supervisor that goes on and that the viewer may change, but for the one of the cover."""
    own = own_key(viewer)
    return list(
        db.session.scalars(
            select(SupervisionAgreement)
            .options(selectinload(SupervisionAgreement.covers))
            .where(
                SupervisionAgreement.supervisor_id == supervisor_id,
                SupervisionAgreement.supervisee_id != cover_id,
                SupervisionAgreement.supervisee_id.is_distinct_from(own),
                or_(SupervisionAgreement.ends.is_(None), SupervisionAgreement.ends >= day),
                or_(SupervisionAgreement.supervisor_id == own, within(viewer, Permission.SUPERVISION_ARRANGE)),
            )
            .order_by(SupervisionAgreement.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Cover:
    """Somebody who stands in."""

    id: UUID
    name: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """An agreement as this viewer sees it."""

    id: UUID
    version: int
    kind: SupervisionKind
    supervisor: Who
    supervisee: Who
    deputy: Who | None
    every_weeks: int
    minutes: int
    starts: date
    ends: date | None
    covers: tuple[Cover, ...]
    due: DueLine | None
    handed_from: str
    consent: Consent | None
    may_arrange: bool
    may_log: bool


def agreement_page(viewer: Viewer, row: SupervisionAgreement) -> AgreementPage:
    """An agreement loaded with :func:`load_agreement`. A fixed number of statements."""
    day, known = today(), names()
    due = None
    if row.kind is SupervisionKind.PEER and row.starts <= day and (row.ends is None or day <= row.ends):
        found = dues_of([row.supervisee_id], day).get(row.supervisee_id)
        due = None if found is None else line_of(found, known)
    passed = db.session.scalar(
        select(SupervisionHandover).where(SupervisionHandover.agreement_id == (row.follows_id or row.id))
    )
    return AgreementPage(
        id=row.id,
        version=row.version,
        kind=row.kind,
        supervisor=known[row.supervisor_id],
        supervisee=known[row.supervisee_id],
        deputy=known[row.deputy_id] if row.deputy_id else None,
        every_weeks=row.every_weeks,
        minutes=row.minutes,
        starts=row.starts,
        ends=row.ends,
        covers=tuple(Cover(one.id, known[one.cover_id].name, one.starts, one.ends) for one in row.covers),
        due=due,
        handed_from=known[passed.from_id].name if passed is not None and row.follows_id else "",
        consent=passed.consent if passed is not None and row.follows_id else None,
        may_arrange=_is_loaded(viewer, row.id, load_to_arrange),
        may_log=_is_loaded(viewer, row.id, load_to_log),
    )


def _is_loaded(viewer: Viewer, key: UUID, load: object) -> bool:
    try:
        load(viewer, key)  # type: ignore[operator]  # one of the loaders above
    except NotFound:
        return False
    return True


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """A current peer with their agreement, in a list; without one, who is missing it."""

    person: Who
    team: str
    supervisor: str
    agreement_id: UUID | None
    every_weeks: int | None
    starts: date | None
    line: DueLine


def agreement_lines(viewer: Viewer) -> list[AgreementLine]:
    """Every current peer within reach of whoever arranges or oversees, with or without an agreement."""
    day, told = today(), settled()
    facts = load_facts(day, day, told)
    known, teams = names(), team_names()
    seen = seen_keys(viewer)
    lines = [line_of(due, known) for due in listed(facts, standings(facts, day, told.every_weeks))]
    return [
        AgreementLine(
            person=line.person,
            team=teams[line.team_id][0] if line.team_id in teams else "",
            supervisor=line.supervisor.name if line.supervisor else "",
            agreement_id=line.agreement_id,
            every_weeks=line.interval_weeks,
            starts=line.agreement_from,
            line=line,
        )
        for line in lines
        if seen is None or line.person.id in seen
    ]


def seen_keys(viewer: Viewer) -> set[UUID] | None:
    """The people whose dates this viewer may see from above; None where it is everybody."""
    held = [permission for permission in FROM_ABOVE if viewer.may(permission)]
    if any(viewer.reach(permission).whole for permission in held):
        return None
    if not held:
        return set()
    reached = or_(*(seen_people(viewer, permission) for permission in held))
    return set(db.session.scalars(select(Person.id).where(reached)))
