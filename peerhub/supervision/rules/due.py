"""When supervision is due, and how many are on time, on any day.

The clock starts with the last session held in this time of service, or, before the first, with the agreement (or with
the service, where the agreement was made ahead of it). It stands still on days of long leave. Due is the day on which
an interval of days has run: on time before it, due soon from seven days before, overdue the day after.

Who has no agreement has no due date to show. For *supervision on time* their clock runs from the start of service with
the usual interval, so that a service is not on time for want of agreements.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from peerhub.supervision.rules.facts import DAY_BITS, AgreementRow, Facts, Mask, Numbers
from peerhub.supervision.rules.words import DueState

USUAL_WEEKS = 4
SOON = 7
NONE = -1
STATES = tuple(DueState)
ON_TIME, DUE_SOON, OVERDUE, PAUSED, NO_AGREEMENT = range(5)


@dataclass(frozen=True, slots=True)
class Standings:
    """How every current peer stands on a day: columns of one length, a row a person.

    Attributes:
        person: numbers into ``facts.people``.
        spell: the row of a spell of theirs that day (of several the last one given).
        agreement: the row of their agreement, or -1.
        last_held: the day number of the last session in this time of service, or -1.
        paused: days on which the clock stood still since it started.
        due: the day number; what it would be where there is no agreement.
        state: numbers into ``STATES``.
        counts: who has more than one interval of service.
        late: whose clock has run out, agreement or not.
    """

    day: int
    person: Numbers
    spell: Numbers
    agreement: Numbers
    last_held: Numbers
    paused: Numbers
    due: Numbers
    state: Numbers
    counts: Mask
    late: Mask

    @property
    def on_time(self) -> tuple[int, int]:
        """Supervision on time: current peers not overdue, and current peers with more than an interval of service."""
        return int(np.count_nonzero(self.counts & ~self.late)), int(np.count_nonzero(self.counts))


@dataclass(frozen=True, slots=True)
class Due:
    """One peer's standing, in plain values. Without an agreement the days are None."""

    person: Hashable
    team: Hashable
    agreement: AgreementRow | None
    last_held: date | None
    paused_days: int
    due: date | None
    state: DueState
    days: int
    """How late it is; below 0 it is still to come."""


def standings(facts: Facts, day: date, usual_weeks: int = USUAL_WEEKS) -> Standings:
    """How every current peer stands on a day, from what had happened by then."""
    today = day.toordinal()
    many = len(facts.people)
    spell = np.full(many, NONE, dtype=np.int64)
    current = np.flatnonzero(facts.spells.on(today))
    spell[facts.spells.person[current]] = current
    person = np.flatnonzero(spell >= 0)
    service = np.zeros(many, dtype=np.int64)
    running = facts.service.on(today)
    service[facts.service.person[running]] = facts.service.first[running]
    agreement = np.full(many, NONE, dtype=np.int64)
    agreed = np.flatnonzero(facts.agreements.days.on(today))
    agreement[facts.agreements.days.person[agreed]] = agreed
    service, agreement = service[person], agreement[person]
    has_one = agreement >= 0
    every, starts = np.full(len(person), usual_weeks * 7), service.copy()
    every[has_one] = facts.agreements.every[agreement[has_one]]
    starts[has_one] = np.maximum(starts[has_one], facts.agreements.days.first[agreement[has_one]])
    last_held = _last_held(facts.held, person, service, today)
    base = np.where(last_held >= 0, last_held, starts)
    paused = _paused_days(facts, person, base, today)
    due = base + every + paused
    away = np.zeros(many, dtype=bool)
    away[facts.paused.person[facts.paused.on(today)]] = True
    late = (due < today) & ~away[person]
    state = np.select(
        [~has_one, away[person], late, due - today <= SOON], [NO_AGREEMENT, PAUSED, OVERDUE, DUE_SOON], ON_TIME
    )
    return Standings(
        day=today, person=person, spell=spell[person], agreement=agreement, last_held=last_held, paused=paused,
        due=due, state=state, counts=np.asarray(today - service > every), late=np.asarray(late),
    )  # fmt: skip


def _last_held(held: Numbers, person: Numbers, service: Numbers, today: int) -> Numbers:
    if not len(held):
        return np.full(len(person), NONE, dtype=np.int64)
    at = np.searchsorted(held, (person << DAY_BITS) + today, side="right") - 1
    found = held[np.maximum(at, 0)]
    held_on = found & ((1 << DAY_BITS) - 1)
    is_theirs = (at >= 0) & (found >> DAY_BITS == person) & (held_on >= service)
    return np.where(is_theirs, held_on, NONE)


def _paused_days(facts: Facts, person: Numbers, base: Numbers, today: int) -> Numbers:
    """Days away from the clock's start to today, both counted."""
    since = np.full(len(facts.people), today + 1, dtype=np.int64)
    since[person] = base
    rows = facts.paused
    days = np.minimum(rows.last, today) - np.maximum(rows.first, since[rows.person]) + 1
    total = np.bincount(rows.person, weights=np.maximum(days, 0), minlength=len(facts.people))
    return total.astype(np.int64)[person]


def listed(facts: Facts, found: Standings) -> list[Due]:
    """The same, one by one."""
    return [_due(facts, found, at) for at in range(len(found.person))]


def _due(facts: Facts, found: Standings, at: int) -> Due:
    which, held = int(found.agreement[at]), int(found.last_held[at])
    agreement = facts.agreements.rows[which] if which >= 0 else None
    due = int(found.due[at])
    return Due(
        person=facts.people[int(found.person[at])],
        team=facts.teams[int(found.spell[at])],
        agreement=agreement,
        last_held=date.fromordinal(held) if held >= 0 else None,
        paused_days=int(found.paused[at]) if agreement else 0,
        due=date.fromordinal(due) if agreement else None,
        state=STATES[int(found.state[at])],
        days=found.day - due,
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """How many peers stand how on a day; ``counted`` have more than an interval of service, ``kept`` of them are not
    overdue.
    """

    day: date
    states: dict[DueState, int]
    kept: int
    counted: int

    @property
    def peers(self) -> int:
        """All of them."""
        return sum(self.states.values())

    @property
    def percent(self) -> float | None:
        """Supervision on time, 0 to 100; None where nobody counts."""
        return 100 * self.kept / self.counted if self.counted else None


def tally(found: Standings, among: Mask | None = None) -> Tally:
    """Count standings: all, or those of a part."""
    chosen = np.ones(len(found.person), dtype=bool) if among is None else among
    numbers = np.bincount(found.state[chosen], minlength=len(STATES))
    counts = found.counts & chosen
    return Tally(
        day=date.fromordinal(found.day),
        states={state: int(numbers[at]) for at, state in enumerate(STATES)},
        kept=int(np.count_nonzero(counts & ~found.late)),
        counted=int(np.count_nonzero(counts)),
    )


def tallies(facts: Facts, days: Sequence[date], usual_weeks: int = USUAL_WEEKS) -> list[Tally]:
    """Month by month, or whatever days are asked for."""
    return [tally(standings(facts, day, usual_weeks)) for day in days]
