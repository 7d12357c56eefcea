"""Establishment on a day: posts there are, posts filled and vacant, heads and whole-time equivalents."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from peerhub.workforce.rules.posts import Days
from peerhub.workforce.rules.words import Contract, Word

Group = TypeVar("Group", bound=Hashable)
NOT_ESTABLISHED = frozenset({Contract.BANK, Contract.HONORARY, Contract.SESSIONAL})
"""Terms that fill no established post."""


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody in a post."""

    person: Hashable
    days: Days
    wte: Decimal
    contract: Contract

    @property
    def fills(self) -> bool:
        """Whether the contract is one of an established post."""
        return self.contract not in NOT_ESTABLISHED


@dataclass(frozen=True, slots=True)
class Established:
    """A post on its terms, the group it is counted in, and everybody who was ever in it on these terms.

    Attributes:
        was_established: whether somebody with a contract of an established post was in it, on these or other terms.
    """

    group: Hashable
    days: Days
    wte: Decimal
    held: tuple[Held, ...] = ()
    was_established: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is an established post: one that only bank and sessional workers were ever in is not."""
        return self.was_established or not self.held or any(held.fills for held in self.held)

    def holders(self, day: date) -> list[Held]:
        """Who fills it on a day. Somebody on leave still does; a bank worker who covers does not."""
        return [held for held in self.held if held.days.covers(day) and held.fills]


class Standing(Word):
    """How a post stands on a day: the same words on every page, and the same counts."""

    FILLED = "filled", "Filled"
    VACANT = "vacant", "Vacant"
    NOT_OPEN_YET = "not_open_yet", "Not open yet"
    CLOSED = "closed", "Closed"
    BANK_ONLY = "bank_only", "Bank work only"


def standing(post: Established, day: date) -> Standing:
    """How a post stands on a day."""
    if not post.days.covers(day):
        return Standing.CLOSED if post.days.starts <= day else Standing.NOT_OPEN_YET
    if not post.counts:
        return Standing.BANK_ONLY
    return Standing.FILLED if post.holders(day) else Standing.VACANT


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
        there = post.holders(day)
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


def too_small(filled: int, least: int) -> bool:
    """Whether a count of filled posts tells too much about few people."""
    return 0 < filled < least


def told_together(lines: Mapping[Group, Tally], least: int) -> list[tuple[Group, ...]]:
    """Which groups are told as one to those who may not see individuals.

    Groups with a small count are told as one; while all of these have too few, the next smallest joins them. So each
    count told is 0 or at least ``least``, and so is each that can be worked out from the others and their sum.
    """
    small = [group for group, told in lines.items() if too_small(told.filled, least)]
    larger = sorted((group for group in lines if lines[group].filled >= least), key=lambda group: lines[group].filled)
    while small and larger and sum(lines[group].filled for group in small) < least:
        small.append(larger.pop(0))
    told = [(group,) for group in lines if group not in small]
    return [*told, tuple(group for group in lines if group in small)] if small else [*told]


class Every(StrEnum):
    """How far apart the days of a history are."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Months from one day to the next."""
        return {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[self]


def told_day(day: date, today: date) -> date:
    """The day that is told to somebody who may not see individuals, for the day they asked for.

    The first of this quarter or an earlier one of this year; of a year gone by, its first day. Month by month they
    would see each time somebody came or went, and days still to come tell who is known to leave.

    >>> told_day(date(2026, 11, 24), date(2026, 11, 24)), told_day(date(2027, 5, 1), date(2026, 11, 24))
    (datetime.date(2026, 10, 1), datetime.date(2026, 10, 1))
    >>> told_day(date(2026, 5, 9), date(2026, 11, 24)), told_day(date(2024, 5, 9), date(2026, 11, 24))
    (datetime.date(2026, 4, 1), datetime.date(2024, 1, 1))
    """
    day = min(day, today)
    return date(day.year, day.month - (day.month - 1) % 3 if day.year == today.year else 1, 1)


def history_days(first: date, last: date, every: Every) -> Iterator[date]:
    """The first day of each month, quarter or year after ``first`` up to ``last``, and ``last`` itself."""
    year, month = first.year, first.month - (first.month - 1) % every.months
    while (day := date(year, month, 1)) < last:
        if day >= first:
            yield day
        month += every.months
        if month > 12:
            year, month = year + 1, month - 12
    if last >= first:
        yield last
