"""Establishment: posts of the peer service on a day and over time, as a page, a chart and a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core import charts as drawings
from peerhub.core.marks import requires
from peerhub.core.tables import asked_format, send_rows
from peerhub.core.time import today
from peerhub.workforce import charts
from peerhub.workforce.forms.establishment import EstablishmentForm
from peerhub.workforce.queries.establishment import Establishment, Figures, establishment
from peerhub.workforce.rules.establishment import Every
from peerhub.workforce.views.blueprint import blueprint

YEARS_SHOWN = timedelta(days=3 * 365)
HEADINGS = ("Day", "Service line", "Setting", "Posts", "Filled", "Vacant", "WTE of posts")
OF_PEOPLE = ("People", "WTE worked")


@blueprint.get("/establishment", endpoint="establishment")
@requires(Permission.ESTABLISHMENT_VIEW)
def establishment_page() -> ResponseReturnValue:
    """Posts, filled and vacant, by service line and over time; with ``format``, the same as a file."""
    form, told = _told()
    kind = asked_format()
    if kind:
        headings = (*HEADINGS, *OF_PEOPLE) if told.sees_individuals else HEADINGS
        return send_rows("establishment", headings, _lines(told), kind)
    asked = _address(told)
    return render_template(
        "workforce/establishment/index.html",
        told=told,
        form=form,
        chart=charts.over_time(told),
        drawing=lambda kind, **more: url_for("workforce.establishment_chart", kind=kind, **asked | more),
        here=lambda **more: url_for("workforce.establishment", **asked | more),
    ), 422 if form.problems() else 200


@blueprint.get("/establishment/chart.<any(svg, png):kind>")
@requires(Permission.ESTABLISHMENT_VIEW)
def establishment_chart(kind: str) -> ResponseReturnValue:
    """The history as a picture."""
    drawn = charts.over_time(_told()[1])
    if drawn is None:
        abort(404)
    return drawings.send(drawn, kind)


def _told() -> tuple[EstablishmentForm, Establishment]:
    """What the address asks for; what makes no sense there is told, and today is shown instead."""
    form = EstablishmentForm(today(), request.args)
    form.validate()
    day = (not form.on.errors and form.on.data) or today()
    since = (not form.since.errors and form.since.data) or day - YEARS_SHOWN
    return form, establishment(viewer(), day, min(since, day), Every(form.every.data))


def _address(told: Establishment) -> dict[str, Any]:
    return {"on": told.day.isoformat(), "since": told.history[0][0].isoformat(), "every": told.every}


def _lines(told: Establishment) -> Iterator[list[Any]]:
    for line in told.lines:
        yield [told.day, line.name, line.setting, *_cells(line.figures)]
    for day, figures in told.history:
        yield [day, "All service lines", None, *_cells(figures)]


def _cells(figures: Figures) -> list[Any]:
    filled, vacant = ("not shown" if count is None else count for count in (figures.filled, figures.vacant))
    people = [] if figures.heads is None else [figures.heads, figures.filled_wte]
    return [figures.posts, filled, vacant, figures.wte, *people]
