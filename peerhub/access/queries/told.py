"""Who did something, told to the person it was about: by their role and never by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import select

from peerhub.access.models import AuditEntry, RoleGrant
from peerhub.access.permissions import Role
from peerhub.access.rules import Holding
from peerhub.core.database import db
from peerhub.core.time import LONDON

BY_ROLE = {
    Role.HEAD_OF_PEER_WORK: "Your head of peer work",
    Role.HR: "Somebody in HR",
    Role.TEAM_MANAGER: "A team manager",
    Role.PEER_SUPERVISOR: "A peer supervisor",
    Role.SYSTEM_ADMINISTRATOR: "A system administrator",
}
"""Of several roles that somebody holds, the first of these says most."""


def teller(entries: Iterable[AuditEntry], own: UUID | None) -> Callable[[AuditEntry], str]:
    """Who did each of these entries, in words for the holder of the account ``own``. One statement."""
    users = {entry.user_id for entry in entries if entry.user_id is not None and entry.user_id != own}
    held: dict[tuple[UUID, UUID], list[Holding]] = {}
    for grant in db.session.scalars(select(RoleGrant).where(RoleGrant.user_id.in_(users))):
        held.setdefault((grant.user_id, grant.organisation_id), []).append(grant.holding)

    def told(entry: AuditEntry) -> str:
        if entry.user_id is None or entry.organisation_id is None:
            return "PeerHub itself" if entry.user_id is None else "Somebody else"
        if entry.user_id == own:
            return "You"
        day = entry.at.astimezone(LONDON).date()
        roles = {role.role for role in held.get((entry.user_id, entry.organisation_id), ()) if role.on(day)}
        return next((words for role, words in BY_ROLE.items() if role in roles), "Somebody else here")

    return told


def sentence(action: str) -> str:
    """What was done as the beginning of a sentence."""
    return action[:1].upper() + action[1:]
