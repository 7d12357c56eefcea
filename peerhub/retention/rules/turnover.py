"""Who left, why and where to; the stability index and the leaver rate of a period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from peerhub.retention.rules.cohorts import Cohort
from peerhub.retention.rules.facts import FAR_APART, STILL_OPEN, Days, Mask, Numbers, SpellFacts, day_number
from peerhub.retention.rules.survival import GAP_ALLOWED
from peerhub.retention.rules.tiers import Tier, tier_rows
from peerhub.workforce.rules.words import LeavingReason


@dataclass(frozen=True, eq=False, slots=True)
class Leavings:
    """People leaving the organisation, one row each: who, their last day, and the spell that ended that day."""

    person: Numbers
    day: Days
    row: Numbers

    def __len__(self) -> int:
        return len(self.person)

    def only(self, chosen: Mask) -> "Leavings":
        """Some of them."""
        return Leavings(self.person[chosen], self.day[chosen], self.row[chosen])

    def last_of_each(self) -> "Leavings":
        """The last leaving of each person."""
        order = np.lexsort((self.day, self.person))
        last = np.ones(len(order), dtype=bool)
        last[:-1] = self.person[order][1:] != self.person[order][:-1]
        return Leavings(self.person[order][last], self.day[order][last], self.row[order][last])


@dataclass(frozen=True, slots=True)
class Movement:
    """People or WTE: at the start, at the end, at both, and leaving between them, both days included.

    Someone whose last day is the first or the last day of the period is a leaver of the period.
    """

    opening: float
    closing: float
    stayed: float
    leavers: float

    @property
    def stability(self) -> float | None:
        """The stability index, 0 to 100: those at the start who are still there at the end, over those at the start."""
        return 100 * self.stayed / self.opening if self.opening else None

    @property
    def leaver_rate(self) -> float | None:
        """Leavers over the mean of opening and closing, in percent; it may pass 100."""
        mean = (self.opening + self.closing) / 2
        return 100 * self.leavers / mean if mean else None


@dataclass(frozen=True, slots=True)
class Turnover:
    """Movement in a period by headcount and by whole-time equivalent."""

    headcount: Movement
    wte: Movement


def find_leavings(facts: SpellFacts, gap: int = GAP_ALLOWED) -> Leavings:
    """Every time somebody left the organisation: the end of a stay, which a move or a gap of up to `gap` days is not.

    Ends still to come are here too, with their day. Where two spells end on the last day, the one with more WTE says
    why, then the one that comes first.
    """
    rows = np.flatnonzero(facts.counted())
    rows = rows[np.lexsort((facts.start[rows], facts.person[rows]))]
    person = facts.person[rows]
    end = np.maximum.accumulate(facts.end[rows] + person * FAR_APART) - person * FAR_APART
    ends_stay = np.ones(len(rows), dtype=bool)
    ends_stay[:-1] = (person[1:] != person[:-1]) | (facts.start[rows][1:] - end[:-1] - 1 > gap)
    left = ends_stay & (end != STILL_OPEN)
    return Leavings(person[left], end[left], _closing_rows(facts, rows, person[left], end[left]))


def _closing_rows(facts: SpellFacts, rows: Numbers, person: Numbers, day: Days) -> Numbers:
    """The spell of each person that ends on their day."""
    order = rows[np.lexsort((rows, -facts.wte[rows], facts.end[rows], facts.person[rows]))]
    keys = facts.person[order] * FAR_APART + facts.end[order]
    return order[np.searchsorted(keys, person * FAR_APART + day)]


def cohort_leavers(facts: SpellFacts, cohort: Cohort, gap: int = GAP_ALLOWED) -> Leavings:
    """The people of a cohort who have left the organisation by its as-at date and are not back; one row each."""
    today = day_number(cohort.as_at)
    chosen = np.zeros(len(facts.people), dtype=bool)
    chosen[cohort.entries.person] = True
    gone = find_leavings(facts, gap)
    gone = gone.only(chosen[gone.person] & (gone.day < today)).last_of_each()
    counted = facts.counted() & (facts.start <= today)
    last_end = np.full(len(facts.people), -FAR_APART, dtype=np.int64)
    np.maximum.at(last_end, facts.person[counted], facts.end[counted])
    return gone.only(last_end[gone.person] == gone.day)


def period_leavers(
    facts: SpellFacts, from_: date, to: date, tier: Tier = Tier.IN_PEER_SERVICE, gap: int = GAP_ALLOWED
) -> Leavings:
    """People of a tier who left the organisation with a last day from `from_` to `to`; each once, with the last."""
    gone = find_leavings(facts, gap)
    gone = gone.only((gone.day >= day_number(from_)) & (gone.day <= day_number(to))).last_of_each()
    return gone.only(_wte_on(facts, tier, gone)[gone.person] > 0)


def by_reason(facts: SpellFacts, leavings: Leavings, least: int = 1) -> Mapping[str, int]:
    """How many left for each reason; a blank one is not known.

    Fewer deaths than `least` are counted with the other reasons and named nowhere (E24).
    """
    counts = facts.leaving_reason.counts(leavings.row)
    blank = counts.pop("", 0)
    if blank:
        counts[LeavingReason.NOT_KNOWN] = counts.get(LeavingReason.NOT_KNOWN, 0) + blank
    if 0 < counts.get(LeavingReason.DEATH_IN_SERVICE, 0) < least:
        deaths = counts.pop(LeavingReason.DEATH_IN_SERVICE)
        counts[LeavingReason.OTHER] = counts.get(LeavingReason.OTHER, 0) + deaths
    return counts


def by_destination(facts: SpellFacts, leavings: Leavings, least: int = 1) -> Mapping[str, int]:
    """How many left for each destination as recorded; "" where none is.

    What is recorded as the destination of fewer deaths than `least` is not told, since it may say so (E24).
    """
    died = facts.leaving_reason.among([LeavingReason.DEATH_IN_SERVICE])[leavings.row]
    if not 0 < np.count_nonzero(died) < least:
        return facts.destination.counts(leavings.row)
    counts = facts.destination.counts(leavings.row[~died])
    counts[""] = counts.get("", 0) + int(np.count_nonzero(died))
    return counts


def turnover(facts: SpellFacts, from_: date, to: date, tier: Tier = Tier.IN_PEER_SERVICE) -> Turnover:
    """Stability and leavers of those in a tier; a leaver leaves the organisation, not only the tier.

    By WTE, those who stayed count with what they worked at the start, so that stability cannot pass 100.
    """
    opening = _wte_by_person(facts, tier, day_number(from_))
    closing = _wte_by_person(facts, tier, day_number(to))
    gone = period_leavers(facts, from_, to, tier)
    gone_wte = _wte_on(facts, tier, gone)[gone.person]
    both = (opening > 0) & (closing > 0)
    headcount = Movement(_people(opening > 0), _people(closing > 0), _people(both), len(gone))
    wte = Movement(float(opening.sum()), float(closing.sum()), float(opening[both].sum()), float(gone_wte.sum()))
    return Turnover(headcount, wte)


def _people(mask: Mask) -> int:
    return int(np.count_nonzero(mask))


def _wte_by_person(facts: SpellFacts, tier: Tier, day: int) -> NDArray[np.float64]:
    here = tier_rows(facts, tier) & (facts.start <= day) & (day <= facts.end)
    return _wte_of(facts, here)


def _wte_on(facts: SpellFacts, tier: Tier, leavings: Leavings) -> NDArray[np.float64]:
    """The WTE in a tier of each person on their last day; 0 for everyone else."""
    day = np.full(len(facts.people), STILL_OPEN + 1, dtype=np.int64)
    day[leavings.person] = leavings.day
    asked = day[facts.person]
    here = tier_rows(facts, tier) & (facts.start <= asked) & (asked <= facts.end)
    return _wte_of(facts, here)


def _wte_of(facts: SpellFacts, here: Mask) -> NDArray[np.float64]:
    total = np.bincount(facts.person[here], weights=facts.wte[here], minlength=len(facts.people))
    return total.astype(np.float64)
