"""The equality report: on the page and as a file, suppressed alike."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.marks import requires
from peerhub.core.tables import asked_format, send_rows
from peerhub.core.time import long_date, today
from peerhub.reports import queries
from peerhub.workforce.actions.equality import count_people
from peerhub.workforce.queries.equality import check_may_report

blueprint = Blueprint("reports", __name__)
HEADINGS = ("As at", "Characteristic", "Answer", "People", "Percent")


@blueprint.get("/reports/equality")
@requires(Permission.EQUALITY_REPORT)
def equality() -> ResponseReturnValue:
    """How many people gave each answer; with ``format``, the same as a file."""
    page, kind = queries.equality_page(viewer()), asked_format()
    audit.read("equality report exported" if kind else "equality report read")
    if kind and page.report is not None:
        rows = [
            (line.as_at, section.name, line.words, line.people, _one_decimal(line.percent))
            for section in page.report.sections
            for line in section.lines
        ]
        return send_rows("equality", HEADINGS, rows, kind)
    return render_template("reports/equality.html", page=page)


def _one_decimal(percent: float | None) -> float | str:
    return "not shown" if percent is None else round(percent, 1)


@blueprint.post("/reports/equality/count")
@requires(Permission.EQUALITY_REPORT)
def count_equality() -> ResponseReturnValue:
    """Count everybody's answers, at most every four weeks."""
    check_may_report(viewer())
    count_people(today())
    flash(f"Counted. The figures are as at {long_date(today())}.")
    return redirect(url_for("reports.equality"))
