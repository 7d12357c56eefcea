"""Error pages: what happened, what to do, and an id that the log holds too."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from peerhub.core.database import db
from peerhub.core.errors import Conflict, DomainError, NotFound, Refused

log = structlog.get_logger()

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


def install(app: Flask) -> None:
    """Answer every error with a page in plain words."""
    for kind, status in ((NotFound, 404), (Refused, 403), (Conflict, 409), (StaleDataError, 409)):
        app.register_error_handler(kind, _page(status))
    app.register_error_handler(CSRFError, _page(400))
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _page(status: int) -> Callable[[Exception], ResponseReturnValue]:
    def show(_error: Exception) -> ResponseReturnValue:
        return error_page(status)

    return show


def error_page(status: int, message: str | None = None) -> ResponseReturnValue:
    """The page for a status, with the words for it and the request's id. What the request wrote is undone."""
    db.session.rollback()
    heading, advice = WORDS.get(status, WORDS[400 if status < 500 else 500])
    page = render_template(
        "errors/error.html", heading=heading, advice=message or advice, error_id=g.get("request_id", "")
    )
    return page, status


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.response is not None or error.code < 400:
        return error
    return error_page(error.code)


def _refusal(error: DomainError) -> ResponseReturnValue:
    return error_page(400, error.message)


def _fault(error: Exception) -> ResponseReturnValue:
    """The last resort. The log gets the fault's kind and place in the code, never its text: that may be personal."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rpartition('/')[2]}:{place.tb_lineno}" if place else ""
    log.error(
        "fault",
        cause=type(error).__name__,
        where=where,
        endpoint=request.endpoint or "none",
        request_id=g.get("request_id", ""),
    )
    return error_page(500)
