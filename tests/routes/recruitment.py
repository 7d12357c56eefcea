"""The routes of recruitment."""

from __future__ import annotations

from tests.routes.route import Route, about

ROUTES = {
    "recruitment.index": Route(),
    "recruitment.chart": Route(lambda _: {"kind": "svg"}, found=frozenset({200, 404})),
    "recruitment.add": Route(),
    "recruitment.edit": about("campaign_id", "campaign", "stranger_campaign"),
}
