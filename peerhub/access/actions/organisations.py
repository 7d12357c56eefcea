"""Making an organisation with its first administrator, and changing its settings."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from peerhub.access import audit
from peerhub.access.actions import invitations, links
from peerhub.access.actions.roles import Wanted, let_hold
from peerhub.access.models import LinkPurpose, Organisation, User
from peerhub.access.permissions import Role
from peerhub.access.queries.accounts import user_by_email
from peerhub.access.queries.invitations import waiting_for
from peerhub.access.queries.limits import SETTINGS_CHANGED
from peerhub.access.rules import FIRST_FOR, Breadth, OrganisationKind, has_administrator
from peerhub.core.database import db, saving
from peerhub.core.errors import DomainError
from peerhub.core.time import today, utc_now

NUMBERS = ("role_target", "small_number", "least_denominator", "gap_days")
"""Settings whose old and new value the audit log keeps: they are rules, and nobody's details."""


def change_settings(organisation: Organisation, version: int | None, **changed: Any) -> list[str]:
    """Change an organisation's name, code, kind, offer or numbers; gives the names of those that differed.

    Raises:
        DomainError: the name is another's, the code cannot be one, or it would become or stop being the programme.
        Conflict: somebody else saved it first.
    """
    organisation.expect(version)
    changed["name"] = changed["name"].strip()
    changed["ods_code"] = checked_code(changed["ods_code"])
    if (changed["kind"] is OrganisationKind.PROGRAMME) != (organisation.kind is OrganisationKind.PROGRAMME):
        raise DomainError("Only whoever runs the server can make or unmake the national programme", "kind")
    before = {name: getattr(organisation, name) for name in NUMBERS}
    with saving():
        fields = audit.changed(organisation, **changed)
    if fields:
        numbers = {name: [before[name], changed[name]] for name in NUMBERS if name in fields}
        audit.wrote(SETTINGS_CHANGED, organisation, fields=fields, numbers=numbers)
    return fields


def checked_code(code: str | None) -> str | None:
    """An ODS code as it is kept.

    Raises:
        DomainError: it cannot be one.
    """
    kept = (code or "").replace(" ", "").upper()
    if kept and not re.fullmatch(r"[A-Z0-9]{3,10}", kept):
        raise DomainError("Enter the ODS code as 3 to 10 letters and numbers, such as RX1", "ods_code")
    return kept or None


def first_administrator(organisation_name: str, kind: OrganisationKind, email: str, name: str) -> str:
    """Make an organisation if there is none of this name, and give the path of a link for its administrator.

    For the server's own keyboard alone. The link works once within 24 hours and is shown nowhere else. Somebody new
    chooses a password with it and becomes system administrator; an account that exists becomes that at once, and sets
    a new password with it.

    Raises:
        DomainError: the organisation is of another kind, or the address or name cannot be one.
    """
    address, called = invitations.checked_address(email), name.strip()
    if not called:
        raise DomainError("Enter the administrator's name", "name")
    organisation = _organisation(organisation_name.strip(), kind)
    audit.act_as(replace(audit.actor(), organisation_id=organisation.id))
    user = user_by_email(address)
    wanted = Wanted(Role.SYSTEM_ADMINISTRATOR, Breadth.ORGANISATION, None, today(), None)
    if user is not None:
        return links.path_of(_again(user, organisation, wanted))
    for waiting in db.session.scalars(waiting_for(organisation.id, address)).all():
        invitations.cancel(waiting)
    invitation = invitations.draft(organisation, address, called, wanted)
    invitation.expires_at = utc_now() + FIRST_FOR
    audit.wrote("first administrator invited", invitation)
    return links.path_of(links.for_invitation(invitation, LinkPurpose.FIRST_ADMINISTRATOR))


def _again(user: User, organisation: Organisation, wanted: Wanted) -> str:
    user.is_active = True
    if not has_administrator([grant.holding for grant in user.grants], organisation.id, today()):
        let_hold(user, organisation, wanted)
    audit.wrote("administrator let in again", user)
    return links.for_user(user, LinkPurpose.FIRST_ADMINISTRATOR, FIRST_FOR)


def _organisation(name: str, kind: OrganisationKind) -> Organisation:
    if not name:
        raise DomainError("Enter the organisation's name", "organisation")
    found = db.session.scalar(select(Organisation).where(Organisation.name == name))
    if found is None:
        found = Organisation(name=name, kind=kind)
        with saving():
            db.session.add(found)
        audit.wrote("organisation added", found, organisation_id=found.id)
    elif found.kind is not kind:
        raise DomainError(f"There is an organisation of this name already: {found.kind.label}", "kind")
    return found
