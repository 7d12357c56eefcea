"""Giving and ending roles. An organisation always keeps an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from peerhub.access import audit
from peerhub.access.models import Organisation, RoleGrant, User
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth, Holding, has_administrator, role_refusal
from peerhub.core.database import db, saving
from peerhub.core.errors import DomainError
from peerhub.core.time import today

LAST_ADMINISTRATOR = (
    "An organisation needs a system administrator whose role has no last day. Give somebody else that role first"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A role somebody is to hold, for what, from a day to a day (None: no last day)."""

    role: Role
    breadth: Breadth
    place_id: UUID | None
    starts: date
    ends: date | None

    def within(self, organisation: Organisation) -> Holding:
        """The same as held in an organisation."""
        return Holding(self.role, organisation.id, self.breadth, self.place_id, self.starts, self.ends)


def give_role(user: User, organisation: Organisation, wanted: Wanted) -> RoleGrant:
    """Give somebody a role in an organisation.

    Raises:
        DomainError: this role may not be held there like that, or is held already.
    """
    refuse_role(wanted, organisation, user)
    made = RoleGrant(
        user_id=user.id, organisation_id=organisation.id, role=wanted.role, breadth=wanted.breadth,
        place_id=wanted.place_id, starts=wanted.starts, ends=wanted.ends,
    )  # fmt: skip
    with saving():
        db.session.add(made)
    audit.wrote("role given", user, organisation_id=organisation.id, role=wanted.role.value)
    return made


def refuse_role(wanted: Wanted, organisation: Organisation, user: User | None = None) -> None:
    """Stop where a role may not be held.

    Raises:
        DomainError: in words, beside the field.
    """
    held = () if user is None else [grant.holding for grant in user.grants]
    refusal = role_refusal(wanted.within(organisation), organisation.kind, held)
    if refusal is not None:
        raise DomainError(refusal.message, refusal.field)


def end_role(grant: RoleGrant, version: int | None, ends: date) -> None:
    """Give a role a last day.

    Raises:
        DomainError: the day comes before the first, or the organisation would have no administrator.
        Conflict: somebody else saved it first.
    """
    grant.expect(version)
    if ends < grant.starts:
        raise DomainError("The last day must be the first day or later", "ends")
    was = grant.holding
    with saving():
        grant.ends = ends
    if was.role is Role.SYSTEM_ADMINISTRATOR:
        keep_administrator(grant.organisation_id, ends + timedelta(days=1), "ends")
    audit.wrote("role ended", grant.user, organisation_id=grant.organisation_id, role=grant.role.value)


def take_back(grant: RoleGrant) -> None:
    """Take back a role that has not begun.

    Raises:
        DomainError: it has begun; it can be ended.
    """
    if grant.starts <= today():
        raise DomainError("This role has begun. Give it a last day")
    user, organisation_id, role = grant.user, grant.organisation_id, grant.role
    db.session.delete(grant)
    audit.wrote("role taken back", user, organisation_id=organisation_id, role=role.value)


def keep_administrator(organisation_id: UUID, day: date, field: str | None = None) -> None:
    """Stop where an organisation would have no administrator from a day on. Asked for after the change is written.

    Two administrators who end each other's role at once are dealt with one after the other: the organisation's row is
    held until the first is saved.

    Raises:
        DomainError: there would be none.
    """
    db.session.flush()
    db.session.execute(select(Organisation.id).where(Organisation.id == organisation_id).with_for_update())
    grants = db.session.scalars(
        select(RoleGrant)
        .join(User, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.organisation_id == organisation_id,
            RoleGrant.role == Role.SYSTEM_ADMINISTRATOR,
            User.is_active,
        )
        .execution_options(populate_existing=True)
    )
    if not has_administrator([grant.holding for grant in grants], organisation_id, max(day, today())):
        raise DomainError(LAST_ADMINISTRATOR, field)
