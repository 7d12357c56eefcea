"""Single-use links: asking for one, and what is behind it.

Opening a link changes nothing, because mail scanners open every link they find. Its token leaves the address bar at
once: the session holds a digest of it, and the page behind it has an address of its own.
"""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.actions import accounts as actions
from peerhub.access.actions import invitations, links, signing_in
from peerhub.access.forms.signing_in import AcceptForm, ForgottenForm, JoinForm, NewPasswordForm
from peerhub.access.queries.links import open_link
from peerhub.access.views import sessions
from peerhub.access.views.guard import ORGANISATION
from peerhub.access.views.pages import blueprint
from peerhub.core.errors import DomainError
from peerhub.core.forms import was_sent
from peerhub.core.marks import public

LINK = "link"
NOT_RIGHT = "That is not the password of this account, or there were too many tries. Check it and try again"


@blueprint.route("/forgot-password", methods=["GET", "POST"])
@public("somebody who cannot sign in asks for a link here")
def forgot_password() -> ResponseReturnValue:
    """Ask for a link to a new password. The answer is the same whoever is asked for."""
    form = ForgottenForm()
    if was_sent(form):
        actions.ask_for_reset(form.email.data or "", sessions.settings().base_url)
        return redirect(url_for("access.link_asked"))
    return render_template("access/links/forgotten.html", form=form), 422 if form.problems() else 200


@blueprint.get("/forgot-password/sent")
@public("somebody who cannot sign in is told what comes next")
def link_asked() -> ResponseReturnValue:
    """What comes after asking."""
    return render_template("access/links/asked.html", sends_mail=sessions.settings().sends_mail)


@blueprint.get("/link/<token>")
@public("whoever holds a single-use link comes in here")
def use_link(token: str) -> ResponseReturnValue:
    """Take the token out of the address and go on to what the link is for."""
    session[LINK] = links.digest_of(token)
    answer = make_response(redirect(url_for("access.behind_link")))
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.route("/link", methods=["GET", "POST"])
@public("whoever holds a single-use link sets a password or accepts an invitation here")
def behind_link() -> ResponseReturnValue:
    """What the link that was opened is for."""
    link = open_link(session.get(LINK, ""))
    if link is None:
        return render_template("access/links/over.html"), 410
    if link.invitation is None:
        return _new_password(link)
    return _sign_in_to_accept(link) if invitations.has_account(link.invitation) else _join(link)


def _new_password(link: Any) -> ResponseReturnValue:
    """Set the password of an account. Who holds the link holds the address: a stranger's tries no longer lock them out.

    Not even those of everybody behind the same network address.
    """
    form, user = NewPasswordForm(), link.user
    if was_sent(form):
        with form.attempt():
            actions.set_password(link, user, form.new_password.data or "", sessions.settings().secret_key)
        if form.is_clean:
            sessions.end()
            flash("Your new password is set. Sign in with it.")
            return sessions.remember_browser(make_response(redirect(url_for("access.sign_in"))), user.email)
    page = render_template("access/links/new_password.html", form=form, email=user.email)
    return page, 422 if form.problems() else 200


def _join(link: Any) -> ResponseReturnValue:
    """Make an account for somebody new."""
    invitation = link.invitation
    form = JoinForm(data={"name": invitation.name})
    if was_sent(form):
        with form.attempt():
            joined = invitations.join(link, invitation, form.name.data or "", form.new_password.data or "")
        if form.is_clean:
            return _come_in(joined, invitation)
    page = render_template("access/links/join.html", form=form, invitation=invitation)
    return page, 422 if form.problems() else 200


def _sign_in_to_accept(link: Any) -> ResponseReturnValue:
    """Accept an invitation with the account one has."""
    invitation, form = link.invitation, AcceptForm()
    if was_sent(form):
        email = invitation.email
        user = signing_in.sign_in(email, form.password.data or "", sessions.door(email))
        if user is None:
            form.refuse(DomainError(NOT_RIGHT, "password"))
            return _accept_page(form, invitation)
        with form.attempt():
            invitations.accept(link, invitation, user)
        if form.is_clean:
            return _come_in(user, invitation)
    return _accept_page(form, invitation)


def _accept_page(form: AcceptForm, invitation: Any) -> ResponseReturnValue:
    page = render_template("access/links/accept.html", form=form, invitation=invitation)
    return page, 422 if form.problems() else 200


def _come_in(user: Any, invitation: Any) -> ResponseReturnValue:
    sessions.begin(user)
    session[ORGANISATION] = str(invitation.organisation_id)
    flash(f"Welcome. You are signed in as {user.name}.")
    return sessions.remember_browser(make_response(redirect("/")), user.email)
