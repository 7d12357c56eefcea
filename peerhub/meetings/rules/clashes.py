"""Who is busy when, and when everybody is free. Times are moments, half-open: one may end as another begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar

from peerhub.meetings.rules.recurrence import to_moment

Who = TypeVar("Who")
STEP = timedelta(minutes=30)
OPENS, CLOSES = time(8), time(18)
"""Between which hours free times are proposed."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From a moment to before another.

    >>> from datetime import UTC
    >>> ten, eleven = datetime(2025, 5, 6, 10, tzinfo=UTC), datetime(2025, 5, 6, 11, tzinfo=UTC)
    >>> Span(ten, eleven).meets(Span(eleven, eleven + timedelta(hours=1))), Span(ten, eleven).meets(Span(ten, eleven))
    (False, True)
    """

    starts: datetime
    ends: datetime

    def meets(self, other: Span) -> bool:
        """Whether the two share any time."""
        return self.starts < other.ends and other.starts < self.ends


def lasting(starts: datetime, minutes: int) -> Span:
    """From a moment for so many minutes, as a watch counts them, whatever the clocks do."""
    return Span(starts, starts + timedelta(minutes=minutes))


@dataclass(frozen=True, slots=True)
class Diary(Generic[Who]):
    """What keeps somebody from coming.

    Attributes:
        busy: other meetings.
        away: days away, both counted; a last day of None is not known yet.
        weekdays: the weekdays they work (0 is Monday), or empty where that is not known.
    """

    who: Who
    busy: Sequence[Span] = ()
    away: Sequence[tuple[date, date | None]] = ()
    weekdays: AbstractSet[int] = field(default_factory=frozenset)

    def is_away(self, day: date) -> bool:
        """Whether they are away on that day."""
        return any(starts <= day and (ends is None or day <= ends) for starts, ends in self.away)

    def works(self, day: date) -> bool:
        """Whether it is one of their working weekdays, as far as those are known."""
        return not self.weekdays or day.weekday() in self.weekdays

    def is_free(self, span: Span, day: date) -> bool:
        """Whether nothing keeps them from coming."""
        return self.works(day) and not self.is_away(day) and not any(span.meets(other) for other in self.busy)


@dataclass(frozen=True, slots=True)
class Clash(Generic[Who]):
    """Somebody who cannot come at a time, and why: ``busy``, ``away`` or ``not_working``."""

    who: Who
    why: str
    starts: datetime


def clashes(span: Span, day: date, diaries: Iterable[Diary[Who]]) -> Iterator[Clash[Who]]:
    """Who cannot come, one reason each: another meeting before being away before a weekday off.

    Args:
        day: the day in London on which it begins.
    """
    for diary in diaries:
        if any(span.meets(other) for other in diary.busy):
            yield Clash(diary.who, "busy", span.starts)
        elif diary.is_away(day):
            yield Clash(diary.who, "away", span.starts)
        elif not diary.works(day):
            yield Clash(diary.who, "not_working", span.starts)


@dataclass(frozen=True, slots=True)
class Search:
    """Where free times are looked for.

    Attributes:
        around: the local time that was wanted: the nearest come first.
        minutes: how long the meeting takes.
        not_before: nothing that begins before this moment is proposed.
        days: how many days before and after are looked at.
        most: how many times are proposed.
    """

    around: datetime
    minutes: int
    not_before: datetime
    days: int = 7
    most: int = 5
    opens: time = OPENS
    closes: time = CLOSES


def free_times(
    search: Search, diaries: Sequence[Diary[Who]], holidays: AbstractSet[date] = frozenset()
) -> list[datetime]:
    """Local times at which everybody is free, the nearest to the wanted one first; on working days alone."""
    found: list[datetime] = []
    for day in _days(search):
        if day.weekday() >= 5 or day in holidays:
            continue
        for slot in _times(search, day):
            span = lasting(to_moment(slot), search.minutes)
            if span.starts >= search.not_before and all(diary.is_free(span, day) for diary in diaries):
                found.append(slot)
    return sorted(found, key=lambda slot: (abs(slot - search.around), slot))[: search.most]


def _days(search: Search) -> Iterator[date]:
    wanted = search.around.date()
    for away in range(-search.days, search.days + 1):
        yield wanted + timedelta(days=away)


def _times(search: Search, day: date) -> Iterator[datetime]:
    slot = datetime.combine(day, search.opens)
    last = datetime.combine(day, search.closes) - timedelta(minutes=search.minutes)
    while slot <= last:
        yield slot
        slot += STEP


def by_party(rows: Iterable[tuple[Who, Span]]) -> Mapping[Who, list[Span]]:
    """Spans by whose they are."""
    found: dict[Who, list[Span]] = {}
    for who, span in rows:
        found.setdefault(who, []).append(span)
    return found
