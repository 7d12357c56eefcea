"""Who comes to a series, from when to when."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.views.guard import viewer
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.time import today
from peerhub.meetings.actions import series as actions
from peerhub.meetings.forms.arranging import JoinForm
from peerhub.meetings.queries import series as queries
from peerhub.meetings.queries.parties import choices, load_choices
from peerhub.meetings.rules.kinds import kind_of
from peerhub.meetings.rules.parties import party_of
from peerhub.meetings.views.blueprint import SEE, blueprint, crumbs, series_crumb


@blueprint.route("/meetings/series/<uuid:series_id>/people/add", methods=["GET", "POST"])
@requires(*SEE)
def add_to_series(series_id: UUID) -> ResponseReturnValue:
    """Ask somebody to every meeting of a series from a day on."""
    asking = viewer()
    row = queries.load_series_to_change(asking, series_id)
    kind, form = kind_of(row.kind), JoinForm(data={"starts": today()})
    listed = choices(asking, kind, row.team_id, row.service_line_id)
    form.who.offer([("", "Choose one"), *((choice.party.code, choice.name) for choice in listed)])
    if was_sent(form):
        with form.attempt():
            party = party_of(form.who.data or "")
            for found in load_choices(asking, kind, [party] if party else []):
                actions.join_series(row, found, max(form.starts.data or today(), today()))
        if form.is_clean:
            flash("Saved. They come to this series from that day on.")
            return redirect(url_for("meetings.series", series_id=row.id))
    name = row.title or kind.name
    here = [*crumbs(), *series_crumb(), {"text": name, "href": url_for("meetings.series", series_id=row.id)}]
    page = render_template("meetings/series/add.html", form=form, name=name, crumbs=here)
    return page, 422 if form.problems() else 200


@blueprint.post("/meetings/series/<uuid:series_id>/people/<uuid:party_row_id>/remove")
@requires(*SEE)
def remove_from_series(series_id: UUID, party_row_id: UUID) -> ResponseReturnValue:
    """Somebody comes to a series no more from today on."""
    row = queries.load_series_to_change(viewer(), series_id)
    actions.leave_series(row, queries.load_series_party(row, party_row_id), today())
    flash("Saved. They come to this series no more.")
    return redirect(url_for("meetings.series", series_id=row.id))
