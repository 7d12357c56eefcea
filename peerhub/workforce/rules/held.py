"""What PeerHub holds already, as plain values: what a staff record is compared with before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from peerhub.workforce.rules.words import Band, Contract, LeavingReason, RoleKind, Setting


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """Somebody known. ``is_current`` says whether an open spell of theirs has begun."""

    key: UUID
    first_name: str
    last_name: str
    preferred_name: str
    email: str
    unconfirmed_since: date | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A service line known."""

    key: UUID
    name: str
    setting: Setting


@dataclass(frozen=True, slots=True)
class HeldTeam:
    """A team known, and the service line it belongs to."""

    key: UUID
    line: UUID
    name: str


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post on its terms, from a day to a day. ``number`` is "" where it has none."""

    key: UUID
    team: UUID
    number: str
    employer: str
    title: str
    role_kind: RoleKind
    band: Band | None
    lived_experience: bool
    peer_service: bool
    opens: date
    closes: date | None


@dataclass(frozen=True, slots=True)
class HeldSpell:
    """A person in a post from a first to a last day."""

    key: UUID
    person: UUID
    post: UUID
    starts: date
    ends: date | None
    wte: Decimal
    contract: Contract
    leaving_reason: LeavingReason | None
    destination: str
    campaign: str


@dataclass(frozen=True, slots=True)
class Held:
    """Everything of one organisation that a staff record may touch. ``people`` are found by staff number.

    The number of a record that was merged into another leads to the other.
    """

    people: Mapping[str, HeldPerson]
    lines: Sequence[HeldLine]
    teams: Sequence[HeldTeam]
    posts: Sequence[HeldPost]
    spells: Sequence[HeldSpell]
