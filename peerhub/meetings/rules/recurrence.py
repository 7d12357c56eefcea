"""When a series meets: its rule built, read and said, its days, and wall-clock time in London as moments.

A rule is the text of an iCalendar RRULE without a first day. A slot is a naive local time, as a clock on a wall in
London shows it; it is what a series is held to, whatever the clocks do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

HORIZON_DAYS = 90
"""How many days ahead meetings are made."""
LONGEST_RULE = 300
MOST_EVERY = 104
LONDON = ZoneInfo("Europe/London")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORKING = frozenset(WEEKDAYS[:5])
NTHS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
PARTS = {
    "DAILY": {"FREQ", "INTERVAL", "BYDAY", "COUNT"},
    "WEEKLY": {"FREQ", "INTERVAL", "BYDAY", "COUNT", "WKST"},
    "MONTHLY": {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "BYSETPOS"},
    "YEARLY": {"FREQ", "INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY", "COUNT", "BYSETPOS"},
}
"""What a rule of each frequency may hold. Days, months and counts alone, so that every rule can be followed quickly."""
SHAPES = {
    "BYDAY": r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)(,(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)){0,6}",
    "BYMONTH": r"[1-9]|1[0-2]",
    "BYMONTHDAY": r"-1|[1-9]|[12][0-9]|3[01]",
    "BYSETPOS": r"-1|[1-4]",
    "WKST": r"MO|TU|WE|TH|FR|SA|SU",
}
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


class BadRule(ValueError):
    """A rule that cannot be followed; its message says why, in words."""


def weekly(days: AbstractSet[str], every: int = 1) -> str:
    """On these weekdays (``MO`` to ``SU``), every so many weeks.

    >>> weekly({"TU"}, 4), weekly({"FR", "MO"})
    ('FREQ=WEEKLY;INTERVAL=4;BYDAY=TU', 'FREQ=WEEKLY;BYDAY=MO,FR')
    """
    if not days or not days <= set(WEEKDAYS):
        raise BadRule("Choose at least one day of the week")
    return f"FREQ=WEEKLY{_every(every)};BYDAY={','.join(day for day in WEEKDAYS if day in days)}"


def working_days(*, weekends: bool = False) -> str:
    """Every working day, or every day.

    >>> working_days()
    'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'
    """
    return weekly(frozenset(WEEKDAYS) if weekends else WORKING)


def monthly(nth: int, weekday: str, every: int = 1) -> str:
    """On the first to fourth (1 to 4) or last (-1) such weekday, every so many months.

    >>> monthly(1, "TU"), monthly(-1, "FR", 3)
    ('FREQ=MONTHLY;BYDAY=1TU', 'FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR')
    """
    if nth not in NTHS or weekday not in WEEKDAYS:
        raise BadRule("Choose which weekday of the month")
    return f"FREQ=MONTHLY{_every(every)};BYDAY={nth}{weekday}"


def yearly(day: date) -> str:
    """Once a year on the same day and month.

    >>> yearly(date(2025, 5, 8))
    'FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=8'
    """
    return f"FREQ=YEARLY;BYMONTH={day.month};BYMONTHDAY={day.day}"


def nth_of(day: date) -> tuple[int, str]:
    """Which weekday of its month a day is: the first to fourth, or the last.

    >>> nth_of(date(2025, 5, 6)), nth_of(date(2025, 5, 29))
    ((1, 'TU'), (-1, 'TH'))
    """
    nth = (day.day - 1) // 7 + 1
    return (nth if nth <= 4 else -1), WEEKDAYS[day.weekday()]


def moved_to(rule: str, day: date) -> str:
    """The same rule from another first day: what met on one weekday meets on that day's weekday from now on.

    >>> moved_to("FREQ=WEEKLY;INTERVAL=4;BYDAY=TU", date(2025, 5, 8)), moved_to(working_days(), date(2025, 5, 8))
    ('FREQ=WEEKLY;INTERVAL=4;BYDAY=TH', 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR')
    >>> moved_to("FREQ=MONTHLY;BYDAY=1TU", date(2025, 5, 14))
    'FREQ=MONTHLY;BYDAY=2WE'
    >>> moved_to("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=8", date(2025, 6, 9))
    'FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=9'
    """
    parts = parts_of(rule)
    days = parts.get("BYDAY", "").split(",")
    if parts["FREQ"] == "WEEKLY" and len(days) == 1:
        parts["BYDAY"] = WEEKDAYS[day.weekday()]
    elif parts["FREQ"] == "MONTHLY" and len(days) == 1 and days[0] and "BYSETPOS" not in parts:
        parts["BYDAY"] = "{}{}".format(*nth_of(day))
    elif parts["FREQ"] == "YEARLY" and "BYMONTHDAY" in parts:
        parts |= {"BYMONTH": str(day.month), "BYMONTHDAY": str(day.day)}
    return _text(parts)


def _every(every: int) -> str:
    if not 1 <= every <= MOST_EVERY:
        raise BadRule(f"Repeat every 1 to {MOST_EVERY}")
    return f";INTERVAL={every}" if every > 1 else ""


def parts_of(rule: str) -> dict[str, str]:
    """The parts of a rule by name, in capitals.

    Raises:
        BadRule: it is none, or holds what cannot be followed here.
    """
    if len(rule) > LONGEST_RULE:
        raise BadRule("This repeats in too many ways. Make two series of it")
    parts: dict[str, str] = {}
    for part in rule.upper().removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise BadRule("This is no way of repeating that PeerHub knows")
        parts[name] = value
    allowed = PARTS.get(parts.get("FREQ", ""))
    if allowed is None:
        raise BadRule("Repeat every so many days, weeks, months or years")
    if "UNTIL" in parts:
        raise BadRule("Give the last day beside the rule, not within it")
    if not parts.keys() <= allowed:
        raise BadRule("This is no way of repeating that PeerHub knows")
    if not all(re.fullmatch(SHAPES[name], value) for name, value in parts.items() if name in SHAPES) or _is_never(
        parts
    ):
        raise BadRule("This is no way of repeating that PeerHub knows")
    if not 1 <= _number(parts.get("INTERVAL", "1")) <= MOST_EVERY or _number(parts.get("COUNT", "1")) < 1:
        raise BadRule(f"Repeat every 1 to {MOST_EVERY}")
    return parts


def _is_never(parts: dict[str, str]) -> bool:
    """Whether no day is ever like this, so that one would look for it until the end of time."""
    if "BYSETPOS" in parts and "BYDAY" not in parts:
        return True
    if parts["FREQ"] in {"DAILY", "WEEKLY"}:
        return any(char.isdigit() for char in parts.get("BYDAY", ""))
    if parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts:
        return True
    if "BYMONTHDAY" in parts and "BYDAY" in parts:
        return True
    if "BYMONTH" in parts and parts.get("BYMONTHDAY", "1").isdecimal():
        return int(parts.get("BYMONTHDAY", "1")) > LONGEST_MONTHS[int(parts["BYMONTH"]) - 1]
    return False


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """When a series meets.

    Attributes:
        rule: an RRULE without a first day.
        starts: the first day it may meet on.
        at: the time of day in London.
        ends: the last day it may meet on, where there is one.
        skips_holidays: whether it leaves bank holidays out.
    """

    rule: str
    starts: date
    at: time
    ends: date | None = None
    skips_holidays: bool = True

    def slots(self, since: date, until: date, holidays: AbstractSet[date] = frozenset()) -> list[datetime]:
        """Its slots from the day ``since`` to before the day ``until``, in order and each once.

        Raises:
            BadRule: the rule cannot be followed.
        """
        last = until - timedelta(days=1) if self.ends is None else min(self.ends, until - timedelta(days=1))
        if last < max(since, self.starts):
            return []
        return [
            slot
            for slot in takewhile(lambda slot: slot.date() <= last, self._from_the_first())
            if slot.date() >= since and not (self.skips_holidays and slot.date() in holidays)
        ]

    def _from_the_first(self) -> Iterator[datetime]:
        try:
            found = rrulestr(_text(parts_of(self.rule)), dtstart=datetime.combine(self.starts, self.at))
        except ValueError as error:
            raise (
                error if isinstance(error, BadRule) else BadRule("This is no way of repeating that PeerHub knows")
            ) from error
        if not isinstance(found, rrule):
            raise BadRule("This is no way of repeating that PeerHub knows")
        return iter(found)


def _text(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def to_moment(slot: datetime) -> datetime:
    """A time on a wall in London as a moment in UTC.

    A time that the clocks leave out is the same time after the hour put forward; one that comes twice is the first.

    >>> to_moment(datetime.fromisoformat("2025-07-01T10:00")).isoformat()
    '2025-07-01T09:00:00+00:00'
    >>> to_moment(datetime.fromisoformat("2025-03-30T01:30")).isoformat(), to_wall(
    ...     to_moment(datetime.fromisoformat("2025-03-30T01:30"))).isoformat()
    ('2025-03-30T01:30:00+00:00', '2025-03-30T02:30:00')
    >>> to_moment(datetime.fromisoformat("2025-10-26T01:30")).isoformat()
    '2025-10-26T00:30:00+00:00'
    """
    return slot.replace(tzinfo=LONDON, fold=0).astimezone(UTC)


def to_wall(moment: datetime) -> datetime:
    """A moment as a clock on a wall in London shows it.

    >>> to_wall(datetime(2025, 7, 1, 9, tzinfo=UTC)).isoformat()
    '2025-07-01T10:00:00'
    """
    return moment.astimezone(LONDON).replace(tzinfo=None, fold=0)


def key_of(slot: datetime) -> str:
    """A slot as the database keeps it.

    >>> key_of(datetime.fromisoformat("2025-07-01T09:05"))
    '2025-07-01T09:05'
    """
    return slot.isoformat(timespec="minutes")


def said(rule: str, at: time, *, skips_holidays: bool = False) -> str:
    """A rule in words.

    >>> said("FREQ=WEEKLY;INTERVAL=4;BYDAY=TU", time(10), skips_holidays=True)
    'Every 4 weeks on Tuesday at 10am, not on bank holidays'
    >>> said(working_days(), time(15, 30)), said("FREQ=MONTHLY;BYDAY=1TU", time(0))
    ('Every working day at 3:30pm', 'Every month on the first Tuesday at 12am')
    >>> said("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=8", time(12)), said("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=6", time(9))
    ('Every year on 8 May at 12pm', 'Every week on Monday, Wednesday and Friday at 9am, 6 times')
    """
    parts = parts_of(rule)
    every = int(parts.get("INTERVAL", "1"))
    unit = UNITS[parts["FREQ"]]
    if parts["FREQ"] == "WEEKLY" and every == 1 and set(parts.get("BYDAY", "").split(",")) == WORKING:
        words = "Every working day"
    else:
        words = f"Every {unit}" if every == 1 else f"Every {every} {unit}s"
        words += _on(parts)
    words += f" at {_clock(at)}"
    if "COUNT" in parts:
        words += f", {parts['COUNT']} time{'' if parts['COUNT'] == '1' else 's'}"
    return words + (", not on bank holidays" if skips_holidays else "")


def _on(parts: dict[str, str]) -> str:
    if "BYDAY" in parts:
        return f" on {_listed([_day(day) for day in parts['BYDAY'].split(',')])}"
    if "BYMONTHDAY" in parts:
        month = f" {date(2000, int(parts['BYMONTH']), 1):%B}" if parts.get("BYMONTH", "").isdecimal() else ""
        return f" on {parts['BYMONTHDAY']}{month}" if month else f" on day {parts['BYMONTHDAY']}"
    return ""


def _day(text: str) -> str:
    """``TU`` or ``-1FR`` in words."""
    number, name = text[:-2], DAY_NAMES[WEEKDAYS.index(text[-2:])]
    return f"the {NTHS.get(int(number), number)} {name}" if number else name


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _clock(at: time) -> str:
    hour, half = at.hour % 12 or 12, "am" if at.hour < 12 else "pm"
    return f"{hour}{half}" if at.minute == 0 else f"{hour}:{at.minute:02d}{half}"
