"""Posts as a viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from peerhub.access.models import Organisation
from peerhub.access.permissions import Permission
from peerhub.access.rules import Reach, Viewer
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import long_date, short_date, today
from peerhub.workforce.models import Post, ServiceLine, Spell, Team
from peerhub.workforce.queries.post_lines import PostLine, open_from, open_on, post_lines, standings
from peerhub.workforce.queries.reach import same_post, teams_within
from peerhub.workforce.rules.establishment import Standing
from peerhub.workforce.rules.posts import Days, vacant_days
from peerhub.workforce.rules.words import Band, Contract, RoleKind, Setting

FUNDING_WARNING = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who is or was in a post. Without a name for those who may not see who left."""

    person_id: UUID | None
    name: str
    starts: date
    ends: date | None
    wte: Decimal
    contract: Contract


@dataclass(frozen=True, slots=True)
class Terms:
    """A post's terms from a day to a day."""

    id: UUID
    version: int
    title: str
    role_kind: RoleKind
    band: Band | None
    wte: Decimal
    team: str
    lived_experience: bool
    peer_service: bool
    counted_in_numbers: bool
    funding: str
    funding_ends: date | None
    opens: date
    closes: date | None


@dataclass(frozen=True, slots=True)
class PostPage:
    """A post with the terms it has and had, and who held it when. ``is_vacant``: today or later, on these terms."""

    id: UUID
    version: int
    standing: Standing
    number: str | None
    employer: str
    team_id: UUID
    team: str
    service_line: str
    setting: Setting
    terms: Terms
    all_terms: tuple[Terms, ...]
    holders: tuple[Holder, ...]
    may_edit: bool
    may_start: bool
    is_vacant: bool

    @property
    def is_latest(self) -> bool:
        """Whether no later terms follow these."""
        return self.all_terms[0].id == self.id

    @property
    def latest_id(self) -> UUID:
        """The key of the latest terms."""
        return self.all_terms[0].id


