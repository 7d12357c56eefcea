"""Who comes: a person of this organisation, or an account without a person record."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """One human, by the key of their person record or of their account; never both, never neither."""

    person_id: UUID | None = None
    user_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.person_id is None) == (self.user_id is None):
            raise ValueError("a party is a person or an account")

    @property
    def code(self) -> str:
        """How a form names them.

        >>> Party(user_id=UUID(int=1)).code
        'u00000000000000000000000000000001'
        """
        return f"p{self.person_id.hex}" if self.person_id else f"u{self.user_id.hex if self.user_id else ''}"


def party_of(code: str) -> Party | None:
    """Whom a form names, or None where it names nobody.

    >>> party_of(Party(person_id=UUID(int=7)).code) == Party(person_id=UUID(int=7)), party_of("x"), party_of("pzz")
    (True, None, None)
    """
    try:
        key = UUID(hex=code[1:])
    except ValueError:
        return None
    if code.startswith("p"):
        return Party(person_id=key)
    return Party(user_id=key) if code.startswith("u") else None
