"""What PeerHub holds already, as plain values: what a staff record is compared with before anything is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from peerhub.workforce.rules.words import Band, Contract, LeavingReason, RoleKind, Setting


def name_key(first_name: str, last_name: str) -> tuple[str, str]:
    """A name as compared: capitals make no difference."""
    return first_name.casefold(), last_name.casefold()


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """Somebody known. ``names`` are theirs and those of records merged into theirs, as compared."""

    key: UUID
    names: frozenset[tuple[str, str]]
    preferred_name: str
    email: str
    unconfirmed_since: date | None
    is_erased: bool = False


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
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post on its terms, from a day to a day. ``number`` is "" without one; ``first`` is the key of its first row."""

    key: UUID
    first: UUID
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

    The number of a record that was merged into another leads to the other; somebody without a staff number is found by
    the one that the export makes up for them.
    """

    people: Mapping[str, HeldPerson]
    lines: Sequence[HeldLine]
    teams: Sequence[HeldTeam]
    posts: Sequence[HeldPost]
    spells: Sequence[HeldSpell]
    erased: Mapping[str, HeldPerson] = field(default_factory=dict)
    digest: Callable[[str], str] = str

    def person(self, number: str) -> HeldPerson | None:
        """Whose staff number this is, or was before they were erased: of that a digest alone is held."""
        found = self.people.get(number)
        return self.erased.get(self.digest(number)) if found is None and self.erased else found
