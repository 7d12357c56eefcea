"""The routes of privacy."""

from __future__ import annotations

from tests.routes.route import Route

ROUTES = {"privacy.my_data": Route()}
