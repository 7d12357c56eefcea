"""What of retention may be shown to somebody who may not see individuals: every table of every year, settled together.

Figures are released once a year, as at 31 December, for the recruits of whole calendar years. So a cohort's figures at
an anniversary are all there or none are, and never change with the day on which somebody looks. A reader keeps what
they read a year ago, so the years are settled one after the other: what was shown stays shown.

Anniversaries are shown row by row, whole or not at all (the nested tiers would give each other away); who left, and
why, is told as at one day for good (`leaving`); everything else goes cell by cell through
`indicators.rules.suppression`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from itertools import combinations, pairwise
from typing import TypeAlias

import numpy as np

from peerhub.indicators.rules.suppression import Release, Shown
from peerhub.retention.rules.cohorts import Cohort, Entries, find_cohort
from peerhub.retention.rules.facts import SpellFacts, day_number, day_of
from peerhub.retention.rules.leaving import Gone, gone_of, has_settled, leavers_by
from peerhub.retention.rules.questions import USUAL_YEARS, calendar_year
from peerhub.retention.rules.rows import Groups, Row, are_safe, may_be_added_up, row_of
from peerhub.retention.rules.survival import DAYS_IN_A_YEAR, GAP_ALLOWED, stays
from peerhub.retention.rules.tiers import TIERS, Tier, year_figures
from peerhub.retention.rules.turnover import turnover

Key: TypeAlias = tuple[str, object, object]
RowKey: TypeAlias = tuple[int, int]
"""A year, and how many years after starting."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings small numbers are hidden by, and the days that are no leaving."""

    small_number: int = 5
    least_denominator: int = 10
    gap: int = GAP_ALLOWED


class Detail(IntEnum):
    """How much of a row may be shown; each holds the one before."""

    NOTHING = 0
    LAST = 1
    """The last tier alone: the others would give small numbers away."""
    TIERS = 2
    ALL = 3
    """The tiers, and who is in active service."""


@dataclass(frozen=True, slots=True)
class Released:
    """What may be shown.

    Attributes:
        years: every year from the first recruits to the as-at date.
        counts: by the keys below, each count or why it is hidden.
        rows: how much of the row of a year's recruits at an anniversary.
        whole: how much of the row of everyone observed by the end of a year.
        points: the (year, years after, tier) whose survival may be shown.
        leavers: of the recruits of a year who had left, and why; only those years whose number may be shown.
    """

    as_at: date
    years: Sequence[int]
    counts: Shown
    rows: Mapping[RowKey, Detail]
    whole: Mapping[RowKey, Detail]
    points: frozenset[tuple[int, int, Tier]]
    leavers: Mapping[int, Gone]


def recruited(year: int) -> Key:
    """The cell of how many were recruited in a year."""
    return ("recruited", year, "")


def everyone(year: int) -> Key:
    """The cell of how many had ever been recruited by the end of a year."""
    return ("everyone", year, "")


def by_setting(year: int, setting: str) -> Key:
    """The cell of those recruited in a year into a setting."""
    return ("setting", year, setting)


def moved(year: int, what: str) -> Key:
    """The cell of the peer service's movement in a year: opening, closing, stayed or leavers."""
    return ("moved", year, what)


def release(facts: SpellFacts, entries: Entries, as_at: date, limits: Limits) -> Released:
    """What may be shown as at 31 December, of all recruitment years at once."""
    years = _years(entries, as_at)
    cohorts = {year: find_cohort(facts, entries, *calendar_year(year), as_at) for year in years}
    counts = _counts(facts, cohorts, limits)
    rows, whole = _rows(facts, cohorts, counts)
    points = frozenset(_points(facts, cohorts, rows, limits))
    return Released(as_at, years, counts, rows, whole, points, _leavers(facts, cohorts, counts, rows, limits))


def _years(entries: Entries, as_at: date) -> Sequence[int]:
    started = entries.index[entries.index <= day_number(as_at)]
    return range(day_of(int(np.min(started))).year, as_at.year + 1) if len(started) else ()


