"""Figures as they may be shown. Small numbers are hidden here, so that pages and files hold the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from peerhub.access.models import Organisation
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.reports.rules import EqualityReport, equality_report
from peerhub.workforce.queries.equality import latest_count
from peerhub.workforce.rules.equality import may_count, next_count


@dataclass(frozen=True, slots=True)
class EqualityPage:
    """The latest count as it may be shown, and from when people may be counted again."""

    as_at: date | None
    report: EqualityReport | None
    may_count: bool
    next_count: date | None


def equality_page(viewer: Viewer) -> EqualityPage:
    """The latest count of the viewer's organisation.

    Raises:
        peerhub.core.errors.Refused: the viewer's permission reaches a part of the organisation alone.
    """
    counted = latest_count(viewer)
    if counted is None:
        return EqualityPage(None, None, may_count=True, next_count=None)
    organisation = db.session.get_one(Organisation, viewer.organisation_id)
    return EqualityPage(
        counted.as_at,
        equality_report(counted.counts, organisation.small_number, organisation.least_denominator),
        may_count=may_count(counted.as_at, today()),
        next_count=next_count(counted.as_at),
    )
