"""Which agreements may be made, who looks after somebody on a day, and how many a supervisor may have."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from peerhub.supervision.rules.words import Lack, SupervisionKind
from peerhub.workforce.rules.posts import Days, Refusal

MOST_WEEKS = 26
LEAST_MINUTES, MOST_MINUTES = 10, 240
USUAL_MINUTES = 60
CEILING = 10
"""How many people a full-time supervisor looks after, unless the organisation says otherwise."""


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement as it is to be."""

    supervisor: Hashable
    supervisee: Hashable
    kind: SupervisionKind
    every_weeks: int
    minutes: int
    starts: date
    ends: date | None = None
    deputy: Hashable | None = None


def terms_refusal(terms: Terms, others: Iterable[Terms], supervisor_days: Iterable[Days]) -> Refusal | None:
    """Why an agreement may not be.

    Args:
        others: the supervisee's other agreements of the same kind.
        supervisor_days: the days on which the supervisor works here; empty where nothing is known of them.
    """
    return next(_refusals(terms, others, list(supervisor_days)), None)


def _refusals(terms: Terms, others: Iterable[Terms], known: list[Days]) -> Iterator[Refusal]:
    if terms.supervisor == terms.supervisee:
        yield Refusal("Nobody can be their own supervisor. Choose somebody else", "supervisor_id")
    if terms.deputy is not None and terms.deputy in {terms.supervisor, terms.supervisee}:
        yield Refusal("Choose a deputy who is neither of the two", "deputy_id")
    if terms.ends is not None and terms.ends < terms.starts:
        yield Refusal("The last day must be the first day or later", "ends")
    if not 1 <= terms.every_weeks <= MOST_WEEKS:
        yield Refusal(f"Weeks between sessions must be from 1 to {MOST_WEEKS}", "every_weeks")
    if not LEAST_MINUTES <= terms.minutes <= MOST_MINUTES:
        yield Refusal(f"Minutes must be from {LEAST_MINUTES} to {MOST_MINUTES}", "minutes")
    if known and all(days.ends is not None and days.ends < terms.starts for days in known):
        yield Refusal("This supervisor has left by then. Choose somebody who works here", "supervisor_id")
    if any(_overlap(terms, other) for other in others):
        words = f"There is an agreement for {terms.kind.label.lower()} on some of these days. End that one first"
        yield Refusal(f"{words}, or hand it over", "starts")


def _overlap(one: Terms, other: Terms) -> bool:
    if one.kind is not other.kind:
        return False
    return Days(one.starts, one.ends).overlaps(Days(other.starts, other.ends))


def end_refusal(starts: date, ends: date, ended: date | None, last_held: date | None) -> Refusal | None:
    """Why an agreement may not end on a day."""
    if ended is not None:
        return Refusal("This agreement has an end already", None)
    if ends < starts:
        return Refusal("The last day must be the first day or later", "ends")
    if last_held is not None and ends < last_held:
        return Refusal("A session was held after that day. Choose a later one", "ends")
    return None


def cover_refusal(
    supervisor: Hashable, supervisee: Hashable, cover: Hashable, cover_days: Days, others: Iterable[Days]
) -> Refusal | None:
    """Why somebody may not stand in for a supervisor."""
    if cover in {supervisor, supervisee}:
        return Refusal("Choose somebody who is neither the supervisor nor the person supervised", "cover_id")
    if cover_days.ends is not None and cover_days.ends < cover_days.starts:
        return Refusal("The last day must be the first day or later", "ends")
    if any(cover_days.overlaps(days) for days in others):
        return Refusal("There is cover on some of these days already", "starts")
    return None


class Whereabouts(StrEnum):
    """Where a supervisor, a deputy or a cover is on a day."""

    HERE = "here"
    AWAY = "away"
    LEFT = "left"


def whereabouts(spells: Iterable[Days], away: Iterable[Days], day: date) -> Whereabouts:
    """Where somebody is on a day. Of whom no post is known, such as a supervisor from outside, it is taken: here.

    Args:
        away: days away from every post.
    """
    known = list(spells)
    if known and not any(days.covers(day) for days in known):
        is_to_come = any(days.starts > day for days in known)
        return Whereabouts.AWAY if is_to_come else Whereabouts.LEFT
    return Whereabouts.AWAY if any(days.covers(day) for days in away) else Whereabouts.HERE


def lack(supervisor: Whereabouts | None, stand_ins: Iterable[Whereabouts]) -> Lack | None:
    """Why somebody has nobody to go to; None where they have somebody.

    Args:
        supervisor: where theirs is; None where there is no agreement.
        stand_ins: where the cover of that day is, and the deputy.
    """
    if supervisor is None:
        return Lack.NO_AGREEMENT
    if supervisor is Whereabouts.LEFT:
        return Lack.SUPERVISOR_LEFT
    if supervisor is Whereabouts.AWAY and Whereabouts.HERE not in set(stand_ins):
        return Lack.SUPERVISOR_AWAY
    return None


@dataclass(frozen=True, slots=True)
class Load:
    """How many people a supervisor looks after, and how many they may."""

    people: int
    ceiling: int

    @property
    def is_over(self) -> bool:
        """Whether there are too many."""
        return self.people > self.ceiling

    @property
    def room(self) -> int:
        """How many more would do."""
        return max(0, self.ceiling - self.people)


def load(people: int, wte: Decimal, ceiling: int = CEILING) -> Load:
    """A supervisor's load: whole people within the ceiling for their hours.

    >>> load(5, Decimal("0.5")).room, load(8, Decimal("0.75")).is_over, load(7, Decimal("0.75")).is_over
    (0, True, False)
    """
    return Load(people, int(ceiling * wte))
