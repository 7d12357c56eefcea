"""Service lines and teams as a viewer may see them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import today
from peerhub.workforce.models import Champion, Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.queries.reach import lines_within, teams_within
from peerhub.workforce.rules.posts import Days
from peerhub.workforce.rules.words import Contract, RoleKind, Setting


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team in a list."""

    id: UUID
    name: str
    service_line: str
    setting: Setting
    site: str
    manager: str
    is_ward: bool
    closed_on: date | None
    posts: int
    filled: int

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
class PostLine:
    """A post in a list, and who is in it today (None: nobody)."""

    id: UUID
    number: str | None
    title: str
    role_kind: RoleKind
    wte: Decimal
    team: str
    team_id: UUID
    service_line: str
    opens: date
    closes: date | None
    funding: str
    funding_ends: date | None
    holder: str | None
    holder_id: UUID | None
    next_starts: date | None

    @property
    def state(self) -> str:
        """Filled, vacant or not open, in words."""
        if not Days(self.opens, self.closes).covers(today()):
            return "Closed" if self.opens <= today() else "Not open yet"
        return "Filled" if self.holder is not None else "Vacant"


@dataclass(frozen=True, slots=True)
class Supporter:
    """A team's champion for peer work."""

    id: UUID
    name: str
    starts: date
    ends: date | None


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

    @property
    def open_posts(self) -> list[PostLine]:
        """Posts of today."""
        return [post for post in self.posts if post.state in {"Filled", "Vacant"}]


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
            sum(not team.closed_on for team in row.teams),
            edit.covers(row.id, None),
        )
        for row in rows
    ]


def teams(viewer: Viewer, permission: Permission = Permission.POSTS_VIEW) -> list[TeamLine]:
    """Teams within reach with their posts of today, by service line and name. Two statements."""
    day, within = today(), teams_within(viewer.reach(permission))
    rows = db.session.scalars(
        select(Team)
        .join(Team.service_line)
        .options(contains_eager(Team.service_line))
        .where(within)
        .order_by(ServiceLine.name, Team.name)
    ).all()
    posts: dict[UUID, set[UUID]] = defaultdict(set)
    filled: dict[UUID, set[UUID]] = defaultdict(set)
    there = (Spell.post_id == Post.id) & (Spell.starts <= day) & or_(Spell.ends.is_(None), Spell.ends >= day)
    for team_id, post_id, spell_id in db.session.execute(
        select(Post.team_id, Post.id, Spell.id)
        .join(Team, Post.team_id == Team.id)
        .outerjoin(Spell, there)
        .where(within, Post.opens <= day, or_(Post.closes.is_(None), Post.closes >= day))
    ):
        posts[team_id].add(post_id)
        if spell_id is not None:
            filled[team_id].add(post_id)
    return [
        TeamLine(
            row.id, row.name, row.service_line.name, row.service_line.setting, row.site, row.manager_name, row.is_ward,
            row.closed_on, len(posts[row.id]), len(filled[row.id]),
        )
        for row in rows
    ]  # fmt: skip


def team_page(viewer: Viewer, team_id: UUID) -> TeamPage:
    """A team within reach with its people and posts. Five statements.

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
        posts=tuple(post_line(post, team, post.spells, sees_people=sees_people) for post in posts),
        champions=tuple(Supporter(row.id, row.name, row.starts, row.ends) for row in team.champions),
        sees_people=sees_people, sees_before=reach.whole,
    )  # fmt: skip


def _member(spell: Spell) -> Member:
    person = spell.person
    return Member(
        _opened(person), person.known_as, spell.post.title, spell.wte, spell.contract, spell.starts, spell.ends
    )


def _opened(person: Person) -> UUID | None:
    return None if person.erased_on or person.merged_into_id else person.id


def post_line(post: Post, team: Team, spells: list[Spell], *, sees_people: bool) -> PostLine:
    """A post with whoever is in it today; not named for those who may not see people."""
    day = today()
    there = next((spell for spell in spells if Days(spell.starts, spell.ends).covers(day)), None)
    to_come = min((spell.starts for spell in spells if spell.starts > day), default=None)
    name = None if there is None else there.person.known_as if sees_people else "Somebody"
    return PostLine(
        id=post.id, number=post.number, title=post.title, role_kind=post.role_kind, wte=post.wte, team=team.name,
        team_id=team.id, service_line=team.service_line.name, opens=post.opens, closes=post.closes,
        funding=post.funding,
        funding_ends=post.funding_ends, holder=name, holder_id=_opened(there.person) if there and sees_people else None,
        next_starts=to_come,
    )  # fmt: skip
