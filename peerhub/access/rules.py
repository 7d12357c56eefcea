"""Who somebody is today and how far a permission of theirs reaches. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from peerhub.access.permissions import MATRIX, Permission, Role

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200


class Breadth(StrEnum):
    """What a role is held for."""

    ORGANISATION = "organisation"
    SERVICE_LINE = "service_line"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Holding:
    """A role held in one organisation, for all of it, a service line or a team, from a day to a day (both counted)."""

    role: Role
    organisation_id: UUID
    breadth: Breadth
    place_id: UUID | None
    starts: date
    ends: date | None

    def on(self, day: date) -> bool:
        """Whether the role is held on that day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one permission goes: everything, or the named service lines and teams; and the viewer's own record."""

    whole: bool = False
    service_lines: frozenset[UUID] = frozenset()
    teams: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        return self.whole or bool(self.service_lines) or bool(self.teams)

    def covers(self, service_line_id: UUID | None, team_id: UUID | None) -> bool:
        """Whether a thing that belongs to this service line and team is within reach."""
        return self.whole or service_line_id in self.service_lines or team_id in self.teams


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person at the other end, in one organisation, on one day. ``holdings`` are those of that day alone."""

    user_id: UUID
    name: str
    organisation_id: UUID
    organisation_name: str
    holdings: tuple[Holding, ...]

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held here today."""
        return frozenset(holding.role for holding in self.holdings)

    def may(self, *permissions: Permission) -> bool:
        """Whether any of these is held at all; how far, :meth:`reach` tells."""
        return any(permission in MATRIX[holding.role] for holding in self.holdings for permission in permissions)

    def reach(self, permission: Permission) -> Reach:
        """How far the permission goes for this viewer."""
        held = [holding for holding in self.holdings if permission in MATRIX[holding.role]]
        return Reach(
            whole=any(holding.breadth is Breadth.ORGANISATION for holding in held),
            service_lines=_places(held, Breadth.SERVICE_LINE),
            teams=_places(held, Breadth.TEAM),
        )


def _places(held: list[Holding], breadth: Breadth) -> frozenset[UUID]:
    return frozenset(h.place_id for h in held if h.breadth is breadth and h.place_id is not None)


def holdings_on(holdings: tuple[Holding, ...], organisation_id: UUID, day: date) -> tuple[Holding, ...]:
    """The roles that count in an organisation on a day."""
    return tuple(h for h in holdings if h.organisation_id == organisation_id and h.on(day))


def password_problem(password: str, *, email: str, name: str) -> str | None:
    """Why a password will not do, in words, or None. Length is what counts; well-known ones and one's own name do not."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} characters. Three random words make a good password"
    if len(password) > LONGEST_PASSWORD:
        return f"Use {LONGEST_PASSWORD} characters or fewer"
    lowered = password.casefold()
    if len(set(lowered)) < 5 or any(lowered.startswith(known) for known in ("password", "123456", "qwerty", "peerhub")):  # noqa: PLR2004
        return "That password is easy to guess. Three random words make a good password"
    if any(part in lowered for part in (email.casefold().partition("@")[0], *name.casefold().split()) if len(part) > 3):  # noqa: PLR2004
        return "Leave your own name and e-mail address out of your password"
    return None
