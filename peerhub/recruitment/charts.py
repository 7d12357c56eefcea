"""The chart of recruitment: applications for each role, by campaign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from peerhub.core.charts import Chart, Ink, Shape
from peerhub.recruitment.queries import CampaignLine

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Ratios:
    """A bar for each campaign, the oldest at the top."""

    bars: tuple[tuple[str, float], ...]

    @property
    def heights(self) -> tuple[float, float]:
        return 1.3 + 0.55 * len(self.bars), 1.3 + 0.75 * len(self.bars)

    def draw(self, figure: Figure, shape: Shape) -> None:
        axes = figure.subplots()
        places = range(len(self.bars))
        joined = " " if shape is Shape.WIDE else "\n"
        axes.barh(list(places), [ratio for _, ratio in self.bars], color=Ink.SERIES[0], height=0.6)
        for place, (_, ratio) in enumerate(self.bars):
            axes.annotate(f"{ratio:.1f}", (ratio, place), (4, 0), textcoords="offset points", va="center")
        axes.set_yticks(list(places), [label.replace(": ", f":{joined}") for label, _ in self.bars])
        axes.set(xlabel="Applications for each role", xlim=(0, max(ratio for _, ratio in self.bars) * 1.15 or 1))
        axes.invert_yaxis()
        axes.grid(axis="x")


def chart(campaigns: Sequence[CampaignLine]) -> Chart | None:
    """Applications for each role by campaign, or None where no campaign had a role."""
    bars = [(f"{row.year}: {row.service}", float(row.per_role)) for row in campaigns if row.per_role is not None]
    if not bars:
        return None
    told = "; ".join(f"{label}, {ratio:.1f}" for label, ratio in bars)
    return Chart("applications-for-each-role", "Applications for each role", f"{told}.", Ratios(tuple(bars)))
