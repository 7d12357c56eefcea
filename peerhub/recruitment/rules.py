"""What the totals of a campaign say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Totals:
    """Some campaigns taken together."""

    campaigns: int
    applications: int
    roles: int

    @property
    def per_role(self) -> Decimal | None:
        """Applications for each role."""
        return applications_per_role(self.applications, self.roles)


def together(counts: Iterable[tuple[int, int]]) -> Totals:
    """The totals of campaigns, of each its applications and its roles.

    >>> together([(217, 6), (120, 12), (236, 6)])
    Totals(campaigns=3, applications=573, roles=24)
    """
    listed = list(counts)
    return Totals(len(listed), sum(applied for applied, _ in listed), sum(roles for _, roles in listed))


def applications_per_role(applications: int, roles: int) -> Decimal | None:
    """How many people applied for each role, to one decimal, halves rounded up; None where no role was offered.

    >>> applications_per_role(217, 6), applications_per_role(120, 12), applications_per_role(236, 6)
    (Decimal('36.2'), Decimal('10.0'), Decimal('39.3'))
    >>> applications_per_role(40, 0) is None
    True
    """
    if roles == 0:
        return None
    return (Decimal(applications) / Decimal(roles)).quantize(TENTH, rounding=ROUND_HALF_UP)
