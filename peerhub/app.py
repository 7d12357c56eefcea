"""create_app(): puts the rooms together, and refuses to start if a page does not say who may use it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from peerhub.access import audit
from peerhub.access.rules import Viewer
from peerhub.access.views import guard
from peerhub.config import Settings, from_environment
from peerhub.core import assets, faults, health, jobs, keys, logs, marks, sealed, wording
from peerhub.core.database import db
from peerhub.core.feature import Feature, NavigationItem, QuickAction
from peerhub.core.menu import header_parameters
from peerhub.core.web import PeerHub, install_headers, make_templates_strict
from peerhub.features import FEATURES, GROUND

ROOT = Path(__file__).parent


def create_app(settings: Settings | None = None, features: Sequence[Feature] = FEATURES) -> Flask:
    """Make the application.

    Args:
        settings: read from the environment when left out.
        features: the rooms besides the ground ones; tests leave each out in turn.

    Raises:
        peerhub.core.marks.Unmarked: a view does not say who may use it.
        peerhub.config.SettingRefused: a setting cannot be used.
    """
    settings = settings or from_environment()
    rooms = (*GROUND, *features)
    app = PeerHub("peerhub", root_path=str(ROOT), instance_path=str(settings.instance))
    _configure(app, settings)
    logs.install(app, settings.log_level)
    keys.install(settings.secret_key)
    sealed.install(settings.note_keys, settings.secret_key)
    db.init_app(app)
    install_headers(app, https=settings.secure_cookies)
    make_templates_strict(app)
    guard.install(app, idle_minutes=settings.idle_minutes, session_hours=settings.session_hours)
    CSRFProtect(app)  # after the guard: a form sent when its session is over is kept, not refused
    app.after_reading = (audit.keep_reads,)
    health.install(app)
    faults.install(app)
    assets.install(app, ROOT / "static")
    wording.install(app)
    _open_rooms(app, rooms)
    if not any(rule.rule == "/" for rule in app.url_map.iter_rules()):
        app.add_url_rule("/", "start", marks.signed_in(_first_page))
    app.extensions["rooms"] = rooms
    app.extensions["settings"] = settings
    app.extensions["jobs"] = (
        *jobs.of_mail(settings.mail_url, settings.mail_from),
        *jobs.OWN,
        *(job for room in rooms for job in room.jobs),
    )
    _limit_tries(app)
    app.view_functions["static"] = marks.public("style sheets, scripts and icons are the same for everybody")(
        app.view_functions["static"]
    )
    marks.check_every_view(app.view_functions)
    _give_templates(app, settings, rooms)
    _trust(app, settings.trusted_proxies)
    return app


def _trust(app: Flask, proxies: int) -> None:
    """Take the addresses of people from the web servers in front that are trusted."""
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=1, x_host=1)  # type: ignore[method-assign]  # Flask's documented way
    else:
        logs.watch_for_proxy(app)


def _open_rooms(app: Flask, rooms: Sequence[Feature]) -> None:
    for room in rooms:
        if room.blueprint is not None:
            app.register_blueprint(room.blueprint)
        if room.listen is not None:
            room.listen()
        if room.gather is not None:
            room.gather(rooms)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": settings.database_url.startswith("postgresql")},
        SESSION_COOKIE_NAME="peerhub",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=24),
        MAX_CONTENT_LENGTH=(settings.upload_megabytes + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
    )


def _first_page() -> ResponseReturnValue:
    """Where there is no Today, the first page of the menu."""
    items = _menu(current_app.extensions["rooms"], guard.viewer())
    return redirect(url_for(items[0].endpoint if items else "access.account"))


def _menu(rooms: Sequence[Feature], viewer: Viewer | None) -> list[NavigationItem]:
    """The pages that a viewer may open."""
    in_order = sorted(rooms, key=lambda room: room in GROUND)  # what runs the system comes last
    items = [item for room in in_order for item in room.navigation]
    return [item for item in items if viewer and (not item.permissions or viewer.may(*item.permissions))]


def _limit_tries(app: Flask) -> None:
    """Slow down whoever tries the doors of the account pages; counted by network address alone."""
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", default_limits=[], headers_enabled=False)
    for endpoint in (
        "access.sign_in",
        "access.sign_in_again",
        "access.forgot_password",
        "access.behind_link",
        "access.change_password",
    ):
        if endpoint in app.view_functions:
            slowed: Any = limiter.limit("60 per minute", methods=["POST"])(app.view_functions[endpoint])
            app.view_functions[endpoint] = slowed


def _give_templates(app: Flask, settings: Settings, rooms: Sequence[Feature]) -> None:
    """What every page may use: the viewer, the menu, the quick actions, the service's name."""

    def actions(viewer: Viewer) -> list[QuickAction]:
        return [action for room in rooms for action in room.quick_actions if viewer.may(*action.permissions)]

    own_icon: Callable[[str], str] = app.jinja_env.globals["asset"]  # type: ignore[assignment]  # core.assets put it there

    @app.context_processor
    def common() -> dict[str, Any]:
        viewer = guard.viewer_or_none()
        return {
            "viewer": viewer,
            "page_header": lambda: header_parameters(
                _menu(rooms, viewer),
                name=settings.service_name,
                icon=None if settings.nhs_brand else own_icon("peerhub/icon.svg"),
                account=viewer.name if viewer else None,
                organisation=viewer.organisation_name if viewer else None,
                changes_over=viewer is not None and viewer.is_elsewhere_too,
            ),
            "quick_actions": actions,
            "service_name": settings.service_name,
        }
