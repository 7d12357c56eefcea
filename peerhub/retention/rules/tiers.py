"""Who is still here on an anniversary: three nested tiers, each a count with its percent and Wilson interval."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from peerhub.retention.rules.cohorts import Entries
from peerhub.retention.rules.facts import STILL_OPEN, Days, Mask, SpellFacts, day_number

LONGEST_YEARS = 10
_Z = 1.959963984540054
"""The 97.5% point of the normal distribution."""


class Tier(StrEnum):
    """Where a person still is; each lies within the one before."""

    IN_TRUST = "in_trust"
    IN_LE_ROLE = "in_le_role"
    IN_PEER_SERVICE = "in_peer_service"


TIERS: tuple[Tier, ...] = tuple(Tier)


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of those observed. Percent, low and high are 0 to 100, unrounded; None when nobody is observed."""

    count: int
    observed: int
    percent: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """The count if everyone unconfirmed left when last seen (worst), and if all of them are still here (best)."""

    worst: int
    best: int


@dataclass(frozen=True, slots=True)
class YearFigures:
    """One anniversary: how many reached it, how many are not yet due, and the share in each tier.

    `in_active_service` leaves out those on a break that day. `unconfirmed` are people whose figure rests on a spell
    that the latest load no longer shows; `bounds` is empty when there are none.
    """

    year: int
    observed: int
    not_yet_due: int
    tiers: Mapping[Tier, Share]
    in_active_service: Share
    unconfirmed: int
    bounds: Mapping[Tier, Bounds]


def anniversaries(index: Days, years: int) -> Days:
    """The same day and month `years` later, as day numbers; 29 February becomes 28 February in other years (E01)."""
    days = index.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    later = months + np.timedelta64(12 * years, "M")
    moved = later.astype("datetime64[D]") + (days - months.astype("datetime64[D]"))
    moved -= (moved.astype("datetime64[M]") != later).astype("timedelta64[D]")
    later_days: Days = moved.astype(np.int64)
    return later_days


def tier_rows(facts: SpellFacts, tier: Tier) -> Mask:
    """The spells that put a person in a tier. A peer-service post is always a lived experience role, so tiers nest."""
    counted = facts.counted()
    if tier is Tier.IN_TRUST:
        return counted
    if tier is Tier.IN_LE_ROLE:
        return counted & (facts.lived_experience | facts.peer_service)
    return counted & facts.peer_service


def covered(facts: SpellFacts, rows: Mask, entries: Entries, day: Days, end: Days | None = None) -> Mask:
    """For each entry, whether any of the given spells covers that person's day, last day worked included (E02)."""
    ends = facts.end if end is None else end
    day_by_person = np.full(len(facts.people), np.iinfo(np.int64).min)
    day_by_person[entries.person] = day
    asked = day_by_person[facts.person]
    here = np.zeros(len(facts.people), dtype=bool)
    here[facts.person[rows & (facts.start <= asked) & (asked <= ends)]] = True
    return here[entries.person]


def wilson(count: int, observed: int) -> tuple[float, float]:
    """The 95% Wilson score interval of a proportion, 0 to 1.

    With p = count/n and z = 1.96: centre (p + z²/2n) / (1 + z²/n), half-width z √(p(1-p)/n + z²/4n²) / (1 + z²/n).
    Source: Wilson (1927). `observed` must be above 0.
    """
    share = count / observed
    spread = _Z * _Z / observed
    centre = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / observed + spread / (4 * observed)) / (1 + spread)
    return 0.0 if count == 0 else centre - half, 1.0 if count == observed else centre + half


def share_of(count: int, observed: int) -> Share:
    """A count out of those observed, with percent and interval; None for each when nobody is observed (E06)."""
    if observed == 0:
        return Share(count, observed, None, None, None)
    low, high = wilson(count, observed)
    return Share(count, observed, 100 * count / observed, 100 * low, 100 * high)


def year_figures(facts: SpellFacts, entries: Entries, as_at: date, years: Sequence[int]) -> tuple[YearFigures, ...]:
    """The figures of each anniversary for the people of `entries`, all of whom must have started by `as_at`.

    Observed: the anniversary is on or before `as_at` (E04). Others are not yet due and in no denominator (E03).
    Raises ValueError for a year outside 1 to 10.
    """
    if any(not 1 <= year <= LONGEST_YEARS for year in years):
        raise ValueError(f"Years run from 1 to {LONGEST_YEARS}.")
    rows = {tier: tier_rows(facts, tier) for tier in TIERS}
    last_seen = ends_if_gone(facts)
    return tuple(_one_year(facts, entries, as_at, year, rows, last_seen) for year in years)


def _one_year(
    facts: SpellFacts,
    entries: Entries,
    as_at: date,
    year: int,
    rows: Mapping[Tier, Mask],
    last_seen: Days | None,
) -> YearFigures:
    day = anniversaries(entries.index, year)
    due = day <= day_number(as_at)
    reached, day = entries.only(due), day[due]
    observed = len(day)
    here = {tier: covered(facts, rows[tier], reached, day) for tier in TIERS}
    active = here[Tier.IN_TRUST] & ~_on_break(facts, reached, day)
    bounds: dict[Tier, Bounds] = {}
    unsure = 0
    if last_seen is not None:
        surely = {tier: covered(facts, rows[tier], reached, day, last_seen) for tier in TIERS}
        bounds = {tier: Bounds(_number(surely[tier]), _number(here[tier])) for tier in TIERS}
        unsure = _number(here[Tier.IN_TRUST] & ~surely[Tier.IN_TRUST])
    return YearFigures(
        year=year,
        observed=observed,
        not_yet_due=len(entries.index) - observed,
        tiers={tier: share_of(_number(here[tier]), observed) for tier in TIERS},
        in_active_service=share_of(_number(active), observed),
        unconfirmed=unsure,
        bounds=bounds,
    )


def _number(mask: Mask) -> int:
    return int(np.count_nonzero(mask))


def ends_if_gone(facts: SpellFacts) -> Days | None:
    """The ends of the spells if everyone unconfirmed left on the day they were last seen; None when nobody is."""
    if not facts.unconfirmed:
        return None
    seen = np.full(len(facts.people), STILL_OPEN, dtype=np.int64)
    for number, key in enumerate(facts.people):
        if key in facts.unconfirmed:
            seen[number] = day_number(facts.unconfirmed[key])
    return np.where(facts.end == STILL_OPEN, seen[facts.person], facts.end)


def _on_break(facts: SpellFacts, entries: Entries, day: Days) -> Mask:
    away = np.zeros(len(entries.person), dtype=bool)
    if not facts.breaks:
        return away
    place = {facts.people[person]: number for number, person in enumerate(entries.person)}
    for absence in facts.breaks:
        number = place.get(absence.person)
        if number is not None:
            end = STILL_OPEN if absence.end is None else day_number(absence.end)
            away[number] |= bool(day_number(absence.start) <= day[number] <= end)
    return away
