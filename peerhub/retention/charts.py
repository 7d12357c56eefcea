"""The charts of retention: shares by anniversary, how long people stay, why people left.

Each is drawn from figures a viewer may see: what is withheld there never reaches a drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from peerhub.core.charts import DASHES, HATCHES, MARKERS, Chart, Ink, Shape
from peerhub.core.time import long_date
from peerhub.retention.rules.figures import WORDS, Curve, Figures, Part, Withheld, YearRow
from peerhub.retention.rules.survival import DAYS_IN_A_YEAR
from peerhub.retention.rules.tiers import TIERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMES = ("tiers", "survival", "compared", "leavers")
"""The charts there are, as their addresses name them."""

SIGNS = "●■▲◆▼"
"""The markers of curves, as text."""


def chart(name: str, figures: Figures) -> Chart | None:
    """One of the charts, or None where there is nothing it could show.

    Raises:
        KeyError: there is no chart of that name.
    """
    return {"tiers": _tiers, "survival": _survival, "compared": _compared, "leavers": _leavers}[name](figures)


def _span(figures: Figures, as_at: date | None = None) -> str:
    asked, day = figures.question, long_date(as_at or figures.question.as_at)
    return f"people recruited from {long_date(asked.from_)} to {long_date(asked.to)}, as at {day}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A share in percent with the ends of its interval; all None where it is not shown."""

    said: str
    percent: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class YearBars:
    """Bars in groups, one group an anniversary, one bar a tier, with a line for the interval."""

    series: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    bars: tuple[tuple[Bar, ...], ...]

    @property
    def heights(self) -> tuple[float, float]:
        return 4.6, 1.2 + 1.25 * len(self.groups)

    def draw(self, figure: Figure, shape: Shape) -> None:
        axes = figure.subplots()
        is_wide = shape is Shape.WIDE
        places = range(len(self.groups))
        breadth = 0.8 / len(self.series)
        for number, name in enumerate(self.series):
            offset = (number - (len(self.series) - 1) / 2) * breadth
            for place in places:
                self._bar(axes, self.bars[place][number], place + offset, breadth * 0.92, number, is_wide=is_wide)
            fill: dict[str, Any] = {"color": Ink.SERIES[number], "hatch": HATCHES[number], "edgecolor": "white"}
            axes.bar([0], [0], label=name, **fill)  # the legend's sample; it has no height
        labels = ["\n".join(group) for group in self.groups]
        if is_wide:
            axes.set_xticks(list(places), labels)
            axes.set(ylim=(0, 118), xlim=(-0.5, len(self.groups) - 0.5), yticks=range(0, 101, 20), ylabel="Percent")
            axes.grid(axis="y")
        else:
            axes.set_yticks(list(places), labels)
            axes.set(xlim=(0, 132), ylim=(len(self.groups) - 0.5, -0.5), xticks=range(0, 101, 25), xlabel="Percent")
            axes.grid(axis="x")
        figure.legend(loc="outside upper left", ncols=len(self.series) if is_wide else 1)

    def _bar(self, axes: Axes, bar: Bar, place: float, breadth: float, number: int, *, is_wide: bool) -> None:
        style: dict[str, Any] = {"color": Ink.SERIES[number], "hatch": HATCHES[number], "edgecolor": "white"}
        length = bar.percent or 0
        reach: Any = None if bar.low is None or bar.high is None else [[length - bar.low], [bar.high - length]]
        lines: tuple[dict[str, Any], ...] = (  # white beneath, so that it stands out from any bar
            {"fmt": "none", "ecolor": "white", "elinewidth": 4, "capsize": 5, "capthick": 4},
            {"fmt": "none", "ecolor": Ink.TEXT, "elinewidth": 1.5, "capsize": 4},
        )
        end = (bar.high if bar.high is not None else length) + 2
        if is_wide:
            axes.bar([place], [length], breadth, **style)
            for line in lines if reach is not None else ():
                axes.errorbar([place], [length], yerr=reach, **line)
            axes.text(place, end, bar.said, ha="center", va="bottom", fontsize="small")
        else:
            axes.barh([place], [length], breadth, **style)
            for line in lines if reach is not None else ():
                axes.errorbar([length], [place], xerr=reach, **line)
            axes.text(end, place, bar.said, ha="left", va="center", fontsize="small")


