"""Who may answer what is asked for in an organisation, and in which role somebody did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from peerhub.access.models import RoleGrant, User
from peerhub.access.permissions import MATRIX, Permission, Role
from peerhub.access.rules import Breadth, Holding, Viewer
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.time import LONDON, today
from peerhub.workforce.models import Adjustment, Person, Post, Spell, Team
from peerhub.workforce.queries.reach import listed
from peerhub.workforce.rules.posts import Days
from peerhub.workforce.rules.words import AdjustmentStatus

ONLY_SHARED = frozenset({Role.TEAM_MANAGER})
"""Roles that see only what is shared with them."""
DECIDING = frozenset(role for role in Role if Permission.ADJUSTMENTS_EDIT in MATRIX[role])


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody by name, with the roles in which they may answer."""

    name: str
    held: tuple[Holding, ...]

    def said(self, at: datetime, *, in_role: bool) -> str:
        """Their name, and the role they answered in on that day."""
        day = at.astimezone(LONDON).date()
        roles = sorted({held.role.label for held in self.held if held.on(day)}) if in_role else []
        return f"{self.name} ({', '.join(roles).lower()})" if roles else self.name


def names(keys: Iterable[UUID | None]) -> dict[UUID, Named]:
    """Accounts by name, each with the roles here in which they may answer. Two statements."""
    known = [key for key in keys if key is not None]
    held: dict[UUID, list[Holding]] = {}
    for grant in _grants(RoleGrant.user_id.in_(known)):
        held.setdefault(grant.user_id, []).append(grant.holding)
    users = db.session.execute(select(User.id, User.name).where(User.id.in_(known)))
    return {key: Named(name, tuple(held.get(key, ()))) for key, name in users}


def nobody_answers() -> frozenset[UUID]:
    """What was asked for and waits, and that nobody but the person it is for may answer. Three statements."""
    waiting = db.session.execute(
        select(Adjustment.id, Adjustment.with_manager, Person.id, Person.user_id)
        .join(Adjustment.person)
        .where(Adjustment.status == AdjustmentStatus.REQUESTED, listed())
    ).all()
    day = today()
    grants = [grant for grant in _grants(User.is_active) if grant.holding.on(day)]
    places: dict[UUID, set[UUID]] = {}
    for person, team, line, starts, ends in db.session.execute(
        select(Spell.person_id, Team.id, Team.service_line_id, Spell.starts, Spell.ends)
        .join(Post, Spell.post_id == Post.id)
        .join(Team, Post.team_id == Team.id)
        .where(Spell.person_id.in_([person for _, _, person, _ in waiting]))
    ):
        if Days(starts, ends).last >= day:
            places.setdefault(person, set()).update((team, line))
    return frozenset(
        key
        for key, with_manager, person, user in waiting
        if not any(
            (with_manager or grant.role not in ONLY_SHARED)
            and grant.user_id != user
            and (grant.breadth is Breadth.ORGANISATION or grant.place_id in places.get(person, ()))
            for grant in grants
        )
    )


def unheard(viewer: Viewer) -> int:
    """How many requests nobody may answer, for those who look after records and see none of them: never whose."""
    if viewer.may(Permission.ADJUSTMENTS_VIEW) or not viewer.reach(Permission.PEOPLE_ERASE).whole:
        return 0
    return len(nobody_answers())


def _grants(*where: object) -> list[RoleGrant]:
    """Roles held in this organisation by accounts, in which somebody answers what is asked for."""
    wanted = (
        select(RoleGrant)
        .join(RoleGrant.user)
        .where(RoleGrant.organisation_id == scope.current(), RoleGrant.role.in_(DECIDING), *where)  # type: ignore[arg-type]  # conditions
    )
    return list(db.session.scalars(wanted))