# --- Cell by cell ----------------------------------------------------------------------------------------------------


def _counts(facts: SpellFacts, cohorts: Mapping[int, Cohort], limits: Limits) -> Shown:
    cells = Release(limits.small_number, limits.least_denominator)
    total = 0
    for year, cohort in cohorts.items():
        parts: dict[Hashable, int] = {recruited(year): cohort.recruited}
        if year - 1 in cohorts:
            parts[everyone(year - 1)] = total
        total += cohort.recruited
        cells.breakdown(everyone(year), parts)
        if cohort.recruited:
            cells.breakdown(recruited(year), {by_setting(year, name): n for name, n in cohort.by_setting.items()})
        cells.suppressed()
    known = cells.suppressed()
    for year in cohorts:
        _add_movement(cells, facts, year)
    cells.hide(*_told_by_stocks(facts, cohorts, known, limits.small_number))
    for earlier, later in pairwise(cohorts):
        cells.hide_with(moved(earlier, "closing"), moved(later, "opening"))
        cells.hide_with(moved(later, "opening"), moved(earlier, "closing"))
    return cells.suppressed()


def _add_movement(cells: Release, facts: SpellFacts, year: int) -> None:
    people = turnover(facts, *calendar_year(year)).headcount
    cells.count(moved(year, "leavers"), int(people.leavers))
    for what, count in (("opening", people.opening), ("closing", people.closing)):
        cells.count(moved(year, what), int(count))
        cells.breakdown(moved(year, what), {moved(year, "stayed"): int(people.stayed)}, rest=("only at", year, what))


def _told_by_stocks(facts: SpellFacts, cohorts: Mapping[int, Cohort], known: Shown, least: int) -> set[Key]:
    """The numbers at a year's start or end from which a reader takes another, and is left with a few people.

    From one year's end to the next morning: who left on the last day. From a year's start to an end: who was there or
    was recruited since, and is there no more.
    """
    at = {year: turnover(facts, *calendar_year(year)).headcount for year in cohorts}
    hidden: set[Key] = set()
    for before, after in pairwise(at):
        if not are_safe([abs(int(at[before].closing - at[after].opening))], least):
            hidden |= {moved(before, "closing"), moved(after, "opening")}
    for first, last in [*((year, year) for year in at), *combinations(at, 2)]:
        joined = [known.cells[recruited(year)] for year in range(first, last + 1)]
        if any(not isinstance(count, int) for count in joined) or moved(first, "opening") in hidden:
            continue
        gone = int(at[first].opening - at[last].closing) + sum(
            cohorts[year].recruited for year in range(first, last + 1)
        )
        if not are_safe([gone], least):
            hidden |= {moved(last, "closing"), *([moved(last + 1, "opening")] if last + 1 in at else [])}
    return hidden


# --- Row by row ------------------------------------------------------------------------------------------------------


_GROUPS: Mapping[Detail, Callable[[Row], Groups]] = {
    Detail.LAST: lambda row: row.last,
    Detail.TIERS: lambda row: row.fallen,
    Detail.ALL: lambda row: row.service,
}


@dataclass
class _Chain:
    """One anniversary of the whole service, year by year: each adds the recruits whose day came in it.

    `hidden` holds, for each detail, the rows not shown in it since the whole was last shown in it: their sum is what a
    reader takes from the two.
    """

    least: int
    so_far: Row = field(default_factory=Row)
    hidden: dict[Detail, list[Row]] = field(default_factory=lambda: {detail: [] for detail in _GROUPS})

    def add(self, row: Row, *, is_hidden: bool) -> Detail:
        """Add a year's recruits, and say how much of their own row may be shown."""
        self.so_far = self.so_far + row
        shown = Detail.NOTHING if is_hidden else self._safe(row)
        for detail, hidden in self.hidden.items():
            if row.observed and shown < detail:
                hidden.append(row)
        return shown

    def whole(self, *, is_hidden: bool) -> Detail:
        """How much of the whole may be shown."""
        shown = Detail.NOTHING if is_hidden else self._safe(self.so_far)
        for detail, groups in _GROUPS.items():
            if detail > shown:
                break
            if not may_be_added_up([groups(row) for row in self.hidden[detail]], self.least):
                shown = Detail(detail - 1)
                break
            self.hidden[detail] = []
        return shown

    def _safe(self, row: Row) -> Detail:
        safe = Detail.NOTHING
        for detail, groups in _GROUPS.items():
            if not are_safe(groups(row), self.least):
                break
            safe = detail
        return safe


