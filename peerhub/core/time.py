"""The only clock, and how days and hours are said.

Moments are aware and in UTC inside PeerHub, and shown as Europe/London wall-clock time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in London."""
    return utc_now().astimezone(LONDON).date()


def long_date(day: date | None) -> str:
    """Say a day in full.

    >>> long_date(date(2025, 11, 14))
    'Fri 14 November 2025'
    >>> long_date(None)
    ''
    """
    return f"{day:%a} {day.day} {day:%B %Y}" if day else ""


def short_date(day: date | None) -> str:
    """Say a day where room is scarce.

    >>> short_date(date(2025, 11, 4))
    '4 Nov 2025'
    """
    return f"{day.day} {day:%b %Y}" if day else ""


def clock_time(moment: datetime) -> str:
    """Say a time of day as people do.

    >>> clock_time(datetime(2025, 7, 1, 12, 0, tzinfo=UTC)), clock_time(datetime(2025, 12, 1, 9, 5, tzinfo=UTC))
    ('1pm', '9:05am')
    """
    local = moment.astimezone(LONDON)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{hour}{half}" if local.minute == 0 else f"{hour}:{local.minute:02d}{half}"


def wall(slot: datetime) -> str:
    """Say a local time, as a clock on a wall in London shows it.

    >>> wall(datetime.fromisoformat("2025-11-14T13:30"))
    'Fri 14 November 2025, 1:30pm'
    """
    return moment(slot.replace(tzinfo=LONDON))


def moment(when: datetime | None) -> str:
    """Say a moment: its day and its time.

    >>> moment(datetime(2025, 11, 14, 13, 0, tzinfo=UTC))
    'Fri 14 November 2025, 1pm'
    """
    return f"{long_date(when.astimezone(LONDON).date())}, {clock_time(when)}" if when else ""
