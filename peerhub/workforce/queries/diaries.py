"""When people cannot be asked to anything: their time away, and the weekdays they work. Never why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from peerhub.core.database import db
from peerhub.workforce.models import Spell
from peerhub.workforce.rules.words import WEEKDAYS, weekday_codes

NUMBERS = {code: number for number, code in enumerate(WEEKDAYS)}


@dataclass(frozen=True, slots=True)
class Days:
    """When somebody is away (days that both count; a last day of None is not known) and which weekdays they work.

    ``weekdays`` holds numbers, 0 for Monday; empty where any of their posts does not say.
    """

    away: tuple[tuple[date, date | None], ...] = ()
    weekdays: frozenset[int] = frozenset()


def days_of(person_ids: Iterable[UUID], since: date, until: date) -> dict[UUID, Days]:
    """The days of each of these people from ``since`` to ``until``, both counted. Two statements.

    Whoever is in no post then is not in the answer.
    """
    wanted = set(person_ids)
    if not wanted:
        return {}
    spells = db.session.scalars(
        select(Spell)
        .where(Spell.person_id.in_(wanted), Spell.starts <= until, or_(Spell.ends.is_(None), Spell.ends >= since))
        .options(selectinload(Spell.breaks))
        .order_by(Spell.starts, Spell.id)
    )
    own: dict[UUID, list[Spell]] = defaultdict(list)
    for spell in spells:
        own[spell.person_id].append(spell)
    return {person_id: _days(held) for person_id, held in own.items()}


def _days(spells: list[Spell]) -> Days:
    """Somebody with two posts is away when away from either, and works on the weekdays of both."""
    away = tuple((gone.starts, gone.ends) for spell in spells for gone in spell.breaks)
    if not all(spell.weekdays for spell in spells):
        return Days(away)
    return Days(away, frozenset(NUMBERS[code] for spell in spells for code in weekday_codes(spell.weekdays)))
