"""Stretches of whole days, first and last day counted, as pairs of day numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

Stretch = tuple[int, int]
NO_END = date.max.toordinal()
"""The last day of what goes on."""


def stretch(starts: date, ends: date | None) -> Stretch:
    """Two dates as day numbers.

    >>> stretch(date(1, 1, 1), date(1, 1, 3)), stretch(date(1, 1, 2), None) == (2, NO_END)
    ((1, 3), True)
    """
    return starts.toordinal(), NO_END if ends is None else ends.toordinal()


def united(stretches: Iterable[Stretch], gap: int = 0) -> list[Stretch]:
    """The days that are in any of them, in order and apart; those with up to ``gap`` days between them become one.

    >>> united([(8, 9), (1, 3), (4, 5)]), united([(1, 3), (6, 7)], gap=2), united([(1, 3), (7, 7)], gap=2)
    ([(1, 5), (8, 9)], [(1, 7)], [(1, 3), (7, 7)])
    """
    found: list[Stretch] = []
    for first, last in sorted(stretches):
        if last < first:
            continue
        if found and first <= found[-1][1] + gap + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """The days of the first that are not among the second.

    >>> without([(1, 9)], [(3, 4), (9, 12)]), without([(1, 2)], [(1, 2)])
    ([(1, 2), (5, 8)], [])
    """
    left = united(stretches)
    for first, last in united(taken):
        left = [
            part
            for start, end in left
            for part in ((start, min(end, first - 1)), (max(start, last + 1), end))
            if part[0] <= part[1]
        ]
    return united(left)


def covers(stretches: Iterable[Stretch], day: int) -> bool:
    """Whether a day is in any of them."""
    return any(first <= day <= last for first, last in stretches)
