"""Figures for a viewer who may not see individuals: for now nothing but the question, until small numbers are hidden
one by one.
"""

from __future__ import annotations

from dataclasses import replace

from peerhub.retention.rules.figures import NOT_SHOWN, Figures, Part, YearRow

_NOTHING = Part(NOT_SHOWN, NOT_SHOWN)


def suppressed_figures(exact: Figures) -> Figures:
    """The same figures with every number withheld."""
    return replace(
        exact,
        recruited=NOT_SHOWN,
        expected=NOT_SHOWN,
        by_setting=(),
        recruitment_years=tuple((year, NOT_SHOWN) for year, _ in exact.recruitment_years),
        years=tuple(map(_hidden, exact.years)),
        whole_service=tuple(map(_hidden, exact.whole_service)),
        everyone=NOT_SHOWN,
        survival={
            tier: replace(curve, people=NOT_SHOWN, points=dict.fromkeys(curve.points), steps=())
            for tier, curve in exact.survival.items()
        },
        log_rank=None,
        turnover=None,
        leavers=NOT_SHOWN,
        reasons=(),
        destinations=(),
        is_suppressed=True,
    )


def _hidden(row: YearRow) -> YearRow:
    return YearRow(row.year, NOT_SHOWN, NOT_SHOWN, dict.fromkeys(row.tiers, _NOTHING), _NOTHING)
