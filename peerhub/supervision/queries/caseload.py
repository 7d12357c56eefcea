"""A supervisor's caseload: who is due, since when, and how they said they were; a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.supervision.models import SupervisionAgreement, SupervisionSession
from peerhub.supervision.queries.agreements import own_key, running, stands_in, within
from peerhub.supervision.queries.facts import Settled, load_facts, settled, uuid_of
from peerhub.supervision.queries.people import Who, names, own_id, where_they_are
from peerhub.supervision.queries.sessions import passed_of
from peerhub.supervision.rules.agreements import Load, load
from peerhub.supervision.rules.due import Due, listed, standings
from peerhub.supervision.rules.sessions import holder
from peerhub.supervision.rules.words import DueState, SupervisionKind

TREND = 6
"""How many of the last answers about wellbeing are shown."""
MOST_CHOICES = 200
"""How many people a list to choose from may hold."""
TREND_DAYS = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """Somebody the viewer supervises, or stands in for. ``wellbeing`` is what they said, oldest first."""

    agreement_id: UUID
    person_id: UUID
    name: str
    kind: SupervisionKind
    every_weeks: int
    since: date
    last_held: date | None
    due: date | None
    state: DueState
    days: int
    stands_in_for: str
    wellbeing: tuple[str, ...]
    follow_up: bool


@dataclass(frozen=True, slots=True)
class Caseload:
    """A supervisor's people, the latest first, and their load. ``has_record`` is False for an account with none."""

    lines: tuple[CaseLine, ...]
    load: Load
    has_record: bool


def caseload(viewer: Viewer, day: date) -> Caseload:
    """Who the viewer looks after on a day."""
    own, told = own_id(viewer), settled()
    if own is None:
        return Caseload((), load(0, Decimal(0), told.ceiling), has_record=False)
    rows = _agreements(viewer, day)
    dues = _dues(rows, day, told)
    known = names({key for row in rows for key in (row.supervisee_id, row.supervisor_id)})
    said = _said(own, rows, day)
    lines = [
        _line(
            row,
            dues.get((row.kind, row.supervisee_id)),
            own,
            (known[row.supervisee_id].name, known[row.supervisor_id].name),
            said.get(row.id, []),
        )
        for row in rows
    ]
    mine = sum(row.supervisor_id == own and row.kind is SupervisionKind.PEER for row in rows)
    wte = where_they_are([own], day)[own].wte
    ordered = sorted(lines, key=lambda line: (-line.days, line.name.casefold()))
    return Caseload(tuple(ordered), load(mine, wte, told.ceiling), has_record=True)


def _agreements(viewer: Viewer, day: date) -> list[SupervisionAgreement]:
    return list(
        db.session.scalars(
            select(SupervisionAgreement)
            .where(running(day), or_(SupervisionAgreement.supervisor_id == own_key(viewer), stands_in(viewer, day)))
            .order_by(SupervisionAgreement.id)
        )
    )


def _dues(rows: list[SupervisionAgreement], day: date, told: Settled) -> dict[tuple[SupervisionKind, UUID], Due]:
    found = {}
    for kind in SupervisionKind:
        people = [row.supervisee_id for row in rows if row.kind is kind]
        facts = load_facts(day, day, told, kind=kind, people=people)
        for due in listed(facts, standings(facts, day, told.every_weeks)):
            found[kind, uuid_of(due.person)] = due
    return found


def _said(own: UUID, rows: list[SupervisionAgreement], day: date) -> dict[UUID, list[SupervisionSession]]:
    """The latest sessions of the viewer's own people whose notes they have, by agreement, newest first."""
    mine = [row for row in rows if row.supervisor_id == own]
    passed = passed_of(row.supervisee_id for row in mine)
    of = {(row.supervisee_id, row.kind): row.id for row in mine}
    found: dict[UUID, list[SupervisionSession]] = defaultdict(list)
    latest = db.session.scalars(
        select(SupervisionSession)
        .where(
            SupervisionSession.supervisee_id.in_([row.supervisee_id for row in mine]),
            SupervisionSession.held_on > day - TREND_DAYS,
        )
        .order_by(SupervisionSession.held_on.desc())
    )
    for row in latest:
        which = of.get((row.supervisee_id, row.kind))
        if which is None or row.held_on is None or len(found[which]) >= TREND:
            continue
        if holder(row.supervisor_id, row.held_on, passed[row.supervisee_id, row.kind], day) == own:
            found[which].append(row)
    return found


def _line(
    row: SupervisionAgreement, due: Due | None, own: UUID, names_of: tuple[str, str], said: list[SupervisionSession]
) -> CaseLine:
    name, supervisor = names_of
    return CaseLine(
        agreement_id=row.id,
        person_id=row.supervisee_id,
        name=name,
        kind=row.kind,
        every_weeks=row.every_weeks,
        since=row.starts,
        last_held=due.last_held if due else None,
        due=due.due if due else None,
        state=due.state if due else DueState.ON_TIME,
        days=due.days if due else -1000,
        stands_in_for="" if row.supervisor_id == own else supervisor,
        wellbeing=tuple(one.wellbeing for one in reversed(said) if one.wellbeing),
        follow_up=bool(said) and said[0].follow_up,
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """An agreement that can be chosen when a session is logged."""

    agreement_id: UUID
    words: str
    is_mine: bool


def to_log(viewer: Viewer, day: date, asked: str = "") -> list[Choice]:
    """The agreements whose sessions the viewer may log: their own people first, then those within reach. By name.

    Where very many are within reach they are left out, but for the one ``asked`` for by its key.
    """
    held = SupervisionAgreement
    columns = select(held.id, held.kind, held.supervisee_id, held.supervisor_id)
    mine = or_(held.supervisor_id == own_key(viewer), stands_in(viewer, day))
    own = {row.id: row for row in db.session.execute(columns.where(running(day), mine))}
    above = within(viewer, Permission.SUPERVISION_OVERSEE)
    reached = db.session.execute(columns.where(running(day), above).limit(MOST_CHOICES + 1)).all()
    if len(reached) > MOST_CHOICES:
        reached = db.session.execute(columns.where(held.id == key_of(asked), above)).all()
    rows = [*own.values(), *(row for row in reached if row.id not in own)]
    known = names({key for row in rows for key in (row.supervisee_id, row.supervisor_id)}) if rows else {}
    choices = [_choice(row, known, is_mine=row.id in own) for row in rows]
    return sorted(choices, key=lambda choice: (not choice.is_mine, choice.words.casefold()))


def key_of(asked: str) -> UUID | None:
    """A key from an address or a form; None where it is none."""
    try:
        return UUID(asked)
    except ValueError:
        return None


def _choice(row: Any, known: dict[UUID, Who], *, is_mine: bool) -> Choice:
    words = known[row.supervisee_id].name
    if row.kind is not SupervisionKind.PEER:
        words += f", {row.kind.label.lower()}"
    return Choice(row.id, words if is_mine else f"{words} (with {known[row.supervisor_id].name})", is_mine)
