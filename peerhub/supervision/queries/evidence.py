"""What supervision counts for standards and boards, on any day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import numpy as np

from peerhub.indicators.rules.registry import Indicator, Share
from peerhub.supervision.queries.facts import load_facts, settled, uuid_of
from peerhub.supervision.rules.due import standings, tally
from peerhub.supervision.rules.words import SupervisionKind


def on_time(day: date, team_id: UUID | None = None, kind: SupervisionKind = SupervisionKind.PEER) -> Share:
    """Peers not overdue for a kind of supervision, of those with more than one interval of service."""
    told = settled()
    facts = load_facts(day, day, told, kind=kind)
    found = standings(facts, day, told.every_weeks)
    if team_id is None:
        counted = tally(found)
    else:
        teams = [facts.teams[int(at)] for at in found.spell]
        counted = tally(found, np.array([team is not None and uuid_of(team) == team_id for team in teams], dtype=bool))
    return Share(counted.kept, counted.counted)


def _reflective(day: date, team_id: UUID | None) -> Share:
    return on_time(day, team_id, SupervisionKind.REFLECTIVE)


INDICATORS = (
    Indicator(
        code="supervision_on_time",
        name="Supervision on time",
        counts="Peers in post who are not overdue for peer supervision, of those with more than one interval of "
        "service. Long leave stops the clock.",
        value=on_time,
    ),
    Indicator(
        code="reflective_practice_held",
        name="Reflective practice held",
        counts="Peers in post who are not overdue for reflective practice, of those with more than one interval of "
        "service. Who has no agreement for it counts as due every four weeks, or as often as the organisation says.",
        value=_reflective,
    ),
)
