"""The door: who is asking, whether this page is open to them, and whose rows they are about to see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, logout_user

from peerhub.access import audit
from peerhub.access.actions.signing_in import session_digest
from peerhub.access.queries import accounts
from peerhub.access.rules import Viewer
from peerhub.core import scope
from peerhub.core.errors import Refused
from peerhub.core.marks import mark_of
from peerhub.core.time import utc_now
from peerhub.core.web import SAFE_METHODS

SEEN = "seen"
BROWSER = "browser"
"""Where the cookie holds the token of this browser's session."""
ORGANISATION = "organisation"


def install(app: Flask, *, idle_minutes: int, session_hours: int) -> None:
    """Put the door before every page."""
    manager = LoginManager(app)
    lasts = timedelta(hours=session_hours)

    @manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login comes without types
    def load(session_key: str) -> Any:
        return accounts.user_in_session(session_key, session_digest(session.get(BROWSER, "")), utc_now() - lasts)

    app.config["IDLE_SECONDS"] = idle_minutes * 60

    @app.before_request
    def admit() -> ResponseReturnValue | None:
        scope.enter(None)
        view = app.view_functions.get(request.endpoint or "")
        if view is None:
            audit.act_as(audit.Actor(source=request.remote_addr or "", request_id=g.request_id))
            return None
        mark = mark_of(view)
        if request.endpoint == "static":
            return None
        if mark is None:
            raise Refused(request.endpoint)
        g.viewer = _viewer()
        _remember_actor(g.viewer)
        if not mark.needs_sign_in:
            return None
        if g.viewer is None:
            return _ask_to_sign_in()
        if mark.permissions and not g.viewer.may(*mark.permissions):
            raise Refused(request.endpoint)
        return None


def viewer() -> Viewer:
    """Who is asking. For views behind the door; raises on a public page where nobody signed in.

    Raises:
        Refused: nobody is signed in.
    """
    found = viewer_or_none()
    if found is None:
        raise Refused("nobody is signed in")
    return found


def viewer_or_none() -> Viewer | None:
    """Who is asking, or None on a public page."""
    return cast("Viewer | None", g.get("viewer"))


def _viewer() -> Viewer | None:
    if not current_user.is_authenticated:
        return None
    if _was_idle():
        logout_user()
        return None
    user = current_user._get_current_object()
    chosen = session.get(ORGANISATION)
    found = accounts.viewer_of(user, UUID(chosen) if chosen else None)
    if found is not None:
        scope.enter(found.organisation_id)
    return found


def _was_idle() -> bool:
    now = int(utc_now().timestamp())
    seen = session.get(SEEN, now)
    session[SEEN] = now
    return bool(now - seen > current_app.config["IDLE_SECONDS"])


def _remember_actor(found: Viewer | None) -> None:
    audit.act_as(
        audit.Actor(
            user_id=found.user_id if found else None,
            organisation_id=found.organisation_id if found else None,
            source=request.remote_addr or "",
            request_id=g.request_id,
        )
    )


def _ask_to_sign_in() -> ResponseReturnValue:
    """Lead to the sign-in page and back again; what was typed in a form goes along and is not lost."""
    if request.method in SAFE_METHODS:
        return redirect(url_for("access.sign_in", next=request.full_path.rstrip("?")))
    return current_app.ensure_sync(current_app.view_functions["access.sign_in_again"])()  # type: ignore[no-any-return]  # a view's answer