def _tiers(figures: Figures) -> Chart | None:
    if not figures.years:
        return None
    bars = tuple(tuple(_bar(row.tiers[tier]) for tier in TIERS) for row in figures.years)
    groups = tuple(
        (years_said(row.year), f"{row.observed} observed", f"{row.not_yet_due} not yet due") for row in figures.years
    )
    said = "; ".join(f"after {years_said(row.year)}, {_row_said(row)}" for row in figures.years)
    return Chart(
        name="retention-by-year",
        title="Who is still here, by year after starting",
        description=f"Bars for {_span(figures)}. Lines show 95% intervals. {said[0].upper()}{said[1:]}.",
        picture=YearBars(tuple(WORDS[tier] for tier in TIERS), groups, bars),
    )


def years_said(year: int) -> str:
    """How many years.

    >>> years_said(1), years_said(3)
    ('1 year', '3 years')
    """
    return f"{year} year" if year == 1 else f"{year} years"


def _row_said(row: YearRow) -> str:
    return ", ".join(f"{WORDS[tier].lower()} {row.tiers[tier].whole}" for tier in TIERS)


def _bar(part: Part) -> Bar:
    return Bar(part.whole, part.percent, part.low, part.high)


@dataclass(frozen=True, slots=True)
class Step:
    """From a day on, the estimate and the ends of its interval."""

    days: int
    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class StayCurves:
    """Step curves of the share still there, with bands, and beneath them how many are followed at each year."""

    names: tuple[str, ...]
    steps: tuple[tuple[Step, ...], ...]
    years: tuple[int, ...]
    at_risk: tuple[tuple[str, ...], ...]

    @property
    def heights(self) -> tuple[float, float]:
        return 4.9, 4.8

    def draw(self, figure: Figure, shape: Shape) -> None:
        rows = len(self.names)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[10, 0.9 + 0.75 * rows])
        for number, (name, steps) in enumerate(zip(self.names, self.steps, strict=True)):
            colour = Ink.SERIES[number]
            days = [step.days / DAYS_IN_A_YEAR for step in steps]
            style: dict[str, Any] = {"color": colour, "linestyle": DASHES[number], "linewidth": 2}
            upper.step(days, [step.estimate for step in steps], where="post", **style)
            upper.plot([], [], marker=MARKERS[number], markersize=5, label=name, **style)  # the legend's sample
            upper.plot(days[1:], [step.estimate for step in steps[1:]], MARKERS[number], color=colour, markersize=4)
            known = [step for step in steps if step.low is not None and step.high is not None]
            if known:
                upper.fill_between(
                    [step.days / DAYS_IN_A_YEAR for step in known],
                    [step.low or 0 for step in known],
                    [step.high or 0 for step in known],
                    step="post",
                    color=colour,
                    alpha=0.12,
                    linewidth=0,
                )
        upper.set(ylim=(0, 104), yticks=range(0, 101, 20), ylabel="Percent still there")
        upper.grid(axis="y")
        self._at_risk(lower)
        upper.tick_params(labelbottom=True)
        figure.legend(loc="outside upper left", ncols=rows if shape is Shape.WIDE else 1)

    def _at_risk(self, axes: Axes) -> None:
        """Numbers under the years, one line a curve, each with its curve's marker at the left."""
        rows = len(self.names)
        years = (0, *self.years)
        axes.set(ylim=(rows - 0.4, -0.9), yticks=range(rows), xticks=years, xlim=(0, max(years)))
        for number, label in enumerate(axes.set_yticklabels([SIGNS[number] for number in range(rows)])):
            label.set_color(Ink.SERIES[number])
        for number, counts in enumerate(self.at_risk):
            for year, count in zip(years, counts, strict=True):
                side = "left" if year == 0 else ("right" if year == max(years) else "center")
                axes.text(year, number, count, ha=side, va="center", fontsize="small")
        axes.text(0, -0.75, "People followed that long", fontsize="small", color=Ink.QUIET, va="center")
        axes.set_xlabel("Years since starting")
        axes.tick_params(length=0, labelbottom=False)
        for spine in axes.spines.values():
            spine.set_visible(False)


