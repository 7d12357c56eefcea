"""A row of nested tiers as a reader takes it apart: those who fell out at each tier, and those left in the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from peerhub.retention.rules.tiers import TIERS, YearFigures

Groups = tuple[int, ...]
"""Numbers of people in groups of which nobody is in two."""


@dataclass(frozen=True, slots=True)
class Row:
    """Those observed, by where they are: in no tier, in the first alone, in the second, in all; and who is on a break.

    Rows add up: two of them make the row of both groups of people together.
    """

    parts: Groups = (0, 0, 0, 0)
    on_break: int = 0

    def __add__(self, other: Row) -> Row:
        both = zip(self.parts, other.parts, strict=True)
        return Row(tuple(one + two for one, two in both), self.on_break + other.on_break)

    @property
    def observed(self) -> int:
        return sum(self.parts)

    @property
    def counts(self) -> Groups:
        """How many are in each tier, the widest first."""
        return tuple(sum(self.parts[place:]) for place in range(1, len(self.parts)))

    @property
    def last(self) -> Groups:
        """Those who are not in the last tier, and those who are."""
        return self.observed - self.parts[-1], self.parts[-1]

    @property
    def fallen(self) -> Groups:
        """Those who are not in the last tier, by the tier they fell out at."""
        return self.parts[:-1]

    @property
    def service(self) -> Groups:
        """Those of the first tier who are on a break, and those who are not."""
        return self.on_break, self.counts[0] - self.on_break


def row_of(figures: YearFigures) -> Row:
    """The row of the figures at an anniversary."""
    counts = [figures.observed, *(figures.tiers[tier].count for tier in TIERS)]
    gaps = [wider - narrower for wider, narrower in pairwise(counts)]
    return Row((*gaps, counts[-1]), counts[1] - figures.in_active_service.count)


def are_safe(groups: Iterable[int], least: int) -> bool:
    """Whether none of these numbers is small."""
    return not any(0 < group < least for group in groups)


def may_be_added_up(hidden: Sequence[Groups], least: int) -> bool:
    """Whether the sums of hidden rows may be known, each row's total with them.

    No sum may be small or nobody, and no row may be the only one with people in it. Then every number of every row
    stays in doubt: each group has somebody of one row who could have changed places with somebody of another row in
    another group, and no sum would show it.
    """
    with_people = [row for row in hidden if any(row)]
    return not hidden or (len(with_people) > 1 and all(sum(group) >= least for group in zip(*hidden, strict=True)))
