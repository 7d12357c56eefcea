"""The routes of retention."""

from __future__ import annotations

from tests.routes.route import Route

ROUTES = {
    "retention.index": Route(),
    "retention.chart": Route(lambda _: {"name": "tiers", "kind": "svg"}),
    "retention.people": Route(),
}
