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
RESETS_AN_HOUR = 3
"""How many reset links an account gets within an hour; whoever asks again is told the same, and no mail leaves."""
NATIONAL = frozenset({Role.PROGRAMME_LEAD, Role.QI_COACH})
"""Roles of the national programme alone."""
WHOLE = NATIONAL | {Role.SYSTEM_ADMINISTRATOR}
"""Roles that make no sense for a part of an organisation."""
NETWORK_SHARE = 20
"""How many addresses' worth of failures one network may make: a whole trust may stand behind one."""


class OrganisationKind(StrEnum):
    """What sort of organisation it is."""

    NHS_TRUST = "nhs_trust"
    VCSE = "vcse"
    INDEPENDENT = "independent"
    ICB = "icb"
    PROGRAMME = "programme"

    @property
    def label(self) -> str:
        """In words."""
        return KIND_LABELS[self]


KIND_LABELS: dict[OrganisationKind, str] = {
    OrganisationKind.NHS_TRUST: "NHS trust",
    OrganisationKind.VCSE: "Voluntary-sector employer (VCSE)",
    OrganisationKind.INDEPENDENT: "Independent provider",
    OrganisationKind.ICB: "Integrated care board",
    OrganisationKind.PROGRAMME: "National programme",
}


class SupportOffer(StrEnum):
    """What the programme offers it."""

    FULL = "full"
    LIGHT_TOUCH = "light_touch"
    NONE = "none"

    @property
    def label(self) -> str:
        """In words."""
        return {"full": "Full", "light_touch": "Light touch", "none": "None"}[self.value]


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
    """The person at the other end, in one organisation, on one day.

    Attributes:
        holdings: the roles held in this organisation on that day alone.
        is_elsewhere_too: whether they hold a role in another organisation as well, and can change over to it.
    """

    user_id: UUID
    name: str
    organisation_id: UUID
    organisation_name: str
    holdings: tuple[Holding, ...]
    is_elsewhere_too: bool = False

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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be, in words, and the field it belongs beside."""

    message: str
    field: str | None = None


def role_refusal(wanted: Holding, kind: OrganisationKind, held: Iterable[Holding]) -> Refusal | None:
    """Why a role may not be held in an organisation of this kind, by somebody who holds these already."""
    if wanted.role in NATIONAL and kind is not OrganisationKind.PROGRAMME:
        return Refusal("This role is held in the national programme alone. Choose another role", "role")
    if wanted.role in WHOLE and wanted.breadth is not Breadth.ORGANISATION:
        return Refusal("This role is always held for the whole organisation. Choose that", "place")
    if wanted.ends is not None and wanted.ends < wanted.starts:
        return Refusal("The last day must be the first day or later", "ends")
    if any(_is_same(holding, wanted) for holding in held):
        return Refusal("This role is held already on some of these days. End that one first, or choose others", "role")
    return None


def _is_same(one: Holding, other: Holding) -> bool:
    """Whether both are the same role for the same, on at least one same day."""
    what = (one.role, one.organisation_id, one.breadth, one.place_id)
    if what != (other.role, other.organisation_id, other.breadth, other.place_id):
        return False
    return (one.ends is None or other.starts <= one.ends) and (other.ends is None or one.starts <= other.ends)


def has_administrator(holdings: Iterable[Holding], organisation_id: UUID, day: date) -> bool:
    """Whether an organisation has a system administrator on a day, with no last day set.

    Args:
        holdings: of accounts that can sign in.
    """
    return any(
        h.role is Role.SYSTEM_ADMINISTRATOR and h.organisation_id == organisation_id and h.ends is None and h.on(day)
        for h in holdings
    )


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
