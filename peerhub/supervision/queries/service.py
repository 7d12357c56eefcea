"""The service at a glance: on time, due, overdue by team and supervisor, month by month; why sessions were missed.

Facts alone. Reasons and themes are for those who oversee supervision; whoever may see dates only gets neither.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, Text, cast, func, or_, select, true

from peerhub.access.permissions import Permission
from peerhub.access.rules import Reach, Viewer
from peerhub.core.database import db
from peerhub.core.time import LONDON
from peerhub.meetings.models import Meeting
from peerhub.meetings.rules.words import State
from peerhub.supervision.models import SupervisionSession
from peerhub.supervision.queries.agreements import seen_keys
from peerhub.supervision.queries.due import team_names
from peerhub.supervision.queries.facts import load_facts, settled, uuid_of
from peerhub.supervision.queries.people import names
from peerhub.supervision.rules.due import Standings, Tally, standings, tally
from peerhub.supervision.rules.facts import Facts, Mask
from peerhub.supervision.rules.kinds import REASONS, THEMES
from peerhub.supervision.rules.words import SupervisionKind
from peerhub.workforce.models import Team

MONTHS = 12
THEME_MONTHS = 3
"""How far back themes are counted: what people talk about lately."""
EVERYWHERE = true()


@dataclass(frozen=True, slots=True)
class Group:
    """A team or a supervisor, and how their people stand."""

    key: UUID | None
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Counted:
    """A reason or a theme, and how often."""

    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Service:
    """How supervision stands on a day. ``reasons`` and ``themes`` are None for whoever may not see them."""

    day: date
    now: Tally
    months: tuple[Tally, ...]
    teams: tuple[Group, ...]
    supervisors: tuple[Group, ...]
    held: int
    missed: int
    reasons: tuple[Counted, ...] | None
    themes: tuple[Counted, ...] | None
    since: date
    lately: date


def service(viewer: Viewer, day: date) -> Service:
    """How peer supervision stands on a day, within the viewer's reach. A fixed number of statements."""
    told, ends = settled(), month_ends(day)
    facts = load_facts(ends[0], day, told)
    among = _among(facts, seen_keys(viewer))
    found = standings(facts, day, told.every_weeks)
    supervisors = [facts.agreements.rows[int(at)].supervisor if at >= 0 else None for at in found.agreement]
    known, teams = names(uuid_of(key) for key in set(supervisors) if key is not None), team_names()
    since = ends[0] + timedelta(days=1)
    oversees = viewer.may(Permission.SUPERVISION_OVERSEE)
    placed = _placed(viewer.reach(Permission.SUPERVISION_DATES))
    missed, reasons = _why(since, day, placed)
    lately = ends[-1 - THEME_MONTHS] + timedelta(days=1)
    return Service(
        day=day,
        now=tally(found, among[found.person]),
        months=tuple(_month(facts, end, told.every_weeks, among) for end in ends[1:]),
        teams=_groups(
            found, among, [facts.teams[int(at)] for at in found.spell],
            lambda key: "No team" if key is None else teams[uuid_of(key)][0],
        ),
        supervisors=_groups(
            found, among, supervisors,
            lambda key: "No agreement" if key is None else known[uuid_of(key)].name,
        ),
        held=_held(since, day, placed),
        missed=missed,
        reasons=reasons if oversees else None,
        themes=_about(lately, day, placed) if oversees else None,
        lately=lately,
        since=since,
    )  # fmt: skip


def month_ends(day: date) -> list[date]:
    """The last days of the twelve months before a day's own, and that day.

    >>> [str(end) for end in month_ends(date(2025, 3, 14))][-3:], len(month_ends(date(2025, 3, 14)))
    (['2025-01-31', '2025-02-28', '2025-03-14'], 13)
    """
    ends = [day]
    for _ in range(MONTHS):
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]


def _among(facts: Facts, seen: set[UUID] | None) -> Mask:
    if seen is None:
        return np.ones(len(facts.people), dtype=bool)
    return np.array([uuid_of(key) in seen for key in facts.people], dtype=bool)


def _month(facts: Facts, end: date, usual: int, among: Mask) -> Tally:
    found = standings(facts, end, usual)
    return tally(found, among[found.person])


def _groups(found: Standings, among: Mask, keys: list[Any], said: Callable[[Any], str]) -> tuple[Group, ...]:
    number = {key: at for at, key in enumerate(dict.fromkeys(keys))}
    codes, within = np.array([number[key] for key in keys], dtype=np.int64), among[found.person]
    groups = [
        Group(None if key is None else uuid_of(key), said(key), tally(found, (codes == at) & within))
        for key, at in number.items()
    ]
    return tuple(
        sorted((one for one in groups if one.tally.peers), key=lambda one: (one.key is None, one.name.casefold()))
    )


def _held(since: date, day: date, placed: ColumnElement[bool]) -> int:
    """Peer supervision that was held from a day to another."""
    counted = select(func.count()).select_from(SupervisionSession)
    counted = counted.where(
        SupervisionSession.kind == SupervisionKind.PEER,
        SupervisionSession.held_on >= since,
        SupervisionSession.held_on <= day,
    )
    if placed is not EVERYWHERE:
        counted = counted.join(Meeting, SupervisionSession.meeting_id == Meeting.id).where(placed)
    return db.session.scalar(counted) or 0


def _placed(reach: Reach) -> ColumnElement[bool]:
    """Meetings within reach."""
    if reach.whole:
        return EVERYWHERE
    teams = select(Team.id).where(or_(Team.id.in_(reach.teams), Team.service_line_id.in_(reach.service_lines)))
    return Meeting.team_id.in_(teams)


def _why(since: date, day: date, placed: ColumnElement[bool]) -> tuple[int, tuple[Counted, ...]]:
    """How many were missed, and why."""
    rows = db.session.execute(
        select(Meeting.reason, func.count()).where(*_between(State.MISSED, since, day), placed).group_by(Meeting.reason)
    )
    found = Counter({reason or "": many for reason, many in rows})
    return found.total(), _said(found, REASONS)


def _about(since: date, day: date, placed: ColumnElement[bool]) -> tuple[Counted, ...]:
    """What sessions were about; each combination of themes is counted by the database."""
    themes = cast(Meeting.themes, Text)
    rows = db.session.execute(
        select(themes, func.count()).where(*_between(State.HELD, since, day), placed).group_by(themes)
    )
    found: Counter[str] = Counter()
    for codes, many in rows:
        found.update(dict.fromkeys(json.loads(codes or "[]"), many))
    return _said(found, THEMES)


def _between(state: State, since: date, day: date) -> tuple[ColumnElement[bool], ...]:
    midnight = datetime.min.time()
    return (
        Meeting.kind == SupervisionKind.PEER.value,
        Meeting.state == state,
        Meeting.starts_at >= datetime.combine(since, midnight, tzinfo=LONDON),
        Meeting.starts_at < datetime.combine(day + timedelta(days=1), midnight, tzinfo=LONDON),
    )


def _said(counted: Counter[str], known: Iterable[tuple[str, str]]) -> tuple[Counted, ...]:
    found = [Counted(words, counted[code]) for code, words in known if counted[code]]
    return tuple(sorted(found, key=lambda one: -one.count))
