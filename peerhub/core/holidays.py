"""England's bank holidays, from the list that comes with the package: the network is never asked."""

from __future__ import annotations

from datetime import date
from functools import cache


@cache
def bank_holidays() -> frozenset[date]:
    """Every bank holiday of England that is known.

    >>> date(2025, 12, 26) in bank_holidays(), date(2025, 12, 29) in bank_holidays()
    (True, False)
    """
    from govuk_bank_holidays.bank_holidays import BankHolidays  # noqa: PLC0415 - loads a network library few pages need

    listed = BankHolidays(locale="en", use_cached_holidays=True).get_holidays(BankHolidays.ENGLAND_AND_WALES)
    return frozenset(holiday["date"] for holiday in listed)


@cache
def known_until() -> date:
    """The last day of the last year whose bank holidays are known: later years count as having none yet."""
    return date(max(bank_holidays()).year, 12, 31)


def are_known(day: date) -> bool:
    """Whether the bank holidays of that day's year are known.

    >>> are_known(date(2025, 1, 1)), are_known(date(2300, 1, 1))
    (True, False)
    """
    return min(bank_holidays()).year <= day.year <= known_until().year
