"""One's own account: who one is here, one's name and password, and the organisation one works in."""

from __future__ import annotations

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.actions import accounts as actions
from peerhub.access.actions import signing_in
from peerhub.access.actions.accounts import Present
from peerhub.access.forms.organisations import ChooseForm
from peerhub.access.forms.signing_in import ChangePasswordForm, NameForm
from peerhub.access.queries import accounts, users
from peerhub.access.views import places, sessions
from peerhub.access.views.guard import ORGANISATION, viewer
from peerhub.access.views.pages import blueprint
from peerhub.core.errors import DomainError, NotFound
from peerhub.core.forms import was_sent
from peerhub.core.marks import signed_in
from peerhub.core.saving import save

HERE = [{"text": "Your account", "href": "/account"}]


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    """Who one is here, and what one holds."""
    asking = viewer()
    user = accounts.own_account(asking)
    return render_template(
        "access/account/account.html",
        user=user,
        roles=places.in_words(asking, users.roles_held(user, asking.organisation_id)),
    )


@blueprint.route("/account/name", methods=["GET", "POST"])
@signed_in
def own_name() -> ResponseReturnValue:
    """Put one's own name right."""
    user = accounts.own_account(viewer())
    form = NameForm(obj=user)
    outcome = save(
        form,
        lambda: actions.rename(user, form.opened_at, form.name.data or ""),
        lambda: {"name": accounts.own_account(viewer()).name},
    )
    if outcome.is_saved:
        flash("Saved. Your name is up to date.")
        return redirect(url_for("access.account"))
    page = render_template("access/account/name.html", form=form, theirs=outcome.theirs, crumbs=HERE)
    return page, outcome.status(form)


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> ResponseReturnValue:
    """Change one's own password. Other sessions end; this one goes on."""
    user, form = accounts.own_account(viewer()), ChangePasswordForm()
    if was_sent(form):
        door = sessions.door(user.email)
        found = actions.check_present(user, form.present_password.data or "", door)
        if found is Present.FITS:
            with form.attempt():
                actions.change_password(user, form.new_password.data or "")
        elif found is Present.WRONG:
            form.refuse(DomainError("That is not your present password. Enter it again", "present_password"))
        else:
            minutes = sessions.settings().sign_in_window_minutes
            form.refuse(DomainError(f"Too many tries. Wait {minutes} minutes, then try again", "present_password"))
        if form.is_clean:
            sessions.go_on(user)
            flash("Your password is changed. You are signed out on every other device.")
            return redirect(url_for("access.account"))
    page = render_template("access/account/password.html", form=form, email=user.email, crumbs=HERE)
    return page, 422 if form.problems() else 200


@blueprint.post("/account/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """Sign out on every device."""
    signing_in.sign_out_everywhere(accounts.own_account(viewer()))
    sessions.end()
    flash("You have signed out on every device.")
    return redirect(url_for("access.sign_in"))


@blueprint.route("/account/organisation", methods=["GET", "POST"])
@signed_in
def choose_organisation() -> ResponseReturnValue:
    """Change over to another organisation in which one holds a role."""
    asking, form = viewer(), ChooseForm()
    open_to = accounts.organisations_of(asking)
    if len(open_to) < 2:
        raise NotFound
    form.organisation_id.offer(open_to, nothing=None)
    if was_sent(form):
        session[ORGANISATION] = str(form.organisation_id.data)
        actions.chose_organisation(form.organisation_id.data)
        flash(f"You now work in {dict(open_to)[form.organisation_id.data]}.")
        return redirect("/")
    if not form.is_submitted():
        form.organisation_id.data = asking.organisation_id
    page = render_template("access/account/organisation.html", form=form, crumbs=HERE)
    return page, 422 if form.problems() else 200
