"""The figures of a question from an organisation's facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from peerhub.retention.queries.facts import Loaded
from peerhub.retention.rules.cohorts import Cohort, Entries, find_cohort
from peerhub.retention.rules.facts import Coded, day_number
from peerhub.retention.rules.figures import (
    WORDS,
    Curve,
    Figures,
    LogRank,
    MovementRow,
    YearRow,
    movement_row,
    part_of,
)
from peerhub.retention.rules.publishing import Kept
from peerhub.retention.rules.questions import Question
from peerhub.retention.rules.survival import DAYS_IN_A_YEAR, log_rank, stays, survival_curve, survival_points
from peerhub.retention.rules.tiers import TIERS, Tier, YearFigures, year_figures
from peerhub.retention.rules.turnover import by_destination, by_reason, cohort_leavers, turnover
from peerhub.workforce.rules.words import Band, LeavingReason, Setting

NOT_SAID = "Not recorded"
SETTINGS: Mapping[str, str] = {setting.value: setting.label for setting in Setting}
BANDS: Mapping[str, str] = {band.value: band.label for band in Band}
REASONS: Mapping[str, str] = {reason.value: reason.label for reason in LeavingReason}


def exact_figures(loaded: Loaded, question: Question) -> Figures:
    """Every figure of a question as it is. For a viewer who may not see individuals it must go through suppression."""
    facts = loaded.facts
    cohort = cohort_of(loaded, question)
    everyone = everyone_by(loaded, question.as_at)
    gone = cohort_leavers(facts, cohort, loaded.gap)
    return Figures(
        question=question,
        recruited=cohort.recruited,
        expected=cohort.expected,
        by_setting=_said(cohort.by_setting, SETTINGS),
        recruitment_years=recruitment_years(loaded, question.as_at),
        years=tuple(map(_row, year_figures(facts, cohort.entries, question.as_at, question.years))),
        whole_service=tuple(map(_row, year_figures(facts, everyone, question.as_at, question.years))),
        everyone=len(everyone.person),
        survival={tier: _curve(loaded, WORDS[tier], cohort.entries, tier, question) for tier in TIERS},
        log_rank=_compared(loaded, cohort, question),
        turnover=_turnover(loaded, question),
        leavers=len(gone),
        reasons=_most_first(by_reason(facts, gone, loaded.small_number), REASONS),
        destinations=_most_first(by_destination(facts, gone, loaded.small_number), {}),
        leavers_by=question.as_at,
    )


def counts_of(loaded: Loaded, question: Question) -> Kept:
    """The counts of a question, as a published figure keeps them."""
    cohort = cohort_of(loaded, question)
    everyone = everyone_by(loaded, question.as_at)
    return Kept(
        recruited=cohort.recruited,
        expected=cohort.expected,
        by_setting=_said(cohort.by_setting, SETTINGS),
        years=tuple(map(_row, year_figures(loaded.facts, cohort.entries, question.as_at, question.years))),
        whole_service=tuple(map(_row, year_figures(loaded.facts, everyone, question.as_at, question.years))),
        everyone=len(everyone.person),
    )


def cohort_of(loaded: Loaded, question: Question) -> Cohort:
    """The people a question is about."""
    return find_cohort(loaded.facts, loaded.entries, question.from_, question.to, question.as_at, question.filters)


def everyone_by(loaded: Loaded, as_at: date) -> Entries:
    """Everybody who had entered the peer service by a day."""
    return loaded.entries.only(loaded.entries.index <= day_number(as_at))


def recruitment_years(loaded: Loaded, as_at: date) -> tuple[tuple[int, int], ...]:
    """Each calendar year anybody entered in by a day, with how many did."""
    started = everyone_by(loaded, as_at).index.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    years, counts = np.unique(started, return_counts=True)
    return tuple((1970 + int(year), int(count)) for year, count in zip(years, counts, strict=True))


def choices(loaded: Loaded) -> Mapping[str, tuple[str, ...]]:
    """What a cohort can be narrowed to: the words people entered with, for each filter."""
    return {name: tuple(sorted(column.words(loaded.entries.row) - {""})) for name, column in _columns(loaded).items()}


def label_of(name: str, word: str) -> str:
    """A filter's word as people say it."""
    return {"setting": SETTINGS, "band": BANDS}.get(name, {}).get(word, word)


def _columns(loaded: Loaded) -> Mapping[str, Coded]:
    facts = loaded.facts
    return {
        "setting": facts.setting,
        "service_line": facts.service_line,
        "team": facts.team,
        "employer": facts.employer,
        "band": facts.band,
        "campaign": facts.campaign,
    }


def _row(figures: YearFigures) -> YearRow:
    return YearRow(
        year=figures.year,
        observed=figures.observed,
        not_yet_due=figures.not_yet_due,
        tiers={tier: part_of(share) for tier, share in figures.tiers.items()},
        active=part_of(figures.in_active_service),
        unconfirmed=figures.unconfirmed,
        bounds=figures.bounds if figures.unconfirmed else None,
    )


def _curve(loaded: Loaded, name: str, entries: Entries, tier: Tier, question: Question) -> Curve:
    times = stays(loaded.facts, entries, tier, question.as_at, loaded.gap)
    points = survival_points(times, [DAYS_IN_A_YEAR * year for year in question.years])
    return Curve(name, len(times), dict(zip(question.years, points, strict=True)), survival_curve(times))


def _compared(loaded: Loaded, cohort: Cohort, question: Question) -> LogRank | None:
    """The two largest groups of the cohort by what they are compared by."""
    if question.compare is None:
        return None
    column = _columns(loaded)[question.compare]
    counts = column.counts(cohort.entries.row)
    groups = sorted(sorted(counts, key=lambda group: (-counts[group], group))[:2])
    members = [cohort.entries.only(column.among([group])[cohort.entries.row]) for group in groups]
    curves = tuple(
        _curve(loaded, label_of(question.compare, group) or NOT_SAID, entries, Tier.IN_PEER_SERVICE, question)
        for group, entries in zip(groups, members, strict=True)
    )
    times = [stays(loaded.facts, entries, Tier.IN_PEER_SERVICE, question.as_at, loaded.gap) for entries in members]
    return LogRank(question.compare, curves, log_rank(*times) if len(times) == 2 else None)


def _turnover(loaded: Loaded, question: Question) -> tuple[MovementRow, ...] | None:
    last = min(question.to, question.as_at)
    if not loaded.sees_everything or last < question.from_:
        return None
    figures = turnover(loaded.facts, question.from_, last)
    return movement_row("People", figures.headcount), movement_row("Whole time equivalent", figures.wte)


def _said(counts: Mapping[str, int], labels: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    return tuple((labels.get(word, word) or NOT_SAID, count) for word, count in counts.items())


def _most_first(counts: Mapping[str, int], labels: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(_said(counts, labels), key=lambda said: (-said[1], said[0])))
