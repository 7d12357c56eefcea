"""The rows that due dates are reckoned from, read in a fixed number of statements however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from peerhub.access.models import Organisation
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.supervision.models import SupervisionAgreement, SupervisionSession, SupervisionSettings
from peerhub.supervision.rules.facts import AgreementRow, Facts, SpellRow, facts
from peerhub.supervision.rules.words import NEVER_A_PEER, SupervisionKind
from peerhub.workforce.models import Break, Person, Post, Spell

Key = Any
"""A key as text, with or without hyphens as the database writes it. Made into a UUID by :func:`uuid_of`."""


LOOK_BACK = timedelta(days=200)
"""Nearly everybody was seen within these days; the few others are looked up one by one."""
MOST_NAMED = 500
"""How many are named in a statement; of more, all are asked for."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What an organisation has settled, or the usual numbers."""

    every_weeks: int = 4
    ceiling: int = 10
    phased_days: int = 28
    gap_days: int = 14


def settled() -> Settled:
    """What the organisation this session is about has settled. One statement."""
    row = db.session.execute(
        select(Organisation.gap_days, SupervisionSettings)
        .outerjoin(SupervisionSettings, SupervisionSettings.organisation_id == Organisation.id)
        .where(Organisation.id == scope.current())
    ).one()
    held: SupervisionSettings | None = row[1]
    if held is None:
        return Settled(gap_days=row[0])
    return Settled(held.every_weeks, held.ceiling, held.phased_days, row[0])


def raw(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """A key as text, which spares making an object of each."""
    return cast(column, Text)


def uuid_of(key: Key) -> UUID:
    """A raw key as a UUID."""
    return UUID(key)


def load_facts(
    first: date,
    last: date,
    told: Settled,
    *,
    kind: SupervisionKind = SupervisionKind.PEER,
    people: Iterable[UUID] | None = None,
) -> Facts:
    """Facts that answer for every day from ``first`` to ``last``. Five statements.

    Args:
        people: only these people's; everybody's when left out.
    """
    wanted = None if people is None else list(people)
    spells = _spells(last, wanted)
    held = _held_within(kind, first - LOOK_BACK, last, wanted)
    return facts(
        spells=spells,
        agreements=_agreements(kind, first, last, wanted),
        held=[*_long_ago(kind, first, spells, held, told.gap_days), *held],
        gap_days=told.gap_days,
    )


def of_peers() -> ColumnElement[bool]:
    """Spells (joined to their post) of peers: in a post of the peer service, on terms that count."""
    return and_(Post.peer_service, Spell.contract.not_in(NEVER_A_PEER))


def _spells(last: date, people: list[UUID] | None) -> list[SpellRow]:
    condition = and_(of_peers(), Spell.starts <= last, *_of(Spell.person_id, people))
    away: dict[Key, list[tuple[date, date | None]]] = defaultdict(list)
    breaks = (
        select(raw(Break.spell_id), Break.starts, Break.ends)
        .join(Spell, Break.spell_id == Spell.id)
        .join(Post, Spell.post_id == Post.id)
    )
    for key, starts, ends in db.session.execute(breaks.where(condition)):
        away[key].append((starts, ends))
    rows = db.session.execute(
        select(raw(Spell.id), raw(Spell.person_id), Spell.starts, Spell.ends, raw(Post.team_id))
        .join(Post, Spell.post_id == Post.id)
        .where(condition)
        .order_by(Spell.wte, Spell.starts, Spell.id)
    )
    return [SpellRow(who, starts, ends, team, tuple(away.get(key, ()))) for key, who, starts, ends, team in rows]


def _agreements(kind: SupervisionKind, first: date, last: date, people: list[UUID] | None) -> list[AgreementRow]:
    held = SupervisionAgreement
    rows = db.session.execute(
        select(raw(held.id), raw(held.supervisee_id), raw(held.supervisor_id), held.every_weeks, held.starts, held.ends)
        .where(
            held.kind == kind,
            held.starts <= last,
            or_(held.ends.is_(None), held.ends >= first),
            *_of(held.supervisee_id, people),
        )
        .order_by(held.starts, held.id)
    )
    return [AgreementRow(*row) for row in rows]


def _long_ago(
    kind: SupervisionKind, day: date, spells: list[SpellRow], held: list[tuple[Key, date]], gap_days: int
) -> list[tuple[Key, date]]:
    """The last session by a day of those who were in a post then, or shortly before, and not seen for long.

    One seek in an index each. Those between two posts count too, where the gap is not leaving.
    """
    seen, back = {who for who, when in held if when <= day}, day - timedelta(days=gap_days)
    rest = {row.person for row in spells if row.starts <= day and (row.ends is None or row.ends >= back)} - seen
    latest = (
        select(SupervisionSession.held_on)
        .where(
            SupervisionSession.supervisee_id == Person.id,
            SupervisionSession.kind == kind,
            SupervisionSession.held_on <= day,
        )
        .order_by(SupervisionSession.held_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = select(raw(Person.id), latest)
    if len(rest) <= MOST_NAMED:
        wanted = wanted.where(Person.id.in_([uuid_of(who) for who in rest]))
    return [(who, when) for who, when in db.session.execute(wanted) if when is not None]


def _held_within(kind: SupervisionKind, first: date, last: date, people: list[UUID] | None) -> list[tuple[Key, date]]:
    """Everybody seen after a day and until another: a row a day, which is what an index gives at once."""
    rows = db.session.execute(
        select(SupervisionSession.held_on, func.aggregate_strings(raw(SupervisionSession.supervisee_id), ","))
        .where(
            SupervisionSession.kind == kind,
            SupervisionSession.held_on > first,
            SupervisionSession.held_on <= last,
            *_of(SupervisionSession.supervisee_id, people),
        )
        .group_by(SupervisionSession.held_on)
    )
    return [(who, held) for held, together in rows if held is not None for who in together.split(",")]


def _of(column: InstrumentedAttribute[UUID], people: list[UUID] | None) -> list[ColumnElement[bool]]:
    return [] if people is None else [column.in_(people)]
