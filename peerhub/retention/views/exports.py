"""The figures as a file: one line a figure, percentages to one decimal, withheld where the page withholds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response

from peerhub.core.tables import send_rows
from peerhub.retention.queries.published import Published
from peerhub.retention.queries.reports import Report
from peerhub.retention.rules.figures import WORDS, Curve, Figures, MovementRow, Part, YearRow
from peerhub.retention.rules.publishing import Kept
from peerhub.retention.rules.rounding import rounded
from peerhub.retention.rules.tiers import TIERS

HEADINGS = (
    "Part", "Group", "Years after starting", "Count", "Out of", "Percent", "Interval low", "Interval high",
    "Not yet due", "First day", "Last day", "As at",
)  # fmt: skip


def figures_file(report: Report, kind: str) -> Response:
    """Everything on the page as CSV or Excel."""
    figures = report.figures
    asked = figures.question
    rows = ([*line, asked.from_, asked.to, asked.as_at] for line in _lines(figures))
    return send_rows("retention", HEADINGS, rows, kind)


def published_file(shown: Published, kind: str) -> Response:
    """A published figure as CSV or Excel, as it was."""
    asked = shown.line.question
    rows = ([*line, asked.from_, asked.to, asked.as_at] for line in _kept_lines(shown.counts))
    return send_rows("published-retention", HEADINGS, rows, kind)


def _kept_lines(counts: Kept | None) -> Iterator[list[Any]]:
    if counts is None:
        return
    yield _count("Recruited", "Everyone", counts.recruited)
    yield _count("Expected to start", "Everyone", counts.expected)
    for setting, count in counts.by_setting:
        yield _count("Recruited", setting, count, counts.recruited)
    for row in counts.years:
        yield from _year("Still here", row)
    for row in counts.whole_service:
        yield from _year("Whole service", row)


def _lines(figures: Figures) -> Iterator[list[Any]]:
    yield _count("Recruited", "Everyone", figures.recruited)
    yield _count("Expected to start", "Everyone", figures.expected)
    for setting, count in figures.by_setting:
        yield _count("Recruited", setting, count, figures.recruited)
    for row in figures.years:
        yield from _year("Still here", row)
    for row in figures.whole_service:
        yield from _year("Whole service", row)
    for tier in TIERS:
        yield from _curve("Survival", WORDS[tier], figures.survival[tier])
    if figures.log_rank:
        for curve in figures.log_rank.curves:
            yield from _curve("Survival in the peer service", curve.name, curve)
        yield ["Log-rank test, p", figures.log_rank.by.replace("_", " "), None, figures.log_rank.p, *[None] * 5]
    for movement in figures.turnover or ():
        yield from _movement(movement)
    for reason, count in figures.reasons:
        yield _count("Left, by reason", reason, count, figures.leavers)
    for destination, count in figures.destinations:
        yield _count("Left, by destination", destination, count, figures.leavers)


def _count(part: str, group: str, count: Any, out_of: Any = None) -> list[Any]:
    return [part, group, None, count, out_of, None, None, None, None]


def _year(part: str, row: YearRow) -> Iterator[list[Any]]:
    for tier in TIERS:
        yield _share(part, WORDS[tier], row, row.tiers[tier])
    yield _share(part, "In active service", row, row.active)
    if row.unconfirmed:
        yield [part, "Not confirmed by the latest load", row.year, row.unconfirmed, *[None] * 5]


def _share(part: str, group: str, row: YearRow, share: Part) -> list[Any]:
    low, high = _one_decimal(share.low), _one_decimal(share.high)
    return [part, group, row.year, share.count, share.observed, share.one_decimal, low, high, row.not_yet_due]


def _curve(part: str, group: str, curve: Curve) -> Iterator[list[Any]]:
    for year, point in curve.points.items():
        if point is None:
            yield [part, group, year, "not shown", *[None] * 5]
        else:
            numbers = (_one_decimal(number) for number in (point.estimate, point.low, point.high))
            yield [part, group, year, point.at_risk, curve.people, *numbers, None]


def _movement(row: MovementRow) -> Iterator[list[Any]]:
    named = {"At the start": row.opening, "At the end": row.closing, "At both": row.stayed, "Left": row.leavers}
    for word, number in named.items():
        shown = number if isinstance(number, str) else round(number, 5)
        yield [f"Movement: {row.name}", word, None, shown, *[None] * 5]
    for word, rate in (("Stability index", row.stability), ("Leaver rate", row.leaver_rate)):
        yield [f"Movement: {row.name}", word, None, None, None, _one_decimal(rate), None, None, None]


def _one_decimal(number: float | None) -> float | None:
    return None if number is None else float(rounded(number, 1))
