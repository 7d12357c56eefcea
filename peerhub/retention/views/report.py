"""The retention page, its files and its charts."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core import charts as drawings
from peerhub.core.marks import requires
from peerhub.core.tables import asked_format
from peerhub.core.time import today
from peerhub.retention import charts
from peerhub.retention.forms import filters_of
from peerhub.retention.queries.figures import label_of
from peerhub.retention.queries.published import may_publish
from peerhub.retention.queries.reports import Refusal, Report, ask
from peerhub.retention.rules.figures import WORDS, Figures
from peerhub.retention.rules.questions import Question
from peerhub.retention.rules.rounding import rounded
from peerhub.retention.rules.tiers import TIERS
from peerhub.retention.views.exports import figures_file

blueprint = Blueprint("retention", __name__)


@blueprint.get("/retention")
@requires(Permission.RETENTION_VIEW)
def index() -> ResponseReturnValue:
    """Who is still here after one, two and three years; with ``format``, the same as a file."""
    report = ask(viewer(), request.args, today())
    if isinstance(report, Refusal):
        return _refused(report)
    kind = asked_format()
    if kind:
        return figures_file(report, kind)
    status = 422 if report.problems else 200
    return render_template("retention/index.html", **page_of(report), is_print=bool(request.args.get("print"))), status


@blueprint.get("/retention/charts/<any(tiers, survival, compared, leavers):name>.<any(svg, png):kind>")
@requires(Permission.RETENTION_VIEW)
def chart(name: str, kind: str) -> ResponseReturnValue:
    """One chart of the same figures, as a picture."""
    report = ask(viewer(), request.args, today())
    if isinstance(report, Refusal):
        return _refused(report)
    drawn = charts.chart(name, report.figures)
    if drawn is None:
        abort(404)
    return drawings.send(drawn, kind)


def page_of(report: Report) -> dict[str, object]:
    """What the templates of the report need."""
    figures = report.figures
    return {
        "report": report,
        "figures": figures,
        "asked": figures.question,
        "drawn": {name: found for name in charts.NAMES if (found := charts.chart(name, figures))},
        "filters": filters_of(report, request.args),
        "narrowed": _narrowed(figures),
        "tiers": [(tier, WORDS[tier]) for tier in TIERS],
        "may_publish": may_publish(viewer()),
        "here": partial(address, "retention.index", figures.question),
        "drawing": lambda name: partial(_picture, figures, name),
        "behind": partial(address, "retention.people", figures.question),
        "behind_whole": partial(address, "retention.people", figures.question.of_everyone()),
    }


def address(endpoint: str, question: Question, **more: Any) -> str:
    """Where another page answers the same question."""
    asked: dict[str, Any] = question.address()
    return url_for(endpoint, **asked | more)


def _picture(figures: Figures, name: str, kind: str, **more: Any) -> str:
    return address("retention.chart", figures.question, name=name, kind=kind, **more)


@blueprint.app_template_filter("whole_percent")
def whole_percent(number: float | None) -> str:
    """A percent as the page says it.

    >>> whole_percent(73.5), whole_percent(None)
    ('74%', 'not shown')
    """
    return "not shown" if number is None else f"{rounded(number)}%"


@blueprint.app_template_filter("amount")
def amount(number: float | str) -> str:
    """People or whole time equivalents, with no more decimals than there are, two at most.

    >>> amount(15), amount(12.6), amount(0.33333), amount("fewer than 5")
    ('15', '12.6', '0.33', 'fewer than 5')
    """
    return number if isinstance(number, str) else f"{rounded(number, 2):f}".rstrip("0").rstrip(".")


def _narrowed(figures: Figures) -> list[str]:
    return [label_of(name, word) for name, word in figures.question.narrowing().items() if word]


def _refused(refusal: Refusal) -> ResponseReturnValue:
    return render_template("retention/refused.html", words=refusal.words), 403
