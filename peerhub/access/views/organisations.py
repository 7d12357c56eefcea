"""The settings of one's organisation, and the list of organisations that the national programme sees."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.actions import organisations as actions
from peerhub.access.forms.organisations import OrganisationsFilter, SettingsForm
from peerhub.access.permissions import Permission
from peerhub.access.queries import organisations as queries
from peerhub.access.views.guard import viewer
from peerhub.access.views.pages import blueprint
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.tables import Column, Table, as_file, asked_format, view_from_address

FIELDS = ("name", "ods_code", "kind", "support_offer", *actions.NUMBERS)
COLUMNS: tuple[Column[queries.OrganisationLine], ...] = (
    Column(
        "name", "Name", lambda row: row.name,
        href=lambda row: url_for("access.organisation", organisation_id=row.id),
    ),
    Column("kind", "Kind", lambda row: row.kind.label),
    Column("ods_code", "ODS code", lambda row: row.ods_code),
    Column("support_offer", "Support", lambda row: row.support_offer.label),
)  # fmt: skip


@blueprint.route("/organisation", methods=["GET", "POST"])
@requires(Permission.SETTINGS_MANAGE)
def settings() -> ResponseReturnValue:
    """The settings of the organisation."""
    asking = viewer()
    row = queries.own_organisation(asking)
    form = SettingsForm(obj=row)
    form.keep_programme(row.kind)
    outcome = save(
        form,
        lambda: actions.change_settings(row, form.opened_at, **{name: form[name].data for name in FIELDS}),
        lambda: {name: getattr(queries.own_organisation(asking), name) for name in FIELDS},
    )
    if outcome.is_saved:
        flash("Saved. The settings are up to date.")
        return redirect(url_for("access.settings"))
    page = render_template("access/organisations/settings.html", form=form, theirs=outcome.theirs)
    return page, outcome.status(form)


@blueprint.get("/organisations/<uuid:organisation_id>")
@requires(Permission.ORGANISATIONS_VIEW, Permission.SETTINGS_MANAGE)
def organisation(organisation_id: UUID) -> ResponseReturnValue:
    """The facts of an organisation, to read: for the national programme, and for its own administrator."""
    asking = viewer()
    shown = queries.organisation_page(asking, organisation_id)
    audit.read("organisation seen", ("organisation", organisation_id))
    may_list = asking.may(Permission.ORGANISATIONS_VIEW)
    crumbs = [{"text": "Organisations", "href": url_for("access.organisations")}] if may_list else []
    return render_template("access/organisations/organisation.html", shown=shown, crumbs=crumbs)


@blueprint.get("/organisations")
@requires(Permission.ORGANISATIONS_VIEW)
def organisations() -> ResponseReturnValue:
    """Every organisation, without anybody in it; with ``format``, the same as a file."""
    view, kind = view_from_address(queries.SORTED, "name"), asked_format()
    page = queries.organisations(view.whole() if kind else view)
    audit.read("list of organisations exported" if kind else "list of organisations seen", None, rows=len(page.rows))
    if kind:
        return as_file("organisations", COLUMNS, page.rows, kind)
    table = Table("Organisations", COLUMNS, page, view, empty="No organisation matches. Try fewer letters.")
    return render_template(
        "access/organisations/index.html",
        table=table,
        form=OrganisationsFilter(request.args),
        is_narrowed=bool(view.filters),
    )
