"""A line of the table that `make bench` prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured, beside its goal; less is better."""

    name: str
    measured: float
    goal: float
    unit: str = "s"

    @property
    def is_met(self) -> bool:
        return self.measured <= self.goal

    def __str__(self) -> str:
        verdict = "met" if self.is_met else "MISSED"
        return f"{self.name:<66}{said(self.measured):>10} {self.unit:<8}{said(self.goal):>8} {self.unit:<8}{verdict}"


def said(number: float) -> str:
    """Three figures that matter, or a whole number.

    >>> said(0.01234), said(2.0), said(187.4)
    ('0.0123', '2', '187')
    """
    return f"{number:.0f}" if number >= 100 or number == int(number) else f"{number:.3g}"


@dataclass(slots=True)
class Watch:
    """Seconds that a block took."""

    seconds: float = field(default=0.0)


@contextmanager
def timed() -> Iterator[Watch]:
    """Time a block."""
    watch, begun = Watch(), perf_counter()
    yield watch
    watch.seconds = perf_counter() - begun
