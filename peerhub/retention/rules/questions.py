"""What somebody asks of retention, read from an address and written back to one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from peerhub.retention.rules.cohorts import CohortFilters
from peerhub.retention.rules.tiers import LONGEST_YEARS

USUAL_YEARS = (1, 2, 3)
OPEN = CohortFilters()
COMPARED = ("setting", "service_line", "team", "employer", "band")
"""What two groups of a cohort may differ in."""
EARLIEST = date(1950, 1, 1)
"""The earliest day somebody may be asked about."""

_DAY_WORDS = {"from": "First day", "to": "Last day", "as_at": "As at"}


@dataclass(frozen=True, slots=True)
class Question:
    """A cohort's window (both days included), the day it is looked at, and what it is narrowed to."""

    from_: date
    to: date
    as_at: date
    years: tuple[int, ...] = USUAL_YEARS
    filters: CohortFilters = OPEN
    compare: str | None = None

    @property
    def is_calendar_year(self) -> bool:
        """Whether the window is one calendar year."""
        return self.window_of_year == (self.from_, self.to)

    @property
    def window_of_year(self) -> tuple[date, date]:
        """The calendar year the window begins in."""
        return calendar_year(self.from_.year)

    @property
    def is_narrowed(self) -> bool:
        """Whether the cohort is narrowed by more than its window."""
        return self.filters != OPEN

    def address(self) -> dict[str, str]:
        """The question as an address holds it."""
        asked = {"from": self.from_.isoformat(), "to": self.to.isoformat(), "as_at": self.as_at.isoformat()}
        if self.years != USUAL_YEARS:
            asked["years"] = ",".join(map(str, self.years))
        asked |= {name: value for name, value in self.narrowing().items() if value}
        return asked | ({"compare": self.compare} if self.compare else {})

    def narrowing(self) -> dict[str, str]:
        """Each filter with its word, empty where it is open."""
        return {narrow.name: getattr(self.filters, narrow.name) or "" for narrow in fields(CohortFilters)}

    def of_everyone(self) -> Question:
        """The same of everybody who ever started."""
        return Question(EARLIEST, self.as_at, self.as_at, self.years)

    def in_year(self, year: int) -> Question:
        """The same question of another calendar year's recruits."""
        first, last = calendar_year(year)
        return replace(self, from_=first, to=last)


@dataclass(frozen=True, slots=True)
class Misread:
    """Something in an address that makes no sense: which field, and what to do about it."""

    field: str
    message: str


def calendar_year(year: int) -> tuple[date, date]:
    """The first and last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def usual_year(recruitment_years: Iterable[int], today: date) -> int:
    """The year to show first: the latest with recruits whose third anniversaries have all come, else the earliest.

    >>> usual_year([2021, 2022, 2023, 2024], date(2026, 11, 24)), usual_year([2025], date(2026, 11, 24))
    (2022, 2025)
    >>> usual_year([], date(2026, 11, 24))
    2026
    """
    years = sorted(recruitment_years)
    settled = [year for year in years if year + USUAL_YEARS[-1] < today.year]
    return settled[-1] if settled else (years[0] if years else today.year)


def read_question(address: Mapping[str, str], usual: Question) -> tuple[Question, tuple[Misread, ...]]:
    """Read an address; what it leaves out, or what makes no sense, is as in `usual`.

    A window with one end alone reaches to the end of that end's calendar year.
    """
    problems: list[Misread] = []
    days = {name: _day(address, name, problems) for name in _DAY_WORDS}
    from_, to = _window(days["from"], days["to"], usual)
    if to < from_:
        problems.append(Misread("to", "The last day must be the first day or later"))
        from_, to = usual.from_, usual.to
    asked = Question(
        from_=from_,
        to=to,
        as_at=days["as_at"] or usual.as_at,
        years=_years(address.get("years", ""), usual.years, problems),
        filters=CohortFilters(**{narrow.name: address.get(narrow.name) or None for narrow in fields(CohortFilters)}),
        compare=address.get("compare") if address.get("compare") in COMPARED else None,
    )
    if asked.as_at > usual.as_at:
        problems.append(Misread("as_at", "As at must be today or earlier"))
        asked = replace(asked, as_at=usual.as_at)
    return asked, tuple(problems)


def kept_question(address: Mapping[str, str]) -> Question:
    """The question of an address that names its three days, as one kept with a published figure does."""
    as_at = date.fromisoformat(address["as_at"])
    asked, _ = read_question(address, Question(*calendar_year(as_at.year), as_at=as_at))
    return replace(asked, compare=None)


def _window(from_: date | None, to: date | None, usual: Question) -> tuple[date, date]:
    if from_ is None and to is None:
        return usual.from_, usual.to
    return from_ or calendar_year((to or usual.to).year)[0], to or calendar_year((from_ or usual.from_).year)[1]


def _day(address: Mapping[str, str], name: str, problems: list[Misread]) -> date | None:
    typed = address.get(name, "").strip()
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        problems.append(Misread(name, f"{_DAY_WORDS[name]} must be a real date, such as 2022-01-31"))
        return None
    if not EARLIEST.year <= day.year <= 2100:
        problems.append(Misread(name, f"{_DAY_WORDS[name]} must have a year from 1950 to 2100"))
        return None
    return day


def _years(typed: str, usual: tuple[int, ...], problems: list[Misread]) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[,\s]+", typed.strip()) if part]
    if not parts:
        return usual
    if not all(part.isdecimal() and len(part) < 3 and 1 <= int(part) <= LONGEST_YEARS for part in parts):
        problems.append(Misread("years", f"Years must be whole numbers from 1 to {LONGEST_YEARS}, such as 1, 2, 3"))
        return usual
    return tuple(sorted({int(part) for part in parts}))


def year_end_before(day: date) -> date:
    """The last day of the year before.

    >>> year_end_before(date(2026, 11, 24)), year_end_before(date(2026, 12, 31))
    (datetime.date(2025, 12, 31), datetime.date(2025, 12, 31))
    """
    return date(day.year - 1, 12, 31)


NARROWED = (
    "You see figures for whole years of recruits, for everyone together. Smaller groups could point at one person, so "
    "they are shown only to people who may see individual records. Ask HR or your head of peer work if you need one."
)
PART = (
    "Your role covers part of the organisation, and the figures of a part could point at one person. They are shown "
    "only to people who may see individual records. Ask HR or your head of peer work if you need them."
)
TOO_EARLY = (
    "You see the people recruited in a year once that year is over, so that nobody can be picked out as they start. "
    "Ask HR or your head of peer work if you need to know sooner."
)


def released(question: Question, today: date) -> tuple[Question, str | None]:
    """What somebody who may not see individuals gets: whole calendar years, all together, as at the last year's end.

    Any other slice could be taken from a neighbouring one to leave a single person (field notes, section 9). At a
    year's end each anniversary has come to all recruits of a calendar year or to none, so the figures of a cohort do
    not change from one release to the next.
    Returns the question as released, and words where it is refused.
    """
    as_at = year_end_before(today)
    if question.is_narrowed or question.compare:
        return question, NARROWED
    if question.from_ > as_at:
        return question, TOO_EARLY
    first, last = question.window_of_year
    return replace(question, from_=first, to=last, as_at=as_at, years=USUAL_YEARS), None
