"""Giving and ending roles. An organisation always keeps an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from peerhub.access import audit
from peerhub.access.actions import letters
from peerhub.access.models import Organisation, RoleGrant, User
from peerhub.access.permissions import MATRIX, Permission, Role
from peerhub.access.rules import Breadth, Holding, has_administrator, role_refusal
from peerhub.core.database import db, hold, saving
from peerhub.core.errors import DomainError
from peerhub.core.time import today

LAST_ADMINISTRATOR = (
    "An organisation needs a system administrator whose role has no last day. Give somebody else that role first"
)
NOT_TO_ONESELF = "You cannot give yourself a role, or more days in one. Ask another system administrator"


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
    """Give somebody else a role in an organisation.

    Raises:
        DomainError: this role may not be held there like that, or is held already; or it would be the actor's own.
    """
    _refuse_oneself(user)
    return let_hold(user, organisation, wanted)


def let_hold(user: User, organisation: Organisation, wanted: Wanted) -> RoleGrant:
    """Let somebody hold a role that was given to them: by an invitation they accept, or at the server's keyboard.

    Whoever heads peer work is told where the role sees what is held of people. Two who give the same at once are dealt
    with one after the other.

    Raises:
        DomainError: this role may not be held there like that, or is held already.
    """
    made = RoleGrant(
        user_id=user.id, organisation_id=organisation.id, role=wanted.role, breadth=wanted.breadth,
        place_id=wanted.place_id, starts=wanted.starts, ends=wanted.ends,
    )  # fmt: skip
    with saving():
        hold(User, user.id)
        db.session.refresh(user, ["grants"])
        refuse_role(wanted, organisation, user)
        db.session.add(made)
    _tell_heads(made)
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
        DomainError: the day comes before the first, or the organisation would have no administrator; or the actor's own
            role would last longer.
        Conflict: somebody else saved it first.
    """
    grant.expect(version)
    if ends < grant.starts:
        raise DomainError("The last day must be the first day or later", "ends")
    was = grant.holding
    is_longer = was.ends is not None and ends > was.ends
    if is_longer:
        _refuse_oneself(grant.user, "ends")
    with saving():
        grant.ends = ends
    if was.role is Role.SYSTEM_ADMINISTRATOR:
        keep_administrator(grant.organisation_id, ends + timedelta(days=1), "ends")
    if is_longer:
        _tell_heads(grant)
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


def _refuse_oneself(user: User, field: str | None = None) -> None:
    if user.id == audit.actor().user_id:
        raise DomainError(NOT_TO_ONESELF, field)


def _tell_heads(grant: RoleGrant) -> None:
    """Tell whoever heads peer work there, by a message without names, that more is open to somebody than before."""
    if Permission.PEOPLE_VIEW not in MATRIX[grant.role]:
        return
    day = today()
    heads = (
        select(User.email)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.organisation_id == grant.organisation_id,
            RoleGrant.role == Role.HEAD_OF_PEER_WORK,
            RoleGrant.starts <= day,
            or_(RoleGrant.ends.is_(None), RoleGrant.ends >= day),
            User.is_active,
            User.id.not_in([grant.user_id, audit.actor().user_id or grant.user_id]),
        )
        .distinct()
    )
    for email in db.session.scalars(heads).all():
        letters.tell_roles_changed(email, grant.organisation_id)
