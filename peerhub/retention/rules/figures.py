"""The figures of one question, exactly as they are or as a viewer who may not see individuals gets them.

A count is a whole number or, where it may not be shown, :class:`Withheld` words in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from peerhub.retention.rules.questions import Question
from peerhub.retention.rules.rounding import one_decimal_percent, rounded, whole_percent
from peerhub.retention.rules.survival import CurveStep, SurvivalPoint
from peerhub.retention.rules.tiers import Bounds, Share, Tier
from peerhub.retention.rules.turnover import Movement


class Withheld(str):
    """Said in the place of a number that would point at somebody."""

    __slots__ = ()


NOT_SHOWN = Withheld("not shown")
"""Said where the number itself is large enough, but would give another one away."""

Count: TypeAlias = int | Withheld
WORDS: Mapping[Tier, str] = {
    Tier.IN_TRUST: "In the organisation",
    Tier.IN_LE_ROLE: "In a lived experience role",
    Tier.IN_PEER_SERVICE: "In the peer service",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A count of those observed. Percent and interval are None when nobody is observed or they may not be shown."""

    count: Count
    observed: Count
    percent: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def whole(self) -> str:
        """The percent as the page says it: '84%'."""
        if self.percent is None or isinstance(self.count, Withheld) or isinstance(self.observed, Withheld):
            return "not shown" if self.is_withheld else "no data"
        return f"{whole_percent(self.count, self.observed)}%"

    @property
    def interval(self) -> str:
        """The interval as the page says it: '62 to 94%'."""
        return "" if self.low is None or self.high is None else f"{rounded(self.low)} to {rounded(self.high)}%"

    @property
    def one_decimal(self) -> float | None:
        """The percent in exports."""
        if self.percent is None or isinstance(self.count, Withheld) or isinstance(self.observed, Withheld):
            return None
        exact = one_decimal_percent(self.count, self.observed)
        return None if exact is None else float(exact)

    @property
    def is_withheld(self) -> bool:
        """Whether something may not be shown here."""
        withheld = isinstance(self.count, Withheld) or isinstance(self.observed, Withheld)
        return withheld or (self.percent is None and bool(self.observed))


def part_of(share: Share) -> Part:
    """A share, shown as it is."""
    return Part(share.count, share.observed, share.percent, share.low, share.high)


@dataclass(frozen=True, slots=True)
class YearRow:
    """One anniversary of some people. `bounds` holds the worst and best case where somebody is unconfirmed."""

    year: int
    observed: Count
    not_yet_due: Count
    tiers: Mapping[Tier, Part]
    active: Part
    unconfirmed: Count = 0
    bounds: Mapping[Tier, Bounds] | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """How long one group stays in a tier: its name, the estimate at each year, and every step where it may be shown."""

    name: str
    people: Count
    points: Mapping[int, SurvivalPoint | None]
    steps: Sequence[CurveStep]


@dataclass(frozen=True, slots=True)
class LogRank:
    """The test of two groups' time in the peer service. `p` is None where it cannot be computed."""

    by: str
    curves: tuple[Curve, ...]
    p: float | None


@dataclass(frozen=True, slots=True)
class MovementRow:
    """People or WTE over a period; each may be withheld, and then so are the rates that rest on it."""

    name: str
    opening: float | Withheld
    closing: float | Withheld
    stayed: float | Withheld
    leavers: float | Withheld
    stability: float | None
    leaver_rate: float | None


def movement_row(name: str, movement: Movement) -> MovementRow:
    """A movement, shown as it is."""
    return MovementRow(
        name=name,
        opening=movement.opening,
        closing=movement.closing,
        stayed=movement.stayed,
        leavers=movement.leavers,
        stability=movement.stability,
        leaver_rate=movement.leaver_rate,
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the retention page says.

    Attributes:
        recruitment_years: the calendar years anybody entered in, with how many.
        everyone: how many people the whole-service figures rest on.
        leavers, reasons, destinations: of those of the cohort who left the organisation by a day, by label.
        leavers_by: that day.
        turnover: None where the viewer sees only part of the organisation.
        is_suppressed: small numbers are withheld.
    """

    question: Question
    recruited: Count
    expected: Count
    by_setting: tuple[tuple[str, Count], ...]
    recruitment_years: tuple[tuple[int, Count], ...]
    years: tuple[YearRow, ...]
    whole_service: tuple[YearRow, ...]
    everyone: Count
    survival: Mapping[Tier, Curve]
    log_rank: LogRank | None
    turnover: tuple[MovementRow, ...] | None
    leavers: Count
    reasons: tuple[tuple[str, Count], ...]
    destinations: tuple[tuple[str, Count], ...]
    leavers_by: date
    is_suppressed: bool = False
