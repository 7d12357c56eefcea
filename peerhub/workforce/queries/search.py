"""Search over people, teams and posts, each as far as the viewer's permissions reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.tables import View
from peerhub.core.time import today
from peerhub.workforce.models import Post, ServiceLine, Team
from peerhub.workforce.queries.people import PersonLine, people
from peerhub.workforce.queries.reach import teams_within
from peerhub.workforce.rules.names import APOSTROPHES

Hit = TypeVar("Hit")
AT_FIRST = 5
"""Hits of each group shown until all of them are asked for."""
MOST = 200
MOST_WORDS = 6
GROUPS = ("people", "teams", "posts")


@dataclass(frozen=True, slots=True)
class Group(Generic[Hit]):
    """Hits of one kind, and how many there are in all."""

    rows: Sequence[Hit] = ()
    total: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.total > len(self.rows)


@dataclass(frozen=True, slots=True)
class TeamHit:
    """A team found."""

    id: UUID
    name: str
    service_line: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class PostHit:
    """A post found, on its terms from a day to a day."""

    id: UUID
    title: str
    number: str | None
    team: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    people: Group[PersonLine]
    teams: Group[TeamHit]
    posts: Group[PostHit]

    @property
    def total(self) -> int:
        """How much in all."""
        return self.people.total + self.teams.total + self.posts.total


def search(viewer: Viewer, words: str, whole: str = "") -> Found:
    """What holds each of the words, by name. Six statements at most.

    Args:
        whole: the group of :data:`GROUPS` to give in full, up to :data:`MOST`; the first few of the others.
    """
    sizes = {name: MOST if name == whole else AT_FIRST for name in GROUPS}
    people_found: Group[PersonLine] = Group()
    if viewer.may(Permission.PEOPLE_VIEW):
        page = people(viewer, View(sort="name", size=sizes["people"], filters={"show": "everybody"}), words)
        people_found = Group(page.rows, page.total)
    if not viewer.may(Permission.POSTS_VIEW):
        return Found(people_found, Group(), Group())
    return Found(people_found, _teams(viewer, words, sizes["teams"]), _posts(viewer, words, sizes["posts"]))


def _teams(viewer: Viewer, words: str, size: int) -> Group[TeamHit]:
    statement = (
        select(Team.id, Team.name, ServiceLine.name, Team.closed_on)
        .join(Team.service_line)
        .where(
            teams_within(viewer.reach(Permission.POSTS_VIEW)),
            _holds(words, Team.name, ServiceLine.name, Team.site, Team.manager_name),
        )
        .order_by(Team.closed_on.is_not(None), Team.name, ServiceLine.name, Team.id)
    )
    rows = [TeamHit(key, name, line, _is_over(closed)) for key, name, line, closed in _first(statement, size)]
    return Group(rows, _count(statement))


def _posts(viewer: Viewer, words: str, size: int) -> Group[PostHit]:
    statement = (
        select(Post.id, Post.title, Post.number, Team.name, Post.closes)
        .join(Post.team)
        .where(teams_within(viewer.reach(Permission.POSTS_VIEW)), _holds(words, Post.title, Post.number, Team.name))
        .order_by(Post.closes.is_not(None), Post.title, Team.name, Post.number, Post.opens.desc(), Post.id)
    )
    rows = [
        PostHit(key, title, number, team, _is_over(closes))
        for key, title, number, team, closes in _first(statement, size)
    ]
    return Group(rows, _count(statement))


def _holds(words: str, *columns: Any) -> ColumnElement[bool]:
    """Each of the words in one of the columns, whichever apostrophe either has."""
    plain = [without_apostrophes(column) for column in columns]
    asked = [word.translate(dict.fromkeys(map(ord, APOSTROPHES))) for word in words.split()[:MOST_WORDS]]
    return and_(*(or_(*(column.icontains(word, autoescape=True) for column in plain)) for word in asked if word))


def without_apostrophes(column: Any) -> Any:
    """A column's text without the apostrophes that are typed."""
    for mark in APOSTROPHES[:3]:
        column = func.replace(column, mark, "")
    return column


def _first(statement: Select[*tuple[Any, ...]], size: int) -> Sequence[Any]:
    return db.session.execute(statement.limit(size)).all()


def _count(statement: Select[*tuple[Any, ...]]) -> int:
    return db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


def _is_over(last: date | None) -> bool:
    return last is not None and last < today()
