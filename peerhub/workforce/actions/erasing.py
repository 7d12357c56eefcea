"""A person's name and words go; the days they worked stay, so that every count stays true."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.core.time import today
from peerhub.workforce import signals
from peerhub.workforce.actions import adjustments, equality, wellness
from peerhub.workforce.actions.refusing import refuse_if
from peerhub.workforce.actions.turns import one_at_a_time
from peerhub.workforce.models import Person, Spell
from peerhub.workforce.queries.held import erased_number
from peerhub.workforce.queries.records import days_of, parts_of
from peerhub.workforce.rules.records import erase_refusal, is_confirmed


def erase_person(person: Person, typed: str, version: int | None = None) -> None:
    """Erase a person who has left, with every record merged into theirs. It cannot be undone.

    Names, contact, staff number, account and free text go, and so does all that is held apart from the record. Spells
    and time away stay with their dates and reasons, of nobody that can be named.

    Args:
        typed: their staff number or last name, as a sign that this is the person meant.

    Raises:
        DomainError: they have a post now or to come, or what was typed is neither.
        Conflict: somebody else saved the record first.
    """
    one_at_a_time(person)
    person.expect(version)
    refuse_if(erase_refusal(days_of(person), today()))
    if not is_confirmed(typed, person.staff_number, person.last_name):
        raise DomainError("Type their staff number or last name as it stands above", "typed")
    records = [person, *parts_of(person)]
    keys = [record.id for record in records]
    for key in keys:
        adjustments.erase(key)
        equality.erase(key)
        wellness.erase(key)
    spells = _clear_spells(keys)
    for record in records:
        _clear(record)
    db.session.flush()
    audit.wrote("person erased", person, spells=spells, records=len(records))
    for key in keys:
        signals.person_erased.send(signals.PersonErased(key))


def _clear_spells(keys: list[UUID]) -> int:
    spells = list(db.session.scalars(select(Spell).where(Spell.person_id.in_(keys))))
    for spell in spells:
        spell.destination, spell.weekdays = "", ""
    return len(spells)


def _clear(record: Person) -> None:
    record.erased_number = erased_number(record.organisation_id, record.staff_number) if record.staff_number else None
    record.first_name = record.last_name = record.preferred_name = record.pronouns = record.email = record.phone = ""
    record.staff_number = record.user_id = record.unconfirmed_since = None
    record.erased_on = today()
