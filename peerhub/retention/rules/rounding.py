"""Figures as they are shown: rounded half away from zero from exact fractions, never from a rounded percent."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def whole_percent(count: int, observed: int) -> int | None:
    """The percent on screen, a whole number; None when nobody is observed.

    >>> whole_percent(1, 8), whole_percent(16, 19), whole_percent(0, 0)
    (13, 84, None)
    """
    return None if observed == 0 else int(_rounded(Fraction(100 * count, observed), 0))


def one_decimal_percent(count: int, observed: int) -> Decimal | None:
    """The percent in exports, to one decimal; None when nobody is observed.

    >>> one_decimal_percent(16, 19), one_decimal_percent(1, 16)
    (Decimal('84.2'), Decimal('6.3'))
    """
    return None if observed == 0 else _rounded(Fraction(100 * count, observed), 1)


def rounded(number: float, places: int = 0) -> Decimal:
    """A number such as the end of an interval, rounded half away from zero.

    >>> rounded(2.5), rounded(-2.5), rounded(87.65, 1)
    (Decimal('3'), Decimal('-3'), Decimal('87.7'))
    """
    step = Decimal((0, (1,), -places))
    return Decimal(repr(number)).quantize(step, rounding=ROUND_HALF_UP)


def _rounded(number: Fraction, places: int) -> Decimal:
    """A fraction of 0 or more, rounded half up."""
    nearest = int(2 * number * 10**places + 1) // 2
    return Decimal(nearest).scaleb(-places)
