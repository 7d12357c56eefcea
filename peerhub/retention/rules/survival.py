"""How long people stay: time to first leaving a tier, Kaplan-Meier with its interval, and the log-rank test.

SciPy does the estimating and is imported only when first asked, because it takes half a second to load.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from peerhub.retention.rules.cohorts import Entries
from peerhub.retention.rules.facts import FAR_APART, Days, Mask, Numbers, SpellFacts, day_number
from peerhub.retention.rules.tiers import Tier, tier_rows

if TYPE_CHECKING:
    from scipy.stats import CensoredData
    from scipy.stats._survival import ECDFResult

DAYS_IN_A_YEAR = 365
GAP_ALLOWED = 14
"""Days between two spells that are not leaving (retire and return, paperwork)."""


@dataclass(frozen=True, eq=False, slots=True)
class Stays:
    """For each person the days from index to first leaving a tier (left), or to the as-at date (still there)."""

    days: Numbers
    left: Mask

    def __len__(self) -> int:
        return len(self.days)

    def only(self, chosen: Mask) -> "Stays":
        """The stays of some of them."""
        return Stays(self.days[chosen], self.left[chosen])


@dataclass(frozen=True, slots=True)
class SurvivalPoint:
    """The estimated share still in the tier after `days`, 0 to 100, and how many were followed that long.

    Estimate, low and high are None past the last observed time; low and high also where the log-log interval does not
    exist (an estimate of exactly 0 or 100).
    """

    days: int
    estimate: float | None
    low: float | None
    high: float | None
    at_risk: int


@dataclass(frozen=True, slots=True)
class CurveStep:
    """From `days` the estimate holds until the next step; 0 to 100. Low and high are None where they do not exist."""

    days: int
    estimate: float
    low: float | None
    high: float | None


def last_days(facts: SpellFacts, rows: Mask, entries: Entries, gap: int = GAP_ALLOWED) -> Days:
    """The last covered day of each person's first unbroken stay from the index day, STILL_OPEN where it has no end.

    Spells are joined into a stay in order of start while the days between the end of all before and the next start
    are at most `gap`; spells that ended before the index day do not matter, and a later return is not counted.
    """
    place = np.full(len(facts.people), -1, dtype=np.int64)
    place[entries.person] = np.arange(len(entries.person))
    index = np.zeros(len(facts.people), dtype=np.int64)
    index[entries.person] = entries.index
    chosen = np.flatnonzero(rows & (place[facts.person] >= 0) & (facts.end >= index[facts.person]))
    chosen = chosen[np.lexsort((facts.start[chosen], place[facts.person[chosen]]))]
    person = place[facts.person[chosen]]
    end = np.maximum.accumulate(facts.end[chosen] + person * FAR_APART) - person * FAR_APART
    first = np.ones(len(chosen), dtype=bool)
    first[1:] = person[1:] != person[:-1]
    broken = np.zeros(len(chosen), dtype=bool)
    broken[1:] = ~first[1:] & (facts.start[chosen][1:] - end[:-1] - 1 > gap)
    breaks_so_far = np.cumsum(broken)
    unbroken = breaks_so_far == np.repeat(breaks_so_far[first], np.diff(np.flatnonzero(np.append(first, True))))
    last = np.full(len(entries.person), -FAR_APART, dtype=np.int64)
    np.maximum.at(last, person[unbroken], end[unbroken])
    return last


def stays(facts: SpellFacts, entries: Entries, tier: Tier, as_at: date, gap: int = GAP_ALLOWED) -> Stays:
    """Time in a tier for people who started by `as_at`.

    Days = last covered day before first leaving - index day + 1. A stay that reaches `as_at` has not ended: it is
    censored at as-at - index day + 1.
    """
    last = last_days(facts, tier_rows(facts, tier), entries, gap)
    today = day_number(as_at)
    return Stays(np.minimum(last, today) - entries.index + 1, last < today)


def survival_points(times: Stays, days: Sequence[int]) -> tuple[SurvivalPoint, ...]:
    """Kaplan-Meier at the given days with its 95% log-log interval.

    S(t) = Π (1 - d/n) over the days up to and including t on which d of n left; people censored on a day are still at
    risk that day. Nothing is said past the last observed time.
    """
    at_risk = [int(np.count_nonzero(times.days >= day)) for day in days]
    if len(times) == 0:
        return tuple(SurvivalPoint(day, None, None, None, 0) for day in days)
    asked = np.asarray(days, dtype=np.float64)
    result, low, high = _kaplan_meier(times)
    estimate = result.sf.evaluate(asked)
    known = asked <= times.days.max()
    lows, highs = low[_step(result, asked)], high[_step(result, asked)]
    before_any = asked < times.days.min()
    return tuple(
        SurvivalPoint(
            days=days[i],
            estimate=100 * float(estimate[i]) if known[i] else None,
            low=None if before_any[i] or not known[i] else _percent(lows[i]),
            high=None if before_any[i] or not known[i] else _percent(highs[i]),
            at_risk=at_risk[i],
        )
        for i in range(len(days))
    )


def survival_curve(times: Stays) -> tuple[CurveStep, ...]:
    """The whole Kaplan-Meier curve: 100 at day 0, a step for each day somebody left, and the last observed time."""
    if len(times) == 0:
        return ()
    result, low, high = _kaplan_meier(times)
    day, estimate = result.sf.quantiles, result.sf.probabilities
    changes = np.diff(estimate, prepend=1.0) != 0
    changes[-1] = True
    steps = [
        CurveStep(int(day[i]), 100 * float(estimate[i]), _percent(low[i]), _percent(high[i]))
        for i in np.flatnonzero(changes)
    ]
    return (CurveStep(0, 100.0, None, None), *steps)


def log_rank(one: Stays, other: Stays) -> float | None:
    """The two-sided p of the log-rank test; None when it cannot be computed.

    That is when a group is empty, nobody left, or the variance is nil: no day on which somebody left had people of
    both groups at risk and somebody who stayed.
    """
    if len(one) == 0 or len(other) == 0 or not _has_variance(one, other):
        return None
    from scipy.stats import logrank

    p = float(logrank(_censored(one), _censored(other)).pvalue)
    return None if math.isnan(p) else p


def _has_variance(one: Stays, other: Stays) -> bool:
    days = np.unique(np.concatenate((one.days[one.left], other.days[other.left])))
    at_risk_one, left_one = _at_risk(one, days), _left_on(one, days)
    at_risk_other, left_other = _at_risk(other, days), _left_on(other, days)
    stayed = at_risk_one + at_risk_other - left_one - left_other
    return bool(np.any((at_risk_one > 0) & (at_risk_other > 0) & (stayed > 0)))


def _at_risk(times: Stays, days: Numbers) -> Numbers:
    return len(times) - np.searchsorted(np.sort(times.days), days)


def _left_on(times: Stays, days: Numbers) -> Numbers:
    left = np.sort(times.days[times.left])
    return np.searchsorted(left, days, side="right") - np.searchsorted(left, days, side="left")


def _censored(times: Stays) -> "CensoredData":
    from scipy.stats import CensoredData

    return CensoredData(uncensored=times.days[times.left], right=times.days[~times.left])


def _kaplan_meier(times: Stays) -> "tuple[ECDFResult, NDArray[np.float64], NDArray[np.float64]]":
    """SciPy's estimate, and the ends of its interval at each of its days (0 to 1, not a number where there is none)."""
    from scipy.stats import ecdf

    result = ecdf(_censored(times))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        # At exactly 0 or 1 the interval does not exist and SciPy says so; we show that as "not available".
        warnings.simplefilter("ignore", RuntimeWarning)
        interval: Any = result.sf.confidence_interval(confidence_level=0.95, method="log-log")
    low: NDArray[np.float64] = interval.low.probabilities.copy()
    high: NDArray[np.float64] = interval.high.probabilities.copy()
    certain = (result.sf.probabilities <= 0) | (result.sf.probabilities >= 1)
    low[certain] = high[certain] = np.nan
    return result, low, high


def _step(result: "ECDFResult", days: NDArray[np.float64]) -> Numbers:
    """The place of the last observed day on or before each of `days`; the first where there is none."""
    return np.maximum(np.searchsorted(result.sf.quantiles, days, side="right") - 1, 0)


def _percent(share: np.float64) -> float | None:
    return None if np.isnan(share) else 100 * float(share)
