"""The report of the command line: cohort, anniversaries, whole service and survival as one plain dictionary."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from peerhub.retention.rules.cohorts import Cohort, CohortFilters, find_cohort, find_entries
from peerhub.retention.rules.facts import SpellFacts, day_number
from peerhub.retention.rules.survival import (
    DAYS_IN_A_YEAR,
    GAP_ALLOWED,
    SurvivalPoint,
    log_rank,
    stays,
    survival_points,
)
from peerhub.retention.rules.tiers import TIERS, Share, Tier, YearFigures, year_figures


def retention_report(
    facts: SpellFacts,
    from_: date,
    to: date,
    as_at: date,
    years: Sequence[int] = (1, 2, 3),
    setting: str | None = None,
    compare: str | None = None,
    gap: int = GAP_ALLOWED,
) -> dict[str, Any]:
    """The report `peerhub retention --json` prints, ready for `json.dumps`.

    Percents and intervals are 0 to 100, unrounded, None when nothing is observed. `setting` narrows the cohort and its
    survival, never the whole-service figures. `compare="setting"` adds `log_rank`. `excluded` is there only when rows
    were left out. `gap` are the days between two spells that are not leaving.
    Raises ValueError for a year outside 1 to 10 or another thing to compare.
    """
    if compare not in (None, "setting"):
        raise ValueError("Only settings can be compared.")
    entries = find_entries(facts)
    cohort = find_cohort(facts, entries, from_, to, as_at, CohortFilters(setting=setting))
    everyone = entries.only(entries.index <= day_number(as_at))
    report: dict[str, Any] = {
        "as_at": as_at.isoformat(),
        "cohort": {
            "from": from_.isoformat(),
            "to": to.isoformat(),
            "recruited": cohort.recruited,
            "by_setting": dict(cohort.by_setting),
        },
        "years": [_year(figures) for figures in year_figures(facts, cohort.entries, as_at, years)],
        "whole_service": [_whole_service(figures) for figures in year_figures(facts, everyone, as_at, years)],
        "survival": {tier.value: _survival(facts, cohort, tier, years, gap) for tier in TIERS},
    }
    if compare:
        report["log_rank"] = compare_settings(facts, cohort, gap)
    if facts.excluded:
        report["excluded"] = facts.excluded
    return report


def compare_settings(facts: SpellFacts, cohort: Cohort, gap: int = GAP_ALLOWED) -> dict[str, Any]:
    """The log-rank test of time in the peer service between the two settings with the most recruits.

    `groups` is alphabetical and holds fewer than two where the cohort does; `p` is None where it cannot be computed.
    """
    most = sorted(cohort.by_setting, key=lambda setting: (-cohort.by_setting[setting], setting))
    groups = sorted(most[:2])
    if len(groups) < 2:
        return {"groups": groups, "p": None}
    times = stays(facts, cohort.entries, Tier.IN_PEER_SERVICE, cohort.as_at, gap)
    one, other = (times.only(facts.setting.among([group])[cohort.entries.row]) for group in groups)
    return {"groups": groups, "p": log_rank(one, other)}


def _year(figures: YearFigures) -> dict[str, Any]:
    due = {"year": figures.year, "observed": figures.observed, "not_yet_due": figures.not_yet_due}
    return due | {tier.value: _share(share) for tier, share in figures.tiers.items()}


def _whole_service(figures: YearFigures) -> dict[str, Any]:
    observed = {"year": figures.year, "observed": figures.observed}
    return observed | {tier.value: _share(share) for tier, share in figures.tiers.items()}


def _share(share: Share) -> dict[str, Any]:
    return {"count": share.count, "percent": share.percent, "low": share.low, "high": share.high}


def _survival(facts: SpellFacts, cohort: Cohort, tier: Tier, years: Sequence[int], gap: int) -> list[dict[str, Any]]:
    times = stays(facts, cohort.entries, tier, cohort.as_at, gap)
    points = survival_points(times, [DAYS_IN_A_YEAR * year for year in years])
    return [_point(year, point) for year, point in zip(years, points, strict=True)]


def _point(year: int, point: SurvivalPoint) -> dict[str, Any]:
    return {
        "year": year,
        "days": point.days,
        "estimate": point.estimate,
        "low": point.low,
        "high": point.high,
        "at_risk": point.at_risk,
    }
