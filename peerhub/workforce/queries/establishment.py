"""Establishment as a viewer may see it: posts of the peer service, filled and vacant, on a day and over time."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from peerhub.access.models import Organisation
from peerhub.access.permissions import Permission
from peerhub.access.queries.limits import limits_of_year
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.workforce.models import Post, ServiceLine, Spell, Team
from peerhub.workforce.queries.reach import lines_within, teams_within
from peerhub.workforce.rules.establishment import (
    NOT_ESTABLISHED,
    Established,
    Every,
    Held,
    Tally,
    history_days,
    tally,
    tally_by_group,
    told_day,
    told_together,
    too_small,
)
from peerhub.workforce.rules.posts import Days
from peerhub.workforce.rules.words import Setting


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts on one day. What this viewer may not see is None: numbers of people in small groups."""

    posts: int
    filled: int | None
    vacant: int | None
    wte: Decimal
    heads: int | None = None
    filled_wte: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineFigures:
    """The figures of a service line, or of some told as one."""

    names: tuple[str, ...]
    settings: tuple[Setting, ...]
    figures: Figures

    @property
    def name(self) -> str:
        """In words."""
        return ", ".join(self.names)

    @property
    def setting(self) -> str:
        """In words."""
        return ", ".join(setting.label for setting in self.settings)


@dataclass(frozen=True, slots=True)
class Establishment:
    """The establishment page. ``target`` is None for whoever sees a part of the organisation."""

    day: date
    every: Every
    target: int | None
    sees_individuals: bool
    least: int
    total: Figures
    lines: tuple[LineFigures, ...]
    history: tuple[tuple[date, Figures], ...]

    @property
    def is_told_together(self) -> bool:
        """Whether small service lines are told as one."""
        return any(len(line.names) > 1 for line in self.lines)

    @property
    def percent_of_target(self) -> int | None:
        """How many of the roles aimed at are filled, in percent, rounded down: a target is met when it is met."""
        if not self.target or self.total.filled is None:
            return None
        return self.total.filled * 100 // self.target


@dataclass(frozen=True, slots=True)
class _Line:
    id: UUID
    name: str
    setting: Setting
    is_closed: bool


def established(group: Any, *where: ColumnElement[bool]) -> dict[UUID, Established]:
    """Posts (joined to their teams) with everybody who was ever in them, by key. Three statements.

    Args:
        group: the column by which they are counted.
    """
    posts = db.session.execute(
        select(Post.id, group, Post.number, Post.employer, Post.first_id, Post.opens, Post.closes, Post.wte)
        .join(Post.team)
        .where(*where)
    )
    found = {
        key: (grouped, _identity(key, number, employer, first), Days(opens, closes), wte)
        for key, grouped, number, employer, first, opens, closes, wte in posts
    }
    held: dict[UUID, list[Held]] = {}
    for key, person, starts, ends, wte, contract in db.session.execute(
        select(Spell.post_id, Spell.person_id, Spell.starts, Spell.ends, Spell.wte, Spell.contract)
        .join(Spell.post)
        .join(Post.team)
        .where(*where)
    ):
        held.setdefault(key, []).append(Held(person, Days(starts, ends), wte, contract))
    covered = {key: spells for key, spells in held.items() if not any(spell.fills for spell in spells)}
    were = _ever_established([found[key][1] for key in covered])
    return {
        key: Established(grouped, days, wte, tuple(held.get(key, ())), identity in were)
        for key, (grouped, identity, days, wte) in found.items()
    }


def _ever_established(posts: Iterable[Hashable]) -> set[Hashable]:
    """Which of these posts somebody was in, on whichever terms, with a contract of an established post."""
    wanted = list(posts)
    numbers = [post[0] for post in wanted if isinstance(post, tuple)]
    firsts = [post for post in wanted if isinstance(post, UUID)]
    rows = db.session.execute(
        select(Post.id, Post.number, Post.employer, Post.first_id)
        .join(Post.spells)
        .where(
            Spell.contract.not_in(NOT_ESTABLISHED),
            or_(Post.number.in_(numbers), Post.id.in_(firsts), Post.first_id.in_(firsts)),
        )
        .distinct()
    )
    return {_identity(*row) for row in rows}


def _identity(key: UUID, number: str | None, employer: str, first: UUID | None) -> Hashable:
    return (number, employer) if number else first or key


def establishment(viewer: Viewer, day: date, first: date, every: Every) -> Establishment:
    """Posts of the peer service within reach on a day, and over time. Six statements at most.

    Who may not see individuals gets `told_day` and a history year by year, with small numbers hidden by the settings of
    the year's first day.

    Args:
        first: where the history begins.
    """
    reach, people = viewer.reach(Permission.ESTABLISHMENT_VIEW), viewer.reach(Permission.PEOPLE_VIEW)
    sees = people.whole or (
        not reach.whole and reach.service_lines <= people.service_lines and reach.teams <= people.teams
    )
    target = db.session.get_one(Organisation, viewer.organisation_id).role_target
    least = 0 if sees else limits_of_year(viewer.organisation_id, today()).small_number
    if not sees:
        day, every = told_day(day, today()), Every.YEAR
    lines = [
        _Line(row.id, row.name, row.setting, row.closed_on is not None and row.closed_on < day)
        for row in db.session.execute(
            select(ServiceLine.id, ServiceLine.name, ServiceLine.setting, ServiceLine.closed_on)
            .where(lines_within(reach))
            .order_by(ServiceLine.name)
        )
    ]
    posts = established(Team.service_line_id, teams_within(reach), Post.peer_service.is_(True)).values()
    days = history_days(first, day, every)
    return Establishment(
        day=day,
        every=every,
        target=target if reach.whole else None,
        sees_individuals=sees,
        least=least,
        total=_figures(tally(posts, day), least, sees=sees),
        lines=_by_line(lines, tally_by_group(posts, day), least, sees=sees),
        history=tuple((then, _figures(tally(posts, then), least, sees=sees)) for then in days),
    )


def _by_line(
    lines: Iterable[_Line], counted: Mapping[Hashable, Tally], least: int, *, sees: bool
) -> tuple[LineFigures, ...]:
    known = {line.id: line for line in lines}
    tallies = {
        key: told for key, line in known.items() if (told := counted.get(key, Tally())).posts or not line.is_closed
    }
    return tuple(
        LineFigures(
            tuple(known[key].name for key in keys),
            tuple(dict.fromkeys(known[key].setting for key in keys)),
            _figures(_sum([tallies[key] for key in keys]), least, sees=sees),
        )
        for keys in told_together(tallies, least)
    )


def _sum(tallies: list[Tally]) -> Tally:
    """Several groups as one. Heads are not added up: somebody may be in two of them."""
    if len(tallies) == 1:
        return tallies[0]
    return Tally(
        posts=sum(told.posts for told in tallies),
        filled=sum(told.filled for told in tallies),
        wte=sum((told.wte for told in tallies), Decimal(0)),
    )


def _figures(told: Tally, least: int, *, sees: bool) -> Figures:
    if sees:
        return Figures(told.posts, told.filled, told.vacant, told.wte, told.heads, told.filled_wte)
    if too_small(told.filled, least):
        return Figures(told.posts, None, None, told.wte)
    return Figures(told.posts, told.filled, told.vacant, told.wte)
