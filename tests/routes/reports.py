"""The routes of reports."""

from __future__ import annotations

from tests.routes.route import Route

ROUTES = {"reports.equality": Route(), "reports.count_equality": Route()}
