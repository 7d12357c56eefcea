"""People as a viewer may see them. There is no other way to hold a person's row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from peerhub.access.models import User
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.tables import Page, View
from peerhub.core.time import today
from peerhub.workforce.models import Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.queries.reach import ends_soon, listed, people_within, seen_people, spells_within
from peerhub.workforce.rules.names import folded
from peerhub.workforce.rules.words import RoleKind


class Whereabouts(StrEnum):
    """Where a person stands today."""

    HERE = "here"
    STARTING = "starting"
    LEFT = "left"
    NO_POST = "no_post"

    @property
    def label(self) -> str:
        """In words."""
        return {"here": "Works here", "starting": "Starting soon", "left": "Left", "no_post": "No post yet"}[self.value]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list, with the post that says most about where they are."""

    id: UUID
    name: str
    staff_number: str | None
    title: str
    role_kind: RoleKind | None
    team: str
    service_line: str
    starts: date | None
    ends: date | None
    whereabouts: Whereabouts
    is_unconfirmed: bool


NOT_LEFT = "not_left"
UNCONFIRMED = "unconfirmed"
EVERYBODY = "everybody"
ENDING = "ending"
MOST_NAMESAKES = 20
SORTED = ("name", "staff_number", "title", "team", "service_line", "starts", "ends", "whereabouts")


def load_person(
    viewer: Viewer, person_id: UUID, permission: Permission = Permission.PEOPLE_VIEW, *, own: Permission | None = None
) -> Person:
    """A person within the reach of a permission, or the viewer's own record where they hold ``own``.

    Raises:
        NotFound: there is nobody such for this viewer.
    """
    within = seen_people(viewer, permission)
    if own is not None and viewer.may(own):
        within = or_(within, and_(listed(), Person.user_id == viewer.user_id))
    found = db.session.scalar(select(Person).where(Person.id == person_id, within))
    if found is None:
        raise NotFound
    return found


def own_record(viewer: Viewer) -> Person | None:
    """The viewer's own record, where their account is linked to one."""
    return db.session.scalar(select(Person).where(Person.user_id == viewer.user_id, listed()))


def of_staff_number(viewer: Viewer, number: str) -> Person | None:
    """Whoever has a staff number, where the viewer may see them."""
    return db.session.scalar(select(Person).where(Person.staff_number == number, seen_people(viewer)))


def account_of(person: Person) -> str | None:
    """The e-mail address of the account that is this person's."""
    return db.session.scalar(select(User.email).where(User.id == person.user_id))


def is_within(viewer: Viewer, person_id: UUID, permission: Permission) -> bool:
    """Whether a permission reaches this person today."""
    if not viewer.may(permission):
        return False
    return (
        db.session.scalar(select(Person.id).where(Person.id == person_id, seen_people(viewer, permission))) is not None
    )


def namesakes(viewer: Viewer, person: Person) -> list[Person]:
    """Other records within reach under the same first (or preferred) and last name: they may be the same person."""
    firsts = {name.casefold() for name in (person.first_name, person.preferred_name) if name}
    return list(
        db.session.scalars(
            select(Person)
            .where(
                seen_people(viewer),
                Person.id != person.id,
                func.lower(Person.last_name) == person.last_name.casefold(),
                or_(func.lower(Person.first_name).in_(firsts), func.lower(Person.preferred_name).in_(firsts)),
            )
            .order_by(Person.id)
            .limit(MOST_NAMESAKES)
        )
    )


def people(viewer: Viewer, view: View, words: str = "") -> Page[PersonLine]:
    """The people within reach, filtered, in order, a page of them. Two statements.

    Args:
        words: what their names or staff number hold. Never read from an address, where names do not belong.
    """
    lines, columns = _lines(viewer, _places_asked(view))
    lines = lines.where(*matches(words), *_filters(viewer, view, columns))
    total = db.session.scalar(select(func.count()).select_from(lines.order_by(None).subquery())) or 0
    ordered = lines.order_by(*_order(view, columns)).limit(view.size).offset(view.start)
    return Page([_line(row) for row in db.session.execute(ordered)], total)


def _places_asked(view: View) -> list[ColumnElement[bool]]:
    """What the spell shown must be like: its service line, team and kind of role."""
    asked = view.filters
    wanted: list[ColumnElement[bool]] = []
    if "service_line" in asked:
        wanted.append(Team.service_line_id == _key(asked["service_line"]))
    if "team" in asked:
        wanted.append(Team.id == _key(asked["team"]))
    if asked.get("role_kind") in set(RoleKind):
        wanted.append(Post.role_kind == asked["role_kind"])
    return wanted


