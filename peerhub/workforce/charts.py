"""The chart of workforce: posts of the peer service over time, those there are and those filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from peerhub.core.charts import DASHES, MARKERS, Chart, Ink, Shape
from peerhub.core.time import long_date
from peerhub.workforce.queries.establishment import Establishment

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_MARKERS = 24


@dataclass(frozen=True, slots=True)
class PostsOverTime:
    """Two lines of counts by day, and the target as a level line. A count that is not shown is a gap."""

    days: tuple[date, ...]
    posts: tuple[int, ...]
    filled: tuple[int | None, ...]
    target: int | None

    @property
    def heights(self) -> tuple[float, float]:
        """Inches high: wide, narrow."""
        return 4.2, 4.0

    def draw(self, figure: Figure, shape: Shape) -> None:
        """Draw on an empty figure."""
        axes = figure.subplots()
        for number, (name, counts) in enumerate((("Posts", self.posts), ("Filled posts", self.filled))):
            style: dict[str, Any] = {"color": Ink.SERIES[number], "linestyle": DASHES[number], "linewidth": 2}
            known = [float("nan") if count is None else count for count in counts]
            marker = MARKERS[number] if len(self.days) <= MOST_MARKERS else ""
            axes.plot(self.days, known, label=name, marker=marker, markersize=5, **style)  # type: ignore[arg-type]  # dates are drawn as such
        if self.target is not None:
            axes.axhline(self.target, color=Ink.TEXT, linestyle=":", linewidth=1.5, label=f"Target: {self.target}")
        highest = max((*self.posts, self.target or 0, 1))
        axes.set(ylim=(0, highest * 1.1), ylabel="Posts")
        axes.locator_params(axis="y", integer=True, nbins=6)
        axes.grid(axis="y")
        self._days(axes, 7 if shape is Shape.WIDE else 3)
        figure.legend(loc="outside upper left", ncols=3 if shape is Shape.WIDE else 1)

    def _days(self, axes: Any, most: int) -> None:
        """Label a few of the days, the last among them."""
        step = max(1, -(-len(self.days) // most))
        shown = self.days[::-1][::step][::-1]
        axes.set_xticks(shown, [f"{day:%b %Y}" for day in shown])


def over_time(told: Establishment) -> Chart | None:
    """The chart of an establishment's history, or None where one day is all there is."""
    if len(told.history) < 2:
        return None
    (first, before), (last, now) = told.history[0], told.history[-1]
    aim = f" The target is {told.target}." if told.target is not None else ""
    return Chart(
        name="establishment",
        title="Posts of the peer service over time",
        description=(
            f"On {long_date(first)} there were {before.posts} posts, {_filled(before.filled)}; "
            f"on {long_date(last)} {now.posts}, {_filled(now.filled)}.{aim}"
        ),
        picture=PostsOverTime(
            days=tuple(day for day, _ in told.history),
            posts=tuple(figures.posts for _, figures in told.history),
            filled=tuple(figures.filled for _, figures in told.history),
            target=told.target,
        ),
    )


def _filled(count: int | None) -> str:
    return "with too few filled to show" if count is None else f"{count} of them filled"
