"""The session of somebody who signed in: how it begins and ends, and which browsers they used before."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from flask import current_app, request, session
from flask_login import login_user, logout_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from peerhub.access.actions.signing_in import Door, address_digest, begin_session, end_session
from peerhub.access.rules import Lock
from peerhub.access.views.guard import BROWSER, ORGANISATION, SEEN
from peerhub.config import Settings
from peerhub.core.time import utc_now

if TYPE_CHECKING:
    from flask_login import UserMixin

TOKEN = "csrf_token"  # noqa: S105 - the name of the anti-forgery token, not a secret
KNOWN = "peerhub-known"
KNOWN_FOR = timedelta(days=180)


def settings() -> Settings:
    """The settings this application runs with."""
    return cast("Settings", current_app.extensions["settings"])


def door(email: str) -> Door:
    """What signing in with this address depends on, from this browser."""
    told = settings()
    lock = Lock(told.sign_in_failures, timedelta(minutes=told.sign_in_window_minutes))
    return Door(told.secret_key, lock, _known_browser(email))


def begin(user: UserMixin) -> None:
    """Begin a fresh session; nothing of the one before stays but the anti-forgery token of forms still open."""
    token = session.get(TOKEN)
    _leave()
    if token:
        session[TOKEN] = token
    login_user(user)
    session[BROWSER] = begin_session(user)
    session[SEEN] = int(utc_now().timestamp())


def go_on(user: UserMixin) -> None:
    """Go on with an account whose other sessions have just ended, in the organisation chosen before."""
    chosen = session.get(ORGANISATION)
    begin(user)
    if chosen:
        session[ORGANISATION] = chosen


def end() -> None:
    """End the session in this browser, and with it every copy of its cookie."""
    logout_user()
    _leave()


def _leave() -> None:
    if BROWSER in session:
        end_session(session[BROWSER])
    session.clear()


def remember_browser(answer: Response, email: str) -> Response:
    """Mark this browser as one that signed in with this address, so that a stranger's tries do not lock it out."""
    mark = _marks().dumps([address_digest(settings().secret_key, email), secrets.token_urlsafe(12)])
    answer.set_cookie(KNOWN, mark, max_age=KNOWN_FOR, secure=settings().secure_cookies, httponly=True, samesite="Lax")
    return answer


def _known_browser(email: str) -> str:
    try:
        address, mark = _marks().loads(request.cookies.get(KNOWN, ""), max_age=int(KNOWN_FOR.total_seconds()))
    except (BadSignature, ValueError, TypeError):
        return ""
    belongs = secrets.compare_digest(str(address), address_digest(settings().secret_key, email))
    return str(mark) if belongs else ""


def _marks() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="known browser")
