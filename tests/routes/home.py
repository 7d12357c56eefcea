"""The routes of home."""

from __future__ import annotations

from tests.routes.route import Route

ROUTES = {"home.today_page": Route()}
