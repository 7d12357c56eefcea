"""From spells in the database to the facts retention rests on: five queries, whatever the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, Float, String, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from peerhub.access.models import Organisation
from peerhub.access.permissions import Permission
from peerhub.access.queries.limits import limits_now, limits_of_year
from peerhub.access.rules import Reach, Viewer
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.retention.rules.cohorts import Entries, find_entries
from peerhub.retention.rules.facts import STILL_OPEN, BreakFact, Coded, Mask, SpellFacts, coded, day_number
from peerhub.workforce.models import Break, Person, Post, ServiceLine, Spell, Team


@dataclass(frozen=True)
class Loaded:
    """An organisation's facts and how much of them a viewer may see.

    Attributes:
        within: the spells whose team is within the viewer's reach; cohorts are made of people who entered there.
        sees_everything: whether the viewer's reach is the whole organisation.
        sees_individuals: whether small numbers are shown and people behind a figure named.
        small_number: counts from 1 to one less than this are hidden from everybody else.
        least_denominator: percentages of fewer people are hidden from everybody else.
        gap: days between two spells that are not leaving.

    Who may not see individuals gets these three as they were when the year began.
    """

    organisation: str
    facts: SpellFacts
    within: Mask
    sees_everything: bool
    sees_individuals: bool
    small_number: int
    least_denominator: int
    gap: int

    @cached_property
    def entries(self) -> Entries:
        """Everybody's entry into the peer service that is within the viewer's reach."""
        entries = find_entries(self.facts)
        return entries.only(self.within[entries.row])


Key: TypeAlias = "str | UUID"
"""A key as the database's own driver gives it: made into nothing else, which for thousands of rows takes its time."""


@dataclass(frozen=True, eq=False, slots=True)
class Posts:
    """What the posts say of the spells in them: row i of each column is one post, `place` gives the row of a key."""

    place: Mapping[Key, int]
    lived_experience: Mask
    peer_service: Mask
    setting: Coded
    service_line: Coded
    team: Coded
    employer: Coded
    band: Coded
    is_within: Mask


def load(viewer: Viewer) -> Loaded:
    """The facts of the viewer's organisation. Records merged into one are one person; erased people still count."""
    reach = viewer.reach(Permission.RETENTION_VIEW)
    named = viewer.reach(Permission.RETENTION_INDIVIDUALS)
    organisation = db.session.get_one(Organisation, viewer.organisation_id)
    sees_individuals = _reaches_as_far(named, reach)
    limits = limits_now(organisation.id) if sees_individuals else limits_of_year(organisation.id, today())
    known_as, unconfirmed = _people()
    facts, within = _spells(_posts(reach), known_as, unconfirmed)
    return Loaded(
        organisation=organisation.name,
        facts=facts,
        within=within,
        sees_everything=reach.whole,
        sees_individuals=sees_individuals,
        small_number=limits.small_number,
        least_denominator=limits.least_denominator,
        gap=limits.gap_days,
    )


def organisation_facts() -> SpellFacts:
    """All the facts of the organisation this session is about: for commands at the server's own keyboard."""
    known_as, unconfirmed = _people()
    facts, _ = _spells(_posts(Reach(whole=True)), known_as, unconfirmed)
    return facts


def organisation_gap() -> int:
    """Days between two spells that are not leaving, in the organisation this session is about."""
    return db.session.get_one(Organisation, scope.current()).gap_days


def _reaches_as_far(one: Reach, other: Reach) -> bool:
    if one.whole or not one:
        return one.whole
    return not other.whole and other.service_lines <= one.service_lines and other.teams <= one.teams


