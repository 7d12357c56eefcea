"""Service lines and teams as a viewer may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import today
from peerhub.workforce.models import Champion, Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.queries.establishment import established
from peerhub.workforce.queries.post_lines import PostLine, open_on, opened, post_lines
from peerhub.workforce.queries.reach import lines_within, teams_within
from peerhub.workforce.rules.establishment import Standing, Tally, tally_by_group
from peerhub.workforce.rules.posts import Days
from peerhub.workforce.rules.words import Contract, Setting


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team in a list."""

    id: UUID
    name: str
    service_line: str
    setting: Setting
    service_line_id: UUID
    site: str
    manager: str
    is_ward: bool
    beds: int | None
    closed_on: date | None
    posts: int
    filled: int
    wte: Decimal

    @property
    def vacant(self) -> int:
        """Posts nobody is in today."""
        return self.posts - self.filled

    @property
    def is_closed(self) -> bool:
        """Whether it has closed."""
        return self.closed_on is not None and self.closed_on < today()


@dataclass(frozen=True, slots=True)
class LineOfService:
    """A service line in a list."""

    id: UUID
    name: str
    setting: Setting
    closed_on: date | None
    teams: int
    may_edit: bool

    @property
    def is_closed(self) -> bool:
        """Whether it has closed."""
        return self.closed_on is not None and self.closed_on < today()


@dataclass(frozen=True, slots=True)
class LinePage:
    """A service line with its teams, as far as they are within reach."""

    id: UUID
    version: int
    name: str
    setting: Setting
    closed_on: date | None
    teams: tuple[TeamLine, ...]
    is_whole: bool
    may_edit: bool

    @property
    def is_closed(self) -> bool:
        """Whether it has closed."""
        return self.closed_on is not None and self.closed_on < today()

    @property
    def posts(self) -> int:
        """Posts of today."""
        return sum(team.posts for team in self.teams)

    @property
    def filled(self) -> int:
        """Posts that somebody is in today."""
        return sum(team.filled for team in self.teams)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is or was in a team. ``person_id`` is None for a name that is no longer held."""

    person_id: UUID | None
    name: str
    title: str
    wte: Decimal
    contract: Contract
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Supporter:
    """A team's champion for peer work."""

    id: UUID
    name: str
    starts: date
    ends: date | None

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed."""
        return self.ends is not None and self.ends < today()


@dataclass(frozen=True, slots=True)
class TeamPage:
    """What a viewer sees of a team. ``before`` is empty for whoever may see current members only."""

    id: UUID
    version: int
    name: str
    service_line_id: UUID
    service_line: str
    setting: Setting
    site: str
    is_ward: bool
    beds: int | None
    manager: str
    closed_on: date | None
    now: tuple[Member, ...]
    to_come: tuple[Member, ...]
    before: tuple[Member, ...]
    posts: tuple[PostLine, ...]
    champions: tuple[Supporter, ...]
    sees_people: bool
    sees_before: bool
    may_edit: bool
    may_add_posts: bool

    @property
    def is_closed(self) -> bool:
        """Whether it has closed."""
        return self.closed_on is not None and self.closed_on < today()

    @property
    def open_posts(self) -> list[PostLine]:
        """Posts of today and to come."""
        return [post for post in self.posts if post.standing is not Standing.CLOSED]

    @property
    def closed_posts(self) -> list[PostLine]:
        """Posts that have closed, or whose terms have changed."""
        return [post for post in self.posts if post.standing is Standing.CLOSED]

    def number(self, standing: Standing) -> int:
        """How many of its posts stand so."""
        return sum(post.standing is standing for post in self.posts)


def load_team(viewer: Viewer, team_id: UUID, permission: Permission = Permission.POSTS_VIEW) -> Team:
    """A team within the reach of a permission.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(
        select(Team)
        .options(joinedload(Team.service_line))
        .where(Team.id == team_id, teams_within(viewer.reach(permission)))
    )
    if found is None:
        raise NotFound
    return found


def load_service_line(viewer: Viewer, line_id: UUID, permission: Permission = Permission.TEAMS_EDIT) -> ServiceLine:
    """A service line wholly within the reach of a permission.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(select(ServiceLine).where(ServiceLine.id == line_id))
    if found is None or not viewer.reach(permission).covers(found.id, None):
        raise NotFound
    return found


def load_champion(viewer: Viewer, champion_id: UUID) -> Champion:
    """A champion of a team the viewer may change.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.get(Champion, champion_id)
    if found is None:
        raise NotFound
    load_team(viewer, found.team_id, Permission.TEAMS_EDIT)
    return found


