"""When somebody is told that a fixed term is to end: 120, 90 and 60 days before."""

from __future__ import annotations

from datetime import date, timedelta

WARNINGS = (timedelta(days=120), timedelta(days=90), timedelta(days=60))
"""The first warning, the second and the last."""


def warning(ends: date, day: date) -> timedelta | None:
    """The last warning given by this day; None where none is due yet, or the term is over.

    >>> [warning(date(2026, 6, 30), date(2026, 3, day)) for day in (1, 2)]
    [None, datetime.timedelta(days=120)]
    """
    if ends < day:
        return None
    return next((given for given in reversed(WARNINGS) if ends <= day + given), None)
