"""Who belongs to a cohort: everyone whose first spell in a peer-service post starts in a window."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from peerhub.retention.rules.facts import Coded, Days, Mask, Numbers, SpellFacts, day_number


@dataclass(frozen=True, slots=True)
class CohortFilters:
    """What a cohort is narrowed to, by the words of the spell each person entered with; None leaves it open."""

    setting: str | None = None
    service_line: str | None = None
    team: str | None = None
    employer: str | None = None
    band: str | None = None
    campaign: str | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Entries:
    """The entry of each person who ever joined the peer service.

    Row i of each column is one person: their number in `facts.people`, their index day, and the row of the spell they
    entered with.
    """

    person: Numbers
    index: Days
    row: Numbers

    def only(self, chosen: Mask) -> "Entries":
        """The entries of some of them."""
        return Entries(self.person[chosen], self.index[chosen], self.row[chosen])


@dataclass(frozen=True, eq=False, slots=True)
class Cohort:
    """The people recruited in a window and, beside them, how many are still to start after the as-at date."""

    from_: date
    to: date
    as_at: date
    entries: Entries
    expected: int
    by_setting: Mapping[str, int]

    @property
    def recruited(self) -> int:
        return len(self.entries.person)


def find_entries(facts: SpellFacts) -> Entries:
    """Each person's first counted spell in a peer-service post.

    Later joinings never make a second entry (E09). Where two such spells start on the same day the one with more WTE
    is the entry, then the one that comes first.
    """
    rows = np.flatnonzero(facts.counted() & facts.peer_service)
    order = rows[np.lexsort((rows, -facts.wte[rows], facts.start[rows], facts.person[rows]))]
    person = facts.person[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = person[1:] != person[:-1]
    row = order[first]
    return Entries(facts.person[row], facts.start[row], row)


def find_cohort(
    facts: SpellFacts,
    entries: Entries,
    from_: date,
    to: date,
    as_at: date,
    filters: CohortFilters | None = None,
) -> Cohort:
    """The cohort of a window, both days included.

    Recruited have an index day in the window and on or before `as_at`; those in the window but after it are expected.
    """
    day = entries.index
    chosen = (day >= day_number(from_)) & (day <= day_number(to)) & _matches(facts, entries, filters)
    started = day <= day_number(as_at)
    recruited = entries.only(chosen & started)
    return Cohort(
        from_=from_,
        to=to,
        as_at=as_at,
        entries=recruited,
        expected=int(np.count_nonzero(chosen & ~started)),
        by_setting=facts.setting.counts(recruited.row),
    )


def _matches(facts: SpellFacts, entries: Entries, filters: CohortFilters | None) -> Mask:
    chosen = np.ones(len(entries.row), dtype=bool)
    for narrowing in fields(CohortFilters) if filters else ():
        wanted: str | None = getattr(filters, narrowing.name)
        if wanted is not None:
            column: Coded = getattr(facts, narrowing.name)
            chosen &= column.among([wanted])[entries.row]
    return chosen