def _raw(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """A key, or the code of a word, as it is stored."""
    return type_coerce(column, String)


def _posts(reach: Reach) -> Posts:
    """Each post's terms and place."""
    teams = _teams(reach)
    rows = db.session.execute(
        select(
            _raw(Post.id), Post.lived_experience, Post.peer_service, Post.employer, _raw(Post.band), _raw(Post.team_id)
        )
    ).all()
    at = [teams[row[5]] for row in rows]
    return Posts(
        place={row[0]: number for number, row in enumerate(rows)},
        lived_experience=np.array([row[1] for row in rows], dtype=bool),
        peer_service=np.array([row[2] for row in rows], dtype=bool),
        setting=coded([team.setting for team in at]),
        service_line=coded([team.service_line for team in at]),
        team=coded([team.name for team in at]),
        employer=coded([row[3] for row in rows]),
        band=coded([row[4] or "" for row in rows]),
        is_within=np.array([team.is_within for team in at], dtype=bool),
    )


class _Team(NamedTuple):
    name: str
    service_line: str
    setting: str
    is_within: bool


def _teams(reach: Reach) -> Mapping[Key, _Team]:
    """The teams; those of the same name in two service lines are told apart."""
    rows = db.session.execute(
        select(_raw(Team.id), Team.id, Team.name, ServiceLine.id, ServiceLine.name, _raw(ServiceLine.setting)).join(
            ServiceLine, Team.service_line_id == ServiceLine.id
        )
    ).all()
    held_by = Counter(name for name, _ in {(row[2], row[4]) for row in rows})
    return {
        key: _Team(f"{name} ({line})" if held_by[name] > 1 else name, line, setting, reach.covers(line_id, team_id))
        for key, team_id, name, line_id, line, setting in rows
    }


def _people() -> tuple[Mapping[Key, Key], Mapping[str, date]]:
    """Who each merged record is now, and the last day a load showed those who are unconfirmed."""
    rows = db.session.execute(
        select(_raw(Person.id), _raw(Person.merged_into_id), Person.unconfirmed_since).where(
            or_(Person.merged_into_id.is_not(None), Person.unconfirmed_since.is_not(None))
        )
    ).all()
    merged = {person: into for person, into, _ in rows if into is not None}
    known_as = {person: _last(person, merged) for person in merged}
    unconfirmed = {
        str(person): since - timedelta(days=1) for person, into, since in rows if since is not None and into is None
    }
    return known_as, unconfirmed


def _last(person: Key, merged: Mapping[Key, Key]) -> Key:
    seen = {person}
    while person in merged and merged[person] not in seen:
        person = merged[person]
        seen.add(person)
    return person


def _spells(posts: Posts, known_as: Mapping[Key, Key], unconfirmed: Mapping[str, date]) -> tuple[SpellFacts, Mask]:
    rows = db.session.execute(
        select(
            _raw(Spell.person_id),
            _raw(Spell.post_id),
            Spell.starts,
            Spell.ends,
            type_coerce(Spell.wte, Float),
            _raw(Spell.contract),
            Spell.campaign,
            _raw(Spell.leaving_reason),
            Spell.destination,
        ).order_by(Spell.starts, Spell.id)
    ).all()
    person = coded([str(known_as.get(row[0], row[0])) for row in rows])
    at = np.array([posts.place[row[1]] for row in rows], dtype=np.int64)
    facts = SpellFacts(
        people=person.labels,
        person=person.codes,
        start=np.array([day_number(row[2]) for row in rows], dtype=np.int64),
        end=np.array([STILL_OPEN if row[3] is None else day_number(row[3]) for row in rows], dtype=np.int64),
        lived_experience=posts.lived_experience[at],
        peer_service=posts.peer_service[at],
        wte=np.array([float(row[4]) for row in rows], dtype=np.float64),
        contract=coded([row[5] for row in rows]),
        setting=posts.setting.taken(at),
        service_line=posts.service_line.taken(at),
        team=posts.team.taken(at),
        employer=posts.employer.taken(at),
        band=posts.band.taken(at),
        campaign=coded([row[6] for row in rows]),
        leaving_reason=coded([row[7] or "" for row in rows]),
        destination=coded([row[8] for row in rows]),
        breaks=_breaks(known_as),
        unconfirmed=unconfirmed,
    )
    return facts, posts.is_within[at]


def _breaks(known_as: Mapping[Key, Key]) -> tuple[BreakFact, ...]:
    rows = db.session.execute(
        select(_raw(Spell.person_id), Break.starts, Break.ends, _raw(Break.kind)).join(
            Spell, Break.spell_id == Spell.id
        )
    ).all()
    return tuple(BreakFact(str(known_as.get(key, key)), starts, ends, kind) for key, starts, ends, kind in rows)
