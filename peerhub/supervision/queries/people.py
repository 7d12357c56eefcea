"""Who somebody is, and where they are: names and whereabouts of many people at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select

from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.supervision.rules.agreements import Whereabouts, whereabouts
from peerhub.supervision.rules.stretches import Stretch, stretch, without
from peerhub.workforce.models import Break, Person, Spell
from peerhub.workforce.queries.people import own_record
from peerhub.workforce.rules.posts import Days


@dataclass(frozen=True, slots=True)
class Who:
    """A person's name and staff number."""

    id: UUID
    name: str
    staff_number: str


def own_id(viewer: Viewer) -> UUID | None:
    """The key of the viewer's own record, where their account is linked to one."""
    own = own_record(viewer)
    return None if own is None else own.id


def names(keys: Iterable[UUID] | None = None) -> dict[UUID, Who]:
    """Names by key; everybody's when no keys are given. One statement."""
    wanted = select(
        Person.id, Person.first_name, Person.last_name, Person.preferred_name, Person.staff_number, Person.erased_on
    )
    if keys is not None:
        wanted = wanted.where(Person.id.in_(set(keys)))
    return {
        key: Who(key, "Name erased" if erased else f"{preferred or first} {last}".strip(), number or "")
        for key, first, last, preferred, number, erased in db.session.execute(wanted)
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody is on a day, and the hours they have then."""

    where: Whereabouts
    wte: Decimal


def where_they_are(keys: Iterable[UUID], day: date) -> dict[UUID, Standing]:
    """Where each of these people is on a day, in any post. Two statements, however many."""
    wanted = set(keys)
    spells: dict[UUID, list[tuple[UUID, Days, Decimal]]] = defaultdict(list)
    for who, spell, starts, ends, wte in db.session.execute(
        select(Spell.person_id, Spell.id, Spell.starts, Spell.ends, Spell.wte).where(Spell.person_id.in_(wanted))
    ):
        spells[who].append((spell, Days(starts, ends), wte))
    away: dict[UUID, list[Stretch]] = defaultdict(list)
    for spell, starts, ends in db.session.execute(
        select(Break.spell_id, Break.starts, Break.ends)
        .join(Spell, Break.spell_id == Spell.id)
        .where(Spell.person_id.in_(wanted), Break.starts <= day, or_(Break.ends.is_(None), Break.ends >= day))
    ):
        away[spell].append(stretch(starts, ends))
    return {who: _standing(spells[who], away, day) for who in wanted}


def _standing(rows: list[tuple[UUID, Days, Decimal]], away: dict[UUID, list[Stretch]], day: date) -> Standing:
    current = [(spell, wte) for spell, days, wte in rows if days.covers(day)]
    today = (day.toordinal(), day.toordinal())
    is_away = bool(current) and not any(without([today], away.get(spell, [])) for spell, _ in current)
    where = whereabouts((days for _, days, _ in rows), [Days(day, day)] if is_away else [], day)
    return Standing(where, sum((wte for _, wte in current), Decimal(0)))


def supervisors_to_choose(day: date) -> list[tuple[UUID, str]]:
    """People who work here on a day or later, by name: whoever may supervise, cover or be a deputy. One statement."""
    rows = db.session.scalars(
        select(Person)
        .where(
            Person.merged_into_id.is_(None),
            Person.erased_on.is_(None),
            Person.id.in_(select(Spell.person_id).where(or_(Spell.ends.is_(None), Spell.ends >= day))),
        )
        .order_by(Person.last_name, Person.first_name, Person.id)
    )
    return [(row.id, f"{row.known_as} ({row.staff_number})" if row.staff_number else row.known_as) for row in rows]
