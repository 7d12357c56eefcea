"""Reading the dates of a staff record: 2022-04-01, 01/04/2022, 1-Apr-22, 1 April 2022, and what Excel holds."""

import re
from datetime import date, datetime, timedelta

Cell = str | int | float | bool | date | datetime | None
"""What a cell of an uploaded table can hold: text from CSV; text, numbers, booleans and dates from Excel."""

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_FIRST_YEAR, _LAST_YEAR = 1920, 2199
_NO_END = frozenset({date(4712, 12, 31), date(9999, 12, 31)})
"""The "end of time" that HR databases write for "no end date"."""

_TIME_OF_DAY = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_ISO = re.compile(rf"(\d{{4}})[-/](\d{{1,2}})[-/](\d{{1,2}}){_TIME_OF_DAY}")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d{{2}}){_TIME_OF_DAY}")
_NAMED_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]*([A-Za-z]{3,9})\.?,?[-/. ]*(\d{4}|\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_HOW_TO_WRITE = "Write the day first, like 1/4/2022, or 2022-04-01, or 1 April 2022."


class Unusable(ValueError):
    """A cell that cannot be used; its message is for the person who uploaded the file."""


def read_date(cell: Cell) -> date | None:
    """The date in a cell, None when the cell is blank.

    Day comes before month. A two-figure year is 2000-2068 or 1969-1999. A number is an Excel day number. A time of
    day is dropped.
    Raises Unusable with words for the person when it is not a date or not one that exists.
    """
    if isinstance(cell, datetime):
        return _plausible(cell.date(), str(cell.date()))
    if isinstance(cell, date):
        return _plausible(cell, str(cell))
    if isinstance(cell, bool):
        raise Unusable(f"'{cell}' is not a date. {_HOW_TO_WRITE}")
    if isinstance(cell, int | float):
        return _from_serial(float(cell))
    text = (cell or "").strip()
    return _from_text(text) if text else None


def read_end_date(cell: Cell) -> date | None:
    """As `read_date`, with the far-off dates that HR databases write for "no end" read as no end."""
    try:
        return read_date(cell)
    except Unusable:
        if _raw_date(cell) in _NO_END:
            return None
        raise


def _from_text(text: str) -> date:
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text))
    parts = _parts(text)
    if parts is None:
        raise Unusable(f"'{text}' is not a date we can read. {_HOW_TO_WRITE}")
    return _plausible(_real_date(*parts, text), text)


def _parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day written in `text`, whether or not that day exists; month 0 for an unknown month name."""
    if found := _ISO.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DAY_FIRST.fullmatch(text):
        return _full_year(found[3]), int(found[2]), int(found[1])
    if found := _NAMED_MONTH.fullmatch(text):
        return _full_year(found[3]), _month_number(found[2]), int(found[1])
    return None


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year <= 68 else 1900)


def _month_number(name: str) -> int:
    wanted = name.casefold()
    if wanted == "sept":
        return 9
    return next((number for number, month in enumerate(_MONTHS, start=1) if wanted in (month, month[:3])), 0)


def _real_date(year: int, month: int, day: int, text: str) -> date:
    if not 1 <= month <= 12:
        raise Unusable(f"'{text}' has no month that exists. {_HOW_TO_WRITE}")
    try:
        return date(year, month, day)
    except ValueError:
        raise Unusable(f"'{text}' is not a day that exists. Check the day and the month.") from None


def _from_serial(number: float) -> date:
    try:
        return _plausible(_EXCEL_DAY_ZERO + timedelta(days=int(number)), f"{number:g}")
    except (OverflowError, ValueError) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable(f"'{number:g}' is not a date we can read. {_HOW_TO_WRITE}") from None


def _plausible(day: date, text: str) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Unusable(f"'{text}' gives the year {day.year}. Check the year.")
    return day


def _raw_date(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    parts = _parts(cell.strip()) if isinstance(cell, str) else None
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None
