"""Live indicators as at a day, for whoever may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.indicators.rules.registry import Indicator, Share, all_indicators
from peerhub.indicators.rules.showing import month_end, said, year_before
from peerhub.workforce.models import Team
from peerhub.workforce.queries.reach import teams_within


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator on the day and a year before, in words."""

    code: str
    name: str
    counts: str
    now: str
    year_before: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Every indicator as at a day.

    Attributes:
        day: the day asked for; for who sees percentages only, the end of a month.
        team_id: of which team; None for the whole organisation.
        teams: the teams that may be asked for, by name.
        is_whole: whether the whole organisation may be asked for.
        with_counts: whether counts are told beside percentages.
    """

    day: date
    before: date
    team_id: UUID | None
    teams: tuple[tuple[UUID, str], ...]
    is_whole: bool
    with_counts: bool
    figures: tuple[Figure, ...]


def figures(viewer: Viewer, day: date, team_id: UUID | None = None) -> Figures:
    """Every indicator as at the end of a day, and a year before.

    Raises:
        NotFound: the team is not within reach.
    """
    counting = viewer.reach(Permission.INDICATORS_COUNTS)
    whole = counting.whole or viewer.may(Permission.INDICATORS_VIEW)
    teams = _teams(viewer) if counting else ()
    if team_id is not None and team_id not in dict(teams):
        raise NotFound
    if team_id is None and not whole and teams:
        team_id = teams[0][0]
    shown_day = day if counting else month_end(day)
    before = year_before(shown_day)
    is_told = whole or team_id is not None
    return Figures(
        day=shown_day,
        before=before,
        team_id=team_id,
        teams=teams,
        is_whole=whole,
        with_counts=bool(counting),
        figures=tuple(
            Figure(
                one.code, one.name, one.counts,
                said(one.value(shown_day, team_id), with_counts=bool(counting)),
                said(one.value(before, team_id), with_counts=bool(counting)),
            )
            for one in all_indicators()
        ) if is_told else (),
    )  # fmt: skip


def values(day: date, team: str | None = None) -> list[tuple[Indicator, Share]]:
    """Every indicator of the organisation this session is about, for the command.

    Args:
        team: the name of a team; the whole organisation when left out.

    Raises:
        NotFound: there is no team of that name.
    """
    team_id = None
    if team is not None:
        team_id = db.session.scalars(select(Team.id).where(Team.name == team)).first()
        if team_id is None:
            raise NotFound
    return [(one, one.value(day, team_id)) for one in all_indicators()]


def _teams(viewer: Viewer) -> tuple[tuple[UUID, str], ...]:
    rows = db.session.execute(
        select(Team.id, Team.name).where(teams_within(viewer.reach(Permission.INDICATORS_COUNTS))).order_by(Team.name)
    )
    return tuple((key, name) for key, name in rows)
