"""The routes of core: the same for everybody."""

from __future__ import annotations

from tests.routes.route import Route

ROUTES = {
    "static": Route(lambda _: {"filename": "peerhub/app.css"}),
    "healthz": Route(),
    "readyz": Route(found=frozenset({200, 503})),
}
