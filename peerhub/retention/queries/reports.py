"""What a viewer gets for what they asked: the one door to retention figures, for pages, files and charts alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peerhub.access.rules import Viewer
from peerhub.retention.queries.facts import Loaded, load, organisation_facts, organisation_gap
from peerhub.retention.queries.figures import choices, exact_figures, recruitment_years
from peerhub.retention.queries.suppressed import suppressed_figures
from peerhub.retention.rules.figures import Figures
from peerhub.retention.rules.questions import (
    PART,
    USUAL_YEARS,
    Misread,
    Question,
    calendar_year,
    read_question,
    released,
    usual_year,
    year_end_before,
)
from peerhub.retention.rules.report import retention_report


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a question, with what the page needs to ask another.

    Attributes:
        organisation: whose figures they are.
        problems: what in the address made no sense; the usual stands in its place.
        choices: what a cohort can be narrowed to; empty for those who may not narrow it.
        sees_everything: whether the figures are of the whole organisation, not of some service lines or teams.
    """

    organisation: str
    figures: Figures
    problems: tuple[Misread, ...]
    choices: Mapping[str, tuple[str, ...]]
    sees_everything: bool
    sees_individuals: bool
    small_number: int
    gap: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question gets no figures, in words for who asked."""

    words: str


def ask(viewer: Viewer, address: Mapping[str, str], today: date) -> Report | Refusal:
    """The figures a viewer gets for an address, or why they get none."""
    loaded = load(viewer)
    if loaded.sees_individuals:
        question, problems = read_question(address, usual_question(loaded, today))
    else:
        if not loaded.sees_everything:
            return Refusal(PART)
        asked, problems = read_question(address, usual_question(loaded, today, year_end_before(today)))
        question, refusal = released(asked, today)
        if refusal:
            return Refusal(refusal)
    return Report(
        organisation=loaded.organisation,
        figures=figures_for(loaded, question),
        problems=problems,
        choices=choices(loaded) if loaded.sees_individuals else {},
        sees_everything=loaded.sees_everything,
        sees_individuals=loaded.sees_individuals,
        small_number=loaded.small_number,
        gap=loaded.gap,
    )


def usual_question(loaded: Loaded, today: date, by: date | None = None) -> Question:
    """What is shown to somebody who asked for nothing in particular, and who sees recruits up to the day `by`."""
    by = by or today
    years = [year for year, _ in recruitment_years(loaded, by)]
    return Question(*calendar_year(usual_year(years, today) if years else by.year), as_at=today)


def figures_for(loaded: Loaded, question: Question) -> Figures:
    """The figures, with small numbers withheld from who may not see individuals."""
    exact = exact_figures(loaded, question)
    return exact if loaded.sees_individuals else suppressed_figures(loaded, exact)


def report_from_database(
    from_: date,
    to: date,
    as_at: date,
    years: Sequence[int] = USUAL_YEARS,
    setting: str | None = None,
    compare: str | None = None,
) -> dict[str, Any]:
    """The command line's report of the organisation this session is about, with its own setting for gaps.

    `setting` narrows the cohort; the whole service stays whole.
    """
    return retention_report(organisation_facts(), from_, to, as_at, years, setting, compare, organisation_gap())
