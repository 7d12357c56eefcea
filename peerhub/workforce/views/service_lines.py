"""Service lines: the list, each line's page, adding, renaming, closing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.errors import Refused
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.tables import Column, Table, as_file, asked_format, view_from_address
from peerhub.core.time import long_date, short_date, today
from peerhub.workforce.actions import places as actions
from peerhub.workforce.forms.places import ClosingForm, ServiceLineForm
from peerhub.workforce.queries import places
from peerhub.workforce.queries.places import LineOfService
from peerhub.workforce.views.blueprint import blueprint
from peerhub.workforce.views.listing import arranged, sortable
from peerhub.workforce.views.places import SHOWN

COLUMNS: tuple[Column[LineOfService], ...] = (
    Column(
        "name", "Service line", lambda row: row.name, href=lambda row: url_for("workforce.service_line", line_id=row.id)
    ),
    Column("setting", "Setting", lambda row: row.setting),
    Column("teams", "Open teams", lambda row: row.teams, is_number=True),
    Column("closed_on", "Last day open", lambda row: row.closed_on, show=lambda row: short_date(row.closed_on)),
)
FIELDS = ("name", "setting")


@blueprint.get("/service-lines")
@requires(Permission.POSTS_VIEW)
def service_lines() -> ResponseReturnValue:
    """The service lines within reach; with ``format``, the same as a file."""
    asking, kind = viewer(), asked_format()
    view = view_from_address(sortable(COLUMNS), "name")
    page = arranged(places.service_lines(asking), COLUMNS, view.whole() if kind else view)
    if kind:
        return as_file("service-lines", COLUMNS, page.rows, kind)
    empty = "There are no service lines yet. Add the first, such as Perinatal or Adult acute wards; then add its teams."
    return render_template(
        "workforce/lines/index.html",
        table=Table("Service lines", COLUMNS, page, view, empty=empty),
        may_add=asking.reach(Permission.TEAMS_EDIT).whole,
    )


@blueprint.get("/service-lines/<uuid:line_id>")
@requires(Permission.POSTS_VIEW)
def service_line(line_id: UUID) -> ResponseReturnValue:
    """A service line with those of its teams that are within reach."""
    asking = viewer()
    line = places.line_page(asking, line_id)
    view = view_from_address(sortable(SHOWN), "name")
    columns = tuple(column for column in SHOWN if column.key not in {"service_line", "setting"})
    table = Table(
        "Teams", columns, arranged(line.teams, columns, view), view, empty="No teams yet. Add the first one.",
        can_export=False,
    )  # fmt: skip
    return render_template("workforce/lines/line.html", line=line, table=table, crumbs=_crumbs())


@blueprint.route("/service-lines/add", methods=["GET", "POST"])
@requires(Permission.TEAMS_EDIT)
def add_service_line() -> ResponseReturnValue:
    """Add a service line."""
    if not viewer().reach(Permission.TEAMS_EDIT).whole:
        raise Refused("service lines belong to the whole organisation")
    form = ServiceLineForm()
    if was_sent(form):
        with form.attempt():
            added = actions.add_service_line(form.name.data or "", form.setting.data)
        if form.is_clean:
            return _saved(added.id, f"Saved. {added.name} is a service line. Its teams come next.")
    status = 422 if form.problems() else 200
    return render_template("workforce/lines/add.html", form=form, crumbs=_crumbs()), status


@blueprint.route("/service-lines/<uuid:line_id>/edit", methods=["GET", "POST"])
@requires(Permission.TEAMS_EDIT)
def edit_service_line(line_id: UUID) -> ResponseReturnValue:
    """Rename a service line or put its setting right."""
    row = places.load_service_line(viewer(), line_id)
    form = ServiceLineForm(obj=row)
    outcome = save(
        form,
        lambda: actions.change_service_line(row, form.opened_at, name=form.name.data or "", setting=form.setting.data),
        lambda: {name: getattr(row, name) for name in FIELDS},
    )
    if outcome.is_saved:
        return _saved(row.id, f"Saved. {row.name} is up to date.")
    return _page("workforce/lines/edit.html", form, row, outcome.theirs)


@blueprint.route("/service-lines/<uuid:line_id>/close", methods=["GET", "POST"])
@requires(Permission.TEAMS_EDIT)
def close_service_line(line_id: UUID) -> ResponseReturnValue:
    """Close a service line whose teams are closed."""
    row = places.load_service_line(viewer(), line_id)
    form = ClosingForm(data={"closed_on": row.closed_on or today(), "version": row.version})
    outcome = save(
        form,
        lambda: actions.close_service_line(row, form.opened_at, form.closed_on.data),
        lambda: {"closed_on": row.closed_on},
    )
    if outcome.is_saved:
        return _saved(row.id, f"Saved. {row.name} is open until {long_date(row.closed_on)}.")
    return _page("workforce/lines/close.html", form, row, outcome.theirs)


@blueprint.post("/service-lines/<uuid:line_id>/reopen")
@requires(Permission.TEAMS_EDIT)
def reopen_service_line(line_id: UUID) -> ResponseReturnValue:
    """Open a service line again."""
    row = places.load_service_line(viewer(), line_id)
    actions.reopen_service_line(row, None)
    return _saved(row.id, f"Saved. {row.name} is open again.")


def _page(template: str, form: Any, row: Any, theirs: Any) -> ResponseReturnValue:
    status = 409 if theirs is not None else 422 if form.problems() else 200
    return render_template(template, form=form, name=row.name, theirs=theirs, crumbs=_crumbs(row)), status


def _saved(line_id: UUID, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("workforce.service_line", line_id=line_id))


def _crumbs(row: Any = None) -> list[dict[str, str]]:
    """Where a page about a service line stands."""
    crumbs = [{"text": "Service lines", "href": url_for("workforce.service_lines")}]
    if row is not None:
        crumbs.append({"text": row.name, "href": url_for("workforce.service_line", line_id=row.id)})
    return crumbs