def load_post(viewer: Viewer, post_id: UUID, permission: Permission = Permission.POSTS_VIEW) -> Post:
    """A post in a team within the reach of a permission.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(_posts(viewer, permission).where(Post.id == post_id))
    if found is None:
        raise NotFound
    return found


def _posts(viewer: Viewer, permission: Permission) -> Select[Post]:
    return (
        select(Post)
        .join(Post.team)
        .join(Team.service_line)
        .options(contains_eager(Post.team).contains_eager(Team.service_line))
        .where(teams_within(viewer.reach(permission)))
        .order_by(ServiceLine.name, Team.name, Post.title, Post.number, Post.opens)
    )


def posts(viewer: Viewer, show: str = "vacant") -> list[PostLine]:
    """Posts within reach, in five statements.

    Args:
        show: ``vacant`` (today), ``free`` (vacant today or later), ``filled``, ``funding`` (it ends within 120 days),
            ``open`` or ``everything``.
    """
    day, where = today(), [teams_within(viewer.reach(Permission.POSTS_VIEW))]
    if show != "everything":
        where.append(open_from(day))
    if show == "funding":
        where.append(_funding_ends_by(day + FUNDING_WARNING))
    lines = post_lines(viewer.reach(Permission.PEOPLE_VIEW), *where)
    if show == "free":
        return [line for line in lines if line.vacant is not None]
    return [line for line in lines if show not in {"vacant", "filled"} or line.standing == show]


def _funding_ends_by(day: date) -> ColumnElement[bool]:
    return and_(
        Post.funding_ends.is_not(None),
        Post.funding_ends <= day,
        or_(Post.closes.is_(None), Post.closes > Post.funding_ends),
    )


def funding_ending(viewer: Viewer, day: date) -> list[tuple[UUID, date]]:
    """Open posts the viewer may edit whose funding has ended or ends within 120 days, the first to end first."""
    rows = db.session.execute(
        select(Post.id, Post.funding_ends)
        .join(Post.team)
        .where(
            teams_within(viewer.reach(Permission.POSTS_EDIT)),
            *open_on(day),
            _funding_ends_by(day + FUNDING_WARNING),
        )
        .order_by(Post.funding_ends, Post.id)
    )
    return [(key, ends) for key, ends in rows if ends is not None]


def vacant(
    viewer: Viewer, permission: Permission = Permission.POSTS_EDIT, team_id: UUID | None = None
) -> list[PostLine]:
    """Posts within reach that are vacant today or later, as the list of posts shows them. Five statements."""
    where = [teams_within(viewer.reach(permission)), open_from(today())]
    if team_id is not None:
        where.append(Post.team_id == team_id)
    return [line for line in post_lines(Reach(whole=True), *where) if line.vacant is not None]


def said(line: PostLine) -> str:
    """A post as a choice in a list, with the days on which it is vacant where these are not from today on."""
    number = f" ({line.number})" if line.number else ""
    days = line.vacant or Days(today())
    since = f" from {short_date(days.starts)}" if days.starts > today() else ""
    until = f" until {short_date(days.ends)}" if days.ends else ""
    vacant = f", vacant{since}{until}" if since or until else ""
    return f"{line.team}: {line.title}{number}, {line.wte.normalize():f} WTE{vacant}"


def post_page(viewer: Viewer, post_id: UUID) -> PostPage:
    """A post within reach. Whoever left is named to those of whole reach alone. Eight statements.

    Raises:
        NotFound: there is none such for this viewer.
    """
    post = load_post(viewer, post_id)
    rows = list(
        db.session.scalars(
            select(Post)
            .where(same_post(post))
            .order_by(Post.opens)
            .options(selectinload(Post.spells).joinedload(Spell.person), selectinload(Post.team))
        )
    )
    spells = sorted((spell for row in rows for spell in row.spells), key=lambda spell: spell.starts, reverse=True)
    team = post.team
    return PostPage(
        id=post.id, version=post.version, standing=standings(Post.id == post.id)[post.id],
        number=post.number, employer=post.employer, team_id=team.id, team=team.name,
        service_line=team.service_line.name, setting=team.service_line.setting, terms=terms_of(post),
        all_terms=tuple(terms_of(row) for row in reversed(rows)),
        holders=tuple(_holder(viewer, spell, team) for spell in spells),
        may_edit=viewer.reach(Permission.POSTS_EDIT).covers(team.service_line_id, team.id),
        may_start=viewer.reach(Permission.SPELLS_EDIT).covers(team.service_line_id, team.id),
        is_vacant=vacant_days(Days(post.opens, post.closes), held_days([post]), today()) is not None,
    )  # fmt: skip


def terms_of(post: Post) -> Terms:
    """The terms of one row."""
    return Terms(
        id=post.id, version=post.version, title=post.title, role_kind=post.role_kind, band=post.band, wte=post.wte,
        team=post.team.name, lived_experience=post.lived_experience, peer_service=post.peer_service,
        counted_in_numbers=post.counted_in_numbers, funding=post.funding, funding_ends=post.funding_ends,
        opens=post.opens, closes=post.closes,
    )  # fmt: skip


def _holder(viewer: Viewer, spell: Spell, team: Team) -> Holder:
    reach = viewer.reach(Permission.PEOPLE_VIEW)
    is_over = spell.ends is not None and spell.ends < today()
    sees = reach.whole or (
        reach.covers(team.service_line_id, team.id) and spell.post.team_id == team.id and not is_over
    )
    person = spell.person
    is_held = not (person.erased_on or person.merged_into_id)
    name = person.known_as if sees else "Somebody who has left" if is_over else "Somebody"
    return Holder(person.id if sees and is_held else None, name, spell.starts, spell.ends, spell.wte, spell.contract)


def held_days(rows: Sequence[Post]) -> list[Days]:
    """When somebody is in any of these rows."""
    return [Days(spell.starts, spell.ends) for row in rows for spell in row.spells]


def has_number(number: str, employer: str) -> ColumnElement[bool]:
    """Posts of a number and an employer, however the two are written.

    A post whose employer is left blank is the organisation's own, as one that names the organisation is.
    """
    own = db.session.scalar(select(func.lower(Organisation.name)).where(Organisation.id == scope.current())) or ""
    named = employer.strip().lower()
    employers = ["", own] if named in {"", own} else [named]
    return and_(func.lower(Post.number) == number.strip().lower(), func.lower(Post.employer).in_(employers))


def of_number(viewer: Viewer, number: str, employer: str, except_for: Post | None = None) -> Post | None:
    """The post that has a number already, on its latest terms, where the viewer may see it."""
    wanted = [has_number(number, employer)]
    if except_for is not None:
        wanted.append(not_(same_post(except_for)))
    found = _posts(viewer, Permission.POSTS_VIEW).where(*wanted).order_by(None).order_by(Post.opens.desc())
    return db.session.scalars(found.limit(1)).first()


def funding_words(line: PostLine) -> str:
    """Where a post's money comes from and until when."""
    until = f"until {long_date(line.funding_ends)}" if line.funding_ends else ""
    return ", ".join(filter(None, (line.funding, until)))
