"""Accounts as an administrator may see them: those of the organisation, and others' that hold a role in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import selectinload

from peerhub.access.models import RoleGrant, User
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth, Holding, Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.tables import Page, View
from peerhub.core.time import today

SORTED = ("name", "email", "state")
ACTIVE, CLOSED = "Active", "Closed"


@dataclass(frozen=True, slots=True)
class UserLine:
    """An account in a list, with the roles held here today."""

    id: UUID
    name: str
    email: str
    roles: str
    state: str


@dataclass(frozen=True, slots=True)
class Held:
    """A role somebody holds, held or will hold here."""

    id: UUID
    version: int
    role: Role
    breadth: Breadth
    place_id: UUID | None
    starts: date
    ends: date | None

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.ends is not None and self.ends < today()

    @property
    def is_to_come(self) -> bool:
        """Whether its first day is still to come."""
        return self.starts > today()

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        return "Ended" if self.is_over else "Not yet" if self.is_to_come else "Now"


@dataclass(frozen=True, slots=True)
class UserPage:
    """An account with every role it ever held here.

    Attributes:
        is_ours: it belongs to this organisation, and may be changed here; of a guest only the roles may.
    """

    id: UUID
    name: str
    email: str
    is_active: bool
    is_ours: bool
    roles: tuple[Held, ...]


def users(viewer: Viewer, view: View, words: str = "") -> Page[UserLine]:
    """The accounts of the viewer's organisation, filtered, in order, a page of them. Three statements.

    Args:
        words: each is part of the name or of the e-mail address.
    """
    wanted = and_(_seen(viewer.organisation_id), *_matches(words), *_filters(viewer, view))
    total = db.session.scalar(select(func.count(User.id)).where(wanted)) or 0
    rows = db.session.scalars(select(User).where(wanted).order_by(*_order(view)).limit(view.size).offset(view.start))
    found = list(rows)
    roles = _roles_today(viewer, [user.id for user in found])
    return Page(
        [
            UserLine(user.id, user.name, user.email, _words(roles[user.id]), ACTIVE if user.is_active else CLOSED)
            for user in found
        ],
        total,
    )


def load_user(viewer: Viewer, user_id: UUID) -> User:
    """An account that belongs to the viewer's organisation or holds, held or will hold a role in it.

    Raises:
        NotFound: there is none such for this viewer.
    """
    return _found(user_id, _seen(viewer.organisation_id))


def load_own_user(viewer: Viewer, user_id: UUID) -> User:
    """An account that belongs to the viewer's organisation: only there may it be closed, unlocked or renamed.

    Raises:
        NotFound: there is none such for this viewer.
    """
    return _found(user_id, User.organisation_id == viewer.organisation_id)


def load_grant(viewer: Viewer, user_id: UUID, grant_id: UUID) -> RoleGrant:
    """A role held in the viewer's organisation.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.id == grant_id,
            RoleGrant.user_id == user_id,
            RoleGrant.organisation_id == viewer.organisation_id,
        )
    )
    if found is None:
        raise NotFound
    return found


def accounts_here(viewer: Viewer) -> list[tuple[UUID, str]]:
    """Key and name of each account of the viewer's organisation, and of guests that hold or held a role in it."""
    rows = select(User.id, User.name).where(_seen(viewer.organisation_id)).order_by(func.lower(User.name), User.id)
    return [(row.id, row.name) for row in db.session.execute(rows)]


def is_known_here(organisation_id: UUID, address: str) -> bool:
    """Whether an administrator of this organisation sees an account with this address."""
    return db.session.scalar(select(User.id).where(User.email == address, _seen(organisation_id))) is not None


def user_page(viewer: Viewer, user: User) -> UserPage:
    """What the administrator sees of an account."""
    return UserPage(
        id=user.id,
        name=user.name,
        email=user.email,
        is_active=user.is_active,
        is_ours=user.organisation_id == viewer.organisation_id,
        roles=roles_held(user, viewer.organisation_id),
    )


def roles_held(user: User, organisation_id: UUID) -> tuple[Held, ...]:
    """Every role of an account in one organisation, the latest first day first."""
    held = [grant for grant in user.grants if grant.organisation_id == organisation_id]
    return tuple(
        Held(
            grant.id, grant.version, grant.role, grant.breadth, grant.place_id, grant.starts, grant.ends
        )
        for grant in sorted(held, key=lambda grant: (grant.starts, grant.id), reverse=True)
    )  # fmt: skip


def _found(user_id: UUID, within: ColumnElement[bool]) -> User:
    found = db.session.scalar(select(User).where(User.id == user_id, within).options(selectinload(User.grants)))
    if found is None:
        raise NotFound
    return found


def _seen(organisation_id: UUID) -> ColumnElement[bool]:
    holds = select(RoleGrant.user_id).where(RoleGrant.organisation_id == organisation_id)
    return or_(User.organisation_id == organisation_id, User.id.in_(holds))


def _held_today(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    day = today()
    return (
        RoleGrant.organisation_id == viewer.organisation_id,
        RoleGrant.starts <= day,
        or_(RoleGrant.ends.is_(None), RoleGrant.ends >= day),
    )


def _matches(words: str) -> list[ColumnElement[bool]]:
    return [
        or_(User.name.icontains(word, autoescape=True), User.email.icontains(word, autoescape=True))
        for word in words.split()[:6]
    ]


def _filters(viewer: Viewer, view: View) -> list[ColumnElement[bool]]:
    asked = view.filters
    found: list[ColumnElement[bool]] = []
    if asked.get("role") in set(Role):
        found.append(
            User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == Role(asked["role"]), *_held_today(viewer)))
        )
    if asked.get("state") in {"active", "closed"}:
        found.append(User.is_active.is_(asked["state"] == "active"))
    return found


def _order(view: View) -> Sequence[Any]:
    named = (func.lower(User.name), User.id)
    chosen = {"email": User.email, "state": case((User.is_active, ACTIVE), else_=CLOSED)}.get(view.sort)
    if chosen is None:
        return [column.desc() for column in named] if view.descending else named
    return [chosen.desc() if view.descending else chosen.asc(), *named]


def _roles_today(viewer: Viewer, user_ids: Sequence[UUID]) -> dict[UUID, list[Holding]]:
    found: dict[UUID, list[Holding]] = defaultdict(list)
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.user_id.in_(user_ids), *_held_today(viewer))):
        found[grant.user_id].append(grant.holding)
    return found


def _words(held: Iterable[Holding]) -> str:
    return ", ".join(sorted({holding.role.label for holding in held})) or "None"
