"""The application class: one transaction a request, safe headers, lenient templates for the NHS.UK package alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jinja2
from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from jinja2 import ChainableUndefined, Environment, PackageLoader, StrictUndefined
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict

from peerhub.core.database import WROTE, db
from peerhub.core.logs import tell_fault

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


class WroteOnGet(Exception):
    """A page that should only read left something to save."""


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, for pages alone: a style sheet is the same for everybody, and kept as such."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Leave the cookie and its traces out of what is the same for everybody."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain(sent: Any) -> Any:
    r"""What was sent, without characters that nobody types and that a database may refuse. Lines end in one way.

    >>> plain("Pri\x00ya\x1b Rahman\r\nWillow\tward")
    'Priya Rahman\nWillow\tward'
    """
    if isinstance(sent, FileStorage):
        sent.filename = plain(sent.filename)
        return sent
    return CONTROL.sub("", re.sub(r"\r\n?", "\n", sent)) if isinstance(sent, str) else sent


class Sent(ImmutableMultiDict[str, Any]):
    """The fields of a form or the parameters of an address, as every page gets them: without control characters."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__([(plain(name), plain(value)) for name, value in MultiDict(mapping).items(multi=True)])


class Asked(Request):
    """A request whose form, files and address are read as :class:`Sent`."""

    parameter_storage_class = Sent


class PeerHub(Flask):
    """Flask with one transaction around each request.

    ``after_reading`` are called once a page is done and its own transaction is over: the audit log of reads uses it.
    """

    request_class = Asked
    session_interface = Sessions()
    after_reading: tuple[Callable[[], None], ...] = ()

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view, then commit what a form wrote; a page that only reads is never committed.

        Raises:
            WroteOnGet: a GET left rows to save.
        """
        answer = super().dispatch_request()
        if request.method in SAFE_METHODS:
            if has_written(db.session()):
                raise WroteOnGet(request.endpoint)
            if db.session.info:
                db.session.rollback()
        else:
            db.session.commit()
        for keep in self.after_reading:
            keep()
        for act in g.pop("later", ()):
            act()
            db.session.commit()
        return answer

    def log_exception(self, exc_info: Any) -> None:
        """What no error page could tell, without the address and the words that Flask would write."""
        tell_fault(exc_info[1])


def later(act: Callable[[], None]) -> None:
    """Do something once the page is done, in a transaction of its own: what a page that only reads may leave behind."""
    g.setdefault("later", []).append(act)


def has_written(session: Session) -> bool:
    """Whether rows were added, changed or deleted, by now or soon, and not saved yet."""
    waiting = session.new or session.deleted or any(session.is_modified(row) for row in session.dirty)
    return bool(waiting or session.info.get(WROTE))


class OverlayLoader(jinja2.BaseLoader):
    """Serve our own strict templates, and those of the NHS.UK package from an environment of their own that is lenient.

    The package counts on undefined names being empty; ours must fail on one.
    """

    def __init__(self, own: jinja2.BaseLoader) -> None:
        self.own = own
        self.lenient: Environment | None = None

    def load(self, environment: Environment, name: str, globals: Any = None) -> jinja2.Template:  # noqa: A002 - Jinja's own name
        """Load a template from where it belongs."""
        if not name.startswith("nhsuk/"):
            return self.own.load(environment, name, globals)
        if self.lenient is None:
            self.lenient = environment.overlay(
                undefined=ChainableUndefined, loader=PackageLoader("nhsuk_frontend_jinja")
            )
            self.lenient.globals = environment.globals
        return self.lenient.get_template(name, globals=globals)

    def list_templates(self) -> list[str]:
        """Our own templates alone."""
        return self.own.list_templates()


def make_templates_strict(app: Flask) -> None:
    """Our templates refuse undefined names; the NHS.UK package's stay lenient. Both escape every value they show.

    Flask would escape by the ending of a template's name, and macros end in ``.jinja``.
    """
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    loader = app.jinja_env.loader
    if loader is None:
        raise RuntimeError("the application has no template loader")
    app.jinja_env.loader = OverlayLoader(loader)


def install_headers(app: Flask, *, https: bool) -> None:
    """Give each request an id, and each response the headers that keep it to this origin."""

    @app.before_request
    def name_request() -> None:
        g.request_id = uuid4().hex[:12]

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        response.headers.setdefault("Cache-Control", "no-store")
        return response
