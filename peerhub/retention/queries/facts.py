"""From spells in the database to the facts retention rests on: four queries, whatever the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

import numpy as np
from sqlalchemy import Float, String, or_, select, type_coerce

from peerhub.access.models import Organisation
from peerhub.access.permissions import Permission
from peerhub.access.rules import Reach, Viewer
from peerhub.core.database import db
from peerhub.retention.rules.cohorts import Entries, find_entries
from peerhub.retention.rules.facts import BreakFact, Mask, SpellFact, SpellFacts, facts_from_rows
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


class Place(NamedTuple):
    """What a spell's post says of it."""

    lived_experience: bool
    peer_service: bool
    setting: str
    service_line: str
    team: str
    employer: str
    band: str
    is_within: bool


def load(viewer: Viewer) -> Loaded:
    """The facts of the viewer's organisation. Records merged into one are one person; erased people still count."""
    reach = viewer.reach(Permission.RETENTION_VIEW)
    named = viewer.reach(Permission.RETENTION_INDIVIDUALS)
    organisation = db.session.get_one(Organisation, viewer.organisation_id)
    places = _places(reach)
    known_as, unconfirmed = _people()
    facts, within = _spells(places, known_as, unconfirmed)
    return Loaded(
        organisation=organisation.name,
        facts=facts,
        within=within,
        sees_everything=reach.whole,
        sees_individuals=_reaches_as_far(named, reach),
        small_number=organisation.small_number,
        least_denominator=organisation.least_denominator,
        gap=organisation.gap_days,
    )


def organisation_facts() -> SpellFacts:
    """All the facts of the organisation this session is about: for commands at the server's own keyboard."""
    known_as, unconfirmed = _people()
    facts, _ = _spells(_places(Reach(whole=True)), known_as, unconfirmed)
    return facts


def _reaches_as_far(one: Reach, other: Reach) -> bool:
    if one.whole or not one:
        return one.whole
    return not other.whole and other.service_lines <= one.service_lines and other.teams <= one.teams


def _places(reach: Reach) -> Mapping[UUID, Place]:
    """Each post's terms and place. Teams of the same name in two service lines are told apart."""
    rows = db.session.execute(
        select(
            Post.id,
            Post.lived_experience,
            Post.peer_service,
            Post.employer,
            type_coerce(Post.band, String),
            Team.id,
            Team.name,
            ServiceLine.id,
            ServiceLine.name,
            type_coerce(ServiceLine.setting, String),
        )
        .join(Team, Post.team_id == Team.id)
        .join(ServiceLine, Team.service_line_id == ServiceLine.id)
    ).all()
    held_by = Counter(name for name, _ in {(row[6], row[8]) for row in rows})
    return {
        post: Place(
            lived_experience=lived_experience,
            peer_service=peer_service,
            setting=setting,
            service_line=line,
            team=f"{team} ({line})" if held_by[team] > 1 else team,
            employer=employer,
            band=band or "",
            is_within=reach.covers(line_id, team_id),
        )
        for post, lived_experience, peer_service, employer, band, team_id, team, line_id, line, setting in rows
    }


def _people() -> tuple[Mapping[UUID, UUID], Mapping[str, date]]:
    """Who each merged record is now, and the last day a load showed those who are unconfirmed."""
    rows = db.session.execute(
        select(Person.id, Person.merged_into_id, Person.unconfirmed_since).where(
            or_(Person.merged_into_id.is_not(None), Person.unconfirmed_since.is_not(None))
        )
    ).all()
    merged = {person: into for person, into, _ in rows if into is not None}
    known_as = {person: _last(person, merged) for person in merged}
    unconfirmed = {
        str(person): since - timedelta(days=1) for person, into, since in rows if since is not None and into is None
    }
    return known_as, unconfirmed


def _last(person: UUID, merged: Mapping[UUID, UUID]) -> UUID:
    seen = {person}
    while person in merged and merged[person] not in seen:
        person = merged[person]
        seen.add(person)
    return person


def _spells(
    places: Mapping[UUID, Place], known_as: Mapping[UUID, UUID], unconfirmed: Mapping[str, date]
) -> tuple[SpellFacts, Mask]:
    rows = db.session.execute(
        select(
            Spell.person_id,
            Spell.post_id,
            Spell.starts,
            Spell.ends,
            type_coerce(Spell.wte, Float),
            type_coerce(Spell.contract, String),
            Spell.campaign,
            type_coerce(Spell.leaving_reason, String),
            Spell.destination,
        ).order_by(Spell.starts, Spell.id)
    ).all()
    spells = []
    for person, post, starts, ends, wte, contract, campaign, reason, destination in rows:
        place = places[post]
        spells.append(
            SpellFact(
                person=str(known_as.get(person, person)),
                start=starts,
                end=ends,
                lived_experience=place.lived_experience,
                peer_service=place.peer_service,
                contract=contract,
                wte=float(wte),
                setting=place.setting,
                service_line=place.service_line,
                team=place.team,
                employer=place.employer,
                band=place.band,
                campaign=campaign,
                leaving_reason=reason or "",
                destination=destination,
            )
        )
    within = np.array([places[row[1]].is_within for row in rows], dtype=bool)
    return facts_from_rows(spells, _breaks(known_as), unconfirmed), within


def _breaks(known_as: Mapping[UUID, UUID]) -> list[BreakFact]:
    rows = db.session.execute(
        select(Spell.person_id, Break.starts, Break.ends, type_coerce(Break.kind, String)).join(
            Spell, Break.spell_id == Spell.id
        )
    ).all()
    return [BreakFact(str(known_as.get(person, person)), starts, ends, kind) for person, starts, ends, kind in rows]
