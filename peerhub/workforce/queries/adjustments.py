"""Adjustments as a viewer may see them: one's own, all for the head of peer work, those shared for a team manager."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import today
from peerhub.workforce.models import Adjustment, AdjustmentStep, Person
from peerhub.workforce.queries import deciding
from peerhub.workforce.queries.deciding import ONLY_SHARED
from peerhub.workforce.queries.people import load_person
from peerhub.workforce.queries.reach import listed, seen_people
from peerhub.workforce.rules.adjustments import RUNNING, Move, Part, moves_from, standing
from peerhub.workforce.rules.words import AdjustmentKind, AdjustmentStatus


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done with an adjustment."""

    what: str
    at: datetime
    by: str
    note: str
    is_agreement: bool


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """An adjustment on a person's page. ``moves`` are what this viewer may do next.

    ``waits_for_nobody`` where it is the viewer's own, waits for an answer, and nobody here may give one.
    """

    id: UUID
    version: int
    kind: str
    description: str
    status: AdjustmentStatus
    asked_on: date
    agreed_on: date | None
    review_on: date | None
    ended_on: date | None
    with_manager: bool
    reason: str
    steps: tuple[Step, ...]
    moves: tuple[Move, ...]
    is_news: bool
    waits_for_nobody: bool

    @property
    def agreed_by(self) -> str:
        """Who agreed to it last, in which role."""
        return next((step.by for step in reversed(self.steps) if step.is_agreement), "")

    @property
    def is_open(self) -> bool:
        """Whether it is asked for or running."""
        return self.status not in {AdjustmentStatus.DECLINED, AdjustmentStatus.ENDED}


@dataclass(frozen=True, slots=True)
class AdjustmentsPage:
    """A person's adjustments, those that run or wait first.

    ``decides`` where it is the viewer's own page and they are one who answers what others ask for.
    """

    person_id: UUID
    name: str
    is_own: bool
    sees_all: bool
    may_ask: bool
    decides: bool
    lines: tuple[AdjustmentLine, ...]


def adjustments_page(viewer: Viewer, person_id: UUID) -> AdjustmentsPage:
    """A person's adjustments as this viewer sees them.

    Raises:
        NotFound: the person is neither the viewer nor within reach.
    """
    person = load_subject(viewer, person_id)
    is_own = person.user_id == viewer.user_id
    rows = db.session.scalars(
        select(Adjustment)
        .join(Adjustment.person)
        .options(contains_eager(Adjustment.person), selectinload(Adjustment.steps))
        .where(Adjustment.person_id == person.id, _seen(viewer))
        .order_by(Adjustment.asked_on.desc(), Adjustment.id.desc())
    ).all()
    names = deciding.names({step.by_id for row in rows for step in row.steps})
    unheard = deciding.nobody_answers() if is_own else frozenset()
    lines = [_line(viewer, row, names, unheard) for row in rows]
    return AdjustmentsPage(
        person_id=person.id,
        name=person.known_as,
        is_own=is_own,
        sees_all=is_own or _is_within(_unlimited(viewer), person.id),
        may_ask=is_own or _is_within(viewer, person.id, Permission.ADJUSTMENTS_EDIT),
        decides=is_own and _unlimited(viewer).may(Permission.ADJUSTMENTS_EDIT),
        lines=tuple(sorted(lines, key=lambda line: not line.is_open)),
    )


def load_subject(viewer: Viewer, person_id: UUID, permission: Permission = Permission.ADJUSTMENTS_VIEW) -> Person:
    """The person whose adjustments are asked for: oneself, or somebody within reach.

    Raises:
        NotFound: there is nobody such for this viewer.
    """
    return load_person(viewer, person_id, permission, own=Permission.OWN_ADJUSTMENTS)


