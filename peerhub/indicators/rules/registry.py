"""Live indicators: dated figures that features work out from what they hold, told through their manifests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Better(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of a count. ``percent`` is 0 to 100, None where there is nothing to count."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """The share.

        >>> Share(3, 4).percent, Share(0, 0).percent
        (75.0, None)
        """
        return 100 * self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure that can be worked out for any past day.

    Attributes:
        code: how other rooms and the programme name it.
        name: how people name it.
        counts: one sentence: what is counted, over what, and in which period before the day.
        value: given a day, and a team or None for the whole organisation this session is about, the figure as at the
            end of that day; of a team that is not this organisation's nothing is counted.
    """

    code: str
    name: str
    counts: str
    better: Better = Better.HIGHER
    value: Callable[[date, UUID | None], Share]


class DeclaredTwice(Exception):
    """Two rooms declare an indicator with one code."""


class _Known:
    indicators: Mapping[str, Indicator] = {}


def know(declared: Iterable[Indicator]) -> None:
    """Take these indicators for all there are.

    Raises:
        DeclaredTwice: a code is there twice.
    """
    indicators: dict[str, Indicator] = {}
    for indicator in declared:
        if indicator.code in indicators:
            raise DeclaredTwice(indicator.code)
        indicators[indicator.code] = indicator
    _Known.indicators = indicators


def all_indicators() -> list[Indicator]:
    """Every indicator, in the order of their names."""
    return sorted(_Known.indicators.values(), key=lambda indicator: indicator.name.casefold())


def indicator_of(code: str) -> Indicator:
    """The indicator with this code.

    Raises:
        KeyError: no room declares it.
    """
    return _Known.indicators[code]
