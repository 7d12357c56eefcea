"""What due dates are reckoned from, as columns: built once, asked for any day.

Days are numbers (``date.toordinal``), people are numbers into ``people``. Everything is linear in the rows given, and a
day's standing of 2,000 peers takes a millisecond or so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from peerhub.supervision.rules.stretches import Stretch, stretch, united, without

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
DAY_BITS = 22
"""A day's number needs fewer bits than this: a person and a day make one number that sorts by both."""


class SpellRow(NamedTuple):
    """Somebody in a post of the peer service from a day to a day, and their time away within it."""

    person: Hashable
    starts: date
    ends: date | None
    team: Hashable = None
    away: tuple[tuple[date, date | None], ...] = ()


class AgreementRow(NamedTuple):
    """Who is supervised by whom, how often, from a day to a day."""

    key: Hashable
    supervisee: Hashable
    supervisor: Hashable
    every_weeks: int
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of days of people, as columns of one length."""

    person: Numbers
    first: Numbers
    last: Numbers

    def on(self, day: int) -> Mask:
        """Those that hold a day."""
        return np.asarray((self.first <= day) & (day <= self.last))


@dataclass(frozen=True, slots=True)
class Agreements:
    """Agreements as columns, an older one before a newer; ``rows`` are the same one by one."""

    days: Stretches
    every: Numbers
    rows: Sequence[AgreementRow]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything due dates are reckoned from.

    Attributes:
        people: who stands behind each number.
        spells: posts of the peer service; ``teams`` says where, row by row.
        service: the same with gaps of a few days closed, so that each stretch is one time of service.
        paused: days on which somebody was away from every post they had.
        held: for each session that was held its person and day in one number, in order.
    """

    people: Sequence[Hashable]
    spells: Stretches
    teams: Sequence[Hashable]
    service: Stretches
    paused: Stretches
    agreements: Agreements
    held: Numbers


def facts(
    spells: Iterable[SpellRow],
    agreements: Iterable[AgreementRow],
    held: Iterable[tuple[Hashable, date]],
    gap_days: int = 14,
) -> Facts:
    """Put rows into columns. Agreements and sessions of people without a spell are let go: they are no peers.

    Args:
        held: the person and the day of each session that was held.
        gap_days: how long somebody may be in no post and count as not having left.
    """
    given = list(spells)
    number: dict[Hashable, int] = {}
    for row in given:
        number.setdefault(row.person, len(number))
    spans: dict[int, list[Stretch]] = defaultdict(list)
    for row in given:
        spans[number[row.person]].append(stretch(row.starts, row.ends))
    kept = sorted((row for row in agreements if row.supervisee in number), key=lambda row: row.starts)
    return Facts(
        people=list(number),
        spells=_columns((number[row.person], stretch(row.starts, row.ends)) for row in given),
        teams=[row.team for row in given],
        service=_columns((who, span) for who, found in spans.items() for span in united(found, gap_days)),
        paused=_columns(_paused(given, number)),
        agreements=Agreements(
            days=_columns((number[row.supervisee], stretch(row.starts, row.ends)) for row in kept),
            every=np.array([row.every_weeks for row in kept], dtype=np.int64) * 7,
            rows=kept,
        ),
        held=held_numbers(number, held),
    )


def held_numbers(number: Mapping[Hashable, int], held: Iterable[tuple[Hashable, date]]) -> Numbers:
    """Sessions that were held, each as one number, in order."""
    found = [(number[who] << DAY_BITS) + day.toordinal() for who, day in held if who in number]
    return np.sort(np.array(found, dtype=np.int64))


def _paused(rows: Iterable[SpellRow], number: Mapping[Hashable, int]) -> Iterable[tuple[int, Stretch]]:
    """Days away from every post: away from one of two is at work."""
    theirs: dict[int, list[SpellRow]] = defaultdict(list)
    touched: set[int] = set()
    for row in rows:
        theirs[number[row.person]].append(row)
        if row.away:
            touched.add(number[row.person])
    for who in sorted(touched):
        away: list[Stretch] = []
        working: list[Stretch] = []
        for row in theirs[who]:
            span = stretch(row.starts, row.ends)
            gone = [_within(stretch(*part), span) for part in row.away]
            away += gone
            working += without([span], gone)
        for part in without(away, working):
            yield who, part


def _within(part: Stretch, span: Stretch) -> Stretch:
    return max(part[0], span[0]), min(part[1], span[1])


def _columns(rows: Iterable[tuple[int, Stretch]]) -> Stretches:
    listed = [(who, first, last) for who, (first, last) in rows]
    table = np.array(listed, dtype=np.int64).reshape(len(listed), 3)
    return Stretches(table[:, 0], table[:, 1], table[:, 2])
