"""Signing in and out, and signing in again without losing what was typed."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from peerhub.access.actions import signing_in
from peerhub.access.forms.signing_in import SignInForm
from peerhub.access.queries import accounts
from peerhub.access.rules import safe_path
from peerhub.access.views import sessions
from peerhub.access.views.guard import viewer, viewer_or_none
from peerhub.access.views.pages import blueprint
from peerhub.core.forms import was_sent
from peerhub.core.marks import public, signed_in

NOT_RIGHT = "That e-mail address and password do not open an account. Check both and try again"
TYPED = "typed-"
ADDRESS = "typed_address"
LEFT_OUT = frozenset({"csrf_token"})


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public("people sign in here")
def sign_in() -> ResponseReturnValue:
    """Sign in, and go on to the page that was asked for."""
    onward = safe_path(
        request.args.get("next"),
        url_for("home.today_page") if "home.today_page" in current_app.view_functions else "/account",
    )
    if viewer_or_none() is not None:
        return redirect(onward)
    form = SignInForm()
    if _admitted(form):
        return sessions.remember_browser(redirect(onward), str(form.email.data))
    page = render_template("access/sign_in.html", form=form, minutes=_closed_for())
    return page, 422 if request.method == "POST" else 200


@blueprint.post("/sign-in-again")
@public("people whose session ended sign in again here without losing what they typed")
def sign_in_again() -> ResponseReturnValue:
    """Sign in again. The guard shows this page in place of any form that came in after the session had ended."""
    if request.endpoint == "access.sign_out":
        return redirect(url_for("access.sign_in"))
    if request.endpoint != "access.sign_in_again":
        return _ask_again(SignInForm(formdata=None), *_typed_now(), status=401)
    form = SignInForm()
    address, typed = safe_path(request.form.get(ADDRESS)), _typed_before()
    name = _admitted(form)
    if name is None:
        return _ask_again(form, address, typed, status=422)
    page = render_template("access/send_again.html", address=address, typed=typed, name=name)
    return sessions.remember_browser(current_app.make_response(page), str(form.email.data))


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """Sign out in this browser."""
    signing_in.signed_out(accounts.own_account(viewer()))
    sessions.end()
    flash("You have signed out.")
    return redirect(url_for("access.sign_in"))


def _admitted(form: SignInForm) -> str | None:
    """Begin a session for whoever the form lets in, and give their name."""
    if not was_sent(form):
        return None
    email = form.email.data or ""
    user = signing_in.sign_in(email, form.password.data or "", sessions.door(email))
    if user is None:
        form.whole_form.append(NOT_RIGHT)
        return None
    sessions.begin(user)
    return user.name


def _ask_again(form: SignInForm, address: str, typed: list[tuple[str, str]], *, status: int) -> ResponseReturnValue:
    kept = [(TYPED + name, value) for name, value in typed]
    had_files = any(file.filename for file in request.files.values())
    page = render_template(
        "access/sign_in_again.html",
        form=form,
        address=address,
        typed=kept,
        had_files=had_files,
        minutes=_closed_for(),
    )
    return page, status


def _closed_for() -> int:
    return sessions.settings().sign_in_window_minutes


def _typed_now() -> tuple[str, list[tuple[str, str]]]:
    """Where the form was going and what was in it; nothing when another site may have sent it."""
    if not (_is_from_here() or _has_our_token()):
        return "/", []
    return safe_path(request.full_path.rstrip("?")), _kept(list(request.form.items(multi=True)))


def _typed_before() -> list[tuple[str, str]]:
    carried = [
        (name.removeprefix(TYPED), value) for name, value in request.form.items(multi=True) if name.startswith(TYPED)
    ]
    return _kept(carried)


def _kept(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is carried along: never a password, never an old anti-forgery token."""
    return [(name, value) for name, value in fields if name not in LEFT_OUT and "password" not in name.casefold()]


def _is_from_here() -> bool:
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc in {request.host, urlsplit(sessions.settings().base_url).netloc}


def _has_our_token() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True
