"""Inviting people, and the invitations that wait."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.actions import invitations as actions
from peerhub.access.forms.signing_in import ButtonForm
from peerhub.access.forms.users import InviteForm
from peerhub.access.permissions import Permission
from peerhub.access.queries import invitations as queries
from peerhub.access.queries.organisations import own_organisation
from peerhub.access.views import places, sessions
from peerhub.access.views.guard import viewer
from peerhub.access.views.pages import blueprint
from peerhub.access.views.roles import offer, wanted
from peerhub.access.views.users import crumbs_of, tell
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.tables import Column, Table, view_from_address
from peerhub.core.time import moment, today

TAGS = {queries.WAITING: "blue", queries.RUN_OUT: "orange", queries.ACCEPTED: "green", queries.CANCELLED: "grey"}
COLUMNS: tuple[Column[queries.InvitationLine], ...] = (
    Column("name", "Name", lambda row: row.name, href=lambda row: url_for("access.invitation", invitation_id=row.id)),
    Column("email", "E-mail address", lambda row: row.email),
    Column("role", "Role", lambda row: row.role.label, is_sorted=False),
    Column("sent", "Sent", lambda row: row.sent_at, show=lambda row: moment(row.sent_at)),
    Column("until", "Link works until", lambda row: row.expires_at, show=lambda row: moment(row.expires_at)),
    Column("state", "Status", lambda row: row.state, tag=lambda row: TAGS[row.state], is_sorted=False),
)


@blueprint.get("/invitations")
@requires(Permission.USERS_MANAGE)
def invitations() -> ResponseReturnValue:
    """Who was invited, and who has not answered yet."""
    view = view_from_address(queries.SORTED, "-sent")
    table = Table(
        "Invitations",
        COLUMNS,
        queries.invitations(viewer(), view),
        view,
        empty="Nobody was invited in the last weeks. Invite somebody: they are listed here until they have an account.",
        can_export=False,
    )
    return render_template("access/invitations/index.html", table=table, crumbs=crumbs_of())


@blueprint.route("/invitations/new", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def invite() -> ResponseReturnValue:
    """Invite somebody to hold a role here."""
    asking, form = viewer(), InviteForm(data={"starts": today()})
    offer(form, asking)
    if was_sent(form):
        told = sessions.settings()
        with form.attempt():
            actions.invite(
                own_organisation(asking), form.email.data or "", form.name.data or "", wanted(form), told.base_url
            )
        if form.is_clean:
            flash(
                "The invitation is on its way. The link in it works once, for 7 days."
                if told.sends_mail
                else "The invitation is in the outbox. The link in it works once, for 7 days."
            )
            return redirect(url_for("access.invitations"))
    page = render_template("access/invitations/invite.html", form=form, crumbs=crumbs_of())
    return page, 422 if form.problems() else 200


@blueprint.get("/invitations/<uuid:invitation_id>")
@requires(Permission.USERS_MANAGE)
def invitation(invitation_id: UUID) -> ResponseReturnValue:
    """One invitation, to send it again or to cancel it."""
    asking = viewer()
    shown = queries.invitation(asking, invitation_id)
    return render_template(
        "access/invitations/invitation.html",
        invitation=shown,
        tag_colour=TAGS[shown.state],
        place=places.said(asking, [(shown.breadth, shown.place_id)])[0],
        crumbs=[*crumbs_of(), {"text": "Invitations", "href": url_for("access.invitations")}],
    )


@blueprint.post("/invitations/<uuid:invitation_id>/send-again")
@requires(Permission.USERS_MANAGE)
def send_invitation_again(invitation_id: UUID) -> ResponseReturnValue:
    """Send a new link; the one before stops working."""
    row, form = queries.load_invitation(viewer(), invitation_id), ButtonForm()
    with form.attempt():
        actions.send_again(row, sessions.settings().base_url)
    tell(form, "A new link is sent. It works once, for 7 days. The one before no longer works.")
    return redirect(url_for("access.invitation", invitation_id=invitation_id))


@blueprint.post("/invitations/<uuid:invitation_id>/cancel")
@requires(Permission.USERS_MANAGE)
def cancel_invitation(invitation_id: UUID) -> ResponseReturnValue:
    """Take an invitation back; its link stops working."""
    row, form = queries.load_invitation(viewer(), invitation_id), ButtonForm()
    with form.attempt():
        actions.cancel(row)
    tell(form, "The invitation is cancelled. Its link no longer works.")
    return redirect(url_for("access.invitation", invitation_id=invitation_id))
