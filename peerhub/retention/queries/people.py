"""The people behind a figure, for those who may see individuals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
from sqlalchemy import select

from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.tables import Page, View
from peerhub.retention.queries.facts import Loaded, load
from peerhub.retention.queries.figures import REASONS, cohort_of, label_of
from peerhub.retention.queries.reports import usual_question
from peerhub.retention.rules.cohorts import Entries, find_cohort
from peerhub.retention.rules.facts import day_number, day_of
from peerhub.retention.rules.questions import Question, read_question
from peerhub.retention.rules.tiers import LONGEST_YEARS, Tier, anniversaries, covered, ends_if_gone, tier_rows
from peerhub.retention.rules.turnover import cohort_leavers
from peerhub.workforce.models import Person

GROUPS = ("recruited", "expected", "here", "away", "not_yet_due", "unconfirmed", "left")


@dataclass(frozen=True, slots=True)
class Behind:
    """Somebody behind a figure: where they started, and their last day in the organisation if they have left."""

    person: UUID
    name: str
    staff_number: str
    started: date
    setting: str
    service_line: str
    team: str
    left_on: date | None
    reason: str
    destination: str


@dataclass(frozen=True, slots=True)
class Group:
    """Which people of a cohort: those recruited, still expected, here or away after `year` in `tier`, and so on."""

    name: str
    year: int = 1
    tier: Tier = Tier.IN_TRUST


def read_group(address: Mapping[str, str]) -> Group:
    """Which people an address asks for.

    Raises:
        NotFound: it asks for nothing there is.
    """
    name, year = address.get("group", "recruited"), address.get("year", "1")
    tier = address.get("tier", Tier.IN_TRUST.value)
    if (
        name not in GROUPS
        or not year.isdecimal()
        or len(year) > 2
        or not 1 <= int(year) <= LONGEST_YEARS
        or tier not in set(Tier)
    ):
        raise NotFound
    return Group(name, int(year), Tier(tier))


def people_behind(
    viewer: Viewer, address: Mapping[str, str], today: date, view: View
) -> tuple[Question, Group, Page[Behind]]:
    """The people behind a figure, those who started first coming first unless the view has another order.

    Raises:
        NotFound: the viewer may not see individuals as far as they see figures, or there is no such group.
    """
    loaded = load(viewer)
    if not loaded.sees_individuals:
        raise NotFound
    group = read_group(address)
    question, _ = read_question(address, usual_question(loaded, today))
    rows = _named(loaded, _members(loaded, question, group), _leavings(loaded, question))
    rows.sort(key=lambda row: row.name)
    rows.sort(key=lambda row: _in_order(getattr(row, view.sort or "started")), reverse=view.descending)
    return question, group, Page(rows[view.start : view.start + view.size], len(rows))


def _in_order(value: str | date | None) -> tuple[bool, str]:
    """Words and days in their order, nothing last."""
    return value is None, value.isoformat() if isinstance(value, date) else (value or "")


def _members(loaded: Loaded, question: Question, group: Group) -> Entries:
    cohort = cohort_of(loaded, question)
    entries = cohort.entries
    if group.name == "recruited":
        return entries
    if group.name == "expected":
        whole = find_cohort(loaded.facts, loaded.entries, question.from_, question.to, date.max, question.filters)
        return whole.entries.only(whole.entries.index > day_number(question.as_at))
    if group.name == "left":
        return entries.only(np.isin(entries.person, cohort_leavers(loaded.facts, cohort, loaded.gap).person))
    day = anniversaries(entries.index, group.year)
    due = day <= day_number(question.as_at)
    if group.name == "not_yet_due":
        return entries.only(~due)
    reached = entries.only(due)
    rows = tier_rows(loaded.facts, group.tier)
    here = covered(loaded.facts, rows, reached, day[due])
    if group.name == "unconfirmed":
        surely = covered(loaded.facts, rows, reached, day[due], ends_if_gone(loaded.facts))
        return reached.only(here & ~surely)
    return reached.only(here if group.name == "here" else ~here)


def _leavings(loaded: Loaded, question: Question) -> Mapping[int, tuple[date, str, str]]:
    """The last day of each person of the cohort who has left, why and where to, by their number."""
    facts = loaded.facts
    gone = cohort_leavers(facts, cohort_of(loaded, question), loaded.gap)
    return {
        int(person): (day_of(int(day)), facts.leaving_reason.at(int(row)), facts.destination.at(int(row)))
        for person, day, row in zip(gone.person, gone.day, gone.row, strict=True)
    }


def _named(loaded: Loaded, entries: Entries, leavings: Mapping[int, tuple[date, str, str]]) -> list[Behind]:
    facts = loaded.facts
    keys = [UUID(facts.people[int(person)]) for person in entries.person]
    names = _names(keys)
    left = [leavings.get(int(person), (None, "", "")) for person in entries.person]
    return [
        Behind(
            person=key,
            name=names[key][0],
            staff_number=names[key][1],
            started=day_of(int(index)),
            setting=label_of("setting", facts.setting.at(int(row))),
            service_line=facts.service_line.at(int(row)),
            team=facts.team.at(int(row)),
            left_on=last_day,
            reason=REASONS.get(reason, ""),
            destination=destination,
        )
        for key, index, row, (last_day, reason, destination) in zip(keys, entries.index, entries.row, left, strict=True)
    ]


def _names(keys: Iterable[UUID]) -> Mapping[UUID, tuple[str, str]]:
    """Names and staff numbers, read in one query whatever their number."""
    wanted = set(keys)
    rows = db.session.execute(
        select(
            Person.id, Person.first_name, Person.last_name, Person.preferred_name, Person.staff_number, Person.erased_on
        )
    ).all()
    return {
        key: ("Erased", "") if erased else (f"{preferred or first} {last}".strip(), number or "")
        for key, first, last, preferred, number, erased in rows
        if key in wanted
    }
