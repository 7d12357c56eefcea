"""Who somebody is today and how far a permission of theirs reaches. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from peerhub.access.permissions import MATRIX, Permission, Role

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
RESET_FOR = timedelta(minutes=60)
INVITED_FOR = timedelta(days=7)
FIRST_FOR = timedelta(hours=24)
NETWORK_SHARE = 20
"""How many addresses' worth of failures one network may make: a whole trust may stand behind one."""


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

    def may(self, *permissions: StrEnum) -> bool:
        """Whether any of these is held at all; how far, :meth:`reach` tells.

        Raises:
            ValueError: one of them is no permission.
        """
        asked = {Permission(permission) for permission in permissions}
        return any(not asked.isdisjoint(MATRIX[holding.role]) for holding in self.holdings)

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
    """Why a password will not do, in words, or None. Length is what counts; not well-known ones, nor one's name."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} characters. Three random words make a good password"
    if len(password) > LONGEST_PASSWORD:
        return f"Use {LONGEST_PASSWORD} characters or fewer"
    lowered = password.casefold()
    if len(set(lowered)) < 5 or any(lowered.startswith(known) for known in ("password", "123456", "qwerty", "peerhub")):
        return "That password is easy to guess. Three random words make a good password"
    if any(part in lowered for part in (email.casefold().partition("@")[0], *name.casefold().split()) if len(part) > 3):
        return "Leave your own name and e-mail address out of your password"
    return None


@dataclass(frozen=True, slots=True)
class Lock:
    """After ``failures`` failed tries within ``window`` no further try counts until the oldest is that long ago."""

    failures: int
    window: timedelta


def is_locked(tries: Iterable[tuple[datetime, bool]], now: datetime, lock: Lock) -> bool:
    """Whether signing in is closed for now. A success wipes the slate; tries while locked are not kept, so it ends.

    Args:
        tries: when, and whether it succeeded.
    """
    recent = sorted((at, succeeded) for at, succeeded in tries if now - lock.window < at <= now)
    failed = 0
    for _, succeeded in recent:
        failed = 0 if succeeded else failed + 1
    return failed >= lock.failures


def safe_path(address: str | None, otherwise: str = "/") -> str:
    """A path on this site to go on to, or ``otherwise`` for anything that might lead elsewhere.

    >>> safe_path("/people?page=2"), safe_path("//evil.example"), safe_path("https://evil.example"), safe_path(None)
    ('/people?page=2', '/', '/', '/')
    """
    if not address or not address.startswith("/") or address.startswith("//"):
        return otherwise
    if re.search(r"[\\\x00-\x20\x7f]", address) or urlsplit(address).netloc:
        return otherwise
    return address
