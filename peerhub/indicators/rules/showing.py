"""What of an indicator may be shown to somebody who sees figures only."""

from __future__ import annotations

from datetime import date, timedelta

from peerhub.indicators.rules.registry import Share
from peerhub.indicators.rules.suppression import SMALLEST_DENOMINATOR


def said(share: Share, *, with_counts: bool) -> str:
    """An indicator in words. Without counts it is a whole percentage, and none of few.

    >>> said(Share(9, 12), with_counts=True), said(Share(9, 12), with_counts=False)
    ('75% (9 of 12)', '75%')
    >>> said(Share(0, 0), with_counts=True), said(Share(7, 9), with_counts=False)
    ('Nothing to count', 'Not shown: fewer than 10')
    """
    if with_counts:
        return "Nothing to count" if share.percent is None else f"{share.percent:.0f}% ({share.count} of {share.of})"
    if share.percent is None or share.of < SMALLEST_DENOMINATOR:
        return f"Not shown: fewer than {SMALLEST_DENOMINATOR}"
    return f"{share.percent:.0f}%"


def month_end(day: date) -> date:
    """The day itself where it ends a month, or the end of the month before: what is shown to who sees figures only.

    >>> str(month_end(date(2025, 3, 14))), str(month_end(date(2024, 2, 29)))
    ('2025-02-28', '2024-02-29')
    """
    tomorrow = day + timedelta(days=1)
    return day if tomorrow.day == 1 else day.replace(day=1) - timedelta(days=1)


def year_before(day: date) -> date:
    """The same day a year earlier; an end of February stays one.

    >>> str(year_before(date(2024, 2, 29))), str(year_before(date(2025, 2, 28))), str(year_before(date(2025, 3, 1)))
    ('2023-02-28', '2024-02-29', '2024-03-01')
    """
    tomorrow = day + timedelta(days=1)
    if tomorrow.day == 1:
        return tomorrow.replace(year=tomorrow.year - 1) - timedelta(days=1)
    return day.replace(year=day.year - 1)
