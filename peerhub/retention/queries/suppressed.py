"""Figures for a viewer who may not see individuals: what was settled for all years together, on one year's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from peerhub.indicators.rules.suppression import Hidden
from peerhub.retention.queries.facts import Loaded
from peerhub.retention.queries.figures import NOT_SAID, REASONS, SETTINGS, counts_of
from peerhub.retention.rules import releasing
from peerhub.retention.rules.figures import NOT_SHOWN, Count, Curve, Figures, MovementRow, Part, Withheld, YearRow
from peerhub.retention.rules.leaving import OTHER_REASONS, Gone, leavers_by
from peerhub.retention.rules.publishing import Kept, from_json
from peerhub.retention.rules.questions import Question
from peerhub.retention.rules.releasing import Detail, Key, Limits, Released
from peerhub.retention.rules.survival import SurvivalPoint
from peerhub.retention.rules.tiers import TIERS, Tier

_NOTHING = Part(NOT_SHOWN, NOT_SHOWN)
WITHHELD = (
    "The numbers of these figures are shown only to people who may see individual records. They are about a smaller "
    "group, or about days of their own, and beside other figures they could point at one person."
)


def suppressed_figures(loaded: Loaded, exact: Figures) -> Figures:
    """The same figures with small numbers, and whatever would give them away, withheld.

    The question must be one that `questions.released` lets through.
    """
    year, as_at = exact.question.from_.year, exact.question.as_at
    shown = _Shown(released_by(loaded, as_at), loaded)
    gone = shown.released.leavers.get(year)
    return replace(
        exact,
        recruited=shown.count(releasing.recruited(year)),
        expected=shown.small(exact.expected),
        by_setting=shown.named("setting", year, SETTINGS),
        recruitment_years=tuple((one, shown.count(releasing.recruited(one))) for one, _ in exact.recruitment_years),
        years=tuple(shown.year(row, year) for row in exact.years),
        whole_service=tuple(shown.whole(row, as_at.year) for row in exact.whole_service),
        everyone=shown.count(releasing.everyone(as_at.year)),
        survival={tier: shown.curve(curve, tier, year) for tier, curve in exact.survival.items()},
        log_rank=None,
        turnover=shown.movement(exact.turnover, year) if exact.turnover else None,
        leavers=gone.people if gone else NOT_SHOWN,
        reasons=told_reasons(gone),
        destinations=(),
        leavers_by=min(leavers_by(year), as_at),
        is_suppressed=True,
    )


def told_reasons(gone: Gone | None) -> tuple[tuple[str, Count], ...]:
    """Reasons by their words, in the order of the alphabet, which tells nothing of their size; other reasons last."""
    counts = dict(gone.reasons) if gone else {}
    others = counts.pop(OTHER_REASONS, 0)
    said = sorted((REASONS[reason], count) for reason, count in counts.items())
    return (*said, ("Other reasons", others)) if others else tuple(said)


def released_by(loaded: Loaded, as_at: date) -> Released:
    """What may be shown of an organisation as at the end of a year."""
    limits = Limits(loaded.small_number, loaded.least_denominator, loaded.gap)
    return releasing.release(loaded.facts, loaded.entries, as_at, limits)


def suppressed_publication(
    loaded: Loaded, question: Question, counts: Mapping[str, Any], year_end: date
) -> tuple[Kept | None, str]:
    """A published figure, or why none of it is shown.

    A number is shown as it was published where today's records still say the same and it was released to everybody: a
    figure that was corrected since would tell, beside the new one, of the person it was corrected for.
    """
    if question.is_narrowed or not question.is_calendar_year or question.from_ > year_end:
        return None, WITHHELD
    shown = _Shown(released_by(loaded, year_end), loaded)
    settled = counts_of(loaded, replace(question, as_at=year_end))
    return shown.publication(from_json(counts), settled, counts_of(loaded, question), question), ""


@dataclass(frozen=True, slots=True)
class _Shown:
    """Puts what was released into the places of exact figures."""

    released: Released
    loaded: Loaded

    def count(self, key: Key) -> Count:
        """A count or the words in its place; nobody, where the year has no such cell."""
        cell = self.released.counts.cells.get(key, 0)
        return Withheld(self.released.counts.words(key)) if isinstance(cell, Hidden) else cell

    def small(self, number: int | Count) -> Count:
        """A number that is tied to no other."""
        if isinstance(number, Withheld) or not 0 < number < self.loaded.small_number:
            return number
        return Withheld(f"fewer than {self.loaded.small_number}")

    def named(self, kind: str, year: int, labels: Mapping[str, str]) -> tuple[tuple[str, Count], ...]:
        """The cells of a breakdown by their words, in the order of the alphabet, which tells nothing of their size."""
        keys = [key for key in self.released.counts.cells if isinstance(key, tuple) and key[:2] == (kind, year)]
        said = [(labels.get(key[2], key[2]) or NOT_SAID, self.count(key)) for key in keys]
        return tuple(sorted(said, key=lambda pair: pair[0]))

    def year(self, row: YearRow, year: int) -> YearRow:
        """The recruits of a year at an anniversary that has come to all of them or to none."""
        recruited = self.count(releasing.recruited(year))
        if not row.observed:
            return replace(row, not_yet_due=recruited, unconfirmed=0, bounds=None)
        detail = self.released.rows.get((year, row.year), Detail.NOTHING)
        return self._row(row, recruited, detail, 0)

    def whole(self, row: YearRow, by: int) -> YearRow:
        """Everyone observed by the end of a year."""
        observed, everyone = self.count(releasing.everyone(by - row.year)), self.count(releasing.everyone(by))
        waiting: Count = NOT_SHOWN
        if not isinstance(observed, Withheld) and not isinstance(everyone, Withheld):
            waiting = everyone - observed
        detail = self.released.whole.get((by, row.year), Detail.NOTHING)
        return self._row(row, observed, detail, waiting)

    def _row(self, row: YearRow, observed: Count, detail: Detail, waiting: Count) -> YearRow:
        """What may be shown of a row; never who is not confirmed, which follows each load and not the year's end."""
        shows_tiers = detail >= Detail.TIERS
        tiers = {
            tier: self._part(row.tiers[tier], observed, is_shown=shows_tiers or (tier is TIERS[-1] and bool(detail)))
            for tier in TIERS
        }
        return YearRow(
            year=row.year,
            observed=observed,
            not_yet_due=waiting,
            tiers=tiers,
            active=self._part(row.active, observed, is_shown=detail is Detail.ALL),
            unconfirmed=0,
            bounds=None,
        )

    def _part(self, part: Part, observed: Count, *, is_shown: bool) -> Part:
        if not is_shown or isinstance(observed, Withheld):
            return replace(_NOTHING, observed=observed)
        return part if observed >= self.loaded.least_denominator else Part(part.count, observed)

    def curve(self, curve: Curve, tier: Tier, year: int) -> Curve:
        """The estimates at the anniversaries; never the steps between, each of which is somebody's last day."""
        people = self.count(releasing.recruited(year))
        enough = not isinstance(people, Withheld) and people >= self.loaded.least_denominator
        points: dict[int, SurvivalPoint | None] = {
            after: point if enough and (year, after, tier) in self.released.points else None
            for after, point in curve.points.items()
        }
        return Curve(curve.name, people, points, ())

    def movement(self, rows: Iterable[MovementRow], year: int) -> tuple[MovementRow, ...]:
        """People who moved in a year; whole time equivalents only where every number of people is shown."""
        people, wte = rows
        opening, closing, stayed, left = (
            self.count(releasing.moved(year, what)) for what in ("opening", "closing", "stayed", "leavers")
        )
        least = self.loaded.least_denominator
        has_start = _are_shown(opening, stayed) and people.opening >= least  # type: ignore[operator]  # exact before
        has_mean = _are_shown(opening, closing, left) and people.opening + people.closing >= 2 * least  # type: ignore[operator]  # exact before
        stability = people.stability if has_start else None
        shown = MovementRow(
            people.name, opening, closing, stayed, left, stability, people.leaver_rate if has_mean else None
        )
        if not _are_shown(opening, closing, stayed, left):
            return shown, MovementRow(wte.name, NOT_SHOWN, NOT_SHOWN, NOT_SHOWN, NOT_SHOWN, None, None)
        return shown, wte if has_start and has_mean else replace(wte, stability=None, leaver_rate=None)

    def publication(self, then: Kept, settled: Kept, that_day: Kept, question: Question) -> Kept:
        """A published figure of a year's recruits: where it is still true, and was released."""
        year, by = question.from_.year, question.as_at.year
        is_year_end = question.as_at == date(by, 12, 31) and by in self.released.years
        recruited = self.count(releasing.recruited(year)) if then.recruited == settled.recruited else NOT_SHOWN
        everyone = then.everyone == that_day.everyone and is_year_end
        return Kept(
            recruited=recruited,
            expected=NOT_SHOWN if then.expected else 0,
            by_setting=self.named("setting", year, SETTINGS) if then.by_setting == settled.by_setting else (),
            years=tuple(
                self.year(row, year) if row == same and not row.not_yet_due else _hidden(row)
                for row, same in zip(then.years, settled.years, strict=True)
            ),
            whole_service=tuple(
                self.whole(row, by) if row == same and is_year_end else _hidden(row)
                for row, same in zip(then.whole_service, that_day.whole_service, strict=True)
            ),
            everyone=self.count(releasing.everyone(by)) if everyone else NOT_SHOWN,
        )


def _are_shown(*counts: Count) -> bool:
    return not any(isinstance(count, Withheld) for count in counts)


def _hidden(row: YearRow) -> YearRow:
    return YearRow(row.year, NOT_SHOWN, NOT_SHOWN, dict.fromkeys(TIERS, _NOTHING), _NOTHING)