def load_adjustment(
    viewer: Viewer, adjustment_id: UUID, permission: Permission = Permission.ADJUSTMENTS_VIEW
) -> Adjustment:
    """An adjustment of one's own, or one within the reach of a permission, with its person.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(
        select(Adjustment)
        .join(Adjustment.person)
        .options(contains_eager(Adjustment.person))
        .where(Adjustment.id == adjustment_id, _seen(viewer, permission))
    )
    if found is None:
        raise NotFound
    return found


def part_of(viewer: Viewer, adjustment: Adjustment) -> Part:
    """Whose part the viewer plays; the person it is for never decides about it."""
    return Part.OWNER if adjustment.person.user_id == viewer.user_id else Part.DECIDER


def shared_only(viewer: Viewer, person_id: UUID) -> bool:
    """Whether the viewer, who is not this person, sees only what is shared with them."""
    return not _is_within(_unlimited(viewer), person_id)


@dataclass(frozen=True, slots=True)
class Due:
    """An adjustment that waits for this viewer, and since when. ``news`` is how an own one was answered, until seen."""

    person_id: UUID
    name: str
    is_own: bool
    is_review: bool
    since: date
    news: AdjustmentStatus | None = None


def due_for(viewer: Viewer, day: date) -> list[Due]:
    """Reviews due, answers to one's own that were not seen yet, and what was asked for and waits. One read."""
    if not viewer.may(Permission.OWN_ADJUSTMENTS, Permission.ADJUSTMENTS_VIEW):
        return []
    own = _own(viewer)
    reviews = and_(
        Adjustment.status.in_(RUNNING),
        Adjustment.review_on <= day,
        or_(own, and_(Adjustment.agreed_by_id == viewer.user_id, _seen(viewer, Permission.ADJUSTMENTS_EDIT))),
    )
    answered = and_(own, Adjustment.is_news)
    waiting = and_(
        Adjustment.status == AdjustmentStatus.REQUESTED,
        _decided_by(viewer),
        Person.user_id.is_distinct_from(viewer.user_id),
    )
    rows = db.session.scalars(
        select(Adjustment)
        .join(Adjustment.person)
        .options(contains_eager(Adjustment.person))
        .where(or_(reviews, waiting, answered))
        .order_by(Adjustment.id)
    )
    return [_due(viewer, row) for row in rows]


def _due(viewer: Viewer, row: Adjustment) -> Due:
    is_own = row.person.user_id == viewer.user_id
    if row.is_news and is_own:
        return Due(row.person_id, row.person.known_as, is_own, is_review=False, since=today(), news=row.status)
    is_review = row.status is not AdjustmentStatus.REQUESTED
    since = row.review_on if is_review and row.review_on is not None else row.asked_on
    return Due(row.person_id, row.person.known_as, is_own, is_review, since)


def _own(viewer: Viewer) -> ColumnElement[bool]:
    if not viewer.may(Permission.OWN_ADJUSTMENTS):
        return false()
    return and_(Person.user_id == viewer.user_id, listed())


def _seen(viewer: Viewer, permission: Permission = Permission.ADJUSTMENTS_VIEW) -> ColumnElement[bool]:
    """Adjustments (joined to their person) that the viewer may see, or with ``ADJUSTMENTS_EDIT`` decide about."""
    return or_(_own(viewer), _decided_by(viewer, permission))


def _decided_by(viewer: Viewer, permission: Permission = Permission.ADJUSTMENTS_EDIT) -> ColumnElement[bool]:
    everything, shared = _unlimited(viewer), _limited(viewer)
    return or_(
        seen_people(everything, permission) if everything.may(permission) else false(),
        and_(Adjustment.with_manager, seen_people(shared, permission)) if shared.may(permission) else false(),
    )


def _unlimited(viewer: Viewer) -> Viewer:
    return replace(viewer, holdings=tuple(held for held in viewer.holdings if held.role not in ONLY_SHARED))


def _limited(viewer: Viewer) -> Viewer:
    return replace(viewer, holdings=tuple(held for held in viewer.holdings if held.role in ONLY_SHARED))


def _is_within(viewer: Viewer, person_id: UUID, permission: Permission = Permission.ADJUSTMENTS_VIEW) -> bool:
    if not viewer.may(permission):
        return False
    within = select(Person.id).where(Person.id == person_id, seen_people(viewer, permission))
    return db.session.scalar(within) is not None


def _line(
    viewer: Viewer, row: Adjustment, names: Mapping[UUID, deciding.Named], unheard: frozenset[UUID]
) -> AdjustmentLine:
    part = part_of(viewer, row)
    may_move = part is Part.OWNER or viewer.may(Permission.ADJUSTMENTS_EDIT)
    return AdjustmentLine(
        id=row.id,
        version=row.version,
        kind=said_kind(row.kind),
        description=row.description,
        status=standing(row.status, row.review_on, today()),
        asked_on=row.asked_on,
        agreed_on=row.agreed_on,
        review_on=row.review_on,
        ended_on=row.ended_on,
        with_manager=row.with_manager,
        reason=row.reason,
        steps=tuple(_step(step, names) for step in row.steps),
        moves=moves_from(row.status, part) if may_move else (),
        is_news=row.is_news and part is Part.OWNER,
        waits_for_nobody=row.id in unheard,
    )


def said_kind(code: str) -> str:
    """The kind in words.

    >>> said_kind("quiet_space")
    'Quiet space, light or noise'
    """
    return AdjustmentKind(code).label if code in set(AdjustmentKind) else code  # type: ignore[call-arg]  # a word is found by its code alone


def _step(step: AdjustmentStep, names: Mapping[UUID, deciding.Named]) -> Step:
    named = names.get(step.by_id) if step.by_id is not None else None
    is_answer = step.move not in {Move.ASK, Move.ASK_AGAIN, Move.END}
    by = named.said(step.at, in_role=is_answer) if named else "PeerHub itself"
    return Step(step.move.label, step.at, by, step.note, step.move is Move.AGREE)
