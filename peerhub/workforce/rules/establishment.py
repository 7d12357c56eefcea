"""Establishment on a day: posts there are, posts filled and vacant, heads and whole-time equivalents."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from peerhub.workforce.rules.posts import Days
from peerhub.workforce.rules.words import Contract

NOT_ESTABLISHED = frozenset({Contract.BANK, Contract.HONORARY, Contract.SESSIONAL})
"""Terms that fill no established post."""


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody in a post."""

    person: Hashable
    days: Days
    wte: Decimal
    contract: Contract


@dataclass(frozen=True, slots=True)
class Established:
    """A post on its terms, the group it is counted in, and everybody who was ever in it."""

    group: Hashable
    days: Days
    wte: Decimal
    held: tuple[Held, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is an established post: one that only bank and sessional workers were ever in is not."""
        return not self.held or any(held.contract not in NOT_ESTABLISHED for held in self.held)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one group on one day."""

    posts: int = 0
    filled: int = 0
    heads: int = 0
    wte: Decimal = Decimal(0)
    filled_wte: Decimal = Decimal(0)

    @property
    def vacant(self) -> int:
        """Posts nobody is in."""
        return self.posts - self.filled

    @property
    def vacant_wte(self) -> Decimal:
        """Whole-time equivalents not worked by anybody: vacant posts, and hours that a holder does not work."""
        return self.wte - self.filled_wte


def tally(posts: Iterable[Established], day: date) -> Tally:
    """Count posts and people on a day. A person in two posts is one head; somebody on leave still fills the post."""
    established = filled = 0
    wte = filled_wte = Decimal(0)
    heads: set[Hashable] = set()
    for post in posts:
        if not (post.days.covers(day) and post.counts):
            continue
        established += 1
        wte += post.wte
        there = [held for held in post.held if held.days.covers(day) and held.contract not in NOT_ESTABLISHED]
        filled += bool(there)
        filled_wte += sum((held.wte for held in there), Decimal(0))
        heads.update(held.person for held in there)
    return Tally(established, filled, len(heads), wte, filled_wte)


def tally_by_group(posts: Iterable[Established], day: date) -> Mapping[Hashable, Tally]:
    """The same for each group that has or had a post."""
    groups: dict[Hashable, list[Established]] = {}
    for post in posts:
        groups.setdefault(post.group, []).append(post)
    return {group: tally(members, day) for group, members in groups.items()}


class Every(StrEnum):
    """How far apart the days of a history are."""

    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        """Months from one day to the next."""
        return 1 if self is Every.MONTH else 3


def history_days(first: date, last: date, every: Every) -> Iterator[date]:
    """The first day of each month or quarter after ``first`` up to ``last``, and ``last`` itself."""
    year, month = first.year, first.month - (first.month - 1) % every.months
    while (day := date(year, month, 1)) < last:
        if day >= first:
            yield day
        month += every.months
        if month > 12:
            year, month = year + 1, month - 12
    if last >= first:
        yield last