def _rows(
    facts: SpellFacts, cohorts: Mapping[int, Cohort], counts: Shown
) -> tuple[dict[RowKey, Detail], dict[RowKey, Detail]]:
    """How much may be shown of each cohort's row, and of the whole service's at the end of each year."""
    own: dict[RowKey, Detail] = {}
    whole: dict[RowKey, Detail] = {}
    for after in USUAL_YEARS:
        chain = _Chain(counts.threshold)
        for end in cohorts:
            began = end - after
            if began in cohorts:
                cohort = cohorts[began]
                row = row_of(*year_figures(facts, cohort.entries, cohort.as_at, [after]))
                own[began, after] = chain.add(row, is_hidden=counts.is_hidden(recruited(began)))
            # Everybody whose day has come by now are all those who had started by the end of the year it began in.
            is_hidden = began in cohorts and counts.is_hidden(everyone(began))
            whole[end, after] = chain.whole(is_hidden=is_hidden)
    return own, whole


def _points(
    facts: SpellFacts, cohorts: Mapping[int, Cohort], rows: Mapping[RowKey, Detail], limits: Limits
) -> list[tuple[int, int, Tier]]:
    """Where survival may be shown: no step between two numbers that may be shown is small.

    By then everybody was followed that long, so the estimate is a share, and nearly that of the anniversary.
    """
    found = []
    for year, cohort in cohorts.items():
        due = [after for after in USUAL_YEARS if cohort.recruited and year + after <= cohort.as_at.year]
        figures = {row.year: row for row in year_figures(facts, cohort.entries, cohort.as_at, due)}
        widest = dict.fromkeys(due, cohort.recruited)
        for tier in TIERS:
            needed = Detail.LAST if tier is TIERS[-1] else Detail.TIERS
            times = stays(facts, cohort.entries, tier, cohort.as_at, limits.gap)
            before = cohort.recruited
            for after in (after for after in due if rows[year, after] >= needed):
                day = DAYS_IN_A_YEAR * after
                followed = int(np.count_nonzero(times.days >= day))
                still = followed - int(np.count_nonzero((times.days == day) & times.left))
                here = figures[after].tiers[tier].count
                steps = (before - followed, followed - still, widest[after] - still, abs(here - still), still)
                if are_safe(steps, limits.small_number):
                    found.append((year, after, tier))
                    widest[after] = before = still
    return found


def _leavers(
    facts: SpellFacts, cohorts: Mapping[int, Cohort], counts: Shown, rows: Mapping[RowKey, Detail], limits: Limits
) -> dict[int, Gone]:
    """Who of each cohort had left, where the number gives nobody away, by itself or beside the anniversaries shown."""
    found = {}
    for year, cohort in cohorts.items():
        if not has_settled(year, cohort.as_at) or counts.is_hidden(recruited(year)):
            continue
        settled = find_cohort(facts, cohort.entries, *calendar_year(year), leavers_by(year))
        gone = gone_of(facts, settled, limits.small_number, limits.gap)
        after = [after for after in USUAL_YEARS if cohort.recruited and rows[year, after] >= Detail.TIERS]
        since = [
            abs(gone.people - row.observed + row.tiers[TIERS[0]].count)
            for row in year_figures(facts, cohort.entries, cohort.as_at, after)
        ]
        if are_safe([gone.people, cohort.recruited - gone.people, *since], limits.small_number):
            found[year] = gone
    return found
