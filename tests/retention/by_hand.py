"""The retention calculation again, slowly and in the plainest way: day by day, and the formulas as they are printed."""

import math
from collections.abc import Iterable
from datetime import date, timedelta

from peerhub.retention.rules.facts import SpellFact

Z = 1.959963984540054
DAY = timedelta(days=1)
NOT_EMPLOYMENT = ("bank", "honorary", "sessional")


def counts(spell: SpellFact) -> bool:
    return spell.contract not in NOT_EMPLOYMENT and spell.leaving_reason != "has_not_worked"


def in_tier(spell: SpellFact, tier: str) -> bool:
    if tier == "in_trust":
        return counts(spell)
    if tier == "in_le_role":
        return counts(spell) and (spell.lived_experience or spell.peer_service)
    return counts(spell) and spell.peer_service


def covers(spell: SpellFact, day: date) -> bool:
    return spell.start <= day and (spell.end is None or day <= spell.end)


def here(spells: Iterable[SpellFact], tier: str, day: date) -> bool:
    return any(covers(spell, day) for spell in spells if in_tier(spell, tier))


def people(spells: Iterable[SpellFact]) -> dict[str, list[SpellFact]]:
    found: dict[str, list[SpellFact]] = {}
    for spell in spells:
        found.setdefault(spell.person, []).append(spell)
    return found


def index_day(spells: list[SpellFact]) -> date | None:
    return min((spell.start for spell in spells if in_tier(spell, "in_peer_service")), default=None)


def anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def year_counts(
    spells: list[SpellFact], from_: date, to: date, as_at: date, year: int
) -> tuple[int, int, dict[str, int]]:
    """Observed, not yet due, and the count in each tier."""
    observed = waiting = 0
    count = {"in_trust": 0, "in_le_role": 0, "in_peer_service": 0}
    for own in people(spells).values():
        index = index_day(own)
        if index is None or not from_ <= index <= to or index > as_at:
            continue
        day = anniversary(index, year)
        if day > as_at:
            waiting += 1
            continue
        observed += 1
        for tier in count:
            count[tier] += here(own, tier, day)
    return observed, waiting, count


def stay(spells: list[SpellFact], tier: str, as_at: date, gap: int = 14) -> tuple[int, bool]:
    """Days from index to first leaving, walking one day at a time; and whether they left."""
    index = index_day(spells)
    assert index is not None
    last = day = index
    while last < as_at:
        day += DAY
        if here(spells, tier, day):
            last = day
        elif (day - last).days > gap:
            return (last - index).days + 1, True
    return (as_at - index).days + 1, False


def kaplan_meier(times: list[tuple[int, bool]], day: int) -> tuple[float | None, float | None, float | None]:
    """Estimate, low and high from the product, Greenwood's sum and the log-log interval; 0 to 100."""
    if not times or day > max(time for time, _ in times):
        return None, None, None
    estimate, greenwood = 1.0, 0.0
    for when in sorted({time for time, left in times if left and time <= day}):
        at_risk = sum(time >= when for time, _ in times)
        gone = sum(time == when for time, left in times if left)
        estimate *= (at_risk - gone) / at_risk
        greenwood += gone / (at_risk * (at_risk - gone)) if at_risk > gone else math.inf
    if estimate in (0, 1):
        return 100 * estimate, None, None
    error = math.sqrt(greenwood) / abs(math.log(estimate))
    return 100 * estimate, 100 * estimate ** math.exp(Z * error), 100 * estimate ** math.exp(-Z * error)


def log_rank(one: list[tuple[int, bool]], other: list[tuple[int, bool]]) -> float | None:
    """P of (O - E)² / V on one degree of freedom; None where V is nil."""
    excess = variance = 0.0
    for when in sorted({time for time, left in one + other if left}):
        n_one, n_other = (sum(time >= when for time, _ in group) for group in (one, other))
        d_one, d_other = (sum(time == when and left for time, left in group) for group in (one, other))
        n, d = n_one + n_other, d_one + d_other
        excess += d_one - d * n_one / n
        if n > 1:
            variance += n_one * n_other * d * (n - d) / (n * n * (n - 1))
    return math.erfc(math.sqrt(excess * excess / variance / 2)) if variance > 0 else None
