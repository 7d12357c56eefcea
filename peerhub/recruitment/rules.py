"""What the totals of a campaign say."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

TENTH = Decimal("0.1")


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
