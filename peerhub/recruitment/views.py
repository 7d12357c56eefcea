"""Recruitment by year: campaigns and their totals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core import charts as drawings
from peerhub.core.errors import Refused
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.tables import Column, Page, Table, as_file, asked_format, view_from_address
from peerhub.recruitment import actions, charts, queries
from peerhub.recruitment.forms import CampaignForm
from peerhub.recruitment.queries import CampaignLine
from peerhub.recruitment.rules import together

blueprint = Blueprint("recruitment", __name__)

PLAIN: tuple[Column[CampaignLine], ...] = (
    Column("year", "Year", lambda row: row.year),
    Column("name", "Campaign", lambda row: row.name),
    Column("service", "Service", lambda row: row.service),
    Column("applications", "Applications", lambda row: row.applications, is_number=True),
    Column("roles", "Roles", lambda row: row.roles, is_number=True),
    Column("per_role", "Applications for each role", lambda row: row.per_role, is_number=True),
    Column("lived_experience_led", "Led by lived experience", lambda row: row.lived_experience_led),
    Column("note", "Note", lambda row: row.note, is_sorted=False),
)


@blueprint.get("/recruitment")
@requires(Permission.RECRUITMENT_VIEW)
def index() -> ResponseReturnValue:
    """Campaigns with their totals; with ``format``, the same as a file."""
    asking, kind = viewer(), asked_format()
    view = view_from_address([column.key for column in PLAIN if column.is_sorted], "year")
    rows = queries.campaigns(asking)
    rows.sort(key=lambda row: (getattr(row, view.sort) is None, getattr(row, view.sort)), reverse=view.descending)
    if kind:
        return as_file("recruitment", PLAIN, rows, kind)
    empty = "No campaign is kept yet. Add the totals of past ones: applications for each role are shown here by year."
    shown = view.whole()
    in_order = sorted(rows, key=lambda row: (row.year, row.name))
    return render_template(
        "recruitment/index.html",
        totals=together((row.applications, row.roles) for row in rows),
        drawn=charts.chart(in_order),
        drawing=lambda kind, **more: url_for("recruitment.chart", kind=kind, **more),
        table=Table("Campaigns", _columns(), Page(rows, len(rows)), shown, empty=empty),
        may_edit=queries.may_edit(asking),
    )


@blueprint.get("/recruitment/applications-for-each-role.<any(svg, png):kind>")
@requires(Permission.RECRUITMENT_VIEW)
def chart(kind: str) -> ResponseReturnValue:
    """Applications for each role by campaign, as a picture."""
    drawn = charts.chart(queries.campaigns(viewer()))
    if drawn is None:
        abort(404)
    return drawings.send(drawn, kind)


def _columns() -> tuple[Column[CampaignLine], ...]:
    """The columns with links: to change a campaign, and to who is still here of those it brought in."""
    asking = viewer()
    columns = list(PLAIN)
    if queries.may_edit(asking):
        columns[1] = Column(
            "name", "Campaign", lambda row: row.name, href=lambda row: url_for("recruitment.edit", campaign_id=row.id)
        )
    if asking.may(Permission.RETENTION_INDIVIDUALS) and "retention.index" in current_app.view_functions:
        columns.append(Column("retention", "Still here", lambda _row: "Retention", href=_retention_of, is_sorted=False))
    return tuple(columns)


def _retention_of(row: CampaignLine) -> str:
    """Retention of whoever came by a campaign: they may have started in its year or the one after."""
    window = {"from": f"{row.year}-01-01", "to": f"{row.year + 1}-12-31"}
    return url_for("retention.index", campaign=row.name, **window)  # type: ignore[arg-type]  # names of the address


@blueprint.route("/recruitment/add", methods=["GET", "POST"])
@requires(Permission.RECRUITMENT_EDIT)
def add() -> ResponseReturnValue:
    """Add the totals of a campaign."""
    if not queries.may_edit(viewer()):
        raise Refused("campaigns belong to the whole organisation")
    form = CampaignForm()
    if was_sent(form):
        with form.attempt():
            actions.add_campaign(**_totals(form))
        if form.is_clean:
            flash("Saved. The campaign is in the list.")
            return redirect(url_for("recruitment.index"))
    status = 422 if form.problems() else 200
    return render_template(
        "recruitment/form.html", form=form, heading="Add a campaign", theirs=None, crumbs=_crumbs()
    ), status


@blueprint.route("/recruitment/<uuid:campaign_id>", methods=["GET", "POST"])
@requires(Permission.RECRUITMENT_EDIT)
def edit(campaign_id: UUID) -> ResponseReturnValue:
    """Put the totals of a campaign right."""
    asking = viewer()
    row = queries.load_campaign(asking, campaign_id)
    form = CampaignForm(obj=row)
    outcome = save(
        form,
        lambda: actions.change_campaign(row, form.opened_at, **_totals(form)),
        lambda: {name: getattr(queries.load_campaign(asking, campaign_id), name) for name in actions.TOTALS},
    )
    if outcome.is_saved:
        flash("Saved. The campaign is up to date.")
        return redirect(url_for("recruitment.index"))
    page = render_template(
        "recruitment/form.html", form=form, heading="Change a campaign", theirs=outcome.theirs, crumbs=_crumbs()
    )
    return page, outcome.status(form)


def _totals(form: CampaignForm) -> dict[str, Any]:
    return {name: form[name].data for name in actions.TOTALS} | {"note": form.note.data or ""}


def _crumbs() -> list[dict[str, str]]:
    return [{"text": "Recruitment", "href": url_for("recruitment.index")}]
