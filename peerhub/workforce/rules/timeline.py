"""How spells follow each other: when somebody was in no post, and when in two at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from peerhub.workforce.rules.posts import A_DAY, Days


def gaps(spells: Iterable[Days]) -> list[Days]:
    """The days between spells that none of them covers, in order.

    >>> from datetime import date
    >>> one, two = Days(date(2024, 1, 1), date(2024, 3, 31)), Days(date(2024, 5, 1))
    >>> gaps([two, one]) == [Days(date(2024, 4, 1), date(2024, 4, 30))]
    True
    """
    found: list[Days] = []
    covered = None
    for days in sorted(spells, key=lambda held: held.starts):
        if covered is not None and days.starts > covered + A_DAY:
            found.append(Days(covered + A_DAY, days.starts - A_DAY))
        covered = days.last if covered is None else max(covered, days.last)
        if days.ends is None:
            break
    return found


def shared(one: Days, other: Days) -> Days | None:
    """The days that two spells have in common; None when they have none."""
    if not one.overlaps(other):
        return None
    last = min(one.last, other.last)
    return Days(max(one.starts, other.starts), None if one.ends is None and other.ends is None else last)


def gap_before(days: Days, found: Sequence[Days]) -> Days | None:
    """The gap that ends the day before a spell begins."""
    return next((gap for gap in found if gap.ends == days.starts - A_DAY), None)
