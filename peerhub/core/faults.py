"""Error pages: what happened, what to do, and an id that the log holds too."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from peerhub.core.database import db
from peerhub.core.errors import Conflict, DomainError, NotFound, Refused
from peerhub.core.logs import tell_fault

WORDS: dict[int, tuple[str, str]] = {
    400: ("We could not read that", "Go back, check what you entered and send it again."),
    401: ("Sign in to go on", "You were signed out. Sign in and try again."),
    403: (
        "You do not have access to this page",
        "If you need it for your work, ask your system administrator for the role that has it.",
    ),
    404: (
        "Page not found",
        "Check the address. If you followed a link here, the page may have moved, or may not be yours to see.",
    ),
    405: ("That page cannot be used that way", "Go back and use the button on the page."),
    409: ("Somebody else saved this first", "Go back, look at what they saved, and save your changes again."),
    413: (
        "That file is too large",
        "Choose a smaller file. If it is a spreadsheet, keep only the columns PeerHub asks for.",
    ),
    429: ("Too many tries", "Wait a few minutes and try again."),
    500: (
        "Something went wrong on our side",
        (
            "Nothing you saved before is lost. Try again in a moment. "
            "If it happens again, tell your system administrator the number below."
        ),
    ),
}


OUTDATED = (
    "Open that page again",
    (
        "It was open for a long time, or you signed in or out in another window. Go back, open the page again and send "
        "it once more. Copy what you wrote first, so that you keep it."
    ),
)
"""The words for a form whose anti-forgery token is not of this session."""

GONE = (
    "This is not here any more",
    (
        "Somebody may have taken it out meanwhile, in another window or on another computer. Nothing was saved. "
        "Go back two pages, and open that page again to see how it stands now."
    ),
)
"""The words for a form about something that is not there."""

KEPT_HEADERS = frozenset({"Allow", "Retry-After"})
"""What an error says to programs besides its page."""


def install(app: Flask) -> None:
    """Answer every error with a page in plain words."""
    for kind, status in ((NotFound, 404), (Refused, 403), (Conflict, 409), (StaleDataError, 409)):
        app.register_error_handler(kind, _page(status))
    app.register_error_handler(CSRFError, _outdated)
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _page(status: int) -> Callable[[Exception], ResponseReturnValue]:
    def show(_error: Exception) -> ResponseReturnValue:
        if status == 404 and request.method == "POST":
            return error_page(status, heading=GONE[0], message=GONE[1])
        return error_page(status)

    return show


def error_page(status: int, message: str | None = None, heading: str | None = None) -> ResponseReturnValue:
    """The page for a status, with the words for it and the request's id. What the request wrote is undone."""
    db.session.rollback()
    usual, advice = WORDS.get(status, WORDS[400 if status < 500 else 500])
    page = render_template(
        "errors/error.html", heading=heading or usual, advice=message or advice, error_id=g.get("request_id", "")
    )
    return page, status


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.response is not None or error.code < 400:
        return error
    answer = make_response(error_page(error.code))
    answer.headers.extend([(name, value) for name, value in error.get_headers() if name in KEPT_HEADERS])
    return answer


def _outdated(_error: CSRFError) -> ResponseReturnValue:
    return error_page(400, heading=OUTDATED[0], message=OUTDATED[1])


def _refusal(error: DomainError) -> ResponseReturnValue:
    return error_page(400, error.message)


def _fault(error: Exception) -> ResponseReturnValue:
    """The last resort. The page tells nothing of it; the log tells where in our code."""
    tell_fault(error)
    return error_page(500)