def _lines(viewer: Viewer, wanted: list[ColumnElement[bool]]) -> tuple[Select[Any], dict[str, Any]]:
    """Each person with one spell: one of today before one to come before one that is over, the latest start first.

    Of several of the same sort, one that is as ``wanted`` comes first, so that a second post is found too.
    """
    is_wanted = case((and_(*wanted), 1), else_=0) if wanted else literal(1)
    day, reach = today(), viewer.reach(Permission.PEOPLE_VIEW)
    state = case(
        (and_(Spell.starts <= day, or_(Spell.ends.is_(None), Spell.ends >= day)), 0), (Spell.starts > day, 1), else_=2
    )
    rank = func.row_number().over(
        partition_by=Spell.person_id,
        order_by=(state, is_wanted.desc(), Spell.wte.desc(), Spell.starts.desc(), Spell.id),
    )
    ranked = (
        select(
            Spell.person_id, Spell.starts, Spell.ends, Spell.post_id,
            state.label("state"), rank.label("rank"), is_wanted.label("is_wanted"),
        )
        .join(Post, Spell.post_id == Post.id)
        .join(Team, Post.team_id == Team.id)
        .where(spells_within(reach, day))
        .subquery()
    )  # fmt: skip
    post, team, line = aliased(Post), aliased(Team), aliased(ServiceLine)
    columns = {
        "state": func.coalesce(ranked.c.state, 3),
        "is_wanted": ranked.c.is_wanted == 1 if wanted else true(),
        "starts": ranked.c.starts,
        "ends": ranked.c.ends,
        "title": post.title,
        "team": team.name,
        "service_line": line.name,
    }
    statement = (
        select(
            Person.id, Person.first_name, Person.last_name, Person.preferred_name, Person.staff_number,
            Person.unconfirmed_since,
            columns["state"].label("state"), ranked.c.starts, ranked.c.ends, post.title, post.role_kind,
            team.name.label("team"), line.name.label("service_line"),
        )
        .outerjoin(ranked, and_(ranked.c.person_id == Person.id, ranked.c.rank == 1))
        .outerjoin(post, post.id == ranked.c.post_id)
        .outerjoin(team, team.id == post.team_id)
        .outerjoin(line, line.id == team.service_line_id)
        .where(listed(), people_within(reach, day))
    )  # fmt: skip
    return statement, columns


def matches(words: str) -> list[ColumnElement[bool]]:
    """People whose names, with or without their accents and apostrophes, or staff number hold each word."""
    return [
        or_(
            Person.folded.contains(plain, autoescape=True) if (plain := folded(word)) else false(),
            Person.staff_number.icontains(word, autoescape=True),
        )
        for word in words.split()[:6]
    ]


def _filters(viewer: Viewer, view: View, columns: dict[str, Any]) -> list[ColumnElement[bool]]:
    asked, day = view.filters, today()
    found: list[ColumnElement[bool]] = [columns["is_wanted"]]
    show = asked.get("show", NOT_LEFT)
    if show in set(Whereabouts):
        found.append(columns["state"] == list(Whereabouts).index(Whereabouts(show)))
    elif show == ENDING:
        ending = select(Spell.person_id).join(Spell.post).join(Post.team)
        seen = spells_within(viewer.reach(Permission.PEOPLE_VIEW), day)
        found.append(Person.id.in_(ending.where(ends_soon(day), seen)))
    elif show == UNCONFIRMED:
        found.append(Person.unconfirmed_since.is_not(None))
    elif show != EVERYBODY:
        found.append(columns["state"] != list(Whereabouts).index(Whereabouts.LEFT))
    return found


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _order(view: View, columns: dict[str, Any]) -> Sequence[Any]:
    named = (func.lower(Person.last_name), func.lower(Person.first_name), Person.id)
    chosen = {"staff_number": Person.staff_number, "whereabouts": columns["state"], **columns}.get(view.sort)
    if chosen is None:
        return [column.desc() for column in named] if view.descending else named
    return [(chosen.desc() if view.descending else chosen.asc()).nulls_last(), *named]


def _line(row: Any) -> PersonLine:
    return PersonLine(
        id=row.id,
        name=f"{row.preferred_name or row.first_name} {row.last_name}",
        staff_number=row.staff_number,
        title=row.title or "",
        role_kind=row.role_kind,
        team=row.team or "",
        service_line=row.service_line or "",
        starts=row.starts,
        ends=row.ends,
        whereabouts=list(Whereabouts)[row.state],
        is_unconfirmed=row.unconfirmed_since is not None,
    )
