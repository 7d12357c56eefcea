"""The routes of indicators."""

from __future__ import annotations

from tests.routes.route import Route

ROUTES = {"indicators.index": Route()}
