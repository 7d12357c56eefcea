"""Giving and ending roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.actions import roles as actions
from peerhub.access.actions.roles import Wanted
from peerhub.access.forms.signing_in import ButtonForm
from peerhub.access.forms.users import EndRoleForm, RoleForm
from peerhub.access.permissions import Permission
from peerhub.access.queries import users as queries
from peerhub.access.queries.organisations import own_organisation
from peerhub.access.rules import OrganisationKind, Viewer
from peerhub.access.views import places
from peerhub.access.views.guard import viewer
from peerhub.access.views.pages import blueprint
from peerhub.access.views.users import crumbs_of, tell
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.time import today


@blueprint.route("/users/<uuid:user_id>/roles/give", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def give_role(user_id: UUID) -> ResponseReturnValue:
    """Give somebody a role in this organisation."""
    asking = viewer()
    row, form = queries.load_user(asking, user_id), RoleForm(data={"starts": today()})
    offer(form, asking)
    if was_sent(form):
        with form.attempt():
            actions.give_role(row, own_organisation(asking), wanted(form))
        if form.is_clean:
            flash(f"Saved. {row.name} is given the role: {form.role.data.label}.")
            return redirect(url_for("access.user", user_id=user_id))
    page = render_template("access/users/give_role.html", form=form, name=row.name, crumbs=crumbs_of(row))
    return page, 422 if form.problems() else 200


@blueprint.route("/users/<uuid:user_id>/roles/<uuid:grant_id>/end", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def end_role(user_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """Give a role a last day."""
    asking = viewer()
    row, grant = queries.load_user(asking, user_id), queries.load_grant(asking, user_id, grant_id)
    form = EndRoleForm(data={"ends": grant.ends or today(), "version": grant.version})
    outcome = save(
        form,
        lambda: actions.end_role(grant, form.opened_at, form.ends.data),
        lambda: {"ends": queries.load_grant(asking, user_id, grant_id).ends},
    )
    if outcome.is_saved:
        flash("Saved. The role has a last day.")
        return redirect(url_for("access.user", user_id=user_id))
    page = render_template(
        "access/users/end_role.html",
        form=form,
        theirs=outcome.theirs,
        name=row.name,
        role=grant.role.label,
        place=places.said(asking, [(grant.breadth, grant.place_id)])[0],
        crumbs=crumbs_of(row),
    )
    return page, outcome.status(form)


@blueprint.post("/users/<uuid:user_id>/roles/<uuid:grant_id>/take-back")
@requires(Permission.USERS_MANAGE)
def take_role_back(user_id: UUID, grant_id: UUID) -> ResponseReturnValue:
    """Take back a role that has not begun."""
    grant, form = queries.load_grant(viewer(), user_id, grant_id), ButtonForm()
    with form.attempt():
        actions.take_back(grant)
    tell(form, "The role is taken back. It never counted.")
    return redirect(url_for("access.user", user_id=user_id))


def offer(form: RoleForm, asking: Viewer) -> None:
    """Set the roles and the places that can be chosen in the viewer's organisation."""
    is_programme = own_organisation(asking).kind is OrganisationKind.PROGRAMME
    form.offer(places.offered(asking), is_programme=is_programme)


def wanted(form: Any) -> Wanted:
    """The role that a form asks for."""
    breadth, place_id = form.place.chosen
    return Wanted(form.role.data, breadth, place_id, form.starts.data, form.ends.data)
