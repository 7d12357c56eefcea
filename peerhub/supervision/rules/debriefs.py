"""How far daily debriefs reach: over working days, and over the people who worked on them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import date, timedelta

from peerhub.indicators.rules.registry import Share


def working_days(
    first: date, last: date, holidays: Collection[date], weekdays: Collection[int] = (0, 1, 2, 3, 4)
) -> list[date]:
    """Days of work from a day to a day, both counted: of these weekdays (0 is Monday) and no bank holidays."""
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return [day for day in days if day.weekday() in weekdays and day not in holidays]


def coverage(days: Iterable[date], held: Collection[date]) -> Share:
    """Working days with a debrief held, of working days."""
    asked = set(days)
    return Share(len(asked & set(held)), len(asked))


def reach(worked: Mapping[date, Collection[Hashable]], came: Mapping[date, Collection[Hashable]]) -> Share:
    """Peers who worked a day and came to its debrief, of peers who worked it, over all days."""
    pairs = [(set(people), set(came.get(day, ()))) for day, people in worked.items()]
    return Share(sum(len(there & people) for people, there in pairs), sum(len(people) for people, _ in pairs))
