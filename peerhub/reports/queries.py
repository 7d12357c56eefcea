"""Figures as they may be shown. Small numbers are hidden here, so that pages and files hold the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from peerhub.access.queries.limits import limits_at
from peerhub.access.rules import Viewer
from peerhub.core.time import today
from peerhub.reports.rules.equality import EqualityReport, count_of, equality_report
from peerhub.workforce.queries.equality import counts_so_far
from peerhub.workforce.rules.equality import may_count, next_count


@dataclass(frozen=True, slots=True)
class EqualityPage:
    """The counts as they may be shown, the day of the latest, and from when people may be counted again."""

    as_at: date | None
    report: EqualityReport | None
    may_count: bool
    next_count: date | None


def equality_page(viewer: Viewer) -> EqualityPage:
    """What may be shown of the counts of the viewer's organisation, each by the settings of its own day.

    Raises:
        peerhub.core.errors.Refused: the viewer's permission reaches a part of the organisation alone.
    """
    so_far = counts_so_far(viewer)
    if not so_far:
        return EqualityPage(None, None, may_count=True, next_count=None)
    settings = limits_at(viewer.organisation_id, [counted.made_at for counted in so_far])
    counts = [
        count_of(counted.as_at, counted.counts, limits.small_number, limits.least_denominator)
        for counted, limits in zip(so_far, settings, strict=True)
    ]
    last = so_far[-1].as_at
    return EqualityPage(last, equality_report(counts), may_count=may_count(last, today()), next_count=next_count(last))
