"""Who facilitates which meeting of a series: fairly, on days they work, the same each time it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from peerhub.meetings.rules.clashes import Diary

Who = TypeVar("Who", bound=Hashable)


def rota(
    slots: Iterable[datetime], facilitators: Sequence[Diary[Who]], so_far: Mapping[Who, int] | None = None
) -> list[Who | None]:
    """For each slot who facilitates it: whoever has done fewest so far, and of those the first in the order given.

    Args:
        slots: local times, in order.
        facilitators: those who take turns, in order, each with when they are away and on which weekdays they work.
        so_far: how many each has done before.

    Returns:
        One for each slot; None where none of them can.
    """
    done: Counter[Who] = Counter(so_far or {})
    order = {diary.who: place for place, diary in enumerate(facilitators)}
    chosen: list[Who | None] = []
    for slot in slots:
        day = slot.date()
        able = [diary.who for diary in facilitators if diary.works(day) and not diary.is_away(day)]
        whose = min(able, key=lambda who: (done[who], order[who]), default=None)
        if whose is not None:
            done[whose] += 1
        chosen.append(whose)
    return chosen


def swapped(turns: Sequence[Who | None], one: int, other: int) -> list[Who | None]:
    """The turns with two of them changed over: everybody has as many as before.

    >>> swapped(["Ann", "Bo", "Cy"], 0, 2)
    ['Cy', 'Bo', 'Ann']
    """
    changed = list(turns)
    changed[one], changed[other] = changed[other], changed[one]
    return changed