def _survival(figures: Figures) -> Chart | None:
    return _curves(
        figures,
        [figures.survival[tier] for tier in TIERS],
        "how-long-people-stay",
        "How long people stay",
        "Time from starting to first leaving",
    )


def _compared(figures: Figures) -> Chart | None:
    if figures.log_rank is None:
        return None
    return _curves(
        figures, figures.log_rank.curves, "how-long-groups-stay", "How long two groups stay", "Time in the peer service"
    )


def _curves(figures: Figures, curves: Any, name: str, title: str, told: str) -> Chart | None:
    shown: list[Curve] = [curve for curve in curves if curve.steps]
    if not shown:
        return None
    said = "; ".join(f"{curve.name}: {_estimates(curve)}" for curve in shown)
    return Chart(
        name=name,
        title=title,
        description=f"{told}, for {_span(figures)}. Bands are 95% intervals. {said}.",
        picture=StayCurves(
            names=tuple(curve.name for curve in shown),
            steps=tuple(
                tuple(Step(step.days, step.estimate, step.low, step.high) for step in curve.steps) for curve in shown
            ),
            years=figures.question.years,
            at_risk=tuple((str(curve.people), *map(_followed, curve.points.values())) for curve in shown),
        ),
    )


def _followed(point: Any) -> str:
    return "" if point is None else str(point.at_risk)


def _estimates(curve: Curve) -> str:
    known = {year: point.estimate for year, point in curve.points.items() if point is not None}
    return ", ".join(
        f"{years_said(year)} not reached" if estimate is None else f"{years_said(year)} {estimate:.0f}%"
        for year, estimate in known.items()
    )


@dataclass(frozen=True, slots=True)
class CountBars:
    """One bar a word, the longest first."""

    counts: tuple[tuple[str, int], ...]

    @property
    def heights(self) -> tuple[float, float]:
        return 0.9 + 0.42 * len(self.counts), 0.9 + 0.62 * len(self.counts)

    def draw(self, figure: Figure, shape: Shape) -> None:
        axes = figure.subplots()
        places = range(len(self.counts))
        longest = max(count for _, count in self.counts)
        axes.barh(list(places), [count for _, count in self.counts], 0.5, color=Ink.SERIES[0])
        for place, (word, count) in zip(places, self.counts, strict=True):
            axes.text(count + longest * 0.02, place, str(count), va="center")
            if shape is Shape.NARROW:
                axes.text(0, place - 0.45, word, va="center")
        if shape is Shape.WIDE:
            axes.set_yticks(list(places), [word for word, _ in self.counts])
        else:
            axes.set_yticks([])
        axes.set(xlim=(0, longest * 1.15), ylim=(len(self.counts) - 0.5, -0.8), xlabel="People")
        axes.locator_params(axis="x", integer=True)
        axes.grid(axis="x")


def _leavers(figures: Figures) -> Chart | None:
    counts = tuple((word, count) for word, count in figures.reasons if not isinstance(count, Withheld))
    if not counts:
        return None
    said = ", ".join(f"{word} {count}" for word, count in counts)
    return Chart(
        name="why-people-left",
        title="Why people left",
        description=f"How many left for each reason, of {_span(figures, figures.leavers_by)}. {said}.",
        picture=CountBars(counts),
    )
