"""Who is due on a day: for the command, for reports, and for whoever may see an organisation's dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from peerhub.core.database import db
from peerhub.supervision.queries.facts import Settled, load_facts, settled, uuid_of
from peerhub.supervision.queries.people import Who, names
from peerhub.supervision.rules.due import Due, listed, standings
from peerhub.supervision.rules.words import DueState
from peerhub.workforce.models import Team


@dataclass(frozen=True, slots=True)
class DueLine:
    """A current peer and when supervision is due. What needs an agreement is None without one."""

    person: Who
    team_id: UUID | None
    agreement_id: UUID | None
    supervisor: Who | None
    agreement_from: date | None
    interval_weeks: int | None
    last_held: date | None
    paused_days: int
    due: date | None
    state: DueState
    days: int
    """How late it is; below 0 it is still to come."""


def due_on(day: date) -> list[DueLine]:
    """Every current peer of the organisation this session is about, by staff number."""
    told = settled()
    facts = load_facts(day, day, told)
    known = names()
    lines = [line_of(due, known) for due in listed(facts, standings(facts, day, told.every_weeks))]
    return sorted(lines, key=lambda line: (line.person.staff_number, line.person.name, line.person.id))


def line_of(due: Due, known: Mapping[UUID, Who]) -> DueLine:
    """One standing with names."""
    held = due.agreement
    return DueLine(
        person=known[uuid_of(due.person)],
        team_id=None if due.team is None else uuid_of(due.team),
        agreement_id=None if held is None else uuid_of(held.key),
        supervisor=None if held is None else known[uuid_of(held.supervisor)],
        agreement_from=None if held is None else held.starts,
        interval_weeks=None if held is None else held.every_weeks,
        last_held=due.last_held,
        paused_days=due.paused_days,
        due=due.due,
        state=due.state,
        days=due.days,
    )


def dues_of(people: list[UUID], day: date, told: Settled | None = None) -> dict[UUID, Due]:
    """How these people stand on a day."""
    given = told or settled()
    facts = load_facts(day, day, given, people=people)
    return {uuid_of(due.person): due for due in listed(facts, standings(facts, day, given.every_weeks))}


def team_names() -> dict[UUID, tuple[str, UUID]]:
    """The name and the service line of every team."""
    rows = db.session.execute(select(Team.id, Team.name, Team.service_line_id))
    return {key: (name, line) for key, name, line in rows}