def service_lines(viewer: Viewer, permission: Permission = Permission.POSTS_VIEW) -> list[LineOfService]:
    """Service lines within reach, by name. Two statements."""
    edit = viewer.reach(Permission.TEAMS_EDIT)
    rows = db.session.scalars(
        select(ServiceLine)
        .options(selectinload(ServiceLine.teams))
        .where(lines_within(viewer.reach(permission)))
        .order_by(ServiceLine.name)
    )
    return [
        LineOfService(
            row.id,
            row.name,
            row.setting,
            row.closed_on,
            sum(team.closed_on is None or team.closed_on >= today() for team in row.teams),
            edit.covers(row.id, None),
        )
        for row in rows
    ]


def line_page(viewer: Viewer, line_id: UUID) -> LinePage:
    """A service line within reach, or with a team within reach. Five statements.

    Raises:
        NotFound: there is none such for this viewer.
    """
    reach = viewer.reach(Permission.POSTS_VIEW)
    found = db.session.scalar(select(ServiceLine).where(ServiceLine.id == line_id, lines_within(reach)))
    if found is None:
        raise NotFound
    return LinePage(
        id=found.id, version=found.version, name=found.name, setting=found.setting, closed_on=found.closed_on,
        teams=tuple(_teams(teams_within(reach), Team.service_line_id == found.id)),
        is_whole=reach.covers(found.id, None),
        may_edit=viewer.reach(Permission.TEAMS_EDIT).covers(found.id, None),
    )  # fmt: skip


def teams(viewer: Viewer, permission: Permission = Permission.POSTS_VIEW) -> list[TeamLine]:
    """Teams within reach with their posts of today, by service line and name. Four statements."""
    return _teams(teams_within(viewer.reach(permission)))


def _teams(*within: ColumnElement[bool]) -> list[TeamLine]:
    rows = db.session.scalars(
        select(Team)
        .join(Team.service_line)
        .options(contains_eager(Team.service_line))
        .where(*within)
        .order_by(ServiceLine.name, Team.name)
    ).all()
    counted = tally_by_group(established(Post.team_id, *within, *open_on(today())).values(), today())
    return [_team_line(row, counted.get(row.id, Tally())) for row in rows]


def _team_line(row: Team, counted: Tally) -> TeamLine:
    line = row.service_line
    return TeamLine(
        id=row.id, name=row.name, service_line=line.name, setting=line.setting, service_line_id=line.id, site=row.site,
        manager=row.manager_name, is_ward=row.is_ward, beds=row.beds, closed_on=row.closed_on, posts=counted.posts,
        filled=counted.filled, wte=counted.wte,
    )  # fmt: skip


def team_names(viewer: Viewer, permission: Permission = Permission.POSTS_VIEW) -> list[tuple[UUID, str]]:
    """Teams within reach as choices, by name: open ones before closed ones. One statement."""
    rows = db.session.execute(
        select(Team.id, Team.name, Team.closed_on)
        .where(teams_within(viewer.reach(permission)))
        .order_by(Team.closed_on.is_not(None), func.lower(Team.name), Team.id)
    )
    return [(key, f"{name} (closed)" if closed and closed < today() else name) for key, name, closed in rows]


def team_page(viewer: Viewer, team_id: UUID) -> TeamPage:
    """A team within reach with its people and posts. Ten statements.

    Raises:
        NotFound: there is none such for this viewer.
    """
    team, day = load_team(viewer, team_id), today()
    reach = viewer.reach(Permission.PEOPLE_VIEW)
    sees_people = reach.covers(team.service_line_id, team.id)
    posts = db.session.scalars(
        select(Post)
        .where(Post.team_id == team.id)
        .options(selectinload(Post.spells).joinedload(Spell.person))
        .order_by(Post.title, Post.number, Post.opens)
    ).all()
    spells = [spell for post in posts for spell in post.spells]
    members = [
        (Days(spell.starts, spell.ends), _member(spell))
        for spell in sorted(spells, key=lambda s: s.starts, reverse=True)
    ]
    line = team.service_line
    return TeamPage(
        id=team.id, version=team.version, name=team.name, service_line_id=line.id, service_line=line.name,
        setting=line.setting, site=team.site, is_ward=team.is_ward, beds=team.beds, manager=team.manager_name,
        closed_on=team.closed_on,
        now=tuple(member for days, member in members if sees_people and days.covers(day)),
        to_come=tuple(member for days, member in members if sees_people and days.starts > day),
        before=tuple(member for days, member in members if reach.whole and days.last < day),
        posts=tuple(post_lines(reach, Post.team_id == team.id)),
        champions=tuple(Supporter(row.id, row.name, row.starts, row.ends) for row in team.champions),
        sees_people=sees_people, sees_before=reach.whole,
        may_edit=viewer.reach(Permission.TEAMS_EDIT).covers(line.id, team.id),
        may_add_posts=viewer.reach(Permission.POSTS_EDIT).covers(line.id, team.id),
    )  # fmt: skip


def _member(spell: Spell) -> Member:
    person = spell.person
    return Member(
        opened(person), person.known_as, spell.post.title, spell.wte, spell.contract, spell.starts, spell.ends
    )


def _opened(person: Person) -> UUID | None:
    return None if person.erased_on or person.merged_into_id else person.id
