"""The three together: peer, team manager and peer supervisor. What calls for a meeting, its agenda, its sign-offs."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from peerhub.supervision.rules.words import AbsenceCategory
from peerhub.workforce.rules.posts import Days, Refusal
from peerhub.workforce.rules.words import Word

TRIGGER_DAYS = 7
RETURN_WITHIN = 3
"""Working days after a return within which its meeting is held."""
PHASED_DAYS = 28
"""The longest phased return, unless the organisation says otherwise."""
APPRAISAL_MONTHS = 12
REVIEW_AFTER = timedelta(weeks=4)
REMIND_BEFORE = timedelta(days=7)


class TripartiteKind(Word):
    """What the three meet for."""

    MANAGEMENT = "tripartite_management", "Management supervision"
    APPRAISAL = "tripartite_appraisal", "Appraisal"
    SICKNESS = "tripartite_sickness", "Sickness absence"
    RETURN = "tripartite_return", "Return to work"


class PartyRole(StrEnum):
    """Whose part somebody plays in it."""

    PEER = "peer"
    MANAGER = "manager"
    SUPERVISOR = "supervisor"

    @property
    def label(self) -> str:
        """In words."""
        return {"peer": "Peer worker", "manager": "Team manager", "supervisor": "Peer supervisor"}[self.value]


PARTIES = tuple(PartyRole)
AGENDAS: Mapping[TripartiteKind, tuple[str, ...]] = {
    TripartiteKind.MANAGEMENT: (
        "How work is going, in the peer worker’s own words",
        "The role: what is clear, what drifts",
        "Working with the team",
        "Adjustments: do they still help",
        "What each of us will do",
    ),
    TripartiteKind.APPRAISAL: (
        "The year behind: what went well, in the peer worker’s own words",
        "Goals of last year",
        "Learning and the next step in a career",
        "Support: supervision, adjustments, workload",
        "Goals for the year to come",
    ),
    TripartiteKind.SICKNESS: (
        "Keeping in touch: how, how often, with whom",
        "What would help now (nobody asks for a diagnosis)",
        "Occupational health, if wanted",
        "Work that others will do meanwhile",
        "When we talk again",
    ),
    TripartiteKind.RETURN: (
        "Welcome back: how it is to be here",
        "What would help in the first weeks",
        "A phased return: days and hours, week by week",
        "Adjustments, and the day we look at them again",
        "Who to go to on a hard day",
    ),
}


@dataclass(frozen=True, slots=True)
class Absence:
    """A sickness absence: its days and its category, nothing more."""

    days: Days
    category: AbsenceCategory


def absence_refusal(days: Days, others: Iterable[Days], today: date) -> Refusal | None:
    """Why an absence may not be recorded."""
    if days.starts > today:
        return Refusal("The first day must not be in the future", "starts")
    if days.ends is not None and days.ends < days.starts:
        return Refusal("The last day must be the first day or later", "ends")
    if any(days.overlaps(other) for other in others):
        return Refusal("There is an absence on some of these days already", "starts")
    return None


def triggered_on(days: Days, after: int = TRIGGER_DAYS) -> date:
    """The day on which an absence that lasts would open a meeting: its seventh.

    >>> triggered_on(Days(date(2025, 6, 2), None))
    datetime.date(2025, 6, 8)
    """
    return days.starts + timedelta(days=after - 1)


def opens_meeting(days: Days, today: date, after: int = TRIGGER_DAYS) -> bool:
    """Whether an absence has lasted long enough by a day to open one."""
    last = today if days.ends is None else min(days.ends, today)
    return last >= triggered_on(days, after)


def return_due(days: Days, holidays: Collection[date], weekdays: Collection[int] = (0, 1, 2, 3, 4)) -> date | None:
    """The last day on which the return-to-work meeting is in time: the third working day back. None while away.

    >>> return_due(Days(date(2025, 5, 12), date(2025, 5, 23)), {date(2025, 5, 26)})
    datetime.date(2025, 5, 29)
    """
    if days.ends is None:
        return None
    day, left = days.ends, RETURN_WITHIN
    while left:
        day += timedelta(days=1)
        left -= day.weekday() in weekdays and day not in holidays
    return day


def plan_refusal(returns: date, full_from: date, review_on: date, longest: int = PHASED_DAYS) -> Refusal | None:
    """Why a phased return may not be as planned.

    Args:
        full_from: the first day on usual hours.
    """
    if full_from < returns:
        return Refusal("The first day on usual hours must be the day of return or later", "full_from")
    if (full_from - returns).days > longest:
        return Refusal(f"A phased return lasts at most {longest // 7} weeks. Choose an earlier day", "full_from")
    if review_on < returns:
        return Refusal("The day to look at it again must be after the return", "review_on")
    return None


def phased_weeks(returns: date, full_from: date) -> int:
    """How many weeks of a phased return to plan hours for."""
    return -(-(full_from - returns).days // 7)


def review_is_near(review_on: date, done: date | None, today: date) -> bool:
    """Whether somebody is to be reminded of looking at adjustments again."""
    return done is None and today >= review_on - REMIND_BEFORE


def appraisal_due(last: date | None, started: date) -> date:
    """The day by which the yearly appraisal is held.

    >>> appraisal_due(None, date(2024, 2, 29)), appraisal_due(date(2025, 1, 10), date(2020, 1, 1))
    (datetime.date(2025, 2, 28), datetime.date(2026, 1, 10))
    """
    day = last or started
    try:
        return day.replace(year=day.year + APPRAISAL_MONTHS // 12)
    except ValueError:
        return day.replace(year=day.year + APPRAISAL_MONTHS // 12, day=28)


def sign_refusal(
    part: PartyRole, by: Hashable, parties: Mapping[PartyRole, Hashable], signed: Collection[PartyRole]
) -> Refusal | None:
    """Why somebody may not sign off: each party signs for themselves, once, when all three are named."""
    if set(parties) != set(PARTIES):
        return Refusal("All three must be named before anybody signs off", None)
    if parties[part] != by:
        return Refusal("Each person signs off for themselves", None)
    if part in signed:
        return Refusal("You have signed this off already", None)
    return None


def is_signed(signed: Collection[PartyRole]) -> bool:
    """Whether all three have."""
    return set(signed) >= set(PARTIES)
