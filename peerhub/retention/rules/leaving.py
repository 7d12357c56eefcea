"""Who of a cohort left, and why, as somebody may read it who may not see individuals. Pure.

They are counted once, at the end of the year in which the last of the usual anniversaries came to all of them, and
never again: counted anew each year, two numbers would differ by the one person who left in between. Where they went is
written in free words, which may point at somebody by themselves, so it is told to nobody here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from peerhub.retention.rules.cohorts import Cohort
from peerhub.retention.rules.facts import SpellFacts
from peerhub.retention.rules.questions import USUAL_YEARS
from peerhub.retention.rules.survival import GAP_ALLOWED
from peerhub.retention.rules.turnover import by_reason, cohort_leavers
from peerhub.workforce.rules.words import LeavingReason

OTHER_REASONS = "other reasons"
"""The key of everybody whose reason is not told apart."""
_SAY_NOTHING = frozenset({LeavingReason.OTHER, LeavingReason.NOT_KNOWN})


@dataclass(frozen=True, slots=True)
class Gone:
    """The recruits of a year who had left: how many, and how many for each reason that may be told, or none."""

    people: int
    reasons: Mapping[str, int]


def leavers_by(year: int) -> date:
    """The day by which the leavers of a year's recruits are counted.

    >>> leavers_by(2022)
    datetime.date(2025, 12, 31)
    """
    return date(year + USUAL_YEARS[-1], 12, 31)


def has_settled(year: int, as_at: date) -> bool:
    """Whether the leavers of a year's recruits can be counted."""
    return leavers_by(year) <= as_at


def gone_of(facts: SpellFacts, cohort: Cohort, least: int, gap: int = GAP_ALLOWED) -> Gone:
    """Who of a cohort had left by its as-at date."""
    gone = cohort_leavers(facts, cohort, gap)
    return Gone(len(gone), told_reasons(by_reason(facts, gone, least), least))


def told_reasons(counts: Mapping[str, int], least: int) -> Mapping[str, int]:
    """Reasons that `least` people or more had, and everybody else's together; none where one line would be left.

    Each line stands for `least` people or more, and they add up to everybody. One line alone would say of each of
    them why they left.

    >>> told_reasons({"health": 6, "caring": 3, "retirement": 2}, 5)
    {'health': 6, 'other reasons': 5}
    >>> told_reasons({"health": 9, "education": 6, "caring": 1}, 5)
    {'health': 9, 'other reasons': 7}
    >>> told_reasons({"health": 6, "caring": 1}, 5), told_reasons({"health": 7}, 5)
    ({}, {})
    """
    apart = {reason: count for reason, count in counts.items() if count >= least and reason not in _SAY_NOTHING}
    others = sum(counts.values()) - sum(apart.values())
    for reason in sorted(apart, key=lambda reason: (apart[reason], reason)):
        if others == 0 or others >= least:
            break
        others += apart.pop(reason)
    told = apart | ({OTHER_REASONS: others} if others else {})
    return told if len(told) > 1 else {}
