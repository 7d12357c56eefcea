"""One's own account."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import queries
from peerhub.access.actions import signing_in
from peerhub.access.forms import ButtonForm
from peerhub.access.views import sessions
from peerhub.access.views.guard import viewer
from peerhub.access.views.pages import blueprint
from peerhub.core.marks import public, signed_in


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Who one is here, and what one holds."""
    return render_template(
        "access/account.html", user=queries.own_account(viewer()), holdings=viewer().holdings, form=ButtonForm()
    )


@blueprint.post("/account/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """Sign out on every device."""
    signing_in.sign_out_everywhere(queries.own_account(viewer()))
    sessions.end()
    flash("You have signed out on every device.")
    return redirect(url_for("access.sign_in"))


@blueprint.route("/forgot-password", methods=["GET", "POST"])
@public("somebody who cannot sign in asks for a link here")
def forgot_password() -> ResponseReturnValue:
    """Ask for a link to set a new password."""
    return redirect(url_for("access.sign_in"))
